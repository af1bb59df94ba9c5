# SPDX-License-Identifier: GPL-2.0-or-later
"""Guest images: Debian trees, their kernels and initrds, and root LUNs.

Everything is built from Debian packages that come from the mirrors and keyrings of this
machine's own apt configuration, as root, with no device-mapper and no KVM on the host, and is
kept under cache_dir() in entries named by a hash of what went in. An entry is made under a
temporary name and renamed into place, so a build that died leaves nothing that looks whole.

    debian(suite, deb, ...)   a systemd guest with our package       -> Image
    stock(suite, ...)         the same without it
    tiny(deb, ...)            same kernel, small initrd, busybox root -> Image
    xen_host()                a Xen host: hypervisor, dom0's kernel and initrd -> Path
    overlay(initrd, files)    an initrd with some files replaced     -> Path
    facts(console_text)       what a tiny or Debian guest printed    -> {section: [lines]}

Image: .kernel (ELF) .initrd .tree .kver .log (what the build printed) and .lun(...), a raw sparse
LUN with the root in it. All of them are shared: copy a LUN (lun.copy) before a guest writes.
"""

import contextlib
import fcntl
import hashlib
import inspect
import lzma
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import lun as lunlib

GUEST = Path(__file__).resolve().parent.parent / "guest"
XEN = GUEST.parent / "xen"

SUITES = ("bookworm", "trixie", "forky")
INITIATOR = "iqn.2001-04.com.example:guest"
HOSTNAME = "guest"

PACKAGES = (
    "systemd", "systemd-sysv", "udev", "dbus", "login", "procps", "kmod", "iproute2",
    "linux-image-amd64", "initramfs-tools", "busybox", "klibc-utils", "zstd",
    "open-iscsi", "lvm2", "e2fsprogs", "ifupdown", "fdisk",
)

XEN_PACKAGES = ("xen-hypervisor-4.17-amd64", "xen-utils-4.17", "xen-utils-common",
                "xenstore-utils", "socat", "openssh-server", "rsync", "tgt")

# The parts of dracut that a tiny initrd is made of: with systemd in it, and without.
DRACUT_PARTS = {
    "dracut": "dash base fs-lib rootfs-block udev-rules kernel-modules dm lvm",
    "dracut-systemd": "dash systemd systemd-initrd dracut-systemd base fs-lib rootfs-block "
                      "udev-rules kernel-modules dm lvm",
}
# With all that can lie on a LUN; in Debian 12's the module crypt has the part of systemd-cryptsetup.
DRACUT_PARTS["dracut-stacks12"] = DRACUT_PARTS["dracut-systemd"] + " crypt mdraid multipath btrfs"
DRACUT_PARTS["dracut-stacks"] = DRACUT_PARTS["dracut-stacks12"] + " systemd-cryptsetup"
# With dracut's network manager: beside us, and for its own iscsi module.
DRACUT_PARTS["dracut-network"] = DRACUT_PARTS["dracut-systemd"] + " systemd-networkd network"
DRACUT_PARTS["dracut-own"] = DRACUT_PARTS["dracut-network"] + " iscsi"
BUILDERS = ("initramfs-tools", *DRACUT_PARTS)

# Slow under emulation, and no part of what is tested here.
MASKED = (
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer",
    "e2scrub_reap.service", "fstrim.timer", "man-db.timer", "systemd-timesyncd.service",
    "systemd-pstore.service", "getty@tty1.service", "systemd-rfkill.socket",
    "dev-hugepages.mount", "dev-mqueue.mount", "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount", "sys-kernel-config.mount", "sys-fs-fuse-connections.mount",
    "modprobe@fuse.service", "modprobe@configfs.service", "modprobe@drm.service",
    "modprobe@efi_pstore.service", "proc-sys-fs-binfmt_misc.automount",
)
# Drivers that udev would load and no test needs.
BLACKLIST = ("kvm_amd", "kvm_intel", "ccp", "pcspkr", "floppy", "psmouse", "i2c_piix4", "serio_raw",
             "evdev", "button", "ata_generic", "ata_piix")

# Left out of a Debian guest's LUN (the initrd is made before): hardware that QEMU does not have.
LUN_WITHOUT = (
    "usr/lib/modules/*/kernel/sound", "usr/lib/modules/*/kernel/drivers/gpu",
    "usr/lib/modules/*/kernel/drivers/media", "usr/lib/modules/*/kernel/drivers/net/wireless",
    "usr/lib/modules/*/kernel/drivers/infiniband", "usr/lib/modules/*/kernel/drivers/staging",
    "usr/lib/modules/*/kernel/drivers/iio", "var/lib/apt/lists/*", "var/cache/apt/*",
)

# What a tiny initrd can drive beside what the hooks of the packages bring along.
TINY_MODULES = ("virtio_pci", "virtio_blk", "virtio_net", "e1000", "ext4", "sd_mod", "crc32c")

CACHE_KEEP = 3                  # entries of one kind
CACHE_MIN_AGE = 2 * 3600        # seconds since the last use before one is removed


class BuildError(Exception):
    """A guest image could not be built; the message holds the end of the build's output."""


# --- the cache ---------------------------------------------------------------------------------

def cache_dir():
    """Where images are kept: $ISCSIROOT_CACHE or /var/cache/iscsiroot-tests."""
    path = Path(os.environ.get("ISCSIROOT_CACHE") or "/var/cache/iscsiroot-tests")
    path.mkdir(parents=True, exist_ok=True)
    return path


def _key(*parts):
    """A short hash over strings, bytes, functions (their source) and the bytes of Paths."""
    h = hashlib.sha256()
    for part in parts:
        if callable(part):
            part = inspect.getsource(part)
        elif isinstance(part, Path):
            part = part.read_bytes()
        if not isinstance(part, bytes):
            part = repr(part).encode()
        h.update(b"%d:" % len(part) + part)
    return h.hexdigest()[:16]


def _entry(kind, key, build):
    """The cache entry kind-key; build(tmpdir) makes it where it is not there yet."""
    cache = cache_dir()
    final = cache / f"{kind}-{key}"
    with _lock(cache / f".{kind}-{key}.lock"):
        if not final.is_dir():
            tmp = Path(tempfile.mkdtemp(prefix=f".new-{kind}-", dir=cache))
            began = time.monotonic()
            print(f"# image {kind}: building", file=sys.stderr, flush=True)
            try:
                tmp.chmod(0o755)
                build(tmp)
                os.rename(tmp, final)
            finally:
                shutil.rmtree(tmp, ignore_errors=True)
            took = time.monotonic() - began
            print(f"# image {kind}: built in {took:.0f} s", file=sys.stderr, flush=True)
            _prune(cache, kind, final)
        os.utime(final)
    return final


@contextlib.contextmanager
def _lock(path):
    with open(path, "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


def _prune(cache, kind, keep):
    """Remove what nobody used for long: older entries of this kind, leavings of dead builds."""
    now = time.time()

    def unused(path):
        try:
            return now - path.stat().st_mtime > CACHE_MIN_AGE
        except FileNotFoundError:
            return False

    same = [p for p in cache.glob(f"{kind}-*") if p.name[len(kind) + 1:].isalnum()]
    same.sort(key=lambda p: p.stat().st_mtime, reverse=True)
    for path in same[CACHE_KEEP:] + list(cache.glob(".new-*")):
        if path != keep and unused(path):
            shutil.rmtree(path, ignore_errors=True)


# --- where packages come from ------------------------------------------------------------------

def _sources(suite):
    """apt source lines for a suite, after the pattern of this machine's own Debian sources."""
    fields = "$(REPO_URI)|$(CODENAME)|$(COMPONENT)|$(ORIGIN)"
    out = subprocess.run(["apt-get", "indextargets", "--format", fields, "Identifier: Packages"],
                         capture_output=True, text=True, check=True).stdout
    lines = []
    for uri, codename, component, origin in (line.split("|")[:4] for line in out.splitlines()):
        if origin != "Debian" or component != "main":
            continue
        pocket = codename.partition("-")[2]
        if pocket not in ("", "updates", "security"):
            continue
        line = f"deb {uri} {suite}{'-' + pocket if pocket else ''} main"
        if line not in lines:
            lines.append(line)
    if not any(line.split()[2] == suite for line in lines):
        raise BuildError("images: apt: no Debian mirror in this machine's configuration "
                         "(run apt-get update)")
    return lines


def _apt_options(suite):
    """Options of this machine's apt that a build in a tree needs as well (proxy, clock)."""
    out = subprocess.run(["apt-config", "dump"], capture_output=True, text=True,
                         check=True).stdout
    wanted = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries")
    options = [line.rstrip(";") for line in out.splitlines()
               if line.startswith(wanted) and not line.endswith('"";')]
    if suite == "forky":        # not released: its lists are good for a week only
        options.append('Acquire::Check-Valid-Until "false"')
    return options


def _keyrings():
    paths = ["/usr/share/keyrings/debian-archive-keyring.gpg", "/etc/apt/trusted.gpg.d"]
    return [p for p in paths if os.path.exists(p)]


# --- running things ----------------------------------------------------------------------------

def _run(argv, log):
    """Run a command, its output to the log file; its last lines are in the error."""
    with open(log, "ab") as f:
        f.write(b"+ " + " ".join(map(str, argv[:4])).encode()[:200] + b"\n")
        f.flush()
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root",
               "DEBIAN_FRONTEND": "noninteractive"}
        env.update({k: v for k, v in os.environ.items() if k.lower().endswith("_proxy")})
        code = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=f, stderr=f,
                              env=env).returncode
    if code:
        tail = Path(log).read_text(errors="replace").splitlines()[-25:]
        raise BuildError(f"images: {argv[0]}: exit {code}\n  " + "\n  ".join(tail))


def _chroot(tree, script, out, log, scratch=False):
    """Run a shell script in a tree; it finds the host's directory out at /run/out. With
    scratch, what it changes in the tree is thrown away."""
    tmp = tempfile.mkdtemp(prefix=".scratch-", dir=out) if scratch else ""
    try:
        _run(["unshare", "--mount", "sh", str(GUEST / "chroot"), str(tree), str(out), tmp,
              script], log)
    finally:
        if tmp:
            shutil.rmtree(tmp, ignore_errors=True)


def _write(root, path, text, mode=0o644):
    """Write a file of a tree anew (never through a link, hard or symbolic)."""
    target = Path(root) / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())
    target.chmod(mode)


def _unpack_kernel(vmlinuz, out):
    """The ELF kernel inside a bzImage. QEMU starts it by its PVH entry, which spares the guest
    seconds of unpacking itself under emulation; the kernel is the same."""
    data = Path(vmlinuz).read_bytes()
    begin = ((data[0x1f1] or 4) + 1) * 512 + struct.unpack_from("<I", data, 0x248)[0]
    payload = data[begin:begin + struct.unpack_from("<I", data, 0x24c)[0] - 4]
    if payload.startswith(b"\xfd7zXZ"):
        elf = lzma.LZMADecompressor().decompress(payload)
    elif payload.startswith(b"\x28\xb5\x2f\xfd"):
        elf = subprocess.run(["zstd", "-dc"], input=payload, capture_output=True,
                             check=True).stdout
    else:
        raise BuildError(f"images: {vmlinuz}: packed in a way not known here")
    if not elf.startswith(b"\x7fELF"):
        raise BuildError(f"images: {vmlinuz}: no ELF kernel inside")
    Path(out).write_bytes(elf)


# --- the Debian trees --------------------------------------------------------------------------

def _build_base(tmp, suite):
    """A suite's tree with all packages but ours and no initrd, configured as a quiet guest."""
    divert = ("chroot \"$1\" dpkg-divert --quiet --local --rename --add "
              "/usr/sbin/update-initramfs && "
              "ln -s /bin/true \"$1/usr/sbin/update-initramfs\"")
    restore = ("rm \"$1/usr/sbin/update-initramfs\" && "
               "chroot \"$1\" dpkg-divert --quiet --local --rename --remove "
               "/usr/sbin/update-initramfs && "
               "rm -f \"$1/etc/apt/apt.conf.d/99mmdebstrap\" "
               "\"$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap\"")
    tree = tmp / "tree"
    argv = ["mmdebstrap", "--mode=root", "--variant=minbase", "--format=directory",
            "--include=" + ",".join(PACKAGES), "--essential-hook=" + divert,
            "--customize-hook=" + restore]
    for what in ("doc", "man", "info", "locale"):
        argv.append(f"--dpkgopt=path-exclude=/usr/share/{what}/*")
    argv += [f"--aptopt={opt}" for opt in _apt_options(suite)]
    argv += [f"--keyring={path}" for path in _keyrings()]
    _run(argv + [suite, str(tree)] + _sources(suite), tmp / "log")
    for path, (text, mode) in _guest_files().items():
        _write(tree, path, text, mode)
    for unit in MASKED:
        mask = tree / "etc/systemd/system" / unit
        mask.unlink(missing_ok=True)
        mask.symlink_to("/dev/null")
    _chroot(tree, "passwd -d root", tmp, tmp / "log")


def _guest_files():
    getty = "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin root --noissue " \
            "--keep-baud 115200 %I dumb\n"
    return {
        "/etc/hostname": (HOSTNAME + "\n", 0o644),
        "/etc/hosts": (f"127.0.0.1 localhost {HOSTNAME}\n::1 localhost\n", 0o644),
        "/etc/machine-id": ("6973637369726f6f7474657374677565\n", 0o444),
        "/etc/motd": ("", 0o644),
        "/etc/resolv.conf": ("", 0o644),
        "/etc/modprobe.d/guest.conf": ("".join(f"blacklist {m}\n" for m in BLACKLIST), 0o644),
        "/etc/network/interfaces": ("auto lo\niface lo inet loopback\n", 0o644),
        "/etc/iscsi/initiatorname.iscsi": (f"InitiatorName={INITIATOR}\n", 0o600),
        "/etc/iscsi/iscsi.initramfs": ("", 0o600),
        "/etc/initramfs-tools/conf.d/guest": ("FSTYPE=ext4\nRESUME=none\n", 0o644),
        "/etc/systemd/system/serial-getty@.service.d/autologin.conf": (getty, 0o644),
        "/etc/systemd/journald.conf.d/volatile.conf": ("[Journal]\nStorage=volatile\n", 0o644),
        "/root/.profile": ("PS1='guest# '\nexport LC_ALL=C.UTF-8 PAGER=cat "
                           "SYSTEMD_COLORS=0\nunset PROMPT_COMMAND\n", 0o644),
        "/root/.hushlogin": ("", 0o644),
        "/usr/local/sbin/guest-facts": (_facts_script("GUEST", "/bin/sh"), 0o755),
    }


def _base(suite):
    if suite not in SUITES:
        raise ValueError(f"suite {suite!r} is none of {SUITES}")
    key = _key(suite, PACKAGES, MASKED, BLACKLIST, _build_base, _guest_files,
               GUEST / "facts", GUEST / "chroot")
    return _entry(f"base-{suite}", key, lambda tmp: _build_base(tmp, suite)) / "tree"


def _build_dracut_base(tmp, base, packages):
    """The tree of a suite with dracut in the place of initramfs-tools; no image is made."""
    _run(["cp", "-a", "--reflink=auto", str(base), str(tmp / "tree")], tmp / "log")
    _with_apt(tmp, tmp / "tree", "INITRD=No $apt install -y --no-install-recommends "
              f"{packages} initramfs-tools- initramfs-tools-core-", tmp / "log")


def _build_more(tmp, base, packages):
    """A tree with more packages; no image is made."""
    _run(["cp", "-a", "--reflink=auto", str(base), str(tmp / "tree")], tmp / "log")
    divert = "dpkg-divert --quiet --local --rename %s /usr/sbin/update-initramfs"
    tools = (base / "usr/sbin/update-initramfs").exists()
    begin = f"{divert % '--add'}; ln -s /bin/true /usr/sbin/update-initramfs" if tools else ":"
    end = f"rm /usr/sbin/update-initramfs; {divert % '--remove'}" if tools else ":"
    script = f"{begin}\nINITRD=No $apt install -y --no-install-recommends {' '.join(packages)}\n{end}"
    _with_apt(tmp, tmp / "tree", script, tmp / "log")


def _base_with(suite, builder, packages):
    """The tree of a suite with one of BUILDERS, and more packages, kept for all that use them."""
    base = _base_for(suite, builder)
    if not packages:
        return base
    key = _key(base.parent.name, packages, _build_more, _with_apt, GUEST / "chroot")
    return _entry(base.parent.name.rpartition("-")[0] + "-more", key,
                  lambda tmp: _build_more(tmp, base, packages)) / "tree"


def _base_for(suite, builder):
    """The tree of a suite with one of BUILDERS."""
    if builder not in BUILDERS:
        raise ValueError(f"builder {builder!r} is none of {BUILDERS}")
    base = _base(suite)
    if builder == "initramfs-tools":
        return base
    name = "dracut-network" if builder in ("dracut-network", "dracut-own") else "dracut"
    # where there is no systemd in the image, forky's dracut wants switch_root of util-linux-extra
    packages = f"dracut {name} util-linux-extra"
    key = _key(base.parent.name, packages, _build_dracut_base, _with_apt, GUEST / "chroot")
    return _entry(f"base-{suite}-{name}", key,
                  lambda tmp: _build_dracut_base(tmp, base, packages)) / "tree"


_FINISH = r"""
if command -v dracut >/dev/null; then
	for version in $(ls /usr/lib/modules); do
		dracut --force --no-hostonly "/boot/initrd.img-$version" "$version"
	done
else
	update-initramfs -c -k all
fi
touch /etc/.updated /var/.updated
"""


@contextlib.contextmanager
def _packages(tmp, deb, builder):
    """Our packages in tmp/packages, where guest/install finds them."""
    if deb:
        (tmp / "packages").mkdir()
        for path in _debs(deb, builder):
            shutil.copy(path, tmp / "packages")
    yield
    shutil.rmtree(tmp / "packages", ignore_errors=True)


def _debs(deb, builder):
    """The packages that a guest needs: with dracut the one beside DEB as well."""
    if builder == "initramfs-tools":
        return [deb]
    return [deb, deb.with_name(deb.name.replace("iscsiroot_", "iscsiroot-dracut_"))]


def _build_debian(tmp, base, deb, builder, files, extra_packages, older):
    tree, log = tmp / "tree", tmp / "log"
    _run(["cp", "-a", "--reflink=auto", str(base), str(tree)], log)
    if older:
        _with_apt(tmp, tree, (GUEST / "older-kernel").read_text(), log)
    if extra_packages:
        _install(tmp, tree, extra_packages, log)
    for path, (text, mode) in files.items():
        _write(tree, path, text, mode)
    with _packages(tmp, deb, builder):
        # dracut's package would make an image for its trigger: one is enough
        _chroot(tree, "export INITRD=No\n" + (GUEST / "install").read_text() + _FINISH, tmp, log)
    if older:
        _chroot(tree, (GUEST / "newer-kernel").read_text(), tmp, log)
    _unpack_kernel(next((tree / "boot").glob("vmlinuz-*")), tmp / "vmlinux")


def _with_apt(tmp, tree, script, log, scratch=False):
    """Run a script in a tree with this machine's apt and resolver settings, the lists up to date;
    $apt is apt-get as it is to be called. scratch: as _chroot() has it."""
    release = (tree / "etc/os-release").read_text()
    suite = next((s for s in SUITES if f"VERSION_CODENAME={s}\n" in release), None)
    (tmp / "apt.conf").write_text("".join(f"{opt};\n" for opt in _apt_options(suite))
                                  + 'APT::Sandbox::User "root";\n')
    shutil.copy("/etc/resolv.conf", tmp / "resolv.conf")
    _chroot(tree, "export APT_CONFIG=/run/out/apt.conf; cp /run/out/resolv.conf /etc/resolv.conf; "
            f"apt='apt-get -q -o Dpkg::Use-Pty=0'; $apt update\n{script}\n"
            "apt-get clean; rm -rf /var/lib/apt/lists/*; : >/etc/resolv.conf", tmp, log, scratch)
    for name in ("apt.conf", "resolv.conf"):
        (tmp / name).unlink()


def _install(tmp, tree, packages, log):
    """Install more packages of the suite in a tree (a name with a - behind it: remove)."""
    _with_apt(tmp, tree, "$apt install -y --allow-remove-essential --no-install-recommends "
              + " ".join(packages), log)


def debian(suite="bookworm", deb=None, modules="most", busybox=True, files=None,
           extra_packages=(), older=False, builder="initramfs-tools", packages=()):
    """A Debian guest: systemd, stock kernel, open-iscsi, lvm2, initramfs-tools and, unless deb
    is None, our package installed from that file with apt; root logs in on the serial console
    without a password ("guest# "). modules and busybox are initramfs-tools' MODULES and
    BUSYBOX; files ({path: (text, mode)}) go into the tree before the package does; packages are in
    the tree that it is made from, extra_packages are installed in it alone. older: its
    kernel is the one before the suite's newest, whose package lies in /root. builder: who makes
    the initrd, with all parts that it has for any machine."""
    deb = Path(deb) if deb else None
    conf = f"MODULES={modules}\n" + ("" if busybox else "BUSYBOX=n\n")
    files = {"/etc/initramfs-tools/conf.d/guest-modules": (conf, 0o644), **(files or {})}
    base = _base_with(suite, builder, packages)
    key = _key(base.parent.name, *(_debs(deb, builder) if deb else ["stock"]), sorted(files.items()),
               sorted(extra_packages), _build_debian, _packages, _install, _with_apt, _unpack_kernel, GUEST / "install", _FINISH,
               GUEST / "chroot",
               *([GUEST / "older-kernel", GUEST / "newer-kernel"] if older else ()))
    kind = f"{'debian' if deb else 'stock'}-{suite}-{modules}{'' if busybox else '-klibc'}" \
        + ("-older" if older else "") + ("" if builder == "initramfs-tools" else "-dracut")
    entry = _entry(kind, key, lambda tmp: _build_debian(tmp, base, deb, builder, files,
                                                        extra_packages, older))
    kver = _kernel_version(entry / "tree")
    return Image(entry, kver, entry / f"tree/boot/initrd.img-{kver}",
                 "debian" if builder == "initramfs-tools" else "dracut")


SWITCHED = ("tools", "dracut", "back", "gone")


def _build_switched(tmp, base, deb, files):
    tree, log = tmp / "tree", tmp / "log"
    _run(["cp", "-a", "--reflink=auto", str(base), str(tree)], log)
    for path, (text, mode) in files.items():
        _write(tree, path, text, mode)
    with _packages(tmp, deb, "dracut"):
        # the root is the one that we are in: without us there is but an image
        for to in ("back", "gone"):
            _with_apt(tmp, tree, f"to={to}\n" + (GUEST / "switch").read_text(), log, to == "gone")
    _unpack_kernel(next((tree / "boot").glob("vmlinuz-*")), tmp / "vmlinux")


def switched(suite, deb, files):
    """A Debian guest that went from initramfs-tools to dracut and back, and to dracut without us:
    {state: Image}, one root with the image of each of SWITCHED. Beside the images lie, for
    each state, STATE.said and STATE.packages (guest/switch)."""
    base, deb = _base(suite), Path(deb)
    key = _key(base.parent.name, *_debs(deb, "dracut"), sorted(files.items()), _build_switched,
               _packages, _with_apt, _unpack_kernel, GUEST / "switch", GUEST / "chroot")
    entry = _entry(f"switched-{suite}", key, lambda tmp: _build_switched(tmp, base, deb, files))
    kver = _kernel_version(entry / "tree")
    return {s: Image(entry, kver, entry / f"{s}.initrd", "dracut" if s in ("dracut", "gone")
                     else "debian") for s in SWITCHED}


def stock(suite="bookworm", **kwargs):
    """debian() without our package: Debian's own open-iscsi boot."""
    return debian(suite, None, **kwargs)


def _kernel_version(tree):
    versions = sorted(p.name for p in (tree / "usr/lib/modules").iterdir())
    if len(versions) != 1:
        raise BuildError(f"images: {tree}: expected one kernel, found {versions}")
    return versions[0]


# --- the tiny guest ----------------------------------------------------------------------------

def _facts_script(mark, shell):
    """The script that prints, between MARK-BEGIN and MARK-END, sections of facts."""
    text = (GUEST / "facts").read_text().replace("@MARK@", mark)
    return text.replace("#!/bin/sh", "#!" + shell, 1)


def facts(text):
    """The sections that a guest printed (the last whole set in a console text) as a dict of
    lists of lines; {} when it printed none."""
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    sections, current, whole = {}, None, {}
    for line in text.replace("\r", "").split("\n"):
        if line.endswith(("TINY-BEGIN", "GUEST-BEGIN")):
            sections, current = {}, None
        elif line in ("TINY-END", "GUEST-END"):
            whole, current = sections, None
        elif line.startswith("[") and line.endswith("]") and line[1:-1].replace("-", "").isalpha():
            current = sections.setdefault(line[1:-1], [])
        elif current is not None:
            current.append(line)
    return whole


_MKINITRAMFS = 'mkinitramfs -o /run/out/initrd "$(ls /usr/lib/modules)"\n'


def _build_tiny(tmp, base, deb, builder, files, modules):
    for path, (text, mode) in files.items():
        _write(tmp / "files", path, text, mode)
    script = "cp -a /run/out/files/. /\n"
    script += "export INITRD=No\n" + (GUEST / "install").read_text()
    if builder == "initramfs-tools":
        script += _MKINITRAMFS
    else:
        parts = DRACUT_PARTS[builder] + (" iscsiroot" if deb else "")
        script += f"parts='{parts}' drivers='{' '.join(modules)}'\n"
        script += (GUEST / "dracut-make").read_text()
    with _packages(tmp, deb, builder):
        _chroot(base, script + (GUEST / "tiny-make").read_text(), tmp, tmp / "log", scratch=True)
    shutil.rmtree(tmp / "files")
    _unpack_kernel(tmp / "vmlinuz", tmp / "vmlinux")
    tree = tmp / "tree"
    _write(tree, "/sbin/init", (GUEST / "tiny-init").read_text(), 0o755)
    _write(tree, "/sbin/facts", _facts_script("TINY", "/bin/busybox sh"), 0o755)
    _write(tree, "/etc/hostname", "tiny\n")
    # systemd changes over to nothing that has none
    _write(tree, "/usr/lib/os-release", "ID=tiny\n")


def tiny(deb=None, busybox=True, files=None, suite="bookworm", modules=(),
         builder="initramfs-tools", packages=()):
    """The tiny guest: the suite's stock kernel, a real initramfs-tools image with MODULES=list,
    and a busybox root. Its init prints facts() between TINY-BEGIN and TINY-END, writes the
    kernel command line to /tiny.ran on the root (then TINY-WROTE), and powers off (TINY-OFF);
    with tiny.shell on the command line it gives a shell ("tiny# ") first. deb None: the image
    of Debian's own packages. busybox False: BUSYBOX=n, klibc's sh alone in the initrd. builder: who
    makes the initrd, one of BUILDERS. packages: more of the suite, whose hooks do their part."""
    deb = Path(deb) if deb else None
    conf = f"MODULES=list\nCOMPRESS=zstd\nBUSYBOX={'y' if busybox else 'n'}\n"
    modules = (*TINY_MODULES, *modules)
    hook = (GUEST / "tiny-hook").read_text().replace("@MODULES@", " ".join(modules))
    files = {"/etc/initramfs-tools/conf.d/guest-modules": (conf, 0o644),
             "/etc/initramfs-tools/hooks/tiny": (hook, 0o755), **(files or {})}
    base = _base_with(suite, builder, packages)
    key = _key(base.parent.name, *(_debs(deb, builder) if deb else ["stock"]), sorted(files.items()),
               _build_tiny, _packages, _MKINITRAMFS, DRACUT_PARTS.get(builder), GUEST / "dracut-make",
               GUEST / "tiny-make", GUEST / "tiny-init", GUEST / "facts", _unpack_kernel,
               GUEST / "install", GUEST / "chroot")
    kind = f"tiny-{'deb' if deb else 'stock'}-{suite}{'' if busybox else '-klibc'}"
    if builder != "initramfs-tools":
        kind += "-" + builder
    if packages:
        kind += "-more"
    entry = _entry(kind, key, lambda tmp: _build_tiny(tmp, base, deb, builder, files, modules))
    return Image(entry, (entry / "kver").read_text().strip(), entry / "initrd", "tiny")


# --- the Xen host ------------------------------------------------------------------------------

def _build_xen(tmp, base):
    log, tree = tmp / "log", tmp / "tree"
    _run(["cp", "-a", "--reflink=auto", str(base), str(tree)], log)
    _install(tmp, tree, XEN_PACKAGES, log)
    _chroot(tree, (XEN / "make-host").read_text(), tmp, log)
    shutil.rmtree(tree)


def xen_host():
    """A directory with xen (the hypervisor), vmlinuz and dom0.cpio, a dom0 that lives in memory, to
    which its init is still to be added (lib/xen.py)."""
    base = _base("bookworm")
    key = _key(base.parent.name, XEN_PACKAGES, _build_xen, _install, _with_apt, XEN / "make-host",
               GUEST / "chroot")
    return _entry("xen-host", key, lambda tmp: _build_xen(tmp, base))


# --- an image and its LUNs ---------------------------------------------------------------------

class Image:
    """A guest: kernel, initrd, root tree (a directory; do not write into it) and LUNs; its kind is
    how its real init can be told (case.REAL_INIT)."""

    def __init__(self, entry, kver, initrd, kind):
        self.entry, self.kver, self.kernel, self.initrd = entry, kver, entry / "vmlinux", initrd
        self.tree, self.log, self.kind = entry / "tree", entry / "log", kind
        self.is_tiny = kind == "tiny"

    def lun(self, layout="lvm", vg="system", lv="root", fs="ext4", label="iscsiroot",
            uuid=lunlib.FS_UUID, size_mb=None, files=None):
        """A raw sparse file with the root file system in one of lun.LAYOUTS. Shared: copy it
        with lun.copy() before a guest writes. files ({path: (text, mode)}) change the root."""
        size_mb = size_mb or (32 if self.is_tiny else 2048)
        files = files or {}
        if fs != "ext4":
            raise ValueError(f"file system {fs!r}: only ext4 is made here")
        key = _key(layout, vg, lv, fs, label, uuid, size_mb, sorted(files.items()), LUN_WITHOUT,
                   Image._make_lun, Path(lunlib.__file__))
        out = self.entry / f"lun-{layout}-{key}.raw"
        with _lock(self.entry / ".lun.lock"):
            if not out.exists():
                tmp = Path(tempfile.mkdtemp(prefix=".lun-", dir=self.entry))
                try:
                    self._make_lun(tmp, layout, vg, lv, label, uuid, size_mb, files)
                    os.rename(tmp / "lun", out)
                finally:
                    shutil.rmtree(tmp, ignore_errors=True)
        return out

    def _make_lun(self, tmp, layout, vg, lv, label, uuid, size_mb, files):
        root = tmp / "root"
        subprocess.run(["cp", "-al", str(self.tree), str(root)], check=True)
        for pattern in () if self.is_tiny else LUN_WITHOUT:
            for path in root.glob(pattern):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() \
                        else path.unlink()
        device = f"/dev/mapper/{vg.replace('-', '--')}-{lv.replace('-', '--')}"
        source = device if layout in ("lvm", "partlvm") else f"UUID={uuid}"
        _write(root, "/etc/fstab", f"{source} / ext4 errors=remount-ro 0 1\n")
        for path, (text, mode) in files.items():
            _write(root, path, text, mode)
        lunlib.make(tmp / "lun", root, layout, size_mb, vg, lv, label, uuid)


# --- initrd overlays ---------------------------------------------------------------------------

def overlay(initrd, files, out=None):
    """An initrd with files ({path: (bytes or text, mode)}) on top: the kernel unpacks the
    appended newc archive after the first one, so its files win. out: where to write (default:
    a new temporary file, which the caller removes)."""
    if out is None:
        fd, out = tempfile.mkstemp(prefix="initrd-", suffix=".img")
        os.close(fd)
    data = Path(initrd).read_bytes()
    Path(out).write_bytes(data + b"\0" * (-len(data) % 512) + newc(files))
    return Path(out)


def newc(files):
    """A newc cpio archive of {path: (bytes or text, mode)}, parent directories included."""
    entries, seen = [], set()
    for path, (data, mode) in files.items():
        path = path.strip("/")
        for parent in reversed(Path(path).parents[:-1]):
            if str(parent) not in seen:
                seen.add(str(parent))
                entries.append((str(parent), b"", 0o040755))
        entries.append((path, data if isinstance(data, bytes) else data.encode(),
                        0o100000 | mode))
    entries.append(("TRAILER!!!", b"", 0))
    out = b""
    for ino, (name, data, mode) in enumerate(entries, 721):
        raw = name.encode() + b"\0"
        links = 2 if mode & 0o040000 else 1
        head = [ino, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(raw), 0]
        out += b"070701" + b"".join(b"%08X" % n for n in head) + raw
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return out + b"\0" * (-len(out) % 512)
