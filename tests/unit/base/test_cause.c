// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/cause.h"
#include "base/codes.h"
#include "base/scan.h"
#include "tap.h"

/* Every row: a text that says something, and a code that fits what the boot does about it. */
static void test_table(void)
{
	static const struct {
		const char *name, *object, *text;
		enum step step;
		enum exit_code code;
		enum cause_kind kind;
		enum cause_id id;
	} rows[] = {
#define ROW(id, step, code, kind, object, text) \
		{ #id, object, text, STEP_##step, CODE_##code, KIND_##kind, CAUSE_##id },
		CAUSES(ROW)
	};
	struct cause c;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ok(*rows[i].object && *rows[i].text && strlen(rows[i].text) < sizeof(c.text),
		   "%s: object and text", rows[i].name);
		ok((rows[i].code == CODE_DONE) == (rows[i].kind == KIND_REMARK),
		   "%s: only a remark has no exit code", rows[i].name);
		ok(rows[i].id == (enum cause_id)(i + 1) && cause_step(rows[i].id) == rows[i].step &&
		   cause_kind(rows[i].id) == rows[i].kind, "%s: found by its id", rows[i].name);
	}
}

static void test_set(void)
{
	static char longest[600];
	struct span uuid = span_of("uuid");
	struct cause c = { 0 }, other;

	ok(cause_set(&c, "eth0", CAUSE(NO_CARRIER)), "a first cause is new");
	is_int(c.code, CODE_NO_DEVICE, "its code is the table's");
	is_str(c.object, "eth0", "its object");
	ok(!cause_set(&c, "eth0", CAUSE(NO_CARRIER)), "the same is not new");
	ok(cause_set(&c, "eth1", CAUSE(NO_CARRIER)), "of another object it is");
	ok(cause_set(&c, "volume group x", CAUSE(VG_INCOMPLETE_MANY), 2, &uuid), "with values");
	is_str(c.text, "incomplete: 2 physical volumes are missing, one is uuid (map their LUNs to this "
	       "initiator)", "they are put into the text");
	other = c;
	ok(cause_equals(&c, &other), "a copy is equal");
	ok(cause_set_plain(&c, "x", CAUSE_LVM_PENDING), "by its id alone");
	is_str(c.text, "waiting for lvm", "with the table's text");
	is_int(c.id, CAUSE_LVM_PENDING, "and its id");
	ok(!cause_equals(&c, &other), "and it differs");
	memset(longest, 'x', sizeof(longest) - 1);
	ok(cause_set(&c, "", CAUSE(PLAN_INVALID), longest), "a long one is new");
	is_int(strlen(c.text), sizeof(c.text) - 1, "and is cut");
	ok(!cause_set(&c, "", CAUSE(PLAN_INVALID), longest), "and the same long one is not new");
	cause_clear(&c);
	ok(!c.id && !c.code && !*c.text, "none is left");
}

int main(void)
{
	test_table();
	test_set();
	return done_testing();
}
