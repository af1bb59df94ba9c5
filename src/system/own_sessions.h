/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * own_sessions: has the kernel no iSCSI session beside those of the boot?
 */
#ifndef ISCSIROOT_SYSTEM_OWN_SESSIONS_H
#define ISCSIROOT_SYSTEM_OWN_SESSIONS_H

/**
 * own_sessions() - compares by target: a session that was made again has another number.
 * @dir: directory that stands for /; "": / itself
 * Return: CODE_DONE: each session is to a target of the boot's; CODE_NOT_ASKED: there is another one;
 * CODE_SYSTEM, after a message: that is not known.
 */
int own_sessions(const char *dir);

#endif
