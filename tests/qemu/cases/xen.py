# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests of real Xen hosts: they boot from iSCSI, move, and come back."""
import time

import lun
import xen
from case import DEAD, but_broken, case
from proc import wait_for
from target import IQN
from xenlife import XenLife
from xentiny import TINY, numbered, tiny_is_up, tiny_off

MEMORY = 192
ADDRESS = "192.0.2.10"
STATIC = ADDRESS + "::192.0.2.1:255.255.255.0:guest::off"
# what is saved lies in dom0's memory
SAVING = {"memory": 2048, "dom0": 1280}


def boots(c, template, ip, **keys):
    """A guest of TEMPLATE, with IP of the command line, boots to its shell and powers off with a
    Logout."""
    image = c.tiny()
    c.network(dhcp={})
    disk = c.lun(image)
    c.target(disk)
    text = xen.config(template, {"ip": ip}, more=TINY, name="guest", memory=MEMORY, **keys)
    guest = xen.Domain(c, "guest", text, image)
    host, = xen.start(c, files={**xen.pair(image), **guest.files()})
    guest.create(host)
    tiny_is_up(c, guest)
    c.same("domains of the host", host.domains(), ["guest"])
    tiny_off(c, guest)
    guest.wait_off(xen.PATIENCE)
    wire = c.wire()
    leased = {p.yiaddr for p in wire.dhcp if p.mac == guest.macs[0] and p.type == "ack"}
    c.same("addresses leased", len(leased), int(ip == "dhcp"))
    address, = leased or {ADDRESS}
    c.ok("its address is " + address, any(" inet %s/24 " % address in line
                                          for line in guest.facts["addresses"]), guest.facts["addresses"])
    c.one_login(guest, wire)
    c.one_logout(wire, disk)


@case("xen-pvh-dhcp", group="core xen", seconds=1500)
def xen_pvh_dhcp(c):
    """A PVH guest boots by DHCP to its shell, and powers off with a Logout"""
    boots(c, "guest-pvh.cfg", "dhcp", tsc_mode="native")


@case("xen-pvh-static", group="xen", seconds=1500)
def xen_pvh_static(c):
    """A PVH guest boots with a static address to its shell, and powers off with a Logout"""
    boots(c, "guest-pvh.cfg", STATIC, tsc_mode="native")


@case("xen-pv-dhcp", group="xen", seconds=1500)
def xen_pv_dhcp(c):
    """A PV guest boots by DHCP to its shell, and powers off with a Logout"""
    boots(c, "guest-pv.cfg", "dhcp")


def saved(life, guest, seconds=120):
    """Saved, and restored after SECONDS: it writes on."""
    c = life.c
    guest.save()
    c.same("domains while it is saved", guest.host.domains(), [])
    time.sleep(seconds)
    guest.restore()
    life.writes(guest)


@case("xen-pv-static", group="xen", seconds=3600)
def xen_pv_static(c):
    """A PV guest with a static address boots, is saved, and restored after two minutes"""
    life = XenLife(c, "guest-pv.cfg", host=SAVING)
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    saved(life, guest)
    life.down(guest, "poweroff")
    life.same_session(life.finish())


@case("xen-save", group="xen", seconds=3600)
def xen_save(c):
    """A PVH guest is saved, and restored after two minutes"""
    life = XenLife(c, "guest-pvh.cfg", dhcp={"lease": "12h"}, host=SAVING, tsc_mode="native")
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    asked = c.net.dhcp_log().count("DHCPACK")
    saved(life, guest)
    wait_for(lambda: c.net.dhcp_log().count("DHCPACK") > asked, xen.PATIENCE,
             "the lease asked for at once, not in six hours")
    life.down(guest, "poweroff")
    life.same_session(life.finish())


@case("xen-pause", group="xen", seconds=3600)
def xen_pause(c):
    """A PVH guest is paused for two minutes"""
    life = XenLife(c, "guest-pvh.cfg", dhcp={}, tsc_mode="native")
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    guest.pause()
    time.sleep(120)
    guest.unpause()
    life.writes(guest)
    life.down(guest, "poweroff")
    life.same_session(life.finish())


@case("xen-migrate", group="xen", seconds=3600)
def xen_migrate(c):
    """A PVH guest under write load moves between two hosts, five times in a row"""
    life = XenLife(c, "guest-pvh.cfg", names=("a", "b"), dhcp={}, tsc_mode="native")
    guest = life.boot()
    life.up(guest)
    life.write(guest, "guest-load")
    for i in range(5):
        life.move(guest, life.hosts[(i + 1) % 2])
    life.down(guest, "poweroff")
    wire = life.finish()
    life.same_session(wire)
    life.told_neighbours(guest, wire)
    life.never_held_up(guest)


@case("xen-migrate-target", group="xen", seconds=3600)
def xen_migrate_target(c):
    """The target is restarted while a PVH guest moves"""
    life = XenLife(c, "guest-pvh.cfg", names=("a", "b"), dhcp={}, tsc_mode="native")
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    away = life.away("reset", guest)

    def restarted():
        away.when = away.begin() + 0.001
        away.last(5)
        away.end()
    life.move(guest, life.hosts[1], meanwhile=restarted)
    began, ended = life.moves[0]
    c.ok("the target was restarted during the migration", began < away.began < away.ended < ended,
         (began, away.began, away.ended, ended))
    life.down(guest, "poweroff")
    wire = life.finish()
    life.told_neighbours(guest, wire)


@case("xen-late-target", group="xen", seconds=3600)
def xen_late_target(c):
    """Four guests start with their host, and their target five minutes later"""
    image = c.tiny()
    c.network(dhcp={})
    late_ones = [numbered(c, image, i) for i in range(1, 5)]
    target = None
    for guest, iqn, disk in late_ones:
        if target:
            target.add(iqn, [disk])
        else:
            target = c.target(disk, iqn=iqn, held=True)
    files = xen.pair(image)
    for guest, _, _ in late_ones:
        files.update(guest.files())
    host, = xen.start(c, files=files, memory=1792)
    host.run("$(echo /usr/lib/xen-*/bin/xendomains) start")
    for guest, _, _ in late_ones:
        guest.attach(host)
    time.sleep(300)
    c.same("domains before the target is there", sorted(host.domains()),
           [guest.name for guest, _, _ in late_ones])
    opened = target.open()
    for guest, _, _ in late_ones:
        tiny_is_up(c, guest)
        took = guest.console.search(r"root is ready after ([\d.]+) s")
        c.ok("it waited for longer than is the default", took and float(took[1]) > 180, took)
    for guest, _, _ in late_ones:
        tiny_off(c, guest)
    for guest, _, _ in late_ones:
        guest.wait_off(xen.PATIENCE)
    wire = c.wire()
    for guest, iqn, disk in late_ones:
        logins = but_broken([l for l in wire.logins() if l.target == iqn], guest.console.text)
        c.same(iqn + ": logins", [l.done for l in logins], [True])
        c.ok(iqn + ": logged in once the target was there", logins and logins[0].time > opened)
        c.ok(guest.name + ": no journal is left to be replayed", not lun.needs_recovery(disk))
        c.same(guest.name + ": the file system is clean", lun.fsck(disk)[0], 0)
    c.same("Logouts, their reason and the response",
           [(p.reason, r and r.reason) for p, r in wire.logouts()], [(0, 0)] * 4)


BARE = "root=/dev/mapper/system-root ro console=hvc0 ip=dhcp" + TINY
PLAN = "xenstore vm-data/iscsiroot: "
SECRET = "xenstore: $ecret #1 'q'"


def domain(c, name, image, cmdline=BARE):
    text = xen.config("guest-pvh.cfg", name=name, memory=MEMORY, tsc_mode="native", cmdline=cmdline)
    return xen.Domain(c, name, text, image)


def refused(c, guest, code, what):
    """It stays at its emergency shell, and the host reads why."""
    guest.console.expect(r"iscsiroot: run: failed with code (\d+)", xen.PATIENCE)
    c.same(guest.name + ": exit code", guest.console.search(r"failed with code (\d+)")[1], str(code))
    c.has(guest.name + ": the console says why", "\n".join(c.messages(guest)), "iscsiroot: " + what)
    c.same(guest.name + ": and so does the store", guest.told("error"), what)
    guest.host.run("xl destroy " + guest.name)
    guest.wait_off(xen.PATIENCE)


@case("xen-xenstore", group="xen", seconds=3000)
def xen_xenstore(c):
    """Target and secret come through xenstore; the host reads how the boot goes, and why it failed"""
    image = c.tiny()
    c.network(dhcp={})
    disk = c.lun(image)
    c.target(disk, chap=("guest", SECRET))
    good, hostile = domain(c, "good", image), domain(c, "hostile", image)
    wrong = domain(c, "wrong", image, BARE + " ISCSI_TIMEOUT=20 ISCSI_TARGET_IP=192.0.2.1 "
                   "ISCSI_TARGET_NAME=iqn.2001-04.com.example:wrong")
    files = {}
    for guest in (good, hostile, wrong):
        files.update(guest.files())
    host, = xen.start(c, files={**xen.pair(image), **files})

    hostile.create(host, "-p")
    hostile.tell(target_name=IQN, target_ip="$(reboot)\x1b[2J")
    hostile.unpause()
    refused(c, hostile, 78, "plan: " + PLAN + "target_ip: not a valid address or host name: "
            "$(reboot)\\x1b[2J")

    wrong.create(host)
    wrong.console.expect(r"iscsiroot: login: .*wrong", xen.PATIENCE, fail=DEAD)
    why = ("192.0.2.1:3260 iqn.2001-04.com.example:wrong: login refused, status 02/03: target not found "
           "(check ISCSI_TARGET_NAME)")
    c.same("the stage that it stands at", wrong.told("stage"), "login")
    c.same("and why", wrong.told("error"), "login: " + why)
    refused(c, wrong, 69, "login: gave up after 20 s: 1 network devices up, 0 of 1 portals logged in, "
            "root not found; " + why)

    good.create(host, "-p")
    good.tell(target_name=IQN, target_ip="192.0.2.1", username="guest", password=SECRET)
    good.unpause()
    good.target = IQN
    tiny_is_up(c, good)
    c.same("the stage at the end", good.told("stage"), "done")
    c.same("with no error", good.told("error"), "")
    c.no_secret(good, SECRET)
    c.ok("nor is it in the image", SECRET not in image.initrd.read_bytes().decode("latin-1"))
    tiny_off(c, good)
    good.wait_off(xen.PATIENCE)
    wire = c.wire()
    c.same("targets logged in to", [l.target for l in wire.logins() if l.done], [IQN])
    c.one_logout(wire, disk)
