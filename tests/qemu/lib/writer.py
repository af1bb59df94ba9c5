# SPDX-License-Identifier: GPL-2.0-or-later
"""The writer in a Debian guest (tests/qemu/guest/writer): numbered records, each acknowledged.

    c.lun(image, files=writer.files())      a root on which it runs from early boot on
    guest = c.boot(..., second=True)        it speaks on the second serial line, guest.second
    writer.wait(guest)                      until it writes
    writer.check(c, [guest], disk)          offline: none lost, none doubled, none failed

The file grows over reboots; its records are numbered from 0 without a gap, so a record's number is
its place.
"""
import re

import lun as lunlib
from images import GUEST

FILE = "/records"
LINE = "/dev/ttyS1"
SIZE = 64
PROGRAM = "/usr/local/sbin/writer"
SAID = re.compile(r"^W(-\w+)? (\d+) (\d+\.\d+)(?: (.*))?$", re.M)

UNIT = """\
[Unit]
Description=Numbered records for the tests
DefaultDependencies=no
After=systemd-remount-fs.service
IgnoreOnIsolate=yes
[Service]
ExecStart=%s %s %s %%d
Restart=no
""" % (PROGRAM, FILE, LINE)


def files(ms=200):
    """What goes onto the root. The unit has no part in the shutdown: the writer goes on until
    systemd-shutdown ends it."""
    return {PROGRAM: ((GUEST / "writer").read_text(), 0o755),
            "/etc/systemd/system/writer.service": (UNIT % ms, 0o644),
            "/etc/systemd/system/sysinit.target.d/writer.conf":
                ("[Unit]\nWants=writer.service\n", 0o644)}


def fnv(data):
    h = 0x811c9dc5
    for byte in data:
        h = (h ^ byte) * 0x01000193 & 0xffffffff
    return h


def record(number):
    """The bytes of a record."""
    text = b"%010d %s " % (number, (b"%d." % number * 43)[:43])
    return text + b"%08x\n" % fnv(text)


class Said:
    """What writers said, on one or more lines (of one guest's boots, in order).

    acks: [(number, guest's uptime, host's time)]; failed: lines; begins: how many began."""

    def __init__(self, *consoles):
        self.acks, self.failed, self.begins, self.problems = [], [], 0, []
        self.last_begin = None
        for console in consoles:
            self.read(console.text, console.time_of)

    def read(self, text, time_of=lambda offset: 0.0):
        for found in SAID.finditer(text):
            kind, number, uptime = found[1] or "", int(found[2]), float(found[3])
            if kind == "":
                self.acks.append((number, uptime, time_of(found.start())))
            elif kind == "-BEGIN":
                self.begins += 1
            elif kind == "-FAIL":
                self.failed.append(found[0])
        for line in text.splitlines():
            if line.startswith("W") and not SAID.fullmatch(line):
                self.problems.append("not understood: %.80r" % line)


def compare(data, acked, begins=1):
    """What is wrong with the file DATA whose writer acknowledged the numbers ACKED, in order; []
    when nothing is. A writer may end between a record and its word: one for each beginning."""
    problems, count = [], len(data) // SIZE
    if len(data) % SIZE:
        problems.append("the file ends in %d bytes of a record" % (len(data) % SIZE))
    bad = [n for n in range(count) if data[n * SIZE:(n + 1) * SIZE] != record(n)]
    for place in bad[:5]:
        problems.append("at record %d: %.64r" % (place, data[place * SIZE:(place + 1) * SIZE]))
    if len(bad) > 5:
        problems.append("and %d more bad records" % (len(bad) - 5))
    lost = [n for n in acked if n >= count]
    if lost:
        problems.append("%d acknowledged records are lost, from %d on" % (len(lost), lost[0]))
    if any(b <= a for a, b in zip(acked, acked[1:])):
        problems.append("a record was acknowledged twice: %r"
                        % [b for a, b in zip(acked, acked[1:]) if b <= a][:5])
    silent = sorted(set(range(count)) - set(acked))
    if len(silent) > begins:
        problems.append("%d records that nobody acknowledged: %r" % (len(silent), silent[:10]))
    return problems


def wait(guest, seconds=120):
    """Wait for an acknowledgement that comes from now on: its number."""
    console = guest.second
    with console.change:
        console.mark = len(console.text)
    return int(console.expect(r"^W (\d+) [0-9.]+$", seconds, fail=r"^W-FAIL.*\n")[1])


def said(guests):
    return Said(*[g.second for g in guests])


def check(c, guests, disk):
    """Once the guests are off. The records that were acknowledged are on the LUN, and no write
    failed; what was said."""
    told = said(guests)
    c.same("errors that the writer saw", told.failed, [])
    c.same("what the writer said is understood", told.problems, [])
    c.ok("records were acknowledged", len(told.acks) >= 10, len(told.acks))
    data = lunlib.extract(disk, FILE)
    c.same("the records on the LUN are the acknowledged ones",
           compare(data, [a[0] for a in told.acks], told.begins), [])
    return told


def resumed(c, told, began, ended, seconds=5):
    """Between the host's times BEGAN and ENDED nothing was written, and soon after it was."""
    inside = [a for a in told.acks if began + 1 < a[2] < ended]
    c.same("records written while the target was away", inside, [])
    before = [a for a in told.acks if a[2] <= began + 1]
    after = [a for a in told.acks if a[2] >= ended]
    c.must("it wrote before and after", before and after, (before[-1:], after[:1]))
    took = after[0][2] - ended
    c.ok("writing resumes within %g s" % seconds, took <= seconds, "%.2f s" % took)
    # the same by the guest's own clock: what passed there is the outage and the rest
    gap = after[0][1] - before[-1][1] - (ended - before[-1][2])
    c.ok("within %g s by the guest's clock" % seconds, gap <= seconds, "%.2f s" % gap)
    return took
