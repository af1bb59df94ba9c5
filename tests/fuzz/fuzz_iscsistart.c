// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "formats/iscsistart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is said: a known verdict, a terminated text, and a reason for every failure. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct iscsistart_result w, again;
	bool chap = size && data[0] & 1;

	memset(&w, 0xff, sizeof(w));
	iscsistart_read((const char *)data, size, chap, &w);
	if (w.outcome > ISCSISTART_LOGGED_IN || !memchr(w.cause.text, '\0', sizeof(w.cause.text)))
		abort();
	if (w.outcome >= ISCSISTART_LOST && w.outcome <= ISCSISTART_FAILED && (!*w.cause.text || !w.cause.code))
		abort();
	if ((w.outcome == ISCSISTART_UNDECIDED || w.outcome == ISCSISTART_LOGGED_IN) && w.cause.code)
		abort();
	/* Nothing is left over from one run to the next. */
	memset(&again, 0, sizeof(again));
	iscsistart_read((const char *)data, size, chap, &again);
	if (memcmp(&w.outcome, &again.outcome, sizeof(w.outcome)) || strcmp(w.cause.text, again.cause.text))
		abort();
	return 0;
}
