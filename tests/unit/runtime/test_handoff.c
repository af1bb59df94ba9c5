// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "runtime/handoff.h"
#include "tap.h"

static struct handoff h, again;
static char text[HANDOFF_TEXT_MAX];
static struct out o;

/* As a boot writes it: a lease and a static address, one path, LVM and multipath. */
static const char usual[] =
	"version=1\nengine=iscsistart\n"
	"\nnetwork=eth0\nmac=52:54:00:12:34:56\nmethod=dhcp\naddress=192.0.2.5/24\n"
	"gateway=192.0.2.1\nhostname=guest\naddress=2001:db8::5/64\ngateway=2001:db8::1\n"
	"\nnetwork=eth1\nmac=52:54:00:12:34:57\nmethod=static\naddress=198.51.100.5/32\n"
	"\nsession=3\ntarget=iqn.2001-04.com.example:x\nportal=\"[2001:db8::1]:3260\"\ntpgt=1\n"
	"host=4\nconnection=0\n"
	"\ndisk=sda\nsession=3\nlun=18446744073709551615\nwwid=\"t10.IET     00010001\"\n"
	"\ndisk=sdb\nsession=3\nlun=1\n"
	"\nvolume=dm-0\nname=my--vg-root\nvg=my-vg\nlv=root\n"
	"\nvolume=dm-1\nname=mpatha\n"
	"\nsearch=\"example.org example.net\"\nnameserver=192.0.2.53\nnameserver=2001:db8::53\n"
	"\nroot=/dev/mapper/my--vg-root\ndevice=dm-0\n";

static void format(const struct handoff *from)
{
	out_init(&o, text, sizeof(text));
	handoff_format(from, &o);
}

static void test_parse(void)
{
	struct diag why;
	const struct handoff_nic *nic = h.nics;

	ok(handoff_parse(span_of(usual), &h, &why), "parse: what a boot writes");
	is_str(h.engine, "iscsistart", "engine");
	is_int(h.n_nics, 2, "two NICs");
	ok(!strcmp(nic->name, "eth0") && nic->dhcp && nic->mac[5] == 0x56, "name, method and MAC");
	is_str(nic->hostname, "guest", "host name");
	ok(nic->n_addresses == 2 && nic->addresses[0].prefix == 24 &&
	   nic->addresses[1].address.family == 6 && nic->addresses[1].gateway.family == 6,
	   "two addresses, each with its gateway");
	ok(!nic[1].dhcp && nic[1].n_addresses == 1 && !nic[1].addresses[0].gateway.family,
	   "a static address without a gateway");
	ok(h.n_sessions == 1 && h.sessions[0].sid == 3 && h.sessions[0].host == 4 &&
	   h.sessions[0].tpgt == 1 && !h.sessions[0].connection, "session");
	is_str(h.sessions[0].portal, "[2001:db8::1]:3260", "its portal");
	ok(h.n_disks == 2 && h.disks[0].sid == 3 && h.disks[0].lun == UINT64_MAX &&
	   !*h.disks[1].wwid, "disks, one of them without a wwid");
	is_str(h.disks[0].wwid, "t10.IET     00010001", "a wwid with blanks");
	ok(h.n_volumes == 2 && !strcmp(h.volumes[0].vg, "my-vg") && !strcmp(h.volumes[0].lv, "root") &&
	   !*h.volumes[1].vg && !strcmp(h.volumes[1].dm_name, "mpatha"), "volumes");
	is_str(h.search, "example.org example.net", "search list");
	is_int(h.n_servers, 2, "name servers");
	ok(!strcmp(h.root, "/dev/mapper/my--vg-root") && !strcmp(h.device, "dm-0"), "root");
}

static void test_find_nic(void)
{
	struct addr a = { 0 };

	scan_addr(span_of("2001:db8::5"), &a);
	ok(handoff_find_nic(&h, &a) == &h.nics[0], "find_nic: by its second address");
	scan_addr(span_of("198.51.100.5"), &a);
	ok(handoff_find_nic(&h, &a) == &h.nics[1], "find_nic: the second NIC");
	scan_addr(span_of("192.0.2.1"), &a);
	ok(!handoff_find_nic(&h, &a), "find_nic: a gateway is no address of ours");
}

static void test_format(void)
{
	format(&h);
	is_str(text, usual, "format: the same text");
	ok(handoff_parse((struct span){ text, o.len }, &again, &(struct diag){ 0 }) &&
	   !memcmp(&h, &again, sizeof(h)), "parse(format(x)) is x, every byte of it");
	memset(&again, 0, sizeof(again));
	strcpy(again.engine, "iscsistart");
	format(&again);
	is_str(text, "version=1\nengine=iscsistart\n\nroot=\ndevice=\n", "format: an empty hand-off");
}

/* As many of everything as fits, of bytes that are all escaped. */
static void fill(void)
{
	unsigned i, k;

	memset(&h, 1, sizeof(h));
	h.n_servers = RESOLV_SERVERS;
	h.n_nics = NICS_MAX;
	h.n_sessions = SESSIONS_MAX;
	h.n_disks = HANDOFF_DISKS_MAX;
	h.n_volumes = HANDOFF_VOLUMES_MAX;
	h.engine[sizeof(h.engine) - 1] = h.root[ROOTSPEC_MAX] = h.device[BLOCK_NAME_MAX] = 0;
	memset(h.search, 'x', SEARCH_MAX);
	h.search[SEARCH_MAX] = 0;
	for (i = 0; i < RESOLV_SERVERS; i++)
		memset(&h.servers[i], 0xfe, sizeof(h.servers[i]));
	for (i = 0; i < RESOLV_SERVERS; i++)
		h.servers[i].family = 6;
	for (i = 0; i < NICS_MAX; i++) {
		h.nics[i].n_addresses = HANDOFF_ADDRESSES_MAX;
		h.nics[i].dhcp = true;
		h.nics[i].name[DEVNAME_MAX] = 0;
		memset(h.nics[i].hostname, 'h', HOSTNAME_MAX);
		h.nics[i].hostname[HOSTNAME_MAX] = 0;
		for (k = 0; k < HANDOFF_ADDRESSES_MAX; k++) {
			struct handoff_address *a = &h.nics[i].addresses[k];

			memset(a, 0xfe, sizeof(*a));
			a->address.family = a->gateway.family = 6;
			a->prefix = 128;
		}
	}
	for (i = 0; i < SESSIONS_MAX; i++) {
		h.sessions[i].sid = h.sessions[i].host = h.sessions[i].connection = UINT32_MAX;
		h.sessions[i].tpgt = UINT16_MAX;
		h.sessions[i].target[INAME_MAX] = h.sessions[i].portal[PORTAL_TEXT_MAX] = 0;
	}
	for (i = 0; i < HANDOFF_DISKS_MAX; i++) {
		h.disks[i].sid = UINT32_MAX;
		h.disks[i].lun = UINT64_MAX;
		h.disks[i].name[BLOCK_NAME_MAX] = h.disks[i].wwid[WWID_MAX] = 0;
	}
	for (i = 0; i < HANDOFF_VOLUMES_MAX; i++) {
		h.volumes[i].name[BLOCK_NAME_MAX] = h.volumes[i].dm_name[DM_NAME_MAX] = 0;
		h.volumes[i].vg[DM_NAME_MAX] = h.volumes[i].lv[DM_NAME_MAX] = 0;
	}
}

static void test_full(void)
{
	struct diag why;
	size_t len;

	fill();
	format(&h);
	len = o.len;
	ok(!o.overflow && len > HANDOFF_TEXT_MAX * 9 / 10, "as much as fits is written whole");
	ok(handoff_parse((struct span){ text, len }, &again, &why), "and is read back");
	ok(again.n_nics == NICS_MAX && again.n_sessions == SESSIONS_MAX &&
	   again.n_disks == HANDOFF_DISKS_MAX && again.n_volumes == HANDOFF_VOLUMES_MAX, "all of it");
	format(&again);
	ok(o.len == len && !strcmp(again.root, h.root) && !strcmp(again.volumes[7].lv, h.volumes[7].lv) &&
	   !strcmp(again.nics[7].hostname, h.nics[7].hostname) &&
	   !strcmp(again.sessions[7].portal, h.sessions[7].portal), "as it was");
}

/* One more of something than struct handoff holds. */
static void test_ceilings(void)
{
	static const struct { const char *block, *says; unsigned max; } rows[] = {
		{ "\nnetwork=eth0\n", "network: more of them than this version can hold: eth0", NICS_MAX },
		{ "\nsession=1\n", "session: more of them than this version can hold: 1", SESSIONS_MAX },
		{ "\ndisk=sda\n", "disk: more of them than this version can hold: sda", HANDOFF_DISKS_MAX },
		{ "\nvolume=dm-0\n", "volume: more of them than this version can hold: dm-0",
		  HANDOFF_VOLUMES_MAX },
	};
	char line[256];
	struct diag why;
	unsigned i, k;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		out_init(&o, text, sizeof(text));
		out_str(&o, "version=1\n");
		for (k = 0; k < rows[i].max; k++)
			out_str(&o, rows[i].block);
		ok(handoff_parse((struct span){ text, o.len }, &h, &why), "%u blocks", rows[i].max);
		out_str(&o, rows[i].block);
		ok(!handoff_parse((struct span){ text, o.len }, &h, &why), "one more is rejected");
		diag_format(&why, line, sizeof(line));
		ok(strstr(line, rows[i].says), "with a message: %s", line);
	}
}

static void test_tolerated(void)
{
	static const char *const good[] = {
		"version=1\n",
		"version=1\nlater=key\n\nlater=block\nnetwork=x\naddress=y\n",
		"version=1\n\nnetwork=eth0\nlater=1\nmethod=later\n",
		"version=1\n\nsession=1\nlater=\"a b\"\n",
		"version=1\n\nnetwork=eth0\ngateway=192.0.2.1\naddress=192.0.2.5/24\n",
	};
	struct diag why;
	unsigned i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		ok(handoff_parse(span_of(good[i]), &h, &why), "tolerated: row %u", i);
	ok(handoff_parse(span_of(good[1]), &h, &why) && !h.n_nics, "an unknown block adds nothing");
	ok(handoff_parse(span_of(good[4]), &h, &why) && !h.nics[0].addresses[0].gateway.family,
	   "a gateway before any address belongs to none");
}

static void test_rejected(void)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "", " no version" },
		{ "engine=x\n", " no version" },
		{ "version=2\n", "1: version: another version: 2" },
		{ "version=1\nx", "2: not a line of key=value" },
		{ "version=1\n\nnetwork=\n", "3: network: no name of a network device" },
		{ "version=1\n\nnetwork=sixteen-letters-x\n", "3: network: too long: sixteen-letters-x" },
		{ "version=1\n\nnetwork=e\nmac=1\n", "4: mac: not a MAC address: 1" },
		{ "version=1\n\nnetwork=e\naddress=192.0.2.5\n",
		  "4: address: not an address with a prefix length: 192.0.2.5" },
		{ "version=1\n\nnetwork=e\naddress=192.0.2.5/24\ngateway=x\n", "5: gateway: not an address: x" },
		{ "version=1\n\nnetwork=e\nhostname=\"a b\"\n", "4: hostname: not a host name: a b" },
		{ "version=1\n\nsession=x\n", "3: session: not a number of this key: x" },
		{ "version=1\n\nsession=1\ntpgt=65536\n", "4: tpgt: not a number of this key: 65536" },
		{ "version=1\n\ndisk=sda\nlun=18446744073709551616\n",
		  "4: lun: not a number of this key: 18446744073709551616" },
		{ "version=1\n\nsearch=\"a'b\"\n", "3: search: not a list of domain names: a'b" },
		{ "version=1\n\nsearch=\nnameserver=x\n", "4: nameserver: not an address: x" },
		{ "version=1\n\nsearch=\nnameserver=::1\nnameserver=::2\nnameserver=::3\nnameserver=::4\n",
		  "7: nameserver: more name servers than a resolver reads: ::4" },
	};
	char line[256], want[256];
	struct diag why;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		memset(&h, 1, sizeof(h));
		ok(!handoff_parse(span_of(rows[i].text), &h, &why), "rejected: row %u", i);
		diag_format(&why, line, sizeof(line));
		snprintf(want, sizeof(want), HANDOFF_FILE ":%s (reboot to write a new one)",
			 rows[i].want);
		is_str(line, want, "with this message");
		ok(!h.n_nics && !h.n_sessions && !h.n_servers && !*h.root, "and nothing is filled in");
	}
}

int main(void)
{
	test_parse();
	test_find_nic();
	test_format();
	test_full();
	test_ceilings();
	test_tolerated();
	test_rejected();
	return done_testing();
}
