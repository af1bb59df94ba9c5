// SPDX-License-Identifier: GPL-2.0-or-later
/* What happens to one connection: the target closes it at each step, redirects it, or does not answer. */
#include "engine_case.h"

#define C (&e.connections[0])

static enum conn_step wanted;

static bool at_step(void)
{
	return C->step == wanted;
}

/* An attempt has failed. */
static bool caused(void)
{
	return C->cause.code && C->cause.id != CAUSE_SESSION_RESTORED;
}

/* The target closes the connection while the kernel carries out the request that is the @nth of the login. */
static void test_close_at_each_step(void)
{
	unsigned nth, n, failed = 0, seen = 0;

	begin_up(1, "connection");
	for (nth = 1; nth < 34; nth++) {
		fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
		n = 0;
		while (n < nth && !(first_up() && n)) {
			enum conn_step before = C->step;
			unsigned param = C->param;

			turn();
			n += C->step != before || C->param != param;
		}
		seen |= 1u << C->step;
		fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
		failed += !run_until(first_up, 4000);
	}
	is_int(failed, 0, "a connection that is closed at any step is restored");
	ok(seen & 1u << CONN_NAMES && seen & 1u << CONN_AGREED, "in the middle of the parameters, too");
	is_str(fake_iscsi_wrong, "", "in the right order");
	is_int(fake_session(1)->sid, 1, "it is the same session");
	ok(!fake_session(2), "the only one");
	kernel_end();
}

/* The kernel refuses each kind of request once. */
static void test_refused_requests(void)
{
	static const uint32_t types[] = {
		ISCSI_IF_CREATE_SESSION, ISCSI_IF_CREATE_CONN, ISCSI_IF_BIND_CONN, ISCSI_IF_SET_PARAM,
		ISCSI_IF_SEND_PDU, ISCSI_IF_START_CONN,
	};
	unsigned i, failed = 0;

	for (i = 0; i < sizeof(types) / sizeof(*types); i++) {
		begin(1, "connection");
		fake_iscsi_refuse = types[i];
		fake_iscsi_refuse_with = -ENOMEM;
		engine_begin(&e);
		failed += !run_until(first_up, 5000) || fake_session(2) || *fake_iscsi_wrong;
		if (*fake_iscsi_wrong)
			printf("# %u: %s", types[i], fake_iscsi_wrong);
		kernel_end();
	}
	is_int(failed, 0, "each request that the kernel refuses is made again");
	begin_up(1, "connection");
	fake_iscsi_refuse = ISCSI_IF_STOP_CONN;
	fake_iscsi_refuse_with = -ENOMEM;
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	wanted = CONN_PAUSE;
	run_for(50);
	ok(run_until(first_up, 4000), "a stop, too");
	is_str(fake_iscsi_wrong, "", "in the right order");
	kernel_end();
}

static void test_no_response(void)
{
	begin(1, "connection");
	out_text(e.plan.params[0], sizeof(e.plan.params[0]), "node.conn[0].timeo.login_timeout=1");
	e.plan.n_params = 1;
	answer_never = true;
	engine_begin(&e);
	run_until(caused, 5000);
	is_int(C->cause.id, CAUSE_NO_LOGIN_RESPONSE, "no response");
	is_str(C->cause.object + strlen(C->cause.object) - strlen(TARGET), TARGET, "of this target");
	answer_never = false;
	ok(run_until(first_up, 4000) && !C->cause.code, "one that answers in the end");
	kernel_end();
}

static void redirect_to(char *text, size_t size, unsigned i)
{
	out_text(text, size, "TargetAddress=127.0.0.1:%u,1", e.plan.portals[i].port);
	answer_class = 1;
	answer_text = text;
}

static bool redirected(void)
{
	if (C->redirected)
		answer_as_usual();
	return first_up();
}

static void test_redirect(void)
{
	char text[64], port[8];
	unsigned before;

	begin(2, "connection");
	e.plan.n_portals = 1;
	redirect_to(text, sizeof(text), 1);
	answer_detail = 1;
	engine_begin(&e);
	ok(run_until(redirected, 4000) && accepted == 2, "a login is redirected");
	out_text(port, sizeof(port), "%u", e.plan.portals[0].port);
	is_str(fake_session(1)->param[ISCSI_IF_PERSISTENT_PORT], port, "the session keeps its own portal's address");
	is_str(fake_iscsi_wrong, "", "in the right order");
	portal_shut(1);
	before = accepted;
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	ok(run_until(first_up, 3000) && accepted == before + 1, "temporarily: the next login is at the original");

	portal_open(1);
	redirect_to(text, sizeof(text), 1);
	answer_detail = 2;
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	ok(run_until(redirected, 4000), "permanently");
	portal_shut(0);
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	ok(run_until(first_up, 3000), "the next login is at the new one");
	portal_shut(1);
	portal_open(0);
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	ok(run_until(first_up, 3000), "and when that is gone, at the original");

	redirect_to(text, sizeof(text), 0);
	answer_detail = 1;
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	before = accepted;
	run_until(caused, 3000);
	is_int(C->cause.id, CAUSE_REDIRECT_LOOP, "a loop");
	ok(accepted - before < 20, "ends");
	answer_as_usual();
	ok(run_until(first_up, 4000), "and is tried again");
	kernel_end();
}

/* The end of one that is not up. */
static void test_end(void)
{
	begin_up(1, "connection");
	portal_shut(0);
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	run_for(100);
	engine_logout(&e);
	ok(run_until(all_off, 2000) && !logouts && !fake_session(1), "one that is lost is destroyed without a Logout");
	kernel_end();

	begin(1, "connection");
	portal_shut(0);
	engine_begin(&e);
	run_for(50);
	engine_logout(&e);
	ok(run_until(all_off, 2000) && !fake_session(1), "one that was never up");
	kernel_end();

	begin_up(1, "connection");
	answer_logout = 1000;
	engine_logout(&e);
	wanted = CONN_LOGOUT;
	run_until(at_step, 1000);
	run_for(100);
	C->deadline = sys_now();
	ok(run_until(all_off, 2000) && logouts == 1 && !fake_session(1), "a target that does not answer the Logout");
	kernel_end();
}

static void test_mutual(void)
{
	begin(1, "connection");
	answer_text = "AuthMethod=None";
	out_text(e.plan.targets[0].username, 8, "user");
	out_text(e.plan.targets[0].password, 16, "secretsecret");
	engine_begin(&e);
	run_until(caused, 3000);
	ok(strstr(texts, "InitiatorName=iqn") == texts && !(last_login[1] & 0x0c), "with credentials it begins with security");
	is_int(C->cause.code, 77, "a target that skips it is refused");
	ok(C->attempts >= 1 && C->step != CONN_UP, "and tried again");
	kernel_end();
}

static bool refused(void)
{
	return C->cause.code == 77;
}

/* It chooses SHA-256, cannot read so long a response, refuses the login and closes the connection. */
static void test_algorithms(void)
{
	begin(1, "connection");
	out_text(e.plan.targets[0].username, 8, "user");
	out_text(e.plan.targets[0].password, 16, "secretsecret");
	answer_chap = "75";
	answer_closes = 3;
	engine_begin(&e);
	ok(run_until(first_up, 3000), "CHAP with an algorithm that the target cannot do: another one");
	ok(accepted == 2 && logins == 7 && !C->attempts, "at once");
	ok(!*logged || !strstr(logged, "refused"), "nothing is reported of it");
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	ok(run_until(first_up, 3000) && accepted == 3, "the next login begins with what has worked");
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	logins = 0;
	answer_chap = "7";
	answer_closes = 6;
	run_until(refused, 3000);
	is_int(C->cause.code, 77, "none is left: refused, though the connection was closed at once");
	answer_as_usual();
	kernel_end();
}

int main(void)
{
	test_close_at_each_step();
	test_refused_requests();
	test_no_response();
	test_redirect();
	test_end();
	test_mutual();
	test_algorithms();
	return done_testing();
}
