// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 48 bytes as the header of a PDU: it is of one kind at most, and its fields are those bytes. The same
 * bytes as fields of our requests: where they must be, and nothing else in the header.
 */
#include <stdlib.h>
#include <string.h>

#include "iscsi/bhs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static uint32_t number(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

static void check_responses(const uint8_t *bhs)
{
	struct bhs_logout_response logout;
	struct bhs_login_response login;
	struct bhs_async async;
	struct bhs_nop_in nop;
	struct bhs_reject reject;
	unsigned kinds = 0;

	if (bhs_get_login_response(bhs, &login)) {
		kinds++;
		must(login.transit == !!(bhs[1] & 0x80) && login.more == !!(bhs[1] & 0x40));
		must(login.stage == (bhs[1] >> 2 & 3) && login.next == (bhs[1] & 3));
		must(login.tsih == number(bhs + 14, 2) && login.statsn == number(bhs + 24, 4));
		must(login.exp_cmdsn == number(bhs + 28, 4) && login.max_cmdsn == number(bhs + 32, 4));
		must(login.status_class == bhs[36] && login.status_detail == bhs[37]);
	}
	if (bhs_get_logout_response(bhs, &logout)) {
		kinds++;
		must(logout.response == bhs[2] && logout.time2wait == number(bhs + 40, 2) &&
		     logout.time2retain == number(bhs + 42, 2));
	}
	if (bhs_get_async(bhs, &async)) {
		kinds++;
		must(async.event == bhs[36] && async.parameter1 == number(bhs + 38, 2) &&
		     async.parameter2 == number(bhs + 40, 2) && async.parameter3 == number(bhs + 42, 2));
	}
	if (bhs_get_nop_in(bhs, &nop)) {
		kinds++;
		must(nop.ttt == number(bhs + 20, 4) && !memcmp(nop.lun, bhs + 8, 8));
	}
	if (bhs_get_reject(bhs, &reject)) {
		kinds++;
		must(reject.reason == bhs[2] && *bhs_reject_name(reject.reason));
	}
	must(kinds <= 1 && bhs_opcode(bhs) < 0x40);
	must(bhs_data_length(bhs) == number(bhs + 5, 3));
}

/* Bytes that no field of a request stands for are zero. */
static void check_zero(const uint8_t *bhs, unsigned from, unsigned to)
{
	while (from < to)
		must(!bhs[from++]);
}

static void check_requests(const uint8_t *d)
{
	struct bhs_login l = {
		.transit = d[0] & 1, .more = d[0] & 2, .stage = d[1], .next = d[2],
		.tsih = (uint16_t)number(d + 3, 2), .cid = (uint16_t)number(d + 5, 2),
		.itt = number(d + 7, 4), .cmdsn = number(d + 11, 4), .exp_statsn = number(d + 15, 4),
	};
	struct bhs_nop_in in = { .ttt = number(d + 19, 4) };
	uint32_t len = number(d + 23, 3);
	uint8_t bhs[BHS_SIZE];

	memcpy(l.isid, d + 26, sizeof(l.isid));
	bhs_put_login(bhs, &l, len);
	must(bhs[0] == 0x43 && bhs_data_length(bhs) == len && !memcmp(bhs + 8, l.isid, 6));
	must(bhs[1] == ((l.transit ? 0x80 : 0) | (l.more ? 0x40 : 0) | (l.stage & 3) << 2 | (l.next & 3)));
	must(number(bhs + 14, 2) == l.tsih && number(bhs + 16, 4) == l.itt && number(bhs + 20, 2) == l.cid);
	must(number(bhs + 24, 4) == l.cmdsn && number(bhs + 28, 4) == l.exp_statsn);
	check_zero(bhs, 2, 5);
	check_zero(bhs, 22, 24);
	check_zero(bhs, 32, BHS_SIZE);
	bhs_put_nop_out(bhs, &in, len);
	must(bhs[0] == 0x40 && bhs[1] == 0x80 && number(bhs + 20, 4) == in.ttt && bhs_data_length(bhs) == len);
	must(number(bhs + 16, 4) == BHS_NO_TAG);
	bhs_put_logout(bhs, d[0] % 3, l.cid);
	must(bhs[0] == 0x46 && bhs[1] == (0x80 | d[0] % 3) && !bhs_data_length(bhs));
	must(number(bhs + 20, 2) == (d[0] % 3 ? l.cid : 0));
	bhs_put_text(bhs, in.ttt, len);
	must(bhs[0] == 0x44 && bhs[1] == 0x80 && number(bhs + 20, 4) == in.ttt && bhs_data_length(bhs) == len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t bhs[BHS_SIZE] = { 0 };

	memcpy(bhs, data, size < BHS_SIZE ? size : BHS_SIZE);
	check_responses(bhs);
	check_requests(bhs);
	return 0;
}
