/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scsi: two commands to a disk, by SG_IO. Both may block for as long as the disk's session does.
 */
#ifndef ISCSIROOT_KERNEL_SCSI_H
#define ISCSIROOT_KERNEL_SCSI_H

#include <stddef.h>
#include <stdint.h>

/**
 * scsi_alive() - does the disk answer TEST UNIT READY (SPC-5), whatever it says?
 * @disk: name, as of /sys/block
 * Return: 0, or -errno: -EAGAIN where the command was lost on its way.
 */
int scsi_alive(const char *disk, unsigned timeout_ms);

/**
 * scsi_flush() - SYNCHRONIZE CACHE (10) of all blocks (SBC-4).
 * Return: 0, also where the disk has no cache and does not know the command; -EAGAIN: try it
 * again; -EIO: the disk could not write what it had; or -errno.
 */
int scsi_flush(const char *disk, unsigned timeout_ms);

/**
 * scsi_verdict() - what came of a command that was sent: 0; -EAGAIN lost, busy or unit attention;
 * -EOPNOTSUPP illegal request; -EIO else.
 * @host, @driver: the kernel's codes; @sense: @n bytes, fixed or descriptor format (SPC-5 4.4)
 */
int scsi_verdict(unsigned status, unsigned host, unsigned driver, const uint8_t *sense, size_t n);

#endif
