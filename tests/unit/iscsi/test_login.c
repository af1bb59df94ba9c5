// SPDX-License-Identifier: GPL-2.0-or-later
/* Whole logins: what is sent for what is received. Text has semicolons in place of NULs here. */
#include "base/limits.h"
#include "iscsi/login.h"
#include "iscsi/offers.h"
#include "tap.h"

#define NAMES "InitiatorName=iqn.2026-01.test:i;TargetName=iqn.2026-01.test:t;SessionType=Normal;"
#define OFFERS "HeaderDigest=None;DataDigest=None;MaxConnections=1;InitialR2T=No;ImmediateData=Yes;" \
	"MaxRecvDataSegmentLength=262144;MaxBurstLength=16776192;FirstBurstLength=262144;" \
	"DefaultTime2Wait=2;DefaultTime2Retain=0;MaxOutstandingR2T=1;DataPDUInOrder=Yes;" \
	"DataSequenceInOrder=Yes;ErrorRecoveryLevel=0;"
/* tgt 1.0.85 */
#define TGT_ANSWERS "HeaderDigest=None;DataDigest=None;MaxConnections=1;InitialR2T=Yes;ImmediateData=Yes;" \
	"MaxBurstLength=262144;FirstBurstLength=65536;DefaultTime2Wait=2;DefaultTime2Retain=0;" \
	"MaxOutstandingR2T=1;DataPDUInOrder=Yes;DataSequenceInOrder=Yes;ErrorRecoveryLevel=0;"

static const struct iscsi_credentials one_way = {
	.name = { "user", 4 }, .secret = { "secretsecret", 12 },
};
static const struct iscsi_credentials mutual = {
	.name = { "user", 4 }, .secret = { "secretsecret", 12 },
	.name_in = { "target", 6 }, .secret_in = { "othersecret1", 12 },
};

static struct iscsi_login login;
static struct iscsi_login_text text;
static struct iscsi_login_config config;
static struct iscsi_offers offers;

/* One exchange: what must be sent, and the response to it. */
struct exchange {
	uint8_t flags;			/* of the request: T, C, CSG, NSG */
	const char *sent;
	uint8_t answer_flags, class, detail;
	const char *answer;
};

static void configure(const struct iscsi_credentials *credentials)
{
	offers = offers_default;
	config = (struct iscsi_login_config){
		.initiator = "iqn.2026-01.test:i", .target = "iqn.2026-01.test:t",
		.isid = { 0, 2, 0x3d, 1, 2, 3 }, .cid = 1, .itt = 7, .cmdsn = 1,
		.credentials = credentials, .offers = &offers,
		/* identifier 7, challenge 0, 1, 2, ... as in the capture */
		.random = { 7, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	};
}

static size_t with_nuls(const char *s, char *out)
{
	size_t i, n = strlen(s);

	for (i = 0; i < n; i++)
		out[i] = s[i] == ';' ? '\0' : s[i];
	return n;
}

static enum iscsi_login_step answer(uint8_t flags, uint8_t class, uint8_t detail, const char *with)
{
	static uint32_t statsn;
	static char data[LOGIN_TEXT_MAX];
	uint8_t bhs[BHS_SIZE] = { 0x23, flags };
	size_t n = with_nuls(with, data);

	statsn++;
	bhs[5] = (uint8_t)(n >> 16);
	bhs[6] = (uint8_t)(n >> 8);
	bhs[7] = (uint8_t)n;
	bhs[14] = 1;
	bhs[26] = (uint8_t)(statsn >> 8);
	bhs[27] = (uint8_t)statsn;
	bhs[31] = 5;
	bhs[35] = 9;
	bhs[36] = class;
	bhs[37] = detail;
	return iscsi_login_feed(&login, bhs, data, n);
}

/* Compare the request that is due. */
static void is_sent(uint8_t flags, const char *want)
{
	static char got[LOGIN_ANSWER_MAX + 1];
	uint8_t bhs[BHS_SIZE];
	struct span data;
	size_t i;

	iscsi_login_next(&login, bhs, &data);
	for (i = 0; i < data.n; i++)
		got[i] = data.p[i] ? data.p[i] : ';';
	got[data.n] = '\0';
	is_str(got, want, "the request's text");
	if (!ok(bhs[0] == 0x43 && bhs[1] == flags && bhs_data_length(bhs) == data.n, "and its header"))
		printf("# flags %02x, want %02x\n", bhs[1], flags);
}

static enum iscsi_login_step run(const struct exchange *e, unsigned n)
{
	enum iscsi_login_step step = iscsi_login_begin(&login, &config, &text);
	unsigned i;

	for (i = 0; i < n && ok(step == ISCSI_LOGIN_SEND, "request %u", i + 1); i++) {
		is_sent(e[i].flags, e[i].sent);
		step = answer(e[i].answer_flags, e[i].class, e[i].detail, e[i].answer);
	}
	return step;
}

#define RUN(...) run((const struct exchange[]){ __VA_ARGS__ }, \
		     sizeof((const struct exchange[]){ __VA_ARGS__ }) / sizeof(struct exchange))

static void test_header(void)
{
	static const uint8_t want[BHS_SIZE] = {
		0x43, 0x87, 0, 0, 0, 0, 0, 0, 0, 2, 0x3d, 1, 2, 3, 0x12, 0x34,
		0, 0, 0, 7, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 42,
	};
	uint8_t bhs[BHS_SIZE], again[BHS_SIZE];
	struct span data;

	configure(NULL);
	config.tsih = 0x1234;
	config.exp_statsn = 42;
	iscsi_login_begin(&login, &config, &text);
	iscsi_login_next(&login, bhs, &data);
	iscsi_login_next(&login, again, &data);
	ok(!memcmp(bhs, again, BHS_SIZE), "the same as long as nothing comes");
	bhs[6] = bhs[7] = 0;
	ok(!memcmp(bhs, want, BHS_SIZE), "the header of the first request");
	answer(0x04, 0, 0, "");
	iscsi_login_next(&login, bhs, &data);
	ok(bhs[31] == (uint8_t)(login.statsn + 1) && bhs[14] == 0x12, "ExpStatSN is StatSN + 1, TSIH stays");
}

/* Captured from tgt 1.0.85. */
static void test_tgt(void)
{
	configure(NULL);
	is_int(RUN({ 0x87, NAMES OFFERS, 0x87, 0, 0, "TargetPortalGroupTag=1;" TGT_ANSWERS }),
	       ISCSI_LOGIN_DONE, "tgt without CHAP");
	ok(login.tsih == 0x0100 && login.exp_cmdsn == 5 && login.max_cmdsn == 9 && !login.authenticated &&
	   login.params.has_group && login.params.group == 1 && login.params.max_burst == 262144 &&
	   login.params.initial_r2t && login.params.max_xmit == 8192, "what was agreed");

	configure(&one_way);
	offers.chap_algorithms = CHAP_BIT(DIGEST_MD5);
	is_int(RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 0, 0, "TargetPortalGroupTag=1;AuthMethod=CHAP;" },
		   { 0x00, "CHAP_A=5;", 0x00, 0, 0,
		     "CHAP_A=5;CHAP_I=9;CHAP_C=0x9f3ea542c5c7cc38b4cd92c58af320b57cad2ba39df3a41090cc90de8f28b9"
		     "2f3b9728d21e6f058e06963148fb2616d2d516;" },
		   { 0x81, "CHAP_N=user;CHAP_R=0x33b45e5331b91f06005d940c49464428;", 0x81, 0, 0, "" },
		   { 0x87, OFFERS, 0x87, 0, 0, TGT_ANSWERS }), ISCSI_LOGIN_DONE, "tgt with CHAP");
	ok(login.authenticated && login.params.group == 1, "authenticated");

	configure(&mutual);
	offers.chap_algorithms = CHAP_BIT(DIGEST_MD5);
	is_int(RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 0, 0, "TargetPortalGroupTag=1;AuthMethod=CHAP;" },
		   { 0x00, "CHAP_A=5;", 0x00, 0, 0,
		     "CHAP_A=5;CHAP_I=8;CHAP_C=0x961f19fe50395dc1474bd0cedf27df00faf2d1c5ebc9b41b04e856bdf22a30"
		     "933005f89d7623721a5fa7943bf47cd2788d1d;" },
		   { 0x81, "CHAP_N=user;CHAP_R=0xc72ac24bdeb918fca6c9b103e66741f2;CHAP_I=7;"
		     "CHAP_C=0x000102030405060708090a0b0c0d0e0f;", 0x81, 0, 0,
		     "CHAP_N=target;CHAP_R=0x6fe7e13068e68d1275d57892a274a713;" },
		   { 0x87, OFFERS, 0x87, 0, 0, TGT_ANSWERS }), ISCSI_LOGIN_DONE, "tgt with mutual CHAP");
	ok(login.authenticated, "both are authenticated");
}

/* tgt 1.0.85 chooses SHA-256, and refuses every response with it. */
static void test_tgt_sha256(void)
{
	configure(&one_way);
	is_int(RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 0, 0, "TargetPortalGroupTag=1;AuthMethod=CHAP;" },
		   { 0x00, "CHAP_A=8,7,6,5;", 0x00, 0, 0,
		     "CHAP_A=7;CHAP_I=1;CHAP_C=0xe529289836357008ff4cafcf97e1d70a72605fdad74747304ffad60b4a4a5f"
		     "c71fcfb943e3d52acfcbdc631cb59cb087633f;" },
		   { 0x81, "CHAP_N=user;CHAP_R=0xdbf234e2c7b8318af5cc1f7a88bc5646d94d3802c6ff107613e52f481eaa1"
		     "80c;", 0x00, 2, 0, "" }), ISCSI_LOGIN_FAILED, "tgt with SHA-256");
	ok(login.failure.error == ISCSI_REFUSED && login.failure.status_class == 2 &&
	   !login.failure.status_detail, "refused with 02/00");
	is_int(iscsi_login_other_algorithms(&login), CHAP_ALL & ~CHAP_BIT(DIGEST_SHA256),
	       "the others are worth a login");
	offers.chap_algorithms = CHAP_BIT(DIGEST_MD5);
	RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 2, 0, "" });
	is_int(iscsi_login_other_algorithms(&login), 0, "not where the algorithm did not matter");
	RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 0, 0, "AuthMethod=CHAP;" },
	    { 0x00, "CHAP_A=5;", 0x00, 0, 0, "CHAP_A=5;CHAP_I=1;CHAP_C=0x0001020304050607;" },
	    { 0x81, "CHAP_N=user;CHAP_R=0xbc9d4d11317ee78733e5b7a7ad6cd7ed;", 0x00, 2, 0, "" });
	is_int(iscsi_login_other_algorithms(&login), 0, "nor where there is no other");
	offers.chap_algorithms = CHAP_ALL;
	RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 0, 0, "AuthMethod=CHAP;" },
	    { 0x00, "CHAP_A=8,7,6,5;", 0x00, 0, 0, "CHAP_A=5;CHAP_I=1;CHAP_C=0x0001020304050607;" },
	    { 0x81, "CHAP_N=user;CHAP_R=0xbc9d4d11317ee78733e5b7a7ad6cd7ed;", 0x00, 2, 1, "" });
	ok(!iscsi_login_other_algorithms(&login) && login.failure.error == ISCSI_REFUSED,
	   "nor where the secret is wrong");
}

/* tgt refuses with 02/01 or 02/00 before there was any response. */
static void test_refused_early(void)
{
	configure(&one_way);
	RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 2, 1, "TargetPortalGroupTag=1;AuthMethod=Reject;" });
	ok(login.failure.error == ISCSI_AUTH_METHOD && login.failure.status_detail == 1,
	   "02/01 to the method is no wrong password");
	RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 0, 0, "AuthMethod=CHAP;" },
	    { 0x00, "CHAP_A=8,7,6,5;", 0x00, 2, 0, "" });
	is_int(login.failure.error, ISCSI_CHAP_ALGORITHM, "02/00 to the algorithms");
	RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 0, 0, "AuthMethod=CHAP;" },
	    { 0x00, "CHAP_A=8,7,6,5;", 0x00, 3, 1, "" });
	is_int(login.failure.error, ISCSI_REFUSED, "03/01 to them is the target's own trouble");
	configure(NULL);
	RUN({ 0x87, NAMES OFFERS, 0x00, 2, 1, "" });
	is_int(login.failure.error, ISCSI_REFUSED, "02/01 without CHAP");
}

/* As LIO (drivers/target/iscsi) does: an alias, its own declaration, one more exchange. */
static void test_lio(void)
{
	configure(NULL);
	is_int(RUN({ 0x87, NAMES OFFERS, 0x04, 0, 0, "TargetAlias=LIO Target;TargetPortalGroupTag=1;"
		     "HeaderDigest=None;DataDigest=None;MaxConnections=1;InitialR2T=No;ImmediateData=Yes;"
		     "MaxBurstLength=262144;FirstBurstLength=65536;DefaultTime2Wait=2;DefaultTime2Retain=0;"
		     "MaxOutstandingR2T=1;DataPDUInOrder=Yes;DataSequenceInOrder=Yes;ErrorRecoveryLevel=0;"
		     "MaxRecvDataSegmentLength=262144;" },
		   { 0x87, "", 0x87, 0, 0, "" }), ISCSI_LOGIN_DONE, "LIO");
	ok(!login.params.initial_r2t && login.params.max_xmit == 262144, "what was agreed");
	is_str(login.params.target_alias, "LIO Target", "its alias");
}

static void test_one_at_a_time(void)
{
	static const char *const keys[] = {
		"HeaderDigest=None;", "MaxBurstLength=4096;", "X-com.vendor=1;", "", "TargetPortalGroupTag=3;",
		"InitialR2T=Yes;",
	};
	unsigned i;

	configure(NULL);
	iscsi_login_begin(&login, &config, &text);
	for (i = 0; i < 6; i++) {
		answer(0x04, 0, 0, keys[i]);
		is_sent(0x87, i == 2 ? "X-com.vendor=NotUnderstood;" : "");
	}
	is_int(answer(0x87, 0, 0, ""), ISCSI_LOGIN_DONE, "one key at a time");
	ok(login.params.max_burst == 4096 && login.params.initial_r2t && login.params.group == 3,
	   "all of them count");
	is_int(answer(0x87, 2, 0, ""), ISCSI_LOGIN_DONE, "what comes after the end changes nothing");
}

static void test_none(void)
{
	struct iscsi_credentials lax = one_way;

	lax.allow_none = true;
	configure(&lax);
	is_int(RUN({ 0x81, NAMES "AuthMethod=CHAP,None;", 0x81, 0, 0, "TargetPortalGroupTag=1;AuthMethod=None;" },
		   { 0x87, OFFERS, 0x87, 0, 0, TGT_ANSWERS }), ISCSI_LOGIN_DONE, "None, where it is allowed");
	ok(!login.authenticated, "is no authentication");
	configure(&one_way);
	is_int(RUN({ 0x00, NAMES "AuthMethod=CHAP;", 0x00, 0, 0, "AuthMethod=None;" }), ISCSI_LOGIN_FAILED,
	       "and where it is not");
	is_int(login.failure.error, ISCSI_AUTH_SKIPPED, "is refused");
}

/* Our text in several requests: 64 bytes in each. */
static void test_continued_request(void)
{
	static char got[1024];
	uint8_t bhs[BHS_SIZE];
	struct span data;
	size_t n = 0, i;
	unsigned parts = 0;

	configure(NULL);
	config.segment = 64;
	iscsi_login_begin(&login, &config, &text);
	do {
		iscsi_login_next(&login, bhs, &data);
		memcpy(got + n, data.p, data.n);
		n += data.n;
		parts++;
		if (bhs[1] == 0x44)
			ok(data.n == 64 && answer(0x04, 0, 0, "") == ISCSI_LOGIN_SEND, "part %u", parts);
	} while (bhs[1] == 0x44);
	is_int(bhs[1], 0x87, "the last one asks to go on");
	for (i = 0; i < n; i++)
		got[i] = got[i] ? got[i] : ';';
	is_str(got, NAMES OFFERS, "all of it");
	is_int(answer(0x87, 0, 0, TGT_ANSWERS), ISCSI_LOGIN_DONE, "done");

	iscsi_login_begin(&login, &config, &text);
	answer(0x04, 0, 0, "MaxBurstLength=512;");
	is_int(login.failure.error, ISCSI_NOT_EMPTY, "an answer before the end of the request");
	iscsi_login_begin(&login, &config, &text);
	answer(0x87, 0, 0, "");
	is_int(login.failure.error, ISCSI_BAD_STAGE, "the next stage before it");
}

static void test_continued_response(void)
{
	static char part[4096 + 32];
	unsigned i;

	configure(NULL);
	is_int(RUN({ 0x87, NAMES OFFERS, 0x44, 0, 0, "TargetAlias=a;MaxBur" },
		   { 0x04, "", 0x44, 0, 0, "stLength=40" },
		   { 0x04, "", 0x04, 0, 0, "96;X-a=1;InitialR2T=Yes;" },
		   { 0x87, "X-a=NotUnderstood;", 0x87, 0, 0, "" }), ISCSI_LOGIN_DONE, "a pair in three PDUs");
	ok(login.params.max_burst == 4096 && login.params.initial_r2t, "is read whole");
	RUN({ 0x87, NAMES OFFERS, 0xc7, 0, 0, "" });
	is_int(login.failure.error, ISCSI_BAD_STAGE, "C and T exclude each other");
	RUN({ 0x87, NAMES OFFERS, 0x44, 0, 0, "A=1;" }, { 0x04, "", 0x87, 0, 0, "" });
	is_int(login.failure.error, ISCSI_BAD_STAGE, "T where we did not ask for it");

	memset(part, 'a', 4096);
	memcpy(part, "X-", 2);
	iscsi_login_begin(&login, &config, &text);
	for (i = 0; i < LOGIN_TEXT_MAX / 4096; i++)
		is_int(answer(0x44, 0, 0, part), ISCSI_LOGIN_SEND, "4 KiB");
	answer(0x44, 0, 0, "a");
	is_int(login.failure.error, ISCSI_TOO_LONG, "more than the ceiling");
	/* over 8 KiB, and good */
	iscsi_login_begin(&login, &config, &text);
	memcpy(part, "TargetAlias=", 12);
	strcpy(part + 4000, ";");
	answer(0x44, 0, 0, part);
	memcpy(part, "X-1=aaaaaaaa", 12);
	answer(0x44, 0, 0, part);
	memcpy(part, "X-2=aaaaaaaa", 12);
	is_int(answer(0x04, 0, 0, part), ISCSI_LOGIN_SEND, "12 KB of text");
	is_sent(0x87, "X-1=NotUnderstood;X-2=NotUnderstood;");
}

static void test_redirect(void)
{
	configure(NULL);
	is_int(RUN({ 0x87, NAMES OFFERS, 0x04, 1, 1, "TargetAddress=192.0.2.7:860,2;" }), ISCSI_LOGIN_REDIRECT,
	       "a temporary redirection");
	ok(!login.redirect.permanent && login.redirect.address.family == 4 && login.redirect.address.b[3] == 7 &&
	   login.redirect.port == 860 && login.redirect.group == 2, "its address");
	is_int(RUN({ 0x87, NAMES OFFERS, 0x00, 1, 2, "TargetAlias=x;TargetAddress=[2001:db8::1];" }),
	       ISCSI_LOGIN_REDIRECT, "a permanent one, by IPv6");
	ok(login.redirect.permanent && login.redirect.address.family == 6 && login.redirect.port == 3260, "its address");
	RUN({ 0x87, NAMES OFFERS, 0x04, 1, 1, "TargetAddress=storage.example:3260,1;" });
	is_int(login.failure.error, ISCSI_REDIRECT_UNUSABLE, "one to a name");
	RUN({ 0x87, NAMES OFFERS, 0x04, 1, 1, "" });
	is_int(login.failure.error, ISCSI_REDIRECT_UNUSABLE, "one to nowhere");
	RUN({ 0x87, NAMES OFFERS, 0x04, 1, 3, "TargetAddress=192.0.2.7;" });
	ok(login.failure.error == ISCSI_REFUSED && login.failure.status_detail == 3, "one that does not exist");
}

static void test_refused(void)
{
	static const struct {
		uint8_t flags, class;
		const char *text;
		enum iscsi_error error;
	} rows[] = {
		{ 0x04, 2, "", ISCSI_REFUSED }, { 0x00, 3, "", ISCSI_REFUSED }, { 0x00, 200, "", ISCSI_REFUSED },
		{ 0x00, 0, "", ISCSI_BAD_STAGE }, { 0x81, 0, "", ISCSI_BAD_STAGE }, { 0x85, 0, "", ISCSI_BAD_STAGE },
		{ 0x86, 0, "", ISCSI_BAD_STAGE }, { 0x8f, 0, "", ISCSI_BAD_STAGE },
		{ 0x04, 0, "nothing;", ISCSI_MALFORMED }, { 0x04, 0, "=x;", ISCSI_MALFORMED },
		{ 0x04, 0, "MaxBurstLength=512;MaxBurstLength=513;", ISCSI_DUPLICATE },
		{ 0x04, 0, "X-a=1;X-a=2;", ISCSI_DUPLICATE },
		{ 0x04, 0, "HeaderDigest=CRC32C;", ISCSI_NOT_AGREED },
		{ 0x87, 0, "ImmediateData=Maybe;", ISCSI_BAD_VALUE },
	};
	uint8_t bhs[BHS_SIZE] = { 0x23, 0x87, 0, 1 };
	unsigned i;

	configure(NULL);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		iscsi_login_begin(&login, &config, &text);
		ok(answer(rows[i].flags, rows[i].class, 0, rows[i].text) == ISCSI_LOGIN_FAILED &&
		   login.failure.error == rows[i].error, "flags %02x, class %u, %s", rows[i].flags,
		   (unsigned)rows[i].class, rows[i].text);
	}
	iscsi_login_begin(&login, &config, &text);
	iscsi_login_feed(&login, bhs, "", 0);
	is_int(login.failure.error, ISCSI_VERSION, "another version");
	bhs[0] = 0x3f;
	iscsi_login_begin(&login, &config, &text);
	iscsi_login_feed(&login, bhs, "", 0);
	is_int(login.failure.error, ISCSI_NOT_LOGIN_RESPONSE, "a Reject");
	bhs[0] = 0x23;
	bhs[7] = 9;
	iscsi_login_begin(&login, &config, &text);
	iscsi_login_feed(&login, bhs, "12345678", 8);
	is_int(login.failure.error, ISCSI_CUT, "data that are cut");
	configure(&one_way);
	iscsi_login_begin(&login, &config, &text);
	answer(0x83, 0, 0, "AuthMethod=None;");
	is_int(login.failure.error, ISCSI_BAD_STAGE, "straight from security to the end");
	configure(&mutual);
	iscsi_login_begin(&login, &config, &text);
	answer(0x87, 0, 0, "");
	is_int(login.failure.error, ISCSI_BAD_STAGE, "a stage that we are not in");
}

static void test_bounds(void)
{
	static char many[8192];
	unsigned i;
	size_t n = 0;

	configure(NULL);
	iscsi_login_begin(&login, &config, &text);
	for (i = 0; i < LOGIN_EXCHANGES_MAX; i++)
		if (answer(0x04, 0, 0, "") != ISCSI_LOGIN_SEND)
			break;
	is_int(i, LOGIN_EXCHANGES_MAX, "as many exchanges as may be");
	answer(0x04, 0, 0, "");
	is_int(login.failure.error, ISCSI_ENDLESS, "and one more");
	for (i = 0; i < LOGIN_PAIRS_MAX; i++)
		n += (size_t)sprintf(many + n, "X-%03u=1;", i);
	iscsi_login_begin(&login, &config, &text);
	is_int(answer(0x04, 0, 0, many), ISCSI_LOGIN_SEND, "as many keys as may be");
	strcpy(many + n, "X-a=1;");
	iscsi_login_begin(&login, &config, &text);
	answer(0x04, 0, 0, many);
	is_int(login.failure.error, ISCSI_TOO_MANY_KEYS, "and one more");
	for (i = 0, n = 0; i < 200; i++)
		n += (size_t)sprintf(many + n, "X-%03uxxxxxxxxxxxxxxxxxxxxxxxxx=;", i);
	iscsi_login_begin(&login, &config, &text);
	is_int(answer(0x04, 0, 0, many), ISCSI_LOGIN_SEND, "long keys that can be answered");
	for (i = 0, n = 0; i < 200; i++)
		n += (size_t)sprintf(many + n, "X-%03u12345678901234567890123456789012=;", i);
	iscsi_login_begin(&login, &config, &text);
	answer(0x44, 0, 0, many);
	for (i = 200, n = 0; i < 250; i++)
		n += (size_t)sprintf(many + n, "X-%03u12345678901234567890123456789012345678901234567890=;", i);
	answer(0x04, 0, 0, many);
	is_int(login.failure.error, ISCSI_NO_ROOM, "keys that cannot");
}

static void test_config(void)
{
	static char name[INAME_MAX + 2];

	configure(NULL);
	memset(name, 'a', INAME_MAX);
	config.initiator = config.target = name;
	config.alias = "alias";
	is_int(iscsi_login_begin(&login, &config, &text), ISCSI_LOGIN_SEND, "the longest names");
	name[INAME_MAX] = 'a';
	is_int(iscsi_login_begin(&login, &config, &text), ISCSI_LOGIN_FAILED, "one byte more");
	is_str(login.failure.key, "InitiatorName", "is named");
	configure(NULL);
	config.target = "";
	is_int(iscsi_login_begin(&login, &config, &text), ISCSI_LOGIN_FAILED, "no target");
	is_str(login.failure.key, "TargetName", "is named");
	configure(NULL);
	config.segment = 8193;
	is_int(iscsi_login_begin(&login, &config, &text), ISCSI_LOGIN_FAILED, "more than a PDU of a login holds");
	configure(NULL);
	config.alias = "";
	is_int(iscsi_login_begin(&login, &config, &text), ISCSI_LOGIN_FAILED, "an empty alias");
	configure(NULL);
	offers.max_r2t = 3;
	is_int(iscsi_login_begin(&login, &config, &text), ISCSI_LOGIN_FAILED, "an offer out of its bounds");
	configure(&mutual);
	offers.chap_algorithms = 0;
	is_int(iscsi_login_begin(&login, &config, &text), ISCSI_LOGIN_FAILED, "no algorithm");
	config.random[0] = 0;
	is_int(answer(0x87, 0, 0, ""), ISCSI_LOGIN_FAILED, "and it stays so");
}

int main(void)
{
	test_header();
	test_tgt();
	test_tgt_sha256();
	test_refused_early();
	test_lio();
	test_one_at_a_time();
	test_none();
	test_continued_request();
	test_continued_response();
	test_redirect();
	test_refused();
	test_bounds();
	test_config();
	return done_testing();
}
