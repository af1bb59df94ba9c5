// SPDX-License-Identifier: GPL-2.0-or-later
/* Operational parameters: what is offered, answered and agreed. */
#include "iscsi/negotiate.h"
#include "iscsi/offers.h"
#include "iscsi/text.h"
#include "tap.h"

#define ALL "HeaderDigest=None;DataDigest=None;MaxConnections=1;InitialR2T=No;ImmediateData=Yes;" \
	"MaxRecvDataSegmentLength=262144;MaxBurstLength=16776192;FirstBurstLength=262144;" \
	"DefaultTime2Wait=2;DefaultTime2Retain=0;MaxOutstandingR2T=1;DataPDUInOrder=Yes;" \
	"DataSequenceInOrder=Yes;ErrorRecoveryLevel=0;"

static struct negotiation n;
static struct iscsi_params params;
static struct iscsi_failure failure;
static char buf[4096];
static struct out o;

/* What was written, its NULs as semicolons. */
static const char *written(void)
{
	size_t i;

	for (i = 0; i < o.len; i++)
		if (!buf[i])
			buf[i] = ';';
	return buf;
}

static void begin(const struct iscsi_offers *offers)
{
	memset(&failure, 0, sizeof(failure));
	ok(negotiate_begin(&n, offers, &failure), "begun");
	out_init(&o, buf, sizeof(buf));
}

static void offer(const struct iscsi_offers *offers)
{
	begin(offers);
	negotiate_offer(&n, &o);
	out_init(&o, buf, sizeof(buf));
}

/* Take "Key=value;Key=value;"; false where one is refused. */
static bool take(const char *text)
{
	struct span rest = span_of(text), value, key;

	while (rest.n) {
		span_cut(&rest, ';', &value);
		span_cut(&value, '=', &key);
		if (!negotiate_take(&n, key, value, &o, &failure))
			return false;
	}
	return true;
}

static void test_offer(void)
{
	struct iscsi_offers offers = offers_default;

	begin(&offers);
	negotiate_offer(&n, &o);
	is_str(written(), ALL, "all keys are offered");
	out_init(&o, buf, sizeof(buf));
	negotiate_offer(&n, &o);
	is_str(written(), "", "once");
	offers.header_digest = OFFER_CRC32C_NONE;
	offers.data_digest = OFFER_NONE_CRC32C;
	offers.max_burst = 65536;
	begin(&offers);
	negotiate_offer(&n, &o);
	ok(strstr(written(), "HeaderDigest=CRC32C,None;DataDigest=None,CRC32C;"), "lists of digests");
	ok(strstr(buf, "MaxBurstLength=65536;FirstBurstLength=65536;"), "FirstBurstLength is not the larger one");
}

static void test_answers(void)
{
	offer(&offers_default);
	ok(take("TargetPortalGroupTag=1;HeaderDigest=None;DataDigest=None;MaxConnections=1;InitialR2T=Yes;"
		"ImmediateData=Yes;MaxBurstLength=262144;FirstBurstLength=65536;DefaultTime2Wait=2;"
		"DefaultTime2Retain=0;MaxOutstandingR2T=1;DataPDUInOrder=Yes;DataSequenceInOrder=Yes;"
		"ErrorRecoveryLevel=0;"), "tgt's answers");
	is_str(written(), "", "are not answered");
	ok(negotiate_end(&n, &params, &failure), "agreed");
	ok(!params.header_digest && !params.data_digest && params.initial_r2t && params.immediate_data,
	   "booleans and digests");
	ok(params.max_burst == 262144 && params.first_burst == 65536 && params.max_recv == 262144 &&
	   params.max_xmit == 8192, "lengths; MaxRecvDataSegmentLength is not declared by tgt");
	ok(params.time2wait == 2 && !params.time2retain && params.max_r2t == 1 && params.pdu_in_order &&
	   params.sequence_in_order && !params.recovery_level && params.max_connections == 1, "the others");
	ok(params.has_group && params.group == 1, "the target portal group");
}

static void test_combined(void)
{
	struct iscsi_offers offers = offers_default;

	offers.max_r2t = 8;
	offers.max_burst = offers.first_burst = 65536;
	offers.time2wait = 5;
	offers.time2retain = 7;
	offer(&offers);
	ok(take("MaxOutstandingR2T=3;MaxBurstLength=1000000;FirstBurstLength=4096;DefaultTime2Wait=1;"
		"DefaultTime2Retain=9;ErrorRecoveryLevel=2;MaxConnections=4;DataPDUInOrder=No;"
		"DataSequenceInOrder=No;ImmediateData=No;MaxRecvDataSegmentLength=0x10000;"),
	   "a target that answers what it likes");
	ok(negotiate_end(&n, &params, &failure), "agreed");
	is_int(params.max_r2t, 4, "three R2Ts need room for four: the kernel takes powers of two");
	ok(params.max_burst == 65536 && params.first_burst == 4096 && params.max_xmit == 65536, "lengths");
	ok(params.time2wait == 5 && params.time2retain == 7, "times");
	ok(!params.recovery_level && params.max_connections == 1 && params.pdu_in_order &&
	   params.sequence_in_order && !params.immediate_data, "never more than we can do");
	offer(&offers_default);
	ok(take("MaxBurstLength=512;FirstBurstLength=262144") && negotiate_end(&n, &params, &failure) &&
	   params.max_burst == 512 && params.first_burst == 512, "FirstBurstLength is cut to the other");
}

static void test_defaults(void)
{
	struct iscsi_offers offers = offers_default;

	offer(&offers);
	ok(negotiate_end(&n, &params, &failure), "no answer at all");
	ok(params.initial_r2t && params.immediate_data && params.max_burst == 262144 &&
	   params.first_burst == 65536 && params.max_xmit == 8192 && params.time2wait == 2 &&
	   !params.time2retain && params.max_r2t == 1 && !params.has_group, "gives the defaults");
	offer(&offers);
	ok(take("InitialR2T=Irrelevant;MaxBurstLength=NotUnderstood;FirstBurstLength=Reject;HeaderDigest=Reject;"
		"MaxRecvDataSegmentLength=NotUnderstood"), "reserved answers");
	ok(negotiate_end(&n, &params, &failure) && params.initial_r2t && params.max_burst == 262144 &&
	   params.first_burst == 65536 && !params.header_digest && params.max_xmit == 8192, "likewise");
	offers.max_burst = offers.first_burst = 4096;
	offers.max_xmit = 1024;
	offers.immediate_data = false;
	offer(&offers);
	ok(negotiate_end(&n, &params, &failure) && params.max_burst == 4096 && params.first_burst == 4096 &&
	   params.max_xmit == 1024 && !params.immediate_data, "but not more than was offered");
}

static void test_asked(void)
{
	struct iscsi_offers offers = offers_default;

	offers.header_digest = OFFER_NONE_CRC32C;
	begin(&offers);
	ok(take("MaxBurstLength=1024;InitialR2T=Yes;HeaderDigest=CRC32C,None;DataDigest=CRC32C;"
		"MaxConnections=8;MaxRecvDataSegmentLength=4096"), "a target that asks first");
	is_str(written(), "MaxBurstLength=1024;InitialR2T=Yes;HeaderDigest=CRC32C;DataDigest=Reject;"
	       "MaxConnections=1;", "is answered");
	out_init(&o, buf, sizeof(buf));
	negotiate_offer(&n, &o);
	is_str(written(), "ImmediateData=Yes;MaxRecvDataSegmentLength=262144;FirstBurstLength=262144;"
	       "DefaultTime2Wait=2;DefaultTime2Retain=0;MaxOutstandingR2T=1;DataPDUInOrder=Yes;"
	       "DataSequenceInOrder=Yes;ErrorRecoveryLevel=0;", "and not asked the same");
	ok(negotiate_end(&n, &params, &failure) && params.max_burst == 1024 && params.header_digest &&
	   !params.data_digest && params.max_xmit == 4096, "agreed");
	ok(take("MaxBurstLength=1024;HeaderDigest=CRC32C"), "the same once more is no harm");
	ok(!take("MaxBurstLength=2048") && failure.error == ISCSI_DUPLICATE, "another value is");
	ok(!take("HeaderDigest=None") && failure.error == ISCSI_DUPLICATE, "of a digest, too");
}

static void test_unknown(void)
{
	offer(&offers_default);
	ok(take("X-com.vendor.a=1;X-com.vendor.b=NotUnderstood;iSCSIProtocolLevel=2;IFMarker=Yes;OFMarkInt=1;"
		"TaskReporting=FastAbort,RFC3720;X#NodeArchitecture=abc;TargetAddress=a:1,1;SessionType=Normal;"
		"CHAP_C=0x12;TargetName=iqn.a;AuthMethod=None"), "keys that are not ours");
	is_str(written(), "X-com.vendor.a=NotUnderstood;iSCSIProtocolLevel=NotUnderstood;IFMarker=Reject;"
	       "OFMarkInt=Reject;TaskReporting=RFC3720;", "are answered where an answer is due");
}

static void test_declared(void)
{
	char alias[300];

	offer(&offers_default);
	ok(take("TargetAlias=LIO Target;MaxRecvDataSegmentLength=1024;MaxRecvDataSegmentLength=2048;"
		"TargetPortalGroupTag=7;TargetPortalGroupTag=7") && negotiate_end(&n, &params, &failure) &&
	   params.max_xmit == 2048 && params.group == 7, "declared twice: the last one counts");
	is_str(params.target_alias, "LIO Target", "the target's alias");
	ok(!take("TargetPortalGroupTag=8") && failure.error == ISCSI_DUPLICATE, "another group is a fault");
	memset(alias, 'a', sizeof(alias));
	ok(negotiate_take(&n, span_of("TargetAlias"), (struct span){ alias, 256 }, &o, &failure) &&
	   !strcmp(n.target_alias, "LIO Target"), "an alias that is too long is left out");
	offer(&offers_default);
	ok(take("MaxRecvDataSegmentLength=0") && negotiate_end(&n, &params, &failure) &&
	   params.max_xmit == 8192, "MaxRecvDataSegmentLength=0 is the default");
	ok(take("MaxRecvDataSegmentLength=4294967296") && negotiate_end(&n, &params, &failure) &&
	   params.max_xmit == 16777215, "more than can be is what can be");
}

static void test_refused(void)
{
	static const struct {
		const char *text;
		enum iscsi_error error;
	} rows[] = {
		{ "HeaderDigest=CRC32C", ISCSI_NOT_AGREED }, { "HeaderDigest=None,CRC32C", ISCSI_NOT_AGREED },
		{ "DataDigest=", ISCSI_NOT_AGREED }, { "InitialR2T=yes", ISCSI_BAD_VALUE },
		{ "InitialR2T=", ISCSI_BAD_VALUE }, { "MaxBurstLength=511", ISCSI_BAD_VALUE },
		{ "MaxBurstLength=-1", ISCSI_BAD_VALUE }, { "MaxBurstLength=1k", ISCSI_BAD_VALUE },
		{ "MaxOutstandingR2T=0", ISCSI_BAD_VALUE }, { "MaxRecvDataSegmentLength=x", ISCSI_BAD_VALUE },
		{ "TargetPortalGroupTag=65536", ISCSI_BAD_VALUE },
		{ "MaxBurstLength=1024;MaxBurstLength=2048", ISCSI_DUPLICATE },
	};
	struct iscsi_offers offers = offers_default;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		offer(&offers_default);
		ok(!take(rows[i].text) && failure.error == rows[i].error, "%s is refused", rows[i].text);
		ok(!strncmp(rows[i].text, failure.key, strlen(failure.key)) && *failure.key, "and named");
	}
	offers.data_digest = OFFER_CRC32C;
	offer(&offers);
	ok(!take("DataDigest=None") && failure.error == ISCSI_NOT_AGREED, "CRC32C only: None is refused");
	offer(&offers);
	ok(!negotiate_end(&n, &params, &failure) && failure.error == ISCSI_NOT_AGREED &&
	   !strcmp(failure.key, "DataDigest"), "so is no answer");
	offer(&offers);
	ok(take("DataDigest=Reject") && !negotiate_end(&n, &params, &failure), "and a refusal");
	begin(&offers);
	ok(take("DataDigest=None") && !negotiate_end(&n, &params, &failure), "and a target that asks for None");
}

static void test_bad_offers(void)
{
	struct iscsi_offers offers = offers_default;

	offers.max_r2t = 3;
	ok(!negotiate_begin(&n, &offers, &failure) && failure.error == ISCSI_BAD_CONFIG &&
	   !strcmp(failure.key, "MaxOutstandingR2T"), "MaxOutstandingR2T that the kernel refuses");
	offers = offers_default;
	offers.max_recv = 511;
	ok(!negotiate_begin(&n, &offers, &failure), "too small");
	offers = offers_default;
	offers.max_burst = 16777216;
	ok(!negotiate_begin(&n, &offers, &failure), "too large");
	offers = offers_default;
	offers.first_burst = 0;
	ok(!negotiate_begin(&n, &offers, &failure), "none");
	offers = offers_default;
	offers.max_xmit = 100;
	ok(!negotiate_begin(&n, &offers, &failure), "MaxXmitDataSegmentLength");
	offers = offers_default;
	offers.time2wait = 3601;
	ok(!negotiate_begin(&n, &offers, &failure), "DefaultTime2Wait");
	offers = offers_default;
	offers.time2retain = 3601;
	ok(!negotiate_begin(&n, &offers, &failure), "DefaultTime2Retain");
	offers = offers_default;
	offers.header_digest = 4;
	ok(!negotiate_begin(&n, &offers, &failure), "HeaderDigest");
	offers = offers_default;
	offers.data_digest = 4;
	ok(!negotiate_begin(&n, &offers, &failure), "DataDigest");
}

int main(void)
{
	test_offer();
	test_answers();
	test_combined();
	test_defaults();
	test_asked();
	test_unknown();
	test_declared();
	test_refused();
	test_bad_offers();
	return done_testing();
}
