// SPDX-License-Identifier: GPL-2.0-or-later
/* What lvm 2.03.16 and 2.03.31 say, taken down from real runs. */
#include "formats/lvm.h"
#include "tap.h"

static const char report[] =
	"  WARNING: Couldn't find device with uuid lQ4mHu-O5yJ-uuby-EBKl-ixRt-cWcr-9fgAXE.\n"
	"  WARNING: VG sysvg is missing PV lQ4mHu-O5yJ-uuby-EBKl-ixRt-cWcr-9fgAXE (last written to "
	"/dev/loop1).\n"
	"  other|0|root\n"
	"  sysvg|1|root\n"
	"  empty|0|\n"
	"  |0|nameless\n"
	"  bad|x|root\n"
	"  sysvg|1|usr";

static void test_rows(void)
{
	struct span rest = span_of(report);
	struct lvm_row row;

	ok(lvm_row(&rest, &row) && span_eq(row.vg, "other") && span_eq(row.lv, "root") &&
	   !row.missing, "a row behind warnings");
	ok(lvm_row(&rest, &row) && span_eq(row.vg, "sysvg") && row.missing == 1, "an incomplete group");
	ok(lvm_row(&rest, &row) && span_eq(row.vg, "empty") && !row.lv.n, "a group without volumes");
	ok(lvm_row(&rest, &row) && span_eq(row.vg, "sysvg") && span_eq(row.lv, "usr"),
	   "what is no row is passed over, the last needs no newline");
	ok(!lvm_row(&rest, &row) && !rest.n, "the end");
}

static void test_missing(void)
{
	struct span uuid = { 0 };

	ok(lvm_missing(span_of(report), "sysvg", &uuid) &&
	   span_eq(uuid, "lQ4mHu-O5yJ-uuby-EBKl-ixRt-cWcr-9fgAXE"), "which one is missing");
	ok(!lvm_missing(span_of(report), "sys", &uuid), "of another group, of a like name");
	ok(lvm_missing(span_of("  WARNING: VG a is missing PV x-y."), "a", &uuid) &&
	   span_eq(uuid, "x-y"), "without a hint at the device");
	ok(!lvm_missing(span_of("VG a is missing PV "), "a", &uuid), "cut");
}

static void test_words(void)
{
	static const char failed[] = "  WARNING: VG name other is used by VGs a and b.\n"
		"  Multiple VGs found with the same name: skipping other\n  more\n";

	ok(span_eq(lvm_reason(span_of(failed)),
		   "Multiple VGs found with the same name: skipping other"), "the reason");
	ok(!lvm_reason(span_of("  WARNING: x\n\n")).n, "warnings alone are none");
	ok(lvm_says(span_of("  Volume group \"novg\" not found\n"), "\" not found"), "not found");
	ok(!lvm_says(span_of("not foun"), "not found"), "nearly");
	ok(!lvm_says(span_of(""), "x"), "nothing");
}

static void test_names(void)
{
	const char *rest = "my--vg-root--2-x";
	char name[8];

	lvm_name(&rest, name, sizeof(name));
	is_str(name, "my-vg", "a group, its hyphen doubled");
	lvm_name(&rest, name, sizeof(name));
	is_str(name, "root-2", "its volume");
	is_str(rest, "x", "what stands behind it");
	rest = "averylongname-v--";
	lvm_name(&rest, name, sizeof(name));
	is_str(name, "averylo", "more than fits is cut");
	lvm_name(&rest, name, sizeof(name));
	is_str(name, "v-", "the rest of it is passed over; a last hyphen");
	lvm_name(&rest, name, sizeof(name));
	is_str(name, "", "nothing left");
}

int main(void)
{
	test_rows();
	test_missing();
	test_words();
	test_names();
	return done_testing();
}
