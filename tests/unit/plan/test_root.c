// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/root.h"
#include "plan_case.h"

static void test_root(void)
{
	static const struct { const char *spec; enum root_kind kind; const char *vg, *value; }
	rows[] = {
		{ "/dev/mapper/system-root", ROOT_LV, "system", "root" },
		{ "/dev/mapper/my--vg-my--root", ROOT_LV, "my-vg", "my-root" },
		{ "/dev/mapper/vg---root", ROOT_LV, "vg-", "root" },
		{ "/dev/mapper/vg-root_1.x", ROOT_LV, "vg", "root_1.x" },
		{ "/dev/mapper/crypt", ROOT_OTHER, "", "/dev/mapper/crypt" },
		{ "/dev/mapper/a-b-c", ROOT_OTHER, "", "/dev/mapper/a-b-c" },
		{ "/dev/mapper/-root", ROOT_OTHER, "", "/dev/mapper/-root" },
		{ "/dev/mapper/vg-", ROOT_OTHER, "", "/dev/mapper/vg-" },
		{ "/dev/mapper/mpatha", ROOT_OTHER, "", "/dev/mapper/mpatha" },
		{ "/dev/mapper/mpatha-part2", ROOT_OTHER, "", "/dev/mapper/mpatha-part2" },
		{ "/dev/mapper/36001405abcdef0123-part1", ROOT_OTHER, "",
		  "/dev/mapper/36001405abcdef0123-part1" },
		{ "/dev/mapper/vg-part1", ROOT_LV, "vg", "part1" },
		{ "/dev/mapper/mpatha-root", ROOT_LV, "mpatha", "root" },
		{ "/dev/md0", ROOT_OTHER, "", "/dev/md0" },
		{ "/dev/mdata", ROOT_DEVICE, "", "/dev/mdata" },
		{ "/dev/root", ROOT_LUN, "", "" },
		{ "ZFS=rpool/ROOT/debian", ROOT_OTHER, "", "ZFS=rpool/ROOT/debian" },
		{ "live:LABEL=Root", ROOT_OTHER, "", "live:LABEL=Root" },
		{ "block:LABEL=Root", ROOT_LABEL, "", "Root" },
		{ "/dev/system/root", ROOT_LV, "system", "root" },
		{ "/dev/md/root", ROOT_OTHER, "", "/dev/md/root" },
		{ "/dev/sda1", ROOT_DEVICE, "", "/dev/sda1" },
		{ "/dev/disk/by-label/root", ROOT_DEVICE, "", "/dev/disk/by-label/root" },
		{ "UUID=ab-cd", ROOT_UUID, "", "ab-cd" },
		{ "LABEL=a=b", ROOT_LABEL, "", "a=b" },
		{ "PARTUUID=ab-01", ROOT_PARTUUID, "", "ab-01" },
		{ "PARTLABEL=root", ROOT_PARTLABEL, "", "root" },
		{ "dhcp", ROOT_LUN, "", "" },
		{ "", ROOT_LUN, "", "" },
	};
	char cmdline[256];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		snprintf(cmdline, sizeof(cmdline), TARGET "root=%s", rows[i].spec);
		ok(build(cmdline, NULL) == PLAN_OK && p.root_kind == rows[i].kind, "root=%s",
		   rows[i].spec);
		is_str(p.root_vg, rows[i].vg, "its volume group");
		is_str(p.root_value, rows[i].value, "its value");
		is_str(p.root_spec, rows[i].spec, "as it is written");
	}
}

int main(void)
{
	test_root();
	return done_testing();
}
