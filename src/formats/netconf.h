/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netconf_text: the text of /run/net-DEV.conf, as klibc's ipconfig writes it (usr/kinit/ipconfig/
 * main.c, dump_device_config). Pure.
 */
#ifndef ISCSIROOT_FORMATS_NETCONF_H
#define ISCSIROOT_FORMATS_NETCONF_H

#include "base/limits.h"
#include "base/scan.h"
#include "formats/route.h"

#define LEASE_ROUTES_MAX 51	/* option 121: what 255 bytes hold of the shortest; clouds send three */

/* What such a file says. */
struct lease {
	bool dhcp;			/* PROTO; else static */
	struct addr address, gateway;	/* family 0: none */
	uint8_t prefix;
	char hostname[HOSTNAME_MAX + 1];
	char search[SEARCH_MAX + 1];		/* domain search list; else the domain */
	unsigned n_dns;
	struct addr dns[2];
	unsigned n_routes;		/* option 121: with them the gateway does not count, RFC 3442 */
	struct route routes[LEASE_ROUTES_MAX];
	bool routes_cut;		/* there are more */
};

/**
 * netconf_clean() - write the known keys of @conf again, each value checked for what it should be
 * and in single quotes; a value that is something else becomes empty.
 * @refused: of these the first key's name; empty: none
 * Return: false where the text is malformed (a quote that does not end) or does not fit.
 */
bool netconf_clean(struct span conf, struct out *o, char refused[24]);

/** netconf_put() - KEY='VALUE' and a newline, to be sourced as shell. */
void netconf_put(struct span key, const char *value, struct out *o);

/** netconf_parse() - false where there is no address, or the text is malformed. Pure. */
bool netconf_parse(struct span conf, struct lease *l);

/**
 * netconf_get() - one value by its key, whatever it is.
 * @buf: empty where there is none
 * @bad: it was longer than @buf or had a NUL in it, and comes out as empty; or it is absent and the
 * text malformed
 */
bool netconf_get(struct span conf, const char *name, char *buf, size_t size, bool *bad);

#endif
