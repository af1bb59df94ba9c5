// SPDX-License-Identifier: GPL-2.0-or-later
/* The keeper's status and the file that names its process. */
#include <stdlib.h>
#include <string.h>

#include "runtime/keeper_status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void keeper(struct span text)
{
	static char buf[KEEPER_STATUS_TEXT_MAX];
	static struct keeper_status k, again;
	struct out o;
	unsigned i;

	k.n = 99;
	if (!keeper_status_parse(text, &k)) {
		must(k.n == 99);
		return;
	}
	must(k.n <= SESSIONS_MAX && k.iscsid <= PID_LIMIT);
	for (i = 0; i < k.n; i++)
		must(k.sessions[i].since >= -1);
	out_init(&o, buf, sizeof(buf));
	keeper_status_format(&k, &o);
	must(!o.overflow && keeper_status_parse((struct span){ buf, o.len }, &again));
	must(again.iscsid == k.iscsid && again.starts == k.starts && again.guarding == k.guarding &&
	     again.restored == k.restored && again.n == k.n);
	must(!memcmp(again.sessions, k.sessions, k.n * sizeof(*k.sessions)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct span text = { copy, len };
	unsigned pid = 0;

	if (len)
		memcpy(copy, data, len);
	keeper(text);
	must(!keeper_status_pid(text, &pid) || (pid && pid <= PID_LIMIT));
	free(copy);
	return 0;
}
