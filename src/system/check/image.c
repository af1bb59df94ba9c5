// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The items image VERSION. An image is not unpacked, as that would write its secrets to a disk: only the
 * list of its contents is read, by the distribution's own lsinitramfs or, where only dracut is installed,
 * lsinitrd. Whether it has the present configuration is seen from empty files that our hook adds, named
 * /etc/iscsi/FILE.sha256- and the digest of that file. Only root can read the image, and so these names.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/spawn.h"
#include "kernel/sysfs.h"
#include "system/check/check.h"

#define LIST_US 300000000	/* unpacking 150 MB on an emulated machine */
#define DIGEST_US 60000000
#define NAMES_MAX (IMAGE_WANTS_MAX * 64)	/* of driver modules: MODULE_NAME_LEN is 56 */

static struct spawn child;
static struct image image;
static char last_line[160];	/* of the lister, which prints last why it failed */
static const char *lister;

/* The files whose digests are compared; by their place in struct image. */
static const char *const configs[DIGESTS] = {
	"etc/iscsi/iscsi.initramfs", "etc/iscsi/initiatorname.iscsi", "etc/machine-id",
};

static int await_child(int64_t until)
{
	if (!spawn_await(&child, until)) {
		spawn_kill(&child);
		return -ETIMEDOUT;
	}
	return spawn_ok(&child) ? 0 : -EIO;
}

/* The digest of a file; empty where there is no such file. 0 or -errno. */
static int take_digest(const struct check *c, const char *file, char hex[DIGEST_HEX + 1])
{
	const char *digest;
	char path[512];
	const char *argv[] = { "sha256sum", "--", path, NULL };
	int err;

	hex[0] = '\0';
	if (faccessat(c->root, file, F_OK, 0))
		return errno == ENOENT ? 0 : -errno;
	if (!check_path(c, file, path, sizeof(path)))
		return -ENAMETOOLONG;
	err = spawn_start(&child, argv);
	if (!err)
		err = await_child(sys_now() + DIGEST_US);
	if (err)
		return err;
	digest = child.output;		/* set by spawn_start() */
	digest += *digest == '\\';		/* before the digest of a file with an odd name */
	if (strspn(digest, "0123456789abcdef") != DIGEST_HEX)
		return -EBADMSG;
	return span_copy((struct span){ digest, DIGEST_HEX }, hex, DIGEST_HEX + 1) ? 0 : -EBADMSG;
}

static void take_line(struct span line)
{
	if (line.n && line.n < sizeof(last_line))
		span_copy(line, last_line, sizeof(last_line));
	image_line(&image, line);
}

/* Take the whole lines of @buf and move the rest to its start; returns the rest's length. */
static size_t take_lines(char *buf, size_t len, size_t size)
{
	struct span rest = { buf, len }, line;

	while (rest.n && memchr(rest.p, '\n', rest.n)) {
		span_cut(&rest, '\n', &line);
		take_line(line);
	}
	/* longer than any path that is wanted */
	if (rest.n == size)
		rest.n = 0;
	memmove(buf, rest.p, rest.n);
	return rest.n;
}

/* The list is long, so each line is looked at as it is read. */
static int read_list(int64_t until)
{
	static char buf[8192];
	size_t len = 0;
	struct wait w;

	while (child.fd >= 0) {
		ssize_t n = read(child.fd, buf + len, sizeof(buf) - len);

		if (n > 0) {
			len = take_lines(buf, len + n, sizeof(buf));
		} else if (n < 0 && errno == EAGAIN && sys_now() < until) {
			wait_begin(&w, until);
			wait_fd(&w, child.fd, POLLIN);
			wait_run(&w);
		} else if (n == 0 || errno != EINTR) {
			close(child.fd);
			child.fd = -1;
		}
	}
	return await_child(until);
}

static void choose_lister(void)
{
	char path[64];

	lister = "lsinitramfs";
	if (!spawn_find(lister, path, sizeof(path)) && spawn_find("lsinitrd", path, sizeof(path)))
		lister = "lsinitrd";
}

static int list_image(const char *path)
{
	const char *argv[] = { lister, "--", path, NULL };
	int err = spawn_start(&child, argv);

	last_line[0] = '\0';
	if (!err)
		err = read_list(sys_now() + LIST_US);
	return err;
}

/*
 * A NIC's driver and those of the buses it is connected to: virtio_net does not work without virtio_pci.
 * A driver without a module is built in.
 */
static void want_drivers(const char *nic, struct span builtin, struct out *names)
{
	char link[512], module[512];
	const char *name;
	size_t n;

	link[sysfs_link(link, sizeof(link), "class/net/%s", nic).n] = '\0';
	if (strncmp(link, "../../", 6))
		return;
	/* ../../devices/pci0000:00/0000:00:03.0/virtio0/net/eth0 */
	while (strrchr(link, '/') > link + 5) {
		*strrchr(link, '/') = '\0';
		n = sysfs_link(module, sizeof(module), "%s/driver/module", link + 6).n;
		if (!n)
			continue;
		module[n] = '\0';
		name = strrchr(module, '/') ? strrchr(module, '/') + 1 : module;
		if (text_builtin(builtin, name))
			continue;
		image_want(&image, true, names->buf + names->len);
		out_str(names, name);
		names->len++;
		image.overflow |= names->len + 64 > names->size;
	}
}

static bool wants_dhcp(const struct plan *p)
{
	unsigned i;

	for (i = 0; i < p->n_nets; i++)
		if (p->nets[i].method == NET_DHCP)
			return true;
	return false;
}

static bool root_on_lvm(const struct check *c)
{
	char uuid[160];

	if (c->valid && c->plan.root_kind == ROOT_LV)
		return true;
	if (c->disk < 0)
		return false;
	disk_attr(c->blocks.b[c->disk].name, "dm/uuid", uuid, sizeof(uuid));
	return !strncmp(uuid, "LVM-", 4);
}

static void want_module(const char *name, struct span builtin)
{
	if (!text_builtin(builtin, name))
		image_want(&image, true, name);
}

/* Return: how many faults were reported. */
static unsigned want_all(struct check *c, const char *item)
{
	static char builtin_text[262144], names_text[NAMES_MAX];
	char path[128];
	struct span builtin;
	struct out names;
	unsigned i, faults;

	out_text(path, sizeof(path), "lib/modules/%s/modules.builtin", image.version);
	builtin = check_read(c, path, builtin_text, sizeof(builtin_text));
	faults = check_cut(c, item, path, builtin, sizeof(builtin_text));
	image_want(&image, false, "sbin/iscsiroot");
	image_want(&image, false, "sbin/iscsistart");
	image_want(&image, false, "sbin/iscsid");
	image_want(&image, false, "lib/iscsiroot/iscsiroot-keeper");
	image_want(&image, false, "lib/iscsiroot/iscsiroot-shutdown");
	if (c->valid && wants_dhcp(&c->plan))
		image_want(&image, false, "bin/ipconfig");
	if (root_on_lvm(c))
		image_want(&image, false, "sbin/lvm");
	want_module("iscsi_tcp", builtin);
	want_module("sd_mod", builtin);
	out_init(&names, names_text, sizeof(names_text));
	for (i = 0; i < c->n_nics; i++)
		want_drivers(c->nics[i], builtin, &names);
	return faults;
}

static void report_contents(struct check *c, const char *name, const char *todo, unsigned faults)
{
	char missing[NAMES_MAX];
	struct out o;
	unsigned i;

	out_init(&o, missing, sizeof(missing));
	if (image_missing(&image, &o)) {
		faults++;
		report_item(&c->report, CHECK_FAIL, name, todo, "missing: %s", missing);
	}
	for (i = DIGEST_CONFIG; i <= DIGEST_INITIATOR; i++) {
		const struct image_digest *d = &image.digest[i];

		if (d->hex[0] ? d->same : !d->any)
			continue;
		faults++;
		report_item(&c->report, CHECK_FAIL, name, todo,
			    "/%s has changed since the image was made", configs[i]);
	}
	if (image.overflow) {
		faults++;
		report_item(&c->report, CHECK_WARN, name, NULL,
			    "needs more than %d files and drivers, the others are not checked",
			    IMAGE_WANTS_MAX);
	}
	if (image.stock) {
		faults++;
		report_item(&c->report, CHECK_FAIL, name, todo,
			    "contains %s, which logs in a second time", image.dracut
			    ? "dracut's own module iscsi" : "open-iscsi's own boot script");
	}
	if (!faults)
		report_ok(&c->report, name,
			  "complete, and made from the present configuration");
}

static void report_unread(struct check *c, const char *name, const char *todo, int err)
{
	if (err == -ENOENT)
		report_item(&c->report, CHECK_WARN, name, "install initramfs-tools-core",
			    "not checked: lsinitramfs not found");
	else if (err == -EIO && last_line[0])
		report_item(&c->report, CHECK_FAIL, name, todo, "cannot be read: %s", last_line);
	else if (err == -EIO)
		report_item(&c->report, CHECK_FAIL, name, todo,
			    "cannot be read: %s exited with status %d", lister,
			    child.status >> 8 & 255);
	else
		report_item(&c->report, CHECK_WARN, name, "run it by hand", "not checked: %s: %s",
			    lister, err == -ETIMEDOUT ? "timed out" : sys_error(err));
}

/* A copy of a machine still has the image that was made with the other machine's identity. */
static bool is_copy(void)
{
	const struct image_digest *d = &image.digest[DIGEST_MACHINE];

	return d->any && d->hex[0] && !d->same;
}

/* The command that makes an image. Some versions of the dracut package have an update-
 * initramfs too. */
static void make_command(const struct check *c, char *todo, size_t size, const char *how,
		    const char *version)
{
	if (faccessat(c->root, "usr/sbin/update-initramfs", F_OK, 0) &&
	    !faccessat(c->root, "usr/bin/dracut", F_OK, 0))
		out_text(todo, size, "dracut --force /boot/initrd.img-%s %s", version, version);
	else
		out_text(todo, size, "update-initramfs %s -k %s", how, version);
}

static void check_one(struct check *c, const char *version, bool *copied)
{
	char file[96], path[512], name[96], todo[256];
	struct stat st;
	unsigned i, faults;
	int err;

	out_text(name, sizeof(name), "image %s", version);
	out_text(file, sizeof(file), "boot/initrd.img-%s", version);
	if (fstatat(c->root, file, &st, 0)) {
		make_command(c, todo, sizeof(todo), "-c", version);
		report_item(&c->report, CHECK_FAIL, name, todo, "/%s does not exist", file);
		return;
	}
	make_command(c, todo, sizeof(todo), "-u", version);
	image.version = version;
	image.n = image.lines = 0;
	image.overflow = image.dracut = image.ours = image.stock = false;
	for (i = 0; i < DIGESTS; i++)
		image.digest[i].any = image.digest[i].same = false;
	faults = want_all(c, name);
	err = check_path(c, file, path, sizeof(path)) ? list_image(path) : -ENAMETOOLONG;
	if (err)
		report_unread(c, name, todo, err);
	else
		report_contents(c, name, todo, faults);
	*copied |= !err && is_copy();
}

/* What of a directory of settings is being looked for. */
struct setting {
	const struct check *c;
	const char *dir;
	char file[160];		/* the last one that has it */
};

static bool see_setting(void *arg, const char *name)
{
	static char text[16384];
	struct setting *s = arg;
	struct span rest, line;
	char path[sizeof(s->file)];

	if (!out_text(path, sizeof(path), "%s/%s", s->dir, name))
		return true;
	rest = check_read(s->c, path, text, sizeof(text));
	while (rest.n) {
		span_cut(&rest, '\n', &line);
		span_take(&line, "export ");
		if (span_eq(line, "ISCSIROOT=no") || span_eq(line, "ISCSIROOT='no'") ||
		    span_eq(line, "ISCSIROOT=\"no\""))
			out_text(s->file, sizeof(s->file), "%s", path);
	}
	return true;
}

/* Do the settings of the program that makes the images leave iscsiroot out? No image has it then, and
 * making a new one changes nothing. */
static bool is_left_out(struct check *c)
{
	struct setting s = { .c = c, .dir = "etc/initramfs-tools/conf.d" };
	char todo[256], make[64];

	make_command(c, make, sizeof(make), "-u", "all");
	if (strncmp(make, "update-initramfs", 16)) {
		s.dir = "etc/dracut.conf.d";
		out_text(make, sizeof(make), "dracut --force --regenerate-all");
	}
	sys_list(c->root, s.dir, see_setting, &s);
	if (!s.file[0])
		return false;
	out_text(todo, sizeof(todo), "remove it, then run %s", make);
	report_item(&c->report, CHECK_WARN, "image", todo,
		    "ISCSIROOT=no in /%s: images are made without iscsiroot", s.file);
	return true;
}

static void check_initiator(struct check *c, bool copied)
{
	if (!c->plan.initiator[0])
		return;
	if (copied)
		report_item(&c->report, CHECK_WARN, "initiator",
			    "if this machine is a copy of another one, write a new name (see "
			    "iscsi-iname(8)) to /etc/iscsi/initiatorname.iscsi; then run "
			    "update-initramfs -u -k all",
			    "%s, but /etc/machine-id has changed since the image was made",
			    c->plan.initiator);
	else
		report_ok(&c->report, "initiator", "%s", c->plan.initiator);
}

void check_images(struct check *c)
{
	bool copied = false;
	unsigned i;
	int err = 0;

	if (is_left_out(c)) {
		check_initiator(c, false);
		return;
	}
	choose_lister();
	for (i = 0; i < DIGESTS && !err; i++) {
		image.digest[i].file = strrchr(configs[i], '/') + 1;
		err = take_digest(c, configs[i], image.digest[i].hex);
	}
	if (err)
		report_item(&c->report, CHECK_FAIL, "image", "check that sha256sum is installed",
			    "cannot compute the SHA-256 of /%s: %s", configs[i - 1], sys_error(err));
	else if (!c->n_kernels)
		report_item(&c->report, CHECK_FAIL, "image", "check /boot", "no kernel found");
	else
		for (i = 0; i < c->n_kernels; i++)
			check_one(c, c->kernels[i], &copied);
	if (c->kernels_cut)
		report_item(&c->report, CHECK_WARN, "image", "remove kernels that are not used",
			    "more than %d kernels, the images of the oldest are not checked", KERNELS_MAX);
	check_initiator(c, copied);
}
