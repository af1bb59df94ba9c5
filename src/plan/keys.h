/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keys: every name that boot input may use, in two tables: the ISCSI_ keys, and the other
 * parameters of the kernel command line that this program reads, rejects or warns about. Pure.
 */
#ifndef ISCSIROOT_PLAN_KEYS_H
#define ISCSIROOT_PLAN_KEYS_H

#include "base/scan.h"

#define ISCSI_PREFIX "ISCSI_"
#define RD_PREFIX "rd.iscsi."

/* When plan_build() reads a key; the readers of a stage do not depend on each other. */
enum key_stage {
	STAGE_ENGINE,			/* what logs in: it says which names and settings are accepted */
	STAGE_ASK,			/* may make the boot an iSCSI one, names no target */
	STAGE_TARGET,			/* used only where the keys name the target */
	STAGE_PORTALS,			/* after STAGE_TARGET, for the default port and group */
	STAGE_MORE_TARGETS,		/* whole ones, beside those that are named otherwise */
	STAGE_CREDENTIALS,		/* also for a target from netroot= or DHCP */
	STAGE_INITIATOR,
	STAGE_SETTINGS,
};

enum key_kind { KEY_PLAIN, KEY_SECRET, KEY_LIST };

/*
 * The keys: X(NAME, ALIAS, RD, STAGE, KIND, READER).
 * NAME: ISCSI_NAME in the file and on the command line, NAME below vm-data/iscsiroot/ in xenstore,
 *	in any case; ALIAS: a second such name, or NULL
 * RD: rd.iscsi.RD on the command line (dracut.cmdline(7)), or NULL
 * KIND: of a secret no message shows a value; a list adds up, of anything else the last one counts
 * READER: the function of settings.c that checks a value and puts it into the plan
 * Where two sources have a key, enum source says which one counts.
 */
#define KEYS(X) \
	X(INITIATOR, NULL, "initiator", STAGE_INITIATOR, KEY_PLAIN, read_initiator) \
	X(TARGET_NAME, NULL, "target.name", STAGE_TARGET, KEY_PLAIN, read_target_name) \
	X(TARGET_IP, NULL, "target.ip", STAGE_PORTALS, KEY_PLAIN, read_target_ip) \
	X(TARGET_PORT, NULL, "target.port", STAGE_TARGET, KEY_PLAIN, read_target_port) \
	X(TARGET_GROUP, NULL, "target.group", STAGE_TARGET, KEY_PLAIN, read_target_group) \
	X(TARGET, NULL, NULL, STAGE_MORE_TARGETS, KEY_LIST, read_target) \
	X(USERNAME, NULL, "username", STAGE_CREDENTIALS, KEY_PLAIN, read_username) \
	X(PASSWORD, NULL, "password", STAGE_CREDENTIALS, KEY_SECRET, read_password) \
	X(IN_USERNAME, NULL, "in.username", STAGE_CREDENTIALS, KEY_PLAIN, read_in_username) \
	X(IN_PASSWORD, NULL, "in.password", STAGE_CREDENTIALS, KEY_SECRET, read_in_password) \
	X(AUTO, NULL, NULL, STAGE_ASK, KEY_PLAIN, read_auto) \
	X(LUN, "ROOT_LUN", "target.lun", STAGE_TARGET, KEY_PLAIN, read_lun) \
	X(TIMEOUT, NULL, NULL, STAGE_SETTINGS, KEY_PLAIN, read_timeout) \
	X(REPLACEMENT_TIMEOUT, NULL, NULL, STAGE_SETTINGS, KEY_PLAIN, read_replacement_timeout) \
	X(ENGINE, NULL, NULL, STAGE_ENGINE, KEY_PLAIN, read_engine) \
	X(CLOCKSOURCE, NULL, NULL, STAGE_SETTINGS, KEY_PLAIN, read_clocksource) \
	X(NETWORK, NULL, NULL, STAGE_SETTINGS, KEY_PLAIN, read_network) \
	X(BYPASS, NULL, "bypass", STAGE_SETTINGS, KEY_PLAIN, read_bypass) \
	X(DUPLICATE_CHECK, NULL, NULL, STAGE_SETTINGS, KEY_PLAIN, read_duplicate_check) \
	X(PARAM, NULL, "param", STAGE_SETTINGS, KEY_LIST, read_param)

#define KEY_ENUM(name, alias, rd, stage, kind, reader) K_##name,
enum key {
	KEYS(KEY_ENUM)
	K_COUNT,
	K_NONE = K_COUNT
};
#undef KEY_ENUM

struct key_row {
	const char *name, *alias, *rd;
	enum key_stage stage;
	enum key_kind kind;
};

enum param_case { SAME_CASE, ANY_CASE };

/* What is done about a parameter of the command line that is not a key. */
enum param_use {
	PARAM_READ,			/* read by the file that is about it */
	PARAM_REJECTED,			/* not supported, whatever its value is */
	PARAM_NO_EFFECT,		/* a warning tells so */
	PARAM_NO_EFFECT_IF_TRUE,
	PARAM_ONLY_TCP,
};

/* The other parameters: X(ID, NAME, CASE, USE, HINT); CASE: is upper or lower case a difference? */
#define PARAMS(X) \
	X(ROOT, "root", SAME_CASE, PARAM_READ, NULL) \
	X(NETROOT, "netroot", SAME_CASE, PARAM_READ, NULL) \
	X(ISCSIROOT, "iscsiroot", ANY_CASE, PARAM_READ, NULL) \
	X(IP, "ip", SAME_CASE, PARAM_READ, NULL) \
	X(IP6, "ip6", SAME_CASE, PARAM_READ, NULL) \
	X(IFNAME, "ifname", SAME_CASE, PARAM_READ, NULL) \
	X(NAMESERVER, "nameserver", SAME_CASE, PARAM_READ, NULL) \
	X(ROUTE, "rd.route", SAME_CASE, PARAM_READ, NULL) \
	X(BOOTIF, "BOOTIF", ANY_CASE, PARAM_READ, NULL) \
	X(RD_BOOTIF, "rd.bootif", SAME_CASE, PARAM_READ, NULL) \
	X(RD_FIRMWARE, RD_PREFIX "firmware", SAME_CASE, PARAM_NO_EFFECT_IF_TRUE, HINT_NO_IBFT) \
	X(ISCSI_FIRMWARE, "iscsi_firmware", SAME_CASE, PARAM_NO_EFFECT_IF_TRUE, HINT_NO_IBFT) \
	X(RD_IBFT, RD_PREFIX "ibft", SAME_CASE, PARAM_NO_EFFECT_IF_TRUE, HINT_NO_IBFT) \
	X(RD_MP, RD_PREFIX "mp", SAME_CASE, PARAM_NO_EFFECT_IF_TRUE, HINT_NO_IBFT) \
	X(LOGIN_RETRY_MAX, RD_PREFIX "login_retry_max", SAME_CASE, PARAM_NO_EFFECT, \
	  "logins are retried until ISCSI_TIMEOUT") \
	X(WAITNET, RD_PREFIX "waitnet", SAME_CASE, PARAM_NO_EFFECT, \
	  "the login starts as soon as one device is up") \
	X(TESTROUTE, RD_PREFIX "testroute", SAME_CASE, PARAM_NO_EFFECT, \
	  "each portal is probed before the login") \
	X(TRANSPORT, RD_PREFIX "transport", SAME_CASE, PARAM_ONLY_TCP, "use tcp") \
	X(VLAN, "vlan", SAME_CASE, PARAM_REJECTED, HINT_PLAIN_DEVICE) \
	X(BOND, "bond", SAME_CASE, PARAM_REJECTED, HINT_PLAIN_DEVICE) \
	X(TEAM, "team", SAME_CASE, PARAM_REJECTED, HINT_PLAIN_DEVICE) \
	X(BRIDGE, "bridge", SAME_CASE, PARAM_REJECTED, HINT_PLAIN_DEVICE)

#define HINT_NO_IBFT "the iBFT is not read"
#define HINT_PLAIN_DEVICE "use a plain network device"

#define PARAM_ENUM(id, name, case, use, hint) P_##id,
enum param {
	PARAMS(PARAM_ENUM)
	P_COUNT,
	P_NONE = P_COUNT
};
#undef PARAM_ENUM

struct param_row {
	const char *name;
	enum param_case compared;
	enum param_use use;
	const char *hint;
};

const struct key_row *key_row(enum key k);
const struct param_row *param_row(enum param p);

/** key_find() - the key called @name on the command line or in the file, or K_NONE. */
enum key key_find(struct span name);

/** key_find_bare() - the key called @name without its prefix, as in xenstore. */
enum key key_find_bare(struct span name);

/** key_is_ours() - does @name begin as only a key of ours can, so that it must be known? */
bool key_is_ours(struct span name);

/** key_nearest() - the key whose name is most like @name, with or without a prefix. */
enum key key_nearest(struct span name);

#define HINT_RIGHT_KEYS "use ISCSI_TARGET_NAME, ISCSI_TARGET_IP and ISCSI_INITIATOR"

/** key_is_misnomer() - a name that people make up for a target's name or address, or the initiator? */
bool key_is_misnomer(struct span name);

/**
 * key_names_secret() - does @s hold the name of a secret, also a misspelt one?
 * @s may be a value as well: ISCSI_PARAM has names of iscsistart's own secrets in it.
 */
bool key_names_secret(struct span s);

/** param_find() - the parameter that is not a key, or P_NONE. */
enum param param_find(struct span name);

#endif
