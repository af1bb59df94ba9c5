#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2034,SC2154 # variables are dracut's: it sources this file
#
# dracut's hook cmdline: is an iSCSI root asked for? If so it is ours, and nobody else's.

# More than the kernel's command line counts for dracut, so it does for us.
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

# Its network modules would bring up the same NICs, and lvm_scan more than the root's volume group.
iscsiroot_alone()
{
	netroot=''
	rm -f -- /etc/udev/rules.d/64-lvm*.rules
	for iscsiroot_hook in dhcp-root parse-ibft parse-vlan parse-bond parse-team parse-bridge \
		parse-ip-opts parse-ifname net-genrules ifname-genrules networkd-config networkd-run \
		nm-config nm-run cm-config cm-run; do
		# emptied, not removed: some versions of dracut have their list made already
		for iscsiroot_file in "$hookdir"/*/*-"$iscsiroot_hook".sh \
			"$hookdir"/*/*/*-"$iscsiroot_hook".sh; do
			[ ! -e "$iscsiroot_file" ] || : >"$iscsiroot_file"
		done
	done
	[ -n "${DRACUT_SYSTEMD-}" ] || return 0
	# not in /run, which the real root's systemd reads as well
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
	# shellcheck disable=SC2086 # a list; what runs already is ended
	systemctl --no-block stop $iscsiroot_masked
}

iscsiroot_cmdline
/usr/sbin/iscsiroot plan >/dev/null 2>&1
if [ $? -eq 10 ]; then
	rm -rf /run/iscsiroot
else
	iscsiroot_alone
	# Anything else names the LUN itself, and which disk that is run-iscsiroot.sh sees.
	case "${root-}" in
	/dev/* | block:* | LABEL=* | UUID=* | PARTLABEL=* | PARTUUID=*) ;;
	*) root=iscsi root_unset='' ;;
	esac
	rootok=1
	echo '[ -e /run/iscsiroot/handoff ]' >"$hookdir/initqueue/finished/iscsiroot.sh"
fi
