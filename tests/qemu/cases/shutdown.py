# SPDX-License-Identifier: GPL-2.0-or-later
"""The exitrd, iscsiroot-shutdown: the tiny guest's init starts it as systemd-shutdown does."""
import re
import subprocess
import time

import lun
import relay
from case import DEAD, SAID, case
from tiny import APPEND, STATIC, config

# all that a root can have upon it: dirty pages, swap, a program, mounts on mounts, an odd name
LOAD = r"""
mount -o remount,rw,noatime /
dd if=/dev/zero of=/swap bs=1k count=2048 2>/dev/null; mkswap /swap >/dev/null; swapon /swap
mkdir -p /mnt "/run/a b"; mount -t tmpfs tmpfs "/run/a b"; mount --bind / /mnt
mount -t tmpfs tmpfs /mnt/tmp
dd if=/dev/urandom of=/dirty bs=1k count=1024 2>/dev/null; cp /dirty /mnt/dirty2
cd /mnt; setsid sleep 5000 </mnt/dirty & cd /
"""


NAME = "iqn.2001-04.com.example:storage.lun1"
DEAD_TARGET = NAME + (": session destroyed without Logout: target does not answer; its file systems were "
                      "not unmounted cleanly (fsck runs at the next boot)")


def loaded(c, verb, when=None, what=None):
    """A tiny guest at its shell, its root loaded; what follows the shell is the exitrd. With WHEN and
    WHAT a relay stands in front of the target, and is returned in its place."""
    image = c.tiny()
    c.network()
    disk = c.lun(image)
    if when:
        c.target(disk, portals=["127.0.0.1:3259"])
        target = relay.start(c.net, when, what)
    else:
        target = c.target(disk)
    guest = c.boot(image, APPEND + STATIC + " tiny.shell tiny.exitrd=" + verb, config())
    guest.console.expect(r"^TINY-SHELL", 120, fail=DEAD)
    for line in LOAD.strip().splitlines():
        c.must(line, guest.console.command(line, 30)[0] == 0, guest.console.tail(3))
    return guest, disk, target


def down(guest, verb, seconds=60):
    """Let the exitrd run to its end; its lines, and how many seconds it says it took."""
    guest.console.send("exit\n")
    guest.console.expect(r"^TINY-EXITRD", 20, fail=DEAD)
    took = guest.console.expect(SAID + verb + r": done after ([0-9.]+) s", seconds, fail=DEAD)
    return re.findall(SAID + "(.*)", guest.console.text), float(took[1])


def lines_are(c, lines, verb, *between, keeper=True):
    """All lines: the first one, those BETWEEN, the last one."""
    first = "keeper running" if keeper else "no keeper"
    last = lines[-1] if re.fullmatch(verb + r": done after [0-9.]+ s", lines[-1]) else "no end"
    c.same("lines", lines, [verb + ": unmounting and logging out, " + first, *between, last])


def all_well(c, guest, disk, verb, lines, *more, keeper=True):
    """No error, a clean file system, and one Logout after everything else."""
    lines_are(c, lines, verb, *more, "/oldroot: unmounted", NAME + ": logged out", keeper=keeper)
    wire = c.wire()
    pairs = wire.logouts()
    c.same("Logouts, their reason and the response", [(p.reason, r and r.reason) for p, r in pairs],
           [(0, 0)])
    c.ok("no SCSI command follows the Logout", all(p.time < pairs[0][0].time for p in wire.scsi()))
    c.ok("the cache was flushed", any(p.cdb[0] == 0x35 for p in wire.scsi()))
    clean(c, disk)
    return wire


def clean(c, disk):
    """It was unmounted, and holds what was written last."""
    c.ok("no journal is left to be replayed", not lun.needs_recovery(disk))
    c.same("the root's file system is clean", lun.fsck(disk)[0], 0)
    c.same("what was written last is there", len(lun.extract(disk, "/dirty2")), 1 << 20)
    c.ok("all of it", lun.extract(disk, "/dirty2") == lun.extract(disk, "/dirty"))


@case("exitrd-poweroff")
def exitrd_poweroff(c):
    """Power-off: all is unmounted, one Logout and its response after the last write"""
    guest, disk, target = loaded(c, "poweroff")
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    all_well(c, guest, disk, "poweroff", lines)
    c.ok("it takes less than 5 s", took < 5, took)


@case("exitrd-reboot", group="control")
def exitrd_reboot(c):
    """Reboot; the target answers late, but within what a session is given"""
    guest, disk, target = loaded(c, "reboot")
    target.pause()
    guest.console.send("exit\n")
    guest.console.expect(SAID + r"reboot: unmounting", 30, fail=DEAD)
    time.sleep(6)               # more than a session gets that is not logged in
    target.resume()
    guest.console.expect(SAID + r"reboot: done after", 30, fail=DEAD)
    guest.wait_off(60)          # QEMU ends where the guest would begin again
    c.has("the kernel reboots", guest.console.text, "reboot: Restarting system")
    all_well(c, guest, disk, "reboot", re.findall(SAID + "(.*)", guest.console.text))


@case("exitrd-halt", group="control")
def exitrd_halt(c):
    """Halt without a keeper: all is done, and the machine halts"""
    guest, disk, target = loaded(c, "halt")
    guest.console.command("rm /run/iscsiroot/keeper")
    lines, took = down(guest, "halt")
    guest.console.expect(r"reboot: System halted", 30, fail=DEAD)
    c.ok("the machine is still on", guest.running)
    guest.close()
    all_well(c, guest, disk, "halt", lines, keeper=False)


@case("exitrd-kexec", group="control")
def exitrd_kexec(c):
    """kexec without a loaded kernel: the machine reboots instead, which is reported"""
    guest, disk, target = loaded(c, "kexec")
    lines, took = down(guest, "kexec")
    guest.console.expect(SAID + r"kexec: reboot\(2\) failed: Invalid argument; rebooting", 20)
    guest.wait_off(60)
    c.has("the kernel reboots", guest.console.text, "reboot: Restarting system")
    all_well(c, guest, disk, "kexec", lines)


def dead(c, guest, lines, took, *first, most=15):
    """Bounded, and reported; no Logout, as there is no target."""
    lines_are(c, lines, "poweroff", *first, DEAD_TARGET, "/oldroot: unmounted")
    c.ok("bounded: %u s at most" % most, took < most, took)
    c.same("Logouts", c.wire().logouts(), [])


@case("exitrd-dead")
def exitrd_dead(c):
    """The target is gone before power-off, its connection reset: bounded, and reported"""
    guest, disk, target = loaded(c, "poweroff")
    target.stop()
    # not even SIGKILL ends this one while its session exists
    guest.console.command("dd if=/dev/zero of=/late bs=4k count=9 conv=fsync 2>/dev/null & sleep 1")
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    dead(c, guest, lines, took, "processes: 1 still running after SIGKILL: blocked on I/O")


@case("exitrd-link", group="control")
def exitrd_link(c):
    """The link is down before power-off, without any event: bounded, and reported"""
    guest, disk, target = loaded(c, "poweroff")
    guest.link(False)
    lines, took = down(guest, "poweroff")
    guest.wait_off(60)
    dead(c, guest, lines, took, most=25)


@case("exitrd-wait", group="control")
def exitrd_wait(c):
    """The target goes while the root is unmounted, and comes back: the shutdown waits"""
    guest, disk, (child, arm) = loaded(c, "poweroff", "00,2a", "hold=15")
    arm()
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    c.ok("it was waited for", 14 < took < 30, took)
    waits = [l for l in lines if "I/O is blocked" in l]
    c.same("one line of waiting", [re.sub(r"\d+ s", "N s", l) for l in waits],
           ["/oldroot: unmounting: I/O is blocked, abandoned in N s (check the target)"])
    all_well(c, guest, disk, "poweroff", lines, *waits)


@case("exitrd-reset", group="control")
def exitrd_reset(c):
    """The connection is reset while the root is unmounted: the keeper logs in again, all goes on"""
    guest, disk, (child, arm) = loaded(c, "poweroff", "00,2a", "reset=5")
    arm()
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    c.ok("it was waited for", 5 < took < 30, took)
    waits = [l for l in lines if "I/O is blocked" in l]
    wire = all_well(c, guest, disk, "poweroff", lines, *waits)
    c.same("logins to the session", [len(l) for l in wire.sessions().values()], [2])


@case("exitrd-lost", group="long", seconds=600)
def exitrd_lost(c):
    """The target goes while the root is unmounted, and does not come back: an end in five minutes"""
    guest, disk, (child, arm) = loaded(c, "poweroff", "00,2a", "hold")
    arm()
    lines, took = down(guest, "poweroff", 400)
    guest.wait_off(60)
    c.ok("an end in five minutes and what follows", 300 <= took < 315, took)
    c.same("lines of waiting", len([l for l in lines if "I/O is blocked" in l]), 29)
    lines_are(c, [l for l in lines if "I/O is blocked" not in l], "poweroff",
              DEAD_TARGET.replace("target does not answer", "connection not restored"), "/oldroot: unmounted")


@case("exitrd-no-answer", group="control")
def exitrd_no_answer(c):
    """The Logout is not answered: bounded, and reported"""
    guest, disk, (child, arm) = loaded(c, "poweroff", "logout", "drop")
    arm()
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    lines_are(c, lines, "poweroff", "/oldroot: unmounted",
              NAME + ": no Logout Response: Connection timed out")
    c.ok("bounded", took < 8, took)
    clean(c, disk)


@case("exitrd-refused", group="control")
def exitrd_refused(c):
    """The Logout fails: reported"""
    guest, disk, (child, arm) = loaded(c, "poweroff", "logout", "refuse=3")
    arm()
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    lines_are(c, lines, "poweroff", "/oldroot: unmounted", NAME + ": Logout failed: response code 3")
    c.same("Logouts", [(p.reason, r and r.reason) for p, r in c.wire().logouts()], [(0, 3)])
    clean(c, disk)


@case("exitrd-medium", group="control")
def exitrd_medium(c):
    """The disk cannot flush its write cache: reported"""
    guest, disk, (child, arm) = loaded(c, "poweroff", "35", "fail")
    arm()
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    lines_are(c, lines, "poweroff", "/oldroot: unmounted", "sda: write cache not flushed: Input/output error",
              NAME + ": logged out")


def recovers(disk):
    """e2fsck finds nothing beyond the journal. It cannot open again what has an offset in its name:
    on a loop device it can."""
    with lun.loop(disk, lun.fs_offset(disk)) as device:
        return subprocess.run(["e2fsck", "-fp", device], stdout=subprocess.DEVNULL).returncode in (0, 1)


# A program that is not killed, as the keeper is not; ld.so lets busybox be called anything.
KEEPER = """
mkdir -p /run/iscsiroot; cd /; mknod /run/pipe p
(exec -a @iscsiroot-keeper /lib64/ld-linux-x86-64.so.2 /bin/busybox cat /run/pipe %s) &
echo pid=$! >/run/iscsiroot/keeper; sleep 1; grep -q keeper /proc/$!/cmdline
"""


def held(c, guest, how):
    for line in (KEEPER % how).strip().splitlines():
        c.must(line, guest.console.command(line if line[-1] != "&" else line + " true", 30)[0] == 0,
               guest.console.tail(3))


@case("exitrd-busy", group="control")
def exitrd_busy(c):
    """A keeper that keeps the root busy: it is made read-only, and the session is logged out all the same"""
    guest, disk, target = loaded(c, "poweroff")
    held(c, guest, "</dirty")
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    lines_are(c, lines, "poweroff",
              "/oldroot: not unmounted: Device or resource busy; it is read-only",
              "system-root: device-mapper device not removed: Device or resource busy",
              NAME + ": logged out")
    c.same("Logouts", [(p.reason, r and r.reason) for p, r in c.wire().logouts()], [(0, 0)])
    clean(c, disk)


@case("exitrd-writable", group="control")
def exitrd_writable(c):
    """A root that is kept open for writing: no Logout, with the reason; what was written is on the disk"""
    guest, disk, target = loaded(c, "poweroff")
    held(c, guest, ">>/dirty3")
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    lines_are(c, lines, "poweroff",
              "/oldroot: neither unmounted nor remounted read-only: Device or resource busy (fsck runs "
              "at the next boot)",
              "system-root: device-mapper device not removed: Device or resource busy",
              NAME + ": no Logout: a file system or swap on it is still writable")
    c.same("Logouts", c.wire().logouts(), [])
    c.ok("it was not unmounted", lun.needs_recovery(disk))
    c.ok("replaying the journal repairs it", recovers(disk))
    c.same("what was written last is there", len(lun.extract(disk, "/dirty2")), 1 << 20)


@case("exitrd-verb", group="control")
def exitrd_verb(c):
    """An unknown verb: power-off, which is reported"""
    guest, disk, target = loaded(c, "hibernate")
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    c.same("the report", lines.pop(0),
           "hibernate: unknown verb, powering off (use poweroff, reboot, halt or kexec)")
    all_well(c, guest, disk, "poweroff", lines)
