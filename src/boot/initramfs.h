/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * initramfs: what surrounds the boot.
 */
#ifndef ISCSIROOT_BOOT_INITRAMFS_H
#define ISCSIROOT_BOOT_INITRAMFS_H

#include <stdbool.h>

/**
 * initramfs_running() - is / an initramfs? It is in memory (ramfs or tmpfs) or has the file that dracut
 * and mkinitcpio put there (os-release(5)), and no systemd of a real root runs: that one may be on a
 * tmpfs as well.
 */
bool initramfs_running(void);

/**
 * initramfs_asks_passphrase() - does a prompt wait for a passphrase? That of systemd (a file in
 * /run/systemd/ask-password) or of cryptsetup-initramfs (askpass).
 */
bool initramfs_asks_passphrase(void);

#endif
