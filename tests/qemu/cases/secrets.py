# SPDX-License-Identifier: GPL-2.0-or-later
"""CHAP secrets of the file: nowhere to be read once the guest runs, also with `debug`."""
from pathlib import Path

import debian
import images
from case import case
from target import IQN

SECRET, SECRET_IN = "Xq7-the-guest-s-own", "Zk4-what-storage-has"
CONFIG = ("ISCSI_TARGET_NAME=%s\nISCSI_TARGET_IP=192.0.2.1\n"
          "ISCSI_USERNAME=guest1\nISCSI_PASSWORD=%s\n"
          "ISCSI_IN_USERNAME=storage\nISCSI_IN_PASSWORD=%s\n" % (IQN, SECRET, SECRET_IN))
FILES = {"/etc/iscsi/iscsi.initramfs": (CONFIG, 0o600),
         "/usr/local/sbin/guest-secrets": ((images.GUEST / "secrets").read_text(), 0o755)}


def readable(tree, text):
    """The files below TREE that everybody may read and that hold TEXT."""
    found = set()
    for path in tree.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o004 \
                and text.encode() in path.read_bytes():
            found.add(str(path.relative_to(tree)))
    return found


def searched_when_made(c, image):
    """What the package, its hook and the image's making leave in the guest's tree and say."""
    for secret in (SECRET, SECRET_IN):
        c.same("files of the tree with a secret", readable(image.tree, secret), set())
        c.ok("making the image says no secret", secret not in image.log.read_text(errors="replace"))
    c.has("and a file that has what is searched for is found", readable(image.tree, "InitiatorName="),
          "usr/sbin/iscsid")
    c.same("the image's mode", image.initrd.stat().st_mode & 0o7777, 0o600)


@case("secrets", group="boot", seconds=600)
def secrets(c):
    """Mutual CHAP from the file, with debug: no secret in any place that can be searched"""
    image = c.debian("bookworm", files=FILES)
    searched_when_made(c, image)
    c.network()
    c.target(c.lun(image), chap=("guest1", SECRET), mutual=("storage", SECRET_IN))
    guest = c.boot(image, debian.APPEND + debian.STATIC + " debug", cpus=2)
    facts = c.shell(guest, 400)
    c.root_is(facts, debian.ROOT)
    c.handed_over(facts)

    code, out = guest.console.command("guest-secrets", 300)
    c.must("the search ran to its end", code == 0, out)
    rows = [line.split() for line in out.splitlines()]
    said = {tuple(r[:2]): r[2:] for r in rows if r and r[0] != "FOUND"}
    found = {which: {(r[2], r[3]) for r in rows if r[:2] == ["FOUND", which]}
             for which in ("secret", "canary")}
    c.has("both secrets were searched for", said, ("PATTERNS", "2"))
    c.same("outputs that are empty", [k for k in said if k[0] == "EMPTY"], [])

    pid = {r[1]: r[2] for r in rows if r[:1] == ["PID"]}
    c.same("every canary is found, and the one that root alone can read in /var/tmp is not",
           found["canary"],
           {("journal", "/root/secrets/journal"), ("dmesg", "/root/secrets/dmesg"),
            ("file", "/var/tmp/canary-open"), ("run", "/run/canary/closed"),
            ("arguments", "/proc/%s/cmdline" % pid["arguments"]),
            ("environ", "/proc/%s/environ" % pid["environ"])} | volatile(found["canary"]))
    canary = next(r[1] for r in rows if r[:1] == ["CONSOLE"])
    c.has("what is on the console is seen", Path(guest.console.log).read_text(errors="replace"), canary)

    # the kernel shows them to whoever may end the session anyway; asked-for output has them too
    c.same("the secrets are found where root asked for them, and nowhere else", found["secret"],
           {("sysfs-root", "/root/secrets/sysfs-root"), ("shown", "/root/secrets/shown")})
    c.no_secret(guest, SECRET, SECRET_IN)

    modes = {Path(r[2]).name.partition("-")[0]: r[1] for r in rows if r[:1] == ["MODE"]}
    c.same("image", modes.get("initrd.img"), "600")
    c.same("hand-off", modes.get("handoff"), "600")
    c.ok("what `debug` traced is there, and tells of our script",
         int(next(k[1] for k in said if k[0] == "TRACED")) > 0, out)
    guest.close()
    wire = c.wire()
    c.one_login(guest, wire)
    c.same("CHAP was done, both ways", [(l.chap, l.mutual) for l in wire.logins()][:1],
           [(True, True)])


def volatile(found):
    """The journal is in /run here: the canary stands in its files as well."""
    return {(kind, place) for kind, place in found
            if kind == "run" and place.startswith("/run/log/journal/")}
