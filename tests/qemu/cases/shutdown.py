# SPDX-License-Identifier: GPL-2.0-or-later
"""The exitrd, iscsiroot-shutdown: the tiny guest's init starts it as systemd-shutdown does."""
import re
import time

import lun
from case import DEAD, case
from tiny import APPEND, STATIC, config

SAID = r"iscsiroot: shutdown: "
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
DEAD_TARGET = NAME + (": the target does not answer: its session is ended without a Logout, and its "
                      "file systems are not unmounted cleanly (the next boot checks them)")


def loaded(c, verb):
    """A tiny guest at its shell, its root loaded; what follows the shell is the exitrd."""
    image = c.tiny()
    c.network()
    disk = c.lun(image)
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
    took = guest.console.expect(SAID + verb + r": all done after ([0-9.]+) s", seconds, fail=DEAD)
    return re.findall(SAID + "(.*)", guest.console.text), float(took[1])


def all_well(c, guest, disk, verb, lines):
    """Nothing but good news, a clean file system, and one Logout after all else."""
    c.same("lines", lines[:-1], [
        verb + ": unmounting and logging out, without a keeper", "/oldroot: unmounted",
        NAME + ": logged out"])
    wire = c.wire()
    pairs = wire.logouts()
    c.same("Logouts, their reason and the response", [(p.reason, r and r.reason) for p, r in pairs],
           [(0, 0)])
    c.ok("no SCSI command follows the Logout", all(p.time < pairs[0][0].time for p in wire.scsi()))
    c.ok("the cache was flushed", any(p.cdb[0] == 0x35 for p in wire.scsi()))
    clean(c, disk)


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
    c.ok("it takes no time to speak of", took < 5, took)


@case("exitrd-reboot", group="control")
def exitrd_reboot(c):
    """Reboot; the target answers late, but within what a session is given"""
    guest, disk, target = loaded(c, "reboot")
    target.pause()
    guest.console.send("exit\n")
    guest.console.expect(SAID + r"reboot: unmounting", 30, fail=DEAD)
    time.sleep(2)
    target.resume()
    guest.console.expect(SAID + r"reboot: all done", 30, fail=DEAD)
    guest.wait_off(60)          # QEMU ends where the guest would begin again
    c.has("the kernel reboots", guest.console.text, "reboot: Restarting system")
    all_well(c, guest, disk, "reboot", re.findall(SAID + "(.*)", guest.console.text))


@case("exitrd-halt", group="control")
def exitrd_halt(c):
    """Halt: all done, and the machine stands still"""
    guest, disk, target = loaded(c, "halt")
    lines, took = down(guest, "halt")
    guest.console.expect(r"reboot: System halted", 30, fail=DEAD)
    c.ok("the machine is still on", guest.running)
    guest.close()
    all_well(c, guest, disk, "halt", lines)


@case("exitrd-kexec", group="control")
def exitrd_kexec(c):
    """kexec without a kernel to go to: a reboot instead, and it is said"""
    guest, disk, target = loaded(c, "kexec")
    lines, took = down(guest, "kexec")
    guest.wait_off(60)
    c.has("the kernel reboots", guest.console.text, "reboot: Restarting system")
    c.has("the kernel's answer is told", guest.console.text,
          "iscsiroot: shutdown: kexec: the kernel did not do it: Invalid argument")
    all_well(c, guest, disk, "kexec", lines)


def dead(c, guest, lines, took):
    """Bounded, and told; no Logout, as nobody is there."""
    c.same("lines", lines[:-1], [
        "poweroff: unmounting and logging out, without a keeper", DEAD_TARGET, "/oldroot: unmounted"])
    c.ok("bounded: 15 s at most", took < 15, took)
    c.same("Logouts", c.wire().logouts(), [])


@case("exitrd-dead")
def exitrd_dead(c):
    """The target is gone before power-off, its connection reset: bounded, and told"""
    guest, disk, target = loaded(c, "poweroff")
    target.stop()
    lines, took = down(guest, "poweroff")
    guest.wait_off(30)
    dead(c, guest, lines, took)


@case("exitrd-link", group="control")
def exitrd_link(c):
    """The link is down before power-off, and nothing says so: bounded, and told"""
    guest, disk, target = loaded(c, "poweroff")
    guest.link(False)
    lines, took = down(guest, "poweroff")
    guest.wait_off(60)
    dead(c, guest, lines, took)
