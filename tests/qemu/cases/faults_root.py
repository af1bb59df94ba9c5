# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults between the login and the root: LUNs, volume groups, names, what the image lacks."""
import os
import re

import lun
from case import case
from faults import gave_up, line, said_once, shell
from qemu import COUNTED
from target import IQN
from tiny import APPEND, DHCP, STATIC, config

TARGET = re.escape(IQN) + ": "
UNREADABLE = r"present, but cannot be read: Input/output error \(see the target's log\)"
PV = r"\w{6}(-\w{4}){5}-\w{6}"


def root(spec):
    return "root=%s ro console=ttyS0 loglevel=4" % spec + STATIC


def stands(c, luns, append, code, what, step="settle", files=None, **how):
    """A fault that stands until the deadline; the guest, in its shell.

    lvm is a heavy program to emulate: the guest's clock must not run on while the host is busy."""
    image = c.tiny()
    c.network()
    c.target(luns(image))
    guest = c.boot(image, append, {**config(TIMEOUT="20"), **(files or {})}, accel=COUNTED, **how)
    gave_up(c, guest, code, step, what)
    said_once(c, guest, step, what)
    return guest


def stopped(c, files, code, step, what, append=APPEND + STATIC):
    """A fault that no retry can mend: its line, its code and the shell, at once."""
    image = c.tiny()
    c.network(dhcp={})
    c.target(c.lun(image))
    guest = c.boot(image, append, {**config(), **files})
    shell(c, guest, code)
    c.ok("line %r" % what, guest.console.search(line(step, what)), c.messages(guest))
    found = guest.console.search(r"iscsiroot: %s: stopped after (\d+) s: .*; %s$" % (step, what))
    c.ok("it stopped at once", found and int(found.group(1)) < 15, c.messages(guest))


def without(*names):
    """The overlay that takes files (shell patterns) out of the image before anything of ours runs."""
    return {"conf/conf.d/without": ("rm -f %s\n" % " ".join(names), 0o644)}


def volumes(c, guest):
    """The device-mapper devices of a guest in its shell."""
    return guest.console.command("cat /sys/block/dm-*/dm/name", 30)[1].split("cat:")[0].split()


@case("faults-no-lun", group="faults")
def faults_no_lun(c):
    """Logged in, and the target shows this initiator no LUN"""
    stands(c, lambda image: {}, APPEND + STATIC, 66,
           TARGET + r"logged in, but the target shows no disk \(map the LUN to this initiator\)")


@case("faults-no-group", group="faults")
def faults_no_group(c):
    """A disk with a file system on it where a volume group should be"""
    stands(c, lambda image: c.lun(image, layout="whole"), APPEND + STATIC, 66,
           r"volume group system: not on the target's disks \(they hold: sda ext4\)")


@case("faults-group-incomplete", group="faults")
def faults_group_incomplete(c):
    """One of two physical volumes stays away: it is named, and nothing is activated"""
    guest = stands(c, lambda image: lun.split_vg(c.workdir / "a.lun", c.workdir / "b.lun", image.tree)[:1],
                   APPEND + STATIC, 66, r"volume group system: incomplete: 1 physical volume is missing: "
                   + PV + r" \(map its LUN to this initiator\)")
    c.same("volumes that are active", volumes(c, guest), [])


@case("faults-no-volume", group="faults")
def faults_no_volume(c):
    """The volume group has no such logical volume: those that it has are named"""
    stands(c, c.lun, root("/dev/mapper/system-elsewhere"), 66,
           r"logical volume system/elsewhere: not in its volume group \(it holds: root\)")


@case("faults-no-uuid", group="faults")
def faults_no_uuid(c):
    """No file system with that UUID: those that are there are named"""
    stands(c, lambda image: c.lun(image, layout="partition"),
           root("UUID=00000000-0000-4000-8000-000000000001"), 66,
           r"UUID=00000000-0000-4000-8000-000000000001: not on the target's disks \(they hold: .*sda1 "
           r"ext4 %s\)" % lun.FS_UUID)


@case("faults-no-label", group="faults")
def faults_no_label(c):
    """No file system with that label: those that are there are named"""
    stands(c, lambda image: c.lun(image, layout="whole"), root("LABEL=elsewhere"), 66,
           r"LABEL=elsewhere: not on the target's disks \(they hold: sda ext4 rootfs\)")


@case("faults-group-twice", group="faults")
def faults_group_twice(c):
    """Two different volume groups of the root's name: neither is taken, and both are told"""
    guest = stands(c, lambda image: [c.lun(image), lun.foreign_vg(c.workdir / "b.lun", "system", "root")],
                   APPEND + STATIC, 78, r"volume group system: two volume groups have this name \(mask one LUN, "
                   r"or rename one group with vgrename UUID NEWNAME\)")
    c.same("volumes that are active", volumes(c, guest), [])


def unreadable(c, append, layout, what):
    """tgt keeps the size of a LUN whose file is emptied, and fails the reads."""
    image = c.tiny()
    c.network()
    disk = c.lun(image, layout=layout)
    c.target(disk)
    os.truncate(disk, 0)
    guest = c.boot(image, append.replace("loglevel=4", "loglevel=2"), config(TIMEOUT="20"))
    gave_up(c, guest, 71, "settle", what)
    said_once(c, guest, "settle", what)


@case("faults-root-unreadable", group="faults")
def faults_root_unreadable(c):
    """The target answers every read of the root device with an error"""
    unreadable(c, root("/dev/sda"), "whole", r"/dev/sda: " + UNREADABLE)


@case("faults-disk-unreadable", group="faults")
def faults_disk_unreadable(c):
    """The target answers the reads of the disk that should hold the volume group with an error"""
    unreadable(c, APPEND + STATIC, "lvm", "sda: " + UNREADABLE)


@case("faults-no-iscsistart", group="faults")
def faults_no_iscsistart(c):
    """iscsistart is not in the image"""
    stopped(c, without("/sbin/iscsistart", "/usr/sbin/iscsistart"), 71, "login",
            r"iscsistart: program not in this image \(install open-iscsi, then run update-initramfs -u\)")


@case("faults-no-module", group="faults")
def faults_no_module(c):
    """The kernel's iSCSI is not in the image"""
    stopped(c, without("/usr/lib/modules/*/kernel/drivers/scsi/iscsi_tcp.ko*"), 71, "login",
            r"iscsi_tcp: kernel module not in this image or not for this kernel \(run update-initramfs -u\)")


@case("faults-no-disk-driver", group="faults")
def faults_no_disk_driver(c):
    """The kernel's disks are not in the image"""
    stopped(c, without("/usr/lib/modules/*/kernel/drivers/scsi/sd_mod.ko*"), 71, "login",
            r"sd_mod: kernel module not in this image or not for this kernel \(run update-initramfs -u\)")


@case("faults-no-lvm", group="faults")
def faults_no_lvm(c):
    """lvm is not in the image"""
    stands(c, c.lun, APPEND + STATIC, 71,
           r"lvm: not in the image \(install lvm2, then run update-initramfs -u\)",
           files=without("/sbin/lvm", "/usr/sbin/lvm"))


@case("faults-no-device-mapper", group="faults")
def faults_no_device_mapper(c):
    """The kernel's device-mapper is not in the image"""
    stands(c, c.lun, APPEND + STATIC, 71,
           r"volume group system: activation failed: no device-mapper in the kernel \(module dm_mod "
           r"missing from the image\)",
           files=without("/usr/lib/modules/*/kernel/drivers/md/dm-mod.ko*"))


@case("faults-no-nic-driver", group="faults")
def faults_no_nic_driver(c):
    """The NIC's driver is not in the image"""
    image = c.tiny()
    c.network()
    guest = c.boot(image, APPEND + STATIC, {
        **config(TIMEOUT="20"), **without("/usr/lib/modules/*/kernel/drivers/net/virtio_net.ko*")})
    gave_up(c, guest, 66, "net", r"any: no usable network interface \(check that its driver is in the image\)")


@case("faults-no-dhcp-client", group="faults")
def faults_no_dhcp_client(c):
    """ipconfig is not in the image"""
    stopped(c, without("/bin/ipconfig", "/usr/bin/ipconfig", "/usr/lib/klibc/bin/ipconfig"), 71, "net",
            r"eth0: ipconfig, the DHCP client, is not in the image \(install klibc-utils and run "
            r"update-initramfs -u\)", APPEND + DHCP + " net.ifnames=0")
