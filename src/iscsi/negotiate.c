// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "iscsi/negotiate.h"
#include "iscsi/text.h"

#define LENGTH_MIN 512
#define LENGTH_MAX 0xffffff
#define SEGMENT_DEFAULT 8192

enum kind { DIGEST, BOOL_OR, BOOL_AND, LEAST, MOST, DECLARED };

enum key {
	HEADER_DIGEST, DATA_DIGEST, MAX_CONNECTIONS, INITIAL_R2T, IMMEDIATE_DATA, MAX_RECV, MAX_BURST,
	FIRST_BURST, TIME2WAIT, TIME2RETAIN, MAX_R2T, PDU_IN_ORDER, SEQUENCE_IN_ORDER, RECOVERY_LEVEL,
	KEYS
};
_Static_assert(KEYS == NEGOTIATE_KEYS, "as many as struct negotiation has room for");

enum state {
	UNTOUCHED,	/* neither side has named it */
	OFFERED,	/* by us; no answer yet */
	SETTLED,	/* theirs is the target's value */
};

/* RFC 7143 section 13: how the two values are combined, bounds, and the default. */
static const struct row {
	const char *name;
	uint8_t kind;
	uint32_t min, max, standard;
} rows[KEYS] = {
	[HEADER_DIGEST] = { "HeaderDigest", DIGEST, 0, 1, 0 },
	[DATA_DIGEST] = { "DataDigest", DIGEST, 0, 1, 0 },
	[MAX_CONNECTIONS] = { "MaxConnections", LEAST, 1, 65535, 1 },
	[INITIAL_R2T] = { "InitialR2T", BOOL_OR, 0, 1, 1 },
	[IMMEDIATE_DATA] = { "ImmediateData", BOOL_AND, 0, 1, 1 },
	[MAX_RECV] = { "MaxRecvDataSegmentLength", DECLARED, 0, LENGTH_MAX, SEGMENT_DEFAULT },
	[MAX_BURST] = { "MaxBurstLength", LEAST, LENGTH_MIN, LENGTH_MAX, 262144 },
	[FIRST_BURST] = { "FirstBurstLength", LEAST, LENGTH_MIN, LENGTH_MAX, 65536 },
	[TIME2WAIT] = { "DefaultTime2Wait", MOST, 0, 3600, 2 },
	[TIME2RETAIN] = { "DefaultTime2Retain", LEAST, 0, 3600, 20 },
	[MAX_R2T] = { "MaxOutstandingR2T", LEAST, 1, 65535, 1 },
	[PDU_IN_ORDER] = { "DataPDUInOrder", BOOL_OR, 0, 1, 1 },
	[SEQUENCE_IN_ORDER] = { "DataSequenceInOrder", BOOL_OR, 0, 1, 1 },
	[RECOVERY_LEVEL] = { "ErrorRecoveryLevel", LEAST, 0, 2, 0 },
};

/* What a target may declare and we have no use for, or what only we may send. None is answered. */
static const char ignored[] =
	"TargetAddress TargetName InitiatorName InitiatorAlias SessionType AuthMethod SendTargets "
	"X#NodeArchitecture CHAP_A CHAP_I CHAP_C CHAP_N CHAP_R";
/* RFC 7143 section 13.25: obsolete, and to be answered with Reject. */
static const char obsolete[] = "IFMarker OFMarker IFMarkInt OFMarkInt";

static const char *const digest_lists[] = {
	[OFFER_NONE] = "None", [OFFER_NONE_CRC32C] = "None,CRC32C",
	[OFFER_CRC32C_NONE] = "CRC32C,None", [OFFER_CRC32C] = "CRC32C",
};

static bool takes_digest(uint32_t offer, bool crc)
{
	return crc ? offer != OFFER_NONE : offer != OFFER_CRC32C;
}

static bool is_length(uint32_t v)
{
	return v >= LENGTH_MIN && v <= LENGTH_MAX;
}

static const char *find_bad_offer(const struct iscsi_offers *o)
{
	if ((unsigned)o->header_digest > OFFER_CRC32C)
		return "HeaderDigest";
	if ((unsigned)o->data_digest > OFFER_CRC32C)
		return "DataDigest";
	if (!is_length(o->max_recv))
		return "MaxRecvDataSegmentLength";
	if (o->max_xmit && !is_length(o->max_xmit))
		return "MaxXmitDataSegmentLength";
	if (!is_length(o->max_burst))
		return "MaxBurstLength";
	if (!is_length(o->first_burst))
		return "FirstBurstLength";
	if (!o->max_r2t || o->max_r2t & (o->max_r2t - 1))
		return "MaxOutstandingR2T";
	if (o->time2wait > 3600)
		return "DefaultTime2Wait";
	return o->time2retain > 3600 ? "DefaultTime2Retain" : NULL;
}

bool negotiate_begin(struct negotiation *n, const struct iscsi_offers *offers, struct iscsi_failure *f)
{
	const char *bad = find_bad_offer(offers);

	if (bad)
		return failure_set(f, ISCSI_BAD_CONFIG, span_of(bad));
	memset(n, 0, sizeof(*n));
	n->offers = offers;
	n->ours[HEADER_DIGEST] = offers->header_digest;
	n->ours[DATA_DIGEST] = offers->data_digest;
	n->ours[MAX_CONNECTIONS] = 1;
	n->ours[INITIAL_R2T] = offers->initial_r2t;
	n->ours[IMMEDIATE_DATA] = offers->immediate_data;
	n->ours[MAX_RECV] = offers->max_recv;
	n->ours[MAX_BURST] = offers->max_burst;
	/* RFC 7143 section 13.14: it must not exceed the other */
	n->ours[FIRST_BURST] = offers->first_burst < offers->max_burst ? offers->first_burst
									 : offers->max_burst;
	n->ours[TIME2WAIT] = offers->time2wait;
	n->ours[TIME2RETAIN] = offers->time2retain;
	n->ours[MAX_R2T] = offers->max_r2t;
	n->ours[PDU_IN_ORDER] = n->ours[SEQUENCE_IN_ORDER] = 1;
	return true;
}

static uint32_t combine(enum key k, uint32_t ours, uint32_t theirs)
{
	switch (rows[k].kind) {
	case BOOL_OR:
		return ours | theirs;
	case BOOL_AND:
		return ours & theirs;
	case LEAST:
		return ours < theirs ? ours : theirs;
	case MOST:
		return ours > theirs ? ours : theirs;
	default:
		return theirs;
	}
}

static void put_value(enum key k, uint32_t value, struct out *o)
{
	if (rows[k].kind == BOOL_OR || rows[k].kind == BOOL_AND)
		text_add(o, rows[k].name, "%s", value ? "Yes" : "No");
	else
		text_add(o, rows[k].name, "%u", (unsigned)value);
}

void negotiate_offer(struct negotiation *n, struct out *o)
{
	unsigned k;

	for (k = 0; k < KEYS; k++) {
		if (n->state[k] != UNTOUCHED)
			continue;
		n->state[k] = OFFERED;
		if (rows[k].kind == DIGEST)
			text_add(o, rows[k].name, "%s", digest_lists[n->ours[k]]);
		else
			put_value(k, n->ours[k], o);
	}
}

/* The first of the target's list that we take; false: none. */
static bool choose_digest(uint32_t offer, struct span list, uint32_t *v)
{
	struct span one;

	while (list.n) {
		span_cut(&list, ',', &one);
		if ((span_eq(one, "None") && takes_digest(offer, false)) ||
		    (span_eq(one, "CRC32C") && takes_digest(offer, true))) {
			*v = span_eq(one, "CRC32C");
			return true;
		}
	}
	return false;
}

/* Above its range is as good as its end; below it nothing can be agreed. */
static bool read_number(enum key k, struct span value, uint32_t *v)
{
	uint64_t got;

	if (!text_number(value, UINT64_MAX, &got) || got < rows[k].min)
		return false;
	*v = got > rows[k].max ? rows[k].max : (uint32_t)got;
	/* of a few old targets: no limit of their own */
	if (k == MAX_RECV && !*v)
		*v = SEGMENT_DEFAULT;
	return true;
}

static bool read_value(enum key k, struct span value, uint32_t *v)
{
	if (rows[k].kind != BOOL_OR && rows[k].kind != BOOL_AND)
		return read_number(k, value, v);
	*v = span_eq(value, "Yes");
	return *v || span_eq(value, "No");
}

/* The answer to what we offered is one of the offered ones, not a list. */
static bool take_digest(struct negotiation *n, enum key k, struct span value, struct out *o,
			struct iscsi_failure *f)
{
	uint32_t v = 0;
	bool chosen = choose_digest(n->ours[k], value, &v);

	if (n->state[k] == OFFERED && (!chosen || !span_eq(value, v ? "CRC32C" : "None")))
		return failure_set(f, ISCSI_NOT_AGREED, span_of(rows[k].name));
	if (n->state[k] == SETTLED && (!chosen || v != n->theirs[k]))
		return failure_set(f, ISCSI_DUPLICATE, span_of(rows[k].name));
	if (n->state[k] == UNTOUCHED)
		text_add(o, rows[k].name, "%s", !chosen ? "Reject" : v ? "CRC32C" : "None");
	n->state[k] = SETTLED;
	n->theirs[k] = v;
	return true;
}

static bool take_known(struct negotiation *n, enum key k, struct span value, struct out *o,
		       struct iscsi_failure *f)
{
	uint32_t v;

	if (text_is_reserved(value)) {
		if (n->state[k] == OFFERED && rows[k].kind != DECLARED) {
			n->state[k] = SETTLED;
			n->theirs[k] = rows[k].standard;
		}
		return true;
	}
	if (rows[k].kind == DIGEST)
		return take_digest(n, k, value, o, f);
	if (!read_value(k, value, &v))
		return failure_set(f, ISCSI_BAD_VALUE, span_of(rows[k].name));
	/* each side declares its own, which may change */
	if (rows[k].kind == DECLARED) {
		n->theirs[k] = v;
		return true;
	}
	if (n->state[k] == SETTLED && v != n->theirs[k])
		return failure_set(f, ISCSI_DUPLICATE, span_of(rows[k].name));
	if (n->state[k] == UNTOUCHED)
		put_value(k, combine(k, n->ours[k], v), o);
	n->state[k] = SETTLED;
	n->theirs[k] = v;
	return true;
}

static bool take_group(struct negotiation *n, struct span key, struct span value, struct iscsi_failure *f)
{
	uint64_t group;

	if (!text_number(value, UINT16_MAX, &group))
		return failure_set(f, ISCSI_BAD_VALUE, key);
	if (n->has_group && group != n->group)
		return failure_set(f, ISCSI_DUPLICATE, key);
	n->has_group = true;
	n->group = (uint16_t)group;
	return true;
}

/* A key of which we have no value: mostly unknown. Never answered is what may be an answer itself. */
static void answer_other(struct span key, struct span value, struct out *o)
{
	const char *answer = "NotUnderstood";

	if (text_is_reserved(value) || span_listed(key, ignored))
		return;
	if (span_listed(key, obsolete))
		answer = "Reject";
	else if (span_eq(key, "TaskReporting"))
		answer = "RFC3720";
	out_span(o, key);
	text_add(o, "", "%s", answer);
}

bool negotiate_take(struct negotiation *n, struct span key, struct span value, struct out *o,
		    struct iscsi_failure *f)
{
	unsigned k;

	for (k = 0; k < KEYS; k++)
		if (span_eq(key, rows[k].name))
			return take_known(n, k, value, o, f);
	if (span_eq(key, "TargetPortalGroupTag"))
		return take_group(n, key, value, f);
	/* of no consequence: one that is too long is left out */
	if (span_eq(key, "TargetAlias"))
		span_copy(value, n->target_alias, sizeof(n->target_alias));
	else
		answer_other(key, value, o);
	return true;
}

static uint32_t agreed(const struct negotiation *n, enum key k)
{
	return combine(k, n->ours[k], n->state[k] == SETTLED ? n->theirs[k] : rows[k].standard);
}

static uint32_t max_xmit(const struct negotiation *n)
{
	uint32_t theirs = n->theirs[MAX_RECV] ? n->theirs[MAX_RECV] : SEGMENT_DEFAULT;

	return n->offers->max_xmit && n->offers->max_xmit < theirs ? n->offers->max_xmit : theirs;
}

/* The kernel takes powers of two only (iscsi_tcp_set_max_r2t()), and needs room for what was agreed. */
static uint16_t round_up(uint32_t v)
{
	uint16_t power = 1;

	while (power < v)
		power <<= 1;
	return power;
}

bool negotiate_end(const struct negotiation *n, struct iscsi_params *p, struct iscsi_failure *f)
{
	unsigned k;

	for (k = HEADER_DIGEST; k <= DATA_DIGEST; k++)
		if (!takes_digest(n->ours[k], agreed(n, k)))
			return failure_set(f, ISCSI_NOT_AGREED, span_of(rows[k].name));
	*p = (struct iscsi_params){
		.header_digest = agreed(n, HEADER_DIGEST), .data_digest = agreed(n, DATA_DIGEST),
		.initial_r2t = agreed(n, INITIAL_R2T), .immediate_data = agreed(n, IMMEDIATE_DATA),
		.pdu_in_order = agreed(n, PDU_IN_ORDER),
		.sequence_in_order = agreed(n, SEQUENCE_IN_ORDER),
		.max_recv = n->offers->max_recv, .max_xmit = max_xmit(n),
		.max_burst = agreed(n, MAX_BURST), .first_burst = agreed(n, FIRST_BURST),
		.max_r2t = round_up(agreed(n, MAX_R2T)),
		.recovery_level = (uint16_t)agreed(n, RECOVERY_LEVEL),
		.max_connections = (uint16_t)agreed(n, MAX_CONNECTIONS),
		.time2wait = (uint16_t)agreed(n, TIME2WAIT),
		.time2retain = (uint16_t)agreed(n, TIME2RETAIN),
		.has_group = n->has_group, .group = n->group,
	};
	if (p->first_burst > p->max_burst)
		p->first_burst = p->max_burst;
	memcpy(p->target_alias, n->target_alias, sizeof(p->target_alias));
	return true;
}
