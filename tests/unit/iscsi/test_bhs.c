// SPDX-License-Identifier: GPL-2.0-or-later
/* Headers of RFC 7143 section 11, byte for byte. */
#include "iscsi/bhs.h"
#include "tap.h"

static void is_bytes(const uint8_t *got, const uint8_t *want, const char *name)
{
	unsigned i;

	if (!ok(!memcmp(got, want, BHS_SIZE), "%s", name))
		for (i = 0; i < BHS_SIZE; i++)
			if (got[i] != want[i])
				printf("# byte %u: %02x, want %02x\n", i, got[i], want[i]);
}

static void test_requests(void)
{
	static const uint8_t login[BHS_SIZE] = {
		0x43, 0x87, 0, 0, 0, 0x01, 0x02, 0x03,		/* T, CSG 1, NSG 3; length */
		0x00, 0x02, 0x3d, 4, 5, 6, 0x12, 0x34,		/* ISID, TSIH */
		0xaa, 0xbb, 0xcc, 0xdd, 0x00, 0x07, 0, 0,	/* task tag, CID */
		0, 0, 0, 9, 0x80, 0, 0, 1,			/* CmdSN, ExpStatSN */
	};
	static const uint8_t part[BHS_SIZE] = { 0x43, 0x41, 0, 0, 0, 0, 0x20, 0 };	/* C, 0 to 1 */
	static const uint8_t logout[BHS_SIZE] = { 0x46, 0x80 };
	static const uint8_t logout_cid[BHS_SIZE] = { 0x46, 0x82, [20] = 1, 2 };
	static const uint8_t text[BHS_SIZE] = { 0x44, 0x80, [7] = 3, [20] = 0xff, 0xff, 0xff, 0xff };
	static const uint8_t nop[BHS_SIZE] = {
		0x40, 0x80, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4, 5, 6, 7, 8,
		0xff, 0xff, 0xff, 0xff, 0, 0, 0, 9,
	};
	struct bhs_login l = { .transit = true, .stage = 1, .next = 3, .tsih = 0x1234, .cid = 7,
			       .isid = { 0, 2, 0x3d, 4, 5, 6 }, .itt = 0xaabbccdd, .cmdsn = 9,
			       .exp_statsn = 0x80000001 };
	struct bhs_nop_in in = { .lun = { 1, 2, 3, 4, 5, 6, 7, 8 }, .itt = BHS_NO_TAG, .ttt = 9 };
	uint8_t bhs[BHS_SIZE];

	memset(bhs, 0xff, sizeof(bhs));
	bhs_put_login(bhs, &l, 0x010203);
	is_bytes(bhs, login, "a Login Request");
	ok(bhs_opcode(bhs) == BHS_LOGIN && bhs_data_length(bhs) == 0x010203, "opcode and length");
	bhs_put_login(bhs, &(struct bhs_login){ .more = true, .next = 1 }, 8192);
	is_bytes(bhs, part, "one whose text goes on");
	bhs_put_logout(bhs, BHS_LOGOUT_SESSION, 0x102);
	is_bytes(bhs, logout, "a Logout of the session");
	bhs_put_logout(bhs, BHS_LOGOUT_RECOVERY, 0x102);
	is_bytes(bhs, logout_cid, "a Logout of a connection");
	bhs_put_text(bhs, BHS_NO_TAG, 3);
	is_bytes(bhs, text, "a Text Request");
	bhs_put_nop_out(bhs, &in, 4);
	is_bytes(bhs, nop, "the answer to a NOP-In");
}

static void test_login_response(void)
{
	uint8_t bhs[BHS_SIZE] = {
		0x23, 0xc7, 1, 2, 0, 0, 0, 0, 0, 2, 0x3d, 4, 5, 6, 0x12, 0x34,
		0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 1, 2,
	};
	struct bhs_login_response r = { .itt = 99 };

	ok(bhs_get_login_response(bhs, &r) && r.transit && r.more && r.stage == 1 && r.next == 3,
	   "flags of a Login Response");
	ok(r.version_max == 1 && r.version_active == 2 && !memcmp(r.isid, bhs + 8, 6) && r.tsih == 0x1234 &&
	   r.itt == 1 && r.statsn == 2 && r.exp_cmdsn == 3 && r.max_cmdsn == 4, "its fields");
	ok(r.status_class == 1 && r.status_detail == 2, "its status");
	bhs[1] = 0;
	ok(bhs_get_login_response(bhs, &r) && !r.transit && !r.more && !r.stage && !r.next, "no flags");
	bhs[0] = 0x24;
	r.itt = 99;
	ok(!bhs_get_login_response(bhs, &r) && r.itt == 99, "another PDU");
}

static void test_others(void)
{
	uint8_t bhs[BHS_SIZE] = { 0x26, 0x80, 3, [16] = 0, 0, 0, 5, [24] = 0, 0, 0, 6, [40] = 0, 2, 1, 0 };
	struct bhs_logout_response out;
	struct bhs_nop_in nop;
	struct bhs_async async;
	struct bhs_reject reject;

	ok(bhs_get_logout_response(bhs, &out) && out.response == 3 && out.itt == 5 && out.statsn == 6 &&
	   out.time2wait == 2 && out.time2retain == 256, "a Logout Response");
	ok(!bhs_get_nop_in(bhs, &nop) && !bhs_get_async(bhs, &async) && !bhs_get_reject(bhs, &reject),
	   "is none of the others");
	bhs[0] = 0x66;
	ok(bhs_get_logout_response(bhs, &out), "the bit above the opcode is not its");
	memset(bhs, 0, sizeof(bhs));
	ok(!bhs_get_logout_response(bhs, &out), "a NOP-Out is no Logout Response");
	bhs[0] = 0x20;
	ok(!bhs_get_logout_response(bhs, &out) && out.response == 3, "nor is a NOP-In, and nothing is written");
	bhs[8] = 7;
	memset(bhs + 16, 0xff, 4);
	bhs[23] = 8;
	bhs[27] = 9;
	ok(bhs_get_nop_in(bhs, &nop) && nop.lun[0] == 7 && nop.itt == BHS_NO_TAG && nop.ttt == 8 &&
	   nop.statsn == 9, "a NOP-In");
	bhs[0] = 0x32;
	memcpy(bhs + 36, (uint8_t[]){ 3, 0, 0, 0, 0, 2, 0, 20 }, 8);
	ok(bhs_get_async(bhs, &async) && async.event == BHS_ASYNC_DROP_SESSION && async.statsn == 9 &&
	   async.lun[0] == 7 && !async.parameter1 && async.parameter2 == 2 && async.parameter3 == 20,
	   "an Asynchronous Message");
	bhs[0] = 0x3f;
	bhs[2] = 4;
	ok(bhs_get_reject(bhs, &reject) && reject.reason == 4 && reject.statsn == 9, "a Reject");
	is_str(bhs_reject_name(4), "protocol error", "its reason");
	is_str(bhs_reject_name(1), "unknown reason", "a reserved one");
	is_str(bhs_reject_name(255), "unknown reason", "one that does not exist");
}

int main(void)
{
	test_requests();
	test_login_response();
	test_others();
	return done_testing();
}
