// SPDX-License-Identifier: GPL-2.0-or-later
#include "iscsi/pdu.h"
#include "tap.h"

int main(void)
{
	/* immediate Logout, final, reason 0: close the session (RFC 7143 section 11.14) */
	static const uint8_t logout[PDU_BHS] = { 0x46, 0x80 };
	uint8_t bhs[PDU_BHS], response = 99;

	memset(bhs, 0xff, sizeof(bhs));
	pdu_logout(bhs);
	ok(!memcmp(bhs, logout, sizeof(bhs)), "a Logout is what the target reads");

	memset(bhs, 0, sizeof(bhs));
	bhs[0] = 0x26;
	bhs[2] = 3;
	ok(pdu_logout_response(bhs, &response) && response == 3, "a Logout Response and its code");
	bhs[0] = 0x20;
	bhs[2] = 7;
	ok(!pdu_logout_response(bhs, &response) && response == 3, "a NOP-In is none");
	bhs[0] = 0x66;
	ok(pdu_logout_response(bhs, &response) && response == 7, "the bit above the opcode is not its");
	return done_testing();
}
