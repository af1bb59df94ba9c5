/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scan: has the kernel scan a new session for disks: in a child, as the write to sysfs blocks until all answer.
 */
#ifndef ISCSIROOT_KEEPER_ENGINE_SCAN_H
#define ISCSIROOT_KEEPER_ENGINE_SCAN_H

#include "keeper/engine/state.h"

/** scan_begin() - start the child. */
void scan_begin(struct connection *c);

/** scan_step() - has it ended? c->scan is then 0, and c->changed is set. */
void scan_step(struct connection *c, struct wait *w);

/** scan_end() - abandon it: one that is blocked ends by itself later. */
void scan_end(struct connection *c);

#endif
