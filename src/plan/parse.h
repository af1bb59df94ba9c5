/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse: what the values of boot input are made of. Each function rejects or warns about a value
 * through @w and writes its result on success only. Pure.
 */
#ifndef ISCSIROOT_PLAN_PARSE_H
#define ISCSIROOT_PLAN_PARSE_H

#include "plan/work.h"

/**
 * parse_name() - an iSCSI name (RFC 7143 section 4.2.7), byte by byte: targets compare it so. What
 * cannot be part of one is rejected, an unusual form is a warning.
 */
bool parse_name(struct work *w, struct span text, char name[INAME_MAX + 1]);

/** parse_target_name() - the same, and nothing that iscsistart rejects in the name of a target. */
bool parse_target_name(struct work *w, struct span text, char name[INAME_MAX + 1]);

/** parse_lun() - decimal, 0x... or the four-group form; @hex: hexadecimal only (RFC 4173). */
bool parse_lun(struct work *w, struct span text, bool hex, uint16_t lun[4]);

/** parse_portal() - HOST[:PORT], an IPv6 address with a port in brackets. */
bool parse_portal(struct work *w, struct span text, uint16_t port, uint16_t group,
		  struct plan_portal *out);

/** parse_host() - the address or host name of a portal; IPv6 may be in brackets. */
bool parse_host(struct work *w, struct span text, struct plan_portal *out);

bool parse_port(struct work *w, struct span text, uint16_t *port);

/** parse_uint16() - decimal, @min to 65535. */
bool parse_uint16(struct work *w, struct span text, unsigned min, uint16_t *out,
		  const char *reason, const char *hint);

bool parse_mac(struct work *w, struct span text, uint8_t mac[6]);

/** parse_device() - the name of a network device into DEVNAME_MAX + 1 bytes. */
bool parse_device(struct work *w, struct span text, char *device);

/** parse_hostname() - of this machine, into HOSTNAME_MAX + 1 bytes; does not reject. */
bool parse_hostname(struct span text, char *hostname);

/** parse_is_unicast() - not unspecified, multicast or broadcast. */
bool parse_is_unicast(const struct addr *a);

#endif
