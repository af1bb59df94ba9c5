#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2034,SC2154 # variables are dracut's: it sources this file
#
# dracut's hook initqueue: one program does it all. What it starts is to outlive the initramfs, so it
# does not belong to the service that this runs in.
iscsiroot_run()
(
	scope=/sys/fs/cgroup/init.scope/cgroup.procs
	[ ! -w "$scope" ] || echo 0 >"$scope"
	exec /usr/sbin/iscsiroot run
) >/dev/console 2>&1

# iscsiroot_lun DISK: mount the LUN itself as the root, which root= does not name as a device.
iscsiroot_lun()
{
	root=block:$1
	[ -n "${DRACUT_SYSTEMD-}" ] || return 0
	dir=/run/systemd/system
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

# iscsiroot_failed CODE: the kernel's panic= is honoured, as initramfs-tools does; otherwise a shell.
iscsiroot_failed()
{
	set -- "iscsiroot: run: failed with code $1"
	if getarg panic= >/dev/null && ! getarg rd.emergency= >/dev/null; then
		echo "$1 (panic= is given: the machine reboots)" >/dev/console
		echo b >/proc/sysrq-trigger
		return
	fi
	echo "$1 (mend it, then leave this shell to try again)" >/dev/console
	emergency_shell -n iscsiroot "no iSCSI root"
}

iscsiroot_run
iscsiroot_code=$?
case $iscsiroot_code in
0)
	rm -f -- "$job"
	case "${root-}" in
	iscsi)
		while read -r line; do
			[ "${line#root=}" = "$line" ] || iscsiroot_lun "${line#root=}"
		done </run/iscsiroot/handoff
		;;
	esac
	;;
10) rm -f -- "$job" ;;
*) iscsiroot_failed "$iscsiroot_code" ;;
esac
