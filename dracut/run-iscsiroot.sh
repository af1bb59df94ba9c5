#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2034,SC2154 # variables are dracut's: it sources this file
#
# dracut's hook initqueue: runs iscsiroot.

# iscsiroot_run: runs it outside the control group of this hook's service, as systemd would end the
# processes it starts with that service, before switch_root.
iscsiroot_run()
(
	scope=/sys/fs/cgroup/init.scope/cgroup.procs
	[ ! -w "$scope" ] || echo 0 >"$scope"
	exec /usr/sbin/iscsiroot run
) >/dev/console 2>&1

# iscsiroot_lun DISK: makes dracut mount the LUN itself as the root, as root= names no device.
iscsiroot_lun()
{
	root=block:$1
	[ -n "${DRACUT_SYSTEMD-}" ] || return 0
	dir=/etc/systemd/system
	mkdir -p "$dir/initrd-root-fs.target.requires"
	fsck=systemd-fsck@$(dev_unit_name "$1").service
	cat >"$dir/sysroot.mount" <<-END
		[Unit]
		Description=Root on iSCSI
		Before=initrd-root-fs.target
		Requires=$fsck
		After=$fsck dracut-pre-mount.service

		[Mount]
		What=$1
		Where=/sysroot
		Type=${fstype:-auto}
		Options=${rflags:-ro}
	END
	ln -sf ../sysroot.mount "$dir/initrd-root-fs.target.requires/"
	systemctl daemon-reload
	systemctl --no-block start sysroot.mount
}

# iscsiroot_failed CODE: opens a shell, as initramfs-tools does. With panic= it reboots instead and
# returns 1.
iscsiroot_failed()
{
	set -- "iscsiroot: run: failed with code $1"
	if getarg panic= >/dev/null && ! getarg rd.emergency= >/dev/null; then
		echo "$1 (rebooting because panic= is set)" >/dev/console
		echo b >/proc/sysrq-trigger
		return 1
	fi
	echo "$1 (fix the problem, then exit this shell to retry)" >/dev/console
	emergency_shell -n iscsiroot "no iSCSI root"
	return 0
}

# Exiting the shell retries, as with initramfs-tools; iscsiroot goes on from what is already set up.
while :; do
	iscsiroot_run
	iscsiroot_code=$?
	case $iscsiroot_code in
	0 | 10)
		rm -f -- "$job"
		break
		;;
	esac
	iscsiroot_failed "$iscsiroot_code" || break
done
if [ "$iscsiroot_code" -eq 0 ] && [ "${root-}" = iscsi ]; then
	iscsiroot_disk=$(/usr/sbin/iscsiroot root) && iscsiroot_lun "$iscsiroot_disk"
fi
