// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * run(), from its input to its exit code, its messages and its files: each time in a child, with a root
 * and a network of its own. eth0 and a target's port are there, and a loop device as the disk, which
 * scripts in place of iscsistart and the keeper make appear.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "base/codes.h"
#include "boot/start.h"
#include "fake_root.h"
#include "runtime/handoff.h"

#define IQN "iqn.2001-04.com.example:storage.lun1"
#define INITIATOR "InitiatorName=iqn.2001-04.com.example:guest\n"
#define TARGET "ISCSI_TARGET_NAME=" IQN "\nISCSI_TARGET_IP=192.0.2.50\n"
#define PORTAL "192.0.2.50:3260 " IQN
#define IP "ip=192.0.2.50:::255.255.255.0::eth0:none"
#define SESSION "/staged/class/iscsi_session/session1/"
#define CONNECTION "/staged/class/iscsi_connection/connection1:0/"
#define DISK "host2/session1/target2:0:0/2:0:0:1/block/sda"

static void put_link(const char *path, const char *to)
{
	fake_parents(path);
	unlink(path);
	if (symlink(to, path))
		printf("# cannot link %s\n", path);
}

static void remove_all(const char *path)
{
	pid_t pid = fork();

	if (!pid) {
		execl("/bin/rm", "rm", "-rf", "--", path, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

/* An initramfs before the boot. What the kernel has after the login is in /staged. */
static void begin(const char *cmdline, const char *file)
{
	static const char *const old[] = { "/run", "/sys", "/staged", "/etc", "/calls" };
	unsigned i;
	int fd;

	for (i = 0; i < sizeof(old) / sizeof(*old); i++)
		remove_all(old[i]);
	mkdir("/run", 0755);
	fd = open("/proc/cmdline", O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0 || sys_write_all(fd, cmdline, strlen(cmdline)))
		printf("# no command line\n");
	close(fd);
	fake_file("/etc/iscsi/initiatorname.iscsi", INITIATOR);
	if (file)
		fake_file("/etc/iscsi/iscsi.initramfs", file);
	fake_file("/sys/class/iscsi_transport/tcp/x", "");
	fake_file("/sys/bus/scsi/drivers/sd/x", "");
	fake_file(SESSION "state", "LOGGED_IN\n");
	fake_file(SESSION "targetname", IQN "\n");
	fake_file(SESSION "tpgt", "1\n");
	fake_file(CONNECTION "persistent_address", "192.0.2.50\n");
	fake_file(CONNECTION "persistent_port", "3260\n");
	fake_file("/staged/" DISK "/dev", "7:5\n");
	put_link("/staged/class/block/sda", "../../" DISK);
	fake_program("iscsistart", "echo \"iscsistart $*\" >>/calls\n"
		     "for f in /staged/class/* /staged/host2; do mv \"$f\" \"/sys/${f#/staged/}\"; done");
	fake_program("iscsiroot-keeper", "echo \"keeper $*\" >>/calls");
	put_link("/usr/lib/iscsiroot/iscsiroot-keeper", "/usr/sbin/iscsiroot-keeper");
}

static pid_t start(unsigned parts)
{
	pid_t pid;
	int fd;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fd = open("/err", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
		dup2(fd, STDERR_FILENO);
		fd = open("/out", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
		dup2(fd, STDOUT_FILENO);
		exit(run(parts));
	}
	return pid;
}

static int end_of(pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void ends(unsigned parts, int code, const char *name)
{
	if (!is_int(end_of(start(parts)), code, name))
		printf("# %s\n", fake_content("/err"));
	is_str(fake_content("/out"), "", "nothing on standard output");
}

static void has_text(const char *text, const char *part, const char *name)
{
	if (!ok(strstr(text, part), "%s", name))
		printf("# no: %s\n# in: %s\n", part, text);
}

/* One of its lines on the console begins so. */
static void says(const char *line, const char *name)
{
	const char *text = fake_content("/err"), *at = strstr(text, line);

	while (at && at != text && at[-1] != '\n')
		at = strstr(at + 1, line);
	if (!ok(at, "%s", name))
		printf("# no: %s\n# in: %s\n", line, text);
}

static void writes_nothing(const char *name)
{
	ok(access("/run/iscsiroot", F_OK) && access("/run/initramfs", F_OK) && access("/calls", F_OK), "%s", name);
}

static void test_not_asked(void)
{
	begin("root=/dev/vda1 ro quiet\n", NULL);
	ends(RUN_ALL, CODE_NOT_ASKED, "no iSCSI root is asked for");
	is_str(fake_content("/err"), "", "nothing is printed");
	writes_nothing("nor written");
	begin("root=/dev/vda1 iscsiroot=off\n", TARGET);
	ends(RUN_ALL, CODE_NOT_ASKED, "iscsiroot=off");
	is_str(fake_content("/err"), "", "turns all of it off silently");
	writes_nothing("nothing is written");
}

static void test_invalid(void)
{
	begin("root=/dev/sda " IP "\n", TARGET "ISCSI_LUN=x\n");
	ends(RUN_ALL, CODE_CONFIG, "an invalid value");
	is_str(fake_content("/err"), "iscsiroot: plan: /etc/iscsi/iscsi.initramfs:3: ISCSI_LUN: not a valid LUN: x "
	       "(use 0 to 65535, 0x1f or 4752-3a4f-6b7e-2f99)\n", "is named, once");
	has_text(fake_content("/run/iscsiroot/timeline"), " step=plan event=fail object=\"\" code=78 text=\"/etc/iscsi",
		 "the timeline has it");
	ok(access("/run/iscsiroot/handoff", F_OK) && access("/calls", F_OK), "nothing else was done");
	begin("root=/dev/sda ISCSI_TARGET_NAME=" IQN "\n", NULL);
	ends(RUN_ALL, CODE_CONFIG, "half a request");
	says("iscsiroot: plan: ", "is an error");
	begin("root=/dev/sda " IP "\n", TARGET);
	unlink("/etc/iscsi/initiatorname.iscsi");
	ends(RUN_ALL, CODE_CONFIG, "no initiator name");
	says("iscsiroot: plan: /etc/iscsi/initiatorname.iscsi: InitiatorName: ", "is an error, too");
}

static void test_boot(void)
{
	struct stat st = { 0 };

	begin("root=/dev/sda " IP "\n", TARGET "ISCSI_USERNAME=user\nISCSI_PASSWORD=geheim-secret\nISCSI_LUM=1\n");
	ends(RUN_ALL, CODE_DONE, "a boot");
	says("iscsiroot: plan: warning: /etc/iscsi/iscsi.initramfs:5: ISCSI_LUM: unknown key", "a warning is shown");
	says("iscsiroot: login: " PORTAL ": logged in", "so is the login");
	says("iscsiroot: settle: /dev/sda: can be mounted: sda, LUN 1 of " IQN "\n", "and the root");
	says("iscsiroot: handoff: /dev/sda: root is ready after ", "and the end");
	has_text(fake_content("/calls"), "iscsistart -i iqn.2001-04.com.example:guest -t " IQN " -a 192.0.2.50 -p 3260 ",
		 "how it logged in");
	has_text(fake_content("/calls"), "keeper start\n", "the keeper is started");
	has_text(fake_content("/run/iscsiroot/handoff"), "\nnetwork=eth0\n", "the hand-off has the NIC");
	has_text(fake_content("/run/iscsiroot/handoff"), "\nsession=1\ntarget=" IQN "\nportal=192.0.2.50:3260\n",
		 "the session");
	has_text(fake_content("/run/iscsiroot/handoff"), "\nroot=/dev/sda\ndevice=sda\n", "and the root");
	stat("/run/iscsiroot/handoff", &st);
	is_int(st.st_mode & 0777, 0600, "for root alone");
	is_str(fake_content("/run/initramfs/open-iscsi.interface"), "eth0\n", "open-iscsi is told the NIC");
	ok(access("/run/net-eth0.conf", F_OK) == 0, "and others its addresses");
	has_text(fake_content("/run/iscsiroot/timeline"), " step=handoff event=ok ", "the timeline has it all");
	ok(!strstr(fake_content("/run/iscsiroot/timeline"), "geheim") && !strstr(fake_content("/err"), "geheim") &&
	   !strstr(fake_content("/run/iscsiroot/handoff"), "geheim"), "but no secret");

	/* repeated, it builds on what there is */
	unlink("/calls");
	unlink("/run/iscsiroot/handoff");
	ends(RUN_ALL, CODE_DONE, "the same again");
	ok(!strstr(fake_content("/calls"), "iscsistart"), "there is no second login");
	has_text(fake_content("/run/iscsiroot/handoff"), "\nroot=/dev/sda\n", "the hand-off is written again");
	unlink("/run/iscsiroot/handoff");
	ends(RUN_SETTLE, CODE_DONE, "settle alone");
	ok(access("/run/iscsiroot/handoff", F_OK), "writes no hand-off");
	ends(RUN_NET | RUN_SETTLE | RUN_HANDOFF, CODE_DONE, "handoff alone");
	has_text(fake_content("/run/iscsiroot/handoff"), "\nroot=/dev/sda\n", "does");
	unlink("/calls");
	ends(RUN_NET, CODE_DONE, "net alone");
	ends(RUN_LOGIN, CODE_DONE, "login alone: it is logged in already");
	ok(!strstr(fake_content("/calls"), "iscsistart"), "neither logs in");
}

static void test_net_alone(void)
{
	begin("root=/dev/sda " IP "\n", TARGET);
	ends(RUN_NET, CODE_DONE, "net alone, at first");
	has_text(fake_content("/run/net-eth0.conf"), "IPV4ADDR='192.0.2.50'", "configures the NIC");
	ok(access("/calls", F_OK) && access("/run/iscsiroot/handoff", F_OK), "and does nothing else");
}

/* Time is up: one summary, which is the last line, and the exit code of what the boot waited for. */
static void gives_up(int code, const char *step, const char *summary, const char *name)
{
	char want[64];
	const char *end;

	ends(RUN_ALL, code, name);
	snprintf(want, sizeof(want), "iscsiroot: %s: gave up after ", step);
	says(want, "how far the boot came");
	end = strstr(fake_content("/err"), "gave up after ");
	end = end ? strstr(end, " s: ") : NULL;
	has_text(end ? end + 4 : "", summary, "and the cause");
	ok(access("/run/iscsiroot/handoff", F_OK), "there is no hand-off");
}

static void test_deadline(void)
{
	begin("root=/dev/sda ip=192.0.2.50:::255.255.255.0::eth7:none\n", TARGET "ISCSI_TIMEOUT=3\n");
	gives_up(CODE_NO_DEVICE, "net", "0 network devices up, 0 of 0 portals logged in, root not found; "
		 "eth7: no such network interface", "no such NIC");
	says("iscsiroot: net: eth7: no such network interface", "the cause was shown before");
	begin("root=/dev/sda " IP "\n", TARGET "ISCSI_TARGET_PORT=3261\nISCSI_TIMEOUT=3\n");
	gives_up(CODE_UNAVAILABLE, "login", "1 network devices up, 0 of 1 portals logged in, root not found; "
		 "192.0.2.50:3261 " IQN ": connection refused", "no target at this port");
	begin("root=/dev/sdb " IP "\n", TARGET "ISCSI_TIMEOUT=3\n");
	gives_up(CODE_NO_DEVICE, "settle", "1 network devices up, 1 of 1 portals logged in, root not found; ",
		 "another disk than the root's");
}

static void test_stopped(void)
{
	int64_t until = sys_now() + 30000000;
	struct wait w;
	pid_t pid;

	begin("root=/dev/sda ip=192.0.2.50:::255.255.255.0::eth7:none\n", TARGET "ISCSI_TIMEOUT=60\n");
	pid = start(RUN_ALL);
	while (!strstr(fake_content("/err"), "eth7: no such network interface") && sys_now() < until) {
		wait_begin(&w, sys_now() + 5000);
		wait_run(&w);
	}
	kill(pid, SIGTERM);
	is_int(end_of(pid), CODE_NO_DEVICE, "a signal ends the wait");
	says("iscsiroot: net: interrupted after ", "with a summary");
}

static void test_no_place(void)
{
	begin("root=/dev/sda " IP "\n", TARGET);
	fake_file("/run/iscsiroot", "");
	ends(RUN_ALL, CODE_SYSTEM, "no place for the hand-off");
	has_text(fake_content("/err"), "/run/iscsiroot", "it is named");
}

static void test_no_programs(void)
{
	begin("root=/dev/sda " IP "\n", TARGET "ISCSI_TIMEOUT=60\n");
	unlink("/usr/sbin/iscsistart");
	ends(RUN_ALL, CODE_SYSTEM, "no iscsistart: no retry can help");
	says("iscsiroot: login: iscsistart: program not in this image", "what is missing");
	says("iscsiroot: login: stopped after ", "and how far the boot came");
	begin("root=/dev/sda " IP "\n", TARGET "ISCSI_TIMEOUT=60\n");
	remove_all("/sys/class/iscsi_transport");
	ends(RUN_ALL, CODE_SYSTEM, "no kernel module");
	says("iscsiroot: login: iscsi_tcp: kernel module not in this image", "which one");
}

/* A target, as far as the probe needs one. */
static int listen_here(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(3260) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return bind(fd, (struct sockaddr *)&in, sizeof(in)) || listen(fd, 64) ? -1 : fd;
}

static int in_network(void)
{
	if (!ok(fake_root_begin("run"), "a root of its own (as root)"))
		return done_testing();
	fake_file("/cmdline", "");
	if (mount("/cmdline", "/proc/cmdline", NULL, MS_BIND, NULL))
		printf("# no command line\n");
	mknod("/dev/sda", S_IFBLK | 0600, makedev(7, 5));
	ok(listen_here() >= 0, "a port where something listens");
	test_not_asked();
	test_invalid();
	test_net_alone();
	test_boot();
	test_deadline();
	test_stopped();
	test_no_place();
	test_no_programs();
	fake_root_end();
	return done_testing();
}

int main(int argc, char **argv)
{
	static const char network[] = "ip link set lo up && ip link add eth0 type veth peer name far && "
		"ip link set far up && exec \"$0\" in-network";

	alarm(300);	/* if one of them hangs */
	if (argc == 2 && !strcmp(argv[1], "in-network"))
		return in_network();
	execl("/usr/bin/unshare", "unshare", "--net", "--", "/bin/sh", "-c", network, argv[0], (char *)NULL);
	ok(false, "a network of its own (with unshare)");
	return done_testing();
}
