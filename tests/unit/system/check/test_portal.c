// SPDX-License-Identifier: GPL-2.0-or-later
/* The items portal ADDRESS:PORT: is something listening there? */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "system/check/check.h"
#include "system/machine.h"

static struct check c;
static unsigned open_port, closed_port;

/* A listening socket of this host; its port. */
static unsigned listen_on(int *fd)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);

	*fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(*fd, (struct sockaddr *)&sin, sizeof(sin)) || listen(*fd, 8) ||
	    getsockname(*fd, (struct sockaddr *)&sin, &len))
		perror("listen");
	return ntohs(sin.sin_port);
}

static void add_portal(unsigned target, const char *host, unsigned port)
{
	struct plan_target *t = &c.plan.targets[target];
	struct plan_portal *p = &t->portals[t->n_portals++];

	if (c.plan.n_targets <= target)
		c.plan.n_targets = target + 1;
	snprintf(t->name, sizeof(t->name), "iqn.2001-04.com.example:%u", target);
	p->port = (uint16_t)port;
	if (!scan_addr(span_of(host), &p->addr))
		snprintf(p->host, sizeof(p->host), "%s", host);
}

static void begin(void)
{
	memset(&c, 0, sizeof(c));
	report_begin(&c.report, true);
	c.valid = true;
}

static void is_line(const char *state, const char *host, unsigned port, const char *text, const char *name)
{
	char line[256];

	snprintf(line, sizeof(line), "%s portal %s:%u: %s", state, host, port, text);
	has_item(&c.report, line, name);
}

int main(void)
{
	static const char refused[] = "connection refused (check that the target listens on this port)";
	int fd, gone;

	open_port = listen_on(&fd);
	closed_port = listen_on(&gone);
	close(gone);

	begin();
	add_portal(0, "127.0.0.1", open_port);
	check_portals(&c);
	is_line("ok", "127.0.0.1", open_port, "answers", "a portal that answers");
	begin();
	add_portal(0, "127.0.0.1", closed_port);
	check_portals(&c);
	is_line("fail", "127.0.0.1", closed_port, refused, "the only portal refuses");
	begin();
	add_portal(0, "127.0.0.1", closed_port);
	add_portal(0, "127.0.0.1", open_port);
	add_portal(1, "127.0.0.1", open_port);
	check_portals(&c);
	is_line("warn", "127.0.0.1", closed_port, refused, "another portal of the target answers");
	is_line("ok", "127.0.0.1", open_port, "answers", "and is reported");
	ok(strlen(machine_items(&c.report)) < 200, "a portal of two targets is reported once");
	begin();
	add_portal(0, "storage.example", 3260);
	check_portals(&c);
	is_line("warn", "storage.example", 3260, "host name, not tested: the boot would depend on a name server too "
		"(use its address)", "a host name");
	begin();
	c.valid = false;
	add_portal(0, "127.0.0.1", open_port);
	check_portals(&c);
	is_items(&c.report, "", "an invalid configuration: no portal is tested");
	return done_testing();
}
