// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "plan/parse.h"

#define NAME_CHARACTERS ".:-"	/* beside letters and digits, RFC 7143 section 4.2.7.2 */

static bool is_alnum(char c)
{
	return scan_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "iqn.", year and month, and a domain that was registered then (RFC 7143 section 4.2.7.4). */
static void name_check_iqn(struct work *w, struct span s)
{
	static const char pattern[] = "0000-00.";
	bool good = s.n >= 13 && is_alnum(s.p[12]);
	unsigned i, month;

	for (i = 0; good && pattern[i]; i++)
		good = pattern[i] == '0' ? scan_is_digit(s.p[4 + i]) : s.p[4 + i] == pattern[i];
	if (!good) {
		work_warn(w, "not in the form iqn.YYYY-MM.DOMAIN", s, NULL);
		return;
	}
	month = (s.p[9] - '0') * 10 + (s.p[10] - '0');
	if (month < 1 || month > 12)
		work_warn(w, "the month is not 01 to 12", s, NULL);
}

static void name_check_hex(struct work *w, struct span s, bool naa)
{
	struct span half = { s.p + 4, 16 };
	uint64_t v;

	if (s.n != 20 && !(naa && s.n == 36))
		work_warn(w, naa ? "not naa. and 16 or 32 hexadecimal digits"
				 : "not eui. and 16 hexadecimal digits", s, NULL);
	else if (!scan_hex(half, UINT64_MAX, &v) ||
		 (s.n == 36 && !scan_hex((struct span){ s.p + 20, 16 }, UINT64_MAX, &v)))
		work_warn(w, "contains a character other than hexadecimal digits", s, NULL);
}

/* Programs, vendors and administrators use other forms, and targets compare no more than bytes. */
static void name_check_form(struct work *w, struct span s)
{
	if (span_starts_nocase(s, "iqn."))
		name_check_iqn(w, s);
	else if (plan_begins_name(s))
		name_check_hex(w, s, span_starts_nocase(s, "naa."));
	else
		work_warn(w, "not a usual iSCSI name", s, "most start with iqn., eui. or naa.");
}

static bool name_check_bytes(struct work *w, struct span s)
{
	size_t i;

	if (s.n > INAME_MAX)
		return work_reject(w, "longer than " LIMIT_TEXT(INAME_MAX) " bytes", s, NULL);
	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] >= 0x7f)
			return work_reject(w, "contains white space, a control character or a "
					   "non-ASCII byte", s, NULL);
	return true;
}

bool parse_name(struct work *w, struct span s, char name[INAME_MAX + 1])
{
	if (!name_check_bytes(w, s))
		return false;
	if (!span_only(s, NAME_CHARACTERS))
		work_warn(w, "contains a character not allowed in iSCSI names", s,
			  "use letters, digits, . : and -");
	name_check_form(w, s);
	return span_copy(s, name, INAME_MAX + 1);
}

bool parse_target_name(struct work *w, struct span s, char name[INAME_MAX + 1])
{
	if (!name_check_bytes(w, s))
		return false;
	/* 2.1.8 reports "Target Name invalid: ignoring" and then "TargetName not set" */
	if (!w->p->native && !span_only(s, NAME_CHARACTERS))
		return work_reject(w, "contains a character that the engine iscsistart does not "
				   "accept in a target name", s,
				   "rename the target: use letters, digits, . : and -");
	return parse_name(w, s, name);
}

/* RFC 4173 section 5: groups of up to four digits; zeros at the end may be left out. */
static bool lun_groups(struct span s, uint16_t lun[4])
{
	uint16_t groups[4] = { 0 };
	bool more = true;
	unsigned i;

	for (i = 0; more; i++) {
		struct span part;
		uint64_t v;

		more = span_cut(&s, '-', &part);
		if (i == 4 || part.n > 4 || !scan_hex(part, 0xffff, &v))
			return false;
		groups[i] = v;
	}
	memcpy(lun, groups, sizeof(groups));
	return true;
}

/* After "0x": the first level alone, or all eight bytes. */
static bool lun_0x(struct span s, uint16_t lun[4])
{
	uint64_t v;
	unsigned i;

	if (s.n != 16) {
		if (!scan_hex(s, 0xffff, &v))
			return false;
		v <<= 48;
	} else if (!scan_hex(s, UINT64_MAX, &v)) {
		return false;
	}
	for (i = 0; i < 4; i++)
		lun[i] = v >> (48 - 16 * i);
	return true;
}

bool parse_lun(struct work *w, struct span s, bool hex, uint16_t lun[4])
{
	uint64_t v;
	bool good;

	if (span_starts_nocase(s, "0x")) {
		good = lun_0x((struct span){ s.p + 2, s.n - 2 }, lun);
	} else if (hex || (s.n && memchr(s.p, '-', s.n))) {
		good = !s.n || lun_groups(s, lun);
		if (!s.n)
			memset(lun, 0, 4 * sizeof(*lun));
	} else {
		good = !s.n || scan_uint(s, 0xffff, &v);
		if (good) {
			memset(lun, 0, 4 * sizeof(*lun));
			lun[0] = s.n ? v : 0;
		}
	}
	if (!good)
		work_reject(w, "not a valid LUN", s,
			    hex ? "use hexadecimal digits, up to 4752-3a4f-6b7e-2f99" :
			    "use 0 to 65535, 0x1f or 4752-3a4f-6b7e-2f99");
	return good;
}

bool parse_uint16(struct work *w, struct span s, unsigned min, uint16_t *out,
		  const char *reason, const char *hint)
{
	uint64_t v;

	if (!scan_uint(s, 0xffff, &v) || v < min)
		return work_reject(w, reason, s, hint);
	*out = v;
	return true;
}

bool parse_port(struct work *w, struct span s, uint16_t *port)
{
	return parse_uint16(w, s, 1, port, "not a valid port", "use 1 to 65535");
}

bool parse_is_unicast(const struct addr *a)
{
	static const uint8_t zero[16], ones[4] = { 255, 255, 255, 255 };

	if (a->family == 4)
		return a->b[0] && (a->b[0] < 224 || (a->b[0] >= 240 && memcmp(a->b, ones, 4)));
	return a->b[0] != 0xff && memcmp(a->b, zero, 16);
}

/* RFC 1123 section 2.1; one whose last label has digits only is a misspelt IPv4 address. */
static bool is_host_name(struct span s)
{
	struct span label = s;
	bool more = true;

	if (!s.n || s.n > HOST_MAX)
		return false;
	if (s.n > 1 && s.p[s.n - 1] == '.')
		s.n--;
	while (more) {
		more = span_cut(&s, '.', &label);
		if (!label.n || label.n > 63 || label.p[0] == '-' ||
		    label.p[label.n - 1] == '-' || !span_only(label, "-"))
			return false;
	}
	while (label.n && scan_is_digit(*label.p))
		label = (struct span){ label.p + 1, label.n - 1 };
	return label.n;
}

bool parse_host(struct work *w, struct span s, struct plan_portal *out)
{
	struct addr a = { 0 };
	bool bracketed = s.n && s.p[0] == '[';

	if (bracketed) {
		struct span inner = { s.p + 1, s.n - 1 };

		if (!inner.n || inner.p[inner.n - 1] != ']')
			return work_reject(w, "missing closing bracket", s, NULL);
		inner.n--;
		if (!scan_ipv6(inner, &a))
			return work_reject(w, "not a valid IPv6 address", s, NULL);
	}
	if (!bracketed && !scan_addr(s, &a)) {
		if (!is_host_name(s))
			return work_reject(w, "not a valid address or host name", s, NULL);
		span_copy(s, out->host, sizeof(out->host));
		out->addr.family = 0;
		return true;
	}
	if (!parse_is_unicast(&a))
		return work_reject(w, "not a unicast address", s, NULL);
	out->addr = a;
	out->host[0] = '\0';
	return true;
}

bool parse_portal(struct work *w, struct span s, uint16_t port, uint16_t group,
		  struct plan_portal *out)
{
	struct span host = s, rest = { 0 };
	const char *bracket = s.n && *s.p == '[' ? memchr(s.p, ']', s.n) : NULL;
	struct addr a;

	if (bracket) {
		host.n = bracket + 1 - s.p;
		rest = (struct span){ bracket + 1, s.n - host.n };
		if (rest.n && *rest.p != ':')
			return work_reject(w, "unexpected text after the bracket", s,
					   "use [ADDRESS]:PORT");
	} else if (!scan_ipv6(s, &a)) {
		struct span after = s;

		span_cut(&after, ':', &host);
		rest = (struct span){ s.p + host.n, s.n - host.n };
		if (after.n && memchr(after.p, ':', after.n))
			return work_reject(w, "not a valid IPv6 address", s,
					   "use [ADDRESS]:PORT to give a port");
	}
	if (!parse_host(w, host, out))
		return false;
	out->port = port;
	out->group = group;
	if (!rest.n)
		return true;
	rest.p++;
	rest.n--;
	return parse_port(w, rest, &out->port);
}

bool parse_mac(struct work *w, struct span text, uint8_t mac[6])
{
	uint8_t m[6];

	if (!scan_mac(span_unbracket(text), m) || (m[0] & 1))
		return work_reject(w, "not a valid MAC address", text, NULL);
	memcpy(mac, m, sizeof(m));
	return true;
}

bool parse_device(struct work *w, struct span s, char *device)
{
	/* the kernel allows more, but the names are written into files that shells source */
	if (!s.n || !span_only(s, "._-@+") || span_eq(s, ".") || span_eq(s, "..") ||
	    !span_copy(s, device, DEVNAME_MAX + 1))
		return work_reject(w, "not a valid network device name", s, NULL);
	return true;
}

bool parse_hostname(struct span s, char *hostname)
{
	if (!span_only(s, "-._") || (s.n && strchr("-._", *s.p)))
		return false;
	return span_copy(s, hostname, HOSTNAME_MAX + 1);
}
