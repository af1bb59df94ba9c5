# SPDX-License-Identifier: GPL-2.0-or-later
"""What lies on a LUN: LUKS, multipath, md, btrfs, and who else has a part in the boot.

Each case boots the tiny guest, whose image Debian's own initramfs-tools or dracut makes with the hooks
of cryptsetup, multipath-tools, mdadm and btrfs-progs, and then lets the exitrd take it all down:
stacks13-NAME and stacks12-NAME with initramfs-tools of Debian 13 and 12, stacks13-dracut-NAME with dracut.
"""
import re
import subprocess
import time

import forge
import images
import life
import lun
import records
from case import DEAD, SAID, but_broken, case
from life import Life
from target import IQN
from tiny import INITIATOR, STATIC, config

SECOND = "iqn.2001-04.com.example:storage.second"
SECOND_PORTAL = "192.0.2.2:3260"
BASE = "ro console=ttyS0 loglevel=4 systemd.show_status=0"
PROMPT = r"[Pp]lease (unlock disk|enter passphrase for disk)[^\n]*:"
CRYPT = "rd.luks.name=%s=crypt" % forge.LUKS_UUID
MD = "rd.md.uuid=" + forge.MD_UUID
# of tgt's first LUN in its first target
WWID = "360000000000000000e00000000010001"
# multipathd ends at once where its bindings do not begin with this
BINDINGS = """# Multipath bindings, Version : 1.0
# NOTE: this file is automatically maintained by the multipath program.
# You should not need to edit this file in normal circumstances.
#
# Format:
# alias wwid
#
"""

# An administrator's own script, in each image of initramfs-tools
ADMIN = """#!/bin/sh
PREREQ="iscsi"
case $1 in
prereqs)
	echo "$PREREQ"
	exit 0
	;;
esac
for s in /sys/class/iscsi_session/*; do
	[ ! -e "$s" ] || read -r state <"$s/state"
done
echo "ADMIN session ${state:-none}" >/dev/console
"""
HOOKS = {"bookworm": "usr/lib/dracut/hooks", "trixie": "var/lib/dracut/hooks"}
DRACUT = {"bookworm": ("dracut-stacks12", ()), "trixie": ("dracut-stacks", ("systemd-cryptsetup",))}


def image(c, suite, builder):
    """The tiny guest with all that can lie on a LUN."""
    if builder == "initramfs-tools":
        return c.tiny(suite=suite, modules=forge.MODULES, packages=forge.TOOLS,
                      files={"/etc/initramfs-tools/scripts/local-top/admin": (ADMIN, 0o755)})
    builder, more = DRACUT[suite]
    packages = ("cryptsetup", *more, "multipath-tools", "mdadm", "btrfs-progs")
    return c.tiny(suite=suite, builder=builder, modules=forge.MODULES, packages=packages)


def crypttab(source="UUID=" + forge.LUKS_UUID):
    """The image's crypttab as the hook writes it; dracut has it on the command line."""
    return {"cryptroot/crypttab": ("crypt %s none luks,initramfs\n" % source, 0o644)}


def multipath(known=True):
    """The configuration that multipath's hook copies; KNOWN: with the map's wwid and its name."""
    conf = "defaults {\n\tuser_friendly_names yes\n\tfind_multipaths %s\n}\n" % ("strict" if known else "yes")
    files = {"etc/multipath.conf": (conf, 0o644)}
    if known:
        files["etc/multipath/wwids"] = ("/%s/\n" % WWID, 0o600)
        files["etc/multipath/bindings"] = (BINDINGS + "mpatha %s\n" % WWID, 0o600)
    return files


def unlock(guest, seconds=120, passphrase=forge.PASSPHRASE):
    """Type the passphrase once it is asked for."""
    guest.console.expect(PROMPT, seconds, fail=DEAD)
    guest.console.send(passphrase + "\r")


class Stack:
    """One boot: the guest at its shell, then down, then what came of it."""

    def __init__(self, c, suite, builder, root, words="", files=None):
        """WORDS: what dracut needs on the command line; FILES: of an overlay."""
        self.c = c
        self.dracut = builder != "initramfs-tools"
        self.image = image(c, suite, builder)
        c.network()
        self.append = "root=%s %s" % (root, BASE) + STATIC + " tiny.shell tiny.exitrd=poweroff" + \
            (" " + words if self.dracut and words else "")
        hooks = HOOKS[suite] if self.dracut else None
        self.files = {**config(), **forge.exitrd(hooks), **(files or {})}
        self.layout, self.luns, self.ports = None, [], (3260,)

    def stack(self, layout):
        """The case's own LUNs of one of forge's layouts."""
        self.layout = layout
        self.luns = [lun.copy(p, self.c.workdir / p.name) for p in forge.stack(layout)]
        return self.luns

    def boot(self):
        return self.c.boot(self.image, self.append, self.files, memory=768)

    def up(self, guest, device, disks, sessions=1, seconds=180):
        """It came to its shell with the root on DEVICE, which lies on so many iSCSI DISKS."""
        c = self.c
        guest.console.expect(r"^TINY-SHELL", seconds, fail=DEAD)
        facts = images.facts(guest.console.text)
        mounts = [l.split() for l in facts["mounts"]]
        root = [m[0] for m in mounts if m[1] == "/" and m[0] not in ("rootfs", "none")][-1]
        c.ok("the root is " + device, any(re.fullmatch(device, n) for n in self.names(facts, root)),
             (root, facts["block"]))
        below = c.disks_below(facts, root)
        on_iscsi = {l.split()[0] for l in facts["iscsi-disks"]}
        c.ok("it lies on iSCSI disks", below and below <= on_iscsi, (below, on_iscsi))
        c.same("how many disks it lies on", len(below), disks)
        c.same("the sessions' states", [l.split()[2] for l in facts["sessions"]], ["LOGGED_IN"] * sessions)
        c.handed_over(facts)
        if not self.dracut:
            c.ok("an administrator's script had its turn after the login",
                 guest.console.search(r"ADMIN session LOGGED_IN"), guest.console.lines("ADMIN"))
        return facts

    @staticmethod
    def names(facts, root):
        rows = [l.split() for l in facts["block"]]
        return [root] + ["/dev/mapper/" + r[2] for r in rows if "/dev/" + r[0] == root and r[2] != "-"]

    def down(self, guest, logouts=1, seconds=120):
        """The exitrd takes all down in order and logs out; the LUNs are clean."""
        c = self.c
        c.must("what is written last", guest.console.command(
            "mount -o remount,rw / && echo kept >/late", 30)[0] == 0, guest.console.tail(3))
        guest.console.send("exit\n")
        guest.console.expect(SAID + r"poweroff: done after ([0-9.]+) s", seconds, fail=DEAD)
        guest.wait_off(60)
        said = re.findall(SAID + "(.*)", guest.console.text)
        c.has("the root was unmounted", said, "/oldroot: unmounted")
        c.same("what the exitrd could not do", [s for s in said if re.search(
            r"not removed|not unmounted|abandoned|no Logout|not sent|not stopped|destroyed", s)], [])
        wire = c.wire(ports=self.ports)
        pairs = wire.logouts()
        c.same("Logouts, their reason and the response", [(p.reason, r and r.reason) for p, r in pairs],
               [(0, 0)] * logouts)
        last = max((p.time for p in wire.scsi()), default=0)
        c.ok("no SCSI command follows the Logouts", all(p.time > last for p, _ in pairs))
        if self.layout:
            c.same("the file system on the LUNs is clean", forge.clean(self.layout, self.luns), "")
        return wire

    def logins(self, guest, wire, portals, names=(IQN,)):
        """One login to each portal before the real init."""
        c = self.c
        logins = but_broken(wire.logins(until=c.init_time(guest)), guest.console.text)
        c.same("logins before the real init", sorted(l.portal for l in logins), sorted(portals))
        c.same("targets logged in to", {l.target for l in logins}, set(names))


# --- the order of the scripts ---

def order(c, suite, builder):
    """In the image the login stands before multipath and cryptroot, an administrator's script after it"""
    tree = c.workdir / "initrd"
    subprocess.run(["unmkinitramfs", image(c, suite, builder).initrd, tree], check=True, capture_output=True)
    top = next(tree.glob("**/scripts/local-top/ORDER")).parent
    names = re.findall(r"^/scripts/local-top/(\S+)", (top / "ORDER").read_text(), re.M)
    after = ["multipath"] * (suite == "bookworm") + ["admin", "cryptroot"]
    c.same("scripts that come after the login", sorted(n for n in names if n in after and "iscsi" in names
                                                       and names.index(n) > names.index("iscsi")), sorted(after))
    c.same("the last one", names[-1:], ["cryptroot"])
    c.has("the login is ours", (top / "iscsi").read_text(), "/usr/sbin/iscsiroot")
    c.same("scripts in local-block", sorted(p.name for p in (top.parent / "local-block").iterdir()),
           ["ORDER", "cryptroot", "iscsiroot", "mdadm"])


# --- LUKS ---

def luks(c, suite, builder, layout="luks", device="/dev/mapper/crypt", words=CRYPT):
    """LUKS on the LUN: the passphrase is asked for at the console, and the root is on it"""
    s = Stack(c, suite, builder, device, words, crypttab())
    c.target(s.stack(layout))
    guest = s.boot()
    unlock(guest)
    s.up(guest, device, 1)
    s.logins(guest, s.down(guest), ["192.0.2.1:3260"])


def lv_in_luks(c, suite, builder):
    """A volume group in LUKS on the LUN"""
    luks(c, suite, builder, "lv-in-luks", "/dev/mapper/system-root", CRYPT + " rd.lvm.lv=system/root")


def luks_on_lv(c, suite, builder):
    """LUKS on a logical volume of the LUN"""
    luks(c, suite, builder, "luks-on-lv", words=CRYPT + " rd.lvm.lv=system/root")


def luks_gpt(c, suite, builder):
    """LUKS on a partition of the LUN"""
    luks(c, suite, builder, "luks-gpt")


# --- multipath ---

def mapped(c, suite, builder, root="/dev/mapper/mpatha-part1", device="/dev/mapper/mpatha-part1",
           layout="partition", known=True, paths=2):
    """Multipath over two portals, the root named by its map: it is on the map"""
    s = Stack(c, suite, builder, root, "", multipath(known))
    s.files.update(config(TARGET_IP="192.0.2.1 192.0.2.2"))
    c.net.address("192.0.2.2/24")
    disk = c.lun(s.image, layout=layout)
    portals = ["192.0.2.1:3260", SECOND_PORTAL][:paths]
    c.target(disk, portals=portals)
    guest = s.boot()
    s.up(guest, device, paths, sessions=paths)
    wire = s.down(guest, logouts=paths)
    s.logins(guest, wire, portals)
    c.ok("no journal is left to be replayed", not lun.needs_recovery(disk))
    c.same("the file system is clean", lun.fsck(disk)[0], 0)


def mapped_uuid(c, suite, builder):
    """Multipath, the root named by its UUID: on the map, not on one path"""
    mapped(c, suite, builder, root="UUID=" + lun.FS_UUID)


def mapped_lun(c, suite, builder):
    """Multipath, root=iscsi:, which is the LUN itself and names one portal: on the map"""
    mapped(c, suite, builder, root="iscsi:192.0.2.1:::1:" + IQN, layout="whole",
           device="/dev/mapper/mpatha", paths=1)


def mapped_netroot(c, suite, builder):
    """Multipath, netroot=iscsi: for each portal of the LUN that is the root: on the map"""
    mapped(c, suite, builder, root="/dev/root netroot=iscsi:192.0.2.1:::1:%s netroot=iscsi:192.0.2.2:::1:%s" % (IQN, IQN),
           layout="whole", device="/dev/mapper/mpatha")


def mapped_volume(c, suite, builder):
    """Multipath below a volume group: the volume is on the map"""
    mapped(c, suite, builder, root="/dev/mapper/system-root", device="/dev/mapper/system-root",
           layout="lvm")


def mapped_unknown(c, suite, builder):
    """Multipath whose wwid the image does not know yet (find_multipaths yes), by UUID"""
    mapped(c, suite, builder, root="UUID=" + lun.FS_UUID, device=r"/dev/mapper/(mpatha|%s)-part1" % WWID,
           known=False)


def mapped_one(c, suite, builder):
    """Multipath with one of the two portals dead at the boot"""
    mapped(c, suite, builder, paths=1)


# --- md, btrfs ---

def two(c, suite, builder, layout, root, words="", whole=True):
    """A boot from the LUNs of two targets, WHOLE or with the second dead; (stack, guest)."""
    s = Stack(c, suite, builder, root, words)
    del s.files["etc/iscsi/iscsi.initramfs"]
    s.append += (" rd.iscsi.initiator=%s netroot=iscsi:192.0.2.1::3260:1:%s"
                 " netroot=iscsi:192.0.2.1::3261:1:%s" % (INITIATOR, IQN, SECOND))
    s.ports = (3260, 3261)
    first, second = s.stack(layout)
    c.target(first)
    if whole:
        c.target(second, iqn=SECOND, portals=["192.0.2.1:3261"])
    return s, s.boot()


def two_down(s, guest):
    wire = s.down(guest, logouts=2)
    s.logins(guest, wire, ["192.0.2.1:3260", "192.0.2.1:3261"], (IQN, SECOND))


def md1(c, suite, builder):
    """md RAID1 over the LUNs of two targets"""
    s, guest = two(c, suite, builder, "md1", "UUID=" + lun.FS_UUID, MD)
    s.up(guest, "/dev/md[0-9]+", 2, sessions=2)
    two_down(s, guest)


def md1_degraded(c, suite, builder):
    """md RAID1 with one of its two targets dead: started degraded after a grace, which is told"""
    s, guest = two(c, suite, builder, "md1", "UUID=" + lun.FS_UUID, MD, whole=False)
    facts = s.up(guest, "/dev/md[0-9]+", 1, seconds=300)
    c.has("md's state", "\n".join(facts["md"]), "[2/1]")
    c.ok("it is told in one line", len({m for m in c.messages(guest) if re.search(
        r"settle: .*md\d+.*(degraded|1 of (its )?2)", m)}) == 1, c.messages(guest))
    s.logins(guest, s.down(guest), ["192.0.2.1:3260"])


def md0_lvm(c, suite, builder):
    """md RAID0 over the LUNs of two targets, with a volume group on it"""
    s, guest = two(c, suite, builder, "md0-lvm", "/dev/mapper/system-root", MD + " rd.lvm.lv=system/root")
    s.up(guest, "/dev/mapper/system-root", 2, sessions=2)
    two_down(s, guest)


def btrfs(c, suite, builder):
    """btrfs over the LUNs of two targets, by its UUID: waited for until both are there, never a copy"""
    s, guest = two(c, suite, builder, "btrfs", "UUID=" + forge.BTRFS_UUID)
    s.up(guest, "/dev/sd[ab]", 1, sessions=2)
    c.same("calls it a copy", [m for m in c.messages(guest) if re.search("copy|copies|duplicate", m)], [])
    two_down(s, guest)


# --- other roots ---

def partuuid(c, suite, builder):
    """A partition by its PARTUUID beside eight foreign LUNs"""
    s = Stack(c, suite, builder, "PARTUUID=" + lun.PART_UUID)
    disk = c.lun(s.image, layout="partition")
    foreign = [lun.foreign_vg(c.workdir / ("foreign%d.lun" % i), "alpha%d" % i) for i in range(8)]
    c.target(foreign[:3] + [disk] + foreign[3:])
    guest = s.boot()
    facts = s.up(guest, "/dev/sd[a-i]1", 1)
    c.same("volumes that are active", [l for l in facts["block"] if l.startswith("dm-")], [])
    s.logins(guest, s.down(guest), ["192.0.2.1:3260"])
    c.same("the file system is clean", lun.fsck(disk)[0], 0)


def capitals(c, suite, builder):
    """A target name and an initiator name with capitals, in tgt's list and in its ACL, as they are written"""
    name, initiator = "iqn.2001-04.com.example:NAS.Target-1.abc", "iqn.2001-04.com.example:Host-A"
    s = Stack(c, suite, builder, "UUID=" + lun.FS_UUID, files=config(TARGET_NAME=name, INITIATOR=initiator))
    disk = c.lun(s.image, layout="whole")
    conf = c.workdir / "tgt.conf"
    conf.write_text("<target %s>\n\tbacking-store %s\n\tinitiator-name %s\n</target>\n" % (name, disk, initiator))
    c.target(disk, iqn=name, conf=conf)
    guest = s.boot()
    facts = s.up(guest, "/dev/sda", 1)
    c.same("the session's names", [[l.split()[1], l.split()[3]] for l in facts["sessions"]], [[name, initiator]])
    s.logins(guest, s.down(guest), ["192.0.2.1:3260"], (name,))


def root_and_swap(c, suite, builder):
    """Two targets in one file: the root, and one for swap"""
    s = Stack(c, suite, builder, "UUID=" + lun.FS_UUID, files=config(TARGET="192.0.2.1::3261:1:" + SECOND))
    s.ports = (3260, 3261)
    disk = c.lun(s.image, layout="whole")
    c.target(disk)
    c.target(lun.foreign_vg(c.workdir / "swap.lun", "swap"), iqn=SECOND, portals=["192.0.2.1:3261"])
    guest = s.boot()
    facts = s.up(guest, "/dev/sd[ab]", 1, sessions=2)
    c.same("targets", {l.split()[1] for l in facts["sessions"]}, {IQN, SECOND})
    two_down(s, guest)
    c.same("the file system is clean", lun.fsck(disk)[0], 0)


def bypass(c, suite, builder):
    """ISCSI_BYPASS=yes: with the local disk no login and a local root; without it over iSCSI"""
    s = Stack(c, suite, builder, "UUID=" + lun.FS_UUID, files=config(BYPASS="yes"))
    disk, local = (c.lun(s.image, name, layout="whole") for name in ("root.lun", "local.disk"))
    c.target(disk)
    s.append = s.append.replace(" tiny.shell tiny.exitrd=poweroff", "")
    guest = c.boot(s.image, s.append, s.files, memory=768, disks=[local])
    facts = c.facts(guest)
    c.root_is(facts, "/dev/vda", iscsi=False)
    c.same("sessions with the local disk", facts["sessions"], [])
    c.ok("no second is lost", float(facts["uptime"][0].split()[0]) < 60, facts["uptime"])
    c.same("connections to the target", c.wire().connections, [])
    c.net.capture(name="again.pcap")
    again = c.boot(s.image, s.append, s.files, memory=768)
    c.root_is(c.facts(again), "/dev/sda")
    s.logins(again, c.wire(), ["192.0.2.1:3260"])


# --- what fails: the cause in one line at the deadline, which names the layer ---

def told(c, guest, what, seconds=150):
    """Our summary at the deadline names WHAT."""
    if not guest.console.search("gave up after"):
        guest.console.expect(r"iscsiroot: settle: gave up after \d+ s: .*(?:%s)" % what, seconds)
    ends = [m for m in c.messages(guest) if " gave up after " in m]
    c.same("summaries", len(ends), 1)
    c.ok("the summary names the layer", re.search(what, ends[0]), ends)


def _blank(c):
    """A LUN with nothing on it."""
    path = c.workdir / "blank.lun"
    with open(path, "wb") as f:
        f.truncate(32 * lun.MIB)
    return path


def luks_wrong(c, suite, builder):
    """A wrong passphrase, again and again: the cause names LUKS and its disk"""
    s = Stack(c, suite, builder, "/dev/mapper/crypt", CRYPT, {**crypttab(), **config(TIMEOUT="120")})
    c.target(s.stack("luks"))
    guest = s.boot()
    tries = 0
    # the scripts ask again, and an open prompt holds the deadline up
    while "gave up" not in guest.console.expect(PROMPT + "|iscsiroot: settle: gave up", 240).group():
        guest.console.send("wrong\r")
        tries += 1
    # systemd asks twice at least, the scripts of initramfs-tools three times
    c.ok("it was asked for again", tries >= (2 if s.dracut else 3), tries)
    guest.console.expect(r" has not been opened ", 30)
    told(c, guest, r"LUKS on sda: has not been opened")


def luks_missing(c, suite, builder):
    """No LUKS header on the LUN: the cause says so"""
    s = Stack(c, suite, builder, "/dev/mapper/crypt", CRYPT, {**crypttab(), **config(TIMEOUT="40")})
    c.target(_blank(c))
    told(c, s.boot(), r"LUKS header")


def md_incomplete(c, suite, builder):
    """md RAID0 with one of its two members missing: the cause says how many are there"""
    s = Stack(c, suite, builder, "/dev/mapper/system-root", MD + " rd.lvm.lv=system/root", config(TIMEOUT="40"))
    c.target(s.stack("md0-lvm")[0])
    told(c, s.boot(), r"md array of sda: not assembled: .*1")


def md_missing(c, suite, builder):
    """An md of which no member is there: the cause says so"""
    s = Stack(c, suite, builder, "/dev/md0", MD, config(TIMEOUT="40"))
    c.target(_blank(c))
    told(c, s.boot(), r"/dev/md0: no member of an md array")


def map_dead(c, suite, builder):
    """A map whose paths die before the root is there: the cause says so"""
    s = Stack(c, suite, builder, "/dev/mapper/mpatha-part9", "", {
        **multipath(), **config(TARGET_IP="192.0.2.1 192.0.2.2", TIMEOUT="100")})
    c.net.address("192.0.2.2/24")
    target = c.target(c.lun(s.image, layout="partition"), portals=["192.0.2.1:3260", SECOND_PORTAL])
    guest = s.boot()
    guest.console.expect(r"settle: /dev/mapper/mpatha-part9: not on the target's disks", 120)
    target.stop()
    told(c, guest, r"multipath map mpatha: has no live path", 240)


# --- whole Debian guests ---

class StackLife(Life):
    """The life of a Debian 13 whose root is ROOT, a map or LUKS, over PORTALS."""

    def __init__(self, c, root, files, portals=("192.0.2.1:3260",)):
        self.c, self.root, self.portals = c, root, portals
        self.append = "root=%s ro console=ttyS0 " % root + life.STATIC
        self.image = c.debian("trixie", packages=forge.TOOLS, files={"/etc/iscsi/iscsi.initramfs": (
            "ISCSI_TARGET_NAME=%s\nISCSI_TARGET_IP='%s'\n" % (IQN, " ".join(
                p.rpartition(":")[0] for p in portals)), 0o600), **files})
        c.network(cable=True)
        for address in {p.rpartition(":")[0] for p in portals[1:]} - {portals[0].rpartition(":")[0]}:
            c.net.address(address + "/24")
        self.ports, self.acked, self.ends, self.outages = {3260}, [], [], []
        self.guests, self.lives, self.volumes = [], [], {}
        self.keeper, self.end, self.sessions = "keeper running", "/oldroot: unmounted", {IQN}
        self.layout, self.luns = None, []

    def forge(self, layout, files=None):
        """The LUNs of one of forge's layouts with the guest's root on them."""
        self.layout = layout
        self.luns = [lun.copy(p, self.c.workdir / p.name) for p in forge.stack(
            layout, self.image, size_mb=1536, files={**life.files(), **(files or {})})]

    def up(self, guest, seconds=400):
        c, facts = self.c, self.c.shell(guest, seconds)
        c.root_is(facts, self.root)
        c.same("sessions", sorted(l.split()[1:3] for l in facts["sessions"]),
               sorted([name, "LOGGED_IN"] for name in self.sessions) * (len(self.portals) // len(self.sessions)))
        return facts

    def comes_back(self, guest):
        """All sessions are logged in again."""
        for _ in range(60):
            states = self.run(guest, "cat /sys/class/iscsi_session/*/state").split()
            if states == ["LOGGED_IN"] * len(self.portals):
                break
            time.sleep(2)
        self.c.same("all sessions are back", states, ["LOGGED_IN"] * len(self.portals))

    def finish(self):
        """The guest is off: the records, each session's Logout, the LUN; the capture."""
        for guest in self.guests:
            self.c.same("errors of the writer", records.errors(guest.second.text), [])
            self.acked += records.acked(guest.second.text)
        wire = self.c.wire(ports=self.ports)
        life.sessions_end(self.c, wire, self.lives[0], self.sessions)
        self.look_at_disk(True)
        return wire

    def look_at_disk(self, ordered):
        if not self.layout:
            return super().look_at_disk(ordered)
        self.c.same("the file system is clean", forge.clean(self.layout, self.luns), "")
        self.c.same("the records on the LUNs against the acknowledged ones", records.compare(
            forge.read(self.layout, self.luns, life.WRITER).encode(), self.acked, self.ends), [])


@case("stacks13-debian-luks", group="stacks", seconds=900)
def debian_luks(c):
    """Debian 13 on LUKS: asked for, booted to multi-user, powered off by systemd under writing"""
    s = StackLife(c, "/dev/mapper/crypt", {"/etc/cryptsetup-initramfs/conf-hook": ("CRYPTSETUP=y\n", 0o644)})
    s.layout = "luks"
    tab = {"/etc/crypttab": ("crypt UUID=%s none luks,initramfs\n" % forge.LUKS_UUID, 0o644)}
    s.forge("luks", tab)
    s.target = c.target(s.luns)
    guest = s.boot(crypttab())
    unlock(guest, 300)
    s.up(guest)
    s.write(guest)
    s.down(guest, "poweroff")
    s.finish()


@case("stacks13-debian-multipath", group="stacks", seconds=1500)
def debian_multipath(c):
    """Debian 13 on a map: five minutes of writing, one path cut twice; every record is there"""
    s = StackLife(c, "/dev/mapper/mpatha-part1", {"/" + path: what for path, what in multipath().items()},
                  ("192.0.2.1:3260", SECOND_PORTAL))
    s.disk = c.lun(s.image, layout="partition", files=life.files())
    s.target = c.target(s.disk, portals=s.portals)
    guest = s.boot()
    s.up(guest)
    s.write(guest)
    began = time.monotonic()
    second = SECOND_PORTAL.partition(":")[0] + "/24"
    for _ in range(2):
        time.sleep(60)
        c.net.ip("address", "del", second, "dev", "br0")
        time.sleep(45)
        s.writes(guest)
        c.net.address(second)
    time.sleep(max(0, began + 300 - time.monotonic()))
    s.writes(guest)
    s.comes_back(guest)
    s.down(guest, "poweroff")
    s.finish()


@case("stacks13-debian-md1", group="stacks", seconds=1500)
def debian_md1(c):
    """Debian 13 on md RAID1 over two targets: five minutes of writing, one target away twice"""
    s = StackLife(c, "/dev/md127", {}, ("192.0.2.1:3260", "192.0.2.1:3261"))
    s.append = s.append.replace("root=/dev/md127", "root=UUID=" + lun.FS_UUID)
    s.ports, s.sessions = {3260, 3261}, {IQN, SECOND}
    s.forge("md1")
    s.target = c.target(s.luns[0])
    second = c.target(s.luns[1], iqn=SECOND, portals=["192.0.2.1:3261"])
    guest = s.boot({"etc/iscsi/iscsi.initramfs": (
        "ISCSI_TARGET_NAME=%s\nISCSI_TARGET_IP=192.0.2.1\nISCSI_TARGET='192.0.2.1::3261:1:%s'\n" % (IQN, SECOND), 0o600)})
    s.up(guest)
    s.write(guest)
    began = time.monotonic()
    for _ in range(2):
        time.sleep(60)
        second.stop()
        time.sleep(30)
        second.start()
        s.comes_back(guest)
        s.writes(guest)
    time.sleep(max(0, began + 300 - time.monotonic()))
    s.writes(guest)
    c.has("no member was lost", s.run(guest, "cat /proc/mdstat"), "[UU]")
    s.down(guest, "poweroff")
    s.finish()


def add(name, group="stacks", suites=("trixie",), builders=("initramfs-tools", "dracut-stacks"), core=(),
        seconds=500):
    """Register FUNCTION for SUITES and BUILDERS under NAME; CORE: those that are in the group core too."""
    def register(function):
        for suite in suites:
            for builder in builders:
                full = "stacks%s%s-%s" % ({"bookworm": "12", "trixie": "13"}[suite],
                                          "" if builder == "initramfs-tools" else "-dracut", name)

                def run(c, suite=suite, builder=builder):
                    function(c, suite, builder)
                run.__doc__ = function.__doc__
                case(full, group="core " + group if full in core else group, seconds=seconds)(run)
        return function
    return register


CORE = {"stacks13-luks"}
BOTH = {"suites": ("trixie", "bookworm")}
TOOLS = {"builders": ("initramfs-tools",)}
for name, function, how in (
        ("order", order, {**BOTH, **TOOLS}),
        ("luks", luks, BOTH), ("lv-in-luks", lv_in_luks, BOTH), ("luks-on-lv", luks_on_lv, BOTH),
        ("luks-gpt", luks_gpt, {}), ("multipath", mapped, BOTH), ("multipath-uuid", mapped_uuid, {}),
        ("multipath-lun", mapped_lun, {}), ("multipath-netroot", mapped_netroot, {}), ("multipath-volume", mapped_volume, {}),
        ("multipath-unknown", mapped_unknown, {}), ("multipath-one", mapped_one, {}),
        ("md1", md1, {}), ("md1-degraded", md1_degraded, {}), ("md0-lvm", md0_lvm, {}),
        ("btrfs", btrfs, {}), ("partuuid", partuuid, {}), ("capitals", capitals, {}),
        ("root-and-swap", root_and_swap, {}), ("bypass", bypass, {}), ("luks-wrong", luks_wrong, {}),
        ("luks-missing", luks_missing, {}), ("md-missing", md_missing, {}),
        ("md-incomplete", md_incomplete, {}), ("map-dead", map_dead, {})):
    add(name, core=CORE, **how)(function)
