// SPDX-License-Identifier: GPL-2.0-or-later
/* The process that sends requests, with a kernel of our own. */
#include "fake_iscsi.h"
#include "kernel/iscsi_helper.h"
#include "tree.h"

static struct iscsi_helper helper;
static struct iscsi_if m;

/* The next result, with the kernel at work meanwhile; 0: none within 2 s. */
static int result(struct iscsi_result *r)
{
	int64_t until = sys_now() + 2000000;
	struct wait w;
	int n;

	do {
		fake_iscsi_run();
		n = iscsi_helper_result(&helper, r);
		wait_begin(&w, sys_now() + 1000);
		wait_run(&w);
	} while (!n && sys_now() < until);
	return n;
}

static bool done(uint32_t tag, enum iscsi_if_type type, int err)
{
	struct iscsi_result r = { 0 };
	int n = result(&r);

	if (n == 1 && r.tag == tag && r.type == type && r.reply.err == err)
		return true;
	printf("# %d: tag %u, type %u, %d\n", n, r.tag, r.type, r.reply.err);
	return false;
}

static void test_requests(void)
{
	int tcp = socket(AF_INET, SOCK_STREAM, 0), file = open("/dev/null", O_RDONLY);
	struct iscsi_result r;

	is_int(iscsi_helper_start(&helper, false), 0, "it starts");
	is_int(iscsi_helper_result(&helper, &r), 0, "nothing was asked");
	iscsi_if_create_session(&m, 128, 32);
	is_int(iscsi_helper_ask(&helper, &m, 70, -1), 0, "a session");
	ok(helper.pending == 1 && helper.since, "is pending");
	ok(result(&r) == 1 && r.tag == 70 && r.type == ISCSI_IF_CREATE_SESSION && !r.reply.err &&
	   r.reply.sid == 1 && r.reply.host == 6, "its number and host");
	ok(!helper.pending && !helper.since, "nothing is pending");
	is_int(fake_session(1)->creator, -1, "nobody has created it");

	iscsi_if_conn(&m, ISCSI_IF_CREATE_CONN, 1, 0);
	iscsi_helper_ask(&helper, &m, 71, -1);
	iscsi_if_bind(&m, 1, 0, file);
	iscsi_helper_ask(&helper, &m, 72, file);
	iscsi_if_bind(&m, 1, 0, tcp);
	iscsi_helper_ask(&helper, &m, 73, tcp);
	iscsi_if_param(&m, 1, 0, ISCSI_IF_TPGT, "3");
	iscsi_helper_ask(&helper, &m, 74, -1);
	is_int(helper.pending, 4, "several at one time");
	close(tcp);
	ok(done(71, ISCSI_IF_CREATE_CONN, 0), "are carried out in order");
	ok(done(72, ISCSI_IF_BIND_CONN, -EEXIST), "a file is no socket");
	ok(done(73, ISCSI_IF_BIND_CONN, 0), "a socket that we have closed by now is bound");
	ok(done(74, ISCSI_IF_SET_PARAM, 0), "a parameter");
	is_str(fake_session(1)->param[ISCSI_IF_TPGT], "3", "its value");
	iscsi_if_stop(&m, 1, 0, true);
	iscsi_helper_ask(&helper, &m, 76, -1);
	iscsi_if_bind(&m, 1, 0, -1);
	iscsi_helper_ask(&helper, &m, 75, -1);
	ok(done(76, ISCSI_IF_STOP_CONN, 0), "a stop");
	ok(done(75, ISCSI_IF_BIND_CONN, -EEXIST), "a bind of nothing");
	close(file);
}

static unsigned count_fds(pid_t pid)
{
	char path[64];
	unsigned n = 0, i;

	for (i = 0; i < 64; i++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%u", (int)pid, i);
		n += !access(path, F_OK);
	}
	return n;
}

static void test_descriptors(void)
{
	unsigned before = count_fds(helper.pid), i;
	int tcp = socket(AF_INET, SOCK_STREAM, 0);
	bool good = true;

	ok(before <= 5, "it has its standard files, two sockets, and no other file of its parent");
	for (i = 0; i < 40; i++) {
		iscsi_if_stop(&m, 1, 0, true);
		iscsi_helper_ask(&helper, &m, i, -1);
		good &= done(i, ISCSI_IF_STOP_CONN, 0);
		iscsi_if_bind(&m, 1, 0, tcp);
		iscsi_helper_ask(&helper, &m, i, tcp);
		good &= done(i, ISCSI_IF_BIND_CONN, 0);
	}
	ok(good && count_fds(helper.pid) == before, "of 40 sockets it keeps none");
	close(tcp);
}

static void test_blocked(void)
{
	uint8_t bhs[BHS_SIZE] = { 0x43, 0x87 };
	static char data[8192];
	struct iscsi_result r;
	unsigned n = 0;
	int64_t now;
	int err;

	fake_iscsi_hang = true;
	iscsi_if_stop(&m, 1, 0, true);
	iscsi_helper_ask(&helper, &m, 1, -1);
	iscsi_if_pdu(&m, 1, 0, bhs, (struct span){ data, sizeof(data) });
	now = sys_now();
	while (!(err = iscsi_helper_ask(&helper, &m, 2, -1)) && n < 10000)
		n++;
	is_int(err, -EAGAIN, "while the kernel blocks it, its queue becomes full");
	ok(n >= 8 && sys_now() - now < 1000000, "with room for some logins, and without waiting (%u)", n);
	ok(helper.pending == n + 1 && sys_now() >= helper.since, "how long it has been so");
	is_int(iscsi_helper_result(&helper, &r), 0, "no result yet");
	fake_iscsi_hang = false;
	for (err = 0; helper.pending && result(&r) == 1; err++)
		;
	is_int(err, n + 1, "then all are carried out");
}

static void test_end(void)
{
	struct iscsi_result r;
	struct wait w;
	pid_t pid = helper.pid;
	int i;

	kill(pid, SIGTERM);
	iscsi_if_stop(&m, 1, 0, true);
	iscsi_helper_ask(&helper, &m, 5, -1);
	ok(done(5, ISCSI_IF_STOP_CONN, 0), "a signal to all processes does not end it");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	is_int(iscsi_helper_result(&helper, &r), -EPIPE, "one that was killed is found to be");
	is_int(iscsi_helper_ask(&helper, &m, 6, -1), -EPIPE, "and cannot be asked");
	iscsi_helper_end(&helper);
	ok(helper.fd < 0 && !helper.pid, "it is gone");
	is_int(iscsi_helper_ask(&helper, &m, 6, -1), -EPIPE, "still");
	is_int(iscsi_helper_start(&helper, false), 0, "another one");
	pid = helper.pid;
	iscsi_helper_end(&helper);
	ok(waitpid(pid, NULL, WNOHANG) < 0 && errno == ECHILD, "is ended and reaped");
	iscsi_helper_start(&helper, false);
	pid = helper.pid;
	close(helper.fd);
	helper.fd = -1;
	for (i = 0; i < 2000 && waitpid(pid, NULL, WNOHANG) != pid; i++) {
		wait_begin(&w, sys_now() + 1000);
		wait_run(&w);
	}
	ok(i < 2000, "ends with its parent's end of the socket");
	helper.pid = 0;
	iscsi_helper_end(&helper);
}

int main(void)
{
	tree_begin("iscsi-helper");
	fake_iscsi_begin();
	test_requests();
	test_descriptors();
	test_blocked();
	test_end();
	is_str(fake_iscsi_wrong, "", "nothing was asked for in a wrong order");
	fake_iscsi_end();
	tree_end();
	return done_testing();
}
