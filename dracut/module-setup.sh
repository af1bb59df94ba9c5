#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # dracut sources this file and sets these variables
#
# dracut module: adds what an iSCSI root needs, in place of dracut's own module iscsi, which
# dracut.conf.d/zz-iscsiroot.conf omits. dracut sets initdir, kernel, moddir, hostonly and
# hostonly_cmdline. dracut ignores the status of install(), so a failure in here ends dracut itself;
# the previous image then stays as it is.

COMMON=/usr/lib/iscsiroot/image-functions

# common FUNCTION...: runs functions shared with the hook of initramfs-tools, until one fails. The body
# is a subshell, so that they cannot change dracut's variables.
common()
(
	# shellcheck disable=SC2034 # used by image-functions
	self=dracut off=/etc/dracut.conf.d/iscsiroot.conf DESTDIR=$initdir version=$kernel
	# shellcheck disable=SC2317 # called by image-functions
	put()
	{
		inst "$1" "$2"
	}
	# shellcheck source=hooks/common
	. "$COMMON"
	for function; do
		$function || exit
	done
)

# check: called by dracut. Status 0: add to every image, 255: only when requested by name, 1: never.
check()
{
	local code

	[[ ${mount_needs-} ]] && return 255
	case ${ISCSIROOT-} in
	"" | yes) ;;
	no) return 1 ;;
	*)
		derror "iscsiroot: dracut: ISCSIROOT=$ISCSIROOT: must be yes or no (fix it in /etc/dracut.conf.d)"
		exit 1
		;;
	esac
	[[ $hostonly ]] || return 0
	common reason >/dev/null
	code=$?
	case $code in
	0) return 0 ;;
	10)
		dinfo "iscsiroot: dracut: no iSCSI root here: nothing added (to add it anyway: touch /etc/iscsi/iscsi.initramfs)"
		return 255
		;;
	*) exit 1 ;;
	esac
}

# depends: called by dracut; prints the modules that this one needs.
depends()
{
	local deps="rootfs-block"

	# dracut silently omits a module that depends on a missing one
	[[ " ${omit_dracutmodules-} " == *" lvm "* ]] || ! command -v lvm >/dev/null || deps+=" lvm"
	compgen -G "${dracutbasedir-/usr/lib/dracut}/modules.d/[0-9][0-9]initqueue" >/dev/null &&
		deps+=" initqueue"
	echo "$deps"
}

# nic_drivers: prints the drivers of this machine's NICs and of the buses they are connected to.
nic_drivers()
{
	local at

	for at in /sys/class/net/*/device; do
		[[ -e $at ]] || continue
		at=$(readlink -f -- "$at")
		while [[ $at == /sys/devices/* ]]; do
			[[ ! -e $at/driver/module ]] || basename "$(readlink -f -- "$at/driver/module")"
			at=${at%/*}
		done
	done | sort -u
}

# installkernel: called by dracut. The drivers of virtual NICs go into an image for this machine only
# (hostonly) too, as a guest may be started on another kind of host.
installkernel()
{
	local -a drivers

	hostonly='' dracut_instmods -o iscsi_tcp sd_mod crc32c crypto-crc32c crc32c_generic libcrc32c \
		af_packet xen_netfront virtio_pci virtio_net
	if [[ $hostonly ]]; then
		mapfile -t drivers < <(nic_drivers)
		[[ ${#drivers[@]} -eq 0 ]] || hostonly='' dracut_instmods -o "${drivers[@]}"
	else
		dracut_instmods -o =drivers/net/ethernet =drivers/net/mdio =drivers/net/phy =drivers/net/usb \
			hv_netvsc vmxnet3
	fi
}

# attribute FILE: prints the value of a sysfs attribute; nothing when it has none.
attribute()
{
	local value=

	[[ ! -r $1 ]] || IFS= read -r value <"$1"
	[[ $value == "(null)" ]] || printf '%s' "$value"
}

# disk_parameters DISK: prints the kernel parameters, see dracut.cmdline(7), that lead to the LUN of a disk.
disk_parameters()
{
	local device=${1%/block/*} session=${1%%/target*} address port lun nic

	session=${session##*/}
	address=$(attribute "/sys/class/iscsi_connection/connection${session#session}:0/persistent_address")
	port=$(attribute "/sys/class/iscsi_connection/connection${session#session}:0/persistent_port")
	lun=${device##*:}
	echo "rd.iscsi.initiator=$(attribute "/sys/class/iscsi_session/$session/initiatorname")"
	nic=$(iface_for_remote_addr "$address")
	if ip -o address show dev "$nic" to "$(local_addr_for_remote_addr "$address")" | grep -q ' dynamic '; then
		echo "ip=$nic:dhcp"
	else
		ip_params_for_remote_addr "$address"
		echo
	fi
	[[ $address != *:* ]] || address="[$address]"
	echo "netroot=iscsi:$address::$port:$lun:$(attribute "/sys/class/iscsi_session/$session/targetname")"
}

# running_disks: prints the running root's iSCSI disks when neither the configuration file nor the
# command line names their target: another program has logged in to it.
running_disks()
{
	local root

	# shellcheck disable=SC2031 # this runs in common()
	[[ ! -e $CONFIG ]] && root=$(root_device) && ! asked && iscsi_disks "$root"
}

# parameters: prints the kernel parameters of the disks on standard input, without duplicates.
parameters()
{
	local disk

	while read -r disk; do
		disk_parameters "$disk"
	done | awk '!seen[$0]++'
}

# cmdline: called by dracut; prints the kernel parameters that lead to the running root.
cmdline()
{
	common running_disks | parameters
}

# secrets DISK: prints the credentials of the disk's session in the form of the configuration file.
secrets()
{
	local session=${1%%/target*} name value

	for name in username password username_in password_in; do
		value=$(attribute "/sys/class/iscsi_session/${session##*/}/$name")
		[[ $value ]] || continue
		if [[ $value == *[[:cntrl:]]* ]]; then
			derror "iscsiroot: dracut: $name of the running session: contains a control character (write it to /etc/iscsi/iscsi.initramfs)" >&2
			return 1
		fi
		case $name in
		*_in) name=in_${name%_in} ;;
		esac
		printf "ISCSI_%s='%s'\n" "${name^^}" "${value//"'"/"'\"'\"'"}"
	done
}

# target PARAMETERS: prints the target of the netroot= among them in the form of the configuration
# file, which can name one target only. Status 1 when there are several.
target()
{
	local word lun='' portals=''

	while read -r word; do
		[[ $word =~ ^netroot=iscsi:(.*)::([0-9]+):([0-9]+):(.*)$ ]] || continue
		if [[ $lun && $lun != "${BASH_REMATCH[3]} ${BASH_REMATCH[4]}" ]]; then
			derror "iscsiroot: dracut: the running root: is on several targets with credentials (write them to /etc/iscsi/iscsi.initramfs)" >&2
			return 1
		fi
		lun="${BASH_REMATCH[3]} ${BASH_REMATCH[4]}"
		portals+="${portals:+ }${BASH_REMATCH[1]}:${BASH_REMATCH[2]}"
	done <<<"$1"
	printf "ISCSI_TARGET_NAME='%s'\nISCSI_TARGET_IP='%s'\nISCSI_LUN=%s\n" "${lun#* }" "$portals" "${lun%% *}"
}

# next_boot: adds the parameters of the next boot to the image. When there are credentials, they and
# the target go into the configuration file instead, as dracut prints its command line at each boot.
next_boot()
{
	local disks words secrets target

	[[ ${hostonly_cmdline-} == yes ]] || return 0
	disks=$(common running_disks)
	[[ $disks ]] || return 0
	words=$(parameters <<<"$disks")
	secrets=$(secrets "${disks%%$'\n'*}") || exit 1
	if [[ $secrets ]]; then
		target=$(target "$words") || exit 1
		words=$(grep -v '^netroot=' <<<"$words")
		(umask 077 && printf '%s\n' "$target" "$secrets" >"$initdir/etc/iscsi/iscsi.initramfs")
	fi
	mkdir -p -- "$initdir/etc/cmdline.d"
	printf '%s\n' "$words" >"$initdir/etc/cmdline.d/95-iscsiroot.conf"
}

# protect_image FILE: dracut writes a new image under umask 077, but an existing one it overwrites, and
# a user who may read that one, or has it open, would read the secrets of the new one. So before that,
# FILE is replaced with a copy of itself that is root's alone. Where the file system has no modes (FAT,
# whose modes mount(8) sets), the image cannot be protected.
protect_image()
{
	local copy mode

	[[ -f $1 ]] || return 0
	mode=$(stat -c %a -- "$1") || return 1
	[[ ${mode: -2} != 00 ]] || return 0
	copy=$(mktemp -- "$1.XXXXXX") || return 1
	if ! cp --reflink=auto -- "$1" "$copy" || ! mv -f -- "$copy" "$1"; then
		rm -f -- "$copy"
		# no room for two: whoever has it open keeps it
		chmod 600 -- "$1" || return 1
	fi
	mode=$(stat -c %a -- "$1") || return 1
	[[ ${mode: -2} == 00 ]]
}

# protect_images: the same for the image that dracut is about to write, and for what it writes first in
# its place (newer versions) and an interrupted run has left.
protect_images()
{
	local file

	[[ ${outfile-} ]] || return 0
	for file in "$outfile" "$outfile.tmp"; do
		protect_image "$file" ||
			dwarn "iscsiroot: dracut: $file: users can read it, with the secrets of the iSCSI root (mount its file system with umask=077)"
	done
}

# multipath_files: where multipath is in the image, adds its udev rules by the names that Debian's packages
# multipath-tools and kpartx give them, which dracut's module does not know: without them no path is
# claimed, and a map has no partitions. And the path checkers, which Debian 12's dracut does not find:
# multipathd does not start without them.
multipath_files()
{
	dracut_module_included multipath || return 0
	inst_multiple -o /lib/multipath/*.so
	inst_rules 56-dm-mpath.rules 56-dm-parts.rules 60-kpartx.rules 60-multipath.rules 68-del-part-nodes.rules \
		99-z-dm-mpath-late.rules
}

# install: called by dracut.
install()
{
	local -a files

	protect_images
	common check_config copy_config note_digests copy_programs copy_others need_modules \
		need_lvm || exit 1
	mapfile -t files <"$initdir/usr/lib/iscsiroot/keeper.files"
	inst_multiple "${files[@]}" || exit 1
	next_boot
	multipath_files
	inst_hook cmdline 20 "$moddir/parse-iscsiroot.sh"
	inst_hook initqueue 20 "$moddir/run-iscsiroot.sh"
	dracut_need_initqueue
}
