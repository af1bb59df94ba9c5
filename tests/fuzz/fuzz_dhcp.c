// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A client's hardware address and an IPv4 datagram in memory of its very size: an answer is for
 * that client, and says the same when it is built anew, with pad and IP options and without.
 */
#include <stdlib.h>
#include <string.h>

#include "formats/dhcp.h"

#define BOOTP 236

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

/* Options of a datagram with @words of IP header; the rest of it is zero. */
static struct span build(const struct dhcp_answer *a, const uint8_t mac[6], unsigned words, char *b)
{
	char *p = b + 4 * words;
	size_t pads = words - 5;

	memset(b, 0, 512);
	b[0] = 0x40 | words;
	b[9] = 17;
	p[3] = 68;
	p += 8;
	p[0] = 2;
	memcpy(p + 28, mac, 6);
	memcpy(p + BOOTP, "\x63\x82\x53\x63", 4);
	p += BOOTP + 4 + pads;
	if (a->server.family) {
		memcpy(p, "\x36\x04", 2);
		memcpy(p + 2, a->server.b, 4);
		p += 6 + pads;
	}
	memcpy(p, "\x35\x01", 2);
	p[2] = a->type;
	memcpy(p + 3, "\xff\x35\x01\x63", 4);
	return (struct span){ b, (size_t)(p + 7 - b) };
}

static void check(struct span ip, const uint8_t mac[6], const struct dhcp_answer *a)
{
	const char *bootp = ip.p + (ip.p[0] & 15) * 4 + 8;
	uint8_t other[6];
	struct dhcp_answer again;
	char b[512];

	must(a->type && (!a->server.family || a->server.family == 4));
	/* RFC 791: a fragment offset, version 4; RFC 2131: a reply to this client */
	must(!(ip.p[6] & 0x1f) && !ip.p[7] && (ip.p[0] & 0xf0) == 0x40);
	must(bootp + BOOTP + 4 <= ip.p + ip.n && bootp[0] == 2 && !memcmp(bootp + 28, mac, 6));
	memcpy(other, mac, 6);
	other[5] ^= 1;
	must(!dhcp_read(ip, other, &again));
	for (unsigned words = 5; words <= 15; words += 5) {
		struct span built = build(a, mac, words, b);

		must(dhcp_read(built, mac, &again) && !memcmp(a, &again, sizeof(*a)));
		/* cut in its type, which stands last */
		built.n -= 5;
		must(!dhcp_read(built, mac, &again));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp_answer a, before;
	struct span ip;
	char *copy;

	if (size < 6)
		return 0;
	copy = malloc(size > 6 ? size - 6 : 1);
	memcpy(copy, data + 6, size - 6);
	ip = (struct span){ copy, size - 6 };
	memset(&a, 0xa5, sizeof(a));
	before = a;
	if (dhcp_read(ip, data, &a))
		check(ip, data, &a);
	else
		must(!memcmp(&a, &before, sizeof(a)));
	free(copy);
	return 0;
}
