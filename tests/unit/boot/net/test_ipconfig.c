// SPDX-License-Identifier: GPL-2.0-or-later
/* How ipconfig is called, and what its failures are called. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/codes.h"
#include "boot/net/ipconfig.h"
#include "tap.h"

static struct link link_of = { .index = 1, .name = "eth0", .mac = { 2, 0, 0, 0, 0, 1 } };
static struct ipconfig c;

/* In place of a child: what it would have been called with. */
static char called[256];
static int start_error;
static bool ended;

bool spawn_find(const char *name, char *path, size_t size)
{
	(void)name;
	(void)path;
	(void)size;
	return false;
}

int spawn_start(struct spawn *s, const char *const argv[])
{
	s->len = 0;
	called[0] = '\0';
	for (; *argv; argv++)
		snprintf(called + strlen(called), sizeof(called) - strlen(called), "%s ", *argv);
	return start_error;
}

bool spawn_step(struct spawn *s, struct wait *w)
{
	(void)s;
	(void)w;
	return ended;
}

struct span spawn_output(const struct spawn *s)
{
	return (struct span){ s->output, s->len };
}

bool spawn_ok(const struct spawn *s)
{
	return !s->status;
}

void spawn_kill(struct spawn *s)
{
	s->pid = 0;
}

static void test_start(void)
{
	static const char *const seconds[] = { "-t 4 ", "-t 6 ", "-t 8 ", "-t 8 " };
	struct wait w = { .n = 0 };
	unsigned i;

	ipconfig_init(&c);
	is_int(c.listen, -1, "nothing is listened to");
	ok(!ipconfig_start(&c, &link_of, "", 0), "it is started");
	is_str(called, "/usr/lib/klibc/bin/ipconfig -t 4 -c dhcp -d eth0 ",
	       "klibc's own, where the path has none");
	for (i = 0; i < 4; i++) {
		ipconfig_stop(&c);
		ipconfig_start(&c, &link_of, "", i);
		ok(strstr(called, seconds[i]), "run %u waits longer: %s", i, called);
	}
	ended = false;
	ok(!ipconfig_step(&c, &link_of, &w), "it runs");
	is_int(w.n, c.listen >= 0, "the socket is waited for, where there may be one");
	ended = true;
	ok(ipconfig_step(&c, &link_of, &w) && c.listen == -1, "at its end the socket is closed");
	ipconfig_start(&c, &link_of, "web1", 0);
	ok(strstr(called, "-d ::::web1:eth0:dhcp "), "a hostname is sent");
	ipconfig_stop(&c);
	is_int(c.listen, -1, "stopped, the socket is closed");
	ipconfig_start(&c, &link_of, "a:b", 0);
	ok(strstr(called, "-d eth0 "), "not one with a colon");
	ipconfig_stop(&c);
	start_error = -ENOENT;
	is_int(ipconfig_start(&c, &link_of, "", 0), -ENOENT, "no such program");
	is_int(c.listen, -1, "then nothing is listened to");
}

/* A flood on one NIC: the others must have their turn. */
static void test_flood(void)
{
	struct wait w = { .n = 0 };
	char packet[64] = "";
	int fd[2], i;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd))
		return;
	for (i = 0; i < 100 && send(fd[1], packet, sizeof(packet), 0) > 0; i++)
		;
	ok(i == 100, "%d packets are waiting", i);
	c.listen = fd[0];
	ended = false;
	ipconfig_step(&c, &link_of, &w);
	ok(recv(fd[0], packet, sizeof(packet), MSG_PEEK) > 0, "some are left for the next step");
	close(fd[1]);
	ipconfig_stop(&c);
}

static const char *why(uint8_t heard, const char *output)
{
	static struct cause cause;

	memset(&cause, 0, sizeof(cause));
	c.heard.type = heard;
	scan_addr(span_of("192.0.2.1"), &c.heard.server);
	c.child.output = c.child.tail;
	c.child.len = snprintf(c.child.tail, sizeof(c.child.tail), "%s", output);
	ipconfig_why(&c, &link_of, &cause);
	ok(cause.code == CODE_UNAVAILABLE && !strcmp(cause.object, "eth0"), "code and interface");
	return cause.text;
}

static void test_why(void)
{
	char longer[400];

	is_str(why(DHCP_ACK, ""), "the DHCP answer has no usable address (check the DHCP server)", "ACK");
	is_str(why(DHCP_NAK, ""), "DHCP server 192.0.2.1 refused the address (check its leases and "
	       "reservations)", "NAK");
	is_str(why(DHCP_OFFER, "no response after 4 seconds"), "DHCP server 192.0.2.1 offered an "
	       "address, then stopped answering (see its log)", "OFFER");
	is_str(why(0, "IP-Config: eth0\nIP-Config: no response after 4 secs - giving up\n"),
	       "no answer from a DHCP server (start one on this network, or give an address in ip=)",
	       "no server");
	is_str(why(0, "first\nIP-Config: eth0: SIOCGIFINDEX: No such device\n\n"),
	       "DHCP gave no address; ipconfig reports: IP-Config: eth0: SIOCGIFINDEX: No such device",
	       "another reason: the last line");
	is_str(why(0, ""), "DHCP gave no address; ipconfig reports: ", "and no line at all");
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	is_int(strlen(why(0, longer)), strlen("DHCP gave no address; ipconfig reports: ") + 128,
	       "a long line is cut: the console line has no room for it");
}

int main(void)
{
	test_start();
	test_flood();
	test_why();
	return done_testing();
}
