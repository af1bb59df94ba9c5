/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper_text: what the keeper reads: its list of files, ldd's output, what iscsid says. Pure.
 */
#ifndef ISCSIROOT_KEEPER_TEXT_H
#define ISCSIROOT_KEEPER_TEXT_H

#include "base/scan.h"

#define KEEPER_PRELOAD "/usr/lib/iscsiroot/iscsid-connect.so"	/* what iscsid gets preloaded */
#define KEEPER_PATH_MAX 160	/* of a program's or a library's file */

/**
 * keeper_file() - take the next path off a list of files, one a line; what is not an absolute path
 * of plain characters, or has a ".." in it, is passed over.
 * Return: false at the end.
 */
bool keeper_file(struct span *list, char path[KEEPER_PATH_MAX]);

/** keeper_ldd() - take the next library's path off ldd(1)'s output. Return: false at the end. */
bool keeper_ldd(struct span *text, char path[KEEPER_PATH_MAX]);

/**
 * keeper_recovered() - "connection1:0 is operational after recovery (2 attempts)", anywhere in a
 * line of iscsid's.
 * Return: true, with the session's number in @sid.
 */
bool keeper_recovered(struct span line, unsigned *sid);

/**
 * keeper_refused() - "connection1:0 login rejected: initiator error - target not found (02/03)".
 * Return: true, with what follows the colon in @why, which is not empty.
 */
bool keeper_refused(struct span line, struct span *why);

/** keeper_ready() - has READY=1 a line of its own in a message of sd_notify(3)? */
bool keeper_ready(struct span message);

#endif
