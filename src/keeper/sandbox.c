// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/compat.h"
#include "base/sys.h"
#include "keeper/sandbox.h"
#include "keeper/text.h"
#include "runtime/keeper_control.h"

#define RAMFS 0x858458f6	/* RAMFS_MAGIC, linux/magic.h */
#define CONF "/etc/iscsi/iscsid.conf"
#define CONF_MAX 65536		/* Debian's has 14 KiB, nearly all of it comment */
#define PARAMS_SIZE (PARAMS_MAX * (PARAM_MAX + 3) + 512) /* what is added to it */

const char *sandbox_params = KEEPER_PARAMS;

/* Before the administrator's settings, which override these; of safe_logout iscsid takes the first. */
static const char conf_head[] =
	"iscsid.safe_logout = Yes\n"
	"node.startup = onboot\n"
	"node.conn[0].timeo.noop_out_interval = 5\n"
	"node.conn[0].timeo.noop_out_timeout = 5\n";

/*
 * After the administrator's settings, because Debian's file sets other values explicitly. No delay before
 * a reconnect: I/O to the root is blocked meanwhile. A short login timeout: a portal that is back is
 * noticed no later than that.
 */
static const char conf_tail[] =
	"node.startup = onboot\n"
	"node.session.timeo.replacement_timeout = -1\n"
	"node.session.iscsi.DefaultTime2Wait = 0\n"
	"node.session.auth.authmethod = CHAP\n"
	"node.conn[0].timeo.login_timeout = 5\n";

/* Make the parent directories of @path, below its first @root_len bytes. */
static int make_parents(char *path, size_t root_len)
{
	char *at;

	for (at = path + root_len + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			return -errno;
		*at = '/';
	}
	return 0;
}

static int open_both(const char *from, const char *to, int *in, int *out, struct stat *st)
{
	*out = -1;
	*in = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*in < 0)
		return -errno;
	if (fstat(*in, st))
		return -errno;
	if (!S_ISREG(st->st_mode))
		return -EINVAL;
	*out = open(to, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	return 0;
}

/* Do both have the same content, from the current offsets on? */
static bool same(int a, int b)
{
	char left[4096], right[4096];
	ssize_t n, m;

	do {
		n = read(a, left, sizeof(left));
		m = read(b, right, sizeof(right));
		if (n < 0 || n != m || memcmp(left, right, n))
			return false;
	} while (n);
	return true;
}

static int copy_content(int in, const char *to, mode_t mode)
{
	char buf[8192];
	ssize_t n = 0;
	int fd, err;

	unlink(to);
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = lseek(in, 0, SEEK_SET) ? -errno : 0;
	while (!err && (n = read(in, buf, sizeof(buf))) > 0)
		err = sys_write_all(fd, buf, n);
	if (n < 0 || fchmod(fd, mode))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int sandbox_copy(const char *from, const char *root, const char *path, bool *changed)
{
	char to[320], fresh[336];
	struct stat st;
	int in, out, err;

	if (!out_text(to, sizeof(to), "%s%s", root, path))
		return -ENAMETOOLONG;
	out_text(fresh, sizeof(fresh), "%s.new", to);
	err = open_both(from, to, &in, &out, &st);
	if (!err && !(out >= 0 && same(in, out))) {
		err = make_parents(to, strlen(root));
		if (!err)
			err = copy_content(in, fresh, st.st_mode & 0755);
		if (!err && rename(fresh, to))
			err = -errno;
		if (err)
			unlink(fresh);
		else if (changed)
			*changed = true;
	}
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return err;
}

/* iscsid looks up the name of the user who sends it a request. */
static const char passwd[] = "root:x:0:0:root:/:/bin/false\n";

/*
 * Comments and credentials are left out. For the root's sessions iscsid reads the credentials from the
 * kernel; those of the file belong to other targets, and would be offered by a session without any. With
 * reopen_max iscsid destroys a session after that many attempts, and so the root.
 */
static bool is_wanted(struct span line)
{
	while (line.n && (*line.p == ' ' || *line.p == '\t'))
		span_skip(&line, 1);
	if (!line.n || *line.p == '#' || span_take(&line, "node.session.reopen_max"))
		return false;
	return !span_take(&line, "node.session.auth.") || span_take(&line, "chap_algs");
}

/* Return: 0 or -errno; a file that does not exist is empty. */
static int add_lines(struct out *o, const char *file)
{
	static char text[CONF_MAX];
	struct span rest, line;
	ssize_t n = sys_read(AT_FDCWD, file, text, sizeof(text));

	if (n < 0 && n != -ENOENT)
		return n;
	rest = (struct span){ text, n > 0 ? n : 0 };
	while (rest.n) {
		span_cut(&rest, '\n', &line);
		if (is_wanted(line))
			out_fmt(o, "%pS\n", &line);
	}
	return 0;
}

static int write_conf(const char *root, bool *changed)
{
	static char text[CONF_MAX + PARAMS_SIZE], old[sizeof(text)];
	char path[320];
	struct out o;
	ssize_t n;
	int err;

	out_init(&o, text, sizeof(text));
	out_str(&o, conf_head);
	err = add_lines(&o, CONF);
	if (err)
		return err;
	out_str(&o, conf_tail);
	err = add_lines(&o, sandbox_params);	/* last, so that ISCSI_PARAM wins */
	if (err)
		return err;
	if (o.overflow)
		return -E2BIG;
	out_text(path, sizeof(path), "%s" CONF, root);
	n = sys_read(AT_FDCWD, path, old, sizeof(old));
	if (n == (ssize_t)o.len && !memcmp(old, text, n))
		return 0;
	*changed = true;
	return make_parents(path, strlen(root)) ?: sys_write_atomic(path, 0600, text, o.len);
}

/* The files that the resolver and iscsid read, if they exist. */
static int copy_data(const char *root, bool *changed, char *what, size_t size)
{
	static const char *const files[] = {
		"/etc/iscsi/initiatorname.iscsi", "/etc/resolv.conf", "/etc/hosts",
	};
	unsigned i;
	int err;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		err = sandbox_copy(files[i], root, files[i], changed);
		if (err && err != -ENOENT) {
			out_text(what, size, "%s", files[i]);
			return err;
		}
	}
	out_text(what, size, CONF);
	return write_conf(root, changed);
}

int sandbox_fill(struct span list, const char *root, bool *changed, char *what, size_t size)
{
	char path[KEEPER_PATH_MAX];
	int err;

	while (text_file(&list, path)) {
		out_text(what, size, "%s", path);
		err = sandbox_copy(path, root, path, changed);
		if (err)
			return err;
	}
	return copy_data(root, changed, what, size);
}

static int make_tree(char *what, size_t size)
{
	static const char *const dirs[] = {
		"/dev", "/proc", "/sys", "/old", "/etc", "/etc/iscsi", "/run", "/run/lock",
		"/run/lock/iscsi", "/var", "/var/lib", "/var/lib/iscsi",
	};
	char path[96];
	unsigned i;

	for (i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		out_text(path, sizeof(path), SANDBOX_DIR "%s", dirs[i]);
		out_text(what, size, "%s", path);
		if (mkdir(path, 0755))
			return -errno;
	}
	/* all of /dev: safe_logout looks up there which devices the mount table names */
	if (mount("devtmpfs", SANDBOX_DIR "/dev", "devtmpfs", MS_NOSUID | MS_NOEXEC, NULL) ||
	    mount("proc", SANDBOX_DIR "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) ||
	    mount("sysfs", SANDBOX_DIR "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	out_text(what, size, SANDBOX_DIR "/etc/passwd");
	return sys_write_atomic(what, 0644, passwd, sizeof(passwd) - 1);
}

int sandbox_build(struct span list, char *what, size_t size)
{
	bool changed;
	int err;

	out_text(what, size, SANDBOX_DIR);
	if (mkdir(SANDBOX_DIR, 0700) && errno != EEXIST)
		return -errno;
	if (compat_unshare_mounts() || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("iscsiroot", SANDBOX_DIR, "ramfs", MS_NOSUID, "mode=0700"))
		return -errno;
	err = make_tree(what, size);
	return err ? err : sandbox_fill(list, SANDBOX_DIR, &changed, what, size);
}

int sandbox_enter(void)
{
	if (chdir(SANDBOX_DIR))
		return -errno;
	if (!compat_pivot_root(".", "old")) {
		if (chdir("/") || umount2("/old", MNT_DETACH) || rmdir("/old"))
			return -errno;
		return 0;
	}
	/* EINVAL: the root is the kernel's rootfs, which cannot be moved: ours is mounted over it */
	if (errno != EINVAL || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		return -errno;
	return 0;
}

static bool copy_one(void *arg, const char *name)
{
	char path[160];

	(void)arg;
	if (out_text(path, sizeof(path), EXITRD_DIR "/%s", name))
		sandbox_copy(path, SANDBOX_DIR, path + strlen(EXITRD_DIR), NULL);
	return true;
}

int sandbox_exitrd(const char *program)
{
	struct statfs fs;
	int err;

	if ((mkdir(EXITRD_DIR, 0755) && errno != EEXIST) ||
	    (mkdir(SANDBOX_DIR, 0700) && errno != EEXIST))
		return -errno;
	if (!statfs(EXITRD_DIR, &fs) && (unsigned)fs.f_type == RAMFS)
		return sandbox_copy(program, EXITRD_DIR, "/shutdown", NULL);
	if (mount("iscsiroot", SANDBOX_DIR, "ramfs", MS_NOSUID | MS_NODEV, "mode=0755"))
		return -errno;
	sys_list(AT_FDCWD, EXITRD_DIR, copy_one, NULL);
	err = sandbox_copy(program, SANDBOX_DIR, "/shutdown", NULL);
	/* bound, not moved: the kernel refuses to move a mount below a shared one */
	if (!err && mount(SANDBOX_DIR, EXITRD_DIR, NULL, MS_BIND, NULL))
		err = -errno;
	if (umount2(SANDBOX_DIR, MNT_DETACH) && !err)
		err = -errno;
	return err;
}
