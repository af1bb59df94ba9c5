// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/codes.h"
#include "boot/net/ipconfig.h"

#define KLIBC_IPCONFIG "/usr/lib/klibc/bin/ipconfig"
#define PACKETS_MAX 64		/* read in a step */
#define LINE_SHOWN 128		/* bytes of what ipconfig reports that fit into a message */

void ipconfig_init(struct ipconfig *c)
{
	*c = (struct ipconfig){ .listen = -1 };
}

static void listen_end(struct ipconfig *c)
{
	if (c->listen >= 0)
		close(c->listen);
	c->listen = -1;
}

/* What is received only makes messages clearer, so a failure is no error. */
static void listen_begin(struct ipconfig *c, int index)
{
	struct sockaddr_ll sa = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
				  .sll_ifindex = index };

	c->heard.type = 0;
	c->listen = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_IP));
	if (c->listen >= 0 && bind(c->listen, (struct sockaddr *)&sa, sizeof(sa)))
		listen_end(c);
}

static void listen_step(struct ipconfig *c, const uint8_t mac[6], struct wait *w)
{
	char packet[1500];
	unsigned reads;
	ssize_t n;

	/* bounded: a flood on one NIC must not hold up the others */
	for (reads = 0; reads < PACKETS_MAX && c->listen >= 0 &&
			(n = recv(c->listen, packet, sizeof(packet), 0)) > 0; reads++)
		dhcp_read((struct span){ packet, n }, mac, &c->heard);
	if (c->listen >= 0)
		wait_fd(w, c->listen, POLLIN);
}

int ipconfig_start(struct ipconfig *c, const struct link *l, const char *hostname, unsigned tries)
{
	char seconds[4] = "4", spec[HOSTNAME_MAX + DEVNAME_MAX + 16];
	char found[64];
	const char *argv[] = { "ipconfig", "-t", seconds, "-c", "dhcp", "-d", spec, NULL };
	int err;

	if (!spawn_find(argv[0], found, sizeof(found)))
		argv[0] = KLIBC_IPCONFIG;
	seconds[0] += tries < 2 ? 2 * tries : 4;
	/* a colon in the name would end ipconfig's field */
	if (*hostname && !strchr(hostname, ':'))
		out_text(spec, sizeof(spec), "::::%s:%s:dhcp", hostname, l->name);
	else
		out_text(spec, sizeof(spec), "%s", l->name);
	listen_begin(c, l->index);
	err = spawn_start(&c->child, argv);
	if (err)
		listen_end(c);
	return err;
}

bool ipconfig_step(struct ipconfig *c, const struct link *l, struct wait *w)
{
	bool ended = spawn_step(&c->child, w);

	listen_step(c, l->mac, w);
	if (ended)
		listen_end(c);
	return ended;
}

bool ipconfig_ok(const struct ipconfig *c)
{
	return spawn_ok(&c->child);
}

/* The last line of its output. */
static struct span last_line(const struct spawn *s)
{
	struct span all = spawn_output(s), line;

	while (all.n && all.p[all.n - 1] == '\n')
		all.n--;
	line = (struct span){ all.p + all.n, 0 };
	while (line.p > all.p && line.p[-1] != '\n')
		line = (struct span){ line.p - 1, line.n + 1 };
	if (line.n > LINE_SHOWN)
		line.n = LINE_SHOWN;
	return line;
}

void ipconfig_why(const struct ipconfig *c, const struct link *l, struct cause *why)
{
	struct span output = spawn_output(&c->child), line;

	if (c->heard.type == DHCP_ACK) {
		cause_set(why, l->name, CAUSE(DHCP_NO_ADDRESS));
	} else if (c->heard.type == DHCP_NAK) {
		cause_set(why, l->name, CAUSE(DHCP_NAK), &c->heard.server);
	} else if (c->heard.type == DHCP_OFFER) {
		cause_set(why, l->name, CAUSE(DHCP_ONLY_OFFER), &c->heard.server);
	} else if (span_find(output, "no response after").p) {
		cause_set(why, l->name, CAUSE(DHCP_NO_ANSWER));
	} else {
		line = last_line(&c->child);
		cause_set(why, l->name, CAUSE(DHCP_FAILED), &line);
	}
}

void ipconfig_stop(struct ipconfig *c)
{
	spawn_kill(&c->child);
	listen_end(c);
}
