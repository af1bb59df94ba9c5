/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan's own header: what its files share while one plan is being made.
 * Nobody else includes it.
 */
#ifndef ISCSIROOT_PLAN_PARTS_H
#define ISCSIROOT_PLAN_PARTS_H

#include "base/quote.h"
#include "plan/plan.h"

#define PLACE_CMDLINE	"kernel command line"
#define PLACE_FILE	"/etc/iscsi/iscsi.initramfs"
#define PLACE_INITIATOR	"/etc/iscsi/initiatorname.iscsi"
#define PLACE_XENSTORE	"xenstore vm-data/iscsiroot"
#define PLACE_DHCP	"DHCP root-path"

#define VALUE_MAX 2047			/* one value of the file: eight portals by name */
#define NOTHING ((struct span){ NULL, 0 })	/* not an object: that takes more to load */

/* The ISCSI_ scalars, whatever they are called where they stand. */
enum key {
	K_INITIATOR, K_TARGET_NAME, K_TARGET_IP, K_TARGET_PORT, K_TARGET_GROUP,
	K_USERNAME, K_PASSWORD, K_IN_USERNAME, K_IN_PASSWORD,	/* names[] has them in this order */
	K_AUTO, K_LUN, K_TIMEOUT, K_REPLACEMENT, K_ENGINE, K_CLOCKSOURCE,
	K_NETWORK,
	K_COUNT,
	K_PARAM = K_COUNT,		/* a list, read where it is used */
	K_NONE
};

/* Where something stands, for messages. */
struct where {
	const char *place;
	unsigned line;
	struct span key;
};

/* What the highest source that has a key says. */
struct setting {
	bool set;
	bool shell;			/* raw is a shell word, quotes and all */
	enum source source;
	struct where at;
	struct span raw;
};

struct word {
	struct span key, value;
	bool has_value;
};

/* A line of the file that is not empty. */
struct file_line {
	struct where at;
	struct span raw;		/* the value as it is written; also where `error` is set */
	const char *error, *hint;	/* NULL: well-formed */
};

struct file_iter {
	struct span rest;
	unsigned line;
};

struct work {
	const struct plan_input *in;
	struct plan *p;
	struct diag *why;
	struct where at;		/* what is being read, for messages */
	unsigned left_out;		/* warnings that did not fit */
	unsigned n_netroots;		/* may be more than are kept */
	bool secret;			/* what is being read may be one: nothing of it is shown */
	bool file_bad;			/* `why` has the file's first error already */
	bool off;			/* iscsiroot=off */
	bool firmware;			/* rd.iscsi.firmware */
	bool ignore_bootif;		/* rd.bootif=0 */
	bool has_bootif;
	uint8_t bootif[6];
	bool param_on_cmdline;
	struct span xenstore_param;
	bool has_root, root_dhcp, has_root_spec, netroot_dhcp, netroot_bare;
	struct span root;		/* the last root= */
	struct span root_spec;		/* the last root=iscsi:, without its scheme */
	struct span netroots[TARGETS_MAX];
	struct setting set[K_COUNT];
};

/* plan.c: both are about w->at. */
bool plan_reject(struct work *w, const char *reason, struct span value,
		 const char *hint);
void plan_warn(struct work *w, const char *reason, struct span value,
	       const char *hint);
/* The value of a key, unquoted into @buf where need be, and w->at is its place then; false where it
 * is absent or empty. */
bool plan_value(struct work *w, enum key k, char buf[VALUE_MAX + 1], struct span *value);

/* plan_cmdline.c */
bool word_next(struct span *rest, struct word *w);	/* false at the end and at "--" */
struct where word_at(const struct word *w);
bool span_true(struct span s);				/* 0, no, off, false and nothing are false */
enum key key_find(struct span name);			/* ISCSI_ names, any case */
enum key key_find_bare(struct span name);		/* without ISCSI_ */
void key_warn_unknown(struct work *w, struct span name);
/* Is there what a key of a secret is called? Also in the value of another key. */
bool names_secret(struct span s);
void cmdline_gather(struct work *w);
bool cmdline_check(struct work *w);			/* what is refused by name, stray quotes */

/* plan_file.c */
bool file_next(struct file_iter *it, struct file_line *l);
void file_gather(struct work *w);
bool initiator_from_file(struct work *w);		/* p->initiator stays empty where it has none */

/* plan_xenstore.c */
void xenstore_gather(struct work *w);

/* plan_name.c */
bool parse_name(struct work *w, struct span text, char name[INAME_MAX + 1]);
bool parse_lun(struct work *w, struct span text, bool hex, uint16_t lun[4]);
bool parse_portal(struct work *w, struct span text, uint16_t port, uint16_t group,
		  struct plan_portal *out);
bool parse_host(struct work *w, struct span text, struct plan_portal *out);
bool parse_uint16(struct work *w, struct span text, unsigned min, uint16_t *out,
		  const char *reason, const char *hint);
bool addr_is_one(const struct addr *a);	/* of one host: not unspecified, multicast or broadcast */

/* plan_target.c */
bool target_settings(struct work *w);		/* each key on its own, into targets[0] */
bool targets_build(struct work *w);
bool begins_name(struct span s);		/* iqn., eui. or naa. */
void span_spec_public(struct span spec, struct span *rest);	/* without the credentials */

/* plan_ip.c, plan_net.c */
bool parse_ip(struct work *w, struct span text, struct plan_net *n);
bool parse_device(struct work *w, struct span text, char *device);
bool parse_mac(struct work *w, struct span text, uint8_t mac[6]);
bool parse_hostname(struct span text, char *hostname);
bool net_build(struct work *w);

/* plan_root.c */
bool root_build(struct work *w);

#endif
