// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys.h"
#include "plan/source.h"
#include "runtime/xenstore_client.h"

static const char *reason(int err)
{
	return err == -E2BIG ? "too large" : sys_error(err);
}

static int fail(struct diag *why, const char *place, int err)
{
	diag_at(why, place, 0, NULL, 0);
	diag_set(why, reason(err), NULL, 0, NULL);
	return err;
}

/*
 * Read the file @path ("/...") below the root; an absent one leaves @out->p NULL. Of one that is too
 * large the first @size - 1 bytes are there, which is enough to see that it asks for something.
 */
static int fetch(int root, const char *path, char *buf, size_t size, struct span *out,
		 struct diag *why)
{
	ssize_t n = sys_read(root, path + 1, buf, size);

	if (n == -ENOENT || n == -ENOTDIR)
		return 0;
	if (n >= 0 || n == -E2BIG)
		*out = (struct span){ buf, n < 0 ? size - 1 : (size_t)n };
	return n < 0 ? fail(why, path, n) : 0;
}

/* The device of "net-DEV.conf", or false. */
static bool conf_device(const char *name, char device[DEVNAME_MAX + 1])
{
	size_t n = strlen(name);

	if (n < 10 || strncmp(name, "net-", 4) || strcmp(name + n - 5, ".conf"))
		return false;
	return span_copy((struct span){ name + 4, n - 9 }, device, DEVNAME_MAX + 1);
}

static void sort_devices(struct plan_input *in)
{
	unsigned i, j;

	for (i = 1; i < in->n_netconfs; i++)
		for (j = i; j && strcmp(in->netconf_devices[j - 1], in->netconf_devices[j]) > 0; j--) {
			char swap[DEVNAME_MAX + 1];

			memcpy(swap, in->netconf_devices[j], sizeof(swap));
			memcpy(in->netconf_devices[j], in->netconf_devices[j - 1], sizeof(swap));
			memcpy(in->netconf_devices[j - 1], swap, sizeof(swap));
		}
}

/* The order of a directory is nobody's: of too many none is taken. */
static bool list_lease(void *arg, const char *name)
{
	struct plan_input *in = arg;
	char device[DEVNAME_MAX + 1];

	if (!conf_device(name, device))
		return true;
	if (in->n_netconfs == NETCONFS_MAX) {
		in->n_netconfs = 0;
		in->lost_leases = "more than " LIMIT_TEXT(NETCONFS_MAX) " leases";
		return false;
	}
	memcpy(in->netconf_devices[in->n_netconfs++], device, sizeof(device));
	return true;
}

/* DHCP's servers write them: a bad one is plan's to judge, who may need none. */
static void read_leases(int root, struct source_buffers *b, struct plan_input *in)
{
	unsigned i;

	sys_list(root, "run", list_lease, in);
	sort_devices(in);
	for (i = 0; i < in->n_netconfs; i++) {
		char path[32];
		ssize_t n;

		out_text(path, sizeof(path), "run/net-%s.conf", in->netconf_devices[i]);
		n = sys_read(root, path, b->netconf[i], sizeof(b->netconf[i]));
		if (n >= 0)
			in->netconfs[i] = (struct span){ b->netconf[i], n };
		else if (n != -ENOENT)
			in->lost_leases = reason(n);
	}
}

/* Keys are gathered here, in the form of struct plan_input. */
struct store {
	int fd;				/* of the directory with a file for each */
	char *buf;
	size_t len;
	int err;
};

static bool store_key(void *arg, const char *name)
{
	struct store *s = arg;
	size_t room = XENSTORE_MAX - s->len, key = strlen(name) + 1;
	char *at = s->buf + s->len;
	ssize_t n = -E2BIG;

	if (key + 2 < room)
		n = sys_read(s->fd, name, at + key + 2, room - key - 2);
	if (n < 0) {
		s->err = n;
		n = 1;			/* whatever it is, it asks for something */
	} else if (n && at[key + 1 + n] == '\n') {
		n--;			/* what a person writes with an editor ends so */
	}
	memcpy(at, name, key);
	at[key] = n;
	at[key + 1] = n >> 8;
	s->len += key + 2 + n;
	return !s->err;
}

static int read_xenstore(int root, const char *name, struct source_buffers *b, struct plan_input *in,
			 struct diag *why)
{
	struct store s = { -1, b->xenstore, 0, 0 };

	if (!strcmp(name, "/")) {
		ssize_t n = xenstore_client_fetch(b->xenstore, sizeof(b->xenstore));

		/* reported already; a boot that other sources ask for goes on */
		in->xenstore_lost = n < 0;
		s.len = n > 0 ? n : 0;
	} else {
		s.fd = openat(root, "xenstore/vm-data/iscsiroot", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		sys_list(s.fd, ".", store_key, &s);
		close(s.fd);
	}
	in->xenstore = (struct span){ b->xenstore, s.len };
	return s.err < 0 ? fail(why, "xenstore vm-data/iscsiroot", s.err) : 0;
}

int source_read(const char *root, struct source_buffers *b, struct plan_input *in,
		struct diag *why)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err[4], i;

	memset(in, 0, sizeof(*in));
	if (fd < 0)
		return fail(why, root, -errno);
	/* what dracut's module wrote: the kernel's and what /etc/cmdline.d in the image has */
	err[0] = fetch(fd, "/run/iscsiroot/cmdline", b->cmdline, sizeof(b->cmdline),
		       &in->cmdline, why);
	if (!in->cmdline.p)
		err[0] = fetch(fd, "/proc/cmdline", b->cmdline, sizeof(b->cmdline),
			       &in->cmdline, why);
	if (in->cmdline.n && in->cmdline.p[in->cmdline.n - 1] == '\n')
		in->cmdline.n--;	/* /proc adds it; within an open quote it would count */
	err[1] = fetch(fd, "/etc/iscsi/iscsi.initramfs", b->file, sizeof(b->file),
		       &in->file, why);
	err[2] = fetch(fd, "/etc/iscsi/initiatorname.iscsi",
		       b->initiatorname, sizeof(b->initiatorname), &in->initiatorname, why);
	err[3] = read_xenstore(fd, root, b, in, why);
	in->has_ibft = !faccessat(fd, "sys/firmware/ibft", F_OK, 0);
	read_leases(fd, b, in);
	close(fd);
	for (i = 0; i < 4; i++)
		if (err[i])
			return err[i];
	return 0;
}
