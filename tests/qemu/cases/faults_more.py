# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults that cost nothing, come back, never end, or end the machine."""
import os
import random
import re
import time

import lun
from case import but_broken, case
from faults import RETRYING, cause, line, shell
from qemu import COUNTED
from target import IQN
from tiny import (APPEND, DHCP, INITIATOR, NO_FILE, PORTAL, ROOT, STATIC, booted, config, dhcp_once,
                  only_good_news)

DEAD, HOLE = "192.0.2.2", "198.51.100.1"    # refuses; thrown away by the router, which says nothing
SECOND = "iqn.2001-04.com.example:storage.second"
REFUSED = r"connection refused \(check that the target listens on this port\)"


def root_seconds(c, guest):
    """Guest time from the network's being up to the real init."""
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.handed_over(facts)
    up = [float(r["t"]) for r in c.timeline(facts) if r["step"] == "net" and r["event"] == "ok"]
    return float(facts["uptime"][0].split()[0]) - up[0]


def two_portals(c, dead, said):
    """A dead portal before a live one costs less than a second, and is reported."""
    image = c.tiny()
    c.network()
    c.net.address(DEAD + "/24")
    c.target(c.lun(image))
    alone = root_seconds(c, c.boot(image, APPEND + STATIC, config(), accel=COUNTED))
    guest = c.boot(image, APPEND + STATIC, config(TARGET_IP=dead + " 192.0.2.1"), accel=COUNTED)
    both = root_seconds(c, guest)
    c.ok("no added wait", both - alone < 1, "%.3f s with the dead one, %.3f s without" % (both, alone))
    what = r"%s:3260 %s: %s" % (re.escape(dead), re.escape(IQN), said)
    c.ok("line %r" % what, guest.console.search(line("login", what)), c.messages(guest))
    only_good_news(c, guest, alarms=["login: " + what + RETRYING])
    done = [l.portal for l in c.wire().logins() if l.done]
    c.same("logins", done, [PORTAL, PORTAL])


@case("faults-portal-refuses", group="faults")
def faults_portal_refuses(c):
    """Two portals, one of which refuses connections: no added wait, and it is reported"""
    two_portals(c, DEAD, REFUSED)


@case("faults-portal-lost", group="faults")
def faults_portal_lost(c):
    """Two portals, one of which never answers: no added wait, and it is reported"""
    two_portals(c, HOLE, "no answer yet, the boot goes on without this portal")


@case("faults-run-again", group="core faults", seconds=400)
def faults_run_again(c):
    """From the emergency shell iscsiroot goes on from what is up: one lease, one login, then the root"""
    image = c.tiny()
    c.network(dhcp={})
    first, second = lun.split_vg(c.workdir / "first.lun", c.workdir / "second.lun", image.tree)
    c.target(first)
    guest = c.boot(image, APPEND + DHCP + " rd.iscsi.initiator=%s netroot=iscsi:192.0.2.1::3260::%s"
                   " netroot=iscsi:192.0.2.1::3261::%s ISCSI_TIMEOUT=20" % (INITIATOR, IQN, SECOND), NO_FILE,
                   accel=COUNTED)
    shell(c, guest, 66)
    code, said = guest.console.command("dmesg -n 1; iscsiroot run", 90)
    c.same("exit code of a second run", code, 66)
    c.ok("it knows what is up", re.search(r"login: 192\.0\.2\.1:3260 \S+: logged in already", said), said)
    c.ok("it says what is not", re.search(r"volume group system: incomplete: 1 physical", said), said)
    c.target(second, iqn=SECOND, portals=["192.0.2.1:3261"])
    code, said = guest.console.command("iscsiroot run", 90)
    c.same("exit code with the other target there", code, 0)
    c.ok("the root is ready", re.search(r"handoff: \S+: root is ready after", said), said)
    guest.console.expect(r"^\(initramfs\) ", 30)
    guest.console.sendline("exit")
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.handed_over(facts)
    wire = c.wire({3260, 3261})
    dhcp_once(c, guest, wire)
    c.same("logins by portal",
           sorted((l.portal, l.done) for l in but_broken(wire.logins(), guest.console.text)),
           [("192.0.2.1:3260", True), ("192.0.2.1:3261", True)])


@case("faults-power-cut", group="faults", seconds=1500)
def faults_power_cut(c):
    """The power goes ten times, anywhere from local-top to the end: the next boot is a normal one"""
    seed = int(os.environ.get("ISCSIROOT_SEED") or random.SystemRandom().randrange(1 << 32))
    print("# faults-power-cut: ISCSIROOT_SEED=%d" % seed, flush=True)
    rng = random.Random(seed)
    image = c.tiny()
    c.network()
    disk = c.lun(image)
    c.target(disk)
    guest = c.boot(image, APPEND + STATIC, config())
    c.facts(guest)
    begin = guest.console.when("Running /scripts/local-top")
    takes = guest.console.when("^TINY-OFF") - begin
    for cut in range(10):
        guest = c.boot(image, APPEND + STATIC, config())
        guest.console.expect("Running /scripts/local-top", 90)
        time.sleep(rng.uniform(0, takes))
        guest.child.kill()
        guest.close()
        c.ok("cut %d leaves a file system that can be repaired by its journal" % cut, recovers(c, disk))
    c.net.capture_stop()
    c.net.capture(name="last.pcap")
    guest = c.boot(image, APPEND + STATIC, config())
    booted(c, guest)
    c.same("the root's file system is clean", lun.fsck(disk)[0], 0)
    c.has("what the guest wrote is on the LUN", lun.extract(disk, "/tiny.ran").decode(), "root=")


def recovers(c, disk):
    """Would fsck -p, which a boot runs, be content with the root?"""
    copy = lun.copy(disk, c.workdir / "cut.lun")
    return lun.preen(copy) in (0, 1)


@case("faults-forever", group="long", seconds=1500)
def faults_forever(c):
    """ISCSI_TIMEOUT=0: after ten minutes it still tries and still says so; it boots as the target comes"""
    image = c.tiny()
    c.network()
    target = c.target(c.lun(image), held=True)
    guest = c.boot(image, APPEND + STATIC, config(TIMEOUT="0"))
    what = r"192\.0\.2\.1:3260 %s: %s" % (re.escape(IQN), REFUSED)
    cause(c, guest, "login", what)
    began = guest.console.when(line("login", what))
    while time.time() < began + 610:
        time.sleep(1)
    lines = [m for m in c.messages(guest) if re.search(what, m)]
    c.ok("a line every ten seconds", 45 <= len(lines) <= 65, len(lines))
    c.same("what each says", {m.rpartition(", ")[2] for m in lines}, {"retrying"})
    c.ok("it is still alive", time.time() - guest.console.time_of(guest.console.text.rindex("retrying")) < 20)
    since = target.open()
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    ready = re.search(r"root is ready after (\d+)", guest.console.text)
    c.ok("ten minutes of the guest's own time", ready and int(ready.group(1)) >= 600, ready)
    wire = c.wire()
    c.ok("it was tried all the time", len([x for x in wire.connections if x.begin < since]) > 400)
