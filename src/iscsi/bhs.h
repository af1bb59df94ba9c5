/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bhs: the basic header segments of RFC 7143 section 11 that login, recovery and Logout need, built
 * and read. A header is 48 bytes in network order; what a field holds is given in host order. Pure.
 *
 * Requests that go through the kernel's SEND_PDU: libiscsi writes the task tag, and of all but Login
 * CmdSN and ExpStatSN as well.
 */
#ifndef ISCSIROOT_ISCSI_BHS_H
#define ISCSIROOT_ISCSI_BHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BHS_SIZE 48
#define BHS_NO_TAG 0xffffffff	/* the reserved task tag, RFC 7143 section 11.2.1.8 */

/* Opcodes, without the immediate bit (RFC 7143 section 11.2.1.2). */
enum bhs_opcode {
	BHS_NOP_OUT = 0x00,
	BHS_LOGIN = 0x03,
	BHS_TEXT = 0x04,
	BHS_LOGOUT = 0x06,
	BHS_NOP_IN = 0x20,
	BHS_LOGIN_RESPONSE = 0x23,
	BHS_TEXT_RESPONSE = 0x24,
	BHS_LOGOUT_RESPONSE = 0x26,
	BHS_ASYNC = 0x32,
	BHS_REJECT = 0x3f,
};

/* Stages of a login: CSG and NSG (RFC 7143 section 11.12.3). 2 is reserved. */
enum bhs_stage { BHS_STAGE_SECURITY = 0, BHS_STAGE_OPERATIONAL = 1, BHS_STAGE_FULL = 3 };

/* RFC 7143 section 11.12. */
struct bhs_login {
	bool transit, more;		/* T: go to stage `next`; C: the text goes on in the next PDU */
	uint8_t stage, next;		/* CSG, NSG */
	uint8_t isid[6];
	uint16_t tsih, cid;
	uint32_t itt, cmdsn, exp_statsn;
};

/* RFC 7143 section 11.13. */
struct bhs_login_response {
	bool transit, more;
	uint8_t stage, next;
	uint8_t version_max, version_active;
	uint8_t isid[6];
	uint16_t tsih;
	uint32_t itt, statsn, exp_cmdsn, max_cmdsn;
	uint8_t status_class, status_detail;
};

/* RFC 7143 section 11.14.1. */
enum bhs_logout_reason {
	BHS_LOGOUT_SESSION = 0,		/* close the session */
	BHS_LOGOUT_CONNECTION = 1,	/* close the connection `cid` */
	BHS_LOGOUT_RECOVERY = 2,	/* remove it for recovery */
};

/* RFC 7143 section 11.15. */
struct bhs_logout_response {
	/* 0 closed, 1 no such connection, 2 recovery not supported, 3 cleanup failed */
	uint8_t response;
	uint32_t itt, statsn;
	uint16_t time2wait, time2retain;	/* seconds */
};

/* RFC 7143 section 11.9.1. */
enum bhs_async_event {
	BHS_ASYNC_SCSI = 0,		/* the data are sense data and an iSCSI event */
	BHS_ASYNC_LOGOUT = 1,		/* a Logout is requested within parameter3 seconds */
	BHS_ASYNC_DROP_CONNECTION = 2,	/* it drops connection parameter1 */
	BHS_ASYNC_DROP_SESSION = 3,	/* it drops all connections of the session */
	BHS_ASYNC_NEGOTIATE = 4,	/* a Text Request within parameter3 seconds, or a Logout */
	BHS_ASYNC_VENDOR = 255,
};

struct bhs_async {
	uint8_t event, vendor_code;
	uint8_t lun[8];
	uint32_t statsn;
	/* 2: the CID in parameter1; 2 and 3: Time2Wait, Time2Retain in parameter2 and 3; 1 and 4: the
	   deadline in parameter3. Seconds. */
	uint16_t parameter1, parameter2, parameter3;
};

/* RFC 7143 section 11.19. */
struct bhs_nop_in {
	uint8_t lun[8];
	uint32_t itt, ttt;	/* ttt BHS_NO_TAG: no answer is wanted */
	uint32_t statsn;
};

/* RFC 7143 section 11.17. The data are the header of the PDU that was rejected. */
struct bhs_reject {
	uint8_t reason;
	uint32_t statsn;
};

/** bhs_opcode() - the opcode, without the immediate bit. */
uint8_t bhs_opcode(const uint8_t bhs[BHS_SIZE]);

/** bhs_data_length() - DataSegmentLength in bytes, without padding. */
uint32_t bhs_data_length(const uint8_t bhs[BHS_SIZE]);

/** bhs_put_login() - a Login Request, immediate, version 0, with @len (below 2^24) bytes of data. */
void bhs_put_login(uint8_t bhs[BHS_SIZE], const struct bhs_login *l, uint32_t len);

/** bhs_put_logout() - an immediate Logout Request; @cid counts where the reason names a connection. */
void bhs_put_logout(uint8_t bhs[BHS_SIZE], enum bhs_logout_reason reason, uint16_t cid);

/**
 * bhs_put_text() - an immediate Text Request that is complete (F), as the answer to async event 4.
 * @ttt: of the Text Response that is answered, BHS_NO_TAG for the first
 */
void bhs_put_text(uint8_t bhs[BHS_SIZE], uint32_t ttt, uint32_t len);

/**
 * bhs_put_nop_out() - the answer to a NOP-In that asks for one: immediate, without a task tag, its
 * target transfer tag and LUN, @len bytes of its data (RFC 7143 section 11.18).
 */
void bhs_put_nop_out(uint8_t bhs[BHS_SIZE], const struct bhs_nop_in *in, uint32_t len);

/* Each reads the header of one kind of PDU. false: it is another kind, and @out is not written. What
 * the fields hold is for the caller to judge. */
bool bhs_get_login_response(const uint8_t bhs[BHS_SIZE], struct bhs_login_response *out);
bool bhs_get_logout_response(const uint8_t bhs[BHS_SIZE], struct bhs_logout_response *out);
bool bhs_get_async(const uint8_t bhs[BHS_SIZE], struct bhs_async *out);
bool bhs_get_nop_in(const uint8_t bhs[BHS_SIZE], struct bhs_nop_in *out);
bool bhs_get_reject(const uint8_t bhs[BHS_SIZE], struct bhs_reject *out);

/** bhs_reject_name() - what a Reject's reason means (RFC 7143 section 11.17.1); static text. */
const char *bhs_reject_name(uint8_t reason);

#endif
