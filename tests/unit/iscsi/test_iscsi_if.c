// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's iSCSI messages, byte for byte: little-endian, as the machines are that the tests run on. */
#include "iscsi/iscsi_if.h"
#include "tap.h"

static struct iscsi_if m;

/* A request is these bytes: head, the 24 of its own, 16 for the reply, data. */
static void is_request(uint32_t type, const char *own, const char *data, size_t n, const char *name)
{
	static const uint8_t zero[16];
	uint32_t head[8] = { ISCSI_IF_MIN + n, type, 0, 0, type };

	ok(m.nl.nlmsg_len == ISCSI_IF_MIN + n && !memcmp(&m, head, 24) && !memcmp(m.u, own, 24) &&
	   !memcmp(m.r, zero, 16) && !memcmp(m.data, data, n), "%s", name);
}

#define IS_REQUEST(type, own, data, name) is_request(type, own, data, sizeof(data) - 1, name)

static void test_requests(void)
{
	ok(ISCSI_IF_MIN == 72 && sizeof(struct iscsi_if) == 72 + 48 + 8192, "struct iscsi_uevent has 56 bytes");
	memset(&m, 0xff, sizeof(m));
	iscsi_if_create_session(&m, 128, 32);
	IS_REQUEST(11, "\1\0\0\0\200\0\40\0" "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0", "",
	           "CREATE_SESSION: CmdSN, commands, depth");
	memset(&m, 0xff, sizeof(m));
	iscsi_if_conn(&m, ISCSI_IF_CREATE_CONN, 7, 1);
	IS_REQUEST(13, "\7\0\0\0\1\0\0\0" "\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0", "", "CREATE_CONN");
	memset(&m, 0xff, sizeof(m));
	iscsi_if_bind(&m, 7, 1, 0x102);
	IS_REQUEST(15, "\7\0\0\0\1\0\0\0" "\2\1\0\0\0\0\0\0" "\1\0\0\0\0\0\0", "",
	           "BIND_CONN: a descriptor in 64 bits, leading");
	memset(&m, 0xff, sizeof(m));
	iscsi_if_stop(&m, 7, 1, false);
	IS_REQUEST(18, "\7\0\0\0\1\0\0\0" "\0\0\0\0\0\0\0\0" "\1\0\0\0\0\0\0", "", "STOP_CONN for good");
	iscsi_if_stop(&m, 7, 1, true);
	IS_REQUEST(18, "\7\0\0\0\1\0\0\0" "\0\0\0\0\0\0\0\0" "\3\0\0\0\0\0\0", "", "STOP_CONN for recovery");
	memset(&m, 0xff, sizeof(m));
	ok(iscsi_if_param(&m, 7, 1, ISCSI_IF_TARGET_NAME, "iqn.a"), "a value");
	IS_REQUEST(16, "\7\0\0\0\1\0\0\0" "\17\0\0\0\6\0\0\0" "\0\0\0\0\0\0\0", "iqn.a\0\0\0",
	           "SET_PARAM: its length with the NUL, padded");
	memset(&m, 0xff, sizeof(m));
	ok(iscsi_if_host_param(&m, 12, ISCSI_IF_HOST_NETDEV, "eth"), "a value of a host");
	IS_REQUEST(26, "\14\0\0\0\2\0\0\0" "\4\0\0\0\0\0\0\0" "\0\0\0\0\0\0\0", "eth\0", "SET_HOST_PARAM");
}

static void test_pdu(void)
{
	static char data[8193];
	uint8_t bhs[BHS_SIZE] = { 0x43, 0x87 };

	memset(&m, 0xff, sizeof(m));
	memset(data, 'a', sizeof(data));
	ok(iscsi_if_pdu(&m, 7, 1, bhs, (struct span){ "x=y", 3 }), "a Login");
	ok(m.nl.nlmsg_len == 72 + 48 + 4 && m.u[2] == 48 && m.u[3] == 3 && !memcmp(m.data, bhs, 48) &&
	   !memcmp(m.data + 48, "x=y\0", 4), "SEND_PDU: header, data, padding");
	ok(iscsi_if_pdu(&m, 7, 1, bhs, (struct span){ data, 8192 }) && m.nl.nlmsg_len == sizeof(m),
	   "as long as it can be");
	ok(!iscsi_if_pdu(&m, 7, 1, bhs, (struct span){ data, 8193 }), "one byte longer");
	ok(!iscsi_if_pdu(&m, 7, 1, bhs, (struct span){ data, SIZE_MAX }), "a length that wraps around");
	data[8192] = '\0';
	ok(iscsi_if_param(&m, 7, 1, ISCSI_IF_TARGET_NAME, data), "a long value");
}

static void test_reply(void)
{
	struct iscsi_if_reply r = { .err = 99 };

	iscsi_if_create_session(&m, 0, 0);
	m.r[0] = 7;
	m.r[1] = 12;
	ok(iscsi_if_read_reply(&m, 72, ISCSI_IF_CREATE_SESSION, &r) && !r.err && r.sid == 7 && r.host == 12,
	   "a session and its host");
	m.r[0] = 0x80000000;
	ok(iscsi_if_read_reply(&m, 72, ISCSI_IF_CREATE_SESSION, &r) && !r.err && r.sid == 0x80000000,
	   "are not read as an error");
	ok(!iscsi_if_read_reply(&m, 72, ISCSI_IF_BIND_CONN, &r) && r.sid == 0x80000000,
	   "the reply to something else");
	iscsi_if_bind(&m, 7, 0, 5);
	m.r[0] = -107;
	ok(iscsi_if_read_reply(&m, 72, ISCSI_IF_BIND_CONN, &r) && r.err == -107 && !r.sid, "ENOTCONN");
	m.r[0] = 5;
	ok(iscsi_if_read_reply(&m, 72, ISCSI_IF_BIND_CONN, &r) && !r.err, "a positive code is none");
	m.type = ISCSI_IF_ERROR;
	m.iferror = -22;
	ok(iscsi_if_read_reply(&m, 72, ISCSI_IF_BIND_CONN, &r) && r.err == -22, "EINVAL of the interface");
	m.iferror = 0;
	ok(!iscsi_if_read_reply(&m, 72, ISCSI_IF_BIND_CONN, &r), "an error without one");
	m.iferror = -22;
	ok(!iscsi_if_read_reply(&m, 71, ISCSI_IF_BIND_CONN, &r) &&
	   !iscsi_if_read_reply(&m, 0, ISCSI_IF_BIND_CONN, &r),
	   "a message that was cut");
	m.nl.nlmsg_len = 73;
	ok(!iscsi_if_read_reply(&m, 72, ISCSI_IF_BIND_CONN, &r), "one that claims more than there is");
	m.nl.nlmsg_len = 16;
	ok(!iscsi_if_read_reply(&m, 72, ISCSI_IF_BIND_CONN, &r), "or less than it must have");
}

static struct iscsi_if_event event(uint32_t type, uint32_t a, uint32_t b, uint32_t c, size_t data)
{
	struct iscsi_if_event ev;

	memset(&ev, 0xff, sizeof(ev));
	m.nl.nlmsg_len = 72 + data;
	m.type = type;
	m.r[0] = a;
	m.r[1] = b;
	m.r[2] = c;
	iscsi_if_read_event(&m, m.nl.nlmsg_len, &ev);
	return ev;
}

static void test_events(void)
{
	struct iscsi_if_event ev = event(102, 7, 1, 1020, 0);

	ok(ev.kind == ISCSI_EVENT_CONN_ERROR && ev.sid == 7 && ev.cid == 1 && ev.code == 1020 && !ev.host && !ev.bhs,
	   "CONN_ERROR");
	ev = event(109, 7, 1, 3, 0);
	ok(ev.kind == ISCSI_EVENT_LOGIN_STATE && ev.sid == 7 && ev.cid == 1 && ev.code == 3,
	   "CONN_LOGIN_STATE");
	ev = event(106, 7, 12, 9, 0);
	ok(ev.kind == ISCSI_EVENT_CREATED && ev.sid == 7 && ev.host == 12 && !ev.cid && !ev.code,
	   "a session was created");
	ev = event(105, 7, 12, 9, 0);
	ok(ev.kind == ISCSI_EVENT_UNBOUND && ev.sid == 7 && ev.host == 12, "its disks were removed");
	ev = event(104, 12, 7, 9, 0);
	ok(ev.kind == ISCSI_EVENT_DESTROYED && ev.sid == 7 && ev.host == 12,
	   "it was destroyed: the host comes first");
	ev = event(107, 7, 1, 9, 0);
	ok(ev.kind == ISCSI_EVENT_OTHER, "an event of an adapter's");
	ev = event(16, 7, 1, 9, 0);
	ok(ev.kind == ISCSI_EVENT_OTHER, "a reply is no event");
	m.nl.nlmsg_len = 90;
	m.type = 102;
	iscsi_if_read_event(&m, 89, &ev);
	ok(ev.kind == ISCSI_EVENT_OTHER && !ev.sid, "one that was cut");
}

static void test_received(void)
{
	struct iscsi_if_event ev;

	memset(m.data, 0, 48);
	m.data[0] = 0x23;
	m.data[7] = 3;
	ev = event(101, 7, 1, 0, 52);
	ok(ev.kind == ISCSI_EVENT_PDU && ev.sid == 7 && ev.cid == 1 && ev.bhs == m.data && ev.bhs[0] == 0x23 &&
	   ev.data.p == (const char *)m.data + 48 && ev.data.n == 3,
	                 "a PDU: its data ends where the header says");
	m.data[7] = 0;
	ev = event(101, 7, 1, 0, 48);
	ok(ev.kind == ISCSI_EVENT_PDU && !ev.data.n, "one without data");
	ev = event(101, 7, 1, 0, 47);
	ok(ev.kind == ISCSI_EVENT_OTHER && !ev.bhs && ev.sid == 7, "one whose header was cut");
	m.data[7] = 5;
	ev = event(101, 7, 1, 0, 52);
	ok(ev.kind == ISCSI_EVENT_OTHER && !ev.bhs && !ev.data.p, "one with more data than the message");
	m.data[7] = 3;
	m.data[5] = 1;
	ev = event(101, 7, 1, 0, 52);
	ok(ev.kind == ISCSI_EVENT_OTHER, "all three bytes of the length count");
	m.data[5] = 0;
	m.data[6] = 0x20;
	m.data[7] = 0;
	ev = event(101, 7, 1, 0, 48 + 8192);
	ok(ev.kind == ISCSI_EVENT_PDU && ev.data.n == 8192, "as much as a login can have");
}

int main(void)
{
	test_requests();
	test_pdu();
	test_reply();
	test_events();
	test_received();
	return done_testing();
}
