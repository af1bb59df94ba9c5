/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper_status: the keeper's files, both ways: its status, which `iscsiroot status` reads through
 * /proc/PID/root, and KEEPER_FILE, which names its process. Pure.
 */
#ifndef ISCSIROOT_RUNTIME_KEEPER_STATUS_H
#define ISCSIROOT_RUNTIME_KEEPER_STATUS_H

#include "base/limits.h"
#include "base/scan.h"

#define PID_LIMIT 4194304	/* PID_MAX_LIMIT, linux/threads.h */

/* A session that the keeper watches. */
struct keeper_session {
	unsigned sid;
	unsigned errors, recoveries;
	unsigned error;			/* the last one, enum iscsi_err of scsi/iscsi_if.h; 0: none */
	int64_t since;			/* last error or recovery, microseconds since boot; -1: none */
	/* of an engine, while it is down */
	unsigned attempts;		/* that have failed */
	int64_t next;			/* the next one, microseconds since boot; -1: under way, or none */
	char why[384];			/* what the last one failed of; empty: nothing */
};

/* In the file: some lines for the keeper, then a block for each session. */
struct keeper_status {
	unsigned iscsid;		/* process; 0: not running */
	bool engine;			/* there is no iscsid: it has an engine of its own */
	unsigned starts;		/* how often iscsid was started */
	bool guarding;			/* the NICs are protected */
	unsigned guarded, restored;	/* how many of them; how often one was put back as it was */
	unsigned n;
	struct keeper_session sessions[SESSIONS_MAX];
};

/* The longest text: numbers of ten digits, a time of twenty. */
#define KEEPER_STATUS_TEXT_MAX (sizeof("version=1\nengine=native\niscsid=\nstarts=\nguarded=\nrestored=\n") + 40 + \
	SESSIONS_MAX * (sizeof("\nsession=\nerrors=\nrecoveries=\nerror=\nsince=\nattempts=\nnext=\nwhy=\n") + 90 + \
			4 * 384))

/** keeper_status_format() - write the text, at most KEEPER_STATUS_TEXT_MAX bytes. */
void keeper_status_format(const struct keeper_status *k, struct out *o);

/** keeper_status_parse() - read it back; false where it is malformed or of another version. */
bool keeper_status_parse(struct span text, struct keeper_status *k);

/** keeper_status_format_pid() - write the text of KEEPER_FILE. @engine: it has an engine of its own. */
void keeper_status_format_pid(unsigned pid, bool engine, struct out *o);

/** keeper_status_pid() - the process that the text of KEEPER_FILE names; false: none. */
bool keeper_status_pid(struct span text, unsigned *pid);

#endif
