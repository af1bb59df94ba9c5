// SPDX-License-Identifier: GPL-2.0-or-later
/* A datagram of any bytes: every reader on every message; ends, and stays within its bytes. */
#include <stdlib.h>
#include <string.h>

#include "nlmsg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size };
	struct nlmsg_link l;
	struct nlmsg_addr a;
	struct nlmsg m;
	int err;

	while (nlmsg_next(&rest, &m)) {
		if (nlmsg_read_link(&m, &l) && (!l.name[0] || memchr(l.name, 0, 16) == NULL))
			abort();
		if (nlmsg_read_addr(&m, &a) && a.addr.family != 4 && a.addr.family != 6)
			abort();
		if (nlmsg_read_error(&m, &err) && err > 0)
			abort();
	}
	return 0;
}
