# SPDX-License-Identifier: GPL-2.0-or-later
"""The package in a Debian tree: what it puts into an image beside open-iscsi's own hook, in which
order the two may come, and that nothing of it stays. No guest is booted."""
import shutil

import images
from case import case, find_deb

NOTHING = "iscsiroot: hook: no iSCSI root here: nothing added " \
    "(to add it anyway: touch /etc/iscsi/iscsi.initramfs)"
# The configuration that keeps images 0600; mkinitramfs copies it, as all of conf.d.
MASK = "./conf/conf.d/iscsiroot-umask"
MODULES = ["iscsi_tcp", "libiscsi", "libiscsi_tcp", "scsi_transport_iscsi", "virtio_net",
           "xen-netfront"]


def steps(c, suite):
    """Run the steps in the tree: {step: ([what was printed], image's mode, {file: mode})}."""
    work = c.workdir / "steps"
    work.mkdir()
    shutil.copy(find_deb(), work / "package.deb")
    script = (images.GUEST / "repack").read_text() + (images.GUEST / "package").read_text()
    images._chroot(images._base(suite), script, work, work / "log", scratch=True)
    found = {}
    for path in work.glob("*.image"):
        said = (work / (path.stem + ".said")).read_text().splitlines()
        lines = path.read_text().splitlines()
        files = {name: mode for mode, name in (line.split(" ", 1) for line in lines[1:])}
        found[path.stem] = (said, lines[0], files)
    found["left"] = (work / "left").read_text().splitlines()
    return found


def drivers(files):
    return sorted(name.rpartition("/")[2] for name in files if not name.startswith("./"))


def ours(files):
    """The files of an image with an iSCSI root of ours; {path: mode}."""
    return {name: mode for name, mode in files.items()
            if name.startswith("./") and "busybox" not in name}


def check(c, suite):
    found = steps(c, suite)
    want = {MASK: "644", "./bin/ipconfig": "755", "./etc/iscsi": "700", "./etc/iscsi/iscsi.initramfs": "600",
            "./etc/iscsi/initiatorname.iscsi": "600",
            "./etc/iscsi/iscsi.initramfs.sha256-HEX": "600",
            "./etc/iscsi/initiatorname.iscsi.sha256-HEX": "600",
            "./lib/udev/rules.d/68-iscsiroot.rules": "644",
            "./lib/iscsiroot": "700", "./lib/iscsiroot/iscsid-connect.so": "644",
            "./lib/iscsiroot/iscsiroot-keeper": "755",
            "./lib/iscsiroot/iscsiroot-shutdown": "755",
            "./lib/iscsiroot/iscsiroot-xenstore": "755", "./sbin/iscsid": "755",
            "./sbin/iscsiroot": "755", "./sbin/iscsistart": "755",
            "./scripts/local-top/iscsi": "755"}
    for script in (images.GUEST.parents[2] / "scripts").glob("*/iscsiroot"):
        if script.parent.name != "local-top":
            want["./scripts/%s/iscsiroot" % script.parent.name] = "755"

    stock = found["stock"]
    c.ok("stock: open-iscsi's own script is in the image", "./scripts/local-top/iscsi" in stock[2])
    c.ok("stock: and InfiniBand", "ib_iser" in drivers(stock[2]), drivers(stock[2]))

    said, mode, files = found["no-root"]
    c.ok("no root: installed", said[-1] == "status 0", said[-5:])
    c.ok("no root: said so, once", said.count(NOTHING) == 1, said)
    c.same("no root: nothing of iSCSI in the image", files, {
        "./bin/ipconfig": "755", "./bin/busybox": "755", MASK: "644"})

    for step in ("empty", "ours"):
        said, mode, files = found[step]
        c.ok("%s: made, and only that said" % step,
             len(said) == 2 and said[1] == "status 0" and "Generating" in said[0], said)
        c.same("%s: mode" % step, mode, "image 600")
        c.same("%s: files" % step, ours(files), want)
        c.same("%s: drivers" % step, drivers(files), MODULES)

    said, mode, files = found["invalid"]
    c.ok("invalid: failed", "status 0" not in said, said)
    c.ok("invalid: file, line and key named", any(
        line.startswith("iscsiroot: plan: /etc/iscsi/iscsi.initramfs:2: ISCSI_TARGET_PORT: ")
        and "70000" in line for line in said), said)
    c.ok("invalid: what to do", "iscsiroot: hook: /etc/iscsi/iscsi.initramfs: not valid "
         "(fix the line named above)" in said and any(line.startswith(
             "iscsiroot: hook: image: not made (for one without iscsiroot: ") for line in said), said)
    c.ok("invalid: the image before is still there", "image changed" not in said)

    said, mode, files = found["klibc"]
    c.same("BUSYBOX=n: files", ours(files), want)
    c.ok("BUSYBOX=n: no busybox", "./bin/busybox" not in files)
    c.ok("published: said, and the pair is there", said[-1] == "published" and any(
        line.startswith("iscsiroot: publish: /srv/boot/guest1: ") and
        line.endswith(" is now booted by the host") for line in said), said)

    said, mode, files = found["off"]
    c.ok("ISCSIROOT=no: said so", "iscsiroot: hook: ISCSIROOT=no: not added to this image" in said)
    c.same("ISCSIROOT=no: mode", mode, "image 600")
    c.same("ISCSIROOT=no: open-iscsi's own", {n for n in files if "initramfs" not in n} -
           {"./conf/conf.d/iscsiroot", MASK}, set(stock[2]))

    said, mode, files = found["on"]
    c.same("ISCSIROOT=yes without a file", (mode, {n for n in ours(files)}),
           ("image 600", {n for n in want if "iscsi/iscsi.initramfs" not in n} |
            {"./conf/conf.d/iscsiroot"}))

    c.ok("ours before open-iscsi: installed", "status 0" in found["ours-first"][0],
         found["ours-first"][0][-5:])
    said, mode, files = found["stock-second"]
    c.ok("open-iscsi after ours: installed", said[-1] == "status 0", said[-5:])
    c.same("open-iscsi after ours: files", (mode, ours(files)), ("image 600", want))
    c.same("open-iscsi after ours: drivers", drivers(files), MODULES)

    said, mode, files = found["removed"]
    c.ok("removed: what keeps the password from all others is named",
         any(line.startswith("iscsiroot: prerm: /etc/iscsi/iscsi.initramfs: has a password, ")
             for line in said), said)
    c.same("removed: the image is 0600 as before", mode, "image 600")
    c.same("removed: the stock boot is back",
           {n for n in files if "iscsi.initramfs" not in n and n != MASK}, set(stock[2]))
    said, mode, files = found["gone"]
    c.same("purged: and still is, with the password in it",
           (mode, "./etc/iscsi.initramfs" in files, MASK in files), ("image 600", True, False))

    said, mode, files = found["shell"]
    c.ok("a file with shell in it: installed", "status 0" in said, said[-5:])
    c.ok("a file with shell in it: the line is named, and what to do",
         any(line.startswith("iscsiroot: plan: /etc/iscsi/iscsi.initramfs:1: ISCSI_INITIATOR: ")
             for line in said) and
         any(line.startswith("iscsiroot: postinst: /etc/iscsi/iscsi.initramfs: not valid: images "
                             "keep the boot scripts that they had ") for line in said), said)
    c.ok("a file with shell in it: the stock boot stays",
         "./scripts/local-bottom/iscsi" in files and "./sbin/iscsiroot" not in files, files)
    # dpkg keeps a list, the postrm and configuration files of what is removed but not purged
    c.same("removed: files of ours", sorted(name for name in found["left"]
                                            if not name.startswith("/var/lib/dpkg/info/")),
           ["/etc/init.d/iscsiroot", "/etc/initramfs-tools/conf.d/iscsiroot-umask",
            "/etc/initramfs/post-update.d/zz-iscsiroot-publish",
            "/etc/kernel/postinst.d/zz-iscsiroot-publish",
            "/etc/kernel/postrm.d/zz-iscsiroot-publish", "/etc/network/if-pre-up.d/iscsiroot",
            "/etc/rc0.d/K01iscsiroot",
            "/etc/rc6.d/K01iscsiroot", "/etc/rcS.d/S01iscsiroot"])


@case("package-bookworm", seconds=300)
def package_bookworm(c):
    """Debian 12: image contents, order of installation, invalid configuration, removal"""
    check(c, "bookworm")


@case("package-trixie", group="boot", seconds=300)
def package_trixie(c):
    """Debian 13: image contents, order of installation, invalid configuration, removal"""
    check(c, "trixie")


def order(c, suite):
    """The order of the boot scripts, read from an image of the real packages."""
    work = c.workdir / "order"
    work.mkdir()
    shutil.copy(find_deb(), work / "package.deb")
    images._with_apt(work, images._base(suite), (images.GUEST / "order").read_text(),
                     work / "log", scratch=True)
    found = (work / "order").read_text().split()
    top = [path.partition("/")[2] for path in found if path.startswith("local-top/")]
    c.same("local-top: the login, multipath, cryptroot last",
           [name for name in top if name in ("iscsi", "iscsiroot", "multipath", "cryptroot")],
           ["iscsi", "multipath", "cryptroot"])
    c.ok("local-top: an administrator's script that asks for iscsi", "address" in top and
         top.index("iscsi") < top.index("address"), top)
    scripts = images.GUEST.parents[2] / "scripts"
    for script in scripts.glob("*/iscsiroot"):
        if script.parent.name != "local-top":
            c.ok("%s: ours is called" % script.parent.name,
                 script.parent.name + "/iscsiroot" in found, found)


@case("order-bookworm", group="boot", seconds=400)
def order_bookworm(c):
    """Debian 12: the login before multipath's, cryptsetup's and the administrator's scripts"""
    order(c, "bookworm")


@case("order-trixie", group="boot", seconds=400)
def order_trixie(c):
    """Debian 13: the login before multipath's, cryptsetup's and the administrator's scripts"""
    order(c, "trixie")
