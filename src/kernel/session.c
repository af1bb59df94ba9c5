// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "kernel/session.h"
#include "kernel/sysfs.h"

/* "session7" -> 7 */
static bool read_numbered(const char *name, const char *prefix, unsigned *n)
{
	size_t len = strlen(prefix);
	uint64_t v;

	if (strncmp(name, prefix, len) || !scan_uint(span_of(name + len), INT32_MAX, &v))
		return false;
	*n = v;
	return true;
}

/* The class entry is a link to .../hostH/sessionN/iscsi_session/sessionN. */
static unsigned read_host(unsigned sid)
{
	char link[512], name[32];
	struct span rest, part;
	unsigned host = 0;

	rest = sysfs_link(link, sizeof(link), "class/iscsi_session/session%u", sid);
	while (rest.n) {
		span_cut(&rest, '/', &part);
		if (span_copy(part, name, sizeof(name)) && read_numbered(name, "host", &host))
			break;
	}
	return host;
}

#define SESSION "class/iscsi_session/session%u/"
#define CONNECTION "class/iscsi_connection/connection%u:%u/"

/* @kind: "persistent_", as it was asked for, or "", as it is connected, perhaps by a redirection. */
static void read_portal(struct session *s, const char *kind)
{
	char text[512];

	span_copy(sysfs_read(text, sizeof(text), CONNECTION "%saddress", s->sid, s->cid, kind), s->address,
		  sizeof(s->address));
	s->port = sysfs_number(UINT16_MAX, CONNECTION "%sport", s->sid, s->cid, kind);
}

static void read_session(unsigned sid, struct session *s)
{
	char text[512];

	*s = (struct session){ .sid = sid, .host = read_host(sid) };
	s->logged_in = span_eq(sysfs_read(text, sizeof(text), SESSION "state", sid), "LOGGED_IN");
	span_copy(sysfs_read(text, sizeof(text), SESSION "targetname", sid), s->target, sizeof(s->target));
	s->tpgt = sysfs_number(UINT16_MAX, SESSION "tpgt", sid);
	read_portal(s, "persistent_");
	if (!*s->address)
		read_portal(s, "");
	s->first_login = !s->logged_in && !session_was_up(s);
}

struct listing {
	struct session *list;
	unsigned n, max;
};

static bool list_one(void *arg, const char *name)
{
	struct listing *l = arg;
	unsigned sid;

	if (read_numbered(name, "session", &sid))
		read_session(sid, &l->list[l->n++]);
	return l->n < l->max;
}

int session_list(struct session *list, unsigned max)
{
	struct listing l = { list, 0, max };
	int err = sysfs_list(list_one, &l, "class/iscsi_session");

	return err && err != -ENOENT ? err : (int)l.n;
}

static bool count_one(void *arg, const char *name)
{
	unsigned sid;

	*(unsigned *)arg += read_numbered(name, "session", &sid);
	return true;
}

unsigned session_count(void)
{
	unsigned n = 0;

	sysfs_list(count_one, &n, "class/iscsi_session");
	return n;
}

void session_portal(const struct session *s, char *buf, size_t size)
{
	bool six = strchr(s->address, ':');

	out_text(buf, size, "%s%s%s:%u", six ? "[" : "", s->address, six ? "]" : "", s->port);
}

struct disks {
	const char *part;
	bool (*fn)(void *arg, const char *disk);
	void *arg;
};

/* .../hostH/sessionN/targetH:0:0/H:0:0:L/block/NAME */
static bool list_disk(void *arg, const char *name)
{
	struct disks *d = arg;
	char link[512];

	if (!span_find(sysfs_link(link, sizeof(link), "block/%s", name), d->part).p)
		return true;
	return d->fn(d->arg, name);
}

int session_disks(const struct session *s, bool (*fn)(void *arg, const char *disk), void *arg)
{
	char part[32];
	struct disks d = { part, fn, arg };

	out_text(part, sizeof(part), "/session%u/", s->sid);
	return sysfs_list(list_disk, &d, "block");
}

static bool stop_at_target(void *arg, const char *name)
{
	struct span s = span_of(name);

	return !(*(bool *)arg = span_take(&s, "target"));
}

static bool stop_at_disk(void *arg, const char *disk)
{
	(void)disk;
	*(bool *)arg = true;
	return false;
}

bool session_was_up(const struct session *s)
{
	bool found = false;

	sysfs_list(stop_at_target, &found, "class/iscsi_session/session%u/device", s->sid);
	if (!found)
		session_disks(s, stop_at_disk, &found);
	return found;
}

bool session_local(const struct session *s, struct addr *local)
{
	char text[64];

	return scan_addr(sysfs_read(text, sizeof(text), "class/iscsi_host/host%u/ipaddress", s->host), local);
}

static enum session_state read_state(unsigned sid)
{
	char text[32];
	struct span s = sysfs_read(text, sizeof(text), SESSION "state", sid);

	return span_eq(s, "LOGGED_IN") ? SESSION_LOGGED_IN : span_eq(s, "FAILED") ? SESSION_FAILED :
	       span_eq(s, "FREE") ? SESSION_FREE : SESSION_GONE;
}

/* A decimal number; -1 for a negative one, "off", and for none. */
static int32_t read_signed(unsigned sid, const char *name)
{
	char text[32];
	uint64_t v;

	return scan_uint(sysfs_read(text, sizeof(text), SESSION "%s", sid, name), INT32_MAX, &v) ? (int32_t)v : -1;
}

void session_facts(unsigned sid, unsigned cid, struct session_facts *f)
{
	*f = (struct session_facts){ .state = read_state(sid), .creator = read_signed(sid, "creator"),
				     .recovery_tmo = read_signed(sid, "recovery_tmo") };
	f->connected = sysfs_exists(CONNECTION, sid, cid);
	f->exp_statsn = sysfs_number(UINT32_MAX, CONNECTION "exp_statsn", sid, cid);
}

int session_set_recovery(unsigned sid, uint32_t seconds)
{
	char text[16];

	out_text(text, sizeof(text), "%u", seconds);
	return sysfs_write(text, SESSION "recovery_tmo", sid);
}
