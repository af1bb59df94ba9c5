# SPDX-License-Identifier: GPL-2.0-or-later
"""What a DHCP server may send: nothing of it is executed, and what can boot does."""
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


# lengths that do not fit, numbers past their bounds, control bytes, an end that is missing
GARBAGE = {
    1: value(b"\xff\xff\xff"), 3: value(b"\xc0\x00"), 6: value(b"\x08\x08\x08\x08\x01"), 12: value(SHELL),
    15: value(b"a\nb\0c\x1b[2J"), 26: value(b"\0"), 40: value(b""), 119: value(b"\xff\xff\xc0\x00"),
    121: value(b"\xc8\x01\x02\x03\x04"), 200: value(b"\xee" * 200), 43: b"\xff",
}
OVERSIZED = {n: b"\xff" + letter * 255 for n, letter in ((12, b"h"), (15, b"d"), (17, b"r"), (40, b"y"))}


def executed(c, guest):
    """Nothing that a server sent has run: in the initramfs, or in what it left for the root."""
    code, listing = guest.console.command("ls /run /tmp /", 30)
    c.same("/run can be listed", code, 0)
    c.ok("nothing was executed", MARK not in listing and "iscsiroot" in listing, listing)
    code, said = guest.console.command("(. /run/net-eth0.conf; echo \"it is ${DEVICE}\"; ls /run)", 30)
    c.ok("what others source of it executes nothing", code == 0 and "it is eth0" in said
         and MARK not in said, said)


def boots(c, options):
    """With such a lease the target of the file is found, and the root is its LUN."""
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
    """Options of wrong lengths, past every bound, with control bytes and shell: it boots all the same"""
    guest = boots(c, GARBAGE)
    c.ok("what was left out is told", guest.console.search(
        r"iscsiroot: net: eth0: .* of the DHCP answer is malformed, ignored "
        r"\(check the DHCP server\)"), c.messages(guest))


@case("faults-dhcp-oversized", group="faults")
def faults_dhcp_oversized(c):
    """Options as long as they can be: it boots all the same"""
    boots(c, OVERSIZED)


@case("faults-dhcp-shell", group="faults")
def faults_dhcp_shell(c):
    """A root-path full of shell beside a target in the file: it boots, and nothing is executed"""
    boots(c, {17: value(ROOT_PATH + SHELL)})


@case("faults-dhcp-shell-root", group="core faults")
def faults_dhcp_shell_root(c):
    """root=dhcp, and a root-path full of shell: refused with exit code 78, and nothing is executed;
    mended on the server, it is asked for anew when the shell is left"""
    image = c.tiny()
    c.network()
    server = fake_dhcp.start(c.net, "ok", {17: value(ROOT_PATH + SHELL)})
    c.target(c.lun(image, layout="whole"))
    guest = c.boot(image, "root=dhcp ro console=ttyS0 loglevel=4 net.ifnames=0", NO_FILE)
    shell(c, guest, 78)
    c.ok("line", guest.console.search(r"iscsiroot: plan: .*root-path.*"), c.messages(guest))
    executed(c, guest)
    code, said = guest.console.command("iscsiroot run", 90)
    c.same("exit code of a run while nothing is mended", code, 78)
    c.ok("its line", re.search(r"iscsiroot: plan: .*root-path.*", said), said)
    server.kill()
    fake_dhcp.start(c.net, "ok", {17: value(ROOT_PATH + b"storage.lun1")})
    since = time.time()
    guest.console.expect(r"^\(initramfs\) ", 30)
    guest.console.sendline("exit")
    c.root_is(c.facts(guest), "/dev/sda")
    wire = c.wire()
    attempts = [t for conn in wire.connections for t in conn.attempts]
    c.ok("connections, once it was mended", attempts and min(attempts) > since, (attempts, since))


@case("faults-root-path-foreign", group="faults")
def faults_root_path_foreign(c):
    """root=dhcp on two NICs, one of them with a root-path of NFS: told, and the other's is taken"""
    image = c.tiny()
    c.network(dhcp={"extra": (
        "--dhcp-mac=set:nfs,52:54:00:12:34:50", "--dhcp-reply-delay=tag:!nfs,2",
        "--dhcp-option-force=tag:nfs,option:root-path,192.0.2.1:/srv/guest",
        "--dhcp-option-force=tag:!nfs,option:root-path," + (ROOT_PATH + b"storage.lun1").decode())})
    c.target(c.lun(image, layout="whole"))
    guest = c.boot(image, "root=dhcp ro console=ttyS0 loglevel=4 net.ifnames=0", NO_FILE, nics=2)
    c.root_is(c.facts(guest), "/dev/sda")
    told = [m for m in c.messages(guest) if "warning" in m]
    c.same("what is told", len(told), 1)
    c.ok("the other root-path is", re.search(
        r"^iscsiroot: plan: warning: DHCP root-path: eth0: not an iSCSI root-path, ignored.*"
        r"192\.0\.2\.1:/srv/guest", told[0] if told else ""), c.messages(guest))
