# SPDX-License-Identifier: GPL-2.0-or-later
"""Xen hosts in QEMU, emulated: the hypervisor, a small dom0 in memory, and domains with no disk.

    hosts = start(c, ("a", "b"), files)         # booted side by side
    guest = Domain(c, "guest", config("guest-pvh.cfg", ...), image)
    guest.create(hosts[0])
    guest.console.expect(...)
    guest.migrate(hosts[1])

What a host is made of comes from Debian 12's packages (tests/qemu/xen/make-host). Hosts have two
NICs: guests hang on the first one's bridge, xenbr0; over the second one, on a bridge that the
capture does not see, go migrations and what guests say on their consoles.
"""
import base64
import os
import re
import shlex
import sys
from pathlib import Path

import images
from console import Console
from proc import Child, HarnessError, wait_for
from qemu import COUNTED, Qemu
from target import IQN

HERE = Path(__file__).resolve().parent
FILES = HERE.parent / "xen"
CONF = HERE.parents[2] / "conf" / "xen"
# SMAP breaks a PV dom0 under TCG, RDTSCP breaks PVH guests, which need nested paging
CPU = "Opteron_G3,+npt,-rdtscp"
# A host's clocks go by what it executes, 500 million instructions a second: a guest's gaps are not
# those of the machine that all this is emulated on.
ACCEL = (COUNTED[0] + ",tb-size=256", *COUNTED[1:])
# how long one waits for what an emulated host does, beside whatever else this machine has to do;
# nothing is asserted by it
PATIENCE = 1800
BRIDGE, OWN = "hosts", "198.51.100.%d"
LAN = "192.0.2.%d"
MIGRATION_PORT = 8002
# socat's own buffer would make a migration four times as long
SOCAT = "socat -b 1048576"
ADDRESSES = {"a": 2, "b": 3}
CONSOLE_PORT, SECOND_PORT, SHELL_PORT = 7000, 7100, 7200
# what Debian's xendomains asks, which is Python there: "ID NAME" of each domain, a file's domain
FOR_XENDOMAINS = {"xen-init-list": "xl list | awk 'NR > 1 && $2 {print $2, $1}'\n",
                  "xen-init-name": """sed -n 's/^name = "\\(.*\\)"$/\\1/p' "$1"\n"""}


def scripts():
    """Our own part of dom0."""
    ours = {"/init": "init", "/usr/sbin/guest-console": "console", "/usr/sbin/target": "target"}
    return {**{path: ((FILES / name).read_text(), 0o755) for path, name in ours.items()},
            **{"/usr/lib/xen-common/bin/" + name: ("#!/bin/sh\n" + text, 0o755)
               for name, text in FOR_XENDOMAINS.items()}}


# --- configuration files of domains ------------------------------------------------------------

# what the tests' guests have where the document's has names of its own
PLAIN = {"root": "/dev/mapper/system-root", "ISCSI_TARGET_NAME": IQN}
KERNEL, RAMDISK = "/srv/boot/guest1/vmlinuz", "/srv/boot/guest1/initrd.img"


def pair(image):
    """The kernel and the initrd where the configurations have them."""
    return {KERNEL: (image.kernel.read_bytes(), 0o644), RAMDISK: (image.initrd.read_bytes(), 0o644)}


def _xl(value):
    """VALUE as a configuration file has it."""
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_xl, value)) + "]"
    return str(value) if isinstance(value, int) else '"%s"' % value


def _put(text, pattern, value, what):
    text, count = re.subn(pattern, lambda found: found.group(1) + value, text, flags=re.M)
    if count != 1:
        raise HarnessError("%s is set %d times in the configuration" % (what, count))
    return text


def _words(text, words):
    for word, value in words.items():
        text = _put(text, r'^(cmdline *= *".*\b%s=)[^" ]*' % word, value, word)
    return text


def config(template, words=None, more="", **keys):
    """conf/xen/TEMPLATE for the tests' plain guest, with other values of KEYS, and of WORDS (key=value)
    in its command line, to which MORE is added; each must be set in the file."""
    return changed(_words((CONF / template).read_text(), PLAIN), words, more, **keys)


def changed(text, words=None, more="", **keys):
    """The same of the TEXT of a configuration."""
    for key, value in keys.items():
        text = _put(text, r"^(%s *= *).*$" % key, _xl(value), key)
    text = _words(text, words or {})
    return _put(text, r'^(cmdline *= *"[^"]*)(?=")', more, "cmdline")


# --- hosts -------------------------------------------------------------------------------------

class XenHost(Qemu):
    """An emulated machine with Xen. Its dom0 gives a shell over the hosts' network: on .console, Xen's
    own, characters get lost."""

    def __init__(self, net, workdir, image, initrd, name, memory=1536, dom0=768, **how):
        number = ADDRESSES[name]
        self.lan, self.own = LAN % number, OWN % number
        self.shell, self.shell_port, self.spent = None, SHELL_PORT + number, 0.0
        words = "console=hvc0 loglevel=3 host.name=%s host.lan=%s/24 host.own=%s/24 " \
            "host.shell=%s:%d -" % (name, self.lan, self.own, OWN % 1, self.shell_port)
        macs = ["52:54:00:12:%02x:%02x" % (number, i) for i in range(2)]
        super().__init__(
            net, workdir, image / "xen", "%s %s,%s" % (image / "vmlinuz", words, initrd),
            "console=com1 com1=115200,8n1 loglvl=warning guest_loglvl=warning "
            "dom0_mem=%dM,max:%dM" % (dom0, dom0),
            nics=[net.tap(), net.tap(BRIDGE)], macs=macs, memory=memory, name="host-" + name,
            accel=ACCEL, cpu=CPU, **how)

    def start(self):
        self.shell = Channel(self.net, OWN % 1, self.shell_port,
                             os.path.join(self.workdir, self.name + ".shell.log"))
        return super().start()

    def close(self):
        super().close()
        self.cpu += self.spent
        self.shell.end()

    def ready(self, seconds=PATIENCE):
        """Wait for its shell; the seconds that dom0's kernel counted until then."""
        found = self.console.expect(r"^DOM0-READY ([\d.]+)", seconds,
                                    fail=r"Kernel panic|^Panic on CPU")
        self.spawn("%s TCP-LISTEN:%d,reuseaddr,fork EXEC:'/usr/sbin/xl migrate-receive'"
                   % (SOCAT, MIGRATION_PORT))
        return float(found.group(1))

    def off(self):
        """Power it off, from dom0."""
        self.spawn("sleep 1; poweroff -f")
        self.wait_off(PATIENCE)

    def again(self):
        """Power it on once more: a new machine with the same disks."""
        self.close()
        self.spent = self.cpu
        self.start()
        self.ready()

    def run(self, command, seconds=PATIENCE, want=0):
        """A command in dom0; its output. WANT: its exit code, None for any."""
        code, out = self.shell.command("( %s ) </dev/null" % command, seconds)
        if want is not None and code != want:
            raise HarnessError("%s: %s: exit %d\n%s" % (self.name, command, code, out))
        return out.strip()

    def spawn(self, command):
        """A command in the background of dom0."""
        self.run("( (%s) </dev/null >>/var/log/xen/background.log 2>&1 &)" % command)

    def sshd(self):
        """From here on it is reached over ssh; its public key."""
        self.run("ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key && "
                 "mkdir -p -m 0755 /run/sshd")
        self.spawn("/usr/sbin/sshd -D -E /var/log/sshd.log")
        return " ".join(self.run("cat /etc/ssh/ssh_host_ed25519_key.pub").split()[:2])

    def write(self, path, text):
        self.run("echo %s | base64 -d >%s" % (base64.b64encode(text.encode()).decode(), path))

    def domains(self):
        """The names of its domains, but dom0's."""
        rows = [line.split() for line in self.run("xl list").splitlines()]
        return [r[0] for r in rows if len(r) == 6 and r[1].isdigit() and r[1] != "0"]

    def xenstore_read(self, path):
        return self.run("xenstore-read -R " + path)     # -R: as it is

    def xenstore_write(self, path, value):
        self.run("xenstore-write %s %s" % (path, shlex.quote(value)))


def start(c, names=("a",), files=None, **how):
    """Boot hosts side by side, FILES ({path: (bytes, mode)}) in each one's memory; a list."""
    image = images.xen_host()
    c.net.bridge(BRIDGE, [OWN % 1 + "/24"])
    initrd = images.overlay(image / "dom0.cpio", {**scripts(), **(files or {})},
                            c.workdir / "dom0.cpio")
    hosts = []
    for name in names:
        host = XenHost(c.net, str(c.workdir), image, initrd, name, echo=c.echo, **how)
        c.guests.append(host)
        hosts.append(c.stack.enter_context(host))
    for host in hosts:
        host.ready()
    return hosts


# --- domains -----------------------------------------------------------------------------------

class Channel(Console):
    """What comes to ADDRESS:PORT of the test's, as a Console."""

    def __init__(self, net, address, port, log):
        read, out = os.pipe()
        into, write = os.pipe()
        self.address = "%s:%d" % (address, port)
        try:
            self.child = Child(net.inside(sys.executable, HERE / "listener.py", self.address),
                               stdin=into, stdout=out, log=log + ".err")
        finally:
            os.close(into)
            os.close(out)
        net.children.append(self.child)
        super().__init__(read, write, log)

    def end(self):
        """Nobody will say anything any more."""
        self.child.kill()
        if self.wait_closed(10) and self.write_fd is not None:
            for fd in (self.read_fd, self.write_fd):
                os.close(fd)
            self.write_fd = None


class Domain:
    """A guest on the host that it is on: .console is its console wherever it goes, .second what a
    program in it says over its own network."""

    count = 0

    def __init__(self, c, name, text, image=None, directory="/etc/xen"):
        self.c, self.name, self.text, self.image = c, name, text, image
        self.number, Domain.count = Domain.count, Domain.count + 1
        self.path = "%s/%s.cfg" % (directory, name)
        self.facts, self.cpu, self.host, self.second = {}, 0.0, None, None
        self.append = re.search(r'^cmdline *= *"(.*)"', text, re.M).group(1)
        self.macs = re.findall(r"mac=([0-9a-f:]{17})", text)
        named = re.search(r"ISCSI_TARGET_NAME=([^ \"]+)", self.append)
        self.target = named and named.group(1)      # None: the host says it through xenstore
        self.log = str(c.workdir / (name + ".console.log"))
        self.second_log = str(c.workdir / (name + ".second.log"))
        self.console = None

    def files(self):
        """What a host must have to create it."""
        return {self.path: (self.text, 0o644)}

    def create(self, host, *options):
        self._listen()
        host.run(" ".join(["xl create -q", *options, self.path]))
        self.attach(host)
        return self

    def _listen(self):
        if self.console is None:
            self.console = Channel(self.c.net, OWN % 1, CONSOLE_PORT + self.number, self.log)
            self.second = Channel(self.c.net, LAN % 1, SECOND_PORT + self.number, self.second_log)
            self.c.stack.callback(self.close)
            self.c.guests.append(self)

    def attach(self, host):
        """From here on it is on HOST, and its console as well."""
        self._listen()
        self.host = host
        host.spawn("guest-console %s %s" % (self.name, self.console.address))

    def there(self, host):
        return self.name in host.domains()

    def gone(self, seconds, host=None):
        """Wait until the host has it no more."""
        wait_for(lambda: not self.there(host or self.host), seconds, self.name + " is gone", 2)

    def wait_off(self, seconds):
        self.gone(seconds)
        self.close()

    def close(self):
        for channel in (self.console, self.second):
            if channel:
                channel.end()

    # --- what a host and it say to each other ---

    def store(self, path):
        """The full name of a PATH of its own in xenstore."""
        return "/local/domain/%s/%s" % (self.host.run("xl domid " + self.name), path)

    def tell(self, **keys):
        """Write KEYS of vm-data/iscsiroot for it, which is to be paused meanwhile."""
        for key, value in keys.items():
            self.host.xenstore_write(self.store("vm-data/iscsiroot/" + key), value)

    def told(self, name):
        """What it has written to data/iscsiroot/NAME."""
        return self.host.xenstore_read(self.store("data/iscsiroot/" + name))

    # --- what a host does to it ---

    def pause(self):
        self.host.run("xl pause " + self.name)

    def unpause(self):
        self.host.run("xl unpause " + self.name)

    def save(self, path="/var/lib/xen/save/guest"):
        self.host.run("xl save %s %s" % (self.name, path))

    def restore(self, path="/var/lib/xen/save/guest"):
        self.host.run("xl restore %s" % path)
        self.attach(self.host)

    def migrate(self, host, meanwhile=None):
        """To another HOST, while it runs. MEANWHILE: is called when that has begun."""
        command = "xl migrate -s '' %s '%s -t 600 - TCP:%s:%d'" % (
            self.name, SOCAT, host.own, MIGRATION_PORT)
        if meanwhile:
            self.host.spawn("%s >/run/migrate.said 2>&1; echo $? >/run/migrated" % command)
            wait_for(lambda: self.name + "--incoming" in host.domains(), PATIENCE, "migration",
                     0.5)
            meanwhile()
            command = "until [ -e /run/migrated ]; do sleep 1; done; cat /run/migrate.said; " \
                "(exit $(cat /run/migrated))"
        self.host.run(command)
        self.attach(host)
