# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests of real Xen hosts: they boot from iSCSI, move, and come back."""
import time

import images
import lun
import shutdown
import xen
from case import DEAD, case
from target import IQN
from xenlife import XenLife

ROOT = "/dev/mapper/system-root"
MEMORY = 192
# what is saved lies in dom0's memory
SAVING = {"memory": 2048, "dom0": 1280}


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
    host, = xen.start(c, files={**xen.pair(image), **guest.files()})
    guest.create(host)
    tiny_is_up(c, guest)
    c.same("domains of the host", host.domains(), ["guest"])
    lines, _ = shutdown.down(guest, "poweroff", 120)
    c.same("the root's end", lines[-3:-1], ["/oldroot: unmounted", IQN + ": logged out"])
    guest.wait_off(120)
    wire = c.wire()
    c.one_login(guest, wire)
    one_logout(c, guest, wire, disk)


def saved(life, guest, seconds=120):
    """Saved, and restored after SECONDS: it writes on."""
    c = life.c
    guest.save()
    c.same("domains while it is saved", guest.host.domains(), [])
    time.sleep(seconds)
    guest.restore()
    life.writes(guest)


@case("xen-pv-static", group="xen", seconds=900)
def xen_pv_static(c):
    """A PV guest with a static address boots, is saved, and restored after two minutes"""
    life = XenLife(c, "guest-pv.cfg", host=SAVING)
    guest = life.boot()
    life.up(guest, 400)
    life.write(guest)
    saved(life, guest)
    life.down(guest, "poweroff")
    life.same_session(life.finish())


@case("xen-save", group="xen", seconds=900)
def xen_save(c):
    """A PVH guest is saved, and restored after two minutes"""
    life = XenLife(c, "guest-pvh.cfg", dhcp={}, host=SAVING, tsc_mode="native")
    guest = life.boot()
    life.up(guest, 400)
    life.write(guest)
    saved(life, guest)
    life.down(guest, "poweroff")
    life.same_session(life.finish())


@case("xen-pause", group="xen", seconds=900)
def xen_pause(c):
    """A PVH guest is paused for two minutes"""
    life = XenLife(c, "guest-pvh.cfg", dhcp={}, tsc_mode="native")
    guest = life.boot()
    life.up(guest, 400)
    life.write(guest)
    guest.pause()
    time.sleep(120)
    guest.unpause()
    life.writes(guest)
    life.down(guest, "poweroff")
    life.same_session(life.finish())


@case("xen-migrate", group="xen", seconds=3000)
def xen_migrate(c):
    """A PVH guest under write load moves between two hosts, five times in a row"""
    life = XenLife(c, "guest-pvh.cfg", names=("a", "b"), dhcp={}, tsc_mode="native")
    guest = life.boot()
    life.up(guest, 400)
    life.write(guest, "guest-load")
    for i in range(5):
        life.move(guest, life.hosts[(i + 1) % 2])
    life.down(guest, "poweroff")
    wire = life.finish()
    life.same_session(wire)
    life.told_neighbours(guest, wire)
    life.longest_gap(guest)


@case("xen-migrate-target", group="xen", seconds=1500)
def xen_migrate_target(c):
    """The target is restarted while a PVH guest moves"""
    life = XenLife(c, "guest-pvh.cfg", names=("a", "b"), dhcp={}, tsc_mode="native")
    guest = life.boot()
    life.up(guest, 400)
    life.write(guest)
    away = life.away("reset", guest)

    def restarted():
        away.when = away.begin() + 0.001
        away.last(5)
        away.end()
    life.move(guest, life.hosts[1], meanwhile=restarted)
    life.down(guest, "poweroff")
    wire = life.finish()
    life.told_neighbours(guest, wire)
