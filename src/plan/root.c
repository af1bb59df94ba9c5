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

/* WORD, or WORD and a number behind it */
static bool is_numbered(struct span s, const char *word)
{
	return span_take(&s, word) && s.n && *s.p >= '0' && *s.p <= '9';
}

static bool is_hex(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!strchr("0123456789abcdef", s.p[i]))
			return false;
	return s.n;
}

/*
 * A partition of a multipath map, by the map's default names: mpatha-part2, or the WWID of its LUN.
 * It looks like a logical volume.
 */
static bool is_map_partition(struct span s)
{
	struct span part = s, next;
	uint64_t v;

	while ((next = span_find((struct span){ part.p + 1, part.n - 1 }, "-part")).p)
		part = next;
	if (part.p == s.p)
		return false;
	s.n = part.p - s.p;
	span_skip(&part, strlen("-part"));
	return scan_uint(part, UINT64_MAX, &v) &&
	       (span_starts_nocase(s, "mpath") || (s.n >= 17 && is_hex(s)));
}

/* Arrays and the like, which others assemble of our disks. */
static bool is_assembled(struct span rest)
{
	return is_numbered(rest, "md") || span_take(&rest, "md/") || span_take(&rest, "md_") ||
	       is_numbered(rest, "bcache") || is_numbered(rest, "zd") || span_take(&rest, "zvol/") ||
	       is_numbered(rest, "drbd");
}

/* @rest: behind /dev/. Its kind; a logical volume's names are in @p. */
static enum root_kind device_kind(struct plan *p, struct span rest)
{
	struct span first, name = rest;

	if (span_take(&name, "mapper/"))
		return name.n && !is_map_partition(name) && split_mapper(name, p) ? ROOT_LV
										  : ROOT_OTHER;
	if (is_assembled(rest))
		return ROOT_OTHER;
	if (span_cut(&name, '/', &first) && name.n && first.n && !is_dev_directory(first) &&
	    !memchr(name.p, '/', name.n) && span_copy(first, p->root_vg, sizeof(p->root_vg)) &&
	    span_copy(name, p->root_value, sizeof(p->root_value)))
		return ROOT_LV;
	return ROOT_DEVICE;
}

static bool device_root(struct work *w, struct span s)
{
	struct plan *p = w->p;
	size_t i;

	for (i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '/' && (s.p[i + 1] == '/' ||
				      (s.p[i + 1] == '.' && i + 2 < s.n && s.p[i + 2] == '.')))
			return work_reject(w, "not a valid device path", s, NULL);
	if (span_eq(s, "/dev/root"))
		return true;		/* dracut links it to the LUN */
	p->root_kind = device_kind(p, (struct span){ s.p + 5, s.n - 5 });
	return p->root_kind == ROOT_LV || span_copy(s, p->root_value, sizeof(p->root_value));
}

static const struct { const char *prefix; enum root_kind kind; } tags[] = {
	{ "UUID=", ROOT_UUID }, { "LABEL=", ROOT_LABEL },
	{ "PARTUUID=", ROOT_PARTUUID }, { "PARTLABEL=", ROOT_PARTLABEL },
};

/* A misspelt iscsi: may have a secret in it, which is not to be shown as the root's name. */
static bool has_target_name(struct span s)
{
	return span_find(s, ":iqn.").p || span_find(s, ":eui.").p || span_find(s, ":naa.").p;
}

static bool named_root(struct work *w, struct span s)
{
	struct plan *p = w->p;
	struct span value;
	size_t i;

	span_take(&s, "block:");	/* dracut's: what follows is a device */
	if (s.n > 5 && !memcmp(s.p, "/dev/", 5))
		return device_root(w, s);
	p->root_kind = ROOT_OTHER;
	for (i = 0, value = s; i < sizeof(tags) / sizeof(*tags) && p->root_kind == ROOT_OTHER; i++)
		if (span_take(&value, tags[i].prefix))
			p->root_kind = tags[i].kind;
	if (!value.n || span_eq(s, "/dev/") || has_target_name(s))
		return work_reject(w, "not a supported root device", s,
				   "use /dev/..., UUID=, LABEL=, PARTUUID= or PARTLABEL=");
	return span_copy(value, p->root_value, sizeof(p->root_value));
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
	if (span_starts_nocase(s, "iscsi:") && !work_is_bare_scheme(s))
		return spec_root(w);
	if (span_has_control(s))
		return work_reject(w, "contains a control character", s, NULL);
	if (!span_copy(s, w->p->root_spec, sizeof(w->p->root_spec)))
		return work_reject(w, "longer than " LIMIT_TEXT(ROOTSPEC_MAX) " bytes", s, NULL);
	if (w->root_dhcp || work_is_bare_scheme(s))
		return true;
	return named_root(w, s);
}
