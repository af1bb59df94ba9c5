# SPDX-License-Identifier: GPL-2.0-or-later
"""What a boot that cannot go on must say and do, whatever the fault.

    gave_up(c, guest, 69, "login", PATTERN)     the line, the deadline, the code, then the shell
    cause(c, guest, "login", PATTERN)           wait for the line of one cause
    recovered(c, wire, since)                   how soon after the fault's end it went on
"""
import re

from case import split_quoted
from pcap import LOGIN_REQ

SECONDS = 20            # of ISCSI_TIMEOUT, where a case does not say otherwise
SLACK = 2               # the deadline is kept within
RETRYING = r"(, retrying(, \d+ s left)?)?$"
EMULATION = 0.5         # see recovered()


def line(step, what):
    """The pattern of the console's line for WHAT, the pattern of `OBJECT: CAUSE`."""
    return r"iscsiroot: %s: %s%s" % (step, what, RETRYING)


def cause(c, guest, step, what, seconds=90):
    """Wait until the guest says so."""
    return guest.console.expect(line(step, what), seconds)


def shell(c, guest, code, seconds=120):
    """Wait for the emergency shell, entered with exit code CODE."""
    found = guest.console.expect(r"iscsiroot: run: failed with code (\d+) \(fix the problem, then exit "
                                 r"this shell to retry\)", seconds)
    c.same("exit code", int(found.group(1)), code)
    guest.console.expect(r"^\(initramfs\) ", 30)
    c.ok("the real init did not run", guest.console.search("^TINY-BEGIN") is None)


def timeline(c, guest):
    """The timeline as the emergency shell shows it: a list of dicts."""
    code, text = guest.console.command("cat /run/iscsiroot/timeline", 30)
    c.same("the timeline can be read", code, 0)
    rows = [dict(item.partition("=")[::2] for item in split_quoted(l))
            for l in text.splitlines() if l.startswith("t=")]
    c.must("the timeline has lines", rows, text)
    return rows


def kept(c, rows, seconds):
    """The time between the first line and the failure, by the guest's clock."""
    end = [float(r["t"]) for r in rows if r["event"] == "fail"]
    c.must("the timeline tells the failure", end, rows[-3:])
    took = end[-1] - float(rows[0]["t"])
    c.ok("the deadline of %d s is kept" % seconds, abs(took - seconds) <= SLACK, took)


def gave_up(c, guest, code, step, what, seconds=SECONDS):
    """WHAT was said at once and stands in the summary; deadline, exit code, shell; the timeline."""
    shell(c, guest, code)
    rows = timeline(c, guest)
    said = c.messages(guest)
    c.ok("line %r" % what, any(re.search(line(step, what), m) for m in said), said)
    ends = [m for m in said if " gave up after " in m]
    c.same("summaries", len(ends), 1)
    found = re.search(r"iscsiroot: %s: gave up after (\d+) s: \d+ network devices up, \d+ of \d+ portals "
                      r"logged in, root not found; %s$" % (step, what), ends[0] if ends else "")
    c.must("the summary ends in the cause", found, said)
    c.ok("the summary's seconds", abs(int(found.group(1)) - seconds) <= SLACK, found.group(1))
    kept(c, rows, seconds)
    c.same("the failure's step and code", [(r["step"], r["code"]) for r in rows
                                           if r["event"] == "fail"], [(step, str(code))])
    return rows


def said_once(c, guest, step, what):
    """A cause that stands is said, and then only in the countdown, every ten seconds."""
    lines = [m for m in c.messages(guest) if re.search(r"iscsiroot: %s: %s" % (step, what), m)]
    c.ok("%r is told, not chanted" % what, 1 <= len(lines) <= 4, lines)


def gaps(wire, until):
    """The times from the end of a refused connection or a failed login to the next attempt. A probe
    that was answered is no end: iscsistart is being started then."""
    attempts = sorted(t for conn in wire.connections for t in conn.attempts if t <= until)
    ends = [conn.reset[0] if conn.reset else conn.fin.get("initiator") for conn in wire.connections
            if conn.pdus or not conn.established]
    return [min(a - end for a in attempts if a > end)
            for end in ends if end and any(a > end for a in attempts)]


def recovered(c, wire, since, connect=1.0, login=2.0):
    """From the moment SINCE on: the next connection attempt and the next login in time. The
    emulation's share: a program is started in 0.1 to 0.5 s where a machine needs 0.01."""
    attempts = sorted(t for conn in wire.connections for t in conn.attempts if t > since)
    logins = [p.time for p in wire.select(LOGIN_REQ) if p.time > since]
    c.must("it went on", logins, (attempts, logins))
    # none where the connection that stood as the cause went away was good enough
    c.ok("the next connection attempt within %g s" % connect,
         min(attempts[:1] + logins[:1]) - since <= connect + EMULATION,
         [t - since for t in attempts[:3] + logins[:3]])
    c.ok("the next login within %g s" % login, logins[0] - since <= login + 2 * EMULATION,
         [l - since for l in logins[:3]])
    waits = gaps(wire, since)
    c.ok("never longer than %g s without an attempt" % connect,
         max(waits, default=0) <= connect + EMULATION, sorted(waits)[-5:])
