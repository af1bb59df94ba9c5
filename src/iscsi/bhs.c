// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "iscsi/bhs.h"

#define IMMEDIATE 0x40
#define OPCODE_MASK 0x3f
#define FINAL 0x80		/* of Login: T */
#define CONTINUE 0x40		/* C */

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

/* All requests of ours are immediate, and without an additional header. */
static void begin(uint8_t bhs[BHS_SIZE], enum bhs_opcode opcode, uint8_t flags, uint32_t len)
{
	memset(bhs, 0, BHS_SIZE);
	bhs[0] = (uint8_t)(IMMEDIATE | opcode);
	bhs[1] = flags;
	bhs[5] = (uint8_t)(len >> 16);
	put16(bhs + 6, (uint16_t)len);
}

uint8_t bhs_opcode(const uint8_t bhs[BHS_SIZE])
{
	return bhs[0] & OPCODE_MASK;
}

uint32_t bhs_data_length(const uint8_t bhs[BHS_SIZE])
{
	return (uint32_t)bhs[5] << 16 | get16(bhs + 6);
}

void bhs_put_login(uint8_t bhs[BHS_SIZE], const struct bhs_login *l, uint32_t len)
{
	begin(bhs, BHS_LOGIN, (uint8_t)((l->transit ? FINAL : 0) | (l->more ? CONTINUE : 0) |
					 (l->stage & 3) << 2 | (l->next & 3)), len);
	memcpy(bhs + 8, l->isid, sizeof(l->isid));
	put16(bhs + 14, l->tsih);
	put32(bhs + 16, l->itt);
	put16(bhs + 20, l->cid);
	put32(bhs + 24, l->cmdsn);
	put32(bhs + 28, l->exp_statsn);
}

void bhs_put_logout(uint8_t bhs[BHS_SIZE], enum bhs_logout_reason reason, uint16_t cid)
{
	begin(bhs, BHS_LOGOUT, (uint8_t)(FINAL | reason), 0);
	if (reason != BHS_LOGOUT_SESSION)
		put16(bhs + 20, cid);
}

void bhs_put_text(uint8_t bhs[BHS_SIZE], uint32_t ttt, uint32_t len)
{
	begin(bhs, BHS_TEXT, FINAL, len);
	put32(bhs + 20, ttt);
}

void bhs_put_nop_out(uint8_t bhs[BHS_SIZE], const struct bhs_nop_in *in, uint32_t len)
{
	begin(bhs, BHS_NOP_OUT, FINAL, len);
	memcpy(bhs + 8, in->lun, sizeof(in->lun));
	put32(bhs + 16, BHS_NO_TAG);
	put32(bhs + 20, in->ttt);
}

bool bhs_get_login_response(const uint8_t bhs[BHS_SIZE], struct bhs_login_response *out)
{
	if (bhs_opcode(bhs) != BHS_LOGIN_RESPONSE)
		return false;
	*out = (struct bhs_login_response){
		.transit = bhs[1] & FINAL, .more = bhs[1] & CONTINUE,
		.stage = bhs[1] >> 2 & 3, .next = bhs[1] & 3,
		.version_max = bhs[2], .version_active = bhs[3],
		.tsih = get16(bhs + 14), .itt = get32(bhs + 16), .statsn = get32(bhs + 24),
		.exp_cmdsn = get32(bhs + 28), .max_cmdsn = get32(bhs + 32),
		.status_class = bhs[36], .status_detail = bhs[37],
	};
	memcpy(out->isid, bhs + 8, sizeof(out->isid));
	return true;
}

bool bhs_get_logout_response(const uint8_t bhs[BHS_SIZE], struct bhs_logout_response *out)
{
	if (bhs_opcode(bhs) != BHS_LOGOUT_RESPONSE)
		return false;
	*out = (struct bhs_logout_response){
		.response = bhs[2], .itt = get32(bhs + 16), .statsn = get32(bhs + 24),
		.time2wait = get16(bhs + 40), .time2retain = get16(bhs + 42),
	};
	return true;
}

bool bhs_get_async(const uint8_t bhs[BHS_SIZE], struct bhs_async *out)
{
	if (bhs_opcode(bhs) != BHS_ASYNC)
		return false;
	*out = (struct bhs_async){
		.event = bhs[36], .vendor_code = bhs[37], .statsn = get32(bhs + 24),
		.parameter1 = get16(bhs + 38), .parameter2 = get16(bhs + 40),
		.parameter3 = get16(bhs + 42),
	};
	memcpy(out->lun, bhs + 8, sizeof(out->lun));
	return true;
}

bool bhs_get_nop_in(const uint8_t bhs[BHS_SIZE], struct bhs_nop_in *out)
{
	if (bhs_opcode(bhs) != BHS_NOP_IN)
		return false;
	*out = (struct bhs_nop_in){
		.itt = get32(bhs + 16), .ttt = get32(bhs + 20), .statsn = get32(bhs + 24),
	};
	memcpy(out->lun, bhs + 8, sizeof(out->lun));
	return true;
}

bool bhs_get_reject(const uint8_t bhs[BHS_SIZE], struct bhs_reject *out)
{
	if (bhs_opcode(bhs) != BHS_REJECT)
		return false;
	*out = (struct bhs_reject){ .reason = bhs[2], .statsn = get32(bhs + 24) };
	return true;
}

const char *bhs_reject_name(uint8_t reason)
{
	static const char *const names[] = {
		[0x02] = "data digest error", [0x03] = "SNACK rejected", [0x04] = "protocol error",
		[0x05] = "command not supported", [0x06] = "too many immediate commands",
		[0x07] = "task in progress", [0x08] = "invalid data acknowledgement",
		[0x09] = "invalid PDU field", [0x0a] = "out of resources",
		[0x0b] = "negotiation reset", [0x0c] = "waiting for Logout",
	};

	if (reason >= sizeof(names) / sizeof(*names) || !names[reason])
		return "unknown reason";
	return names[reason];
}
