// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "iscsi/bhs.h"
#include "iscsi/pdu.h"

#define STOP_CONN_TERM 1
#define STOP_CONN_RECOVER 3

void pdu_request(struct pdu_message *m, uint32_t type, uint64_t transport, uint32_t sid,
		 uint32_t cid)
{
	memset(m, 0, sizeof(*m));
	m->nl.nlmsg_len = offsetof(struct pdu_message, bhs);
	m->nl.nlmsg_type = m->type = type;
	m->transport = transport;
	m->u[0] = sid;
	m->u[1] = cid;
	m->u[4] = STOP_CONN_TERM;	/* behind a handle; other requests have nothing there */
}

void pdu_recover(struct pdu_message *m, uint64_t transport, uint32_t sid, uint32_t cid)
{
	pdu_request(m, PDU_STOP_CONN, transport, sid, cid);
	m->u[4] = STOP_CONN_RECOVER;
}

void pdu_logout(struct pdu_message *m, uint64_t transport, uint32_t sid, uint32_t cid)
{
	pdu_request(m, PDU_SEND, transport, sid, cid);
	m->nl.nlmsg_len = sizeof(*m);
	m->u[2] = PDU_BHS;		/* and no data */
	m->u[4] = 0;
	bhs_put_logout(m->bhs, BHS_LOGOUT_SESSION, 0);
}

bool pdu_whole(const struct pdu_message *m, size_t len)
{
	size_t least = offsetof(struct pdu_message, bhs);

	return len >= least && (m->type != PDU_RECEIVED || len >= sizeof(*m));
}

bool pdu_logout_response(const uint8_t bhs[PDU_BHS], uint8_t *response)
{
	struct bhs_logout_response r;

	if (!bhs_get_logout_response(bhs, &r))
		return false;
	*response = r.response;
	return true;
}
