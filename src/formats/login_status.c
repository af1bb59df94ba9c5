// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/scan.h"
#include "formats/login_status.h"

static const struct status {
	uint8_t class, detail;
	enum cause_id id;
} statuses[] = {
	{ 2, 0, CAUSE_STATUS_0200 },
	{ 2, 1, CAUSE_STATUS_0201 },
	{ 2, 2, CAUSE_STATUS_0202 },
	{ 2, 3, CAUSE_STATUS_0203 },
	{ 2, 4, CAUSE_STATUS_0204 },
	{ 2, 5, CAUSE_STATUS_0205 },
	{ 2, 6, CAUSE_STATUS_0206 },
	{ 2, 7, CAUSE_STATUS_0207 },
	{ 2, 8, CAUSE_STATUS_0208 },
	{ 2, 9, CAUSE_STATUS_0209 },
	{ 2, 10, CAUSE_STATUS_020A },
	{ 2, 11, CAUSE_STATUS_020B },
	{ 3, 0, CAUSE_STATUS_0300 },
	{ 3, 1, CAUSE_STATUS_0301 },
	{ 3, 2, CAUSE_STATUS_0302 },
};

static void set_unknown(uint8_t class, uint8_t detail, const char *object, struct cause *c)
{
	char digits[8];
	struct span low, high;
	struct out o;

	out_init(&o, digits, sizeof(digits));
	out_byte(&o, "", class);
	out_byte(&o, "", detail);
	high = (struct span){ digits, 2 };
	low = (struct span){ digits + 2, 2 };
	cause_set(c, object, CAUSE(STATUS_UNKNOWN), &high, &low);
}

void login_status_cause(uint8_t class, uint8_t detail, bool chap, const char *object, struct cause *c)
{
	enum cause_id id = CAUSE_NONE;
	unsigned i;

	for (i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
		if (statuses[i].class == class && statuses[i].detail == detail)
			id = statuses[i].id;
	if (id == CAUSE_STATUS_0201 && !chap)
		id = CAUSE_STATUS_0201_NO_CHAP;
	if (id)
		cause_set_plain(c, object, id);
	else
		set_unknown(class, detail, object, c);
}
