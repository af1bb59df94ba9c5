/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * work: what the files of plan/ share while one plan is built: the values that the sources have,
 * the place that is being read, and how it is rejected or warned about. Only plan/ includes it.
 */
#ifndef ISCSIROOT_PLAN_WORK_H
#define ISCSIROOT_PLAN_WORK_H

#include "plan/keys.h"
#include "plan/plan.h"

#define PLACE_CMDLINE	"kernel command line"
#define PLACE_FILE	"/etc/iscsi/iscsi.initramfs"
#define PLACE_INITIATOR	"/etc/iscsi/initiatorname.iscsi"
#define PLACE_XENSTORE	"xenstore vm-data/iscsiroot"
#define PLACE_DHCP	"DHCP root-path"

#define NOTHING ((struct span){ NULL, 0 })


/* Where something was read, for messages. */
struct where {
	const char *place;
	unsigned line;
	struct span key;
};

/* The value of a key, as the source with the highest precedence has it. */
struct setting {
	bool set;
	bool quoted;			/* raw is a shell word, with its quotes */
	enum source source;
	struct where at;
	struct span raw;
};

/* A whole list of each kind in the file, and xenstore's behind it. */
#define LIST_ITEMS (PARAMS_MAX + TARGETS_MAX + 2)

/* One of a key that is a list. */
struct list_item {
	enum key key;
	struct setting setting;
};

/* A parameter of the command line that is ours: a key, one of PARAMS, or a misspelt key. */
struct parameter {
	struct span name, value;
	bool has_value;
	enum key key;
	enum param param;
};

struct work {
	const struct plan_input *in;
	struct plan *p;			/* NULL in plan_asked() */
	struct diag *why;
	struct where at;		/* what is being read, for messages */
	bool secret;			/* it may be a secret: messages show nothing of it */
	unsigned left_out;		/* warnings that did not fit */
	bool misnamed;			/* a warning has the right keys already */

	/* what the sources have */
	unsigned n_parameters;
	bool too_many;			/* the command line has more than that */
	struct parameter parameters[CMDLINE_PARAMETERS_MAX];
	struct setting set[K_COUNT];
	unsigned n_list;		/* may be more than are kept */
	struct list_item list[LIST_ITEMS];
	bool file_bad;			/* `why` has the first error of the file already */

	/* what the command line asks for */
	bool off;			/* iscsiroot=off */
	struct where firmware;		/* the first word that asks for the iBFT; place NULL: none does */
	bool named;			/* a target is named, or half of one */
	bool ignore_bootif;		/* rd.bootif=0 */
	bool root_dhcp, netroot_dhcp, has_root_spec;
	bool root_bare;			/* root=iscsi, which names no target */
	struct span root;		/* the last root= */
	struct span root_spec;		/* the last root=iscsi:, without its scheme */
	unsigned n_netroots;		/* netroot=iscsi:SPEC */

	/* while the keys are read */
	enum key key;
	enum source source;		/* of an item of a list */
	unsigned n_names;		/* that ISCSI_TARGET_NAME has, in the plan's first targets */
	uint16_t port, group;		/* of the portals that do not give their own */
	bool takes_auth[TARGETS_MAX];	/* the plan's target names no credentials of its own */
	bool timeout_by_param;		/* ISCSI_PARAM has set the recovery timeout */
	struct plan_auth *auth;		/* whose credentials are read */

	char initiator[INAME_MAX + 1];	/* a template for the initiator name; "": it is none */
	struct where initiator_at;

	/* while the network is read */
	bool has_bootif;
	uint8_t bootif[6];
};

/**
 * work_reject() - fill in w->why about w->at; the value is left out where it may be a secret.
 * @reason, @hint: static text (see struct diag)
 * Return: false, for `return work_reject(...)`.
 */
bool work_reject(struct work *w, const char *reason, struct span value, const char *hint);

/** work_warn() - add a warning about w->at to the plan, once; @reason and @hint are copied. */
void work_warn(struct work *w, const char *reason, struct span value, const char *hint);

/** work_warn_diag() - what was a rejection counts as a warning. */
void work_warn_diag(struct work *w, const struct diag *d);

/** work_warn_unknown() - warn about a key that is none, with the nearest one. */
void work_warn_unknown(struct work *w, struct span name);

/** work_hint_unknown() - what to do about a key that is none: the one that is most like it. */
const char *work_hint_unknown(struct span name, char *buf, size_t size);

/** work_at_cmdline() - what is read now is parameter @name of the command line (static text). */
void work_at_cmdline(struct work *w, const char *name);

/**
 * work_add_item() - add one to a list, or only count it where there is no room for it. A list of
 * the command line, also an empty one, replaces those of the other sources.
 */
void work_add_item(struct work *w, enum key k, const struct setting *s);

/** work_has_item() - does a source, @lowest or a higher one, have anything in list @k? */
bool work_has_item(const struct work *w, enum key k, enum source lowest);

/**
 * work_unquote() - the value of a setting, which is w->at then.
 * @buf: KEY_VALUE_MAX + 1 bytes for a value in quotes; @value may point into it
 * Return: false where it is empty, or its quotes are wrong and w->file_bad is set.
 */
bool work_unquote(struct work *w, const struct setting *s, char *buf, struct span *value);

/** work_value() - the value of a key, as work_unquote(); false also where no source has it. */
bool work_value(struct work *w, enum key k, char *buf, struct span *value);

/** work_is_true() - is a switch on? 0, no, off, false and nothing are not. */
bool work_is_true(struct span s);

/** work_is_bare_scheme() - "iscsi" or "iscsi:" alone, which name no target. */
bool work_is_bare_scheme(struct span s);

/** work_take_scheme() - take "iscsi:", in any case, off the front of @s; false without it. */
bool work_take_scheme(struct span *s);

#endif
