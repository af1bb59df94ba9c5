// SPDX-License-Identifier: GPL-2.0-or-later
/* What the status of a login response means. */
#include "base/scan.h"
#include "formats/login_status.h"
#include "tap.h"

static void test_known(void)
{
	struct cause c = { 0 };
	unsigned class, detail, named = 0;
	char number[32];

	for (class = 2; class < 4; class++)
		for (detail = 0; detail < (class == 2 ? 12 : 3); detail++) {
			struct out o;

			login_status_cause(class, detail, true, "portal", &c);
			out_init(&o, number, sizeof(number));
			out_str(&o, "status ");
			out_byte(&o, "", class);
			out_byte(&o, "/", detail);
			named += c.id != CAUSE_STATUS_UNKNOWN && strstr(c.text, number) &&
				 !strcmp(c.object, "portal");
		}
	is_int(named, 15, "each status has its own cause, which names it");
}

static void test_authentication(void)
{
	struct cause c = { 0 };

	login_status_cause(2, 1, true, "", &c);
	is_int(c.id, CAUSE_STATUS_0201, "02/01 with credentials");
	login_status_cause(2, 1, false, "", &c);
	is_int(c.id, CAUSE_STATUS_0201_NO_CHAP, "02/01 without");
	login_status_cause(2, 2, false, "", &c);
	is_int(c.id, CAUSE_STATUS_0202, "02/02 has nothing to do with them");
}

static void test_unknown(void)
{
	struct cause c = { 0 };

	login_status_cause(2, 12, true, "", &c);
	is_str(c.text, "login refused, status 02/0c (see the target's log)", "a detail that does not exist");
	login_status_cause(0xfe, 0, true, "", &c);
	is_str(c.text, "login refused, status fe/00 (see the target's log)", "a class that does not exist");
	login_status_cause(3, 3, true, "", &c);
	is_int(c.id, CAUSE_STATUS_UNKNOWN, "another detail");
}

int main(void)
{
	test_known();
	test_authentication();
	test_unknown();
	return done_testing();
}
