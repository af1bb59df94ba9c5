// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "plan/root.h"
#include "plan/spec.h"

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
 * VG-LV below /dev/mapper: the only hyphen that is not doubled separates them (the last one of a
 * run, because no volume's name begins with a hyphen).
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

/* Directories of /dev that are not volume groups. */
static bool is_dev_directory(struct span s)
{
	static const char *const names[] = { "disk", "mapper", "md", "block", "bus", "char", "cciss",
					     "ida", "rd", "mpath", "xen" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (span_eq(s, names[i]))
			return true;
	return false;
}

static bool device_root(struct work *w, struct span s)
{
	struct plan *p = w->p;
	struct span rest = { s.p + 5, s.n - 5 }, first;
	size_t i;

	for (i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '/' && (s.p[i + 1] == '/' ||
				      (s.p[i + 1] == '.' && i + 2 < s.n && s.p[i + 2] == '.')))
			return work_reject(w, "not a valid device path", s, NULL);
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
	return work_reject(w, "not a supported root device", s,
			   "use /dev/..., UUID=, LABEL=, PARTUUID= or PARTLABEL=");
}

/* root=iscsi: as it is written, without the credentials. */
static bool spec_root(struct work *w)
{
	struct out o;

	out_init(&o, w->p->root_spec, sizeof(w->p->root_spec));
	out_str(&o, "iscsi:");
	out_span(&o, spec_public(w->root_spec));
	return !o.overflow || work_reject(w, "longer than " LIMIT_TEXT(ROOTSPEC_MAX) " bytes",
					  NOTHING, NULL);
}

bool root_build(struct work *w)
{
	struct span s = w->root;

	work_at_cmdline(w, "root");
	w->p->root_kind = ROOT_LUN;
	if (!s.n) {
		work_warn(w, "not given, using the LUN itself as root", NOTHING,
			  "root=/dev/mapper/VG-LV or root=UUID=... names a file system on it");
		return true;
	}
	if (span_starts_nocase(s, "iscsi:"))
		return spec_root(w);
	if (span_has_control(s))
		return work_reject(w, "contains a control character", s, NULL);
	if (!span_copy(s, w->p->root_spec, sizeof(w->p->root_spec)))
		return work_reject(w, "longer than " LIMIT_TEXT(ROOTSPEC_MAX) " bytes", s, NULL);
	if (w->root_dhcp || span_eq_nocase(s, "iscsi"))
		return true;
	return named_root(w, s);
}
