// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * adopt in a root of its own: scripts stand for ldd and iscsiadm, a child with another root for the
 * keeper, which answers each request with the same byte and writes it to /box/requests.
 */
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/codes.h"
#include "fake_root.h"
#include "keeper/adopt.h"
#include "keeper/text.h"
#include "runtime/handoff_file.h"
#include "runtime/keeper_control.h"

#define ONE "iqn.2001-04.com.example:one"
#define LDD "echo \"ldd $*\" >>/calls; echo '	libtest.so => /libs/libtest.so (0x7f1f)'"
/* The text and failure of an operation are in the file of its name. */
#define ISCSIADM "echo \"$*\" >>/calls; [ ! -e \"/fail-$8\" ] || { cat \"/fail-$8\"; exit 21; }"
#define RECORD(portal, op) "-m node -T " ONE " -p " portal " -o " op "\n"
#define UPDATE(portal, name, value) "-m node -T " ONE " -p " portal " -o update -n " name " -v " value "\n"
#define UPDATES(portal, recovery) UPDATE(portal, "node.startup", "onboot") \
	UPDATE(portal, "node.session.timeo.replacement_timeout", recovery) \
	UPDATE(portal, "node.session.iscsi.DefaultTime2Wait", "0")

static pid_t keeper;

static void keep(char answer, int ready)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX, .sun_path = KEEPER_CONTROL };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), client, log;
	char request;

	log = open("/box/requests", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
	if (chroot("/box") || chdir("/") ||
	    bind(fd, (struct sockaddr *)&sun, sizeof(sun)) || listen(fd, 1) || write(ready, "x", 1) != 1)
		_exit(1);
	for (;;) {
		client = accept(fd, NULL, NULL);
		if (recv(client, &request, 1, 0) != 1 || write(log, &request, 1) != 1 ||
		    send(client, &answer, 1, 0) != 1)
			_exit(2);
		close(client);
	}
}

static void end_keeper(void)
{
	if (!keeper)
		return;
	kill(keeper, SIGKILL);
	waitpid(keeper, NULL, 0);
	unlink("/box" KEEPER_CONTROL);
	keeper = 0;
}

static void begin_keeper(char answer)
{
	char text[32], byte;
	int fds[2];

	end_keeper();
	if (pipe(fds))
		printf("# no pipe\n");
	fflush(stdout);
	keeper = fork();
	if (!keeper)
		keep(answer, fds[1]);
	close(fds[1]);
	ok(read(fds[0], &byte, 1) == 1, "a keeper that answers '%c'", answer);
	close(fds[0]);
	snprintf(text, sizeof(text), "pid=%d\n", (int)keeper);
	fake_file(KEEPER_FILE, text);
}

/* The root session has two portals; a third session is without one. */
static void good_machine(void)
{
	static const char *const gone[] = { "/calls", "/fail-show", "/fail-new", "/fail-update", KEEPER_FILE,
		"/run/iscsid.pid", "/box/usr/sbin/iscsid", "/box/libs/libtest.so", "/box" KEEPER_PRELOAD };
	unsigned i;

	for (i = 0; i < sizeof(gone) / sizeof(*gone); i++)
		unlink(gone[i]);
	fake_program("ldd", LDD);
	fake_program("iscsiadm", ISCSIADM);
	fake_file("/usr/sbin/iscsid", "iscsid");
	fake_file(KEEPER_PRELOAD, "preload");
	fake_file("/libs/libtest.so", "libtest");
	fake_file("/etc/iscsi/initiatorname.iscsi", "InitiatorName=iqn.x:y\n");
	fake_file("/sys/class/iscsi_session/session1/recovery_tmo", "15\n");
	fake_file("/sys/class/iscsi_session/session2/recovery_tmo", "off\n");
	fake_file(HANDOFF_FILE, "version=1\nengine=iscsistart\n\nsession=1\ntarget=" ONE "\n"
		  "portal=192.0.2.10:3260\ntpgt=1\n\nsession=2\ntarget=" ONE "\nportal=\"[2001:db8::10]:3261\"\n"
		  "tpgt=2\n\nsession=3\ntarget=" ONE "\n\nroot=/dev/sda\n");
}

/* Call @fn; what it writes to standard output and standard error is in /out and /err. */
static int call(int (*fn)(void))
{
	int code, fd, k, saved[2];

	fflush(stdout);
	for (k = 0; k < 2; k++) {
		saved[k] = dup(k + 1);
		fd = open(k ? "/err" : "/out", O_WRONLY | O_CREAT | O_TRUNC, 0644);
		dup2(fd, k + 1);
		close(fd);
	}
	code = fn();
	for (k = 0; k < 2; k++) {
		dup2(saved[k], k + 1);
		close(saved[k]);
	}
	return code;
}

static void fails(int (*fn)(void), const char *message, const char *name)
{
	is_int(call(fn), CODE_SYSTEM, name);
	is_str(fake_content("/err"), message, "the message");
}

static void test_files(void)
{
	good_machine();
	is_int(call(adopt_files), CODE_DONE, "the files of iscsid");
	is_str(fake_content("/out"), "/usr/sbin/iscsid\n" KEEPER_PRELOAD "\n/libs/libtest.so\n",
	       "itself, what is preloaded, and its libraries");
	is_str(fake_content("/calls"), "ldd /usr/sbin/iscsid\n", "asked of ldd");
	is_str(fake_content("/err"), "", "no message");
	fake_program("ldd", "echo first; echo second; exit 3");
	fails(adopt_files, "iscsiroot: adopt: ldd: first\n", "ldd fails");
	is_str(fake_content("/out"), "", "no file is listed");
	fake_program("ldd", "kill -9 $$");
	fails(adopt_files, "iscsiroot: adopt: ldd: Interrupted system call\n", "ldd is killed");
	is_str(fake_content("/out"), "", "no file is listed");
	fake_program("ldd", "i=0; while [ $i -lt 90 ]; do echo \"x => "
		     "/libs/a-library-with-a-name-that-is-rather-long.so.$i (0x0)\"; i=$((i + 1)); done");
	fails(adopt_files, "iscsiroot: adopt: iscsid: too many libraries\n", "more than there is room for");
	fake_program("ldd", "i=0; while [ $i -lt 3000 ]; do echo 'what cannot be kept of it all'; i=$((i + 1)); done");
	fails(adopt_files, "iscsiroot: adopt: iscsid: too many libraries\n", "the first lines were dropped");
	unlink("/usr/sbin/ldd");
	fails(adopt_files, "iscsiroot: adopt: ldd: No such file or directory\n", "no ldd");
	unlink("/usr/sbin/iscsid");
	fails(adopt_files, "iscsiroot: adopt: iscsid: no such program (install open-iscsi)\n", "no iscsid");
}

static void test_adopt(void)
{
	char text[16];

	good_machine();
	fails(adopt, "iscsiroot: adopt: keeper: not running (it starts in the initramfs; reboot)\n", "no keeper");
	is_str(fake_content("/calls"), "(none)", "nothing is done without it");
	begin_keeper('0');
	is_int(call(adopt), CODE_DONE, "a keeper");
	is_str(fake_content("/err"), "", "no message");
	is_str(fake_content("/box/requests"), "r", "its copies have changed: iscsid is restarted");
	is_str(fake_content("/box/libs/libtest.so"), "libtest", "they are the real root's");
	is_str(fake_content("/box" KEEPER_PRELOAD), "preload", "with what is preloaded");
	is_str(fake_content("/box/etc/iscsi/initiatorname.iscsi"), "InitiatorName=iqn.x:y\n", "and the name");
	snprintf(text, sizeof(text), "%d\n", (int)keeper);
	is_str(fake_content("/run/iscsid.pid"), text, "the keeper stands for iscsid");
	is_str(fake_content("/calls"), "ldd /usr/sbin/iscsid\n"
	       RECORD("192.0.2.10:3260,1", "show") UPDATES("192.0.2.10:3260,1", "15")
	       RECORD("[2001:db8::10]:3261,2", "show") UPDATES("[2001:db8::10]:3261,2", "-1"),
	       "a record for each session that has a portal, with the kernel's timeout");
	is_int(call(adopt), CODE_DONE, "the same again");
	is_str(fake_content("/box/requests"), "ra", "nothing has changed: iscsid is to run");
	fake_file("/libs/libtest.so", "upgraded");
	is_int(call(adopt), CODE_DONE, "after an upgrade");
	is_str(fake_content("/box/requests"), "rar", "iscsid is restarted");
}

static void test_records(void)
{
	good_machine();
	begin_keeper('0');
	fake_file("/fail-show", "iscsiadm: No records found\n");
	is_int(call(adopt), CODE_DONE, "no record");
	ok(strstr(fake_content("/calls"), RECORD("192.0.2.10:3260,1", "new") UPDATES("192.0.2.10:3260,1", "15")),
	   "one is made");
	is_str(fake_content("/err"), "", "that is not worth a message");
	fake_file("/fail-new", "iscsiadm: Could not add it\nmore of it\n");
	fails(adopt, "iscsiroot: adopt: " ONE ": iscsiadm: Could not add it\n", "none can be made");
	unlink("/fail-show");
	fake_file("/fail-update", "");
	fails(adopt, "iscsiroot: adopt: " ONE ": iscsiadm failed\n", "iscsiadm fails silently");
	unlink("/usr/sbin/iscsiadm");
	fails(adopt, "iscsiroot: adopt: " ONE ": No such file or directory\n", "no iscsiadm");
	fake_file(HANDOFF_FILE, "version=1\nengine=iscsistart\nx\n");
	fails(adopt, "iscsiroot: adopt: /run/iscsiroot/handoff:3: not a line of key=value "
	      "(reboot to write a new one)\n", "a hand-off that is invalid");
	unlink(HANDOFF_FILE);
	fails(adopt, "iscsiroot: adopt: /run/iscsiroot/handoff: No such file or directory\n", "no hand-off");
	ok(strcmp(fake_content("/run/iscsid.pid"), "(none)"), "iscsid runs nevertheless");
}

static void test_failures(void)
{
	good_machine();
	begin_keeper('1');
	fails(adopt, "iscsiroot: adopt: iscsid: Input/output error\n", "iscsid cannot be started");
	is_str(fake_content("/run/iscsid.pid"), "(none)", "no process stands for it");
	ok(!strstr(fake_content("/calls"), "-m node"), "no record is made");
	unlink("/libs/libtest.so");
	fails(adopt, "iscsiroot: adopt: /libs/libtest.so: No such file or directory\n", "a library is missing");
	is_str(fake_content("/box/requests"), "r", "the keeper is not asked");
	good_machine();
	begin_keeper('0');
	mkdir("/run/iscsid.pid", 0755);
	fails(adopt, "iscsiroot: adopt: /run/iscsid.pid: Is a directory\n", "no place for the process ID");
	ok(strstr(fake_content("/calls"), "-m node"), "the records are made nevertheless");
	rmdir("/run/iscsid.pid");
}

int main(void)
{
	alarm(120);	/* if one of them hangs */
	if (!ok(fake_root_begin("adopt"), "a root of its own (as root)"))
		return done_testing();
	mkdir("/box", 0755);
	test_files();
	test_adopt();
	test_records();
	test_failures();
	end_keeper();
	fake_root_end();
	return done_testing();
}
