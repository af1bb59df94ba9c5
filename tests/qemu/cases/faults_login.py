# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of the login: every refusal has a line of its own, and is asked again."""
import re

from case import case
from faults import cause, gave_up, line, said_once, timeline
from own_target import FakeTarget
from target import IQN
from tiny import APPEND, PORTAL, ROOT, STATIC, booted, config

OBJECT = r"192\.0\.2\.1:3260 %s: " % re.escape(IQN)

# RFC 7143 section 11.13.5: status, exit code, what is said
STATUSES = (
    ("02/00", 69, r"login refused, status 02/00: initiator error \(see the target's log\)"),
    ("02/01", 77, r"authentication required, status 02/01 \(set ISCSI_USERNAME and ISCSI_PASSWORD\)"),
    ("02/02", 77, r"initiator not authorized, status 02/02 \(add its name to the target's "
                  r"access list\)"),
    ("02/03", 69, r"login refused, status 02/03: target not found \(check ISCSI_TARGET_NAME\)"),
    ("02/04", 69, r"login refused, status 02/04: target removed \(check ISCSI_TARGET_IP\)"),
    ("02/05", 69, r"login refused, status 02/05: unsupported version \(see the target's log\)"),
    ("02/06", 69, r"login refused, status 02/06: too many connections \(raise the target's limit\)"),
    ("02/07", 69, r"login refused, status 02/07: missing parameter \(check ISCSI_PARAM\)"),
    ("02/09", 69, r"login refused, status 02/09: session type not supported \(see the target's log\)"),
    ("03/00", 69, r"login refused, status 03/00: target error \(see the target's log\)"),
    ("03/01", 69, r"login refused, status 03/01: service unavailable "
                  r"\(wait while the target starts or fails over\)"),
    ("03/02", 69, r"login refused, status 03/02: target out of resources \(see the target's log\)"),
)

CLOSED = r"connection closed during the login \(add this initiator to the target's access list; see its log\)"
FOREIGN = r"connected, but not to an iSCSI target \(check address and port\)"
SILENT = r"connected, but no login response \(check that this is an iSCSI target\)"
# what is no iSCSI target, or stops being one in the middle; no two alike in a row
SERVICES = (("http", FOREIGN), ("close", CLOSED), ("ssh", SILENT), ("reset", CLOSED),
            ("garbage", FOREIGN), ("half", SILENT), ("wrong", FOREIGN), ("silent", SILENT))


@case("faults-login-statuses", group="core faults", seconds=400)
def faults_login_statuses(c):
    """Each status of a refused login is told by its name, at once and once; then the boot goes on"""
    image = c.tiny()
    c.network()
    fake = FakeTarget(c.net, *[status for status, _, _ in STATUSES])
    target = c.target(c.lun(image), held=True)
    guest = c.boot(image, APPEND + STATIC + " tiny.shell", config())
    for status, _, text in STATUSES:
        cause(c, guest, "login", OBJECT + text)
    fake.stop()
    target.open()
    guest.console.expect("^TINY-SHELL", 90)
    rows = timeline(c, guest)
    for status, code, text in STATUSES:
        codes = {r["code"] for r in rows if r["step"] == "login" and re.match(text, r.get("text", ""))}
        c.same("exit code of " + status, codes, {str(code)})
        c.same("lines of " + status, len(guest.console.lines(line("login", OBJECT + text))), 1)


@case("faults-login-services", group="faults", seconds=400)
def faults_login_services(c):
    """HTTP, SSH, garbage, silence and closed connections instead of iSCSI, each told apart"""
    image = c.tiny()
    c.network()
    fake = FakeTarget(c.net, *[what for what, _ in SERVICES])
    target = c.target(c.lun(image), held=True)
    guest = c.boot(image, APPEND + STATIC, config())
    for what, text in SERVICES:
        cause(c, guest, "login", OBJECT + text)
    fake.stop()
    target.open()
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.same("sessions in the guest", len(facts["sessions"]), 1)


@case("faults-login-deadline", group="faults")
def faults_login_deadline(c):
    """A target in trouble until the deadline: 20 s, exit code 69, the status in the summary, the shell"""
    image = c.tiny()
    c.network()
    FakeTarget(c.net, "03/01")
    guest = c.boot(image, APPEND + STATIC, config(TIMEOUT="20"))
    text = OBJECT + STATUSES[10][2]
    gave_up(c, guest, 69, "login", text)
    said_once(c, guest, "login", text)
    guest.close()
    logins = c.wire().logins()
    c.same("what the target said", {l.status for l in logins}, {(3, 1)})
    c.ok("it was asked again all the time", 8 <= len(logins) <= 60, len(logins))


@case("faults-login-redirect", group="faults")
def faults_login_redirect(c):
    """A target that has moved for now: the login follows, once, and the root comes from there"""
    image = c.tiny()
    c.network()
    c.net.address("192.0.2.2/24")
    FakeTarget(c.net, "01/01=192.0.2.2:3260,1")
    c.target(c.lun(image), portals=["192.0.2.2:3260"])
    guest = c.boot(image, APPEND + STATIC, config())
    facts, wire = booted(c, guest, logins=False)
    c.same("portals and statuses of the logins", [(l.portal, l.status) for l in wire.logins()],
           [(PORTAL, (1, 1)), ("192.0.2.2:3260", (0, 0))])


@case("faults-login-redirect-loop", group="faults")
def faults_login_redirect_loop(c):
    """A target that sends the login to itself for ever: said so, exit code 69 at the deadline"""
    image = c.tiny()
    c.network()
    FakeTarget(c.net, "01/02=192.0.2.1:3260,1")
    guest = c.boot(image, APPEND + STATIC, config(TIMEOUT="20"))
    gave_up(c, guest, 69, "login", OBJECT + r"login redirected in a loop \(check the "
            r"portals that the target announces\)")
