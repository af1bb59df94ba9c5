/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An engine with the tests' kernel (fake_iscsi.h), portals on the loopback device, and a target that answers its
 * logins as a test wants.
 */
#ifndef ISCSIROOT_ENGINE_CASE_H
#define ISCSIROOT_ENGINE_CASE_H

#include <netinet/in.h>

#include "fake_iscsi.h"
#include "keeper/engine/engine.h"
#include "tree.h"

#define TARGET "iqn.2001-04.com.example:storage"

static struct engine e;
static int events = -1;
static int listeners[LOGINS_MAX];
static unsigned accepted;		/* connections that the portals have taken */
static int last_peer = -1;		/* the last of them */
static unsigned logins, logouts;	/* requests of the kind */
static char texts[2048];		/* of the last login */
static uint8_t last_login[BHS_SIZE];

/* How the target answers. */
static bool answer_never;
static uint8_t answer_class, answer_detail;
static const char *answer_text;		/* NULL: as usual */
static unsigned answer_logout;		/* Time2Wait; 1000: never */
static unsigned answer_closes;		/* the first logins after whose answer the connection is closed */
static const char *answer_chap = "";		/* the algorithms that it knows, strongest first; "": no CHAP */

__attribute__((unused))
static void answer_as_usual(void)
{
	answer_never = false;
	answer_class = answer_detail = 0;
	answer_text = NULL;
	answer_logout = 0;
	answer_closes = 0;
	answer_chap = "";
}

static void put_response(uint32_t sid, const uint8_t *request)
{
	uint8_t bhs[BHS_SIZE] = { 0x23 };
	struct span data = span_of(answer_text ? answer_text : "TargetPortalGroupTag=1");

	if (answer_class != 2 && answer_class != 3)
		data.n++;
	else
		data.n = 0;
	bhs[1] = answer_class ? request[1] & 0x0c : request[1];
	memcpy(bhs + 8, request + 8, 6);
	bhs[15] = answer_class ? 0 : 7;
	memcpy(bhs + 16, request + 16, 4);
	bhs[27] = 9;				/* StatSN */
	bhs[31] = bhs[35] = 2;
	bhs[36] = answer_class;
	bhs[37] = answer_detail;
	fake_iscsi_receive(sid, bhs, data);
}

/* Is this text in the request? */
__attribute__((unused))
static bool has_text(struct span data, const char *text)
{
	size_t i, n = strlen(text);

	for (i = 0; i + n <= data.n; i++)
		if (!memcmp(data.p + i, text, n))
			return true;
	return false;
}

/*
 * The security stage of a target like tgt 1.0.85: it chooses the first algorithm that it knows of, cannot take the
 * response of any but MD5 (5), and refuses the login. Return: true where this was its turn.
 */
static bool put_security(uint32_t sid, const uint8_t *request, struct span data)
{
	static const char challenge[] = "CHAP_A=%\0CHAP_I=1\0CHAP_C=0x00112233445566778899aabbccddeeff";
	uint8_t bhs[BHS_SIZE] = { 0x23 };
	struct span text = span_of("AuthMethod=CHAP");
	char copy[sizeof(challenge)], offer[3] = ",5";
	static char chosen;

	if (!*answer_chap || request[1] & 0x0c)
		return false;
	if (has_text(data, "CHAP_R=")) {
		if (chosen == '5')
			return false;
		answer_class = 2;
		put_response(sid, request);
		answer_class = 0;
		return true;
	}
	text.n++;
	if (has_text(data, "CHAP_A=")) {
		for (const char *a = answer_chap; *a; a++) {
			offer[1] = chosen = *a;
			if (has_text(data, offer) || has_text(data, (const char[]){ '=', *a, '\0' }))
				break;
		}
		memcpy(copy, challenge, sizeof(copy));
		copy[7] = chosen;
		text = (struct span){ copy, sizeof(copy) };
	}
	memcpy(bhs + 8, request + 8, 6);
	memcpy(bhs + 16, request + 16, 4);
	bhs[27] = 9;
	bhs[31] = bhs[35] = 2;
	fake_iscsi_receive(sid, bhs, text);
	return true;
}

static void target(uint32_t sid, const uint8_t *bhs, struct span data)
{
	uint8_t response[BHS_SIZE] = { 0x26, 0x80 };

	if ((bhs[0] & 0x3f) == 3) {
		logins++;
		memcpy(last_login, bhs, sizeof(last_login));
		memset(texts, 0, sizeof(texts));
		memcpy(texts, data.p, data.n < sizeof(texts) - 1 ? data.n : sizeof(texts) - 1);
		if (!answer_never && !put_security(sid, bhs, data))
			put_response(sid, bhs);
		if (answer_closes && logins == answer_closes)
			fake_iscsi_error(sid, ISCSI_IF_ERR_TCP_CLOSED);
	} else if ((bhs[0] & 0x3f) == 6) {
		logouts++;
		response[41] = answer_logout;
		if (answer_logout < 1000)
			fake_iscsi_receive(sid, response, (struct span){ NULL, 0 });
	}
}

/* A portal on the loopback device, at its old port if it had one. */
static void portal_open(unsigned i)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	in.sin_port = htons(e.plan.portals[i].port);
	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) || listen(fd, 8) ||
	    getsockname(fd, (struct sockaddr *)&in, &len))
		printf("# no portal: %s\n", sys_error(errno));
	listeners[i] = fd;
	e.plan.portals[i].port = ntohs(in.sin_port);
}

__attribute__((unused))
static void portal_shut(unsigned i)
{
	close(listeners[i]);
	listeners[i] = -1;
}

static int fillers[LOGINS_MAX][4];
static bool silent[LOGINS_MAX];

/* From now on the portal does not answer a SYN: its queue is full. */
__attribute__((unused))
static void portal_silence(unsigned i)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	unsigned k;

	if (listeners[i] < 0)
		portal_open(i);
	listen(listeners[i], 0);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in.sin_port = htons(e.plan.portals[i].port);
	for (k = 0; k < 4; k++) {
		fillers[i][k] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (!connect(fillers[i][k], (struct sockaddr *)&in, sizeof(in)))
			continue;
	}
	silent[i] = true;
}

/* It answers again. */
__attribute__((unused))
static void portal_wake(unsigned i)
{
	unsigned k;

	for (k = 0; k < 4; k++)
		close(fillers[i][k]);
	listen(listeners[i], 64);
	silent[i] = false;
}

/* A plan with @n portals that listen. */
static void plan_begin(unsigned n)
{
	unsigned i;

	out_text(e.plan.initiator, sizeof(e.plan.initiator), "iqn.1993-08.org.debian:01:test");
	e.plan.n_targets = 1;
	out_text(e.plan.targets[0].name, sizeof(e.plan.targets[0].name), TARGET);
	for (i = 0; i < n; i++) {
		e.plan.portals[i].group = 1;
		scan_addr(span_of("127.0.0.1"), &e.plan.portals[i].address);
		portal_open(i);
	}
	e.plan.n_portals = n;
}

static void kernel_begin(const char *name)
{
	unsigned i;

	tree_begin(name);
	memset(&e, 0, sizeof(e));
	e.shared.helper.fd = e.shared.urandom = -1;
	for (i = 0; i < LOGINS_MAX; i++)
		listeners[i] = -1;
	fake_iscsi_begin();
	fake_iscsi_sent = target;
	events = iscsi_session_listen();
	accepted = logins = logouts = 0;
	answer_as_usual();
}

static void kernel_end(void)
{
	unsigned i;

	engine_close(&e);
	for (i = 0; i < LOGINS_MAX; i++)
		if (listeners[i] >= 0)
			portal_shut(i);
	close(events);
	fake_iscsi_end();
	tree_end();
}

static void take_events(void)
{
	static struct iscsi_if m;
	struct iscsi_if_event ev;
	int got;

	while ((got = iscsi_session_event(events, &m, &ev))) {
		if (got == -ENOBUFS)
			engine_look(&e, true);
		else if (got < 0)
			return;
		else
			engine_event(&e, &ev);
	}
}

static void accept_all(void)
{
	unsigned i;
	int fd;

	for (i = 0; i < LOGINS_MAX; i++)
		while (listeners[i] >= 0 && !silent[i] && (fd = accept4(listeners[i], NULL, NULL, SOCK_CLOEXEC)) >= 0) {
			accepted++;
			if (last_peer >= 0)
				close(last_peer);
			last_peer = fd;
		}
}

/* One turn of the loop. */
static void turn(void)
{
	struct wait w;

	engine_results(&e);
	take_events();
	wait_begin(&w, SYS_FOREVER);
	engine_step(&e, &w);
	fake_iscsi_run();
	accept_all();
	wait_begin(&w, sys_now() + 300);
	wait_run(&w);
}

/* Turns until @fn is true. False: not within @ms. */
static bool run_until(bool (*fn)(void), unsigned ms)
{
	int64_t until = sys_now() + ms * INT64_C(1000);

	do {
		turn();
		if (fn())
			return true;
	} while (sys_now() < until);
	return false;
}

static bool never(void)
{
	return false;
}

__attribute__((unused))
static void run_for(unsigned ms)
{
	run_until(never, ms);
}

static bool all_up(void)
{
	unsigned i;

	for (i = 0; i < e.n; i++)
		if (e.connections[i].step != CONN_UP || e.connections[i].broken)
			return false;
	return e.n;
}

__attribute__((unused))
static bool first_up(void)
{
	return e.connections[0].step == CONN_UP && !e.connections[0].broken;
}

__attribute__((unused))
static bool all_off(void)
{
	return engine_ended(&e);
}

__attribute__((unused))
static void begin(unsigned n, const char *name)
{
	kernel_begin(name);
	if (engine_prepare(&e, false))
		printf("# no helper\n");
	plan_begin(n);	/* after it: no other process has the portals' sockets */
}

/* With all portals logged in. */
__attribute__((unused))
static bool begin_up(unsigned n, const char *name)
{
	begin(n, name);
	engine_begin(&e);
	return run_until(all_up, 3000);
}

#endif
