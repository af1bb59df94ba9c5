# SPDX-License-Identifier: GPL-2.0-or-later
"""Controls: boots without our package, to prove that the harness sees what it says; and one from the target
of our own, to prove that this is one."""
import images
import lun
from case import case
from target import IQN
from tiny import APPEND, INITIATOR, STATIC, booted, config


def stock_files():
    return {"/etc/iscsi.initramfs": (
        "ISCSI_TARGET_NAME=%s\nISCSI_TARGET_IP=192.0.2.1\n" % IQN, 0o600)}


@case("stock-tiny", group="control")
def stock_tiny(c):
    """Debian's own path boots, and the capture shows its login and no other"""
    image = images.tiny(None)
    c.network()
    c.target(c.lun(image))
    guest = c.boot(image, "root=/dev/mapper/system-root ro console=ttyS0 "
                   "ip=192.0.2.10::192.0.2.1:255.255.255.0:guest::off", stock_files())
    facts = c.facts(guest)
    wire = c.wire()
    c.one_login(guest, wire)
    c.root_is(facts, "/dev/mapper/system-root")
    c.ok("root was read from the LUN", wire.reads(1))
    c.ok("root was written to", wire.writes(1))
    c.same("logouts of a guest that does not log out", wire.logouts(), [])
    c.same("lines of ours", c.messages(guest), [])


@case("stock-no-target", group="control")
def stock_no_target(c):
    """Where nothing serves the LUN no login is seen, and the wait for one ends in an error"""
    image = images.tiny(None)
    c.network()
    guest = c.boot(image, "root=/dev/mapper/system-root ro console=ttyS0 "
                   "ip=192.0.2.10::192.0.2.1:255.255.255.0:guest::off", stock_files())
    guest.console.expect(r"Connection refused|cannot make connection", 90)
    c.ok("no real init", guest.console.when(r"^TINY-BEGIN") is None)
    guest.close()
    wire = c.wire()
    c.ok("it was tried", wire.connections)
    c.same("logins", wire.logins(), [])


@case("stock-debian12", group="control", seconds=400)
def stock_debian12(c):
    """Debian's own path boots a whole guest, and its shell answers"""
    image = images.stock("bookworm")
    c.network(dhcp={})
    c.target(c.lun(image))
    guest = c.boot(image, "root=/dev/mapper/system-root ro console=ttyS0 ip=dhcp", stock_files(), cpus=2)
    facts = c.shell(guest)
    c.root_is(facts, "/dev/mapper/system-root")
    code, out = guest.console.command("systemctl is-active multi-user.target")
    c.same("multi-user.target", (code, out.strip()), (0, "active"))
    c.same("a command that fails", guest.console.command("false")[0], 1)
    guest.close()
    c.one_login(guest, c.wire())


@case("target-own-boot", group="control")
def target_own_boot(c):
    """The target of our own serves a whole boot, and its log has what the capture has"""
    image = c.tiny()
    c.network()
    disk = c.lun(image)
    target = c.own_target(disk)
    guest = c.boot(image, APPEND + STATIC, config())
    facts, wire = booted(c, guest)
    c.same("disks in the guest", len(facts["iscsi-disks"]), 1)
    c.same("the file system is clean", lun.fsck(disk)[0], 0)
    c.has("what the guest wrote is on the LUN", lun.extract(disk, "/tiny.ran").decode(), "root=")
    c.same("logins in its log", [(e["initiator"], e["isid"]) for e in target.events("login")],
           [(INITIATOR, l.isid) for l in wire.logins()])
    c.same("its Logouts", [e["reason"] for e in target.events("logout")], [p.reason for p, _ in wire.logouts()])
    # the guest's power goes off with the connection open: it has not ended yet
    state = target.do("state")
    c.ok("what was read and written", state["read"] > 1 << 20 and state["written"], state)
    c.same("faults of its own", [e for e in target.events("end") if e["why"].startswith("fault")], [])
