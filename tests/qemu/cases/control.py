# SPDX-License-Identifier: GPL-2.0-or-later
"""Controls: boots without our package, to prove that the harness sees what it says."""
import images
from case import case
from target import IQN


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
