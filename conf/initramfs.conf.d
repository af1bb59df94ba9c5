# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Read by mkinitramfs, after all of /etc/initramfs-tools, as conf-hooks.d/iscsiroot.
# To override, in /etc/initramfs-tools/conf.d/iscsiroot:
#   ISCSIROOT=yes   add the iSCSI root to every image, even if this machine has none
#   ISCSIROOT=no    add it to none and keep open-iscsi's own hook and boot script

export ISCSIROOT
if [ "${ISCSIROOT-}" != no ]; then
	# The image may contain secrets, so make it 0600. mkinitramfs applies this mask later.
	# shellcheck disable=SC2034
	UMASK=0077
	# Disables open-iscsi's own hook, so that only iscsiroot logs in.
	export NO_ISCSI_IN_INITRAMFS=yes
fi
