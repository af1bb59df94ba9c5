// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A datagram of any bytes as a message of the kernel's: what is called whole can be read. The same
 * bytes as session and connection: a request for them is whole, and is what was asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "iscsi/pdu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

/* Whether a message is whole does not hang on anything but its kind and its length. */
static void check_message(const struct pdu_message *m, size_t len)
{
	uint32_t sum = 0;
	uint8_t response;

	if (!pdu_whole(m, len)) {
		must(len < sizeof(*m));
		return;
	}
	sum = m->u[0] + m->r[0] + m->r[1] + m->r[2] + (uint32_t)m->iferror;
	if (m->type == PDU_RECEIVED) {
		bool is = pdu_logout_response(m->bhs, &response);

		must(is == ((m->bhs[0] & 0x3f) == 0x26) && (!is || response == m->bhs[2]));
	}
	__asm__ volatile("" : : "r"(sum));
}

static void check_requests(const uint8_t *data, size_t size)
{
	static const uint32_t types[] = { PDU_DESTROY_SESSION, PDU_DESTROY_CONN, PDU_STOP_CONN };
	uint32_t id[4] = { 0 };
	struct pdu_message m;
	uint64_t handle;
	uint8_t response;
	size_t i;

	memcpy(id, data, size < sizeof(id) ? size : sizeof(id));
	handle = (uint64_t)id[0] << 32 | id[1];
	for (i = 0; i < 3; i++) {
		pdu_request(&m, types[i], handle, id[2], id[3]);
		must(pdu_whole(&m, m.nl.nlmsg_len) && m.type == types[i] && m.nl.nlmsg_type == m.type);
		must(m.transport == handle && m.u[0] == id[2] && m.u[1] == id[3]);
	}
	pdu_recover(&m, handle, id[2], id[3]);
	must(pdu_whole(&m, m.nl.nlmsg_len) && m.type == PDU_STOP_CONN && m.u[4] == 3);
	pdu_logout(&m, handle, id[2], id[3]);
	must(m.nl.nlmsg_len == sizeof(m) && m.type == PDU_SEND && m.u[2] == PDU_BHS && !m.u[3]);
	must(m.u[0] == id[2] && m.u[1] == id[3] && m.bhs[0] == 0x46 && m.bhs[1] == 0x80);
	must(!pdu_logout_response(m.bhs, &response));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of its very size: a byte too far is seen */
	struct pdu_message *m = malloc(size ? size : 1);

	if (size)
		memcpy(m, data, size);
	check_message(m, size);
	check_requests(data, size);
	free(m);
	return 0;
}
