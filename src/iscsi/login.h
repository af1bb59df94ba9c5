/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * login: the login phase of a session's connection (RFC 7143 sections 6.3 and 11.12) as a state
 * machine: a PDU in, a PDU out. It neither sends nor waits, and holds no time: timeouts and the
 * connection are the caller's. Pure.
 *
 *	step = iscsi_login_begin(&login, &config, &text);
 *	while (step == ISCSI_LOGIN_SEND) {
 *		iscsi_login_next(&login, bhs, &data);
 *		... send both, receive a PDU ...
 *		step = iscsi_login_feed(&login, bhs, received, length);
 *	}
 *
 * With credentials it begins in the security stage, without them in the operational one, as
 * open-iscsi does. Nothing of the secrets is copied into struct iscsi_login.
 */
#ifndef ISCSIROOT_ISCSI_LOGIN_H
#define ISCSIROOT_ISCSI_LOGIN_H

#include "base/limits.h"
#include "iscsi/bhs.h"
#include "iscsi/chap.h"
#include "iscsi/negotiate.h"
#include "iscsi/redirect.h"

#define ISCSI_LOGIN_SEGMENT 8192	/* bytes of text in one PDU of a login, RFC 7143 section 13.12 */

/* What to log in to, and as whom. All of it is the caller's and stays until the login has ended. */
struct iscsi_login_config {
	const char *initiator, *target;	/* iSCSI names, 1 to INAME_MAX bytes */
	const char *alias;		/* InitiatorAlias, up to 255 bytes; NULL: none */
	uint8_t isid[6];
	uint16_t tsih;			/* 0: a new session, or reinstatement by the same ISID */
	uint16_t cid;
	uint32_t itt, cmdsn;		/* the kernel overwrites itt */
	uint32_t exp_statsn;		/* of the first request; a new session: 0 */
	const struct iscsi_credentials *credentials;	/* NULL: no CHAP */
	const struct iscsi_offers *offers;
	uint8_t random[CHAP_RANDOM];	/* fresh for each login; read for mutual CHAP only */
	uint32_t segment;		/* bytes of text that one request carries; 0: ISCSI_LOGIN_SEGMENT */
};

/* Room for text in both directions, of use from begin() until the step is no longer SEND. A caller with
 * many portals may have fewer of these than portals. */
struct iscsi_login_text {
	char in[LOGIN_TEXT_MAX];	/* a response in several PDUs (C bit) */
	char out[LOGIN_ANSWER_MAX];
};

enum iscsi_login_step {
	ISCSI_LOGIN_SEND,	/* send what iscsi_login_next() gives */
	ISCSI_LOGIN_DONE,	/* `params`, `tsih` and what follows them are set */
	ISCSI_LOGIN_REDIRECT,	/* `redirect` is set: close the connection and log in there */
	ISCSI_LOGIN_FAILED,	/* `failure` is set: close the connection */
};

struct iscsi_login {
	enum iscsi_login_step step;
	/* DONE */
	struct iscsi_params params;
	uint16_t tsih;
	uint32_t statsn;		/* of the last response; ExpStatSN is one more */
	uint32_t exp_cmdsn, max_cmdsn;
	bool authenticated;		/* CHAP was completed, in both directions where that is configured */
	/* REDIRECT, FAILED */
	struct iscsi_redirect redirect;
	struct iscsi_failure failure;

	/* the machine's own */
	const struct iscsi_login_config *config;
	struct iscsi_login_text *text;
	uint8_t stage;			/* enum bhs_stage */
	bool transit;			/* the request asks to leave it */
	uint32_t exp_statsn;
	unsigned exchanges;
	size_t gathered;		/* bytes of text->in */
	size_t out_len, sent;		/* of text->out; sent and acknowledged */
	struct chap chap;
	struct negotiation negotiation;
};

/**
 * iscsi_login_begin() - check the configuration, and prepare the first request.
 * @config, @text: must stay until the login has ended
 * Return: ISCSI_LOGIN_SEND, or ISCSI_LOGIN_FAILED for a configuration that cannot work.
 */
enum iscsi_login_step iscsi_login_begin(struct iscsi_login *l, const struct iscsi_login_config *config,
					struct iscsi_login_text *text);

/**
 * iscsi_login_next() - the request to send, while the step is ISCSI_LOGIN_SEND. Called again before
 * iscsi_login_feed() it gives the same one.
 * @data: its data segment, in @l's text: without padding
 */
void iscsi_login_next(const struct iscsi_login *l, uint8_t bhs[BHS_SIZE], struct span *data);

/**
 * iscsi_login_feed() - take a PDU that was received. The task tag is not compared: the kernel has.
 * @data, @len: its data segment; what is behind DataSegmentLength (padding) is ignored
 * Return: the step, which l->step is, too. After DONE, REDIRECT and FAILED nothing changes it.
 */
enum iscsi_login_step iscsi_login_feed(struct iscsi_login *l, const uint8_t bhs[BHS_SIZE],
				       const void *data, size_t len);

/**
 * iscsi_login_other_algorithms() - after a refusal of our CHAP response that is not "authentication
 * failure" (02/01): what to offer in the next login instead, all but the algorithm that the target
 * chose. tgt (1.0.85 of Debian 12) chooses SHA-256, cannot read a response as long as that, and
 * refuses with 02/00, whatever the secret. To insist on a stronger algorithm would protect nothing: a
 * target chooses among those that are offered in any case.
 * Return: CHAP_BIT()s for offers.chap_algorithms; 0: the failure is another one, or none is left.
 */
unsigned iscsi_login_other_algorithms(const struct iscsi_login *l);

#endif
