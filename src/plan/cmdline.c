// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: the kernel command line's words, and the names of the keys. */
#include <string.h>

#include "plan/parts.h"

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

/* By enum key. */
static const char names[] =
	"INITIATOR TARGET_NAME TARGET_IP TARGET_PORT TARGET_GROUP USERNAME PASSWORD IN_USERNAME "
	"IN_PASSWORD AUTO LUN TIMEOUT REPLACEMENT_TIMEOUT ENGINE CLOCKSOURCE NETWORK PARAM";

#define ISCSI "ISCSI_"
#define RD "rd.iscsi."

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

enum key key_find_bare(struct span name)
{
	struct span rest = span_of(names), one;
	int k;

	for (k = 0; rest.n; k++) {
		span_cut(&rest, ' ', &one);
		if (span_same_nocase(name, one))
			return k;
	}
	return span_eq_nocase(name, "ROOT_LUN") ? K_LUN : K_NONE;
}

/* Those of dracut.cmdline(7) have a dot where ours have an underscore. */
static enum key find_rd(struct span name)
{
	char ours[32], *p;
	enum key k;

	if (!span_copy(name, ours, sizeof(ours)))
		return K_NONE;
	for (p = ours; *p; p++)
		*p = *p == '.' ? '_' : *p == '_' ? '.' : *p;
	k = key_find_bare(span_of(ours));
	return k <= K_IN_PASSWORD || k == K_PARAM ? k : K_NONE;
}

/* Take @prefix off, in whatever case. */
static bool strip(struct span *name, const char *prefix)
{
	size_t n = strlen(prefix);

	if (!span_starts_nocase(*name, prefix))
		return false;
	drop(name, n);
	return true;
}

enum key key_find(struct span name)
{
	return strip(&name, ISCSI) ? key_find_bare(name) : strip(&name, RD) ? find_rd(name) : K_NONE;
}

/* Misspelt as well. */
bool names_secret(struct span s)
{
	static const char words[][5] = { "pas", "psw", "pw", "secr" };
	unsigned i;

	for (; s.n; s.p++, s.n--)
		for (i = 0; i < COUNT(words); i++)
			if (span_starts_nocase(s, words[i]))
				return true;
	return false;
}

/* Levenshtein's distance, without regard to case. */
static unsigned distance(struct span a, struct span b)
{
	unsigned row[32], i, j;

	for (j = 0; j <= b.n; j++)
		row[j] = j;
	for (i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= b.n; j++) {
			unsigned best = diagonal + !span_same_nocase((struct span){ a.p + i - 1, 1 },
								     (struct span){ b.p + j - 1, 1 });

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[b.n];
}

void key_warn_unknown(struct work *w, struct span name)
{
	struct span rest = span_of(names), one, nearest = { 0 };
	char text[96];
	unsigned best = ~0u;

	name.n = name.n < 64 ? name.n : 64;
	if (!strip(&name, ISCSI))
		strip(&name, RD);
	while (rest.n) {
		unsigned d;

		span_cut(&rest, ' ', &one);
		d = distance(name, one);
		if (d < best) {
			best = d;
			nearest = one;
		}
	}
	out_text(text, sizeof(text), "unknown, ignored; the nearest known key is: " ISCSI "%pS",
		 &nearest);
	plan_warn(w, text, NOTHING, NULL);
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
	} else if (strip(&v, "iscsi:")) {
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
	} else if (strip(&v, "iscsi:")) {
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
enum verdict { REFUSE_TRUE, NO_EFFECT, KNOWN };

static const struct other {
	const char *name;	/* and behind its NUL the hint */
	enum verdict verdict;
} others[] = {
	{ RD "firmware\0no iBFT; name the target", REFUSE_TRUE },
	{ "iscsi_firmware\0no iBFT; name the target", REFUSE_TRUE },
	{ RD "ibft\0no iBFT; use ip=", REFUSE_TRUE },
	{ RD "mp\0no iBFT; use ip=", REFUSE_TRUE },
	{ RD "login_retry_max\0logins are retried until ISCSI_TIMEOUT", NO_EFFECT },
	{ RD "waitnet\0the login begins with the first device that is up", NO_EFFECT },
	{ RD "testroute\0each portal is probed before the login", NO_EFFECT },
	{ RD "transport", KNOWN },
};

/* Words of ours that are read elsewhere. */
static const char known[] = " rd.bootif root netroot ip nameserver rd.route ifname iscsiroot ";

static bool check_other(struct work *w, const struct word *word, const struct other *o)
{
	const char *hint = o->name + strlen(o->name) + 1;

	switch (o->verdict) {
	case REFUSE_TRUE:
		if (word->has_value && !span_true(word->value))
			return true;
		return plan_reject(w, "not supported yet", word->value, hint);
	case NO_EFFECT:
		plan_warn(w, "has no effect here", word->value, hint);
		return true;
	default:
		break;
	}
	if (word->value.n && !span_eq(word->value, "tcp"))
		return plan_reject(w, "not supported", word->value, "only tcp is");
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

	w->at = word_at(word);
	if (span_listed(word->key, " vlan bond team bridge "))
		return plan_reject(w, "not supported yet", word->value, "it comes in a later version");
	if (!o && key_find(word->key) == K_NONE && !span_listed(word->key, known) &&
	    !span_eq_nocase(word->key, "BOOTIF")) {
		/* iscsi_tcp.debug=1 is a kernel module's */
		if (span_starts_nocase(word->key, RD) ||
		    (span_starts_nocase(word->key, ISCSI) &&
		     !memchr(word->key.p, '.', word->key.n)))
			key_warn_unknown(w, word->key);
		return true;
	}
	if (word->value.n && memchr(word->value.p, '"', word->value.n))
		return plan_reject(w, "a double quote within the value",
				   word->value,
				   "quote the whole value, or write it into the file");
	if (span_eq(word->key, "iscsiroot") && span_true(word->value) &&
	    !span_eq_nocase(word->value, "on") && !span_eq_nocase(word->value, "1") &&
	    !span_eq_nocase(word->value, "yes"))
		plan_warn(w, "not known, ignored", word->value,
			  "off turns iSCSI off; netroot=iscsi:... names a target");
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
