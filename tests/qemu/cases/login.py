# SPDX-License-Identifier: GPL-2.0-or-later
"""Logins that go wrong: what is said, what is left in the kernel, and how it goes on."""
import shlex

from case import case
from faults import gave_up
from own_target import FakeTarget
from qemu import COUNTED
from target import IQN

ROOT = "/dev/mapper/system-root"
APPEND = "root=%s ro console=ttyS0 ip=192.0.2.10::192.0.2.1:255.255.255.0:guest::off" % ROOT

COMPLAINT = r"Cannot notify userspace"      # of the kernel, where a session ends and nobody listens


def config(**keys):
    keys = {"TARGET_NAME": IQN, "TARGET_IP": "192.0.2.1", **keys}
    text = "".join("ISCSI_%s=%s\n" % (k, shlex.quote(v)) for k, v in keys.items())
    return {"etc/iscsi/iscsi.initramfs": (text, 0o600)}


def refused(c, guest, code, message):
    """MESSAGE is said, and the boot ends in the emergency path with CODE."""
    guest.console.expect(r"iscsiroot: run: failed with code %d" % code, 90)
    c.ok("message %r" % message, guest.console.search(message), c.messages(guest))
    c.ok("the real init did not run", guest.console.search("^TINY-BEGIN") is None)
    guest.close()


@case("login-wrong-service")
def login_wrong_service(c):
    """Something that is not iSCSI answers; when the target takes its place the boot goes on"""
    image = c.tiny()
    c.network()
    service = FakeTarget(c.net, "silent")
    guest = c.boot(image, APPEND, config())
    guest.console.expect(r"iscsiroot: login: 192\.0\.2\.1:3260 %s: connected, but no login response "
                         r"\(check that this is an iSCSI target\), retrying, 1\d\d s left" % IQN, 90)
    # a login of ours is waiting again: its connection breaks with the service
    guest.console.expect(r"iscsiroot: login: .* no login response .* s left", 60)
    service.stop()
    c.target(c.lun(image))
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.same("sessions in the guest", len(facts["sessions"]), 1)
    c.same("complaints of the kernel", len(guest.console.lines(COMPLAINT)), 0)


@case("login-half-made")
def login_half_made(c):
    """A login under way at the deadline leaves no session; from the shell it is tried again"""
    image = c.tiny()
    c.network()
    service = FakeTarget(c.net, "silent")
    guest = c.boot(image, APPEND, config(TIMEOUT="10"), accel=COUNTED)
    guest.console.expect(r"iscsiroot: run: failed with code 69", 60)
    c.ok("what it waited for is said", guest.console.search(
        r"iscsiroot: login: gave up after \d+ s.*%s: no login response yet" % IQN),
         c.messages(guest))
    guest.console.expect(r"\(initramfs\)", 30)
    code, said = guest.console.command("ls /sys/class/iscsi_session | wc -l; "
                                       "ps | grep -c '[i]scsistart'", 30)
    c.same("sessions and iscsistarts left", said.split(), ["0", "0"])
    c.same("complaints of the kernel", len(guest.console.lines(COMPLAINT)), 0)
    service.stop()
    c.target(c.lun(image))
    guest.console.sendline("exit")
    guest.console.expect(r"iscsiroot: login: .*: logged in", 30)
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.same("sessions in the guest", len(facts["sessions"]), 1)


@case("login-mutual-wrong", group="core faults")
def login_mutual_wrong(c):
    """A target that cannot prove itself is never logged in to: exit code 77"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image), chap=("guest1", "the-right-one-1"), mutual=("target1", "its-right-one-1"))
    guest = c.boot(image, APPEND, config(
        USERNAME="guest1", PASSWORD="the-right-one-1", IN_USERNAME="target1",
        IN_PASSWORD="its-wrong-one-1", TIMEOUT="20"))
    gave_up(c, guest, 77, "login", r"192\.0\.2\.1:3260 %s: mutual CHAP failed: target not authenticated "
            r"\(check ISCSI_IN_USERNAME and ISCSI_IN_PASSWORD\)" % IQN)
    c.no_secret(guest, "the-right-one-1", "its-right-one-1", "its-wrong-one-1")


@case("login-target-name")
def login_target_name(c):
    """A target that does not exist: status and key named, exit code 69"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image))
    guest = c.boot(image, APPEND, config(TARGET_NAME=IQN + "x", TIMEOUT="8"))
    refused(c, guest, 69, r"iscsiroot: login: 192\.0\.2\.1:3260 %sx: login refused, status 02/03: "
            r"target not found \(check ISCSI_TARGET_NAME\), retrying" % IQN)
    c.same("logins that succeeded", [l for l in c.wire().logins() if l.done], [])


@case("login-param")
def login_param(c):
    """A parameter that iscsistart does not take: refused at once, exit code 78"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image))
    guest = c.boot(image, APPEND, config(PARAM="no.such.name=1"))
    refused(c, guest, 78, r"iscsiroot: login: .*: ISCSI_PARAM no\.such\.name: not accepted "
            r"by iscsistart \(correct or remove it\)")
