# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Read by mkinitramfs, after all of /etc/initramfs-tools, as conf-hooks.d/iscsiroot.
# To override, in /etc/initramfs-tools/conf.d/iscsiroot:
#   ISCSIROOT=yes   every image gets the iSCSI root, whatever this machine looks like
#   ISCSIROOT=no    none does; open-iscsi's own hook and boot script are left as they are

export ISCSIROOT
if [ "${ISCSIROOT-}" != no ]; then
	# The image may hold secrets: 0600. mkinitramfs sets this mask after reading us.
	# shellcheck disable=SC2034
	UMASK=0077
	# Keeps open-iscsi's own hook out: one login per portal.
	export NO_ISCSI_IN_INITRAMFS=yes
fi
