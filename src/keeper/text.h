/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text: what the keeper reads: its list of files, ldd's output, iscsid's log and notifications. Pure.
 */
#ifndef ISCSIROOT_KEEPER_TEXT_H
#define ISCSIROOT_KEEPER_TEXT_H

#include "base/scan.h"

#define KEEPER_PRELOAD "/usr/lib/iscsiroot/iscsid-connect.so"	/* what iscsid gets preloaded */
#define KEEPER_PATH_MAX 160	/* of a program's or a library's file */

/**
 * text_file() - take the next path off a list of files, one a line; what is not an absolute path
 * of plain characters, or contains "..", is skipped.
 * Return: false at the end.
 */
bool text_file(struct span *list, char path[KEEPER_PATH_MAX]);

/** text_ldd() - take the next library's path off ldd(1)'s output. Return: false at the end. */
bool text_ldd(struct span *text, char path[KEEPER_PATH_MAX]);

/**
 * text_recovered() - "connection1:0 is operational after recovery (2 attempts)", anywhere in a
 * line of iscsid's log.
 * Return: true, with the session's number in @sid.
 */
bool text_recovered(struct span line, unsigned *sid);

/**
 * text_rejected() - "connection1:0 login rejected: initiator error - target not found (02/03)".
 * Return: true, with what follows the colon in @why, which is not empty.
 */
bool text_rejected(struct span line, struct span *why);

/** text_session() - the session that a line names first: "connection1:0 ...", "session 1 ...". */
bool text_session(struct span line, unsigned *sid);

/**
 * text_unbound() - "can't bind conn 1:0 to session 1, retcode -107 (115)": the kernel has refused a new
 * connection, ENOTCONN, because the old one was not stopped.
 * Return: true, with the numbers of session and connection in @sid and @cid.
 */
bool text_unbound(struct span line, unsigned *sid, unsigned *cid);

/** text_ready() - has READY=1 a line of its own in a message of sd_notify(3)? */
bool text_ready(struct span message);

#endif
