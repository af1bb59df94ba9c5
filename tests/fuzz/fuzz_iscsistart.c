// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "formats/iscsistart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is said: a known verdict, a terminated text, and a reason for every failure. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct login_words w, again;
	bool chap = size && data[0] & 1;

	memset(&w, 0xff, sizeof(w));
	login_read_output((const char *)data, size, chap, &w);
	if (w.said > SAID_UP || !memchr(w.text, '\0', sizeof(w.text)))
		abort();
	if (w.said >= SAID_LOST && w.said <= SAID_NEVER && (!*w.text || !w.code))
		abort();
	if ((w.said == SAID_NOTHING || w.said == SAID_UP) && w.code)
		abort();
	/* Nothing is left over from one run to the next. */
	memset(&again, 0, sizeof(again));
	login_read_output((const char *)data, size, chap, &again);
	if (memcmp(&w.said, &again.said, sizeof(w.said)) || strcmp(w.text, again.text))
		abort();
	return 0;
}
