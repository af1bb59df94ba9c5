// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel of the tests refuses what Linux refuses, and notes what an engine must not do. */
#include "fake_iscsi.h"
#include "kernel/iscsi_helper.h"
#include "tree.h"

static struct iscsi_helper helper;
static struct iscsi_if m;
static char sent[64];
static int tcp;

/* Carry out the request in @m; its error. */
static int ask(int fd)
{
	int64_t until = sys_now() + 2000000;
	struct iscsi_result r = { 0 };
	struct wait w;
	int n;

	iscsi_helper_ask(&helper, &m, 1, fd);
	do {
		fake_iscsi_run();
		n = iscsi_helper_result(&helper, &r);
		wait_begin(&w, sys_now() + 200);
		wait_run(&w);
	} while (!n && sys_now() < until);
	return n == 1 ? r.reply.err : n ? n : -ETIMEDOUT;
}

static int ask_conn(enum iscsi_if_type type)
{
	iscsi_if_conn(&m, type, 1, 0);
	return ask(-1);
}

static int ask_bind(void)
{
	iscsi_if_bind(&m, 1, 0, tcp);
	return ask(tcp);
}

static int ask_stop(bool recover)
{
	iscsi_if_stop(&m, 1, 0, recover);
	return ask(-1);
}

static int ask_param(enum iscsi_if_param param, const char *value)
{
	iscsi_if_param(&m, 1, 0, param, value);
	return ask(-1);
}

static int ask_send(uint8_t opcode, const char *text)
{
	uint8_t bhs[BHS_SIZE] = { opcode };

	iscsi_if_pdu(&m, 1, 0, bhs, span_of(text));
	return ask(-1);
}

static void set_all(const char *first_burst)
{
	static const enum iscsi_if_param params[] = { ISCSI_IF_MAX_RECV, ISCSI_IF_MAX_XMIT, ISCSI_IF_HEADER_DIGEST,
		ISCSI_IF_DATA_DIGEST, ISCSI_IF_INITIAL_R2T, ISCSI_IF_MAX_BURST, ISCSI_IF_EXP_STATSN, ISCSI_IF_TPGT };
	unsigned i;

	for (i = 0; i < sizeof(params) / sizeof(*params); i++)
		ask_param(params[i], "1");
	ask_param(ISCSI_IF_IMMEDIATE_DATA, "1");
	ask_param(ISCSI_IF_TARGET_NAME, "iqn.2001-04.com.example:storage");
	ask_param(ISCSI_IF_PERSISTENT_ADDRESS, "192.0.2.1");
	ask_param(ISCSI_IF_PERSISTENT_PORT, "3260");
	ask_param(ISCSI_IF_FIRST_BURST, first_burst);
}

static void note_pdu(uint32_t sid, const uint8_t *bhs, struct span data)
{
	snprintf(sent, sizeof(sent), "%u %02x %02x %.*s", sid, bhs[0], bhs[19], (int)data.n, data.p);
}

/* The one session as the rest of the project sees it. */
static const struct session *listed(void)
{
	static struct session list[SESSIONS_MAX];

	memset(list, 0, sizeof(list));
	return session_list(list, SESSIONS_MAX) == 1 ? list : NULL;
}

static void test_order(void)
{
	is_int(ask_conn(ISCSI_IF_CREATE_CONN), -EINVAL, "a connection of no session");
	iscsi_if_create_session(&m, 0, 0);
	is_int(ask(-1), 0, "a session");
	ok(listed() && listed()->sid == 1 && listed()->host == 6 && !listed()->logged_in && !*listed()->target, "in sysfs");
	is_int(ask_stop(true), -EINVAL, "it has no connection");
	is_int(ask_conn(ISCSI_IF_CREATE_CONN), 0, "now it has");
	is_int(ask_param(ISCSI_IF_TPGT, "1"), -ENOTCONN, "which takes no parameters");
	is_int(ask_param(ISCSI_IF_RECOVERY_TMO, "2147483"), 0, "but one");
	is_int(ask_send(0x43, "a=b"), -EPERM, "and sends nothing");
	is_int(ask_bind(), 0, "until it is bound");
	is_int(ask_send(0x43, "a=b"), 0, "then it sends a Login");
	is_str(sent, "1 43 01 a=b", "with the kernel's tag");
	is_int(ask_send(0x43, "c=d"), -EPERM, "and no other before the response");
	is_int(ask_send(0x46, ""), -EPERM, "nor a Logout before it is logged in");
	set_all("2");
	is_int(ask_conn(ISCSI_IF_START_CONN), -EINVAL, "bursts the wrong way round");
	is_str(fake_iscsi_wrong, "session 1: started in the login\n", "a start before the login's end is noted");
	fake_iscsi_wrong[0] = '\0';
}

static void test_recovery(void)
{
	uint8_t response[BHS_SIZE] = { 0x23 };

	fake_iscsi_receive(1, response, span_of(""));
	ask_param(ISCSI_IF_FIRST_BURST, "1");
	is_int(ask_conn(ISCSI_IF_START_CONN), 0, "started");
	ok(listed()->logged_in && !strcmp(listed()->target, "iqn.2001-04.com.example:storage") &&
	   !strcmp(listed()->address, "192.0.2.1") && listed()->port == 3260, "logged in, in sysfs");
	is_int(ask_send(0x00, ""), 0, "it sends");
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	ok(!listed()->logged_in, "after an error it is not logged in");
	is_int(ask_bind(), -ENOTCONN, "cannot be bound");
	is_int(ask_send(0x00, ""), -ENOTCONN, "send");
	is_int(ask_conn(ISCSI_IF_START_CONN), -ENOTCONN, "or be started");
	is_int(ask_bind(), -ENOTCONN, "however often");
	is_str(fake_iscsi_wrong, "", "Linux refuses these itself");
	is_int(ask_stop(true), 0, "until it is stopped");
	is_str(fake_session(1)->param[ISCSI_IF_HEADER_DIGEST], "0", "which turns digests off");
	is_int(ask_bind(), 0, "then it is bound");
	is_int(ask_conn(ISCSI_IF_START_CONN), 0, "and started");
	ok(strstr(fake_iscsi_wrong, "session 1: started without parameter 14\n") &&
	   strstr(fake_iscsi_wrong, "started without parameter 0\n"), "without parameters, which is noted");
	fake_iscsi_wrong[0] = '\0';
	is_int(ask_bind(), 0, "a bind without a stop");
	is_str(fake_iscsi_wrong, "session 1: bound again without a stop\n", "is noted");
	fake_iscsi_wrong[0] = '\0';
	is_int(ask_param(24, "secret"), 0, "so is a password");
	is_str(fake_iscsi_wrong, "session 1: a password in a parameter\n", "in a parameter");
	fake_iscsi_wrong[0] = '\0';
}

static void test_end(void)
{
	is_int(ask_conn(ISCSI_IF_DESTROY_SESSION), -EBUSY, "a session that has a connection");
	is_int(ask_stop(false), 0, "stopped for good");
	is_int(ask_send(0x43, ""), -EPERM, "it sends no more");
	is_int(ask_conn(ISCSI_IF_DESTROY_CONN), 0, "its connection");
	is_int(ask_conn(ISCSI_IF_DESTROY_SESSION_ASYNC), 0, "and it");
	ok(!listed(), "it is gone from sysfs");
	is_int(ask_conn(99), -EINVAL, "there is nothing else");
}

int main(void)
{
	tree_begin("fake-iscsi");
	fake_iscsi_begin();
	fake_iscsi_sent = note_pdu;
	tcp = socket(AF_INET, SOCK_STREAM, 0);
	is_int(iscsi_helper_start(&helper, false), 0, "a helper");
	test_order();
	test_recovery();
	test_end();
	iscsi_helper_end(&helper);
	fake_iscsi_end();
	tree_end();
	return done_testing();
}
