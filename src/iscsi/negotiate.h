/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * negotiate: the operational parameters of a login (RFC 7143 sections 6.2 and 13). Pure.
 *
 * All keys are offered with a value, also where RFC 7143's default would do: some targets take a
 * missing key for zero or refuse the login. Keys come in any order, one at a time, before they were
 * offered, or not at all. A key that the target does not answer, or answers with NotUnderstood,
 * Irrelevant or Reject, has the default, combined with our offer as an answer would be.
 */
#ifndef ISCSIROOT_ISCSI_NEGOTIATE_H
#define ISCSIROOT_ISCSI_NEGOTIATE_H

#include "iscsi/failure.h"

/* What we offer for a digest, in order of preference. */
enum offer_digest { OFFER_NONE, OFFER_NONE_CRC32C, OFFER_CRC32C_NONE, OFFER_CRC32C };

/* What we offer: offers_default, changed by what ISCSI_PARAM has set (iscsi/offers.h). */
struct iscsi_offers {
	enum offer_digest header_digest, data_digest;
	bool initial_r2t, immediate_data;
	uint32_t max_recv;		/* bytes, 512 to 16777215: MaxRecvDataSegmentLength */
	uint32_t max_xmit;		/* bytes; 0: as much as the target takes */
	uint32_t max_burst, first_burst;	/* bytes, 512 to 16777215 */
	uint16_t max_r2t;		/* a power of two: the kernel refuses others */
	uint16_t time2wait, time2retain;	/* seconds, 0 to 3600 */
	unsigned chap_algorithms;	/* CHAP_BIT()s */
};

/* What was agreed: the values of the kernel's enum iscsi_param (include/scsi/iscsi_if.h). */
struct iscsi_params {
	bool header_digest, data_digest;	/* HDRDGST_EN, DATADGST_EN: CRC32C */
	bool initial_r2t, immediate_data;	/* INITIAL_R2T_EN, IMM_DATA_EN */
	bool pdu_in_order, sequence_in_order;	/* PDU_INORDER_EN, DATASEQ_INORDER_EN: always */
	uint32_t max_recv, max_xmit;		/* MAX_RECV_DLENGTH, MAX_XMIT_DLENGTH */
	uint32_t max_burst, first_burst;	/* MAX_BURST, FIRST_BURST; the latter is never the larger */
	uint16_t max_r2t;		/* MAX_R2T: what was agreed, rounded up to a power of two */
	uint16_t recovery_level;		/* ERL: always 0 */
	uint16_t max_connections;		/* always 1 */
	uint16_t time2wait, time2retain;	/* seconds: DEF_TIME2WAIT, DEF_TIME2RETAIN */
	bool has_group;
	uint16_t group;				/* TPGT: the target portal group tag */
	char target_alias[256];			/* TARGET_ALIAS; any bytes but NUL: escape it */
};

#define NEGOTIATE_KEYS 14

struct negotiation {
	const struct iscsi_offers *offers;	/* the caller's */
	uint32_t ours[NEGOTIATE_KEYS], theirs[NEGOTIATE_KEYS];
	uint8_t state[NEGOTIATE_KEYS];
	bool has_group;
	uint16_t group;
	char target_alias[256];
};

/** negotiate_begin() - false with @f where an offer is out of its bounds. */
bool negotiate_begin(struct negotiation *n, const struct iscsi_offers *offers, struct iscsi_failure *f);

/** negotiate_offer() - append all keys that are not settled yet. Once, as the stage begins. */
void negotiate_offer(struct negotiation *n, struct out *o);

/**
 * negotiate_take() - take one pair from the target: its answer, or its own offer, whose answer is
 * appended to @o: NotUnderstood for a key that is unknown.
 * Return: false with @f.
 */
bool negotiate_take(struct negotiation *n, struct span key, struct span value, struct out *o,
		    struct iscsi_failure *f);

/** negotiate_end() - what was agreed. false with @f where a digest that we insist on was not. */
bool negotiate_end(const struct negotiation *n, struct iscsi_params *p, struct iscsi_failure *f);

#endif
