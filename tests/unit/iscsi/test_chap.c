// SPDX-License-Identifier: GPL-2.0-or-later
/* The security stage: CHAP both ways with each algorithm, and targets that cheat. */
#include "iscsi/chap.h"
#include "iscsi/text.h"
#include "tap.h"

#define CHALLENGE "0x101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"

/* By Python's hashlib: secrets and challenges as below, identifiers 9 (the target's) and 42. */
static const struct {
	const char *algorithm, *response, *challenge, *proof;
} rows[] = {
	{ "5", "0x3f3522d345d33e7b7ad698d3fd14bbb0",
	  "0x0102030405060708090a0b0c0d0e0f10",
	  "0x8f48c014590c8f12b18b673fa154d315" },
	{ "6", "0xe0a86ea8e23d55d935e150bb26fa0f7b26b456c2",
	  "0x0102030405060708090a0b0c0d0e0f1011121314",
	  "0x4d30092569f8291440471c0e66cbfaea8c9f5081" },
	{ "7", "0x9b5d4a76ec68bfa22843003cd45290d6c2aa2cc653187f2cc61dc5a7d88c3e31",
	  "0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
	  "0x3b5e63070b46835ef45b5c88846d2fe03bfcdccf01f9ccea74dffc7e99257682" },
	{ "8", "0x8856be98a64f8c28f2951bf60b1760adadd0e662f3e300c2074c138d64c5afb1",
	  "0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
	  "0x51fb6735a6e1d2da436014dfab19169290e1ac5e7fcd74fa0383b87b3d19df3c" },
};

static const struct iscsi_credentials one_way = {
	.name = { "user", 4 }, .secret = { "secretsecret", 12 },
};
static const struct iscsi_credentials lax = {
	.name = { "user", 4 }, .secret = { "secretsecret", 12 }, .allow_none = true,
};
static const struct iscsi_credentials mutual = {
	.name = { "user", 4 }, .secret = { "secretsecret", 12 },
	.name_in = { "target", 6 }, .secret_in = { "othersecret1", 12 }, .allow_none = true,
};

static struct chap c;
static struct iscsi_failure failure;
static uint8_t randoms[CHAP_RANDOM];
static char buf[1024];
static struct out o;

static bool begin(const struct iscsi_credentials *credentials, unsigned algorithms)
{
	unsigned i;

	randoms[0] = 42;
	for (i = 1; i < CHAP_RANDOM; i++)
		randoms[i] = (uint8_t)i;
	memset(&failure, 0, sizeof(failure));
	return chap_begin(&c, credentials, algorithms, randoms, &failure);
}

/* A response "KEY=VALUE;..."; what is sent for it, or the failure's name. */
static const char *respond(const char *text, bool transit)
{
	struct span rest = span_of(text), value, key;
	size_t i;

	out_init(&o, buf, sizeof(buf));
	while (rest.n) {
		span_cut(&rest, ';', &value);
		span_cut(&value, '=', &key);
		if (!chap_take(&c, key, value, &failure))
			return failure_name(failure.error);
	}
	if (!chap_settle(&c, transit, &o, &failure))
		return failure_name(failure.error);
	for (i = 0; i < o.len; i++)
		if (!buf[i])
			buf[i] = ';';
	return buf;
}

/* Up to where the target's challenge is awaited. */
static void until_question(const struct iscsi_credentials *credentials)
{
	ok(begin(credentials, CHAP_ALL), "begun");
	respond("AuthMethod=CHAP", false);
}

static void until_proof(void)
{
	until_question(&mutual);
	respond("CHAP_A=5;CHAP_I=9;CHAP_C=" CHALLENGE, false);
}

static void test_algorithms(void)
{
	char want[512], text[256];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ok(begin(&one_way, CHAP_ALL), "one-way CHAP with algorithm %s", rows[i].algorithm);
		is_str(respond("AuthMethod=CHAP", false), "CHAP_A=8,7,6,5;", "strongest first");
		ok(!chap_may_transit(&c), "not over");
		out_text(text, sizeof(text), "CHAP_A=%s;CHAP_I=9;CHAP_C=" CHALLENGE, rows[i].algorithm);
		out_text(want, sizeof(want), "CHAP_N=user;CHAP_R=%s;", rows[i].response);
		is_str(respond(text, false), want, "the response");
		ok(chap_may_transit(&c) && c.phase == CHAP_OVER, "over");
		is_str(respond("", true), "", "the target goes on");
		ok(c.authenticated, "authenticated");

		ok(begin(&mutual, CHAP_ALL), "mutual CHAP with algorithm %s", rows[i].algorithm);
		respond("AuthMethod=CHAP", false);
		out_text(want, sizeof(want), "CHAP_N=user;CHAP_R=%s;CHAP_I=42;CHAP_C=%s;", rows[i].response,
			 rows[i].challenge);
		is_str(respond(text, false), want, "response and challenge");
		ok(chap_may_transit(&c) && !c.authenticated, "the target's response is awaited");
		out_text(text, sizeof(text), "CHAP_N=target;CHAP_R=%s", rows[i].proof);
		is_str(respond(text, true), "", "the target's response");
		ok(c.authenticated && c.phase == CHAP_OVER, "both are authenticated");
	}
}

static void test_offer(void)
{
	ok(begin(&one_way, CHAP_BIT(DIGEST_SHA1) | CHAP_BIT(DIGEST_MD5)), "a cut list of algorithms");
	out_init(&o, buf, sizeof(buf));
	chap_offer(&c, &o);
	ok(o.len == 16 && !strcmp(buf, "AuthMethod=CHAP") && !chap_may_transit(&c), "CHAP only is offered");
	is_str(respond("AuthMethod=CHAP", false), "CHAP_A=6,5;", "two algorithms");
	is_str(respond("CHAP_A=7", false), "no CHAP algorithm", "one that was not offered");
	begin(&lax, CHAP_ALL);
	out_init(&o, buf, sizeof(buf));
	chap_offer(&c, &o);
	ok(!strcmp(buf, "AuthMethod=CHAP,None") && chap_may_transit(&c), "None as well, where it is allowed");
	begin(&mutual, CHAP_ALL);
	out_init(&o, buf, sizeof(buf));
	chap_offer(&c, &o);
	ok(!strcmp(buf, "AuthMethod=CHAP") && !chap_may_transit(&c), "never with mutual CHAP");
}

static void test_none(void)
{
	begin(&lax, CHAP_ALL);
	is_str(respond("AuthMethod=None", true), "", "None is taken where it is allowed");
	ok(c.phase == CHAP_OVER && !c.authenticated, "and is no authentication");
	begin(&lax, CHAP_ALL);
	is_str(respond("", true), "", "so is no answer");
	ok(c.phase == CHAP_OVER && c.none, "as None");
	begin(&lax, CHAP_ALL);
	is_str(respond("AuthMethod=None", false), "", "None, and to be asked once more");
	ok(chap_may_transit(&c), "may go on");
	begin(&lax, CHAP_ALL);
	is_str(respond("AuthMethod=CHAP", true), "no authentication", "CHAP, but none is done");
	begin(&one_way, CHAP_ALL);
	is_str(respond("AuthMethod=None", true), "no authentication", "None is refused otherwise");
	begin(&one_way, CHAP_ALL);
	is_str(respond("", true), "no authentication", "so is no answer");
	begin(&one_way, CHAP_ALL);
	is_str(respond("AuthMethod=Reject", false), "no authentication method", "Reject");
	begin(&one_way, CHAP_ALL);
	is_str(respond("AuthMethod=KRB5", false), "no authentication method", "a method that was not offered");
	begin(&mutual, CHAP_ALL);
	is_str(respond("AuthMethod=None", true), "no mutual authentication", "None, but mutual CHAP is wanted");
	begin(&mutual, CHAP_ALL);
	is_str(respond("", true), "no mutual authentication", "no answer");
	until_question(&one_way);
	is_str(respond("", true), "no authentication", "a target that goes on without a challenge");
	until_question(&one_way);
	is_str(respond("CHAP_A=5;CHAP_I=9;CHAP_C=" CHALLENGE, true), "no authentication", "or with one");
}

static void test_one_at_a_time(void)
{
	ok(begin(&mutual, CHAP_ALL), "one key at a time");
	is_str(respond("", false), "", "not even a method");
	is_str(respond("AuthMethod=CHAP", false), "CHAP_A=8,7,6,5;", "the method");
	is_str(respond("CHAP_C=" CHALLENGE, false), "", "the challenge");
	is_str(respond("CHAP_I=0x9", false), "", "the identifier");
	ok(!chap_may_transit(&c), "not yet");
	ok(!strncmp(respond("CHAP_A=5", false), "CHAP_N=user;CHAP_R=0x", 21), "the algorithm");
	is_str(respond("CHAP_N=target", false), "", "its name");
	is_str(respond("AuthMethod=CHAP", false), "", "the method once more");
	ok(c.phase == CHAP_PROOF, "not yet");
	is_str(respond("CHAP_R=" "0x8f48c014590c8f12b18b673fa154d315", false), "", "its response");
	ok(c.authenticated && c.phase == CHAP_OVER && chap_may_transit(&c), "over");
}

static void test_challenges(void)
{
	static char text[4096];
	unsigned n;

	until_question(&one_way);
	is_str(respond("CHAP_C=0x", false), "too short", "an empty challenge");
	until_question(&one_way);
	is_str(respond("CHAP_C=", false), "too short", "no challenge");
	until_question(&one_way);
	is_str(respond("CHAP_C=0x01020304050607", false), "too short", "seven bytes");
	until_question(&one_way);
	is_str(respond("CHAP_C=0x0102030405060708", false), "", "eight bytes");
	until_question(&one_way);
	is_str(respond("CHAP_C=0102030405060708", false), "neither hexadecimal nor base64", "no form");
	until_question(&one_way);
	is_str(respond("CHAP_C=0bAAAA!AAAAAAAAAAA", false), "neither hexadecimal nor base64", "bad base64");
	for (n = 1024; n < 1026; n++) {
		out_init(&o, text, sizeof(text));
		out_str(&o, "CHAP_C=0x");
		while (o.len < 9 + 2 * n)
			out_ch(&o, 'a');
		until_question(&one_way);
		is_str(respond(text, false), n > 1024 ? "too long" : "", "the longest, and one more");
	}
	out_init(&o, text, sizeof(text));
	out_str(&o, "CHAP_C=0b");
	while (o.len < 9 + 1368)
		out_ch(&o, 'A');
	out_str(&o, "AAAA");
	until_question(&one_way);
	is_str(respond(text, false), "too long", "too long in base64");
	/* the bytes of CHALLENGE, by Python's base64 */
	until_question(&one_way);
	respond("CHAP_A=5;CHAP_I=9;CHAP_C=0bEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8=", false);
	ok(strstr(buf, rows[0].response), "a challenge in base64");
}

static void test_protocol(void)
{
	static const struct {
		const char *text, *want;
	} bad[] = {
		{ "CHAP_A=9", "no CHAP algorithm" }, { "CHAP_A=0", "no CHAP algorithm" },
		{ "CHAP_A=Reject", "no CHAP algorithm" }, { "CHAP_A=8,7", "no CHAP algorithm" },
		{ "CHAP_A=4294967301", "no CHAP algorithm" }, { "CHAP_I=256", "invalid value" },
		{ "CHAP_I=", "invalid value" }, { "CHAP_A=5;CHAP_A=5", "two values" },
		{ "CHAP_I=1;CHAP_I=1", "two values" }, { "CHAP_C=" CHALLENGE ";CHAP_C=" CHALLENGE, "two values" },
		{ "CHAP_N=target", "unexpected key" }, { "CHAP_R=0x12", "unexpected key" },
		{ "AuthMethod=None", "two values" },
	};
	unsigned i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		until_question(&mutual);
		is_str(respond(bad[i].text, false), bad[i].want, bad[i].text);
	}
	begin(&mutual, CHAP_ALL);
	is_str(respond("CHAP_A=5", false), "unexpected key", "an algorithm before the method");
	until_question(&one_way);
	respond("CHAP_A=5;CHAP_I=9;CHAP_C=" CHALLENGE, false);
	is_str(respond("CHAP_C=0x0102030405060708", false), "unexpected key", "a second challenge");
	until_question(&one_way);
	respond("CHAP_A=5;CHAP_I=9;CHAP_C=" CHALLENGE, false);
	is_str(respond("CHAP_N=target;CHAP_R=0x1234", true), "unrequested mutual authentication",
	       "mutual CHAP that was not asked for");
}

static void test_cheats(void)
{
	char text[256];

	until_question(&mutual);
	out_text(text, sizeof(text), "CHAP_A=5;CHAP_I=9;CHAP_C=%s", rows[0].challenge);
	is_str(respond(text, false), "reflected challenge", "our own challenge");
	until_proof();
	out_text(text, sizeof(text), "CHAP_N=target;CHAP_R=%s", rows[0].response);
	is_str(respond(text, true), "reflected challenge", "our own response");
	until_proof();
	is_str(respond("", true), "no mutual authentication", "no response");
	until_proof();
	is_str(respond("CHAP_N=target", true), "no mutual authentication", "a name only");
	until_proof();
	out_text(text, sizeof(text), "CHAP_R=%s", rows[0].proof);
	is_str(respond(text, true), "no mutual authentication", "a response only");
	until_proof();
	out_text(text, sizeof(text), "CHAP_N=Target;CHAP_R=%s", rows[0].proof);
	is_str(respond(text, true), "wrong name of the target", "another name");
	until_proof();
	out_text(text, sizeof(text), "CHAP_N=target;CHAP_R=%s", rows[1].proof);
	is_str(respond(text, true), "wrong response of the target", "that of another algorithm");
	until_proof();
	out_text(text, sizeof(text), "CHAP_N=target;CHAP_R=%s00", rows[0].proof);
	is_str(respond(text, true), "wrong response of the target", "one that is too long");
	until_proof();
	is_str(respond("CHAP_N=target;CHAP_R=0x00", true), "wrong response of the target", "one byte");
	until_proof();
	is_str(respond("CHAP_N=target;CHAP_R=", true), "wrong response of the target", "an empty one");
	until_proof();
	is_str(respond("CHAP_N=target;CHAP_N=target", true), "two values", "two names");
	until_proof();
	is_str(respond("CHAP_R=0x00;CHAP_R=0x01", true), "two values", "two responses");
	until_proof();
	is_str(respond("CHAP_A=5", false), "unexpected key", "the algorithm once more");
	ok(!c.authenticated, "nothing of it is authentication");
}

static void test_secrets(void)
{
	static char longest[256];
	struct iscsi_credentials k = one_way;

	memset(longest, 'x', sizeof(longest));
	k.secret = (struct span){ longest, 255 };
	ok(begin(&k, CHAP_ALL), "a secret of 255 bytes");
	respond("AuthMethod=CHAP", false);
	is_str(respond("CHAP_A=5;CHAP_I=9;CHAP_C=" CHALLENGE, false),
	       "CHAP_N=user;CHAP_R=0xdd2e241ed5e106629946fb2ca6dcdd5d;", "its response");
	k.secret.n = 256;
	ok(!begin(&k, CHAP_ALL) && failure.error == ISCSI_BAD_CONFIG, "one of 256");
	k.secret = (struct span){ "s", 1 };
	ok(begin(&k, CHAP_ALL), "one of a single byte");
	respond("AuthMethod=CHAP", false);
	is_str(respond("CHAP_A=5;CHAP_I=9;CHAP_C=" CHALLENGE, false),
	       "CHAP_N=user;CHAP_R=0x3b7b056bdd43697107acdf288861cf28;", "its response");
	k.secret = (struct span){ "a\0b", 3 };
	ok(!begin(&k, CHAP_ALL) && failure.error == ISCSI_BAD_CONFIG, "a NUL in it");
	k.secret.n = 0;
	ok(!begin(&k, CHAP_ALL) && failure.error == ISCSI_CHAP_NO_SECRET, "a name without a secret");
	k = mutual;
	k.secret_in = k.secret;
	ok(!begin(&k, CHAP_ALL) && failure.error == ISCSI_CHAP_SAME_SECRET, "one secret for both directions");
	k = mutual;
	k.name = k.secret = (struct span){ NULL, 0 };
	ok(!begin(&k, CHAP_ALL) && failure.error == ISCSI_CHAP_NO_SECRET, "the target's alone");
	k = mutual;
	k.secret_in.n = 0;
	ok(!begin(&k, CHAP_ALL) && failure.error == ISCSI_BAD_CONFIG, "the target's name without a secret");
	k = mutual;
	k.name_in.n = 0;
	ok(!begin(&k, CHAP_ALL) && failure.error == ISCSI_BAD_CONFIG, "and the other way round");
	k = one_way;
	k.name = (struct span){ longest, 256 };
	ok(!begin(&k, CHAP_ALL) && failure.error == ISCSI_BAD_CONFIG, "a name that is too long");
	ok(!begin(&one_way, 0) && failure.error == ISCSI_BAD_CONFIG, "no algorithm");
	ok(!begin(&one_way, CHAP_BIT(9)) && failure.error == ISCSI_BAD_CONFIG, "none that exists");
	ok(!chap_wanted(NULL) && !chap_wanted(&(struct iscsi_credentials){ .allow_none = true }) &&
	   chap_wanted(&one_way), "where CHAP is configured");
}

static void test_list(void)
{
	ok(chap_algorithms(span_of("SHA3-256,SHA256,SHA1,MD5")) == CHAP_ALL, "all");
	ok(chap_algorithms(span_of("MD5 , SHA1")) == (CHAP_BIT(DIGEST_MD5) | CHAP_BIT(DIGEST_SHA1)), "two");
	ok(!chap_algorithms(span_of("")) && !chap_algorithms(span_of(",")), "none");
	ok(!chap_algorithms(span_of("MD5,SHA512")) && !chap_algorithms(span_of("md5")), "an unknown one");
	ok(chap_has_key(span_of("CHAP_A")) && chap_has_key(span_of("AuthMethod")) &&
	   !chap_has_key(span_of("CHAP_X")) && !chap_has_key(span_of("")), "keys of the stage");
}

int main(void)
{
	test_algorithms();
	test_offer();
	test_none();
	test_one_at_a_time();
	test_challenges();
	test_protocol();
	test_cheats();
	test_secrets();
	test_list();
	return done_testing();
}
