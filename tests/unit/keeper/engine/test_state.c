// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/engine/state.h"
#include "tap.h"

int main(void)
{
	static struct keeper_target target = { .name = "iqn.2001-04.com.example:t" };
	static struct keeper_portal portal = { .port = 3260 };
	static struct connection c = { .target = &target, .portal = &portal };

	scan_addr(span_of("192.0.2.1"), &portal.address);
	is_str(state_object(&c), "192.0.2.1:3260 iqn.2001-04.com.example:t", "what messages call it");
	scan_addr(span_of("2001:db8::1"), &portal.address);
	is_str(state_object(&c), "[2001:db8::1]:3260 iqn.2001-04.com.example:t", "with an IPv6 address");
	return done_testing();
}
