# SPDX-License-Identifier: GPL-2.0-or-later
"""Whole Debian guests with systemd, from an iSCSI LVM root to multi-user."""
import lun
from case import case
from target import IQN
from tiny import dhcp_once

ROOT = "/dev/mapper/system-root"
APPEND = "root=%s ro console=ttyS0" % ROOT
DHCP = " ip=dhcp"
STATIC = " ip=192.0.2.10::192.0.2.1:255.255.255.0:guest::off"
FILES = {"/etc/iscsi/iscsi.initramfs": (
    "ISCSI_TARGET_NAME=%s\nISCSI_TARGET_IP=192.0.2.1\n" % IQN, 0o600)}


def multi_user(c, guest):
    """The guest reaches multi-user from the volume on the LUN; its facts."""
    facts = c.shell(guest)
    c.root_is(facts, ROOT)
    c.handed_over(facts)
    code, out = guest.console.command("systemctl is-active multi-user.target")
    c.same("multi-user.target", (code, out.strip()), (0, "active"))
    code, out = guest.console.command("lsblk -nro NAME,TYPE,TRAN,MOUNTPOINTS -s " + ROOT)
    rows = [line.split() for line in out.splitlines() if line.strip()]
    c.ok("lsblk: the volume is on /", rows and rows[0][:2] == ["system-root", "lvm"]
         and rows[0][-1] == "/", out)
    c.ok("lsblk: below it lies an iSCSI disk", rows[-1][1:3] == ["disk", "iscsi"], out)
    c.ok("the guest has its own programs running", any("systemd" in p for p in facts["processes"]))
    return facts


def boot(c, suite, append, dhcp=None, busybox=True):
    """Boot a suite's guest to multi-user; (guest, image, disk)."""
    image = c.debian(suite, files=FILES, busybox=busybox)
    c.network(dhcp=dhcp)
    disk = c.lun(image)
    c.target(disk)
    guest = c.boot(image, append, cpus=2)
    multi_user(c, guest)
    return guest, image, disk


def one_login_and_end(c, guest):
    guest.close()
    wire = c.wire()
    c.one_login(guest, wire)
    return wire


@case("debian12-dhcp", seconds=400)
def debian12_dhcp(c):
    """Debian 12 by DHCP to multi-user"""
    guest, _, _ = boot(c, "bookworm", APPEND + DHCP, dhcp={})
    wire = one_login_and_end(c, guest)
    dhcp_once(c, guest, wire, until=c.init_time(guest))


@case("debian13-static", seconds=400)
def debian13_static(c):
    """Debian 13 with a static address to multi-user"""
    guest, _, _ = boot(c, "trixie", APPEND + STATIC)
    wire = one_login_and_end(c, guest)
    c.same("DHCP packets", wire.dhcp, [])


@case("debian12-static", group="boot", seconds=400)
def debian12_static(c):
    """Debian 12 with a static address to multi-user"""
    guest, _, _ = boot(c, "bookworm", APPEND + STATIC)
    one_login_and_end(c, guest)


@case("debian13-dhcp", group="boot", seconds=400)
def debian13_dhcp(c):
    """Debian 13 by DHCP to multi-user"""
    guest, _, _ = boot(c, "trixie", APPEND + DHCP, dhcp={})
    one_login_and_end(c, guest)


@case("debian12-klibc", group="boot", seconds=400)
def debian12_klibc(c):
    """Debian 12 with BUSYBOX=n: klibc's sh runs the scripts"""
    guest, _, _ = boot(c, "bookworm", APPEND + DHCP, dhcp={}, busybox=False)
    one_login_and_end(c, guest)


@case("debian12-modules-dep", group="boot", seconds=900)
def debian12_modules_dep(c):
    """MODULES=dep, built inside the booted guest, which then boots from that image"""
    guest, image, disk = boot(c, "bookworm", APPEND + DHCP, dhcp={})
    made = "echo MODULES=dep >/etc/initramfs-tools/conf.d/zz-dep && " \
           "sed -i '/^MODULES=/d' /etc/initramfs-tools/conf.d/guest-modules && " \
           "update-initramfs -u -k all && stat -c 'image %a %s' /boot/initrd.img-*"
    code, out = guest.console.command(made, 400)
    c.must("update-initramfs inside the guest", code == 0, out)
    c.ok("the image is 0600", "image 600 " in out, out)
    size = int(out.split("image 600 ")[1].split()[0]) if "image 600 " in out else 0
    c.ok("the image is a small one", 0 < size < image.initrd.stat().st_size * 0.6, size)
    # all of it onto the LUN, journal replayed, the guest cut off after that
    guest.console.sendline("dmesg -n 8; sync; echo u >/proc/sysrq-trigger")
    guest.console.expect(r"Emergency Remount complete", 60)
    guest.close()
    initrd = c.workdir / "dep.initrd"
    initrd.write_bytes(lun.extract(disk, "/boot/initrd.img-" + image.kver))
    c.same("the image that was read back is the one that was made", initrd.stat().st_size, size)
    one_login_and_end(c, guest)

    c.net.capture(name="again.pcap")
    again = c.boot(image, APPEND + DHCP, initrd=initrd, cpus=2)
    multi_user(c, again)
    one_login_and_end(c, again)
