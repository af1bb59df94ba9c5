# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases: functions that boot a guest and say what must have come of it.

    @case("tiny-dhcp")
    def tiny_dhcp(c):
        c.network(dhcp={})
        ...
        c.same("exactly one login", len(...), 1)

Every check is counted; a case passes when none failed, at least one was made,
and what it started could be stopped.
"""
import contextlib
import importlib.util
import json
import os
import re
import sys
import time
import traceback
from pathlib import Path

import images
import lun as lunlib
from console import ConsoleError
from net import Net
from own_target import OwnTarget
from pcap import Capture
from proc import HarnessError
from qemu import Qemu
from target import IQN, Target

GROUPS = ("core", "boot", "control", "check", "faults", "long", "off", "session", "outage",
          "outage-long", "network", "xen", "dracut", "stacks")
# the shell of initramfs-tools and the kernel's last words: no use to wait on
DEAD = r"^\(initramfs\) |Kernel panic - not syncing|^BusyBox v.*built-in shell"
REAL_INIT = {"tiny": r"^TINY-BEGIN", "debian": r"^systemd\[1\]: System time|^systemd\[1\]: systemd \d+"
                                              r"|^\[ *[0-9.]+\] systemd\[1\]: systemd \d+|^Welcome to |^INIT: version ",
             # systemd in the initrd says the same, but for this
             "dracut": r"^Welcome to (?!.*\(Initramfs\))"}
BROKE = r"Login/Text in progress\. Cannot start new task"
ENGINE = os.environ.get("ENGINE", "")   # what logs in in each guest: ISCSI_ENGINE
SAID = r"iscsiroot: shutdown: "     # what the exitrd's lines begin with
CASES = {}


def but_broken(logins, console):
    """LOGINS without those that the kernel broke by itself: Linux 6.1 to 7.2 on a slow machine now
    and then still hold a login's last PDU when iscsistart sends the next, say so on the CONSOLE, and
    drop the connection; the next attempt follows. And without those in which tgt has chosen SHA-256,
    whose response it cannot read (1.0.85): it refuses them, and the next attempt has another algorithm."""
    logins = [l for l in logins if not (l.status == (2, 0) and l.keys.get("CHAP_A") in ("7", "8"))]
    for _ in range(len(re.findall(BROKE, console))):
        broken = next((l for l in logins if not l.done), None)
        if broken:
            logins.remove(broken)
    return logins


class Case:
    def __init__(self, function, name, group, seconds):
        self.function, self.name, self.groups, self.seconds = function, name, group.split(), seconds
        self.doc = (function.__doc__ or "").strip().split("\n")[0]


def case(name, group="core", seconds=240):
    """Register a case in one GROUP or, with spaces between, in several; SECONDS is the longest
    that it may take on an idle machine, images not counted."""
    def register(function):
        if name in CASES or not set(group.split()) <= set(GROUPS):
            raise ValueError("case %s: given twice, or unknown group %s" % (name, group))
        CASES[name] = Case(function, name, group, seconds)
        return function
    return register


class CheckFailed(Exception):
    """A check without which going on makes no sense."""


def find_deb():
    """The package under test: $ISCSIROOT_DEB or the one that `make deb` left."""
    given = os.environ.get("ISCSIROOT_DEB")
    top = Path(__file__).resolve().parents[3]
    found = [Path(given)] if given else sorted(top.glob("build/deb/iscsiroot_*.deb"))
    if not found or not found[-1].is_file():
        raise HarnessError("no package to test: run `make deb`, or set ISCSIROOT_DEB")
    return found[-1]


class Context:
    """What a case works with; everything started through it is stopped at its end."""

    def __init__(self, name, workdir, echo=None):
        self.name, self.workdir, self.echo = name, Path(workdir), echo
        self.stack = contextlib.ExitStack()
        self.checks, self.failures, self.guests = 0, [], []
        self.net = None

    # --- checks ---

    def ok(self, what, true, detail=""):
        self.checks += 1
        if not true:
            self.failures.append("%s%s" % (what, ": " + str(detail) if detail != "" else ""))
        return bool(true)

    def same(self, what, got, want):
        return self.ok(what, got == want, "got %r, want %r" % (got, want))

    def has(self, what, text, part):
        return self.ok(what, part in text, "no %r in %.2000r" % (part, text))

    def must(self, what, true, detail=""):
        if not self.ok(what, true, detail):
            raise CheckFailed(what)

    # --- what a case is made of ---

    def tiny(self, **how):
        return images.tiny(find_deb(), **how)

    def debian(self, suite, **how):
        return images.debian(suite, find_deb(), **how)

    def lun(self, image, name="root.lun", **how):
        """The case's own copy of a root LUN of IMAGE."""
        how.setdefault("label", "rootfs")  # e2fsck begins its lines with the label
        return lunlib.copy(image.lun(**how), self.workdir / name)

    def network(self, dhcp=None, cable=False, **how):
        """The network, its capture, and a DHCP server when DHCP (its options) is given. CABLE: one
        that can be cut lies between guests and servers, and the capture is taken on it."""
        self.net = self.stack.enter_context(Net(str(self.workdir), **how))
        self.net.capture(self.net.cable() if cable else "br0")
        if dhcp is not None:
            self.net.dhcp(**dhcp)
        return self.net

    def target(self, luns, **how):
        """A target that serves LUNS."""
        if not isinstance(luns, (list, tuple, dict)):
            luns = [luns]
        return self.stack.enter_context(Target(self.net, luns=luns, **how))

    def own_target(self, luns, **how):
        """The target of our own, which serves LUNS and behaves as HOW says."""
        if not isinstance(luns, (list, tuple, dict)):
            luns = [luns]
        return self.stack.enter_context(OwnTarget(self.net, luns=luns, **how))

    def boot(self, image, append, files=None, initrd=None, **how):
        """Start a guest of IMAGE (or with another INITRD of it); FILES ({path: (text, mode)})
        are laid over its initrd."""
        if ENGINE and "ISCSI_ENGINE" not in append:
            append += " ISCSI_ENGINE=" + ENGINE
        initrd = initrd or image.initrd
        name = how.setdefault("name", "guest" if not self.guests else "guest%d" % len(self.guests))
        if files:
            initrd = images.overlay(initrd, files, self.workdir / (name + ".initrd"))
        how.setdefault("memory", 512 if image.is_tiny else 1024)
        guest = Qemu(self.net, str(self.workdir), image.kernel, initrd, append, echo=self.echo, **how)
        guest.image, guest.facts = image, {}
        self.guests.append(guest)
        return self.stack.enter_context(guest)

    def facts(self, guest, seconds=120):
        """Let a tiny guest run to its end; the facts that it printed."""
        guest.console.expect(r"^TINY-END", seconds, fail=DEAD)
        guest.console.expect(r"^TINY-OFF", 60)
        guest.wait_off(60)
        guest.facts = images.facts(guest.console.text)
        return guest.facts

    def shell(self, guest, seconds=300):
        """Wait for the shell of a Debian guest; the facts that it prints."""
        guest.console.expect(r"^guest# ", seconds, fail=DEAD)
        # from here on the console shows what was asked for alone, no echo and no kernel
        guest.console.command("dmesg -n 1; stty -echo cols 500; systemctl is-system-running --wait",
                              seconds)
        code, _ = guest.console.command("guest-facts", seconds)
        self.must("guest-facts runs", code == 0, code)
        guest.facts = images.facts(guest.console.text)
        return guest.facts

    def init_time(self, guest):
        """When the real init of a guest began."""
        when = guest.console.when(REAL_INIT[guest.image.kind])
        self.must("the real init began", when is not None, guest.console.tail(5))
        return when

    def wire(self, ports=None, foreign=False):
        """What went over the wire; the capture ends here. FOREIGN: another service than iSCSI
        has spoken on a port as well."""
        self.net.capture_stop()
        capture = Capture.load(self.net.capture_file, ports or {3260})
        self.same("the capture is whole", [p for p in capture.problems
                                           if not foreign or "target sent opcode" not in p], [])
        return capture

    # --- what nearly every case asserts ---

    def one_login(self, guest, wire, portals=("192.0.2.1:3260",), iqn=IQN):
        """Exactly one login per portal before the real init, every one successful."""
        logins = but_broken(wire.logins(until=self.init_time(guest)), guest.console.text)
        self.same("logins before the real init, by portal",
                  sorted(l.portal for l in logins), sorted(portals))
        self.same("targets logged in to", {l.target for l in logins}, {iqn})
        self.same("each login reached full feature phase", [l.done for l in logins],
                  [True] * len(logins))
        self.same("discovery sessions", len(wire.logins(kind="Discovery")), 0)
        return logins

    def one_logout(self, wire, disk):
        """Its session ended with a Logout after all else, and its file system is clean."""
        pairs = wire.logouts()
        self.same("Logouts, their reason and the response",
                  [(p.reason, r and r.reason) for p, r in pairs], [(0, 0)])
        self.ok("no SCSI command follows the Logout",
                pairs and all(p.time < pairs[0][0].time for p in wire.scsi()))
        self.ok("no journal is left to be replayed", not lunlib.needs_recovery(disk))
        self.same("the file system is clean", lunlib.fsck(disk)[0], 0)

    def root_is(self, facts, device, iscsi=True):
        """/ is DEVICE, and lies on an iSCSI disk (or, ISCSI false, on none)."""
        roots = [line.split()[0] for line in facts.get("mounts", []) if line.split()[1:2] == ["/"]]
        roots = [r for r in roots if r not in ("rootfs", "none")]
        self.must("one root file system is mounted", len(roots) == 1, facts.get("mounts"))
        self.ok("root is " + device, roots[0] in (device, *self._aliases(facts, device)), roots[0])
        below = self.disks_below(facts, roots[0])
        on_iscsi = {line.split()[0] for line in facts.get("iscsi-disks", [])}
        self.must("root's disk is known", below, facts.get("block"))
        self.same("root lies on iSCSI disks alone", below <= on_iscsi, iscsi)

    @staticmethod
    def _aliases(facts, device):
        """dm-N for /dev/mapper/NAME."""
        rows = [line.split() for line in facts.get("block", [])]
        return ["/dev/" + r[0] for r in rows if device == "/dev/mapper/" + r[2]]

    @staticmethod
    def disks_below(facts, device):
        """The whole disks that DEVICE lies on."""
        rows = {r[0]: r for r in (line.split() for line in facts.get("block", []))}
        names = {"/dev/mapper/" + r[2]: r[0] for r in rows.values()}
        todo, found = [names.get(device, device.rpartition("/")[2])], set()
        while todo:
            row = rows.get(todo.pop())
            if row and row[3] != "-":
                todo += row[3].split(",")
            elif row:
                found.add(row[0])
        return found

    def messages(self, guest):
        """Our lines on the console, without what the kernel or a script put around them."""
        found = re.findall(r"iscsiroot: .*?(?=\[ *\d+\.\d{6}\] |$)", guest.console.text, re.M)
        return [m.rstrip() for m in found]

    def timeline(self, facts):
        """The timeline's lines as dicts; its form is checked on the way."""
        rows = []
        for line in facts.get("timeline", []):
            row = dict(item.partition("=")[::2] for item in split_quoted(line))
            self.ok("timeline line has t, step and event", {"t", "step", "event"} <= set(row), line)
            rows.append(row)
        return rows

    def handed_over(self, facts, steps=("plan", "net", "login", "settle", "handoff")):
        """The hand-off is there, and the timeline tells every step's end in order."""
        done = [r["step"] for r in self.timeline(facts) if r.get("event") == "ok"]
        self.same("steps that ended well", list(dict.fromkeys(s for s in done if s in steps)),
                  list(steps))
        self.has("hand-off has its version", facts.get("handoff", []), "version=1")
        listing = "\n".join(facts.get("run", []))
        self.ok("hand-off is 0600", any(l.startswith("-rw-------") and l.endswith(" handoff")
                                        for l in listing.splitlines()), listing)
        self.ok("timeline is 0644", any(l.startswith("-rw-r--r--") and l.endswith(" timeline")
                                        for l in listing.splitlines()), listing)

    def no_secret(self, guest, *secrets):
        """No secret is on the console; what the guest shows of files is on it too.

        The command line that we gave is shown by the kernel: taken out first."""
        text = guest.console.text.replace(guest.append, "")
        for secret in secrets:
            self.ok("a secret is shown nowhere", secret not in text,
                    [l for l in text.splitlines() if secret in l][:3])


def split_quoted(line):
    """key=value items of a timeline line, double quotes holding spaces together."""
    items, current, quoted, escaped = [], "", False, False
    for char in line:
        if escaped:
            current, escaped = current + char, False
        elif char == "\\" and quoted:
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif char == " " and not quoted:
            items.append(current)
            current = ""
        else:
            current += char
    return [i for i in items + [current] if i]


def run_case(chosen, workdir, echo=None):
    """Run one case; a result {"ok", "failures", "checks", "wall", "cpu", "consoles"}."""
    context = Context(chosen.name, workdir, echo)
    began = time.monotonic()
    try:
        with context.stack:
            chosen.function(context)
    except CheckFailed:
        pass                    # already among the failures
    except (HarnessError, ConsoleError, images.BuildError, lunlib.LunError) as e:
        context.failures.append(str(e))
    except Exception:           # a bug in the case or the harness fails the case
        context.failures.append(traceback.format_exc())
    if not context.checks and not context.failures:
        context.failures.append("the case checked nothing")
    return {"ok": not context.failures, "failures": context.failures, "checks": context.checks,
            "wall": time.monotonic() - began, "cpu": sum(g.cpu for g in context.guests),
            "consoles": [g.console.log for g in context.guests if g.console]}


def load_cases(directory):
    """Import every file of cases; they may import one another by name."""
    directory = os.path.realpath(directory)
    sys.path.append(directory)
    for path in sorted(Path(directory).glob("*.py")):
        known = sys.modules.get(path.stem)
        if known and getattr(known, "__file__", None) == str(path):
            continue            # another one has imported it
        spec = importlib.util.find_spec(path.stem)
        name = path.stem
        if spec is None or spec.origin != str(path):
            name = "cases_" + path.stem     # a module of the harness has that name
        spec = importlib.util.spec_from_file_location(name, path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return CASES


def write_result(path, result):
    with open(path + ".new", "w") as f:
        json.dump(result, f)
    os.rename(path + ".new", path)
    return result


if __name__ == "__main__":
    sys.exit("run tests/qemu/run")
