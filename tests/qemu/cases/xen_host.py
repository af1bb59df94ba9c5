# SPDX-License-Identifier: GPL-2.0-or-later
"""A Xen host that is its guests' target as well: it is powered on, shut down, and powered on again."""
import os
from pathlib import Path

import lun
import xen
from case import case
from proc import HarnessError
from xentiny import numbered, tiny_is_up, tiny_off

GUESTS = 4
LATE = 300              # seconds of the host's clock that the target comes after the guests
AWAY = 150              # and after they were restored: the kernel's own patience is 120
# what the host keeps on its disk, and where else dom0 sees it
PLACES = {"save": "/var/lib/xen/save", "auto": "/etc/xen/auto"}
XENDOMAINS = "/etc/init.d/xendomains "
# numbered records, each on the disk before the next
WRITER = "mount -o remount,rw / && { i=0; while i=$((i + 1)); do echo $i >>/records; sync; sleep 2; " \
         "done & } && w=$!"
BAD = "I/O error|EXT4-fs error|rejecting I/O|recovery timed out|aborted journal"


def host_disk(c, image, ones):
    """The host's own disk, with its guests' LUNs, configurations and kernels."""
    tree = c.workdir / "host"
    for guest, _, disk in ones:
        _put(tree / "auto" / Path(guest.path).name, guest.text.encode())
        (tree / "lun").mkdir(exist_ok=True)
        os.rename(disk, tree / "lun" / guest.name)
    (tree / "save").mkdir()
    for path, (data, _) in xen.pair(image).items():
        _put(tree / Path(path).relative_to("/srv"), data)
    return lun.make(c.workdir / "host.disk", tree, "whole", 1536, label="host")


def _put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def mounted(host):
    """What of a host's boot comes before targets and guests."""
    host.run("modprobe -a virtio_blk crc32c_generic ext4")
    host.run("until [ -b /dev/vda ]; do sleep 1; done; mkdir -p /srv && mount -t ext4 /dev/vda /srv")
    for place, path in PLACES.items():
        host.run("mkdir -p %s && mount --bind /srv/%s %s" % (path, place, path))


def shut_down(c, host, names):
    """As a host does: the guests are saved, then the target ends, then file systems are unmounted."""
    host.run(XENDOMAINS + "stop")
    c.same("domains once the host has saved them", host.domains(), [])
    c.same("what it has saved", host.run("ls /srv/save").split(), names)
    power_off(host)


def power_off(host):
    host.run("target stop")
    for path in (*PLACES.values(), "/srv"):
        host.run("umount " + path)
    host.off()


def ask(guest, command):
    """A command in a guest that is to succeed; its output."""
    code, out = guest.console.command(command, xen.PATIENCE)
    if code:
        raise HarnessError("%s: %s: exit %d\n%s" % (guest.name, command, code, out))
    return out.strip()


def life(guest):
    """What a guest would lose by a boot."""
    return ask(guest, "cat /proc/sys/kernel/random/boot_id")


def same_sessions(c, host, ones):
    c.same("targets with a session", host.run("target sessions").split(),
           [str(i + 1) for i in range(len(ones))])


def goes_on(c, guest, before):
    """It is the same as BEFORE, and writes to its root."""
    c.same(guest.name + ": boot id", life(guest), before)
    ask(guest, "n=$(wc -l </records); until [ $(wc -l </records) -gt $((n + 2)) ]; do sleep 1; done")
    c.same(guest.name + ": errors", ask(guest, "dmesg | grep -E '%s'; true" % BAD), "")


def whole(c, guest, disk):
    """Its file system is clean, and each record is there once."""
    c.ok(guest.name + ": no journal is left to be replayed", not lun.needs_recovery(disk))
    c.same(guest.name + ": the file system is clean", lun.fsck(disk)[0], 0)
    records = lun.extract(disk, "/records").decode().split()
    c.same(guest.name + ": records", records, [str(i + 1) for i in range(len(records))])


@case("xen-host-target", group="xen", seconds=12000)
def xen_host_target(c):
    """Guests start before their own host's target, and are saved and restored with the host"""
    image = c.tiny()
    c.network(dhcp={})
    ones = [numbered(c, image, i + 1, {"ISCSI_TARGET_IP": xen.LAN % xen.ADDRESSES["a"]})
            for i in range(GUESTS)]
    guests = [guest for guest, _, _ in ones]
    names = [guest.name for guest in guests]
    disk = host_disk(c, image, ones)
    host, = xen.start(c, memory=1792, disks=[disk])

    mounted(host)
    host.run(XENDOMAINS + "start")
    for guest in guests:
        guest.attach(host)
    host.run("sleep %d" % LATE)
    c.same("domains before the target is there", sorted(host.domains()), names)
    host.run("target start")
    before = {}
    for guest in guests:
        tiny_is_up(c, guest)
        took = guest.console.search(r"root is ready after ([\d.]+) s")
        c.ok(guest.name + ": it waited for longer than is the default", took and float(took[1]) > 180,
             took)
        ask(guest, WRITER)
        before[guest.name] = life(guest)
    same_sessions(c, host, ones)

    for away in (0, AWAY):
        shut_down(c, host, names)
        host.again()
        mounted(host)
        if not away:
            host.run("target start")
        host.run(XENDOMAINS + "start")
        c.same("domains that were restored", sorted(host.domains()), names)
        c.same("what is still saved", host.run("ls /srv/save"), "")
        for guest in guests:
            guest.attach(host)
        if away:
            host.run("sleep %d; target start" % away)
        for guest in guests:
            goes_on(c, guest, before[guest.name])
        same_sessions(c, host, ones)

    for guest in guests:
        ask(guest, "kill $w; wait $w 2>/dev/null; sync")
        tiny_off(c, guest)
    for guest in guests:
        guest.wait_off(xen.PATIENCE)
    c.same("sessions at the end", host.run("target sessions"), "")
    power_off(host)
    c.same("the host's file system is clean", lun.fsck(disk)[0], 0)
    for guest in guests:
        own = c.workdir / (guest.name + ".lun")
        own.write_bytes(lun.extract(disk, "/lun/" + guest.name))
        whole(c, guest, own)
