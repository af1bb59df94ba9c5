# SPDX-License-Identifier: GPL-2.0-or-later
"""The demonstration: a Debian guest without a disk boots from an LVM root on an iSCSI LUN.

Run by tests/qemu/demo. Ends with 0 when the guest's / was the logical volume on the iSCSI disk,
one login was seen on the wire, and the guest powered itself off with a clean file system.
"""
import argparse
import os
import signal
import sys
import tempfile
import time

import images
import lun
from case import DEAD, REAL_INIT, find_deb
from console import ConsoleError
from net import Net
from pcap import Capture
from proc import HarnessError
from qemu import Qemu
from target import IQN, Target

ROOT = "/dev/mapper/system-root"
SERVER = "192.0.2.1"
FILE = f"ISCSI_TARGET_NAME={IQN}\nISCSI_TARGET_IP={SERVER}\n"
LOOK = (
    ("the root file system", "findmnt -o TARGET,SOURCE,FSTYPE,OPTIONS /"),
    ("what it lies on", "lsblk -o NAME,TYPE,TRAN,SIZE,MOUNTPOINTS"),
    ("the iSCSI session", "iscsiadm -m session"),
)
TIMELINE = ("the boot, step by step", "iscsiroot timeline")


class Wrong(Exception):
    """The guest booted, but not as it should."""


class Screen:
    """What the demonstration prints: headings with the time, and the guest's console."""

    def __init__(self):
        self.began, self.fresh = time.monotonic(), True

    def say(self, text):
        if not self.fresh:
            print()
        self.fresh = True
        print(f"== {time.monotonic() - self.began:6.1f} s  {text}", flush=True)

    def block(self, text):
        for line in text.rstrip("\n").split("\n"):
            print("   | " + line, flush=True)

    def live(self, text):
        """A piece of the console, as it comes."""
        for char in text:
            if self.fresh:
                sys.stdout.write("   | ")
            sys.stdout.write(char)
            self.fresh = char == "\n"
        sys.stdout.flush()


def make_image(suite, stock):
    if stock:
        return images.stock(suite, files={"/etc/iscsi/iscsi.initramfs": (FILE, 0o600)})
    return images.debian(suite, find_deb(), files={"/etc/iscsi/iscsi.initramfs": (FILE, 0o600)})


def look_around(screen, guest, commands):
    """Show what the guest says of itself, and check it."""
    for what, command in commands:
        code, output = guest.console.command(command, 60)
        screen.say(f"{what}:  {command}")
        screen.block(output.rpartition("X=$?=\n")[2])      # less the command's own echo
        if code:
            raise Wrong(f"in the guest: {command}: exit {code}")
    _, output = guest.console.command("guest-facts", 60)
    facts = images.facts(output)
    source = [m.split()[0] for m in facts["mounts"] if m.split()[1] == "/"]
    if source != [ROOT]:
        raise Wrong(f"/ is {source}, not {ROOT}")
    below = [b.split()[3] for b in facts["block"] if b.split()[2] == "system-root"]
    if below != [d.split()[0] for d in facts["iscsi-disks"]] or len(below) != 1:
        raise Wrong(f"the root volume lies on {below}, which is not the one iSCSI disk")


def check_wire(screen, net, until):
    net.capture_stop()
    wire = Capture.load(net.capture_file, {3260})
    logins = wire.logins(until=until)
    screen.say(f"on the wire before the guest's own init began: {len(logins)} login(s) to {IQN}")
    return len(logins)


def boot(screen, work, image, stock):
    disk = lun.copy(image.lun(), os.path.join(work, "root.lun"))
    with Net(work) as net:
        net.capture()
        net.dhcp()
        screen.say(f"DHCP server and iSCSI target on {SERVER}, LUN {disk}")
        with Target(net, luns=[disk]):
            append = f"root={ROOT} ro console=ttyS0 quiet systemd.show_status=1"
            screen.say(f"starting the guest, no local disk:  {append}")
            began = time.monotonic()
            with Qemu(net, work, image.kernel, image.initrd, append, memory=1024,
                      echo=screen.live) as guest:
                guest.console.expect("guest# ", 300, fail=DEAD)
                took = time.monotonic() - began
                guest.console.echo = None
                screen.say(f"logged in {took:.1f} s after power-on")
                look_around(screen, guest, LOOK if stock else (*LOOK, TIMELINE))
                screen.say("powering it off")
                guest.console.sendline("poweroff")
                guest.wait_off(120)
                until = guest.console.when(REAL_INIT["debian"])
                logins = check_wire(screen, net, until)
    code, output = lun.fsck(disk)
    if code:
        raise Wrong(f"the root file system is not clean: e2fsck {code}\n{output}")
    if logins != 1 and not stock:
        raise Wrong(f"{logins} logins before the guest's own init, not 1")


def stop(signum, _frame):
    raise SystemExit(128 + signum)


def main():
    parser = argparse.ArgumentParser(prog="tests/qemu/demo", description=__doc__.split("\n")[0])
    parser.add_argument("--suite", choices=images.SUITES, default="bookworm")
    parser.add_argument("--stock", action="store_true",
                        help="boot by Debian's own open-iscsi scripts instead, to compare")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    screen, status = Screen(), 1
    work = tempfile.mkdtemp(prefix="iscsiroot-demo-", dir=os.environ.get("TMPDIR") or "/tmp")
    try:
        screen.say(f"making the guest: Debian {args.suite}, systemd, "
                   + ("stock boot" if args.stock else find_deb().name)
                   + f"; kept in {images.cache_dir()}")
        image = make_image(args.suite, args.stock)
        boot(screen, work, image, args.stock)
        screen.say("done: / was the logical volume on the iSCSI disk")
        status = 0
    except KeyboardInterrupt:
        screen.say("stopped")
        status = 130
    except (Wrong, ConsoleError, HarnessError, images.BuildError, lun.LunError) as e:
        screen.say(f"FAILED: {e}")
    finally:
        screen.say(f"logs are in {work}: guest.console.log, net.pcap, dnsmasq.log, tgtd-*.log")
    return status


if __name__ == "__main__":
    sys.exit(main())
