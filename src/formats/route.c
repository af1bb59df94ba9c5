// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/route.h"

#define FLAG_UP		0x0001	/* RTF_UP, linux/route.h */
#define FLAG_REJECT	0x0200	/* RTF_REJECT */

struct row {
	struct addr to;
	uint8_t prefix;
	uint64_t metric, flags;
	struct span device;
};

/* Hexadecimal, as a number of the machine whose bytes are in the network's order. */
static bool scan_hex4(struct span s, struct addr *a)
{
	uint32_t bytes;
	uint64_t v;

	if (s.n != 8 || !scan_hex(s, UINT32_MAX, &v))
		return false;
	*a = (struct addr){ .family = 4 };
	bytes = v;
	memcpy(a->b, &bytes, sizeof(bytes));
	return true;
}

static bool scan_hex6(struct span s, struct addr *a)
{
	uint64_t v;
	unsigned i;

	if (s.n != 32)
		return false;
	a->family = 6;
	for (i = 0; i < 16; i++) {
		if (!scan_hex((struct span){ s.p + 2 * i, 2 }, 255, &v))
			return false;
		a->b[i] = v;
	}
	return true;
}

static bool take_fields(struct span line, struct span *fields, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (!span_field(&line, &fields[i]))
			return false;
	return true;
}

/* Iface Destination Gateway Flags RefCnt Use Metric Mask */
static bool read_line4(struct span line, struct row *r)
{
	struct span f[8];
	struct addr mask;

	if (!take_fields(line, f, 8))
		return false;
	r->device = f[0];
	return scan_hex4(f[1], &r->to) && scan_hex(f[3], UINT32_MAX, &r->flags) &&
	       scan_uint(f[6], UINT32_MAX, &r->metric) && scan_hex4(f[7], &mask) &&
	       addr_mask_length(&mask, &r->prefix);
}

/* Destination, length, source, length, next hop, metric, references, uses, flags, device */
static bool read_line6(struct span line, struct row *r)
{
	struct span f[10];
	uint64_t prefix;

	if (!take_fields(line, f, 10) || !scan_hex(f[1], 128, &prefix))
		return false;
	r->prefix = prefix;
	r->device = f[9];
	return scan_hex6(f[0], &r->to) && scan_hex(f[5], UINT32_MAX, &r->metric) &&
	       scan_hex(f[8], UINT32_MAX, &r->flags);
}

bool route_device(struct span table, const struct addr *to, char name[DEVNAME_MAX + 1])
{
	struct row r, best = { .prefix = 0 };
	bool found = false;
	struct span line;

	while (table.n) {
		span_cut(&table, '\n', &line);
		if (!(to->family == 4 ? read_line4(line, &r) : read_line6(line, &r)))
			continue;
		if ((r.flags & (FLAG_UP | FLAG_REJECT)) != FLAG_UP ||
		    !addr_in(to, &r.to, r.prefix) ||
		    (found && (r.prefix < best.prefix ||
			       (r.prefix == best.prefix && r.metric >= best.metric))))
			continue;
		best = r;
		found = true;
	}
	return found && span_copy(best.device, name, DEVNAME_MAX + 1);
}
