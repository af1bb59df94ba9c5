# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the root lies within the LUNs, and when: volume groups in parts, UUIDs inside of volumes."""
import lun
from case import case
from faults import gave_up
from target import IQN
from tiny import APPEND, INITIATOR, NO_FILE, ROOT, STATIC, booted, config

SECOND = "iqn.2001-04.com.example:storage.second"


@case("uuid-in-volume", group="boot")
def uuid_in_volume(c):
    """root=UUID= of a volume: its group is found and stays active, the others are shut again"""
    image = c.tiny()
    c.network()
    foreign = lun.foreign_vg(c.workdir / "alpha.lun", "alpha")
    c.target([foreign, c.lun(image)])
    guest = c.boot(image, "root=UUID=%s ro console=ttyS0 loglevel=4" % lun.FS_UUID + STATIC, config())
    facts, _ = booted(c, guest)
    c.same("volumes that are active", [l.split()[2] for l in facts["block"] if l.startswith("dm-")],
           ["system-root"])


@case("group-in-parts")
def group_in_parts(c):
    """A volume group on two targets, one of them late: never active in part, boots when complete"""
    image = c.tiny()
    c.network()
    first, second = lun.split_vg(c.workdir / "first.lun", c.workdir / "second.lun", image.tree)
    c.target(first)
    guest = c.boot(image, APPEND + STATIC + " rd.iscsi.initiator=%s netroot=iscsi:192.0.2.1::3260::%s"
                   " netroot=iscsi:192.0.2.1::3261::%s" % (INITIATOR, IQN, SECOND), NO_FILE)
    guest.console.expect(r"settle: volume group system: incomplete: 1 physical volume is missing: "
                         r"\S+ \(map its LUN to this initiator\)", 90)
    c.ok("the root is not there yet", guest.console.search(r"can be mounted") is None)
    c.target(second, iqn=SECOND, portals=["192.0.2.1:3261"])
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.handed_over(facts)
    c.same("volumes that are active", sorted(l.split()[2] for l in facts["block"]
                                             if l.startswith("dm-")),
           ["system-more", "system-root"])


@case("no-dm-rules")
def no_dm_rules(c):
    """An image without any of udev's rules for device-mapper and LVM boots from a volume as well"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image))
    rules = "55-dm 56-lvm 60-persistent-storage-dm 69-lvm 95-dm-notify"
    script = "for r in %s; do rm -f /lib/udev/rules.d/$r.rules /usr/lib/udev/rules.d/$r.rules; done\n"
    guest = c.boot(image, APPEND + STATIC, {
        **config(), "conf/conf.d/no-rules": (script % rules, 0o644)})
    booted(c, guest)


@case("debian13-lvm", group="boot")
def debian13_lvm(c):
    """The volume group is activated by Debian 13's lvm, and a foreign one left alone"""
    image = c.tiny(suite="trixie")
    c.network()
    foreign = lun.foreign_vg(c.workdir / "alpha.lun", "alpha")
    c.target([foreign, c.lun(image)])
    guest = c.boot(image, APPEND + STATIC, config())
    facts, _ = booted(c, guest)
    c.same("volumes that are active", [l.split()[2] for l in facts["block"] if l.startswith("dm-")],
           ["system-root"])


@case("lun-missing", group="core faults")
def lun_missing(c):
    """root=iscsi: names a LUN that the target does not show: exit code 66, those that it shows"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image, layout="whole"))
    guest = c.boot(image, "root=iscsi:192.0.2.1:::7:%s ro console=ttyS0 loglevel=4" % IQN + STATIC,
                   config(TIMEOUT="20"))
    gave_up(c, guest, 66, "settle", r"%s: logged in, but the target shows no LUN 7 \(it shows 1; select one "
            r"with ISCSI_LUN\)" % IQN)
