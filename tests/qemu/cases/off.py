# SPDX-License-Identifier: GPL-2.0-or-later
"""Shutdown in every way: the root is unmounted, one Logout, and then the requested verb."""
import hashlib

import lun
from case import DEAD, case
from life import CONFIG, Life

SECOND = "iqn.2001-04.com.example:storage.second"
# keeps a file system busy until systemd-shutdown's own killing
HOLD = "systemd-run -p DefaultDependencies=no sh -c 'cd %s; exec sleep 100000 <%s'"


def running(c, suite, **how):
    """A guest that is up, with its writer; (life, guest)."""
    life = Life(c, suite, **how)
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    return life, guest


def down(c, suite, verb, command=None):
    """Shut down without an error; the capture."""
    life, guest = running(c, suite)
    life.down(guest, verb, command)
    return life.finish()


@case("off-poweroff", group="core off", seconds=400)
def off_poweroff(c):
    """Debian 12: poweroff under writing"""
    down(c, "bookworm", "poweroff")


@case("off-reboot", group="core off", seconds=400)
def off_reboot(c):
    """Debian 13: reboot under writing"""
    down(c, "trixie", "reboot")


@case("off-halt", group="off", seconds=400)
def off_halt(c):
    """Debian 12: halt under writing"""
    down(c, "bookworm", "halt")


@case("off-force", group="off", seconds=400)
def off_force(c):
    """Debian 13: systemctl --force reboot, which stops no service"""
    down(c, "trixie", "reboot", "systemctl --force reboot")


@case("off-ctrl-alt-del", group="off", seconds=400)
def off_ctrl_alt_del(c):
    """Debian 12: Ctrl-Alt-Del on the keyboard"""
    life, guest = running(c, "bookworm")
    life.ask(guest, ":")
    guest.qmp("send-key", keys=[{"type": "qcode", "data": k} for k in ("ctrl", "alt", "delete")])
    life.gone(guest, "reboot")
    life.was_down(guest, "reboot")
    life.finish()


@case("off-kexec", group="off", seconds=600)
def off_kexec(c):
    """Debian 13: kexec; the next kernel logs in anew, and powers off"""
    image = c.debian("trixie", files=CONFIG, extra_packages=("kexec-tools",))
    life, guest = running(c, "trixie", image=image)
    life.run(guest, "kexec -l /boot/vmlinuz-* --initrd=$(echo /boot/initrd.img-*) --reuse-cmdline")
    life.ask(guest, "systemctl kexec")
    guest.console.expect(r"kexec_core: Starting new kernel", 200)
    life.was_down(guest, "kexec")
    life.again(guest)
    life.up(guest)
    life.write(guest)
    life.down(guest, "poweroff")
    life.finish()


def dead(c, suite, mode):
    """The target is gone before the exitrd starts, and does not return."""
    life, guest = running(c, suite)
    life.run(guest, "touch /run/moment-exitrd")
    life.ask(guest, "systemctl poweroff")
    life.at(guest, "exitrd", life.away(mode, guest), None, cold=False)
    life.gone(guest, "poweroff", 120)
    life.was_down(guest, "poweroff", dead=True)
    life.finish()


@case("off-dead-reset", group="off", seconds=400)
def off_dead_reset(c):
    """Debian 12: the target is gone before the exitrd starts, its connections reset"""
    dead(c, "bookworm", "reset")


@case("off-dead-silence", group="off", seconds=400)
def off_dead_silence(c):
    """Debian 13: the target is silent before the exitrd starts"""
    dead(c, "trixie", "silence")


@case("off-dead-link", group="off", seconds=400)
def off_dead_link(c):
    """Debian 12: the link is down before the exitrd starts"""
    dead(c, "bookworm", "link")


@case("off-swap-and-data", group="off", seconds=400)
def off_swap_and_data(c):
    """Debian 13: swap on the root's group and a second file system, busy to the end, are taken down in order"""
    life, guest = running(c, "trixie", volumes={"swap": 64, "data": 64})
    for command in (
            "lvchange -ay system/swap system/data", "udevadm settle",
            "mkswap /dev/mapper/system-swap && swapon /dev/mapper/system-swap",
            "mkfs.ext4 -q /dev/mapper/system-data && mount /dev/mapper/system-data /mnt",
            "dd if=/dev/urandom of=/mnt/kept bs=64k count=16 conv=fsync",
            HOLD % ("/mnt", "/mnt/kept"), "cp /mnt/kept /mnt/late"):
        life.run(guest, command)
    out = life.run(guest, "sha256sum /mnt/late")
    life.down(guest, "poweroff")
    life.finish()
    data = lun.extract(life.disk, "/late", life.volumes["data"])
    c.same("what was written last to the second file system", hashlib.sha256(data).hexdigest(),
           out.split()[0])


@case("off-second-target", group="off", seconds=400)
def off_second_target(c):
    """Debian 12: a second target, logged in through open-iscsi, is logged out as well"""
    life = Life(c, "bookworm")
    other = c.workdir / "other.lun"
    with open(other, "wb") as f:
        f.truncate(64 << 20)
    c.target(other, iqn=SECOND, portals=["192.0.2.1:3261"])
    life.ports.add(3261)
    life.sessions.add(SECOND)
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    disk = "/dev/disk/by-path/ip-192.0.2.1:3261-iscsi-%s-lun-1" % SECOND
    for command in (
            "iscsiadm -m discovery -t sendtargets -p 192.0.2.1:3261",
            "iscsiadm -m node -T %s --login" % SECOND, "udevadm settle; ls " + disk,
            "mkfs.ext4 -q %s && mount -o _netdev %s /mnt" % (disk, disk),
            "cp /etc/hostname /mnt/late"):
        life.run(guest, command)
    life.down(guest, "poweroff")
    life.finish()
    c.ok("its file system: no journal is left", not lun.needs_recovery(other))
    c.same("its file system: clean", lun.fsck(other)[0], 0)
    c.same("what was written to it", lun.extract(other, "/late"), b"guest\n")


@case("off-20-reboots", group="long", seconds=3000)
def off_20_reboots(c):
    """Debian 12: twenty reboots in a row of one guest"""
    life = Life(c, "bookworm")
    for _ in range(20):
        guest = life.boot()
        guest.console.expect(r"^guest# ", 300, fail=DEAD)
        life.run(guest, "dmesg -n 1; stty -echo cols 500")
        life.write(guest)
        life.down(guest, "reboot")
    life.finish()
