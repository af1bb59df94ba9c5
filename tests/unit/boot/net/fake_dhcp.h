/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of boot/net: a DHCP client that ends when it is told to, and files of leases in memory.
 * What is done is written down in `asked`, as the kernel's requests are.
 */
#ifndef ISCSIROOT_FAKE_DHCP_H
#define ISCSIROOT_FAKE_DHCP_H

#include "base/codes.h"
#include "boot/net/ipconfig.h"
#include "boot/net/netconf.h"
#include "fake_rtnl.h"

static bool dhcp_ended, dhcp_good;	/* the client's state */
static int dhcp_start_error;
static struct lease stored;		/* in /run/net-DEV.conf; without an address: no file */
static const char *malformed = "";	/* what netconf_write() refuses */
static int write_error;

void ipconfig_init(struct ipconfig *c)
{
	c->listen = -1;
}

int ipconfig_start(struct ipconfig *c, const struct link *l, const char *hostname, unsigned tries)
{
	(void)c;
	ask("ipconfig %s '%s' %u", l->name, hostname, tries);
	return dhcp_start_error;
}

bool ipconfig_step(struct ipconfig *c, const struct link *l, struct wait *w)
{
	(void)c;
	(void)l;
	if (!dhcp_ended)
		wait_fd(w, 0, POLLIN);
	return dhcp_ended;
}

bool ipconfig_ok(const struct ipconfig *c)
{
	(void)c;
	return dhcp_good;
}

void ipconfig_why(const struct ipconfig *c, const struct link *l, struct cause *why)
{
	(void)c;
	cause_set(why, l->name, CAUSE(DHCP_NO_ANSWER));
}

void ipconfig_stop(struct ipconfig *c)
{
	(void)c;
	ask("ipconfig stop");
}

int netconf_load(const char *device, struct lease *l)
{
	(void)device;
	if (!stored.address.family)
		return -ENOENT;
	*l = stored;
	return 0;
}

void netconf_remove(const char *device)
{
	ask("remove %s", device);
}

int netconf_write(const struct plan *p, const bool nets[NETS_MAX], bool dhcp, const char *device,
		  char key[24])
{
	(void)p;
	(void)nets;
	snprintf(key, 24, "%s", malformed);
	ask("write %s%s", device, dhcp ? " dhcp" : "");
	return write_error;
}

/* A lease of 192.0.2.50/24 by the gateway 192.0.2.1 that the link has, too. */
__attribute__((unused))
static void store_lease(void)
{
	stored = (struct lease){ .dhcp = true, .address = ip("192.0.2.50"), .prefix = 24,
				 .gateway = ip("192.0.2.1") };
	has_addr = stored.address;
}

#endif
