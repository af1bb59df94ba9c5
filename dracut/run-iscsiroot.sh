#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2034,SC2154 # variables are dracut's: it sources this file
#
# dracut's hook initqueue: starts iscsiroot, which runs beside the queue, and looks after it in each
# round. Meanwhile the queue does its own part: cryptsetup, mdadm, multipath.

# iscsiroot_start: starts it outside the control group of this hook's service, as systemd would end
# the processes of that service before switch_root.
iscsiroot_start()
(
	scope=/sys/fs/cgroup/init.scope/cgroup.procs
	[ ! -w "$scope" ] || echo 0 >"$scope"
	exec /usr/sbin/iscsiroot start
) >>/dev/console 2>&1

# iscsiroot_link DISK: gives it the name /dev/root. systemd's generators have read root=/dev/root and wait for
# a device of that name.
iscsiroot_link()
{
	[ "$(getarg root=)" = /dev/root ] || return 0
	name=$(udevadm info --query=name --name="$1") || return
	mkdir -p /run/udev/rules.d
	echo "SUBSYSTEM==\"block\", KERNEL==\"$name\", SYMLINK+=\"root\"" >/run/udev/rules.d/99-iscsiroot-root.rules
	udevadm control --reload
	udevadm trigger --action=change --name-match="$1"
}

# iscsiroot_lun DISK: makes dracut mount the LUN itself as the root, as root= names no device.
iscsiroot_lun()
{
	root=block:$1
	[ -n "${DRACUT_SYSTEMD-}" ] || return 0
	iscsiroot_link "$1"
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

# iscsiroot_round: status 1 while iscsiroot is at work; iscsiroot_code has its exit code after that. An
# event ends the wait, so that no time is lost when the root is there.
iscsiroot_round()
{
	if [ -z "${iscsiroot_started-}" ]; then
		iscsiroot_start
		iscsiroot_code=$?
		[ $iscsiroot_code -eq 0 ] || return 0
		iscsiroot_started=1
	fi
	/usr/sbin/iscsiroot wait root 1 >>/dev/console 2>&1
	iscsiroot_code=$?
	[ $iscsiroot_code -ne 0 ] || [ -e /run/iscsiroot/handoff ] || return 1
	iscsiroot_started=''
}

# iscsiroot_patience: the queue counts its idle rounds, RDRETRY times half a second. After two thirds its timeout
# scripts run (mdadm's starts a degraded array), and at RDRETRY it gives up. Its rounds last longer with us in
# them, so the two thirds are taken by the clock; it does not give up before iscsiroot does.
iscsiroot_patience()
{
	read -r now _ </proc/uptime
	now=${now%%.*}
	late=$((2 * ${RDRETRY-0} / 3 + 1))
	: "${iscsiroot_since=$now}"
	if [ "$((2 * (now - iscsiroot_since)))" -ge "$late" ] && [ "${main_loop-0}" -lt "$late" ]; then
		main_loop=$late
	fi
	[ "${main_loop-0}" -lt "$((${RDRETRY-1} - 1))" ] || main_loop=$late
}

# Exiting the shell retries, as with initramfs-tools; iscsiroot goes on from what is already set up.
iscsiroot_patience
while iscsiroot_round; do
	case $iscsiroot_code in
	0 | 10)
		iscsiroot_done=1
		break
		;;
	esac
	iscsiroot_failed "$iscsiroot_code" || break
done
if [ -n "${iscsiroot_done-}" ]; then
	if [ "$iscsiroot_code" -eq 0 ] && [ "${root-}" = iscsi ]; then
		iscsiroot_disk=$(/usr/sbin/iscsiroot root) && iscsiroot_lun "$iscsiroot_disk"
	fi
	# the queue has waited for this
	rm -f -- "$job"
fi
