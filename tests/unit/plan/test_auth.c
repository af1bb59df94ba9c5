// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/auth.h"
#include "plan_case.h"

static void test_finish(void)
{
	static const struct {
		const char *username, *password, *username_in, *password_in;
		enum auth_method method;
		const char *reason;		/* of the rejection, or of the warning */
		bool good;
	} rows[] = {
		{ "", "", "", "", AUTH_NONE, NULL, true },
		{ "u", "secret", "", "", AUTH_CHAP, NULL, true },
		{ "u", "secret", "t", "other", AUTH_MUTUAL, NULL, true },
		{ "u", "secret", "t", "secret", AUTH_MUTUAL, "same CHAP secret in both directions", true },
		{ "u", "", "", "", AUTH_NONE, "user name without a password", false },
		{ "", "secret", "", "", AUTH_NONE, "password without a user name", false },
		{ "u", "secret", "t", "", AUTH_NONE, "user name without a password", false },
		{ "u", "secret", "", "other", AUTH_NONE, "password without a user name", false },
		{ "", "", "t", "other", AUTH_NONE, "mutual CHAP without credentials of the initiator", false },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct work *w = work_for("KEY");
		struct plan_auth a = { 0 };

		strcpy(a.username, rows[i].username);
		strcpy(a.password, rows[i].password);
		strcpy(a.username_in, rows[i].username_in);
		strcpy(a.password_in, rows[i].password_in);
		ok(auth_finish(w, &a) == rows[i].good && (!rows[i].good || a.method == rows[i].method),
		   "credentials %u", i);
		if (!rows[i].good)
			is_str(why.reason, rows[i].reason, "its rejection");
		else
			ok(p.n_warnings == !!rows[i].reason, "its warning");
	}
}

static void test_copy(void)
{
	char dst[CHAP_MAX + 1], huge[CHAP_MAX + 1];
	struct work *w = work_for("KEY");

	memset(huge, 'x', sizeof(huge));
	ok(auth_copy(w, (struct span){ huge, CHAP_MAX }, true, dst) && strlen(dst) == CHAP_MAX &&
	   !p.n_warnings, "255 bytes");
	ok(!auth_copy(w, (struct span){ huge, CHAP_MAX + 1 }, true, dst) &&
	   !strcmp(why.reason, "longer than 255 bytes"), "256 bytes");
	ok(!auth_copy(w, span_of("hush\n"), true, dst) && !*why.value, "a control character, not shown");
	ok(!auth_copy(w, span_of("user\n"), false, dst) && *why.value, "shown of a user name");
	ok(auth_copy(w, span_of("\xc3\xa9\t"), false, dst) && !p.n_warnings, "8-bit text and a tab");
	ok(auth_copy(w, span_of("elevenbytes"), true, dst) && p.n_warnings == 1, "a short secret");
	auth_note_secret(w);
	ok(p.secret_on_cmdline && p.n_warnings == 2, "a secret on the command line is noted");
}

int main(void)
{
	test_finish();
	test_copy();
	return done_testing();
}
