// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/sys.h"
#include "runtime/keeper_client.h"
#include "runtime/keeper_control.h"

static struct span read_file(int root, const char *path, char *buf, size_t size)
{
	ssize_t n = sys_read(root, path, buf, size);

	return (struct span){ buf, n > 0 ? n : 0 };
}

/* Is the first argument of its command line @name? A process that has ended has no arguments. */
static bool is_process(int root, unsigned pid, const char *name)
{
	char path[48], text[4096];
	struct span rest, word;
	ssize_t n;

	out_text(path, sizeof(path), "proc/%u/cmdline", pid);
	n = sys_read(root, path, text, sizeof(text));
	if (n == -E2BIG)
		n = sizeof(text) - 1;
	rest = (struct span){ text, n > 0 ? n : 0 };
	span_cut(&rest, '\0', &word);
	return span_eq(word, name);
}

static bool is_comm(int root, const char *pid, const char *name)
{
	char path[300], text[64];
	struct span rest, word;

	out_text(path, sizeof(path), "proc/%s/comm", pid);
	rest = read_file(root, path, text, sizeof(text));
	span_cut(&rest, '\n', &word);
	return span_eq(word, name);
}

struct search {
	int root;
	unsigned pid;
};

static bool see_iscsid(void *arg, const char *name)
{
	struct search *s = arg;
	uint64_t pid;

	if (!scan_uint(span_of(name), PID_LIMIT, &pid) || !is_comm(s->root, name, "iscsid"))
		return true;
	s->pid = pid;
	return false;
}

void keeper_client_look(int root, struct keeper_client *c)
{
	static char text[KEEPER_STATUS_TEXT_MAX + 1];
	struct search own = { root, 0 };
	char path[48];

	memset(c, 0, sizeof(*c));
	c->named = keeper_status_pid(read_file(root, &KEEPER_FILE[1], text, sizeof(text)),
				   &c->pid);
	c->alive = c->named && is_process(root, c->pid, KEEPER_NAME);
	if (!c->alive) {
		sys_list(root, "proc", see_iscsid, &own);
		c->iscsid = own.pid;
		return;
	}
	out_text(path, sizeof(path), "proc/%u/root/status", c->pid);
	c->known = keeper_status_parse(read_file(root, path, text, sizeof(text)), &c->status);
	if (c->known && c->status.iscsid && is_process(root, c->status.iscsid, "@iscsid"))
		c->iscsid = c->status.iscsid;
}

const struct keeper_session *keeper_client_session(const struct keeper_client *c, unsigned sid)
{
	unsigned i;

	for (i = 0; c->known && i < c->status.n; i++)
		if (c->status.sessions[i].sid == sid)
			return &c->status.sessions[i];
	return NULL;
}
