# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests of real Xen hosts: they boot from iSCSI, move, and come back."""
import images
import lun
import shutdown
import xen
from case import DEAD, case
from target import IQN

ROOT = "/dev/mapper/system-root"
KERNEL, RAMDISK = "/srv/boot/guest1/vmlinuz", "/srv/boot/guest1/initrd.img"
MEMORY = 192


def pair(image):
    """The kernel and the initrd where a host boots them from."""
    return {KERNEL: (image.kernel.read_bytes(), 0o644), RAMDISK: (image.initrd.read_bytes(), 0o644)}


def tiny_is_up(c, guest, seconds=300):
    """A tiny guest at its shell, its root on the LUN."""
    guest.console.expect(r"^TINY-SHELL", seconds, fail=DEAD)
    guest.console.command("true", 60)
    guest.facts = images.facts(guest.console.text)
    c.root_is(guest.facts, ROOT)
    c.handed_over(guest.facts)


def one_logout(c, guest, wire, disk):
    """Its session ended with a Logout after all else, and its file system is clean."""
    pairs = wire.logouts()
    c.same("Logouts, their reason and the response", [(p.reason, r and r.reason) for p, r in pairs],
           [(0, 0)])
    c.ok("no SCSI command follows the Logout", pairs and all(p.time < pairs[0][0].time
                                                             for p in wire.scsi()))
    c.ok("no journal is left to be replayed", not lun.needs_recovery(disk))
    c.same("the file system is clean", lun.fsck(disk)[0], 0)


@case("xen-pvh-dhcp", group="xen", seconds=400)
def xen_pvh_dhcp(c):
    """A PVH guest boots by DHCP to its shell, and powers off with a Logout"""
    image = c.tiny()
    c.network(dhcp={})
    disk = c.lun(image)
    c.target(disk)
    text = xen.config("guest-pvh.cfg", more=" loglevel=4 tiny.shell tiny.exitrd=poweroff",
                      name="guest", memory=MEMORY, tsc_mode="native")
    guest = xen.Domain(c, "guest", text, image)
    host, = xen.start(c, files={**pair(image), **guest.files()})
    guest.create(host)
    tiny_is_up(c, guest)
    c.same("domains of the host", host.domains(), ["guest"])
    lines, _ = shutdown.down(guest, "poweroff", 120)
    c.same("the root's end", lines[-3:-1], ["/oldroot: unmounted", IQN + ": logged out"])
    guest.wait_off(120)
    wire = c.wire()
    c.one_login(guest, wire)
    one_logout(c, guest, wire, disk)
