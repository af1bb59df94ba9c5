// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan_case.h"

static void test_reject(void)
{
	static const struct { const char *key, *value, *want; } rows[] = {
		{ "KEY", "value", "test: KEY: reason: value (hint)" },
		{ "KEY", "", "test: KEY: reason (hint)" },
		{ "KEY", "a\nb", "test: KEY: reason: a\\x0ab (hint)" },
		{ "ISCSI_PASSWORD", "hush", "test: ISCSI_PASSWORD: reason (hint)" },
		{ "KEY", "x.password=hush", "test: KEY: reason (hint)" },
		{ "KEY", "user:hush@192.0.2.1", "test: KEY: reason (hint)" },
		{ "KEY", "iqn.2001-04.com.example:a@b", "test: KEY: reason (hint)" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct work *w = work_for(rows[i].key);

		ok(!work_reject(w, "reason", span_of(rows[i].value), "hint"), "returns false");
		is_str(rejection(), rows[i].want, "its text");
	}
	work_reject(work_for("KEY"), "reason", span_of("value"), NULL);
	is_str(rejection(), "test: KEY: reason: value", "without a hint");
}

static void test_warn(void)
{
	struct work *w = work_for("KEY");
	char text[32];
	unsigned i;

	work_warn(w, "reason", span_of("iqn.2001-04.com.example:a@b"), NULL);
	is_str(p.warnings[0], "test: KEY: reason: iqn.2001-04.com.example:a@b", "a name with an @");
	work_warn(w, "reason", span_of("iqn.2001-04.com.example:a@b"), NULL);
	is_int(p.n_warnings, 1, "the same warning is not repeated");
	w->secret = true;
	work_warn(w, "reason", span_of("value"), NULL);
	is_str(p.warnings[1], "test: KEY: reason", "what may be a secret");
	w->secret = false;
	for (i = 0; i < WARNINGS_MAX; i++) {
		snprintf(text, sizeof(text), "reason %u", i);
		work_warn(w, text, NOTHING, NULL);
	}
	is_int(p.n_warnings, WARNINGS_MAX, "as many warnings as there is room for");
	is_str(p.warnings[WARNINGS_MAX - 1], "3 more warnings", "the last one counts the others");
	w->p = NULL;
	work_warn(w, "reason", NOTHING, NULL);
	ok(true, "no plan to warn in");
	w = work_for("ISCSI_LUM");
	work_warn_unknown(w, w->at.key);
	is_str(p.warnings[0], "test: ISCSI_LUM: unknown key, ignored (did you mean ISCSI_LUN?)",
	       "an unknown key");
}

static void test_value(void)
{
	static const struct { const char *raw; bool quoted; const char *want; } rows[] = {
		{ "a b", false, "a b" }, { "'a b'", true, "a b" }, { "'a'", false, "'a'" },
		{ "''", true, NULL }, { "", false, NULL }, { "", true, NULL }, { "'a", true, NULL },
		{ "$a", true, NULL },
	};
	char buf[KEY_VALUE_MAX + 1];
	struct span v;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct work *w = work_for("KEY");
		bool got;

		w->set[K_LUN] = (struct setting){ .set = true, .quoted = rows[i].quoted,
						  .raw = span_of(rows[i].raw) };
		got = work_value(w, K_LUN, buf, &v);
		ok(got == (rows[i].want != NULL) && (!got || span_eq(v, rows[i].want)), "value: <%s>",
		   rows[i].raw);
		ok(!work_value(w, K_TIMEOUT, buf, &v), "a key that is not set");
	}
}

static void test_list(void)
{
	static const struct { const char *raw; bool quoted, has; } rows[] = {
		{ "a", true, true }, { "'a b'", true, true }, { "''", true, false },
		{ "\"\"''", true, false }, { "", true, false }, { "", false, false },
		{ "''", false, true }, { "'a", true, true }, { "'", true, true },
	};
	struct work *w = work_for("KEY");
	struct setting s = { .set = true, .source = SRC_FILE };
	unsigned i;

	for (i = 0; i < LIST_ITEMS + 2; i++)
		work_add_item(w, K_PARAM, &s);
	is_int(w->n_list, LIST_ITEMS + 2, "what has no room is counted");
	w = work_for("KEY");
	s.source = SRC_CMDLINE;
	work_add_item(w, K_PARAM, &s);
	s.source = SRC_FILE;
	work_add_item(w, K_PARAM, &s);
	s.source = SRC_XENSTORE;
	work_add_item(w, K_PARAM, &s);
	is_int(w->n_list, 1, "the command line's list replaces the others");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		w = work_for("KEY");
		s.source = SRC_FILE;
		s.quoted = rows[i].quoted;
		s.raw = span_of(rows[i].raw);
		work_add_item(w, K_TARGET, &s);
		ok(work_has_item(w, K_TARGET, SRC_FILE) == rows[i].has, "in a list: <%s>", rows[i].raw);
		ok(!work_has_item(w, K_TARGET, SRC_CMDLINE), "not of a higher source");
		ok(!work_has_item(w, K_PARAM, SRC_FILE), "not in another list");
	}
}

static void test_words(void)
{
	static const struct { const char *text; bool on; } rows[] = {
		{ "1", true }, { "yes", true }, { "x", true }, { "0", false }, { "no", false },
		{ "OFF", false }, { "False", false }, { "", false },
	};
	struct span s = span_of("ISCSI:192.0.2.1");
	struct work *w = work_for("KEY");
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(work_is_true(span_of(rows[i].text)) == rows[i].on, "a switch: <%s>", rows[i].text);
	ok(work_take_scheme(&s) && span_eq(s, "192.0.2.1"), "the scheme is taken off");
	ok(!work_take_scheme(&s) && span_eq(s, "192.0.2.1"), "there is none");
	work_at_cmdline(w, "root");
	work_reject(w, "reason", NOTHING, NULL);
	is_str(rejection(), "kernel command line: root: reason", "a parameter of the command line");
}

int main(void)
{
	test_reject();
	test_warn();
	test_value();
	test_list();
	test_words();
	return done_testing();
}
