// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a login failed, as a cause. */
#include "iscsi/failure.h"
#include "tap.h"

static const char *text_of(const struct iscsi_failure *f, bool chap)
{
	static struct cause c;

	failure_cause(f, chap, "192.0.2.1:3260 iqn.a", &c);
	return c.text;
}

static void test_set(void)
{
	struct iscsi_failure f = { .status_class = 2, .status_detail = 3, .key = "x" };
	char longer[200];

	ok(!failure_set(&f, ISCSI_BAD_VALUE, span_of("Max\nBurst")), "false always");
	ok(f.error == ISCSI_BAD_VALUE && !f.status_class && !f.status_detail, "nothing of the old one stays");
	is_str(f.key, "Max\\x0aBurst", "the key is escaped");
	memset(longer, 'a', sizeof(longer));
	failure_set(&f, ISCSI_BAD_VALUE, (struct span){ longer, sizeof(longer) });
	ok(strlen(f.key) == 63 && !strcmp(f.key + 60, "..."), "a long key is cut");
	failure_set(&f, ISCSI_CUT, (struct span){ NULL, 0 });
	is_str(f.key, "", "no key");
}

static void test_causes(void)
{
	static const struct {
		enum iscsi_error error;
		const char *key, *want;
	} rows[] = {
		{ ISCSI_DUPLICATE, "MaxBurstLength",
		  "invalid login response: MaxBurstLength: two values (see the target's log)" },
		{ ISCSI_BAD_STAGE, "", "invalid login response: wrong stage (see the target's log)" },
		{ ISCSI_NOT_AGREED, "HeaderDigest",
		  "no agreement on HeaderDigest (check ISCSI_PARAM and the target)" },
		{ ISCSI_BAD_CONFIG, "FirstBurstLength", "FirstBurstLength cannot be used for a login (correct it)" },
		{ ISCSI_CHAP_CHALLENGE_SHORT, "CHAP_C", "invalid CHAP challenge: too short (see the target's log)" },
		{ ISCSI_NOT_LOGIN_RESPONSE, "", "invalid login response (check that this is an iSCSI target)" },
		{ ISCSI_AUTH_SKIPPED, "AuthMethod",
		  "no agreement on authentication (set CHAP on both sides or on neither)" },
	};
	struct iscsi_failure f;
	unsigned i, named = 0;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		failure_set(&f, rows[i].error, span_of(rows[i].key));
		is_str(text_of(&f, true), rows[i].want, rows[i].want);
	}
	for (i = 0; i < ISCSI_ERRORS; i++) {
		struct cause c = { 0 };

		failure_set(&f, i, span_of("Key"));
		failure_cause(&f, true, "object", &c);
		named += *failure_name(i) && c.id && *c.text && !strcmp(c.object, "object");
	}
	is_int(named, ISCSI_ERRORS, "every error has a name and a cause");
}

static void test_status(void)
{
	struct iscsi_failure f = { .error = ISCSI_REFUSED, .status_class = 2, .status_detail = 1 };

	ok(strstr(text_of(&f, true), "authentication failed, status 02/01"), "a refusal has its status");
	ok(strstr(text_of(&f, false), "authentication required, status 02/01"), "and depends on credentials");
}

int main(void)
{
	test_set();
	test_causes();
	test_status();
	return done_testing();
}
