// SPDX-License-Identifier: GPL-2.0-or-later
/* What settings of a node record change, and what is refused. */
#include "iscsi/chap.h"
#include "iscsi/offers.h"
#include "tap.h"

static struct iscsi_offers offers;

static enum offers_result set(const char *name, const char *value)
{
	offers = offers_default;
	return offers_set(&offers, span_of(name), span_of(value));
}

static bool unchanged(void)
{
	return !memcmp(&offers, &offers_default, sizeof(offers));
}

static void test_numbers(void)
{
	ok(set("node.session.iscsi.FirstBurstLength", "512") == OFFERS_SET && offers.first_burst == 512,
	   "FirstBurstLength");
	ok(set("node.session.iscsi.MaxBurstLength", "16777215") == OFFERS_SET &&
	   offers.max_burst == 16777215, "MaxBurstLength");
	ok(set("node.conn[0].iscsi.MaxRecvDataSegmentLength", "65536") == OFFERS_SET &&
	   offers.max_recv == 65536, "MaxRecvDataSegmentLength");
	ok(set("node.conn[0].iscsi.MaxXmitDataSegmentLength", "4096") == OFFERS_SET &&
	   offers.max_xmit == 4096, "MaxXmitDataSegmentLength");
	ok(set("node.conn[0].iscsi.MaxXmitDataSegmentLength", "0") == OFFERS_SET && !offers.max_xmit,
	   "0 is the target's");
	ok(set("node.session.iscsi.MaxOutstandingR2T", "8") == OFFERS_SET && offers.max_r2t == 8,
	   "MaxOutstandingR2T");
	ok(set("node.session.iscsi.DefaultTime2Wait", "0") == OFFERS_SET && !offers.time2wait,
	   "DefaultTime2Wait");
	ok(set("node.session.iscsi.DefaultTime2Retain", "3600") == OFFERS_SET && offers.time2retain == 3600,
	   "DefaultTime2Retain");
}

static void test_words(void)
{
	ok(set("node.session.iscsi.InitialR2T", "Yes") == OFFERS_SET && offers.initial_r2t, "InitialR2T");
	ok(set("node.session.iscsi.ImmediateData", "No") == OFFERS_SET && !offers.immediate_data,
	   "ImmediateData");
	ok(set("node.conn[0].iscsi.HeaderDigest", "CRC32C") == OFFERS_SET &&
	   offers.header_digest == OFFER_CRC32C, "CRC32C");
	ok(set("node.conn[0].iscsi.HeaderDigest", "CRC32C,None") == OFFERS_SET &&
	   offers.header_digest == OFFER_CRC32C_NONE, "CRC32C,None");
	ok(set("node.conn[0].iscsi.DataDigest", "None,CRC32C") == OFFERS_SET &&
	   offers.data_digest == OFFER_NONE_CRC32C && offers.header_digest == OFFER_NONE, "None,CRC32C");
	ok(set("node.conn[0].iscsi.DataDigest", "None") == OFFERS_SET && unchanged(), "None");
	ok(set("node.session.auth.chap_algs", "SHA3-256,MD5") == OFFERS_SET &&
	   offers.chap_algorithms == (CHAP_BIT(DIGEST_MD5) | CHAP_BIT(DIGEST_SHA3_256)), "chap_algs");
}

static void test_refused(void)
{
	static const char *const rows[][2] = {
		{ "node.session.iscsi.FirstBurstLength", "511" },
		{ "node.session.iscsi.FirstBurstLength", "16777216" },
		{ "node.session.iscsi.FirstBurstLength", "" },
		{ "node.session.iscsi.FirstBurstLength", "0x200" },
		{ "node.conn[0].iscsi.MaxXmitDataSegmentLength", "511" },
		{ "node.conn[0].iscsi.MaxRecvDataSegmentLength", "0" },
		{ "node.session.iscsi.MaxOutstandingR2T", "3" },
		{ "node.session.iscsi.MaxOutstandingR2T", "0" },
		{ "node.session.iscsi.DefaultTime2Wait", "3601" },
		{ "node.session.iscsi.InitialR2T", "yes" },
		{ "node.conn[0].iscsi.HeaderDigest", "crc32c" },
		{ "node.conn[0].iscsi.HeaderDigest", "CRC32C," },
		{ "node.session.auth.chap_algs", "MD5,SHA512" },
		{ "node.session.auth.chap_algs", "" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(set(rows[i][0], rows[i][1]) == OFFERS_BAD_VALUE && unchanged(), "%s=%s is refused",
		   rows[i][0], rows[i][1]);
	ok(set("node.session.timeo.replacement_timeout", "5") == OFFERS_UNKNOWN && unchanged(),
	   "another setting is not ours");
	ok(set("node.session.iscsi.FirstBurstLengt", "512") == OFFERS_UNKNOWN, "nor is half a name");
}

int main(void)
{
	test_numbers();
	test_words();
	test_refused();
	return done_testing();
}
