/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hold: the root's NICs, kept out of the hands of the running system's network managers, whichever
 * is there; what the boot said of name servers, passed on.
 */
#ifndef ISCSIROOT_SYSTEM_NETWORK_HOLD_H
#define ISCSIROOT_SYSTEM_NETWORK_HOLD_H

#include <stdbool.h>

#include "system/network/hold_text.h"

/**
 * hold_open() - read the hand-off, whose NICs are to be protected.
 * @dir: directory that stands for /; "": / itself
 * Return: 0; CODE_NOT_ASKED where nothing is to be done (no hand-off, or ISCSI_NETWORK=leave); or an
 * exit code, after a message.
 */
int hold_open(const char *dir, struct handoff *h);

/** hold_left() - are they left to the network managers: ISCSI_NETWORK=leave? */
bool hold_left(const char *dir);

/** hold_list() - print the NICs' names, a line each. An exit code. */
int hold_list(const char *dir);

/**
 * hold_write() - write all the files, or, where nothing is to be held, take them away again.
 * @dry: print them, and do nothing
 * Return: an exit code, all said.
 */
int hold_write(const char *dir, bool dry);

#endif
