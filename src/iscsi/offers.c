// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "iscsi/chap.h"
#include "iscsi/offers.h"

const struct iscsi_offers offers_default = {
	.header_digest = OFFER_NONE,
	.data_digest = OFFER_NONE,
	.initial_r2t = false,
	.immediate_data = true,
	.max_recv = 262144,
	.max_burst = 16776192,
	.first_burst = 262144,
	.max_r2t = 1,
	.time2wait = 2,
	.chap_algorithms = CHAP_ALL,
};

enum kind { NUMBER, SHORT, YES_NO, DIGEST, ALGORITHMS };

#define FIELD(f) offsetof(struct iscsi_offers, f)

static const struct row {
	const char *name;
	enum kind kind;
	uint32_t min, max;
	size_t field;
} rows[] = {
	{ "node.session.iscsi.InitialR2T", YES_NO, 0, 0, FIELD(initial_r2t) },
	{ "node.session.iscsi.ImmediateData", YES_NO, 0, 0, FIELD(immediate_data) },
	{ "node.session.iscsi.FirstBurstLength", NUMBER, 512, 0xffffff, FIELD(first_burst) },
	{ "node.session.iscsi.MaxBurstLength", NUMBER, 512, 0xffffff, FIELD(max_burst) },
	{ "node.session.iscsi.MaxOutstandingR2T", SHORT, 1, 32768, FIELD(max_r2t) },
	{ "node.session.iscsi.DefaultTime2Wait", SHORT, 0, 3600, FIELD(time2wait) },
	{ "node.session.iscsi.DefaultTime2Retain", SHORT, 0, 3600, FIELD(time2retain) },
	{ "node.conn[0].iscsi.MaxRecvDataSegmentLength", NUMBER, 512, 0xffffff, FIELD(max_recv) },
	{ "node.conn[0].iscsi.MaxXmitDataSegmentLength", NUMBER, 0, 0xffffff, FIELD(max_xmit) },
	{ "node.conn[0].iscsi.HeaderDigest", DIGEST, 0, 0, FIELD(header_digest) },
	{ "node.conn[0].iscsi.DataDigest", DIGEST, 0, 0, FIELD(data_digest) },
	{ "node.session.auth.chap_algs", ALGORITHMS, 0, 0, FIELD(chap_algorithms) },
};

static bool set_digest(struct span value, enum offer_digest *offer)
{
	if (span_eq(value, "None"))
		*offer = OFFER_NONE;
	else if (span_eq(value, "CRC32C"))
		*offer = OFFER_CRC32C;
	else if (span_eq(value, "None,CRC32C"))
		*offer = OFFER_NONE_CRC32C;
	else if (span_eq(value, "CRC32C,None"))
		*offer = OFFER_CRC32C_NONE;
	else
		return false;
	return true;
}

static bool set_number(const struct row *r, struct span value, void *field)
{
	uint64_t v;

	if (!scan_uint(value, r->max, &v) || v < r->min)
		return false;
	/* 0 is the target's own limit, of MaxXmitDataSegmentLength alone; RFC 7143 section 13.12 */
	if (r->kind == NUMBER && v && v < 512)
		return false;
	if (r->kind == NUMBER)
		*(uint32_t *)field = (uint32_t)v;
	else
		*(uint16_t *)field = (uint16_t)v;
	return true;
}

static bool set_field(const struct row *r, struct span value, void *field)
{
	unsigned algorithms;

	switch (r->kind) {
	case YES_NO:
		if (!span_eq(value, "Yes") && !span_eq(value, "No"))
			return false;
		*(bool *)field = span_eq(value, "Yes");
		return true;
	case DIGEST:
		return set_digest(value, field);
	case ALGORITHMS:
		algorithms = chap_algorithms(value);
		if (algorithms)
			*(unsigned *)field = algorithms;
		return algorithms;
	default:
		return set_number(r, value, field);
	}
}

enum offers_result offers_set(struct iscsi_offers *offers, struct span name, struct span value)
{
	struct iscsi_offers changed = *offers;
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!span_eq(name, rows[i].name))
			continue;
		if (!set_field(&rows[i], value, (char *)&changed + rows[i].field) ||
		    (changed.max_r2t & (changed.max_r2t - 1)))
			return OFFERS_BAD_VALUE;
		*offers = changed;
		return OFFERS_SET;
	}
	return OFFERS_UNKNOWN;
}
