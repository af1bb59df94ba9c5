# SPDX-License-Identifier: GPL-2.0-or-later
"""`iscsiroot check` in a running guest: all ok, then each breakage made, named, and undone."""
import json

from case import case
from debian import APPEND, DHCP, FILES, STATIC
from target import IQN

CONFIG = "/etc/iscsi/iscsi.initramfs"
INITIATOR = "/etc/iscsi/initiatorname.iscsi"
SECRET = "0123456789abcdef"
# a small image: it is listed for every breakage, and made again for some of them
MODULES = {"/etc/initramfs-tools/modules": ("ext4\n", 0o644)}
# in the guest: the image's files are in /run/u
REPACK = "(cd /run/u && find . | cpio --quiet -o -H newc | gzip -1) >$image"
AGAIN = "cp /run/good.img $image"
DEVICE = "use UUID=..., see blkid(8), or /dev/mapper/..."

GOOD = """\
ok   config: valid: 192.0.2.1:3260 {iqn}
ok   cmdline: no secret on the kernel command line
ok   image {kver}: complete, and made from the present configuration
ok   initiator: iqn.2001-04.com.example:guest
ok   portal 192.0.2.1:3260: answers
ok   root: / is on dm-0, LUN 1 of {iqn}
ok   recovery: lost sessions are re-established, without a time limit
ok   fstab: no device names that can change
ok   crypttab: no device names that can change
ok   resume: no device names that can change
ok   secrets: none in the configuration
ok   lease: all DHCP leases are being renewed
ok   network: no network manager changes the root's NICs
"""


def config(*lines):
    """A command that adds lines to the configuration, and the one that takes them away again."""
    return ("printf '%%s\\n' %s >>%s" % (" ".join(lines), CONFIG), "cp -p /run/good.conf " + CONFIG)


def without(name):
    """Commands that take a file out of the image, and that give the image back."""
    return ("f=$(find /run/u -name '%s*'); mv $f /run/kept; %s" % (name, REPACK),
            "mv /run/kept $f; " + AGAIN)


def breakages(kver):
    """(name, command, command that undoes it, exit code, the line that names it)."""
    update = "update-initramfs -u -k " + kver
    image = "FAIL image %s: " % kver
    return (
        ("bad key in the file", *config("ISCSI_TARGET_PORT=70000"), 2,
         "FAIL config: %s:3: ISCSI_TARGET_PORT: not a valid port: 70000 (use 1 to 65535)" % CONFIG),
        ("unknown key in the file", *config("ISCSI_LUM=1"), 2,
         "warn config: %s:3: ISCSI_LUM: unknown key, ignored (did you mean ISCSI_LUN?)"
         % CONFIG),
        ("image older than the file", *config("ISCSI_TIMEOUT=60"), 2,
         image + "%s has changed since the image was made (%s)" % (CONFIG, update)),
        ("missing NIC driver", *without("virtio_net.ko"), 2,
         image + "missing: module virtio_net (%s)" % update),
        ("missing iscsi_tcp", *without("iscsi_tcp.ko"), 2,
         image + "missing: module iscsi_tcp (%s)" % update),
        ("missing keeper", *without("iscsiroot-keeper"), 2,
         image + "missing: /lib/iscsiroot/iscsiroot-keeper (%s)" % update),
        ("missing exitrd", *without("iscsiroot-shutdown"), 2,
         image + "missing: /lib/iscsiroot/iscsiroot-shutdown (%s)" % update),
        ("stock script back in the image",
         "mkdir -p /run/u/scripts/local-bottom; "
         "cp /usr/share/initramfs-tools/scripts/local-bottom/iscsi /run/u/scripts/local-bottom/; " + REPACK,
         "rm /run/u/scripts/local-bottom/iscsi; " + AGAIN, 2,
         image + "contains open-iscsi's own boot script, which logs in a second time (%s)" % update),
        ("no initiator name", "mv %s /run/kept" % INITIATOR, "mv /run/kept " + INITIATOR, 2,
         "FAIL initiator: %s: InitiatorName: no initiator name (write InitiatorName=iqn... "
         "there, or set ISCSI_INITIATOR)" % INITIATOR),
        ("portal unreachable", *config("ISCSI_TARGET_IP=192.0.2.1:3999"), 2,
         "FAIL portal 192.0.2.1:3999: connection refused (check that the target listens on this port)"),
        ("root not on the named session", *config("ISCSI_TARGET_NAME=%s2" % IQN), 2,
         "FAIL root: / is on dm-0 of target %s, not of %s2 (correct ISCSI_TARGET_NAME, or boot "
         "from the target it names)" % (IQN, IQN)),
        ("/dev/sda1 in fstab", "cp /etc/fstab /run/kept; echo /dev/sda1 /data ext4 >>/etc/fstab",
         "cp /run/kept /etc/fstab", 2,
         "FAIL fstab: line 2: /dev/sda1 may be another disk at the next boot (%s)" % DEVICE),
        ("world-readable secret",
         "%s; chmod 644 %s" % (config("ISCSI_USERNAME=u", "ISCSI_PASSWORD=" + SECRET)[0], CONFIG),
         config()[1], 2,
         "FAIL secrets: %s has mode 0644: users other than root can read the secret in it (chmod 600 %s)"
         % (CONFIG, CONFIG)),
        ("world-readable image", "chmod 644 $image", "chmod 600 $image", 1,
         "warn secrets: /boot/initrd.img-%s has mode 0644: users other than root can read it (chmod 600 "
         "/boot/initrd.img-%s)" % (kver, kver)),
        ("secret on the command line",
         "echo $(cat /proc/cmdline) ISCSI_USERNAME=u ISCSI_PASSWORD=%s >/run/kept; "
         "mount --bind /run/kept /proc/cmdline" % SECRET, "umount /proc/cmdline", 1,
         "warn cmdline: kernel command line: ISCSI_PASSWORD: every user can read this secret in "
         "/proc/cmdline (move it to %s)" % CONFIG),
        ("a session that gives up", "r=/sys/class/iscsi_session/session1/recovery_tmo; echo 120 >$r",
         "echo off >$r", 1,
         "warn recovery: recovery_tmo of session 1 is 120: once the target is unreachable for longer, / fails with I/O errors "
         "(echo off >/sys/class/iscsi_session/session1/recovery_tmo)"),
        ("ifupdown is configured for the root's NIC, and kept off",
         "cp /etc/network/interfaces /run/kept; echo 'iface ens3 inet dhcp' >>/etc/network/interfaces",
         "cp /run/kept /etc/network/interfaces", 0, "ok   network: ifupdown also configures ens3: ignored, the NIC is protected"),
        ("ifupdown has the root's NIC, and was not told",
         "cp /etc/network/interfaces /run/kept; echo 'iface ens3 inet dhcp' >>/etc/network/interfaces;"
         " mv /run/iscsiroot/networking.env /run/env",
         "cp /run/kept /etc/network/interfaces; mv /run/env /run/iscsiroot/networking.env", 1, "warn network: ifupdown can take ens3 down, and the root with it (add no-auto-down ens3 to /etc/network/interfaces)"),
    )


@case("check-debian12", group="check", seconds=1200)
def check_debian12(c):
    """Debian 12: a good guest is all ok, and every breakage of the list is named"""
    image = c.debian("bookworm", files={**FILES, **MODULES}, modules="list")
    c.network()
    c.target(c.lun(image))
    guest = c.boot(image, APPEND + STATIC, cpus=2)
    c.shell(guest, 600)

    def run(command, seconds=200):
        return guest.console.command(command, seconds)

    good = GOOD.format(iqn=IQN, kver=image.kver)
    c.same("a good guest", run("iscsiroot check"), (0, good))
    code, out = run("iscsiroot check --json")
    found = json.loads(out)
    c.same("--json", (code, found["version"], found["state"]), (0, 1, "ok"))
    c.same("--json: the same items", ["ok   %s: %s" % (i["name"], i["text"]) for i in found["items"]],
           good.splitlines())

    code, out = run("image=/boot/initrd.img-%s; cp $image /run/good.img && cp -p %s /run/good.conf && "
                    "unmkinitramfs $image /run/u" % (image.kver, CONFIG))
    c.must("the image is unpacked", code == 0, out)
    for name, breaks, mends, want, line in breakages(image.kver):
        code, out = run(breaks)
        c.must("made: " + name, code == 0, out)
        code, out = run("iscsiroot check")
        c.same(name + ": exit code", code, want)
        c.ok(name + ": named", line in out.splitlines(), out)
        c.ok(name + ": no secret shown", SECRET not in out, out)
        code, out = run(mends)
        c.must("undone: " + name, code == 0, out)
    c.same("all undone", run("iscsiroot check"), (0, good))


@case("check-debian13", group="check", seconds=600)
def check_debian13(c):
    """Debian 13 by DHCP: all ok; and a lease that nothing renews is named"""
    image = c.debian("trixie", files={**FILES, **MODULES}, modules="list")
    c.network(dhcp={})
    c.target(c.lun(image))
    guest = c.boot(image, APPEND + DHCP, cpus=2)
    c.shell(guest, 600)
    good = GOOD.format(iqn=IQN, kver=image.kver)
    c.same("a good guest", guest.console.command("iscsiroot check", 200), (0, good))
    guest.console.command("systemctl stop iscsiroot-lease@ens3; rm /run/iscsiroot/lease-ens3", 60)
    code, out = guest.console.command("iscsiroot check", 200)
    c.same("exit code", code, 1)
    c.same("all else is ok", [line for line in out.splitlines() if line.startswith("ok ")],
           [line for line in good.splitlines() if line.split()[1] != "lease:"])
    bad = [line for line in out.splitlines() if not line.startswith("ok ")]
    c.same("what is not", [line.split()[:2] for line in bad], [["warn", "lease:"]])
    c.has("the lease is named", bad[-1], "and nothing renews it (use a static ip= on the kernel "
          "command line, or an infinite lease)")
