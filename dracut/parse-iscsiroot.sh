#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2034,SC2154 # variables are dracut's: it sources this file
#
# dracut's hook cmdline: when an iSCSI root is requested, iscsiroot alone sets up network and root.

# iscsiroot_cmdline: saves dracut's command line, which is more than the kernel's, for iscsiroot.
iscsiroot_cmdline()
{
	set -- /etc/cmdline /etc/cmdline.d/*.conf /run/initramfs/cmdline.d/*.conf
	for iscsiroot_file; do
		[ -e "$iscsiroot_file" ] || continue
		mkdir -p /run/iscsiroot
		(umask 077 && getcmdline >/run/iscsiroot/cmdline)
		return
	done
}

# iscsiroot_alone: disables dracut's network modules, which would bring up the same NICs, and its
# lvm_scan, which would activate more than the root's volume group. lvm_scan stays where others look
# for the root, or where it may be on a local disk.
iscsiroot_alone()
{
	netroot=''
	case "$iscsiroot_plan" in
	*kind=other* | *bypass=yes*) ;;
	*) rm -f -- /etc/udev/rules.d/64-lvm*.rules ;;
	esac
	for iscsiroot_hook in dhcp-root parse-ibft parse-vlan parse-bond parse-team parse-bridge \
		parse-ip-opts parse-ifname net-genrules ifname-genrules networkd-config networkd-run \
		nm-config nm-run cm-config cm-run; do
		# emptied, not removed, as some versions of dracut have read the list of hooks already
		for iscsiroot_file in "$hookdir"/*/*-"$iscsiroot_hook".sh \
			"$hookdir"/*/*/*-"$iscsiroot_hook".sh; do
			[ ! -e "$iscsiroot_file" ] || : >"$iscsiroot_file"
		done
	done
	[ -n "${DRACUT_SYSTEMD-}" ] || return 0
	# in /etc, as the real root's systemd reads /run too
	iscsiroot_masked=''
	mkdir -p /etc/systemd/system
	for iscsiroot_unit in systemd-networkd.service systemd-networkd.socket \
		systemd-network-generator.service systemd-networkd-wait-online.service \
		nm-initrd.service nm-wait-online-initrd.service NetworkManager-initrd.service \
		cm-initrd.service cm-wait-online-initrd.service; do
		[ -e "/usr/lib/systemd/system/$iscsiroot_unit" ] ||
			[ -e "/lib/systemd/system/$iscsiroot_unit" ] || continue
		ln -sf /dev/null "/etc/systemd/system/$iscsiroot_unit"
		iscsiroot_masked="$iscsiroot_masked $iscsiroot_unit"
	done
	[ -n "$iscsiroot_masked" ] || return 0
	systemctl daemon-reload
	# shellcheck disable=SC2086 # a list of units; those that run already are stopped
	systemctl --no-block stop $iscsiroot_masked
}

iscsiroot_cmdline
iscsiroot_plan=$(/usr/sbin/iscsiroot plan 2>/dev/null)
if [ $? -eq 10 ]; then
	rm -rf /run/iscsiroot
else
	iscsiroot_alone
	# dracut waits for the device of root= itself, and its modules for what they take root= to be. The
	# LUN itself is found by run-iscsiroot.sh, which also reports an invalid plan.
	case "$iscsiroot_plan" in
	*kind=other*) iscsiroot_kind=other ;;
	*kind=lun*) iscsiroot_kind=lun ;;
	?*) iscsiroot_kind=device ;;
	*)
		case "${root-}" in
		/dev/* | block:* | LABEL=* | UUID=* | PARTLABEL=* | PARTUUID=*) iscsiroot_kind=device ;;
		*) iscsiroot_kind=lun ;;
		esac
		;;
	esac
	[ "$iscsiroot_kind" != lun ] || root=iscsi root_unset=''
	[ "$iscsiroot_kind" = other ] || rootok=1
	# not the hand-off alone: run-iscsiroot.sh has something left to do when it is there
	echo "[ ! -e '$hookdir/initqueue/20-run-iscsiroot.sh' ]" >"$hookdir/initqueue/finished/iscsiroot.sh"
fi
unset iscsiroot_plan iscsiroot_kind
