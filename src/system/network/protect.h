/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * protect: writes the files that keep the network managers of the running system from changing the
 * root's NICs, and passes the name servers of the boot on. The command is `iscsiroot-system hold`.
 */
#ifndef ISCSIROOT_SYSTEM_NETWORK_PROTECT_H
#define ISCSIROOT_SYSTEM_NETWORK_PROTECT_H

#include <stdbool.h>

#include "system/network/manager_files.h"

/**
 * protect_open() - read the hand-off, whose NICs are to be protected.
 * @dir: directory that stands for /; "": / itself
 * Return: 0; CODE_NOT_ASKED where nothing is to be done (no hand-off, or ISCSI_NETWORK=leave); or an
 * exit code, after a message.
 */
int protect_open(const char *dir, struct handoff *h);

/** protect_is_off() - does the configuration switch it off with ISCSI_NETWORK=leave? */
bool protect_is_off(const char *dir);

/** protect_list() - print the names of the protected NICs, one per line. @dhcp: those alone that have their
 * address by DHCP. An exit code. */
int protect_list(const char *dir, bool dhcp);

/**
 * protect_write() - write all the files, or remove them where nothing is to be protected.
 * @dry: print them only
 * Return: an exit code, after a message.
 */
int protect_write(const char *dir, bool dry);

#endif
