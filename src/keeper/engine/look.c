// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "keeper/engine/look.h"
#include "kernel/kmsg.h"
#include "kernel/sysfs.h"

#define SESSION "class/iscsi_session/session%u"
#define CONNECTION "class/iscsi_connection/connection%u:0"

static bool is_ours(const struct session *s)
{
	struct session_facts f;

	session_facts(s->sid, 0, &f);
	return f.creator == -1;
}

static bool is_of(const struct session *s, const struct connection *c)
{
	struct addr address;

	return s->port == c->portal->port && !strcmp(s->target, c->target->name) &&
	       scan_addr(span_of(s->address), &address) && addr_eq(&address, &c->portal->address);
}

static bool is_logged_in(unsigned sid)
{
	char text[32];

	return span_eq(sysfs_read(text, sizeof(text), SESSION "/state", sid), "LOGGED_IN");
}

/* Linux before 5.5 does not show the state of a connection: the session's has to do. */
static bool works(unsigned sid)
{
	struct span s;
	char text[32];

	if (!is_logged_in(sid))
		return false;
	s = sysfs_read(text, sizeof(text), CONNECTION "/state", sid);
	return !s.n || span_eq(s, "up");
}

void look_adopt(struct connection *list, unsigned n)
{
	static struct session sessions[SESSIONS_MAX + 1];
	int found = session_list(sessions, SESSIONS_MAX + 1), i;
	unsigned k;

	if (found > SESSIONS_MAX)
		kmsg_log("<4>", "iscsiroot: keeper: more than %u sessions: the others are not looked at", SESSIONS_MAX);
	for (i = 0; i < found && i < SESSIONS_MAX; i++) {
		for (k = 0; k < n; k++)
			if (!list[k].has_session && is_of(&sessions[i], &list[k]))
				break;
		if (k < n && is_ours(&sessions[i]))
			connection_adopt(&list[k], &sessions[i], sysfs_exists(CONNECTION, sessions[i].sid),
					 works(sessions[i].sid));
	}
}

void look_at(struct connection *c, bool lost)
{
	if (!c->has_session || c->step == CONN_OFF)
		return;
	if (!c->asked && !sysfs_exists(SESSION, c->sid))
		connection_vanished(c);
	else if (c->step == CONN_UP ? !works(c->sid) : lost)
		connection_lost(c);
}
