// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports of lvm, and the causes that they become; test_lvm has more of them. */
#include "boot/root/lvm_cause.h"
#include "boot/root/machine.h"

static void explain(const char *report, enum cause_id id, const char *object)
{
	cause_clear(&s.cause);
	settle_lvm_explain(&s, span_of(report));
	is_int(s.cause.id, id, object);
	is_str(s.cause.object, object, "its object");
}

int main(void)
{
	begin(ROOT_LV, "/dev/mapper/system-root", "root");
	explain("  system|0|root\n", CAUSE_VG_NOT_ACTIVATED, "volume group system");
	explain("  system|0|swap\n", CAUSE_LV_ABSENT, "logical volume system/root");
	explain("  system|1|root\n", CAUSE_VG_INCOMPLETE_UNNAMED, "volume group system");
	s.lvm.vg_absent = true;
	explain("  other|0|root\n", CAUSE_VG_ABSENT, "volume group system");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=crypto_LUKS\n");
	settle_down();
	explain("  other|0|root\n", CAUSE_LUKS_CLOSED, "LUKS on sda");
	ok(settle_lvm_names(span_of("  a|0|x\n  system|0|root\n"), "system"), "a group in a report");
	ok(!settle_lvm_names(span_of("  system2|0|root\n"), "system"), "not by its beginning");
	ok(!settle_lvm_names(span_of(""), "system"), "nor in an empty one");
	end();
	return done_testing();
}
