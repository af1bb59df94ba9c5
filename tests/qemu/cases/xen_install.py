# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/XEN as somebody new to it would follow it: its own commands in its order, typed on a Xen host, on
a target and in a guest."""
import hashlib
import os
import re
from pathlib import Path

import images
import lun
import xen
from case import DEAD, SAID, case, find_deb
from document import Guide, part, read
from mirror import Mirror
from proc import HarnessError
from proc import run as run_here
from xen_publish import LIGHT
from xenlife import MODULES

DOCUMENT = Path(__file__).resolve().parents[3] / "doc" / "XEN"
NEEDS, LOCAL, NEW = "What host and target need", "A guest that has a local disk", "A new guest"
ADDRESS, HOST, STORAGE = "192.0.2.10", xen.LAN % xen.ADDRESSES["a"], xen.LAN % 4
NAME, INITIATOR = "iqn.2001-04.com.example:storage.guest1", "iqn.2001-04.com.example:guest1"
GROUP, ROOT, VOLUME = "guest1", "/dev/mapper/guest1-root", "/dev/vg0/guest1"
MAC = "00:16:3e:00:00:01"
MEMORY, SIZE_MB, NEW_MB = 448, 1024, 2560
DEB = "iscsiroot_0.1.0_amd64.deb"
EXAMPLES = "dpkg-deb --fsys-tarfile %s | tar -x -C / ./usr/share/doc/iscsiroot" % DEB
TGT = "/usr/share/doc/iscsiroot/examples/xen/tgt.conf /etc/tgt/conf.d/guest1.conf"
CFG = "/usr/share/doc/iscsiroot/examples/xen/guest-pvh.cfg /etc/xen/guest1.cfg"
NO_APT = "dom0 is a system in memory: it has both, and no apt"
(LIGHT_CONF, _), (MODULE_LIST, _) = *LIGHT.values(), *MODULES.values()
# as the installer leaves it
INTERFACES = "auto lo\niface lo inet loopback\n\nauto enX0\niface enX0 inet static\n" \
    " address %s/24\n" % ADDRESS
MARK = "written when the disk was local\n"
# in dom0, which has no udev: the host's own volumes, as a boot activates them
VOLUMES = "modprobe -a virtio_blk dm-mod xen-blkback && until [ -b /dev/vda ]; do sleep 1; done && " \
    "vgchange -ay"


def typed(name, run):
    """A place of the document: its commands go to RUN and are to succeed; their output."""
    def place(text):
        code, out = run(text, xen.PATIENCE)
        if code:
            raise HarnessError("%s: %s: exit %d\n%s" % (name, text, code, out))
        return out
    return place


# --- the target --------------------------------------------------------------------------------

class Storage:
    """A Debian machine with a volume group vg0, on DISK. FILES: more of its root's."""

    packages = ("openssh-server", "rsync", "wget", "ca-certificates")

    def __init__(self, c, mirror, disk, files=None, size_mb=2048):
        self.c, self.mirror = c, mirror
        self.image = images.stock("bookworm", extra_packages=self.packages)
        root = {"/etc/apt/sources.list": (mirror.sources, 0o644),
                "/root/" + DEB: (find_deb().read_bytes(), 0o644), **(files or {})}
        self.root = c.lun(self.image, "storage.root", layout="whole", size_mb=size_mb, files=root)
        self.machine = c.boot(self.image, "root=/dev/vda ro console=ttyS0 loglevel=4",
                              disks=[self.root, disk], name="storage", macs=["52:54:00:12:35:01"],
                              cpus=2)
        self.type = typed("target", self.machine.console.command)

    def ready(self):
        self.c.shell(self.machine, xen.PATIENCE)
        self.type("nic=$(basename /sys/class/net/e*); ip link set $nic up && "
                  "ip address add %s/24 dev $nic" % STORAGE)
        self.type("apt-get update")

    def sessions(self):
        return re.findall(r"Initiator: (\S+)", self.type("tgtadm --lld iscsi --mode target --op show"))

    def off(self):
        self.machine.console.sendline("poweroff")
        self.machine.wait_off(xen.PATIENCE)


# --- what both cases have ----------------------------------------------------------------------

def keys(c):
    """A key pair of the host's root: files of the host, and of the target that lets it in."""
    path = c.workdir / "key"
    run_here(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "root@host", "-f", path])
    return ({"/root/.ssh/id_ed25519": (path.read_bytes(), 0o600)},
            {"/root/.ssh/authorized_keys": (path.with_suffix(".pub").read_bytes(), 0o600)})


def known(storage):
    """What the host must have: the package, and the target's key."""
    key = (storage.image.tree / "etc/ssh/ssh_host_ed25519_key.pub").read_text().split()[:2]
    return {"/root/" + DEB: (find_deb().read_bytes(), 0o644),
            "/root/.ssh/known_hosts": (" ".join([STORAGE, *key]) + "\n", 0o600)}


def network(c):
    c.network(dhcp={"hosts": ["%s,%s" % (MAC, ADDRESS)]})
    return c.stack.enter_context(Mirror(c.net))


def fit(host, path):
    """The configuration that was copied, for a host that is emulated, and another target's address."""
    host.write(path, xen.changed(host.run("cat " + path) + "\n", {"ISCSI_TARGET_IP": STORAGE},
                                 more=" loglevel=4", memory=MEMORY, tsc_mode="native"))


def groups(run):
    """The volume groups that a machine knows of."""
    return run("vgs --noheadings -o vg_name").split()


def volume_sum(disk):
    """Of what the first volume on a machine's DISK holds."""
    digest, left = hashlib.sha256(), SIZE_MB << 20
    with open(disk, "rb") as f:
        f.seek(lun.MIB)
        while left:
            data = f.read(min(left, lun.MIB))
            digest.update(data)
            left -= len(data)
    return digest.hexdigest()


def on_lun(c, guest):
    """At its shell, its root on the LUN."""
    facts = c.shell(guest, xen.PATIENCE)
    c.root_is(facts, ROOT)
    c.handed_over(facts)
    c.same("its session", [line.split()[1:4] for line in facts["sessions"]],
           [[NAME, "LOGGED_IN", INITIATOR]])
    return facts


def healthy(c, said):
    """What status says: the root's path from / to the network device."""
    lines = said.strip().splitlines()
    c.same("what status finds fault with", [line for line in lines if not line.startswith("ok   ")], [])
    for want in (r"volume dm-0: +guest1/root, active", r"disk sda: .*, LUN 1, ",
                 r"session 1: +%s, LOGGED_IN " % re.escape(NAME), r"portal 1: +%s:3260, " % STORAGE,
                 r"nic enX0: +up, carrier, %s, vif" % MAC, r"lease enX0: +%s from " % ADDRESS,
                 r"state: +healthy"):
        c.ok("status: " + want, any(re.match("ok   " + want, line) for line in lines), said)


def checked(kver, network=(), publish=()):
    """The lines that check says of a good guest; NETWORK, PUBLISH: more of those items."""
    items = [("config", "valid: %s:3260 %s" % (STORAGE, NAME)),
             ("cmdline", "no secret on the kernel command line"),
             ("image " + kver, "complete, and made from the present configuration"),
             ("initiator", INITIATOR), ("portal %s:3260" % STORAGE, "answers"),
             ("root", "/ is on dm-0, LUN 1 of " + NAME),
             ("recovery", "lost sessions are re-established, without a time limit"),
             *((item, "no device names that can change") for item in ("fstab", "crypttab", "resume")),
             ("secrets", "readable by root only"),
             *(("network", text) for text in network),
             ("lease", "all DHCP leases are being renewed"),
             ("network", "no network manager changes the root's NICs"),
             *(("publish", text) for text in publish), ("clock", "xen is in use")]
    return ["ok   %s: %s" % item for item in items]


def goes_down(c, guest):
    """poweroff, to the end."""
    asked = len(guest.console.text)
    guest.console.sendline("dmesg -n 8; poweroff")
    guest.wait_off(xen.PATIENCE)
    said = re.findall(SAID + r"(.*?)(?=\[ *\d+\.\d{6}\] |$)", guest.console.text[asked:], re.M)
    for line in ("/oldroot: unmounted", NAME + ": logged out", "poweroff: done after "):
        c.ok("the exitrd says " + line, any(s.startswith(line) for s in said), said)


def seen_by_target(c, guest, disk):
    """One login in the initramfs, one session, which its keeper took over, one Logout; DISK: the
    target's."""
    wire = c.wire()
    logins = c.one_login(guest, wire, portals=[STORAGE + ":3260"], iqn=NAME)
    c.same("who logged in, and how", [(l.initiator, l.chap) for l in logins], [(INITIATOR, True)])
    c.same("logins in all, by session", [len(l) for l in wire.sessions().values()], [2])
    c.same("logins that failed", [l for l in wire.logins() if not l.done], [])
    c.one_logout(wire, disk)


# --- a guest that has a local disk -------------------------------------------------------------

class Guest:
    """The guest of a local disk, in its life before."""

    def __init__(self, c, mirror):
        self.c = c
        self.image = images.stock("bookworm", modules="list", extra_packages=("open-iscsi-",), files={
            **LIGHT, "/etc/initramfs-tools/modules": (MODULE_LIST + "xen-blkfront\n", 0o644)})
        self.disk = c.lun(self.image, "guest1.disk", vg=GROUP, size_mb=SIZE_MB, files={
            "/etc/network/interfaces": (INTERFACES, 0o644),
            "/etc/apt/sources.list": (mirror.sources, 0o644),
            "/root/" + DEB: (find_deb().read_bytes(), 0o644)})
        own = xen.config("guest-pvh.cfg", name="guest1", memory=MEMORY, tsc_mode="native",
                         kernel="/root/vmlinuz", ramdisk="/root/initrd.img",
                         cmdline="root=%s ro console=hvc0 loglevel=4" % ROOT)
        self.domain = xen.Domain(c, "guest1", own + 'disk = ["phy:%s,xvda,w"]\n' % VOLUME, self.image)
        self.ask = typed("guest1", lambda *how: self.domain.console.command(*how))

    def files(self):
        return {**self.domain.files(), "/root/vmlinuz": (self.image.kernel.read_bytes(), 0o644),
                "/root/initrd.img": (self.image.initrd.read_bytes(), 0o644)}

    def type(self, text):
        if text != "poweroff":
            return self.ask(text)
        self.domain.console.sendline(text)
        self.domain.wait_off(xen.PATIENCE)
        return ""


# what is to be the same before and after
SAME = {"/etc/fstab": "sha256sum /etc/fstab", "the group's UUID": "vgs --noheadings -o vg_name,vg_uuid",
        "the volume's UUID": "lvs --noheadings -o lv_name,lv_uuid", "the mark": "cat /root/mark"}


def identity(run):
    return {what: run(command).strip() for what, command in SAME.items()}


def published(c, guide, local, host, own_key):
    """The steps by which guest and host come to know each other, up to the first pair."""
    key = guide.upto("guest# cat /root/.ssh/id_ed25519.pub")
    guide.put["ssh-ed25519 AAAA... root@guest1"] = re.search(r"^ssh-ed25519 \S+ \S+$", key, re.M).group(0)
    seen = guide.upto("guest# ssh-keygen -l -f /root/.ssh/known_hosts")
    own = guide.upto("host# ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub")
    c.same("the host's key, seen by the guest and by itself",
           re.findall(r"SHA256:\S+", seen), re.findall(r"SHA256:\S+", own))
    c.has("it is the one that sshd has", local.ask("cat /root/.ssh/known_hosts"), own_key)
    said = guide.upto("guest# /usr/lib/iscsiroot/publish")
    c.has("the pair is published", said, "iscsiroot: publish: root@%s:/srv/boot/guest1: %s is now booted "
          "by the host" % (HOST, local.image.kver))
    pair = local.ask("sha256sum /boot/vmlinuz-* /boot/initrd.img-*")
    there = host.run("sha256sum /srv/boot/guest1/vmlinuz /srv/boot/guest1/initrd.img")
    c.same("it is the guest's", sorted(re.findall(r"[0-9a-f]{64}", there)),
           sorted(re.findall(r"[0-9a-f]{64}", pair)))


@case("xen-convert", group="xen", seconds=7200)
def xen_convert(c):
    """doc/XEN: a guest on a local xvda becomes one with an iSCSI root, on another machine's disk"""
    mirror = network(c)
    local = Guest(c, mirror)
    of_host, of_target = keys(c)
    disk = lun.inside(c.workdir / "host.disk", local.disk, "vg0", "guest1")
    os.unlink(local.disk)
    bare = lun.group(c.workdir / "storage.disk", "vg0", SIZE_MB + 64)
    storage = Storage(c, mirror, bare, of_target)
    host, = xen.start(c, memory=2048, dom0=1024, disks=[disk],
                      files={**of_host, **local.files(), **known(storage)})
    storage.ready()
    own_key = host.sshd()
    host.run(VOLUMES)
    c.same("volume groups that the host sees", groups(host.run), ["vg0"])
    run_host = typed("host", host.shell.command)
    run_host("cd /root")

    local.domain.create(host)
    facts = c.shell(local.domain, xen.PATIENCE)
    c.root_is(facts, ROOT, iscsi=False)
    local.ask("printf '%s' >/root/mark" % MARK.replace("\n", "\\n"))
    before = identity(local.ask)
    local.ask("apt-get update")

    document = read(DOCUMENT.read_text())
    guide = Guide(document[NEEDS] + document[LOCAL],
                  {"host": run_host, "target": storage.type, "guest": local.type},
                  put={DEB: find_deb().name, "192.0.2.1": STORAGE, "10G": "",
                       "ssh-ed25519 AAAA... root@guest1": "",
                       "xl create -c": "xl create -q"},     # its console goes to the test
                  skip={"host# apt-get install -y rsync openssh-server": NO_APT})
    published(c, guide, local, host, own_key)
    guide.upto("guest# poweroff")
    c.same("logins while the disk was local", c.wire().logins(), [])
    c.same("the local disk's file system is clean", lun.fsck(disk)[0], 0)
    volume = volume_sum(disk)

    size = int(guide.upto("host# blockdev --getsize64 " + VOLUME))
    c.same("the volume's size", size, SIZE_MB << 20)
    guide.put["10G"] = "%db" % size
    guide.before("host# lvchange -an vg0/guest1")
    c.same("the target has what the host had", volume_sum(bare), volume)
    guide.upto("host# lvchange -ky vg0/guest1")
    host.run("vgchange -ay")                # as its next boot would
    refused = host.run("xl create -q /etc/xen/guest1.cfg 2>&1", want=None)
    c.same("domains of the host, once the old volume is shut", host.domains(), [])
    c.has("the old configuration starts nothing", refused, VOLUME)
    shown = guide.upto("target# tgtadm --lld iscsi --op show --mode target")
    c.ok("the target gives the volume out", re.search(r"^Target 1: %s$" % NAME, shown, re.M)
         and "Backing store path: " + VOLUME in shown and "Online: Yes" in shown, shown)

    c.net.capture(name="lun.pcap")
    guide.before("host# xl create -c /etc/xen/guest1.cfg")
    fit(host, "/etc/xen/guest1.cfg")
    guest = xen.Domain(c, "guest1", host.run("cat /etc/xen/guest1.cfg"), local.image)
    guide.places["guest"] = typed("guest1", lambda *how: guest.console.command(*how))
    guide.upto("host# xl create -c /etc/xen/guest1.cfg")
    guest.attach(host)
    on_lun(c, guest)
    c.same("after it as before it", identity(guide.places["guest"]), before)
    c.same("it has no other disk", guide.places["guest"]("ls /sys/block | grep -c xvd; true").strip(), "0")
    c.same("the old volume is there, and not active",
           host.run("lvs --noheadings -o lv_name,lv_active vg0").split(), ["guest1"])
    c.same("device-mapper devices of the host", host.run("ls /dev/mapper"), "control")
    c.same("volume groups that the host sees", groups(host.run), ["vg0"])
    c.same("and the target", groups(storage.type), ["vg0"])
    c.same("volumes that the target has open", storage.type("ls /dev/mapper").split(),
           ["control", "vg0-guest1"])
    c.same("who is logged in", storage.sessions(), [INITIATOR])
    healthy(c, guide.upto("guest# iscsiroot status"))
    c.same("check", guide.upto("guest# iscsiroot check").splitlines(), checked(
        local.image.kver, network=["ifupdown also configures enX0: ignored, the NIC is protected"],
        publish=["the copy in root@%s:/srv/boot/guest1 is up to date" % HOST]))
    guide.rest()

    goes_down(c, guest)
    c.same("who is logged in at the end", storage.sessions(), [])
    storage.off()
    seen_by_target(c, guest, bare)
    c.same("the old volume was not written to", volume_sum(disk), volume)
    c.same("what was written locally is on the LUN", lun.extract(bare, "/root/mark").decode(), MARK)


# --- a new guest -------------------------------------------------------------------------------

SECRET = "four words of it"
# what a guest without hardware has need of: with all modules, an emulated machine makes images for
# minutes, each of four times
FEW = {"/etc/initramfs-tools/conf.d/few": LIGHT_CONF + "MODULES=list\n",
       "/usr/share/initramfs-tools/modules.d/few": MODULE_LIST}


class Chroot:
    """The console of the machine on which the guest is made, where a chroot is a shell in a shell."""

    def __init__(self, machine):
        self.console, self.run = machine.console, typed("host", machine.console.command)

    def type(self, text):
        if text not in ("chroot /mnt", "exit"):
            return self.run(text)
        self.console.sendline(text)
        return self.run("true")


def made(c, storage, document):
    """The guest, made on the volume by the host's commands; the guide, at its end."""
    own = Chroot(storage.machine)
    guide = Guide(document[NEEDS] + document[NEW],
                  {"host": own.type, "target": storage.type, "guest": own.type},
                  put={DEB: find_deb().name, "10G": "%dM" % NEW_MB,
                       "debootstrap bookworm /mnt": "debootstrap bookworm /mnt " + storage.mirror.uri,
                       # which would ask
                       "chroot /mnt passwd root": "yes '%s' | head -n 2 | chroot /mnt passwd root" % SECRET})
    guide.upto("host# mount --bind /proc /mnt/proc")
    for path, text in FEW.items():
        own.type("mkdir -p /mnt%s && printf '%s' >/mnt%s" % (
            os.path.dirname(path), text.replace("\n", "\\n"), path))
    guide.upto("host# chroot /mnt")
    inner = Guide(part(document[LOCAL], "guest", "apt-get install -y open-iscsi lvm2 rsync openssh-client",
                       "update-initramfs -u -k all"),
                  guide.places, put={DEB: find_deb().name, "192.0.2.1": STORAGE})
    inner.rest()
    guide.before("host# umount /mnt/proc /mnt")
    c.same("the volume is where the guest is made", storage.type("findmnt -no SOURCE /mnt").strip(), ROOT)
    guide.rest()


def given_out(c, storage, document, files):
    """The volume is given out and the domain started, as the text says of the other guest; the guest."""
    host, = xen.start(c, memory=2048, dom0=1024, files=files)
    # one machine in the document, two here
    host.run("mkdir -p /srv/boot/guest1 && for f in vmlinuz initrd.img; do "
             "ssh root@%s cat /srv/boot/guest1/$f >/srv/boot/guest1/$f || exit; done" % STORAGE)
    run_host = typed("host", host.shell.command)
    run_host("cd /root")
    first = document[NEEDS] + document[LOCAL]
    guide = Guide([*part(first, "host", EXAMPLES, EXAMPLES),
                   *part(first, "target", "install -m 0600 " + TGT,
                         "tgtadm --lld iscsi --op show --mode target"),
                   *part(first, "host", "cp " + CFG, "xl create -c /etc/xen/guest1.cfg")],
                  {"host": run_host, "target": storage.type},
                  put={DEB: find_deb().name, "xl create -c": "xl create -q"})
    guide.before("host# xl create -c /etc/xen/guest1.cfg")
    fit(host, "/etc/xen/guest1.cfg")
    guest = xen.Domain(c, "guest1", host.run("cat /etc/xen/guest1.cfg"), storage.image)
    guide.rest()
    guest.attach(host)
    return guest


def logged_in(c, guest):
    """Somebody logs in, by name and password, and looks at the root."""
    guest.console.expect(r"^guest1 login: $", xen.PATIENCE, fail=DEAD)
    guest.console.sendline("root")
    guest.console.expect(r"^Password: $", xen.PATIENCE)
    guest.console.sendline(SECRET)
    guest.console.expect(r"^root@guest1:~# $", xen.PATIENCE, fail="Login incorrect")
    ask = typed("guest1", guest.console.command)
    ask("PS1='guest1# '; dmesg -n 1; stty -echo cols 500")
    c.same("its state", ask("systemctl is-system-running --wait").strip(), "running")
    c.same("its root", ask("findmnt -no SOURCE,FSTYPE /").split(), [ROOT, "ext4"])
    below = [line.split() for line in ask("lsblk -nro NAME,TYPE,TRAN -s " + ROOT).splitlines()]
    c.same("which lies on iSCSI", below[-1][1:], ["disk", "iscsi"])
    healthy(c, ask("iscsiroot status"))
    kver = ask("uname -r").strip()
    c.same("check", ask("iscsiroot check").strip().splitlines(), checked(kver))


@case("xen-new", group="xen", seconds=7200)
def xen_new(c):
    """doc/XEN: a new guest, made on a volume that is then given out, boots from it and lets one log in"""
    mirror = network(c)
    of_host, of_target = keys(c)
    bare = lun.group(c.workdir / "storage.disk", "vg0", NEW_MB + 64)
    storage = Storage(c, mirror, bare, of_target)
    storage.ready()
    document = read(DOCUMENT.read_text())
    made(c, storage, document)
    c.same("volume groups of the machine on which it was made", groups(storage.type), ["vg0"])
    c.same("its volumes", storage.type("ls /dev/mapper").split(), ["control", "vg0-guest1"])
    guest = given_out(c, storage, document, {**of_host, **known(storage)})
    logged_in(c, guest)
    goes_down(c, guest)
    c.same("who is logged in at the end", storage.sessions(), [])
    storage.off()
    seen_by_target(c, guest, bare)
