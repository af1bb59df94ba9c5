// SPDX-License-Identifier: GPL-2.0-or-later
/* The keeper's files and the timeline, as `iscsiroot status` reads them. */
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
	static struct keeper_status k;
	unsigned i;

	k.n = 99;
	if (!status_text_keeper(text, &k)) {
		must(k.n == 99);
		return;
	}
	must(k.n <= SESSIONS_MAX && k.iscsid <= PID_LIMIT);
	for (i = 0; i < k.n; i++)
		must(k.sessions[i].since >= -1);
}

static void shown(struct span text)
{
	uint64_t n = 0;
	char line[32];
	struct out o;

	memcpy(&n, text.p, text.n < sizeof(n) ? text.n : sizeof(n));
	out_init(&o, line, sizeof(line));
	status_text_age(&o, n);
	must(!o.overflow && o.len);
	out_init(&o, line, sizeof(line));
	status_text_size(&o, n);
	must(!o.overflow && o.len);
	status_text_error(n % 2048);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct span text = { copy, len };
	unsigned pid = 0;
	int64_t when = -1;
	uint64_t booted;

	if (len)
		memcpy(copy, data, len);
	keeper(text);
	shown(text);
	must(!status_text_pid(text, &pid) || (pid && pid <= PID_LIMIT));
	must(!status_text_login(text, "192.0.2.10:3260", &when) || when >= 0);
	must(!status_text_booted(text, &booted) || booted <= INT64_MAX);
	free(copy);
	return 0;
}
