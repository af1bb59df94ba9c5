// SPDX-License-Identifier: GPL-2.0-or-later
/* The events of udhcpc; starting it is in tests/shell/test_protect. */
#include <stdlib.h>

#include "base/codes.h"
#include "runtime/lease_file.h"
#include "system/network/renew.h"
#include "tree.h"

#define IS "<4>iscsiroot: lease: ens3: 192.0.2.100 is not renewed, "
#define SILENT IS "no DHCP server answers (the address is kept, renewal is retried)\n"
#define REFUSED IS "the DHCP server refuses it (the address is kept, renewal is retried)\n"
#define OTHER IS "the DHCP server offers 192.0.2.105 instead (the address is kept until the next boot)\n"
#define AGAIN "<5>iscsiroot: lease: ens3: 192.0.2.100 is renewed again by 192.0.2.1\n"

/* A row: the event, its address, and what it makes of the state that the row above left. */
static const struct {
	const char *name, *event, *ip;
	enum lease_condition state;
	const char *log;
} events[] = {
	{ "the client starts", "deconfig", "", LEASE_ASKING, "" },
	{ "bound", "bound", "192.0.2.100", LEASE_GOOD, "" },
	{ "renewed", "renew", "192.0.2.100", LEASE_GOOD, "" },
	{ "expired", "deconfig", "", LEASE_SILENT, SILENT },
	{ "no answer, logged once", "leasefail", "", LEASE_SILENT, "" },
	{ "an answer again", "bound", "192.0.2.100", LEASE_GOOD, AGAIN },
	{ "refused", "nak", "", LEASE_REFUSED, REFUSED },
	{ "the deconfig after it", "deconfig", "", LEASE_REFUSED, "" },
	{ "another address", "bound", "192.0.2.105", LEASE_OTHER, OTHER },
	{ "the address again", "renew", "192.0.2.100", LEASE_GOOD, AGAIN },
	{ "an event of a later version", "sleep", "", LEASE_GOOD, "" },
	{ "no answer", "leasefail", "", LEASE_SILENT, SILENT },
};

static char kmsg[96];

static void run_event(unsigned i, struct lease_state *r)
{
	tree_put("kmsg", "");
	setenv("ip", events[i].ip, 1);
	is_int(renew_event(events[i].event), CODE_DONE, events[i].name);
	ok(lease_read(AT_FDCWD, "ens3", r) && r->state == events[i].state, "its state");
	is_str(tree_content("kmsg"), events[i].log, "its log");
}

static void test_events(void)
{
	struct lease_state r = { .state = LEASE_ASKING };
	struct addr server;
	unsigned i;

	scan_addr(span_of("192.0.2.100"), &r.address);
	scan_addr(span_of("192.0.2.1"), &server);
	lease_save("ens3", &r);
	setenv("interface", "ens3", 1);
	setenv("serverid", "192.0.2.1", 1);
	setenv("lease", "120", 1);
	for (i = 0; i < sizeof(events) / sizeof(*events); i++)
		run_event(i, &r);
	ok(addr_eq(&r.server, &server) && r.seconds == 120 && r.since && r.noted >= r.since,
	   "the server, the duration and the times are recorded");
	setenv("serverid", ";", 1);
	setenv("lease", "99999999999", 1);
	setenv("ip", "$(reboot)", 1);
	is_int(renew_event("bound"), CODE_DONE, "malformed parameters");
	ok(lease_read(AT_FDCWD, "ens3", &r) && r.state == LEASE_OTHER && !r.other.family &&
	   addr_eq(&r.server, &server) && r.seconds == 120, "are not recorded");
}

static void test_unknown(void)
{
	static const char *const names[] = { "ens4", "../../etc", "" };
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		setenv("interface", names[i], 1);
		is_int(renew_event("bound"), CODE_SYSTEM, "not a lease of iscsiroot");
	}
	unsetenv("interface");
	is_int(renew_event("bound"), CODE_SYSTEM, "no interface");
}

int main(void)
{
	char dir[96];

	tree_begin("renew");
	snprintf(dir, sizeof(dir), "%s/run", tree);
	snprintf(kmsg, sizeof(kmsg), "%s/kmsg", tree);
	tree_put("run/handoff", "");
	lease_dir = dir;
	kmsg_file = kmsg;
	test_events();
	test_unknown();
	tree_end();
	return done_testing();
}
