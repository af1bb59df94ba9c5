// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "formats/dhcp.h"
#include "tap.h"

#define BOOTP 28		/* behind IP and UDP headers without options */
#define OPTIONS (BOOTP + 240)

static const uint8_t mac[6] = { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 };
static char packet[1024];

#define SERVER "\x36\x04\xc0\x00\x02\x01"	/* server identifier: 192.0.2.1 */
#define LEASE "\x33\x04\x00\x00\x0e\x10" "\x01\x04\xff\xff\xff\x00" "\x03\x04\xc0\x00\x02\x01"

/* A server's datagram to this client with these options. */
static struct span build(const char *options, size_t n)
{
	memset(packet, 0, sizeof(packet));
	packet[0] = 0x45;
	packet[8] = 64;
	packet[9] = 17;
	packet[21] = 67;
	packet[23] = 68;
	packet[BOOTP] = 2;
	packet[BOOTP + 1] = 1;
	packet[BOOTP + 2] = 6;
	memcpy(packet + BOOTP + 28, mac, 6);
	memcpy(packet + BOOTP + 236, "\x63\x82\x53\x63", 4);
	memcpy(packet + OPTIONS, options, n);
	return (struct span){ packet, OPTIONS + n };
}

static void test_answers(void)
{
#define ROW(name, options, type, server) { name, options, sizeof(options) - 1, type, server }
	static const struct { const char *name, *options; size_t n; uint8_t type; bool server; }
	rows[] = {
		ROW("offer", "\x35\x01\x02" SERVER LEASE "\xff", DHCP_OFFER, true),
		ROW("acknowledgement", "\x35\x01\x05" SERVER LEASE "\xff", DHCP_ACK, true),
		ROW("refusal", "\x35\x01\x06" SERVER "\xff", DHCP_NAK, true),
		ROW("no server identifier", "\x35\x01\x06\xff", DHCP_NAK, false),
		ROW("type behind the rest", LEASE SERVER "\x35\x01\x05\xff", DHCP_ACK, true),
		ROW("pads between options", "\0\0\x35\x01\x02\0" SERVER "\0\0\0\xff\0\0", DHCP_OFFER, true),
		ROW("no end", "\x35\x01\x02" SERVER, DHCP_OFFER, true),
		ROW("nothing behind the end counts", "\x35\x01\x02\xff\x35\x01\x06" SERVER,
		    DHCP_OFFER, false),
		ROW("an option past the end", "\x35\x01\x02\x36\x05\xc0\x00\x02\x01", DHCP_OFFER, false),
		ROW("a code without a length", "\x35\x01\x02" SERVER "\x0f", DHCP_OFFER, true),
		ROW("a server identifier of three bytes", "\x35\x01\x02\x36\x03\xc0\x00\x02\xff",
		    DHCP_OFFER, false),
		ROW("a type of two bytes", "\x35\x02\x02\x02" SERVER "\xff", 0, false),
		ROW("no type", SERVER LEASE "\xff", 0, false),
		ROW("the type behind the end", "\xff\x35\x01\x02", 0, false),
		ROW("an empty option", "\x50\x00\x35\x01\x05\xff", DHCP_ACK, false),
		ROW("no options", "", 0, false),
	};
#undef ROW
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static const struct addr want = { .family = 4, .b = { 192, 0, 2, 1 } };
		static const struct addr none = { 0 };
		struct dhcp_answer a = { .type = 99 };
		bool good = dhcp_read(build(rows[i].options, rows[i].n), mac, &a);

		if (rows[i].type)
			ok(good && a.type == rows[i].type &&
			   addr_eq(&a.server, rows[i].server ? &want : &none), "%s", rows[i].name);
		else
			ok(!good && a.type == 99, "%s: no answer, the result is left", rows[i].name);
	}
}

/* One byte of an offer changed. */
static void test_others(void)
{
	static const struct { const char *name; unsigned at; uint8_t value; bool good; } rows[] = {
		{ "as it is", 8, 63, true },
		{ "IPv6", 0, 0x65, false },
		{ "an IP header too short to be one", 0, 0x44, false },
		{ "an IP header of another length", 0, 0x46, false },
		{ "a first fragment", 6, 0x20, true },
		{ "not to be fragmented", 6, 0x40, true },
		{ "a later fragment", 7, 185, false },
		{ "a far fragment", 6, 0x01, false },
		{ "TCP", 9, 6, false },
		{ "to the server's port", 23, 67, false },
		{ "to a port with the same low byte", 22, 1, false },
		{ "a request", BOOTP, 1, false },
		{ "another client's", BOOTP + 28, 0x02, false },
		{ "another client's, in the last byte", BOOTP + 33, 0x57, false },
		{ "BOOTP without the cookie", BOOTP + 239, 0, false },
	};
	static const char options[] = "\x35\x01\x02" SERVER "\xff";
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dhcp_answer a = { .type = 99 };
		struct span ip = build(options, sizeof(options) - 1);

		packet[rows[i].at] = rows[i].value;
		ok(dhcp_read(ip, mac, &a) == rows[i].good && a.type == (rows[i].good ? DHCP_OFFER : 99),
		   "%s: %s", rows[i].name, rows[i].good ? "read" : "not read, the result is left");
	}
}

static void test_ip_options(void)
{
	static const char options[] = "\x35\x01\x06" SERVER "\xff";
	struct span ip = build(options, sizeof(options) - 1);
	struct dhcp_answer a = { 0 };

	memmove(packet + 60, packet + 20, ip.n - 20);
	memset(packet + 20, 1, 40);
	packet[0] = 0x4f;
	ip.n += 40;
	ok(dhcp_read(ip, mac, &a) && a.type == DHCP_NAK && a.server.b[3] == 1,
	   "behind as many IP options as there can be");
	ip.n = 20;
	ok(!dhcp_read(ip, mac, &a), "cut before its IP options end");
}

/* Each length in memory of its very size: under a sanitizer a byte too far is seen. */
static void test_cut(void)
{
	static const char options[] = "\0\x35\x01\x02" SERVER LEASE "\xff";
	struct span whole = build(options, sizeof(options) - 1);
	const size_t type = OPTIONS + 4, server = type + 6;
	size_t n, wrong = 0;

	for (n = 0; n <= whole.n; n++) {
		char *copy = malloc(n ? n : 1);
		struct dhcp_answer a = { 0 };
		bool good;

		if (!copy) {
			wrong++;
			break;
		}
		memcpy(copy, packet, n);
		good = dhcp_read((struct span){ copy, n }, mac, &a);
		if (good != (n >= type) || a.type != (good ? DHCP_OFFER : 0) ||
		    a.server.family != (n >= server ? 4 : 0))
			wrong++;
		free(copy);
	}
	is_int(wrong, 0, "cut at every length: what is whole is read, nothing else");
}

int main(void)
{
	test_answers();
	test_others();
	test_ip_options();
	test_cut();
	return done_testing();
}
