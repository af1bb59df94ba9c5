// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/codes.h"
#include "base/sys.h"
#include "kernel/session.h"
#include "runtime/handoff_file.h"
#include "system/own_sessions.h"

static bool has_target(const struct handoff *h, const char *target)
{
	unsigned i;

	for (i = 0; i < h->n_sessions; i++)
		if (!strcmp(h->sessions[i].target, target))
			return true;
	return false;
}

int own_sessions(const char *dir)
{
	static struct session list[SESSIONS_MAX + 1];
	static struct handoff h;
	struct diag why;
	char line[512];
	int n, i;

	if (handoff_read(dir, &h, &why)) {
		diag_format(&why, line, sizeof(line));
		sys_say("own-sessions", line);
		return CODE_SYSTEM;
	}
	n = session_list(list, SESSIONS_MAX + 1);
	if (n < 0) {
		sys_say("own-sessions", sys_error(n));
		return CODE_SYSTEM;
	}
	/* more than the list holds are more than a boot makes */
	if (n > SESSIONS_MAX)
		return CODE_NOT_ASKED;
	for (i = 0; i < n; i++)
		if (!has_target(&h, list[i].target))
			return CODE_NOT_ASKED;
	return CODE_DONE;
}
