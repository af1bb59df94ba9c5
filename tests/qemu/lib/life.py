# SPDX-License-Identifier: GPL-2.0-or-later
"""The life of a Debian guest with an iSCSI root, from boot to off, with a writer in it.

    life = Life(c, "bookworm")
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    life.down(guest, "poweroff")
    life.finish()

What is said and written meanwhile is checked at the end: the records against the LUN, the file
system, each session's Logout in the capture, and that no I/O error was told anywhere.
"""
import re
import time

import images
import lun as lunlib
import records
from case import DEAD, REAL_INIT, but_broken
from outage import Outage
from pcap import SCSI_CMD
from qemu import COUNTED
from target import IQN

ROOT = "/dev/mapper/system-root"
STATIC = "ip=192.0.2.10::192.0.2.1:255.255.255.0:guest::off"
APPEND = "root=%s ro console=ttyS0 " % ROOT + STATIC
CONFIG = {"/etc/iscsi/iscsi.initramfs": (
    "ISCSI_TARGET_NAME=%s\nISCSI_TARGET_IP=192.0.2.1\n" % IQN, 0o600)}
WRITER, LOAD = "/var/writer", "/var/load"
EXITRD_SECONDS = 15
SILENT_SECONDS = 25     # the kernel has not noticed yet that the target is gone
GAP = 2
BROKEN = r"I/O error|EXT4-fs error|Remounting filesystem read-only|Aborting journal" \
    r"|recovery timed out|offline device|Input/output error"
VERBS = {"poweroff": "reboot: Power down", "reboot": "reboot: Restarting system",
         "halt": "reboot: System halted", "kexec": "kexec_core: Starting new kernel"}
SHUTDOWN = r"iscsiroot: shutdown: "
# what the exitrd says of things that it could not do
LEFT = re.compile(SHUTDOWN + r".*(not removed|not unmounted|nor remounted|abandoned|still running|swapoff failed|"
                  r"not flushed|no Logout|Logout not sent|Logout failed|not destroyed|not listed|reboot\(2\))")

_WRITER_UNIT = """\
[Unit]
Description=Numbered records
DefaultDependencies=no
IgnoreOnIsolate=yes
[Service]
ExecStart=/usr/local/sbin/guest-writer %s /dev/ttyS1 %s
"""
_MOMENT_UNIT = """\
[Unit]
Description=The moment after the services were stopped
DefaultDependencies=no
ConditionPathExists=/run/moment-stopped
After=shutdown.target umount.target
Before=final.target
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/guest-moment stopped
"""
_ISCSID = """\
[Service]
ExecStartPre=-/bin/sh -c '[ ! -e /run/moment-iscsid ] || guest-moment iscsid'
"""
_GENERATOR = """\
#!/bin/sh
case " $(cat /proc/cmdline) " in
*" moment.init "*)
	guest-moment init
	;;
esac
"""
# for init=
_INIT = """\
#!/bin/sh
/usr/local/sbin/guest-moment init
exec /sbin/init "$@"
"""
# with what it needs kept in memory: after it nothing is read from the root any more
_HOOK = """\
#!/bin/sh
[ ! -e /run/moment-exitrd ] || /usr/local/sbin/guest-moment exitrd keep
"""


def _script(name):
    return (images.GUEST / name).read_text()


def files():
    """What a guest's root holds for all this."""
    return {
        "/usr/local/sbin/guest-writer": (_script("writer"), 0o755),
        "/usr/local/sbin/guest-moment": (_script("moment"), 0o755),
        "/etc/systemd/system/guest-writer.service": (_WRITER_UNIT % (WRITER, "0.1"), 0o644),
        "/etc/systemd/system/guest-load.service": (_WRITER_UNIT % (WRITER, "0 " + LOAD), 0o644),
        "/etc/systemd/system/guest-moment.service": (_MOMENT_UNIT, 0o644),
        "/etc/systemd/system/final.target.d/moment.conf": (
            "[Unit]\nWants=guest-moment.service\n", 0o644),
        "/etc/systemd/system/iscsid.service.d/moment.conf": (_ISCSID, 0o644),
        "/etc/systemd/system-generators/moment": (_GENERATOR, 0o755),
        "/usr/local/sbin/guest-init": (_INIT, 0o755),
        "/usr/lib/systemd/system-shutdown/moment": (_HOOK, 0o755),
    }


def in_initramfs(directory):
    """An overlay in which the moment DIRECTORY comes after the scripts of that directory."""
    # each run of initramfs-tools' init sources conf.d; the ORDER files are sourced as well
    conf = "mkdir -p /scripts/%s\necho '/scripts/guest-moment %s' >>/scripts/%s/ORDER\n"
    return {"conf/conf.d/moment": (conf % (directory, directory, directory), 0o644),
            "scripts/guest-moment": (_script("moment"), 0o755)}


class Span:
    """One life of a guest: when it began and ended, and from where on the console tells of it."""

    def __init__(self, guest, began, start):
        self.guest, self.began, self.start = guest, began, start
        self.end = None
        self.ordered = True     # it went down, in order, with its target there

    def init_time(self):
        """When its real init began."""
        found = re.compile(REAL_INIT[self.guest.image.kind], re.M).search(self.guest.console.text, self.start)
        return found and self.guest.console.time_of(found.start())

    def said(self):
        """What stood on its console, up to now."""
        return self.guest.console.text[self.start:]

    def logins(self, wire):
        return [l for l in wire.logins(until=self.end) if l.time >= self.began]


class Life:
    """One LUN, one target, and the guests that boot from it one after the other. IMAGE: another than
    the plain one; VOLUMES: more of them in the root's group ({name: MiB}); MORE: files of the root;
    AUTH: the target's credentials (target.Target); APPEND: the command line; DHCP: a server's options
    (Net.dhcp)."""

    verbs = VERBS

    def __init__(self, c, suite, image=None, volumes=None, more=None, auth=None, append=APPEND,
                 dhcp=None):
        self.c, self.append = c, append
        self.image = image or c.debian(suite, files=CONFIG)
        c.network(cable=True, dhcp=dhcp)
        self.disk = c.lun(self.image, files={**files(), **(more or {})})
        self.volumes = lunlib.add_volumes(self.disk, "system", volumes) if volumes else {}
        self.target = c.target(self.disk, **(auth or {}))
        self.ports, self.acked, self.ends, self.outages = {3260}, [], [], []
        self.guests, self.lives = [], []
        self.keeper = "keeper running"
        self.end = "/oldroot: unmounted"
        self.sessions = {IQN}           # that end with a Logout

    def boot(self, overlay=None, append="", **how):
        """Start a guest."""
        began = time.time()
        guest = self.c.boot(self.image, self.append + append, overlay, second=True, **{"cpus": 2, **how})
        self.guests.append(guest)
        self.lives.append(Span(guest, began, 0))
        return guest

    def boot_counted(self, **how):
        """A guest whose clock goes by what it executes, for never_held_up()."""
        return self.boot(accel=COUNTED, cpus=1, **how)

    def again(self, guest):
        """The same QEMU begins another life (kexec)."""
        self.lives[-1].end = time.time()
        self.lives.append(Span(guest, self.lives[-1].end, len(guest.console.text)))

    def up(self, guest, seconds=240):
        """It boots to its shell, with the root on the LUN, writable."""
        facts = self.c.shell(guest, seconds)
        self.c.root_is(facts, ROOT)
        options = [l.split()[3] for l in facts["mounts"] if l.split()[1] == "/"][-1]
        self.c.ok("/ is writable", options.startswith("rw"), options)
        self.c.same("root's session", [l.split()[2] for l in facts["sessions"]
                                       if l.split()[1] == IQN], ["LOGGED_IN"])
        return facts

    def run(self, guest, command, seconds=120, want=0):
        """A command in the guest; its output."""
        code, out = guest.console.command(command, seconds)
        self.c.must("%s: exit %s" % (command, want), want is None or code == want, (code, out))
        return out

    def write(self, guest, unit="guest-writer"):
        """Start the writer, and see it write."""
        self.run(guest, "systemctl start " + unit)
        guest.second.expect(r"^W \d+$", 60)

    def writes(self, guest, since=None, seconds=60):
        """When the first record after SINCE (now) was acknowledged."""
        since, end = since or time.time(), time.monotonic() + seconds
        while time.monotonic() < end:
            with guest.second.change:
                text = guest.second.text
                for found in re.finditer(r"^W \d+$", text, re.M):
                    when = guest.second.time_of(found.start())
                    if when > since:
                        return when
            time.sleep(0.05)
        self.c.must("the writer goes on within %g s" % seconds, False, guest.second.tail(3))

    # --- outages ---

    def away(self, mode, guest=None, answer=None):
        outage = Outage(self.c.net, self.target, mode, guest, answer)
        self.outages.append(outage)
        outage.when = None
        return outage

    def resumes(self, guest, outage, seconds):
        """While it writes the target goes away for so long; how many seconds after its return the
        first record was acknowledged."""
        outage.begin()
        outage.when = outage.began + 0.001
        outage.last(seconds)
        outage.end()
        return self.writes(guest, outage.ended, 120) - outage.ended

    def at(self, guest, name, outage, seconds, cold=True, come=240):
        """At the moment NAME (guest/moment) the target goes away; SECONDS later it comes back, or,
        None, it does not."""
        found = guest.console.expect(r"READY %s (dropped|kept)" % name, come, fail=DEAD)
        self.c.same("page cache at the moment " + name, found.group(1), "dropped" if cold else "kept")
        outage.begin()
        guest.console.send("\n")
        guest.console.expect(r"MOMENT " + name, 60)
        outage.when = guest.console.time_of(guest.console.mark - 1)
        if seconds is not None:
            outage.last(seconds)
            outage.end()

    def at_line(self, guest, pattern, outage, seconds, come=200):
        """The same at a line of the console: the guest stands still while the target goes."""
        guest.console.expect(pattern, come)
        guest.qmp("stop")
        outage.begin()
        guest.qmp("cont")
        outage.when = time.time()
        outage.last(seconds)
        outage.end()

    # --- off ---

    def ask(self, guest, command, level=8):
        """Ask for the way down; what the kernel says is shown from here on."""
        guest.asked = len(guest.console.text)
        guest.console.sendline("dmesg -n %d; %s" % (level, command))

    def gone(self, guest, verb, seconds=240):
        """Wait until the guest has done VERB."""
        if verb == "halt":
            guest.console.expect(self.verbs[verb], seconds)
            guest.close()
        else:
            guest.wait_off(seconds)
        self.lives[-1].end = time.time()

    def down(self, guest, verb, command=None, seconds=240):
        self.ask(guest, command or "systemctl " + verb)
        self.gone(guest, verb, seconds)
        return self.was_down(guest, verb)

    def was_down(self, guest, verb, dead=False):
        """What the console must have told of the way down. DEAD: with no target."""
        c, text = self.c, guest.console.text[guest.asked:]
        c.has("the kernel did it", text, self.verbs[verb])
        said = list(dict.fromkeys(re.findall(SHUTDOWN + r"(.*?)(?=\[ *\d+\.\d{6}\] |$)", text, re.M)))
        said = [s.rstrip() for s in said]
        c.same("how the exitrd begins", said[:1], ["%s: unmounting and logging out, %s"
                                                   % (verb, self.keeper)])
        c.has("what became of /", said, self.end)
        if dead:
            self.lives[-1].ordered = False
            c.ok("the target's absence is told", any(
                s.startswith(IQN + ": session destroyed without Logout: target does not answer") for s in said), said)
        else:
            c.has("the Logout is told", said, IQN + ": logged out")
            c.same("what the exitrd could not do", LEFT.findall(text), [])
        self.took(guest, verb, SILENT_SECONDS if dead else EXITRD_SECONDS)
        return said

    def took(self, guest, verb, most=EXITRD_SECONDS):
        """From the exitrd's first line to the end, outages left out, by the kernel's clock."""
        text = guest.console.text[guest.asked:]
        begin = re.search(r"\[ *(\d+\.\d+)\] %s%s: unmounting" % (SHUTDOWN, verb), text)
        end = re.search(r"\[ *(\d+\.\d+)\] " + self.verbs[verb], text)
        if not self.c.ok("the exitrd's time is in the kernel's log", begin and end, text[-1500:]):
            return
        seconds = float(end[1]) - float(begin[1])
        for outage in self.outages:     # what it waited for a target that came back
            if outage.ended and outage.when and outage.when > guest.console.time_of(
                    guest.asked + begin.start()):
                seconds -= outage.ended - outage.began
        self.c.ok("the exitrd took %d s at most" % most, seconds <= most, seconds)

    # --- the end ---

    def finish(self):
        """All guests are off: the LUN, the records, the capture; the capture."""
        c, ordered = self.c, all(span.ordered for span in self.lives)
        for guest in self.guests:
            c.same("errors of the writer", records.errors(guest.second.text), [])
            if ordered:
                c.same("I/O errors told", guest.console.lines(BROKEN), [])
            self.ends += self.acked[-1:]
            self.acked += records.acked(guest.second.text)
        wire = c.wire(ports=self.ports)
        for span in self.lives:
            first_logins(c, wire, span, self.outages)
            sessions_end(c, wire, span, self.sessions if span.ordered else ())
        for outage in self.outages:
            outage.proved(c, wire, outage.when)
        self.look_at_disk(ordered)
        return wire

    def never_held_up(self, guest):
        """The writer's longest gap, by the CLOCK_MONOTONIC of a guest of boot_counted() or of a Xen
        host: any other stands still for seconds by itself while this machine has else to do."""
        gaps = records.gaps(guest.second.text)
        self.c.ok("the writer's longest gap is under %d s" % GAP, max(gaps, default=0) < GAP, gaps)

    def look_at_disk(self, ordered):
        c = self.c
        if ordered:
            c.ok("no journal is left to be replayed", not lunlib.needs_recovery(self.disk))
            code, out = lunlib.fsck(self.disk)
            c.ok("the file system is clean", code == 0, out[-1500:])
        else:
            c.ok("the file system is clean, or its journal says how", lunlib.preen(self.disk) <= 1)
        for name, offset in self.volumes.items():
            if name != "swap":
                c.ok(name + ": no journal is left", not lunlib.needs_recovery(self.disk, offset))
                c.same(name + ": clean", lunlib.fsck(self.disk, offset)[0], 0)
        if self.acked:
            c.same("the records on the LUN against the acknowledged ones",
                   records.compare(lunlib.extract(self.disk, WRITER), self.acked, self.ends), [])


def first_logins(c, wire, span, outages):
    """One login before the real init, and one more for each outage there, at most."""
    init = span.init_time() or span.end
    logins = but_broken([l for l in span.logins(wire) if l.time < init], span.said())
    before = [o for o in outages if span.began < o.began < init]
    c.same("targets logged in to before the real init", {l.target for l in logins}, {IQN})
    c.same("logins that failed while the target was there",
           [l for l in logins if not l.done and not any(o.covers(l.time) for o in before)], [])
    done = len([l for l in logins if l.done])
    c.ok("logins before the real init", 1 <= done <= 1 + len(before), (done, len(before)))


def sessions_end(c, wire, span, names):
    """Each session of a life ended with one Logout, answered, after its last command; NAMES: the
    targets with a session that does."""
    by = {}
    for login in span.logins(wire):
        if login.done:
            by.setdefault((login.target, login.portal), []).append(login)
    ended = set()
    for (target, _), logins in by.items():
        conns = [login.conn for login in logins]
        pairs = [(q, r) for q, r in wire.logouts() if q.conn in conns]
        if target not in names:
            c.same("%s: Logouts" % target, pairs, [])
            continue
        ended.add(target)
        c.same("%s: Logout's reason and response" % target,
               [(q.reason, r and r.reason) for q, r in pairs], [(0, 0)])
        late = [p for conn in conns for p in conn.pdus
                if p.opcode == SCSI_CMD and pairs and p.time > pairs[-1][0].time]
        c.same("%s: SCSI commands after the Logout" % target, late, [])
    c.same("targets with a session that ended", ended, set(names))


def freezes(wire, span):
    """How long the root stood at each new login of its session: from the end of the connection
    before (or, where none was seen, its last PDU) until full feature phase."""
    logins = [l for l in span.logins(wire) if l.done and l.target == IQN]
    found = []
    for before, after in zip(logins, logins[1:]):
        ends = list(before.conn.fin.values())
        if before.conn.reset:
            ends.append(before.conn.reset[0])
        found.append(after.end - min(ends or [before.conn.pdus[-1].time]))
    return found
