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

/* The first of these files that has a value, without what is around it; nothing otherwise. */
static struct span first_value(int root, const char *const *paths, char *buf, size_t size)
{
	for (; *paths; paths++) {
		ssize_t n = sys_read(root, *paths, buf, size);
		struct span s = { buf, n > 0 ? (size_t)n : 0 };

		while (s.n && ((unsigned char)s.p[s.n - 1] <= ' '))
			s.n--;
		while (s.n && *s.p == ' ')
			span_skip(&s, 1);
		if (s.n)
			return s;
	}
	return (struct span){ buf, 0 };
}

/* Firmware that was never told writes one digit throughout. */
static bool is_uuid(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!strchr(i == 8 || i == 13 || i == 18 || i == 23 ? "-" : "0123456789abcdefABCDEF",
			    s.p[i]))
			return false;
	for (i = 1; i < 8 && s.n == 36; i++)
		if (s.p[i] != *s.p)
			return true;
	for (i = 24; i < 36 && s.n == 36; i++)
		if (s.p[i] != *s.p)
			return true;
	return false;
}

static bool is_placeholder(struct span s)
{
	static const char *const words[] = {
		"0", "none", "not specified", "not available", "to be filled by o.e.m.",
		"default string", "system serial number", "n/a", "unknown", "oem",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_eq_nocase(s, words[i]))
			return true;
	return false;
}

static void read_machine(int root, struct source_buffers *b, struct plan_input *in)
{
	static const char *const uuids[] = {
		"sys/class/dmi/id/product_uuid", "sys/firmware/devicetree/base/vm,uuid",
		"proc/device-tree/vm,uuid", "sys/hypervisor/uuid", NULL,
	}, *const serials[] = {
		"sys/class/dmi/id/product_serial", "sys/firmware/devicetree/base/serial-number",
		"proc/device-tree/serial-number", NULL,
	}, *const hostnames[] = { "etc/hostname", NULL };
	unsigned i;
	size_t k;

	for (i = 0; uuids[i] && !in->uuid.n; i++) {
		const char *const one[] = { uuids[i], NULL };

		in->uuid = first_value(root, one, b->uuid, sizeof(b->uuid));
		if (!is_uuid(in->uuid))
			in->uuid.n = 0;
	}
	for (k = in->uuid.p ? in->uuid.p - b->uuid : 0; k < sizeof(b->uuid); k++)
		if (b->uuid[k] >= 'A' && b->uuid[k] <= 'F')
			b->uuid[k] += 'a' - 'A';
	in->serial = first_value(root, serials, b->serial, sizeof(b->serial));
	if (is_placeholder(in->serial))
		in->serial.n = 0;
	in->hostname = first_value(root, hostnames, b->hostname, sizeof(b->hostname));
	if (span_eq(in->hostname, "localhost") || span_eq(in->hostname, "(none)"))
		in->hostname.n = 0;
}

struct nic_list {
	int root;
	struct plan_input *in;
};

static bool list_nic(void *arg, const char *name)
{
	static const uint8_t zero[6];
	struct nic_list *l = arg;
	struct plan_nic *nic = &l->in->nics[l->in->n_nics];
	char path[64], text[64];
	struct span s;
	ssize_t n;

	if (l->in->n_nics == NICS_MAX || !strcmp(name, "lo") ||
	    !span_copy(span_of(name), nic->name, sizeof(nic->name)))
		return true;
	out_text(path, sizeof(path), "sys/class/net/%s/address", name);
	n = sys_read(l->root, path, text, sizeof(text));
	s = (struct span){ text, n > 0 ? (size_t)n : 0 };
	if (s.n && s.p[s.n - 1] == '\n')
		s.n--;
	if (!scan_mac(s, nic->mac) || !memcmp(nic->mac, zero, sizeof(zero)))
		return true;
	out_text(path, sizeof(path), "sys/class/net/%s/device", name);
	nic->physical = !faccessat(l->root, path, F_OK, 0);
	l->in->n_nics++;
	return true;
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
	read_machine(fd, b, in);
	sys_list(fd, "sys/class/net", list_nic, &(struct nic_list){ fd, in });
	in->has_ibft = !faccessat(fd, "sys/firmware/ibft", F_OK, 0);
	read_leases(fd, b, in);
	close(fd);
	for (i = 0; i < 4; i++)
		in->unreadable |= i != 2 && err[i] && err[i] != -E2BIG;	/* 2: a name asks for nothing */
	for (i = 0; i < 4; i++)
		if (err[i])
			return err[i];
	return 0;
}
