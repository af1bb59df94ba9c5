# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever a DHCP server sends, nothing of it is executed, and a guest that can boot does."""
import re
import time

import fake_dhcp
import images
from case import case
from faults import shell
from tiny import APPEND, DHCP, NO_FILE, ROOT, config

MARK = "pwned"
SHELL = b"$(touch /run/pwned1)`touch /run/pwned2`';touch /run/pwned3;'\\''\"|touch /run/pwned4\n"
ROOT_PATH = b"iscsi:192.0.2.1:6:3260:1:iqn.2001-04.com.example:"


def value(text):
    """An option as it goes over the wire."""
    return bytes((len(text),)) + text


# wrong lengths, numbers out of range, control bytes, a missing end
GARBAGE = {
    1: value(b"\xff\xff\xff"), 3: value(b"\xc0\x00"), 6: value(b"\x08\x08\x08\x08\x01"), 12: value(SHELL),
    15: value(b"a\nb\0c\x1b[2J"), 26: value(b"\0"), 40: value(b""), 119: value(b"\xff\xff\xc0\x00"),
    121: value(b"\xc8\x01\x02\x03\x04"), 200: value(b"\xee" * 200), 43: b"\xff",
}
OVERSIZED = {n: b"\xff" + letter * 255 for n, letter in ((12, b"h"), (15, b"d"), (17, b"r"), (40, b"y"))}


def executed(c, guest):
    """Nothing that a server sent was executed, in the initramfs or by who sources its files."""
    code, listing = guest.console.command("ls /run /tmp /", 30)
    c.same("/run can be listed", code, 0)
    c.ok("nothing was executed", MARK not in listing and "iscsiroot" in listing, listing)
    code, said = guest.console.command("(. /run/net-eth0.conf; echo \"device ${DEVICE}\"; ls /run)", 30)
    c.ok("the file that others source executes nothing", code == 0 and "device eth0" in said
         and MARK not in said, said)


def boots(c, options):
    """Boot with these options in the lease: the root is the LUN of the file's target."""
    image = c.tiny()
    c.network()
    fake_dhcp.start(c.net, "ok", options)
    c.target(c.lun(image))
    guest = c.boot(image, APPEND + DHCP + " net.ifnames=0 tiny.shell", config())
    guest.console.expect("^TINY-SHELL", 120)
    executed(c, guest)
    c.root_is(images.facts(guest.console.text), ROOT)
    return guest


@case("faults-dhcp-garbage", group="faults")
def faults_dhcp_garbage(c):
    """Options of wrong lengths, out of range, with control bytes and shell: it still boots"""
    guest = boots(c, GARBAGE)
    c.ok("the malformed option is reported", guest.console.search(
        r"iscsiroot: net: eth0: .* of the DHCP answer is malformed, ignored "
        r"\(check the DHCP server\)"), c.messages(guest))


@case("faults-dhcp-oversized", group="faults")
def faults_dhcp_oversized(c):
    """Options as long as they can be: it still boots"""
    boots(c, OVERSIZED)


@case("faults-dhcp-shell", group="faults")
def faults_dhcp_shell(c):
    """A root-path with shell code, and a target in the file: it boots, and nothing is executed"""
    boots(c, {17: value(ROOT_PATH + SHELL)})


@case("faults-dhcp-shell-root", group="core faults")
def faults_dhcp_shell_root(c):
    """root=dhcp, and a root-path with shell code: rejected with exit code 78, nothing is executed; once
    it is corrected on the server, exit from the shell gets a new lease"""
    image = c.tiny()
    c.network()
    server = fake_dhcp.start(c.net, "ok", {17: value(ROOT_PATH + SHELL)})
    c.target(c.lun(image, layout="whole"))
    guest = c.boot(image, "root=dhcp ro console=ttyS0 loglevel=4 net.ifnames=0", NO_FILE)
    shell(c, guest, 78)
    c.ok("message", guest.console.search(r"iscsiroot: plan: .*root-path.*"), c.messages(guest))
    executed(c, guest)
    code, said = guest.console.command("iscsiroot run", 90)
    c.same("exit code of a run with the same root-path", code, 78)
    c.ok("its message", re.search(r"iscsiroot: plan: .*root-path.*", said), said)
    server.kill()
    fake_dhcp.start(c.net, "ok", {17: value(ROOT_PATH + b"storage.lun1")})
    since = time.time()
    guest.console.expect(r"^\(initramfs\) ", 30)
    guest.console.sendline("exit")
    c.root_is(c.facts(guest), "/dev/sda")
    wire = c.wire()
    attempts = [t for conn in wire.connections for t in conn.attempts]
    c.ok("connections, only after the correction", attempts and min(attempts) > since, (attempts, since))


@case("faults-root-path-foreign", group="faults")
def faults_root_path_foreign(c):
    """root=dhcp on two NICs, one with an NFS root-path: that is reported, and the other's is used"""
    image = c.tiny()
    c.network(dhcp={"extra": (
        "--dhcp-mac=set:nfs,52:54:00:12:34:50", "--dhcp-reply-delay=tag:!nfs,2",
        "--dhcp-option-force=tag:nfs,option:root-path,192.0.2.1:/srv/guest",
        "--dhcp-option-force=tag:!nfs,option:root-path," + (ROOT_PATH + b"storage.lun1").decode())})
    c.target(c.lun(image, layout="whole"))
    guest = c.boot(image, "root=dhcp ro console=ttyS0 loglevel=4 net.ifnames=0", NO_FILE, nics=2)
    c.root_is(c.facts(guest), "/dev/sda")
    warnings = [m for m in c.messages(guest) if "warning" in m]
    c.same("warnings", len(warnings), 1)
    c.ok("it is about the NFS root-path", re.search(
        r"^iscsiroot: plan: warning: DHCP root-path: eth0: not an iSCSI root-path, ignored.*"
        r"192\.0\.2\.1:/srv/guest", warnings[0] if warnings else ""), c.messages(guest))
