/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * native: the keeper with an engine of its own (ISCSI_ENGINE=native): logs in, keeps the sessions, protects the
 * NICs, and answers requests. keeper.h is the other one, which runs iscsid.
 */
#ifndef ISCSIROOT_KEEPER_NATIVE_H
#define ISCSIROOT_KEEPER_NATIVE_H

#include <stdbool.h>

/**
 * native_keep() - its main loop, in its sandbox.
 * @ready: a descriptor that gets one byte once it has started, and is closed
 * @plan: of keeper_secret_make(); is closed
 * @standby: do nothing before the first KEEPER_LOOK: another keeper is still at work
 * Return: an exit code: it could not start, or was told to end.
 */
int native_keep(int ready, int plan, bool standby);

#endif
