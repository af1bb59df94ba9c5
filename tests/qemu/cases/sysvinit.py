# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests whose init is sysvinit: the scripts of networking and open-iscsi do not disconnect the root, and
at the end the root is read-only, flushed, and its session logged out."""
import re

from case import case
from life import CONFIG, Life

NIC = "ens3"
PACKAGES = ("sysvinit-core", "systemd-sysv-", "sysv-rc", "initscripts", "insserv", "startpar")
MORE = {"bookworm": (), "trixie": ("orphan-sysvinit-scripts",)}
FILES = {
    "/etc/inittab": (
        "id:2:initdefault:\nsi::sysinit:/etc/init.d/rcS\n~~:S:wait:/sbin/sulogin --force\n" +
        "".join("l{0}:{0}:wait:/etc/init.d/rc {0}\n".format(n) for n in range(7)) +
        "z6:6:respawn:/sbin/sulogin --force\n"
        "S0:2345:respawn:/sbin/agetty --autologin root --noissue --keep-baud 115200 ttyS0 dumb\n", 0o644),
    "/etc/network/interfaces": (
        "auto lo\niface lo inet loopback\nauto {0}\niface {0} inet static\n address 192.0.2.77/24\n".format(NIC),
        0o644),
}


def boot(c, suite):
    image = c.debian(suite, files=CONFIG, extra_packages=PACKAGES + MORE[suite])
    life = Life(c, suite, image=image, more=FILES)
    life.end = "/oldroot: remounted read-only"
    return life, up(c, life)


def up(c, life):
    guest = life.boot_counted()
    life.up(guest)
    c.has("init is sysvinit's", life.run(guest, "cat /proc/1/comm; readlink -f /sbin/init"), "/init")
    c.same("and no systemd runs", life.run(guest, "pgrep -x systemd", want=1), "")
    life.run(guest, "(setsid guest-writer /var/writer /dev/ttyS1 0.1 </dev/null >/dev/null 2>&1 &)")
    guest.second.expect(r"^W \d+$", 60)
    return guest


def meddle(c, life, guest):
    """Everything that the scripts of the network and of open-iscsi can do."""
    for command in ("/etc/init.d/networking restart", "ifdown -a --exclude=lo", "ifup -a", "ifdown " + NIC,
                    "/etc/init.d/open-iscsi start", "/etc/init.d/iscsid start", "/etc/init.d/iscsid restart",
                    "/etc/init.d/iscsid stop", "/etc/init.d/open-iscsi stop"):
        life.run(guest, command + "; true", 100)
        life.writes(guest)
        out = life.run(guest, "ip -4 -o addr show dev " + NIC)
        c.same("the address after `%s`" % command, re.findall(r"inet (\S+)", out), ["192.0.2.10/24"])
    out = life.run(guest, "iscsiadm -m session; iscsiroot status")
    c.has("iscsid answers, and knows the session", out, life.target.iqn)
    c.ok("status is healthy", re.search(r"^ok   state: +healthy$", out, re.M), out)


@case("sysvinit-poweroff", group="core network", seconds=600)
def sysvinit_poweroff(c):
    """Debian 12 with sysvinit: boot, all network and iSCSI scripts, poweroff"""
    life, guest = boot(c, "bookworm")
    meddle(c, life, guest)
    life.down(guest, "poweroff", "poweroff")
    life.finish()
    life.never_held_up(guest)


@case("sysvinit-reboot", group="network", seconds=900)
def sysvinit_reboot(c):
    """Debian 13 with sysvinit: boot, reboot, boot again, halt"""
    life, guest = boot(c, "trixie")
    life.down(guest, "reboot", "reboot")
    again = up(c, life)
    life.down(again, "halt", "halt")
    life.finish()
