/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * root: the change of root that systemd-shutdown makes by itself; with sysvinit it is made here.
 */
#ifndef ISCSIROOT_EXITRD_ROOT_H
#define ISCSIROOT_EXITRD_ROOT_H

/** root_switch() - make /run/initramfs the root of all processes, with the old root at /oldroot.
 * 0 or -errno: nothing was changed. */
int root_switch(void);

#endif
