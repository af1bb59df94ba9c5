// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "iscsi/iscsi_if.h"

#define STOP_CONN_TERM 1
#define STOP_CONN_RECOVER 3
#define INITIAL_CMDSN 1

static void begin(struct iscsi_if *m, uint32_t type, uint32_t first, uint32_t second)
{
	memset(m, 0, ISCSI_IF_MIN);
	m->nl.nlmsg_len = ISCSI_IF_MIN;
	m->nl.nlmsg_type = m->type = type;
	m->u[0] = first;
	m->u[1] = second;
}

/* Append @n bytes of data, padded with zeros to a multiple of 4. */
static bool append(struct iscsi_if *m, const void *data, size_t n)
{
	size_t at = m->nl.nlmsg_len - ISCSI_IF_MIN, whole = (n + 3) & ~(size_t)3;

	if (n > sizeof(m->data) || whole > sizeof(m->data) - at)
		return false;
	memset(m->data + at, 0, whole);
	if (n)
		memcpy(m->data + at, data, n);
	m->nl.nlmsg_len += whole;
	return true;
}

void iscsi_if_create_session(struct iscsi_if *m, uint16_t cmds_max, uint16_t queue_depth)
{
	uint16_t limits[2] = { cmds_max, queue_depth };

	begin(m, ISCSI_IF_CREATE_SESSION, INITIAL_CMDSN, 0);
	memcpy(&m->u[1], limits, sizeof(limits));
}

void iscsi_if_conn(struct iscsi_if *m, enum iscsi_if_type type, uint32_t sid, uint32_t cid)
{
	begin(m, type, sid, cid);
}

void iscsi_if_stop(struct iscsi_if *m, uint32_t sid, uint32_t cid, bool recover)
{
	begin(m, ISCSI_IF_STOP_CONN, sid, cid);
	m->u[4] = recover ? STOP_CONN_RECOVER : STOP_CONN_TERM;	/* behind a handle, which is unused */
}

void iscsi_if_bind(struct iscsi_if *m, uint32_t sid, uint32_t cid, int fd)
{
	uint64_t handle = fd;

	begin(m, ISCSI_IF_BIND_CONN, sid, cid);
	memcpy(&m->u[2], &handle, sizeof(handle));
	m->u[4] = 1;	/* leading */
}

bool iscsi_if_param(struct iscsi_if *m, uint32_t sid, uint32_t cid, enum iscsi_if_param param,
		    const char *value)
{
	begin(m, ISCSI_IF_SET_PARAM, sid, cid);
	m->u[2] = param;
	m->u[3] = strlen(value) + 1;	/* the kernel reads a string with its NUL */
	return append(m, value, m->u[3]);
}

bool iscsi_if_host_param(struct iscsi_if *m, uint32_t host, enum iscsi_if_host_param param,
			 const char *value)
{
	begin(m, ISCSI_IF_SET_HOST_PARAM, host, param);
	m->u[2] = strlen(value) + 1;
	return append(m, value, m->u[2]);
}

bool iscsi_if_pdu(struct iscsi_if *m, uint32_t sid, uint32_t cid, const uint8_t bhs[BHS_SIZE],
		  struct span data)
{
	begin(m, ISCSI_IF_SEND_PDU, sid, cid);
	m->u[2] = BHS_SIZE;
	m->u[3] = data.n;
	return append(m, bhs, BHS_SIZE) && append(m, data.p, data.n);
}

/* The length that a message has by its own header and by what was received; 0: malformed. */
static size_t whole(const struct iscsi_if *m, size_t len)
{
	if (len < ISCSI_IF_MIN || m->nl.nlmsg_len < ISCSI_IF_MIN || m->nl.nlmsg_len > len)
		return 0;
	return m->nl.nlmsg_len;
}

bool iscsi_if_read_reply(const struct iscsi_if *m, size_t len, enum iscsi_if_type type,
			 struct iscsi_if_reply *reply)
{
	if (!whole(m, len) || m->nl.nlmsg_type != type || (m->type == ISCSI_IF_ERROR && m->iferror >= 0))
		return false;
	*reply = (struct iscsi_if_reply){ 0 };
	if (m->type == ISCSI_IF_ERROR) {
		reply->err = m->iferror;
	} else if (type == ISCSI_IF_CREATE_SESSION) {
		reply->sid = m->r[0];
		reply->host = m->r[1];
	} else if (type != ISCSI_IF_CREATE_CONN && (int32_t)m->r[0] < 0) {
		reply->err = (int32_t)m->r[0];
	}
	return true;
}

static void read_pdu(const struct iscsi_if *m, size_t len, struct iscsi_if_event *ev)
{
	size_t n = len - ISCSI_IF_MIN, size;

	if (n < BHS_SIZE)
		return;
	size = (size_t)m->data[5] << 16 | (size_t)m->data[6] << 8 | m->data[7];
	if (size > n - BHS_SIZE)
		return;
	ev->kind = ISCSI_EVENT_PDU;
	ev->bhs = m->data;
	ev->data = (struct span){ (const char *)m->data + BHS_SIZE, size };
}

void iscsi_if_read_event(const struct iscsi_if *m, size_t len, struct iscsi_if_event *ev)
{
	memset(ev, 0, sizeof(*ev));
	len = whole(m, len);
	if (!len)
		return;
	ev->sid = m->r[0];
	switch (m->type) {
	case ISCSI_IF_CONN_ERROR:
	case ISCSI_IF_LOGIN_STATE:
		ev->kind = m->type == ISCSI_IF_CONN_ERROR ? ISCSI_EVENT_CONN_ERROR : ISCSI_EVENT_LOGIN_STATE;
		ev->cid = m->r[1];
		ev->code = m->r[2];
		break;
	case ISCSI_IF_RECV_PDU:
		ev->cid = m->r[1];
		read_pdu(m, len, ev);
		break;
	case ISCSI_IF_SESSION_CREATED:
	case ISCSI_IF_SESSION_UNBOUND:
		ev->kind = m->type == ISCSI_IF_SESSION_CREATED ? ISCSI_EVENT_CREATED : ISCSI_EVENT_UNBOUND;
		ev->host = m->r[1];
		break;
	case ISCSI_IF_SESSION_DESTROYED:	/* the other way round */
		ev->kind = ISCSI_EVENT_DESTROYED;
		ev->host = m->r[0];
		ev->sid = m->r[1];
		break;
	default:
		break;
	}
}
