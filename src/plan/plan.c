// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "plan/plan.h"

const char *plan_source_name(enum source s)
{
	static const char *const names[] = {
		[SRC_CMDLINE] = "cmdline", [SRC_FILE] = "file", [SRC_XENSTORE] = "xenstore",
		[SRC_DHCP] = "dhcp", [SRC_IBFT] = "ibft",
	};

	return names[s];
}

const char *plan_method_name(enum net_method m)
{
	static const char *const names[] = {
		[NET_DHCP] = "dhcp", [NET_STATIC] = "static", [NET_AUTO6] = "auto6",
		[NET_DHCP6] = "dhcp6", [NET_LINK6] = "link6", [NET_IBFT] = "ibft",
		[NET_OFF] = "off",
	};

	return names[m];
}

void plan_lun_text(const uint16_t lun[4], struct out *o)
{
	unsigned i;
	int shift;

	if (!lun[1] && !lun[2] && !lun[3]) {
		out_uint(o, lun[0]);
		return;
	}
	for (i = 0; i < 4; i++) {
		if (i)
			out_ch(o, '-');
		for (shift = 12; shift >= 0; shift -= 4)
			out_ch(o, "0123456789abcdef"[lun[i] >> shift & 15]);
	}
}

void plan_portal_text(const struct plan_portal *portal, const struct plan_target *target, char *buf,
		      size_t size)
{
	bool bracket = portal->addr.family == 6;

	out_text(buf, size, "%s%s%pI%s:%u %s", portal->host, bracket ? "[" : "", &portal->addr,
		 bracket ? "]" : "", portal->port, target->name);
}

bool plan_warned(const struct plan *p, const char *text)
{
	unsigned i;

	for (i = 0; i < p->n_warnings; i++)
		if (!strcmp(p->warnings[i], text))
			return true;
	return false;
}

bool plan_begins_name(struct span s)
{
	return span_starts_nocase(s, "iqn.") || span_starts_nocase(s, "eui.") ||
	       span_starts_nocase(s, "naa.");
}
