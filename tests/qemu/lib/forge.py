# SPDX-License-Identifier: GPL-2.0-or-later
"""LUNs with LUKS, md or btrfs, which the host's kernel may lack: a guest of their own makes them.

    stack("luks") -> [Path, ...]            the LUNs, with a tiny guest's root; shared: copy before use
    exitrd() -> files                       of an initrd's overlay: its exitrd serves such a root
    work(disks, script) -> str              run a shell script on disks, /dev/vda and on; what it printed
    clean("luks", luns) -> str              "" where the root on the LUNs was unmounted and is sound
    read("luks", luns, path) -> str         a file of text on it

The guest is the initrd of a Debian 13 with all tools, and a script in the place of its init.
"""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import images
import lun as lunlib

PASSPHRASE = "nine plain words"
LUKS_UUID = "5ca1ab1e-0004-4000-8000-00000000f500"
BTRFS_UUID = "5ca1ab1e-0005-4000-8000-00000000f500"
MD_UUID = "5ca1ab1e:00064000:80000000:0000f500"
SECONDS = 900
EXITRD = "/run/tiny-exitrd"
# with the hooks of initramfs-tools, and the programs alone for dracut
TOOLS = ("cryptsetup-initramfs", "multipath-tools-boot", "mdadm", "btrfs-progs")
MODULES = ("dm_mod", "dm_crypt", "xts", "aesni_intel", "sha256_generic", "raid0", "raid1", "btrfs",
           "dm_multipath", "dm_round_robin", "dm_service_time", "scsi_dh_alua")

_HOOK = """#!/bin/sh
[ "$1" != prereqs ] || exit 0
. /usr/share/initramfs-tools/hook-functions
copy_exec /usr/sbin/mkfs.btrfs
copy_exec /usr/sbin/e2fsck
"""

_INIT = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin DM_DISABLE_UDEV=1 LVM_SUPPRESS_FD_WARNINGS=1
mkdir -p /dev /proc /sys /run /tmp /a /b
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs run /run
mkdir -p /run/lock /run/cryptsetup
exec </dev/console >/dev/console 2>&1
for m in virtio_pci virtio_blk ext4 @MODULES@; do modprobe -q $m; done
in_lvm() {
	command=$1
	shift
	lvm "$command" --config 'activation { udev_sync=0 udev_rules=0 monitoring=0 }
		backup { backup=0 archive=0 } devices { use_devicesfile=0 }' "$@"
}
echo -n '@PASSPHRASE@' >/key
luks_format() {
	cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \\
		--uuid @LUKS_UUID@ --key-file /key "$1"
}
luks_open() {
	cryptsetup open --key-file /key "$1" crypt
}
group() {
	in_lvm vgcreate --devices "$1" -q -y -s 4m system "$1" &&
		in_lvm lvcreate --devices "$1" -q -y -Wn -Zn -n root -l 100%FREE system
}
volumes() {
	in_lvm vgchange --devices "$2" "-a$1" system
}
root() {
	dd if=/dev/vda of="$1" bs=1M 2>/dev/null
}
echo FORGE-BEGIN
( set -e
@SCRIPT@
)
echo "FORGE-END $?"
sync
poweroff -f
"""

# layout: (how many LUNs, make it on $A and $B, open what was made and name the root's device)
LAYOUTS = {
    "luks": (1, "luks_format $A; luks_open $A; root /dev/mapper/crypt; cryptsetup close crypt",
             "luks_open $A; at=/dev/mapper/crypt"),
    "lv-in-luks": (1, "luks_format $A; luks_open $A; group /dev/mapper/crypt; "
                      "root /dev/system/root; volumes n /dev/mapper/crypt; cryptsetup close crypt",
                   "luks_open $A; volumes y /dev/mapper/crypt; at=/dev/system/root"),
    "luks-on-lv": (1, "group $A; luks_format /dev/system/root; luks_open /dev/system/root; "
                      "root /dev/mapper/crypt; cryptsetup close crypt; volumes n $A",
                   "volumes y $A; luks_open /dev/system/root; at=/dev/mapper/crypt"),
    "luks-gpt": (1, "luks_format ${A}1; luks_open ${A}1; root /dev/mapper/crypt; "
                    "cryptsetup close crypt",
                 "luks_open ${A}1; at=/dev/mapper/crypt"),
    "md1": (2, "mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --assume-clean --metadata=1.2 "
               "--bitmap=none --homehost=any --name=root --uuid=@MD_UUID@ $A $B; "
               "root /dev/md0; mdadm --stop /dev/md0",
            "mdadm --assemble --run /dev/md0 $A $B; at=/dev/md0"),
    "md0-lvm": (2, "mdadm --create /dev/md0 --run --level=0 --raid-devices=2 --metadata=1.2 "
                   "--homehost=any --name=root --uuid=@MD_UUID@ $A $B; group /dev/md0; "
                   "root /dev/system/root; volumes n /dev/md0; mdadm --stop /dev/md0",
                "mdadm --assemble --run /dev/md0 $A $B; volumes y /dev/md0; "
                "at=/dev/system/root"),
    "btrfs": (2, "mkfs.btrfs -q -f -U @BTRFS_UUID@ -d single -m raid1 $A $B; "
                 "btrfs device scan; mount -t btrfs $A /b; mount -o ro /dev/vda /a; "
                 "cp -a /a/. /b/; umount /a /b",
              "btrfs device scan; btrfs check --readonly $A; at="),
}


def _tools():
    """The image whose initrd has all that the scripts need."""
    return images.tiny(None, suite="trixie", modules=MODULES, packages=TOOLS,
                       files={"/etc/initramfs-tools/hooks/forge": (_HOOK, 0o755)})


def work(disks, script):
    """Run SCRIPT, which ends at its first error, in the guest; what it printed."""
    tools = _tools()
    init = _INIT.replace("@SCRIPT@", script)
    for name, value in (("MODULES", " ".join(MODULES)), ("PASSPHRASE", PASSPHRASE),
                        ("LUKS_UUID", LUKS_UUID), ("BTRFS_UUID", BTRFS_UUID), ("MD_UUID", MD_UUID)):
        init = init.replace("@%s@" % name, value)
    with tempfile.TemporaryDirectory(prefix="forge-") as tmp:
        initrd = images.overlay(tools.initrd, {"init": (init, 0o755)}, Path(tmp) / "initrd")
        argv = ["qemu-system-x86_64", "-machine", "pc", "-accel", "tcg,thread=multi", "-cpu", "max",
                "-m", "768", "-display", "none", "-nodefaults", "-no-reboot", "-serial", "stdio",
                "-kernel", tools.kernel, "-initrd", initrd, "-append",
                "console=ttyS0 loglevel=4 panic=-1", "-device", "virtio-rng-pci"]
        for i, disk in enumerate(disks):
            argv += ["-drive", "file=%s,format=raw,if=none,id=d%d,cache=unsafe,discard=unmap" % (disk, i),
                     "-device", "virtio-blk-pci,drive=d%d" % i]
        try:
            done = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=SECONDS)
        except subprocess.TimeoutExpired as e:
            raise images.BuildError("forge: not done within %d s\n%s" % (SECONDS, (e.output or b"")
                                                                        .decode(errors="replace")[-2000:]))
    text = done.stdout.decode(errors="replace").replace("\r", "")
    said = text.partition("FORGE-BEGIN\n")[2]
    if "FORGE-END 0\n" not in said:
        raise images.BuildError("forge: failed\n" + (said or text)[-2000:] + done.stderr.decode())
    return said.partition("FORGE-END")[0]


def stack(layout, image=None, size_mb=None, files=None):
    """The LUNs of LAYOUT with the root of IMAGE, kept beside it, FILES changing it; or else one that serves
    all tiny guests, as its exitrd comes with the initrd: all layouts of that are made at once."""
    layouts = [layout]
    if image is None:
        layouts, image = sorted(LAYOUTS), _tools()
        init = (images.GUEST / "tiny-init").read_text()
        files = {"/sbin/init": (init.replace("/usr/lib/iscsiroot/iscsiroot-shutdown", EXITRD), 0o755)}
    root = image.lun(layout="whole", label="rootfs", files=files, size_mb=size_mb)
    key = images._key(layouts, LAYOUTS, root.name, _INIT, _HOOK, work, _make)
    out = image.entry / ("stack-" + key)
    with images._lock(image.entry / ".stack.lock"):
        if not out.is_dir():
            tmp = Path(tempfile.mkdtemp(prefix=".stack-", dir=image.entry))
            try:
                _make(tmp, layouts, root)
                os.rename(tmp, out)
            finally:
                shutil.rmtree(tmp, ignore_errors=True)
    return sorted(out.glob(layout + ".lun*"))


def _make(tmp, layouts, root):
    """The LUNs of LAYOUTS in the directory TMP."""
    disks, script = [lunlib.copy(root, tmp / "root")], ""
    for layout in layouts:
        count, make, _ = LAYOUTS[layout]
        script += "A=%s B=%s\n%s\n" % (_device(len(disks)), _device(len(disks) + 1), make)
        disks += [_blank(tmp / ("%s.lun%d" % (layout, i + 1)), layout, root) for i in range(count)]
    (tmp / "said").write_text(work(disks, script))
    disks[0].unlink()


def _device(number):
    return "/dev/vd" + chr(ord("a") + number)


def exitrd(hooks=None):
    """The overlay of an initrd that leaves its exitrd where the root looks for it. HOOKS: the directory of
    dracut's hooks, where dracut has made it."""
    copy = "cp /usr/lib/iscsiroot/iscsiroot-shutdown " + EXITRD
    if hooks:
        return {hooks + "/cmdline/01-exitrd.sh": (copy + "\n", 0o755)}
    order = "mkdir -p /scripts/init-bottom\necho '%s' >>/scripts/init-bottom/ORDER\n" % copy
    return {"conf/conf.d/exitrd": (order, 0o644)}


def _blank(path, layout, root):
    """An empty LUN that is large enough for the root and what lies below it."""
    size = root.stat().st_size + 64 * lunlib.MIB
    if layout == "btrfs":
        size = max(size, 256 * lunlib.MIB)
    with open(path, "wb") as f:
        f.truncate(size)
    if layout == "luks-gpt":
        lunlib._partition(path, "linux")
    return path


def read(layout, luns, path):
    """The text of the file PATH in the root on LUNS."""
    _, _, opened = LAYOUTS[layout]
    said = work(luns, "A=/dev/vda B=/dev/vdb\n%s\nmount -o ro $at /a; echo FILE; cat /a/%s; umount /a" % (opened, path))
    return said.partition("FILE\n")[2]


def clean(layout, luns):
    """"" where the root on LUNS (as the guest left them) needs no recovery and is sound; otherwise why."""
    _, _, opened = LAYOUTS[layout]
    script = "A=/dev/vda B=/dev/vdb\n" + opened + '\nif [ -n "$at" ]; then e2fsck -fn "$at"; fi'
    try:
        said = work(luns, script)
    except images.BuildError as e:
        return str(e)
    return said if "recover" in said.lower() else ""
