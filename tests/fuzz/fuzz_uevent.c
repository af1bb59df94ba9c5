// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "formats/uevent.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What is handed out lies within the message. */
static void within(struct span s, const char *msg, size_t len)
{
	if (s.n && (s.p < msg || s.p + s.n > msg + len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* a copy of its very size: a byte too far is seen */
	char *msg = malloc(len ? len : 1);
	struct uevent ev;

	if (len)
		memcpy(msg, data, len);
	if (uevent_parse(msg, len, &ev)) {
		within(ev.action, msg, len);
		within(ev.subsystem, msg, len);
		within(ev.devname, msg, len);
		within(ev.devtype, msg, len);
		if (!ev.action.n || !ev.subsystem.n)
			abort();
	}
	free(msg);
	return 0;
}
