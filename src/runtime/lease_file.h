/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lease_file: the file of a lease's state, /run/iscsiroot/lease-NIC.
 */
#ifndef ISCSIROOT_RUNTIME_LEASE_FILE_H
#define ISCSIROOT_RUNTIME_LEASE_FILE_H

#include "runtime/lease.h"

/**
 * lease_read() - read the file of @nic below the directory @root; AT_FDCWD: of the running system.
 * Return: false where there is none or it is malformed; @r is then unchanged.
 */
bool lease_read(int root, const char *nic, struct lease_state *r);

/** lease_save() - replace the file of @nic, mode 0644. Return: 0 or -errno. */
int lease_save(const char *nic, const struct lease_state *r);

/** lease_remove() - remove the file of @nic. */
void lease_remove(const char *nic);

/* The directory of the files, "/run/iscsiroot"; tests replace it. */
extern const char *lease_dir;

#endif
