// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/sys.h"
#include "runtime/keeper_ask.h"
#include "runtime/keeper_look.h"

static struct span read_file(int root, const char *path, char *buf, size_t size)
{
	ssize_t n = sys_read(root, path, buf, size);

	return (struct span){ buf, n > 0 ? n : 0 };
}

/* By the first word of its command line, of which a process that has ended has none. */
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

void held_look(int root, struct held *h)
{
	static char text[KEEPER_STATUS_MAX];
	struct search own = { root, 0 };
	char path[48];

	memset(h, 0, sizeof(*h));
	h->named = status_text_pid(read_file(root, &KEEPER_FILE[1], text, sizeof(text)),
				   &h->pid);
	h->alive = h->named && is_process(root, h->pid, KEEPER_NAME);
	if (!h->alive) {
		sys_list(root, "proc", see_iscsid, &own);
		h->iscsid = own.pid;
		return;
	}
	out_text(path, sizeof(path), "proc/%u/root/status", h->pid);
	h->known = status_text_keeper(read_file(root, path, text, sizeof(text)), &h->status);
	if (h->known && h->status.iscsid && is_process(root, h->status.iscsid, "@iscsid"))
		h->iscsid = h->status.iscsid;
}

const struct keeper_session *held_session(const struct held *h, unsigned sid)
{
	unsigned i;

	for (i = 0; h->known && i < h->status.n; i++)
		if (h->status.sessions[i].sid == sid)
			return &h->status.sessions[i];
	return NULL;
}
