// SPDX-License-Identifier: GPL-2.0-or-later
/* status: reads everything before the first item is reported. */
#include <errno.h>
#include <string.h>

#include "base/sys.h"
#include "formats/route.h"
#include "kernel/sysfs.h"
#include "system/status/status.h"

static char mounts_text[131072], timeline_text[65536], routes_text[131072];

void status_attr(const char *name, char *buf, size_t size)
{
	sysfs_read(buf, size, "class/%s", name);
}

/* sda before sdb before sdaa */
static bool comes_after(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	return la != lb ? la > lb : strcmp(a, b) > 0;
}

static void sort_chain(struct status *st, unsigned from)
{
	const struct block *b = st->c.blocks.b;
	unsigned i, k;

	for (i = from; i < st->n_chain; i++)
		for (k = i; k > from; k--) {
			short low = st->chain[k - 1], high = st->chain[k];

			if (!comes_after(b[low].name, b[high].name))
				break;
			st->chain[k - 1] = high;
			st->chain[k] = low;
		}
}

/* The devices from the mounted one down to the disks, level by level. */
static void find_chain(struct status *st)
{
	unsigned i;

	if (check_root_block(&st->c))
		st->chain[st->n_chain++] = (short)st->c.disk;
	for (i = 0; i < st->n_chain; i++) {
		unsigned from = st->n_chain;

		st->chain_cut |= !check_add_below(&st->c, st->chain[i], st->chain, &st->n_chain,
						  CHAIN_MAX);
		sort_chain(st, from);
	}
}

static bool has_nic(const char *name)
{
	char attr[64], index[16];

	out_text(attr, sizeof(attr), "net/%s/ifindex", name);
	status_attr(attr, index, sizeof(index));
	return index[0];
}

static void look_at_nic(struct status_nic *n)
{
	char attr[64], text[16];

	out_text(attr, sizeof(attr), "net/%s/operstate", n->name);
	status_attr(attr, n->state, sizeof(n->state));
	if (!n->state[0] && has_nic(n->name))
		memcpy(n->state, "unknown", 8);
	/* it cannot be read while the device is down */
	out_text(attr, sizeof(attr), "net/%s/carrier", n->name);
	status_attr(attr, text, sizeof(text));
	n->carrier = !strcmp(text, "1");
	n->good = n->carrier && (!strcmp(n->state, "up") || !strcmp(n->state, "unknown"));
}

static short nic_add(struct status *st, const char *name)
{
	unsigned i;

	for (i = 0; i < st->n_nics; i++)
		if (!strcmp(st->nics[i].name, name))
			return (short)i;
	memset(&st->nics[i], 0, sizeof(st->nics[i]));
	span_copy(span_of(name), st->nics[i].name, sizeof(st->nics[i].name));
	look_at_nic(&st->nics[i]);
	st->n_nics++;
	return (short)i;
}

/* False: where the routes can be read and none leads there, @lost is set as well. */
static bool nic_by_route(const struct status *st, const struct addr *to, char *name, bool *lost)
{
	const char *path = to->family == 4 ? "proc/net/route" : "proc/net/ipv6_route";
	struct span table = check_read(&st->c, path, routes_text, sizeof(routes_text));
	bool whole = table.n && table.n < sizeof(routes_text) - 1;
	bool found = route_device(table, to, name);

	*lost = whole && !found;
	return found;
}

/* The NIC that the session is bound to, else that with its address, else that of the route. */
static void find_nic(struct status *st, unsigned i)
{
	const struct session *s = &st->c.sessions[i];
	struct status_session *ss = &st->sessions[i];
	char attr[64], text[64], name[3][DEVNAME_MAX + 1] = { "", "", "" };
	struct addr to;
	int k;

	out_text(attr, sizeof(attr), "iscsi_host/host%u/ipaddress", s->host);
	status_attr(attr, text, sizeof(text));
	out_text(attr, sizeof(attr), "iscsi_host/host%u/netdev", s->host);
	status_attr(attr, name[0], sizeof(name[0]));
	if (!has_nic(name[0]))
		name[0][0] = '\0';
	if (scan_addr(span_of(text), &ss->local)) {
		const struct handoff_nic *nic = handoff_find_nic(&st->c.handoff, &ss->local);

		out_text(name[1], sizeof(name[1]), "%s", nic ? nic->name : "");
	}
	if (scan_addr(span_of(s->address), &to))
		nic_by_route(st, &to, name[2], &ss->lost_route);
	for (k = 0; k < 3 && ss->nic < 0; k++)
		if (has_nic(name[k]))
			ss->nic = nic_add(st, name[k]);
	if (ss->nic < 0 && (name[1][0] || name[2][0]))
		ss->nic = nic_add(st, name[1][0] ? name[1] : name[2]);
}

static void look_at_session(struct status *st, unsigned i)
{
	struct status_session *ss = &st->sessions[i];
	char attr[64];

	*ss = (struct status_session){ .nic = -1 };
	out_text(attr, sizeof(attr), "iscsi_session/session%u/state", st->c.sessions[i].sid);
	status_attr(attr, ss->state, sizeof(ss->state));
}

static void find_paths(struct status *st)
{
	unsigned i;

	for (i = 0; i < st->c.n_sessions; i++)
		look_at_session(st, i);
	for (i = 0; i < st->n_chain; i++) {
		const struct block *b = &st->c.blocks.b[st->chain[i]];
		struct status_path *p = &st->paths[st->n_paths];

		if (b->base != st->chain[i] || b->session < 0)
			continue;
		*p = (struct status_path){ .block = st->chain[i], .session = b->session };
		st->sessions[b->session].carries = true;
		st->n_paths++;
	}
	for (i = 0; i < st->c.n_sessions; i++)
		if (st->sessions[i].carries)
			find_nic(st, i);
}

static bool is_running(const struct block *b)
{
	char state[32];

	disk_attr(b->name, "device/state", state, sizeof(state));
	return !strcmp(state, "running");
}

static void judge_paths(struct status *st)
{
	const struct block *b = st->c.blocks.b;
	unsigned i, k;

	for (i = 0; i < st->n_paths; i++) {
		struct status_path *p = &st->paths[i];
		const struct status_session *ss = &st->sessions[p->session];

		p->good = st->c.sessions[p->session].logged_in &&
			  is_running(&b[p->block]) &&
			  (ss->nic < 0 || st->nics[ss->nic].good);
	}
	for (i = 0; i < st->n_paths; i++)
		for (k = 0; k < st->n_paths; k++)
			st->paths[i].spare |= i != k && st->paths[k].good &&
				disk_same_lun(st->c.sessions, &b[st->paths[i].block],
					      &b[st->paths[k].block]);
}

enum check_state status_grade(const struct status_path *p)
{
	return p->spare ? CHECK_WARN : CHECK_FAIL;
}

enum check_state status_of_session(const struct status *st, unsigned session)
{
	enum check_state worst = CHECK_OK;
	unsigned i;

	for (i = 0; i < st->n_paths; i++)
		if (st->paths[i].session == (short)session && status_grade(&st->paths[i]) > worst)
			worst = status_grade(&st->paths[i]);
	return worst;
}

int status_open(struct status *st, const char *dir)
{
	int err;

	memset(st, 0, sizeof(*st));
	err = check_open(&st->c, dir);
	if (err)
		return err;
	keeper_client_look(st->c.root, &st->keeper);
	st->mounts = check_read(&st->c, "proc/self/mountinfo", mounts_text, sizeof(mounts_text));
	st->timeline = check_read(&st->c, "run/iscsiroot/timeline", timeline_text,
				  sizeof(timeline_text));
	st->uptime = check_uptime(&st->c);
	find_chain(st);
	find_paths(st);
	judge_paths(st);
	return 0;
}

bool status_asked(const struct status *st)
{
	return st->n_paths || st->c.handoff.n_sessions;
}
