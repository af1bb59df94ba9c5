// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: what root= names, on the LUN or as the LUN. */
#include <string.h>

#include "plan/parts.h"

/* Undo device-mapper's doubling of hyphens. */
static bool unescape(struct span s, char *dst, size_t size)
{
	size_t i, n = 0;

	for (i = 0; i < s.n; i++) {
		if (n + 1 >= size)
			return false;
		dst[n++] = s.p[i];
		if (s.p[i] == '-' && i + 1 < s.n && s.p[i + 1] == '-')
			i++;
	}
	dst[n] = '\0';
	return n;
}

/*
 * VG-LV below /dev/mapper: the one hyphen that is not doubled stands between them (the last one of
 * a run, because no volume's name begins with a hyphen).
 */
static bool split_mapper(struct span s, struct plan *p)
{
	size_t i = 0, from, at = 0;
	unsigned found = 0;

	while (i < s.n) {
		if (s.p[i] != '-') {
			i++;
			continue;
		}
		for (from = i; i < s.n && s.p[i] == '-';)
			i++;
		if ((i - from) & 1) {
			found++;
			at = i - 1;
		}
	}
	return found == 1 && at && at + 1 < s.n &&
	       unescape((struct span){ s.p, at }, p->root_vg, sizeof(p->root_vg)) &&
	       unescape((struct span){ s.p + at + 1, s.n - at - 1 }, p->root_value,
			sizeof(p->root_value));
}

/* Directories of /dev that are no volume groups. */
static bool is_dev_directory(struct span s)
{
	return span_listed(s, " disk mapper md block bus char cciss ida rd mpath xen ");
}

static bool device_root(struct work *w, struct span s)
{
	struct plan *p = w->p;
	struct span rest = { s.p + 5, s.n - 5 }, first;
	size_t i;

	for (i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '/' && (s.p[i + 1] == '/' ||
				      (s.p[i + 1] == '.' && i + 2 < s.n && s.p[i + 2] == '.')))
			return plan_reject(w, "not the path of a device", s, NULL);
	if (span_starts_nocase(rest, "mapper/") &&
	    split_mapper((struct span){ rest.p + 7, rest.n - 7 }, p)) {
		p->root_kind = ROOT_LV;
		return true;
	}
	if (span_cut(&rest, '/', &first) && rest.n && first.n && !is_dev_directory(first) &&
	    !memchr(rest.p, '/', rest.n) && span_copy(first, p->root_vg, sizeof(p->root_vg))) {
		p->root_kind = ROOT_LV;
		return span_copy(rest, p->root_value, sizeof(p->root_value));
	}
	p->root_kind = ROOT_DEVICE;
	return span_copy(s, p->root_value, sizeof(p->root_value));
}

static const struct { const char *prefix; enum root_kind kind; } tags[] = {
	{ "UUID=", ROOT_UUID }, { "LABEL=", ROOT_LABEL },
	{ "PARTUUID=", ROOT_PARTUUID }, { "PARTLABEL=", ROOT_PARTLABEL },
};

static bool named_root(struct work *w, struct span s)
{
	struct plan *p = w->p;
	size_t i, n;

	if (s.n > 5 && !memcmp(s.p, "/dev/", 5))
		return device_root(w, s);
	for (i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		n = strlen(tags[i].prefix);
		if (s.n <= n || memcmp(s.p, tags[i].prefix, n))
			continue;
		p->root_kind = tags[i].kind;
		return span_copy((struct span){ s.p + n, s.n - n }, p->root_value,
				 sizeof(p->root_value));
	}
	return plan_reject(w, "not a root device that can be waited for", s,
			   "/dev/..., UUID=, LABEL=, PARTUUID=, PARTLABEL=");
}

/* root=iscsi: as it is written, but for the credentials. */
static bool spec_root(struct work *w)
{
	struct span rest;
	struct out o;

	span_spec_public(w->root_spec, &rest);
	out_init(&o, w->p->root_spec, sizeof(w->p->root_spec));
	out_str(&o, "iscsi:");
	out_span(&o, rest);
	return !o.overflow || plan_reject(w, "too long", NOTHING, NULL);
}

bool root_build(struct work *w)
{
	struct span s = w->root;

	w->at = (struct where){ PLACE_CMDLINE, 0, span_of("root") };
	w->p->root_kind = ROOT_LUN;
	if (!s.n) {
		plan_warn(w, "not given, so the LUN itself is the root", NOTHING,
			  "root=/dev/mapper/VG-LV, root=UUID=... name one on it");
		return true;
	}
	if (span_starts_nocase(s, "iscsi:"))
		return spec_root(w);
	if (span_has_control(s))
		return plan_reject(w, "a control byte", s, NULL);
	if (!span_copy(s, w->p->root_spec, sizeof(w->p->root_spec)))
		return plan_reject(w, "longer than 511 bytes", s, NULL);
	if (w->root_dhcp || span_eq_nocase(s, "iscsi"))
		return true;
	return named_root(w, s);
}
