/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * param_conf: variables for the init script of initramfs-tools, which sources /conf/param.conf after each
 * boot script, see initramfs-tools(7).
 */
#ifndef ISCSIROOT_BOOT_PARAM_CONF_H
#define ISCSIROOT_BOOT_PARAM_CONF_H

/**
 * param_conf_set() - set one variable; what others have set there stays.
 * @root: directory that stands for /; "" is / itself
 * @name: such as "ROOT"
 * @value: without ', \ and newline, as the file is sourced as shell
 * Return: 0, also where the initramfs was not made by initramfs-tools, or -errno.
 */
int param_conf_set(const char *root, const char *name, const char *value);

#endif
