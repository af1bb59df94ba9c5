// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "boot/root/layers.h"
#include "boot/root/lvm_cause.h"
#include "formats/lvm.h"

/* "a, b": the groups, or the volumes of @vg; equal names in a row once. */
static void list_names(struct out *o, struct span report, const char *vg)
{
	struct lvm_row row;
	struct span last = { 0 };

	while (lvm_row(&report, &row)) {
		struct span name = vg ? row.lv : row.vg;

		if ((vg && !span_eq(row.vg, vg)) || !name.n ||
		    (name.n == last.n && !memcmp(name.p, last.p, name.n)))
			continue;
		out_str(o, o->len ? ", " : "");
		out_span(o, name);
		last = name;
	}
	if (!o->len)
		out_str(o, "nothing");
}

static void incomplete_cause(struct settle *s, const char *object, struct span report,
			     unsigned missing)
{
	struct span uuid;

	if (!lvm_missing(report, s->plan->root_vg, &uuid))
		settle_cause(s, object, CAUSE(VG_INCOMPLETE_UNNAMED), missing);
	else if (missing == 1)
		settle_cause(s, object, CAUSE(VG_INCOMPLETE), &uuid);
	else
		settle_cause(s, object, CAUSE(VG_INCOMPLETE_MANY), missing, &uuid);
}

void settle_lvm_explain(struct settle *s, struct span report)
{
	const char *vg = s->plan->root_vg, *lv = s->plan->root_value;
	char object[ROOTSPEC_MAX + LVM_NAME_MAX + 32], names[200];
	bool vg_there = !s->lvm.vg_absent, lv_there = false;
	struct span rest = report, reason = span_of(s->lvm.reason);
	struct lvm_row row;
	unsigned missing = 0;
	struct out o;

	while (lvm_row(&rest, &row)) {
		if (!span_eq(row.vg, vg))
			continue;
		vg_there = true;
		lv_there |= span_eq(row.lv, lv);
		missing = row.missing;
	}
	out_init(&o, names, sizeof(names));
	list_names(&o, report, vg_there ? vg : NULL);
	out_text(object, sizeof(object), "volume group %s", vg);
	if (span_find(reason, "duplicate VG names").p) {
		settle_cause(s, object, CAUSE(VG_DUPLICATE));
	} else if (span_find(reason, "/dev/mapper/control").p) {
		settle_cause(s, object, CAUSE(NO_DEVICE_MAPPER));
	} else if (s->lvm.cut && !lv_there) {
		settle_cause(s, object, CAUSE(VG_NOT_ACTIVATED),
			     s->lvm.reason[0] ? s->lvm.reason : "no message from lvm");
	} else if (!vg_there && s->blocks.cut) {
		settle_cause(s, object, CAUSE(VG_NOT_SEEN), s->blocks.n, names);
	} else if (!vg_there && settle_layer_cause(s)) {
		return;
	} else if (!vg_there) {
		settle_cause(s, object, CAUSE(VG_ABSENT), names);
	} else if (missing) {
		incomplete_cause(s, object, report, missing);
	} else if (!lv_there) {
		out_text(object, sizeof(object), "logical volume %s/%s", vg, lv);
		settle_cause(s, object, CAUSE(LV_ABSENT), names);
	} else {
		settle_cause(s, object, CAUSE(VG_NOT_ACTIVATED),
			     s->lvm.reason[0] ? s->lvm.reason : "no message from lvm");
	}
}

bool settle_lvm_names(struct span report, const char *vg)
{
	struct lvm_row row;

	while (lvm_row(&report, &row))
		if (span_eq(row.vg, vg))
			return true;
	return false;
}
