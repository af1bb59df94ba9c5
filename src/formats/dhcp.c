// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/dhcp.h"

#define UDP_LEN 8
#define BOOTP_LEN 236		/* what stands before the magic cookie */
#define CLIENT_PORT 68

/* Options are a code, a length and as many bytes; code 0 is a byte alone, 255 the end. */
static void read_options(struct span s, struct dhcp_answer *a)
{
	while (s.n >= 2 && (uint8_t)*s.p != 255) {
		uint8_t code = *s.p, len = s.p[1];

		if (!code) {
			span_skip(&s, 1);
			continue;
		}
		span_skip(&s, 2);
		if (len > s.n)
			return;
		if (code == 53 && len == 1)
			a->type = *s.p;
		if (code == 54 && len == 4) {
			a->server.family = 4;
			memcpy(a->server.b, s.p, 4);
		}
		span_skip(&s, len);
	}
}

bool dhcp_read(struct span ip, const uint8_t mac[6], struct dhcp_answer *a)
{
	struct dhcp_answer got = { 0 };
	size_t header = ip.n ? (ip.p[0] & 15) * 4u : 0;

	/* version 4, no fragment but a first one, UDP */
	if (ip.n < 20 || (ip.p[0] & 0xf0) != 0x40 || header < 20 || (ip.p[6] & 0x1f) || ip.p[7] ||
	    ip.p[9] != 17 || ip.n < header + UDP_LEN + BOOTP_LEN + 4)
		return false;
	span_skip(&ip, header);
	if (ip.p[2] || ip.p[3] != CLIENT_PORT)
		return false;
	span_skip(&ip, UDP_LEN);
	/* op BOOTREPLY, chaddr */
	if (ip.p[0] != 2 || memcmp(ip.p + 28, mac, 6) ||
	    memcmp(ip.p + BOOTP_LEN, "\x63\x82\x53\x63", 4))
		return false;
	span_skip(&ip, BOOTP_LEN + 4);
	read_options(ip, &got);
	if (got.type)
		*a = got;
	return got.type;
}
