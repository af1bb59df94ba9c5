// SPDX-License-Identifier: GPL-2.0-or-later
#include "iscsi/redirect.h"

/* Take the address off @s; what follows it begins with a colon, or is empty. */
static bool take_address(struct span *s, struct addr *address)
{
	struct span host = *s;
	size_t n = 0;

	if (s->n && *s->p == '[') {
		span_skip(s, 1);
		return span_cut(s, ']', &host) && scan_ipv6(host, address) && (!s->n || *s->p == ':');
	}
	while (n < s->n && s->p[n] != ':')
		n++;
	host.n = n;
	span_skip(s, n);
	return scan_ipv4(host, address);
}

bool redirect_parse(struct span value, struct iscsi_redirect *r)
{
	struct iscsi_redirect got = { .permanent = r->permanent };
	uint64_t port = REDIRECT_PORT, group = 0;
	struct span before;

	got.has_group = span_cut(&value, ',', &before);
	if (got.has_group && !scan_uint(value, UINT16_MAX, &group))
		return false;
	if (!take_address(&before, &got.address))
		return false;
	if (before.n) {
		span_skip(&before, 1);
		if (!scan_uint(before, UINT16_MAX, &port) || !port)
			return false;
	}
	got.port = (uint16_t)port;
	got.group = (uint16_t)group;
	*r = got;
	return true;
}
