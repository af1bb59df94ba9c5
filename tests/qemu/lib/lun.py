# SPDX-License-Identifier: GPL-2.0-or-later
"""LUN files: raw sparse disks with a root in them, made and read back without device-mapper.

    make(out, root, layout, size_mb, ...)  a disk with the directory root in an ext4
    foreign_vg(out, vg, lv)                a whole volume group that is not the guest's
    split_vg(a, b, root, ...)              the root's volume group on two disks
    add_volumes(lun, vg, sizes)            more room, and volumes in it
    group(out, vg, size_mb)                a volume group with nothing in it
    inside(out, disk, vg, lv)              a machine's disk, on whose volume lies another one, whole
    copy(lun, dest)                        a case's own copy, holes kept
    fs_offset(lun), fsck(lun), needs_recovery(lun), extract(lun, path), listdir(lun, path)

The only thing on the host that LVM needs is a loop device: the volume group is written without
being activated (--driverloaded n). The root volume is its first and one linear segment, so its
file system begins at a known place and mkfs fills it there, and debugfs reads it, in the file.
"""

import contextlib
import os
import re
import struct
import subprocess
import tempfile
from pathlib import Path

LAYOUTS = ("lvm", "partition", "whole", "partlvm")
MIB = 1 << 20
FS_UUID = "5ca1ab1e-0001-4000-8000-00000000f500"
PART_UUID = "5ca1ab1e-0002-4000-8000-00000000f500"
DISK_UUID = "5ca1ab1e-0003-4000-8000-00000000f500"
PART_LABEL = "iscsi-root"
EXTENT_MB = 4

_LVM_CONFIG = """
devices { use_devicesfile=0 obtain_device_list_from_udev=0 external_device_info_source="none"
    hints="none" }
activation { udev_sync=0 udev_rules=0 monitoring=0 }
backup { backup=0 archive=0 }
global { locking_dir="%s" event_activation=0 }
"""


class LunError(Exception):
    """A tool that makes or reads a LUN failed; the message holds its output."""


def _run(argv, text=True, ok=(0,)):
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
           "LVM_SUPPRESS_FD_WARNINGS": "1"}
    done = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, capture_output=True,
                          text=text, env=env)
    if done.returncode not in ok:
        raise LunError(f"lun: {argv[0]}: exit {done.returncode}: {done.stderr}{done.stdout}")
    return done


@contextlib.contextmanager
def loop(path, offset=0, size=0, readonly=False):
    """A loop device over (a part of) a file, as its name."""
    argv = ["losetup", "--find", "--show", "--offset", str(offset)]
    if size:
        argv += ["--sizelimit", str(size)]
    if readonly:
        argv.append("--read-only")
    for attempt in range(8):        # another run may take the device that --find saw free
        done = _run(argv + [path], ok=(0, 1))
        if done.returncode == 0:
            break
    else:
        raise LunError(f"lun: losetup: {path}: {done.stderr}")
    device = done.stdout.strip()
    try:
        yield device
    finally:
        _run(["losetup", "--detach", device])


def _blank(out, size_mb):
    with open(out, "wb") as f:
        f.truncate(size_mb * MIB)


def _lvm(devices, commands):
    """Run LVM commands on some devices and no others."""
    with tempfile.TemporaryDirectory(prefix="lun-") as tmp:
        for command in commands:
            _run(["lvm", command[0], "--config", _LVM_CONFIG % tmp, "--driverloaded", "n",
                  "--devices", ",".join(devices), "--yes", *command[1:]])


def _mkfs(out, root, offset, size, label, uuid):
    if len(label) > 16:
        raise LunError(f"lun: label {label!r}: more than 16 bytes")
    argv = ["mkfs.ext4", "-q", "-F", "-b", "4096", "-L", label, "-U", uuid, "-m", "0", "-E",
            f"offset={offset},lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0"]
    if size <= 256 * MIB:
        argv += ["-J", "size=4", "-N", "2048"]
    if root:
        argv += ["-d", root]
    _run(argv + [out, str(size // 4096)])


def _volume_group(out, start, vg, lv, extents="100%FREE"):
    """A volume group with one unactivated volume on a disk from byte start on; returns the
    volume's own begin and size in bytes."""
    with loop(out, start) as device:
        _lvm([device], [
            ["pvcreate", "-q", "--dataalignment", "1m", device],
            ["vgcreate", "-q", "-s", f"{EXTENT_MB}m", vg, device],
            ["lvcreate", "-q", "-an", "-Zn", "-Wn", "-n", lv, "-l", extents, vg],
        ])
    size = (os.path.getsize(out) - start - MIB) // (EXTENT_MB * MIB) * EXTENT_MB * MIB
    if extents != "100%FREE":
        size = int(extents) * EXTENT_MB * MIB
    return start + MIB, size


def _partition(out, kind):
    """A GPT with one partition; returns its begin and size in bytes."""
    script = (f"label: gpt\nlabel-id: {DISK_UUID}\n"
              f"start=1MiB, type={kind}, uuid={PART_UUID}, name=\"{PART_LABEL}\"\n")
    done = subprocess.run(["sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", str(out)],
                          input=script, text=True, capture_output=True)
    if done.returncode:
        raise LunError(f"lun: sfdisk: exit {done.returncode}: {done.stderr}{done.stdout}")
    size = (os.path.getsize(out) - 2 * MIB) // MIB * MIB
    return MIB, size


def make(out, root, layout="lvm", size_mb=32, vg="system", lv="root", label="iscsiroot",
         uuid=FS_UUID):
    """Make a disk of size_mb with the directory root in an ext4: on an LVM volume on the bare
    disk (lvm), on a GPT partition (partition), on the bare disk (whole), or on an LVM volume
    on a GPT partition (partlvm)."""
    _blank(out, size_mb)
    if layout == "lvm":
        begin, size = _volume_group(out, 0, vg, lv)
    elif layout == "partlvm":
        start, _ = _partition(out, "lvm")
        begin, size = _lvm_in_partition(out, start, vg, lv)
    elif layout == "partition":
        begin, size = _partition(out, "linux")
    elif layout == "whole":
        begin, size = 0, size_mb * MIB
    else:
        raise ValueError(f"layout {layout!r} is none of {LAYOUTS}")
    _mkfs(out, root, begin, size, label, uuid)
    return Path(out)


def _lvm_in_partition(out, start, vg, lv):
    """Like _volume_group, but leave the end of the disk to the second GPT."""
    extents = (os.path.getsize(out) - start - 3 * MIB) // (EXTENT_MB * MIB)
    return _volume_group(out, start, vg, lv, str(extents))


def foreign_vg(out, vg="foreign", lv="data", size_mb=16, label="foreign"):
    """A disk with a complete volume group of another system, a file system in its volume."""
    _blank(out, size_mb)
    begin, size = _volume_group(out, 0, vg, lv)
    uuid = FS_UUID[:-4] + f"{sum(vg.encode()) & 0xffff:04x}"
    _mkfs(out, None, begin, size, label, uuid)
    return Path(out)


def split_vg(first, second, root, size_mb=32, vg="system", lv="root", label="iscsiroot",
             uuid=FS_UUID):
    """The root's volume group over two disks: the root volume fills the first, a volume "more"
    the second; the group is complete with both only."""
    _blank(first, size_mb)
    _blank(second, size_mb)
    with loop(first) as a, loop(second) as b:
        _lvm([a, b], [
            ["pvcreate", "-q", "--dataalignment", "1m", a, b],
            ["vgcreate", "-q", "-s", f"{EXTENT_MB}m", vg, a, b],
            ["lvcreate", "-q", "-an", "-Zn", "-Wn", "-n", lv, "-l", "100%PVS", vg, a],
            ["lvcreate", "-q", "-an", "-Zn", "-Wn", "-n", "more", "-l", "100%PVS", vg, b],
        ])
    size = (size_mb - 1) // EXTENT_MB * EXTENT_MB * MIB
    _mkfs(first, root, MIB, size, label, uuid)
    return Path(first), Path(second)


def group(out, vg, size_mb):
    """A disk with an empty volume group."""
    _blank(out, size_mb)
    with loop(out) as device:
        _lvm([device], [["pvcreate", "-q", "--dataalignment", "1m", device],
                        ["vgcreate", "-q", "-s", f"{EXTENT_MB}m", vg, device]])
    return Path(out)


def inside(out, disk, vg, lv):
    """A disk with a volume group whose one volume holds another DISK."""
    extents = -(-os.path.getsize(disk) // (EXTENT_MB * MIB))
    _blank(out, 1 + (extents + 1) * EXTENT_MB)
    begin, _ = _volume_group(out, 0, vg, lv, str(extents))
    _run(["dd", f"if={disk}", f"of={out}", "bs=1M", f"seek={begin // MIB}", "conv=notrunc,sparse",
          "status=none"])
    return Path(out)


def copy(lun, dest):
    """A copy for one case to write to, as sparse as the original."""
    _run(["cp", "--sparse=always", "--reflink=auto", lun, dest])
    return Path(dest)


def fs_offset(lun):
    """Where the ext4 in a LUN begins, in bytes, whatever the layout."""
    with open(lun, "rb") as f:
        for offset in (0, MIB, 2 * MIB):
            f.seek(offset + 1024 + 56)
            if f.read(2) == struct.pack("<H", 0xEF53):
                return offset
    raise LunError(f"lun: {lun}: no ext4 file system at 0, 1 or 2 MiB")


def add_volumes(lun, vg, sizes):
    """Make a LUN of layout lvm larger, and VG's new extents volumes of SIZES ({name: MiB}) with
    nothing in them; {name: where it begins in the file}."""
    begin = (os.path.getsize(lun) - MIB) // (EXTENT_MB * MIB)
    extents = {name: -(-mb // EXTENT_MB) for name, mb in sizes.items()}
    with open(lun, "r+b") as f:
        f.truncate(MIB + (begin + sum(extents.values())) * EXTENT_MB * MIB)
    commands, offsets = [], {}
    for name, count in extents.items():
        commands.append(["lvcreate", "-q", "-an", "-Zn", "-Wn", "-n", name, "-l", str(count), vg])
        offsets[name] = MIB + begin * EXTENT_MB * MIB
        begin += count
    with loop(lun) as device:
        _lvm([device], [["pvresize", "-q", device], *commands])
    return offsets


def needs_recovery(lun, offset=None):
    """Whether the journal was left to be replayed: the root (or the file system at OFFSET) was not
    unmounted or made ro."""
    with open(lun, "rb") as f:
        f.seek((fs_offset(lun) if offset is None else offset) + 1024 + 96)
        return bool(struct.unpack("<I", f.read(4))[0] & 0x4)


def fsck(lun, offset=None):
    """e2fsck -fn: (exit code, output). 0 is a clean file system. Nothing is written. OFFSET: of
    another one than the root."""
    offset = fs_offset(lun) if offset is None else offset
    done = _run(["e2fsck", "-fn", f"{lun}?offset={offset}"], ok=range(256))
    return done.returncode, done.stdout + done.stderr


def preen(lun):
    """e2fsck -fp, which may write: 0 clean, 1 put right (a journal replayed), more: broken."""
    return _run(["e2fsck", "-fp", f"{lun}?offset={fs_offset(lun)}"], ok=range(256)).returncode


def extract(lun, path, offset=None):
    """The bytes of a file in the LUN's file system (or the one at OFFSET); FileNotFoundError where
    there is none. Symbolic links are not followed. Call it once the guest is down."""
    offset = fs_offset(lun) if offset is None else offset
    if not re.fullmatch(r"[\w./@:+=,-]+", path):
        raise ValueError(f"path {path!r}: a character that debugfs might not take as it is")
    with tempfile.TemporaryDirectory(prefix="lun-") as tmp:
        out = Path(tmp) / "file"
        _run(["debugfs", "-c", "-R", f"dump {path} {out}", f"{lun}?offset={offset}"])
        if not out.exists():
            raise FileNotFoundError(f"{lun}: {path}")
        return out.read_bytes()


def listdir(lun, path="/"):
    """The names in a directory of the LUN's file system."""
    done = _run(["debugfs", "-c", "-R", f"ls -p {path}", f"{lun}?offset={fs_offset(lun)}"])
    names = [line.split("/")[5] for line in done.stdout.splitlines() if line.count("/") >= 6]
    return sorted(n for n in names if n not in (".", ".."))
