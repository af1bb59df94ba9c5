// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's iSCSI messages, byte for byte. */
#include "iscsi/pdu.h"
#include "tap.h"

#define HANDLE 0x1122334455667788ULL

/* Little-endian, as the machines are that the tests run on. */
static const uint8_t logout[] = {
	0x78, 0, 0, 0, 19, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,	/* 120 bytes */
	19, 0, 0, 0, 0, 0, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
	7, 0, 0, 0, 1, 0, 0, 0, 48, 0, 0, 0, 0, 0, 0, 0,	/* sid, cid, header, data */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0,
	/* immediate Logout, final, reason 0: close the session (RFC 7143 section 11.14) */
	0x46, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

static const uint8_t stop[] = {
	0x48, 0, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	18, 0, 0, 0, 0, 0, 0, 0, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,
	7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,	/* sid, cid, handle */
	1, 0, 0, 0, 0, 0, 0, 0,					/* STOP_CONN_TERM */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

static void test_requests(void)
{
	struct pdu_message m, term;

	memset(&m, 0xff, sizeof(m));
	pdu_logout(&m, HANDLE, 7, 1);
	ok(m.nl.nlmsg_len == sizeof(logout) && !memcmp(&m, logout, sizeof(logout)),
	   "a Logout is what kernel and target read");
	memset(&m, 0xff, sizeof(m));
	pdu_request(&m, PDU_STOP_CONN, HANDLE, 7, 1);
	ok(m.nl.nlmsg_len == sizeof(stop) && !memcmp(&m, stop, sizeof(stop)),
	   "so is the end of a connection");
	term = m;
	term.u[4] = 3;	/* STOP_CONN_RECOVER */
	memset(&m, 0xff, sizeof(m));
	pdu_recover(&m, HANDLE, 7, 1);
	ok(!memcmp(&m, &term, sizeof(stop)), "and the stop of one that is to be bound again");
}

static void test_whole(void)
{
	struct pdu_message m = { .type = PDU_CONN_ERROR };

	ok(pdu_whole(&m, 72) && !pdu_whole(&m, 71) && !pdu_whole(&m, 0), "an event's length");
	m.type = PDU_RECEIVED;
	ok(pdu_whole(&m, 120) && !pdu_whole(&m, 119), "a PDU's header is in it, or it is none");
}

static void test_response(void)
{
	uint8_t bhs[PDU_BHS] = { 0x26, 0x80, 3 }, response = 99;

	ok(pdu_logout_response(bhs, &response) && response == 3, "a Logout Response and its code");
	bhs[0] = 0x20;
	bhs[2] = 7;
	ok(!pdu_logout_response(bhs, &response) && response == 3, "a NOP-In is none");
	bhs[0] = 0x66;
	ok(pdu_logout_response(bhs, &response) && response == 7, "the bit above the opcode is not its");
}

int main(void)
{
	test_requests();
	test_whole();
	test_response();
	return done_testing();
}
