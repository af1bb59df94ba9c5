# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults that end: the boot goes on by itself, and soon after the cause went away."""
import re
import time

import lun
from case import case
from faults import recovered
from own_target import FakeTarget
from target import IQN
from tiny import APPEND, DHCP, INITIATOR, NO_FILE, ROOT, STATIC, booted, config

OBJECT = r"192\.0\.2\.1:3260 %s: " % re.escape(IQN)
AWAY = "198.51.100.1"       # behind a router that throws away what is for it, until it is its own
SECOND = "iqn.2001-04.com.example:storage.second"
COUNTED = r", retrying, 1\d\d s left$"
REFUSED = r"connection refused \(check that the target listens on this port\)"


def stands_for(c, guest, text, seconds=20):
    """The fault stands for so long from when it was first said, and the countdown goes on."""
    began = time.monotonic()
    guest.console.expect("iscsiroot: " + text + COUNTED, 90)
    first = guest.console.time_of(guest.console.mark - 1)
    while time.monotonic() < began + 90 and time.time() < first + seconds:
        time.sleep(0.1)
    lines = guest.console.lines("iscsiroot: " + text + COUNTED)
    left = [int(re.search(r"(\d+) s left", l).group(1)) for l in lines]
    c.ok("the countdown goes on while it stands", len(left) >= 2 and left == sorted(left, reverse=True)
         and len(left) <= seconds / 5 + 1, lines)


# Logins that fail are retried after up to 2 s, a quarter more or less.
REFUSED = {"connect": 2.5, "login": 3.5}


def goes_on(c, guest, since, foreign=False, **limits):
    """The guest boots; its packets after SINCE came in time; (facts, wire)."""
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.handed_over(facts)
    c.same("sessions in the guest", [l.split()[2] for l in facts["sessions"]], ["LOGGED_IN"])
    wire = c.wire(foreign=foreign)
    recovered(c, wire, since, **limits)
    c.same("logins that succeeded", len([l for l in wire.logins() if l.done]), 1)
    return facts, wire


@case("faults-late-target", group="faults")
def faults_late_target(c):
    """The target starts 20 s late"""
    image = c.tiny()
    c.network()
    target = c.target(c.lun(image), held=True)
    guest = c.boot(image, APPEND + STATIC, config())
    stands_for(c, guest, "login: " + OBJECT + REFUSED)
    goes_on(c, guest, target.open())


@case("faults-late-refusal", group="faults")
def faults_late_refusal(c):
    """The target refuses logins for 20 s, as one that is failing over"""
    image = c.tiny()
    c.network()
    target = c.target(c.lun(image), held=True)
    fake = FakeTarget(c.net, "03/01")
    guest = c.boot(image, APPEND + STATIC, config())
    stands_for(c, guest, "login: " + OBJECT + r"login refused, status 03/01: service unavailable "
               r"\(wait while the target starts or fails over\)")
    fake.stop()
    goes_on(c, guest, target.open(), **REFUSED)


@case("faults-late-service", group="faults")
def faults_late_service(c):
    """Another service answers for 20 s"""
    image = c.tiny()
    c.network()
    target = c.target(c.lun(image), held=True)
    fake = FakeTarget(c.net, "http")
    guest = c.boot(image, APPEND + STATIC, config())
    stands_for(c, guest, "login: " + OBJECT + r"connected, but not to an iSCSI target \(check "
               r"address and port\)")
    fake.stop()
    goes_on(c, guest, target.open(), foreign=True, **REFUSED)


@case("faults-late-silence", group="faults")
def faults_late_silence(c):
    """What answers says nothing for 20 s, with a login under way as it ends"""
    image = c.tiny()
    c.network()
    target = c.target(c.lun(image), held=True)
    fake = FakeTarget(c.net, "silent")
    guest = c.boot(image, APPEND + STATIC, config())
    stands_for(c, guest, "login: " + OBJECT + r"connected, but no login response \(check that this "
               r"is an iSCSI target\)")
    fake.stop()
    goes_on(c, guest, target.open(), **REFUSED)


@case("faults-late-portal", group="faults")
def faults_late_portal(c):
    """The portal's machine is away for 20 s, and what is sent to it is lost"""
    image = c.tiny()
    c.network()
    guest = c.boot(image, APPEND + STATIC, config(TARGET_IP=AWAY))
    stands_for(c, guest, r"login: %s:3260 %s: no answer from the portal \(check address, cabling, firewall\)"
               % (re.escape(AWAY), re.escape(IQN)))
    c.net.address(AWAY + "/32")
    target = c.target(c.lun(image), portals=[AWAY + ":3260"], held=True)
    # in the long probe that waits for ARP to give up TCP asks after 1 s, and then after 2 s more
    goes_on(c, guest, target.open(), connect=2, login=3)


@case("faults-late-password", group="core faults")
def faults_late_password(c):
    """A wrong password for 20 s, then set right on the target"""
    image = c.tiny()
    c.network()
    secret, other = "the-right-one-1", "the-wrong-one-1"
    target = c.target(c.lun(image), chap=("guest1", other))
    guest = c.boot(image, APPEND + STATIC, config(USERNAME="guest1", PASSWORD=secret))
    stands_for(c, guest, "login: " + OBJECT + r"authentication failed, status 02/01 \(check ISCSI_USERNAME "
               r"and ISCSI_PASSWORD\)")
    since = target.password("guest1", secret)
    goes_on(c, guest, since, **REFUSED)
    c.no_secret(guest, secret, other)


@case("faults-late-link", group="faults")
def faults_late_link(c):
    """The cable is plugged in 15 s late"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image))
    guest = c.boot(image, APPEND + STATIC + " net.ifnames=0", config())
    guest.link(False)
    stands_for(c, guest, r"net: eth0: no carrier \(check its cable, switch port or the host's bridge\)", 15)
    since = time.time()
    guest.link(True)
    goes_on(c, guest, since)


@case("faults-late-dhcp", group="faults")
def faults_late_dhcp(c):
    """The DHCP server answers after 25 s"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image))
    guest = c.boot(image, APPEND + DHCP + " net.ifnames=0", config())
    stands_for(c, guest, r"net: eth0: no answer from a DHCP server \(start one on this "
               r"network, or give an address in ip=\)", 25)
    since = time.time()
    c.net.dhcp()
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    wire = c.wire()
    asked = [p.time - since for p in wire.dhcp if p.type == "discover" and p.time > since]
    c.ok("asked again within the client's own 8 s", asked and asked[0] < 10, asked)
    c.same("one lease", len([p for p in wire.dhcp if p.type == "ack"]), 1)


@case("faults-late-lun", group="faults")
def faults_late_lun(c):
    """The LUN is shown to the initiator 20 s after it has logged in"""
    image = c.tiny()
    c.network()
    target = c.target({})
    guest = c.boot(image, APPEND + STATIC, config())
    stands_for(c, guest, "settle: %s: logged in, but the target shows no disk %s"
               % (re.escape(IQN), r"\(map the LUN to this initiator\)"))
    target.adm("logicalunit", "new", "--tid", 1, "--lun", 1, "-b", c.lun(image))
    booted(c, guest, alarms=["settle: .*shows no disk"])


@case("faults-late-volume", group="faults")
def faults_late_volume(c):
    """A physical volume comes 10 s late: nothing is active before, the boot goes on with it"""
    image = c.tiny()
    c.network()
    first, second = lun.split_vg(c.workdir / "first.lun", c.workdir / "second.lun", image.tree)
    c.target(first)
    late = c.target(second, iqn=SECOND, portals=["192.0.2.1:3261"], held=True)
    guest = c.boot(image, APPEND + STATIC + " rd.iscsi.initiator=%s netroot=iscsi:192.0.2.1::3260::%s"
                   " netroot=iscsi:192.0.2.1::3261::%s" % (INITIATOR, IQN, SECOND), NO_FILE)
    stands_for(c, guest, r"settle: volume group system: incomplete: 1 physical volume is missing: "
               r"\S+ \(map its LUN to this initiator\)", 12)
    late.open()
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.handed_over(facts)
    c.same("volumes that are active", sorted(l.split()[2] for l in facts["block"] if l.startswith("dm-")),
           ["system-more", "system-root"])
    rows = [r for r in c.timeline(facts) if r["step"] in ("login", "settle")]
    up = [float(r["t"]) for r in rows if r["event"] == "ok" and ":3261 " in r["object"]]
    active = [float(r["t"]) for r in rows if r["event"] == "ok" and r["object"] == "system"]
    c.ok("the group was activated once, after the second disk had come", len(active) == 1 and up
         and active[0] > up[0], rows)
