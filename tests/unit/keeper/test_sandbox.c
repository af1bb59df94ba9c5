// SPDX-License-Identifier: GPL-2.0-or-later
/* The keeper's sandbox, on a tmpfs in a mount namespace of our own; wants root. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/sys.h"
#include "keeper/sandbox.h"
#include "tap.h"

#define RAMFS 0x858458f6

static char dir[64];

/* A path in the test's directory. */
static const char *at(const char *rel)
{
	static char path[4][256];
	static unsigned i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof(path[i]), "%s%s", dir, rel);
	return path[i];
}

static void put(const char *path, const char *text, mode_t mode)
{
	int err = sys_write_atomic(path, mode, text, strlen(text));

	if (err)
		printf("# %s: error %d\n", path, -err);
}

static const char *content(const char *path)
{
	static char text[16384];
	ssize_t n = sys_read(AT_FDCWD, path, text, sizeof(text));

	return n < 0 ? "(none)" : text;
}

static void point(const char *path, const char *to)
{
	if (symlink(to, path))
		printf("# %s: error %d\n", path, errno);
}

static unsigned mode_of(const char *path)
{
	struct stat st = { 0 };

	return lstat(path, &st) ? 0 : st.st_mode;
}

static void test_copy(void)
{
	bool changed = false;
	struct stat before, after;

	put(at("/from"), "first", 0755);
	is_int(sandbox_copy(at("/from"), at("/box"), "/a/b/c", &changed), 0, "a new file");
	ok(changed, "that is a change");
	is_str(content(at("/box/a/b/c")), "first", "its content");
	is_int(mode_of(at("/box/a/b/c")), S_IFREG | 0755, "its mode");
	ok(mode_of(at("/box/a")) == (S_IFDIR | 0755) &&
	   mode_of(at("/box/a/b")) == (S_IFDIR | 0755), "the directories to it");
	ok(!mode_of(at("/box/a/b/c.new")), "nothing is left beside it");

	changed = false;
	stat(at("/box/a/b/c"), &before);
	is_int(sandbox_copy(at("/from"), at("/box"), "/a/b/c", &changed), 0, "the same again");
	stat(at("/box/a/b/c"), &after);
	ok(!changed && before.st_ino == after.st_ino, "is no change, and left alone");
	put(at("/from"), "First", 0755);
	is_int(sandbox_copy(at("/from"), at("/box"), "/a/b/c", &changed), 0, "of the same length");
	ok(changed, "is a change");
	is_str(content(at("/box/a/b/c")), "First", "its new content");
	put(at("/from"), "First and more", 0755);
	is_int(sandbox_copy(at("/from"), at("/box"), "/a/b/c", NULL), 0,
	       "where changes do not matter");
	is_str(content(at("/box/a/b/c")), "First and more", "a longer one");
	put(at("/from"), "", 0644);
	is_int(sandbox_copy(at("/from"), at("/box"), "/a/b/c", &changed), 0, "an empty one");
	is_str(content(at("/box/a/b/c")), "", "is empty");
}

static void test_large(void)
{
	static char text[20000], got[sizeof(text) + 1];
	bool changed = false;

	memset(text, 'x', sizeof(text));
	sys_write_atomic(at("/large"), 0644, text, sizeof(text));
	is_int(sandbox_copy(at("/large"), at("/box"), "/large", &changed), 0, "one of many blocks");
	is_int(sys_read(AT_FDCWD, at("/box/large"), got, sizeof(got)), sizeof(text), "all of it");
	ok(!memcmp(got, text, sizeof(text)), "as it was");
	changed = false;
	text[sizeof(text) - 1] = 'y';
	sys_write_atomic(at("/large"), 0644, text, sizeof(text));
	is_int(sandbox_copy(at("/large"), at("/box"), "/large", &changed), 0, "another last byte");
	ok(changed, "is seen");
}

static void test_modes(void)
{
	static const struct { mode_t from, to; } rows[] = {
		{ 0644, 0644 }, { 0755, 0755 }, { 0777, 0755 }, { 0666, 0644 }, { 0600, 0600 },
		{ 0660, 0640 }, { 04755, 0755 }, { 0444, 0444 },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		put(at("/mode"), "x", 0600);
		chmod(at("/mode"), rows[i].from);
		unlink(at("/box/mode"));
		sandbox_copy(at("/mode"), at("/box"), "/mode", NULL);
		is_int(mode_of(at("/box/mode")), S_IFREG | rows[i].to, "no write but the owner's");
	}
}

static void test_not_copied(void)
{
	char name[400];
	bool changed = false;

	is_int(sandbox_copy(at("/none"), at("/box"), "/none", &changed), -ENOENT, "there is none");
	is_int(sandbox_copy(dir, at("/box"), "/dir", &changed), -EINVAL, "a directory");
	mkfifo(at("/fifo"), 0600);
	is_int(sandbox_copy(at("/fifo"), at("/box"), "/fifo", &changed), -EINVAL,
	       "a FIFO, without blocking on it");
	is_int(sandbox_copy("/dev/null", at("/box"), "/null", &changed), -EINVAL, "a device");
	memset(name, 'a', sizeof(name));
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	is_int(sandbox_copy(at("/from"), at("/box"), name, &changed), -ENAMETOOLONG, "a long name");
	put(at("/from"), "text", 0644);
	mkdir(at("/box/taken"), 0755);
	is_int(sandbox_copy(at("/from"), at("/box"), "/taken", &changed), -EISDIR,
	       "a directory is there");
	ok(!mode_of(at("/box/taken.new")), "no partial file remains");
	is_int(sandbox_copy(at("/from"), at("/box"), "/from/x", NULL), 0, "a parent");
	put(at("/box/file"), "x", 0644);
	is_int(sandbox_copy(at("/from"), at("/box"), "/file/x", &changed), -ENOTDIR,
	       "a file where a directory is wanted");
	ok(!changed, "none of it is a change");
}

static void test_links(void)
{
	bool changed = false;

	put(at("/from"), "new", 0644);
	put(at("/victim"), "new", 0644);
	point(at("/box/link"), at("/victim"));
	is_int(sandbox_copy(at("/from"), at("/box"), "/link", &changed), 0, "a link is there");
	ok(changed && S_ISREG(mode_of(at("/box/link"))), "it is replaced, not followed");
	put(at("/from"), "newer", 0644);
	point(at("/box/link.new"), at("/victim"));
	is_int(sandbox_copy(at("/from"), at("/box"), "/link", &changed), 0, "a link beside it");
	is_str(content(at("/victim")), "new", "their target is unchanged");
	point(at("/source"), at("/from"));
	is_int(sandbox_copy(at("/source"), at("/box"), "/library", NULL), 0, "a library is a link");
	ok(S_ISREG(mode_of(at("/box/library"))), "its file is copied");
}

/* With @dir as /, as far as fill() goes. */
static int fill(const char *list, bool *changed, char *what, size_t size)
{
	int old = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;

	if (chroot(dir) || chdir("/"))
		return -errno;
	err = sandbox_fill(span_of(list), "/filled", changed, what, size);
	if (fchdir(old) || chroot("."))
		printf("# no way back\n");
	close(old);
	return err;
}

static const char head[] =
	"iscsid.safe_logout = Yes\nnode.startup = onboot\n"
	"node.conn[0].timeo.noop_out_interval = 5\nnode.conn[0].timeo.noop_out_timeout = 5\n";
static const char tail[] =
	"node.startup = onboot\nnode.session.timeo.replacement_timeout = -1\n"
	"node.session.iscsi.DefaultTime2Wait = 0\nnode.session.auth.authmethod = CHAP\n"
	"node.conn[0].timeo.login_timeout = 5\n";
static const char admins[] =
	"# a comment\n\n \t# another\nnode.session.timeo.replacement_timeout = 120\n"
	"node.session.auth.username = other\n \tnode.session.auth.password = secret\n"
	"node.session.authority = x\n  node.leading_login = No\n"
	"node.session.auth.chap_algs = SHA256\nnode.session.reopen_max = 3\n";
static const char params[] =
	"node.conn[0].timeo.noop_out_timeout = 15\nnode.session.auth.chap_algs = SHA3-256\n"
	"node.session.reopen_max = 7\nnode.session.auth.password = secret\n";

static void test_fill(void)
{
	static const char list[] = "/sbin/iscsid\nnot absolute\n/lib/libc.so.6\n";
	char want[2048], what[192] = "";
	bool changed = false;

	mkdir(at("/sbin"), 0755);
	mkdir(at("/lib"), 0755);
	mkdir(at("/etc"), 0755);
	mkdir(at("/etc/iscsi"), 0755);
	put(at("/sbin/iscsid"), "iscsid", 0755);
	put(at("/etc/iscsi/initiatorname.iscsi"), "InitiatorName=iqn.x:y\n", 0600);
	put(at("/etc/hosts"), "127.0.0.1 localhost\n", 0644);

	is_int(fill(list, &changed, what, sizeof(what)), -ENOENT, "a file of the list is missing");
	is_str(what, "/lib/libc.so.6", "it is named");
	put(at("/lib/libc.so.6"), "libc", 0755);
	is_int(fill(list, &changed, what, sizeof(what)), 0, "the sandbox is filled");
	ok(changed, "that is a change");
	is_str(content(at("/filled/sbin/iscsid")), "iscsid", "the program");
	is_str(content(at("/filled/lib/libc.so.6")), "libc", "its library");
	is_str(content(at("/filled/etc/iscsi/initiatorname.iscsi")), "InitiatorName=iqn.x:y\n",
	       "the initiator's name");
	is_int(mode_of(at("/filled/etc/iscsi/initiatorname.iscsi")), S_IFREG | 0600,
	       "for root alone");
	is_str(content(at("/filled/etc/hosts")), "127.0.0.1 localhost\n", "host names");
	is_str(content(at("/filled/etc/resolv.conf")), "(none)", "what is not there is left out");
	snprintf(want, sizeof(want), "%s%s", head, tail);
	is_str(content(at("/filled/etc/iscsi/iscsid.conf")), want, "no configuration: ours alone");
	is_int(mode_of(at("/filled/etc/iscsi/iscsid.conf")), S_IFREG | 0600, "it may have secrets");

	changed = false;
	is_int(fill(list, &changed, what, sizeof(what)), 0, "filled again");
	ok(!changed, "that is no change");
	put(at("/etc/iscsi/iscsid.conf"), admins, 0600);
	is_int(fill(list, &changed, what, sizeof(what)), 0, "with a configuration");
	ok(changed, "that is a change");
	snprintf(want, sizeof(want), "%snode.session.timeo.replacement_timeout = 120\n"
		 "node.session.authority = x\n  node.leading_login = No\n"
		 "node.session.auth.chap_algs = SHA256\n%s", head, tail);
	is_str(content(at("/filled/etc/iscsi/iscsid.conf")), want,
	       "its settings are between ours, without comments, credentials and reopen_max");
	mkdir(at("/run"), 0755);
	mkdir(at("/run/iscsiroot"), 0755);
	put(at("/run/iscsiroot/params"), params, 0600);
	is_int(fill(list, &changed, what, sizeof(what)), 0, "with parameters of the boot");
	snprintf(want + strlen(want), sizeof(want) - strlen(want),
		 "node.conn[0].timeo.noop_out_timeout = 15\nnode.session.auth.chap_algs = SHA3-256\n");
	is_str(content(at("/filled/etc/iscsi/iscsid.conf")), want, "those come last");
	unlink(at("/run/iscsiroot/params"));
}

static void test_fill_bad(void)
{
	static char text[70000];
	char what[192] = "";
	bool changed = false;

	memset(text, '#', sizeof(text) - 1);
	put(at("/etc/iscsi/iscsid.conf"), text, 0600);
	is_int(fill("", &changed, what, sizeof(what)), -E2BIG, "a configuration that is too large");
	is_str(what, "/etc/iscsi/iscsid.conf", "it is named");
	unlink(at("/etc/iscsi/iscsid.conf"));
	unlink(at("/etc/hosts"));
	mkdir(at("/etc/hosts"), 0755);
	is_int(fill("", &changed, what, sizeof(what)), -EINVAL, "a directory in a file's place");
	is_str(what, "/etc/hosts", "it is named, too");
	rmdir(at("/etc/hosts"));
	ok(!changed, "neither is a change");
}

/* In a child: @dir becomes a root of its own, as an initramfs is. */
static void become_machine(void)
{
	if (compat_unshare_mounts() || mount(dir, dir, NULL, MS_BIND, NULL) ||
	    chdir(dir) || chroot(".") || chdir("/"))
		_exit(99);
}

static int end_of(pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Return: the number of the first thing that is not as it should be, or 0. */
static int try_exitrd(void)
{
	struct statfs fs;

	if (sandbox_exitrd("/sbin/none") != -ENOENT || mode_of("/run/initramfs/shutdown"))
		return 1;
	if (sandbox_exitrd("/sbin/exitrd"))
		return 2;
	if (strcmp(content("/run/initramfs/shutdown"), "exitrd") ||
	    mode_of("/run/initramfs/shutdown") != (S_IFREG | 0755))
		return 3;
	if (strcmp(content("/run/initramfs/open-iscsi.interface"), "eth0\n"))
		return 4;
	if (statfs("/run/initramfs", &fs) || (unsigned)fs.f_type != RAMFS)
		return 5;
	put("/sbin/exitrd", "another", 0755);
	if (sandbox_exitrd("/sbin/exitrd") || strcmp(content("/run/initramfs/shutdown"), "another"))
		return 6;
	/* not one upon the other */
	return umount2("/run/initramfs", MNT_DETACH) || mode_of("/run/initramfs/shutdown") ? 7 : 0;
}

static void test_exitrd(void)
{
	pid_t pid;

	mkdir(at("/run"), 0755);
	mkdir(at("/run/iscsiroot"), 0755);
	mkdir(at("/run/initramfs"), 0755);
	put(at("/run/initramfs/open-iscsi.interface"), "eth0\n", 0644);
	put(at("/sbin/exitrd"), "exitrd", 0755);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		become_machine();
		_exit(try_exitrd());
	}
	is_int(end_of(pid), 0, "the exitrd has a ramfs of its own; other programs' files there are kept");
}

static int try_sandbox(void)
{
	char what[192];

	if (sandbox_build(span_of("/sbin/none\n"), what, sizeof(what)) != -ENOENT ||
	    strcmp(what, "/sbin/none"))
		return 1;
	if (sandbox_build(span_of("/sbin/iscsid\n"), what, sizeof(what)))
		return 2;
	if (sandbox_enter())
		return 3;
	if (strcmp(content("/sbin/iscsid"), "iscsid") || !*content("/proc/self/stat"))
		return 4;
	if (!S_ISDIR(mode_of("/sys/class")) || !S_ISCHR(mode_of("/dev/null")))
		return 5;
	if (strcmp(content("/etc/passwd"), "root:x:0:0:root:/:/bin/false\n"))
		return 6;
	if (mode_of("/old") || mode_of("/run/initramfs") || mode_of("/..") != mode_of("/"))
		return 7;
	/* nothing of the old root is left: all mounts are the sandbox's */
	return strstr(content("/proc/self/mountinfo"), " - tmpfs ") ||
	       !strstr(content("/proc/self/mountinfo"), " - ramfs ") ? 8 : 0;
}

static void test_build(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		become_machine();
		_exit(try_sandbox());
	}
	is_int(end_of(pid), 0, "the sandbox is built and entered");
}

int main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/iscsiroot-sandbox.%u", (unsigned)getpid());
	mkdir(dir, 0755);
	umask(022);
	if (!ok(!compat_unshare_mounts() && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
		!mount("test", dir, "tmpfs", 0, NULL), "a mount namespace (as root)"))
		return done_testing();
	mkdir(at("/box"), 0755);
	mkdir(at("/filled"), 0755);
	test_copy();
	test_large();
	test_modes();
	test_not_copied();
	test_links();
	test_fill();
	test_fill_bad();
	test_exitrd();
	test_build();
	umount2(dir, MNT_DETACH);
	rmdir(dir);
	return done_testing();
}
