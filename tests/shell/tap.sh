# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# TAP for the shell tests, and fake roots to run a script in under each of the three shells.
# Sourced from the top of the checkout; a test ends with `finish`.

tap_n=0
tap_bad=0
tap_work=$(mktemp -d) || exit 1
trap 'rm -rf "$tap_work"' 0
trap 'exit 1' 1 2 15

# ok STATUS NAME [DETAIL]: one result; DETAIL is shown when it is bad.
ok()
{
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_n - $2"
	else
		tap_bad=$((tap_bad + 1))
		echo "not ok $tap_n - $2"
		[ -z "${3-}" ] || printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

# is GOT WANTED NAME
is()
{
	[ "$1" = "$2" ]
	ok $? "$3" "got:    $1
wanted: $2"
}

# has TEXT PART NAME: PART stands literally in TEXT.
has()
{
	case "$1" in
	*"$2"*) ok 0 "$3" ;;
	*) ok 1 "$3" "no '$2' in: $1" ;;
	esac
}

finish()
{
	echo "1..$tap_n"
	[ "$tap_bad" -eq 0 ]
	exit
}

# add_program ROOT FILE...: copies programs into a fake root, with the libraries they need.
add_program()
{
	ap_root=$1
	shift
	for ap_file; do
		for ap_part in "$ap_file" $(ldd "$ap_file" 2>/dev/null | grep -o '/[^ ]*'); do
			[ ! -e "$ap_root$ap_part" ] || continue
			mkdir -p "$ap_root${ap_part%/*}"
			cp -L "$ap_part" "$ap_root$ap_part"
		done
	done
}

# add_shell ROOT dash|bash|busybox|klibc: makes that one /bin/sh of a fake root.
add_shell()
{
	mkdir -p "$1/bin"
	rm -f "$1/bin/sh"
	case "$2" in
	dash) as_file=/usr/bin/dash ;;
	bash) as_file=/bin/bash ;;
	busybox) as_file=/bin/busybox ;;
	klibc) as_file=/usr/lib/klibc/bin/sh ;;
	esac
	add_program "$1" "$as_file"
	cp -L "$as_file" "$1/bin/sh"
	# The interpreter of a klibc program is its library.
	[ "$2" != klibc ] || { mkdir -p "$1/lib" && cp /lib/klibc-*.so "$1/lib/"; }
}

# in_root ROOT COMMAND...: runs it there. Sets status, out and err.
in_root()
{
	ir_root=$1
	shift
	if [ "$(id -u)" -eq 0 ]; then
		chroot "$ir_root" "$@" >"$tap_work/out" 2>"$tap_work/err" </dev/null
	else
		unshare -r chroot "$ir_root" "$@" >"$tap_work/out" 2>"$tap_work/err" </dev/null
	fi
	# Read by the tests that source this file.
	# shellcheck disable=SC2034
	status=$?
	# shellcheck disable=SC2034
	out=$(cat "$tap_work/out")
	# shellcheck disable=SC2034
	err=$(cat "$tap_work/err")
}
