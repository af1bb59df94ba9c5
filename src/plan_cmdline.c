// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: the kernel command line's words, and the names of the keys. */
#include <string.h>

#include "plan_parts.h"

/* As the kernel's isspace(), which counts Latin-1's no-break space. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
}

static void drop(struct span *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static struct span without_last_quote(struct span s)
{
	if (s.n && s.p[s.n - 1] == '"')
		s.n--;
	return s;
}

/* As next_arg() of the kernel's lib/cmdline.c has it. */
bool word_next(struct span *rest, struct word *w)
{
	size_t i, equals = 0;
	bool in_quote, quoted;

	while (rest->n && is_space(*rest->p))
		drop(rest, 1);
	if (!rest->n || !*rest->p)
		return false;
	in_quote = quoted = *rest->p == '"';
	if (quoted)
		drop(rest, 1);
	for (i = 0; i < rest->n && rest->p[i]; i++) {
		if (is_space(rest->p[i]) && !in_quote)
			break;
		if (!equals && rest->p[i] == '=')
			equals = i;
		if (rest->p[i] == '"')
			in_quote = !in_quote;
	}
	*w = (struct word){ .key = { rest->p, i }, .value = { rest->p + i, 0 }, .has_value = equals };
	if (equals) {
		w->key.n = equals;
		w->value = (struct span){ rest->p + equals + 1, i - equals - 1 };
		if (w->value.n && *w->value.p == '"') {
			drop(&w->value, 1);
			w->value = without_last_quote(w->value);
		} else if (quoted) {
			w->value = without_last_quote(w->value);
		}
	} else if (quoted) {
		w->key = without_last_quote(w->key);
	}
	drop(rest, i);
	return w->has_value || !span_eq(w->key, "--");
}

struct where word_at(const struct word *w)
{
	return (struct where){ PLACE_CMDLINE, 0, w->key };
}

bool span_true(struct span s)
{
	return s.n && !span_eq(s, "0") && !span_eq_nocase(s, "no") && !span_eq_nocase(s, "off") &&
	       !span_eq_nocase(s, "false");
}

static const struct name { const char *name; enum key key; } names[] = {
	{ "ISCSI_INITIATOR", K_INITIATOR },
	{ "ISCSI_TARGET_NAME", K_TARGET_NAME },
	{ "ISCSI_TARGET_IP", K_TARGET_IP },
	{ "ISCSI_TARGET_PORT", K_TARGET_PORT },
	{ "ISCSI_TARGET_GROUP", K_TARGET_GROUP },
	{ "ISCSI_USERNAME", K_USERNAME },
	{ "ISCSI_PASSWORD", K_PASSWORD },
	{ "ISCSI_IN_USERNAME", K_IN_USERNAME },
	{ "ISCSI_IN_PASSWORD", K_IN_PASSWORD },
	{ "ISCSI_AUTO", K_AUTO },
	{ "ISCSI_LUN", K_LUN },
	{ "ISCSI_ROOT_LUN", K_LUN },
	{ "ISCSI_TIMEOUT", K_TIMEOUT },
	{ "ISCSI_REPLACEMENT_TIMEOUT", K_REPLACEMENT },
	{ "ISCSI_PARAM", K_PARAM },
	{ "ISCSI_ENGINE", K_ENGINE },
	{ "ISCSI_CLOCKSOURCE", K_CLOCKSOURCE },
};

#define RD "rd.iscsi."

/* dracut.cmdline(7), after "rd.iscsi.". */
static const struct name rd_names[] = {
	{ "initiator", K_INITIATOR },
	{ "target.name", K_TARGET_NAME },
	{ "target.ip", K_TARGET_IP },
	{ "target.port", K_TARGET_PORT },
	{ "target.group", K_TARGET_GROUP },
	{ "username", K_USERNAME },
	{ "password", K_PASSWORD },
	{ "in.username", K_IN_USERNAME },
	{ "in.password", K_IN_PASSWORD },
	{ "param", K_PARAM },
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

enum key key_find(struct span name)
{
	size_t i;

	for (i = 0; i < COUNT(names); i++)
		if (span_eq_nocase(name, names[i].name))
			return names[i].key;
	if (span_starts_nocase(name, RD))
		for (i = 0; i < COUNT(rd_names); i++)
			if (span_eq_nocase((struct span){ name.p + strlen(RD), name.n - strlen(RD) },
					   rd_names[i].name))
				return rd_names[i].key;
	return K_NONE;
}

/* A misspelt one as well, whose value must not be shown either. */
bool key_secret(struct span name)
{
	for (; name.n >= 3; name.p++, name.n--)
		if (span_starts_nocase(name, "pas") || span_starts_nocase(name, "psw"))
			return true;
	return false;
}

/* Levenshtein's distance, without regard to case. */
static unsigned distance(struct span a, const char *b)
{
	unsigned row[32], n = strlen(b), i, j;

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= n; j++) {
			struct span one = { a.p + i - 1, 1 };
			char other[2] = { b[j - 1], '\0' };
			unsigned best = diagonal + !span_eq_nocase(one, other);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[n];
}

const char *key_nearest(struct span name)
{
	unsigned best = ~0u;
	const char *nearest = NULL;
	size_t i;

	if (name.n > 64)
		name.n = 64;
	for (i = 0; i < COUNT(names); i++) {
		unsigned d = distance(name, names[i].name);

		if (d < best) {
			best = d;
			nearest = names[i].name;
		}
	}
	return nearest;
}

static void set_key(struct work *w, const struct word *word, enum key k)
{
	struct setting *s = &w->set[k];

	*s = (struct setting){ .set = true, .source = SRC_CMDLINE, .at = word_at(word),
			       .raw = word->value };
	if (k == K_AUTO && !word->has_value)
		s->raw = span_of("1");
}

static void gather_netroot(struct work *w, struct span v)
{
	if (span_eq_nocase(v, "dhcp")) {
		w->netroot_dhcp = true;
	} else if (span_eq_nocase(v, "iscsi") || span_eq_nocase(v, "iscsi:")) {
		w->netroot_bare = true;
	} else if (span_starts_nocase(v, "iscsi:")) {
		drop(&v, strlen("iscsi:"));
		if (w->n_netroots < TARGETS_MAX)
			w->netroots[w->n_netroots] = v;
		w->n_netroots++;
	}
}

static void gather_root(struct work *w, struct span v)
{
	w->has_root = true;
	w->root = v;
	w->root_dhcp = span_eq_nocase(v, "dhcp");
	if (span_eq_nocase(v, "iscsi")) {
		w->netroot_bare = true;
	} else if (span_starts_nocase(v, "iscsi:")) {
		drop(&v, strlen("iscsi:"));
		w->has_root_spec = true;
		w->root_spec = v;
	}
}

static void gather_word(struct work *w, const struct word *word)
{
	enum key k = key_find(word->key);

	if (k < K_COUNT)
		set_key(w, word, k);
	else if (k == K_PARAM)
		w->param_on_cmdline = true;
	else if (span_eq(word->key, "root"))
		gather_root(w, word->value);
	else if (span_eq(word->key, "netroot"))
		gather_netroot(w, word->value);
	else if (span_eq_nocase(word->key, "iscsiroot"))
		w->off = word->has_value && !span_true(word->value);
	else if (span_eq(word->key, "rd.iscsi.firmware") || span_eq(word->key, "iscsi_firmware"))
		w->firmware = !word->has_value || span_true(word->value);
	else if (span_eq(word->key, "rd.bootif"))
		w->ignore_bootif = word->has_value && !span_true(word->value);
}

void cmdline_gather(struct work *w)
{
	struct span rest = w->in->cmdline;
	struct word word;

	while (word_next(&rest, &word))
		gather_word(w, &word);
}

/* What is done to a word that is known but not a setting. */
enum verdict { REFUSE, REFUSE_TRUE, NO_EFFECT, KNOWN };

static const struct other {
	const char *name;
	enum verdict verdict;
	const char *hint;
} others[] = {
	{ "vlan", REFUSE, "VLANs come in a later version" },
	{ "bond", REFUSE, "bonding comes in a later version" },
	{ "team", REFUSE, "teaming comes in a later version" },
	{ "bridge", REFUSE, "bridges come in a later version" },
	{ RD "firmware", REFUSE_TRUE, "iBFT comes in a later version; name the target" },
	{ "iscsi_firmware", REFUSE_TRUE, "iBFT comes in a later version; name the target" },
	{ RD "ibft", REFUSE_TRUE, "iBFT comes in a later version; use ip=" },
	{ RD "mp", REFUSE_TRUE, "iBFT comes in a later version; use ip=" },
	{ RD "login_retry_max", NO_EFFECT, "logins are retried until ISCSI_TIMEOUT" },
	{ RD "waitnet", NO_EFFECT, "the login begins with the first device that is up" },
	{ RD "testroute", NO_EFFECT, "each portal is probed before the login" },
	{ RD "transport", KNOWN, NULL },
	{ "rd.bootif", KNOWN, NULL },
	{ "root", KNOWN, NULL },
	{ "netroot", KNOWN, NULL },
	{ "ip", KNOWN, NULL },
	{ "nameserver", KNOWN, NULL },
	{ "rd.route", KNOWN, NULL },
	{ "ifname", KNOWN, NULL },
	{ "iscsiroot", KNOWN, NULL },
};

static bool check_other(struct work *w, const struct word *word, const struct other *o)
{
	switch (o->verdict) {
	case REFUSE:
		return plan_reject(w, "not supported yet", word->value, o->hint);
	case REFUSE_TRUE:
		if (word->has_value && !span_true(word->value))
			return true;
		return plan_reject(w, "not supported yet", word->value, o->hint);
	case NO_EFFECT:
		plan_warn(w, "has no effect here", word->value, o->hint);
		return true;
	default:
		break;
	}
	if (span_eq(word->key, RD "transport") && word->value.n && !span_eq(word->value, "tcp"))
		return plan_reject(w, "not supported", word->value, "only tcp is");
	if (span_eq(word->key, "iscsiroot") && span_true(word->value) &&
	    !span_eq_nocase(word->value, "on") && !span_eq_nocase(word->value, "1") &&
	    !span_eq_nocase(word->value, "yes"))
		plan_warn(w, "not known, ignored", word->value,
			  "off turns iSCSI off; netroot=iscsi:... names a target");
	return true;
}

static const struct other *find_other(struct span key)
{
	size_t i;

	for (i = 0; i < COUNT(others); i++)
		if (span_eq(key, others[i].name))
			return &others[i];
	return NULL;
}

static bool check_word(struct work *w, const struct word *word)
{
	const struct other *o = find_other(word->key);
	enum key k = key_find(word->key);

	w->at = word_at(word);
	if (!o && k == K_NONE && !span_eq_nocase(word->key, "BOOTIF")) {
		/* iscsi_tcp.debug=1 is a kernel module's */
		if (span_starts_nocase(word->key, "rd.iscsi.") ||
		    (span_starts_nocase(word->key, "ISCSI_") &&
		     !memchr(word->key.p, '.', word->key.n)))
			plan_warn(w, "unknown, ignored; the nearest known key is",
				  span_of(key_nearest(word->key)), NULL);
		return true;
	}
	if (word->value.n && memchr(word->value.p, '"', word->value.n))
		return plan_reject(w, "a double quote within the value",
				   word->value,
				   "quote the whole value, or write it into the file");
	return !o || check_other(w, word, o);
}

bool cmdline_check(struct work *w)
{
	struct span rest = w->in->cmdline;
	struct word word;

	while (word_next(&rest, &word))
		if (!check_word(w, &word))
			return false;
	return true;
}
