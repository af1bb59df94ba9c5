# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest's kernel and its image, brought to the Xen host that boots them."""
import re

import xen
from case import case
from life import CONFIG
from proc import wait_for
from xenlife import MODULES, XenLife

DIRECTORY, HOST = "/srv/boot/guest1", xen.LAN % xen.ADDRESSES["a"]
PLACE = "root@%s:%s" % (HOST, DIRECTORY)
PUBLISH = "/usr/lib/iscsiroot/publish"
# an emulated guest packs its images for minutes if it is to pack them well
LIGHT = {"/etc/initramfs-tools/conf.d/guest-light": ("COMPRESS=zstd\nCOMPRESSLEVEL=1\n", 0o644)}
NAMES = ("vmlinuz", "initrd.img")
# in dom0: a push is waited for, and its receiver killed as soon as some of the image is there
BREAK = """\
#!/bin/sh
cd %s/versions
left=$(echo .new/.initrd.img.*)
until part=$(echo .new/.initrd.img.*) && [ "$part" != "$left" ] && [ -s "$part" ]; do
	usleep 20000
done
killall -9 rsync
touch "$1"
""" % DIRECTORY


def sums(where, files):
    """The checksums of FILES, by a function that runs a command and returns its output."""
    return [line.split()[0] for line in where("sha256sum " + " ".join(files)).splitlines()
            if re.match(r"[0-9a-f]{64} ", line)]


class Publishing:
    """A guest, its host, and what each of them has."""

    def __init__(self, life, guest):
        self.life, self.c, self.guest, self.host = life, life.c, guest, life.hosts[0]

    def run(self, command, want=0):
        return self.life.run(self.guest, command, want=want)

    def of_guest(self, version):
        """The sums of a version's pair in the guest."""
        return sums(self.run, ["/boot/%s-%s" % (name, version) for name in NAMES])

    def of_host(self, old=""):
        """Those of what the host boots, or, OLD, booted before."""
        return sums(self.host.run, ["%s/%s%s" % (DIRECTORY, name, old) for name in NAMES])

    def state(self):
        """All that stands in the host's directory, but for a copy that is not whole: names, links,
        sums."""
        return self.host.run("cd %s && find . -path ./versions/.new -prune -o -type l -print "
                             "-exec readlink {} ';' -o -type f -exec sha256sum {} ';'" % DIRECTORY)

    def check(self):
        """What check says of it."""
        out = self.run("iscsiroot check", want=None)
        return [line.strip() for line in out.splitlines() if " publish: " in line]

    def meet(self):
        """The guest gets a key, the host lets it in, and each knows the other: as doc/XEN has it."""
        known = self.host.sshd()
        self.host.run("mkdir -p -m 0700 /root/.ssh")
        self.run("ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519")
        key = self.run("cat /root/.ssh/id_ed25519.pub")
        key = re.search(r"^ssh-ed25519 \S+ \S+$", key, re.M).group(0)
        self.host.run("echo 'restrict,command=\"%s --receive %s\" %s' >>/root/.ssh/authorized_keys"
                      % (PUBLISH, DIRECTORY, key))
        self.run("ssh-keyscan -t ed25519 %s >>/root/.ssh/known_hosts" % HOST)
        self.c.has("the host's key is what it says itself", self.run("cat /root/.ssh/known_hosts"),
                   "%s %s" % (HOST, known))

    # --- the steps ---

    def first(self, version):
        """The first pair: the files that the host had give way to links."""
        c = self.c
        c.same("not configured: nothing is said", self.run(PUBLISH).strip(), "")
        c.same("nor checked", self.check(), [])
        self.run("echo TO=%s >/etc/iscsi/publish.conf" % PLACE)
        self.warns("nothing published yet: check warns", "nothing published to")
        c.has("the first pair is published", self.run(PUBLISH),
              "iscsiroot: publish: %s: %s is now booted by the host" % (PLACE, version))
        pair = self.of_guest(version)
        c.same("it is what the host boots", (len(pair), self.of_host()), (2, pair))
        links = [self.host.run("readlink %s/%s" % (DIRECTORY, name)) for name in NAMES]
        c.same("by links", links, ["current/" + name for name in NAMES])
        self.content()

    def warns(self, what, part):
        said = self.check()
        self.c.ok(what, len(said) == 1 and said[0].startswith("warn ") and part in said[0], said)

    def content(self):
        said = self.check()
        self.c.ok("check is content", len(said) == 1 and said[0].startswith("ok ")
                  and "is up to date" in said[0], said)

    def broken_off(self, version):
        """A new image, whose push ends in the middle."""
        c, before, pair = self.c, self.state(), self.of_host()
        self.host.spawn("break-push /run/broken")
        self.run("echo '# changed' >>/etc/iscsi/iscsi.initramfs")
        out = self.run("update-initramfs -u -k %s; echo \"status $?\"" % version)
        self.host.run("until [ -e /run/broken ]; do sleep 1; done")
        c.has("the push is said to have broken off", out, "iscsiroot: publish: %s: %s could not be copied, "
              "the host keeps booting the previous pair (check the connection and the ssh key, then "
              "run %s again)"
              % (PLACE, version, PUBLISH))
        c.has("update-initramfs goes on", out, "status 0")
        part = self.host.run("ls -A1 %s/versions/.new" % DIRECTORY)
        c.ok("it was in the middle", re.search(r"^\.initrd\.img\.\w+$", part, re.M), part)
        c.same("all else is as it was", self.state(), before)
        c.same("the host boots the old pair", self.of_host(), pair)
        c.ok("the guest has another one", self.of_guest(version) != pair)
        self.warns("check warns", "is newer than the copy in")
        self.host.spawn("break-push /run/twice")
        out = self.run(PUBLISH, want=1)
        c.has("by hand it breaks off as well, with its exit code", out, "could not be copied")
        c.same("and again all else is as it was", self.state(), before)

    def upgraded(self, new):
        """The new kernel's package brings it there by its hooks."""
        c, pair = self.c, self.of_host()
        out = self.run("dpkg -i /root/linux-image-*.deb")
        c.has("the new pair is published", out,
              "iscsiroot: publish: %s: %s is now booted by the host" % (PLACE, new))
        want = self.of_guest(new)
        c.same("it is what the host boots", (len(want), self.of_host()), (2, want))
        c.same("and the one before is kept", self.of_host(".old"), pair)
        self.content()

    def rebooted(self):
        """reboot in the guest: a new domain of the same name."""
        life, guest, host = self.life, self.guest, self.host
        before = host.run("xl domid " + guest.name)
        life.ask(guest, "reboot")

        def back():
            number = host.run("xl domid %s 2>/dev/null" % guest.name, want=None)
            if not number.isdigit() or number == before:
                return False
            # its console is there once its kernel has been read, and xl waits but a moment for that
            tty = "xenstore-read /local/domain/%s/console/tty 2>/dev/null" % number
            return host.run(tty, want=None) != ""
        wait_for(back, xen.PATIENCE, "the domain is back", 2)
        life.again(guest)
        guest.console.mark = len(guest.console.text)    # the prompt before is none of the new one
        guest.attach(host)
        life.was_down(guest, "reboot")


def newest(life, guest):
    """The version that lies in /root."""
    out = life.run(guest, "ls /root")
    return re.search(r"^linux-image-(.*-amd64)_", out, re.M).group(1)


@case("xen-publish", group="xen", seconds=7200)
def xen_publish(c):
    """A PVH guest publishes to its host, breaks off, gets a newer kernel, and boots that"""
    image = c.debian("bookworm", files={**CONFIG, **MODULES, **LIGHT}, modules="list", older=True,
                     extra_packages=("openssh-client", "rsync"))
    # what an administrator would have put there, not the kernel that QEMU likes best
    start = {xen.KERNEL: ((image.tree / "boot" / ("vmlinuz-" + image.kver)).read_bytes(), 0o644),
             PUBLISH: ((image.tree / PUBLISH[1:]).read_bytes(), 0o755),
             "/usr/sbin/break-push": (BREAK, 0o755)}
    life = XenLife(c, "guest-pvh.cfg", dhcp={}, host={"memory": 2048, "dom0": 1024}, image=image,
                   files=start, memory=448, tsc_mode="native")
    guest = life.boot()
    facts = life.up(guest)
    c.same("the older kernel runs", facts["kernel"], [image.kver])
    new, both = newest(life, guest), Publishing(life, guest)
    c.ok("there is a newer one", new != image.kver, new)
    both.meet()
    both.first(image.kver)
    both.broken_off(image.kver)
    both.upgraded(new)
    both.rebooted()
    facts = life.up(guest)
    c.same("the new kernel runs", facts["kernel"], [new])
    both.content()
    life.down(guest, "poweroff")
    wire = life.finish()
    c.same("Logouts", len(wire.logouts()), 2)
