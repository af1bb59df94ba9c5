// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sys.h"
#include "boot/root/state.h"
#include "tap.h"

static void test_link(void)
{
	static const struct {
		enum root_kind kind;
		const char *value, *link;
	} rows[] = {
		{ ROOT_UUID, "4711-affe", "disk/by-uuid/4711-affe" },
		{ ROOT_LABEL, "my root", "disk/by-label/my\\x20root" },
		{ ROOT_PARTUUID, "9-1", "disk/by-partuuid/9-1" },
		{ ROOT_PARTLABEL, "root", "disk/by-partlabel/root" },
		{ ROOT_DEVICE, "/dev/disk/by-id/wwn-0x1", "disk/by-id/wwn-0x1" },
		{ ROOT_DEVICE, "/dev/sda1", "" },
		{ ROOT_LUN, "", "" },
		{ ROOT_LV, "root", "" },
	};
	static struct plan p;
	char link[ROOTSPEC_MAX + 1];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		p.root_kind = rows[i].kind;
		snprintf(p.root_value, sizeof(p.root_value), "%s", rows[i].value);
		settle_link(&p, link, sizeof(link));
		is_str(link, rows[i].link, rows[i].value);
		ok(settle_wants_link(&p) == !!*rows[i].link, "a link is wanted for those only");
	}
	is_str(settle_root_name(&p), "the LUN", "a root without root=");
	snprintf(p.root_spec, sizeof(p.root_spec), "LABEL=x");
	is_str(settle_root_name(&p), "LABEL=x", "its name is what root= says");
}

/* When a cause is shown: only after it has lasted, and udev has more time. */
static void test_cause(void)
{
	static struct settle s;
	int64_t first;

	s.shown = true;
	settle_cause(&s, "sda", CAUSE(UDEV_PENDING));
	ok(s.holds && !s.shown, "a new cause is not shown yet");
	ok(s.show_at > sys_now() + SETTLE_GRACE_US, "udev has more than a second");
	settle_cause(&s, "x", CAUSE(NO_DISK));
	first = s.show_at;
	ok(first <= sys_now() + SETTLE_GRACE_US, "others a second");
	s.holds = false;
	s.shown = true;
	settle_cause(&s, "x", CAUSE(NO_DISK));
	ok(s.holds && s.shown && s.show_at == first, "the same cause again holds, and is not shown again");
}

int main(void)
{
	test_link();
	test_cause();
	return done_testing();
}
