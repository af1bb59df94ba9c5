# SPDX-License-Identifier: GPL-2.0-or-later
"""The life of a Debian guest of Xen hosts, with a writer in it (see life.py).

    life = XenLife(c, "guest-pvh.cfg", hosts=("a", "b"))
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    life.move(guest, life.hosts[1])
    life.down(guest, "poweroff")
    life.finish()

Its domain configuration is the one of conf/xen. Its writer says what it has written over the
guest's own network: that comes whole and once wherever the guest is, as no console's lines do.
"""
import time

import xen
from life import CONFIG, LOAD, VERBS, WRITER, Life, Span

# with what the hooks of the packages bring along, all that a guest without hardware has need of
MODULES = {"/etc/initramfs-tools/modules": ("ext4\nsd_mod\ncrc32c_generic\n", 0o644)}
MEMORY = 320
_WRITER_UNIT = """\
[Unit]
Description=Numbered records
DefaultDependencies=no
IgnoreOnIsolate=yes
[Service]
ExecStart=/bin/bash -c 'exec /usr/local/sbin/guest-writer %s - %s >/dev/tcp/%s/%d'
"""


def units(port):
    """The writer's units, for a listener at PORT."""
    return {"/etc/systemd/system/guest-%s.service" % name: (
        _WRITER_UNIT % (WRITER, how, xen.LAN % 1, port), 0o644)
        for name, how in (("writer", "0.1"), ("load", "0 " + LOAD))}


class XenLife(Life):
    """One LUN, one target, one guest at a time. TEMPLATE: its configuration in conf/xen, WORDS and
    KEYS other values in it (xen.config); NAMES: the hosts' ones; HOST: more of them (xen.start); IMAGE:
    another than the plain one; FILES: more of the hosts'."""

    # with no ACPI to power off with the kernel halts, and Xen takes that for a power-off
    verbs = {**VERBS, "poweroff": VERBS["halt"]}

    def __init__(self, c, template, names=("a",), words=None, dhcp=None, host=None, image=None,
                 files=None, **keys):
        image = image or c.debian("bookworm", files={**CONFIG, **MODULES}, modules="list")
        super().__init__(c, "bookworm", image, more=units(xen.SECOND_PORT), dhcp=dhcp)
        keys = {"name": "guest", "memory": MEMORY, **keys}
        self.text = xen.config(template, words, more=" loglevel=4", **keys)
        self.guest = xen.Domain(c, "guest", self.text, image)
        files = {**xen.pair(image), **self.guest.files(), **(files or {})}
        self.hosts = xen.start(c, names, files, **(host or {}))
        self.moves, self.wrote = [], None

    def boot(self):
        """Create the guest on the first host."""
        began = time.time()
        self.guest.create(self.hosts[0])
        self.guests.append(self.guest)
        self.lives.append(Span(self.guest, began, 0))
        return self.guest

    def write(self, guest, unit="guest-writer"):
        """Perl comes from the LUN, which takes its time in a guest of an emulated host."""
        self.run(guest, "systemctl start " + unit)
        guest.second.expect(r"^W 10$", xen.PATIENCE)
        self.wrote = time.time()

    def move(self, guest, host, meanwhile=None):
        """Migrate it; it is there then, and not where it was, and writes. MEANWHILE: is called once
        the migration has begun."""
        before, began = guest.host, time.time()
        guest.migrate(host, meanwhile=meanwhile)
        self.moves.append((began, time.time()))
        self.c.same("domains of the host that it left", before.domains(), [])
        self.c.same("domains of the host that it came to", host.domains(), [guest.name])
        self.writes(guest)

    # --- what life.py waits for, with more patience ---

    def up(self, guest, seconds=xen.PATIENCE):
        return super().up(guest, seconds)

    def run(self, guest, command, seconds=xen.PATIENCE, want=0):
        return super().run(guest, command, seconds, want)

    def writes(self, guest, since=None, seconds=xen.PATIENCE):
        return super().writes(guest, since, seconds)

    def down(self, guest, verb, command=None, seconds=xen.PATIENCE):
        return super().down(guest, verb, command, seconds)

    # --- the end ---

    def same_session(self, wire):
        """From the first record on there was no login, and one connection."""
        logins = [l for l in wire.logins(kind=None) if l.time > self.wrote]
        self.c.same("logins since the writer began", logins, [])
        used = [conn for conn in wire.connections
                if conn.pdus and conn.pdus[-1].time > self.wrote]
        self.c.same("connections since the writer began", len(used), 1)

    def told_neighbours(self, guest, wire):
        """After each migration the guest's new place was told with a gratuitous ARP."""
        for began, ended in self.moves:
            told = [a for a in wire.arp if a.mac == guest.macs[0] and a.sender == a.asked
                    and began < a.time < ended + 60]
            self.c.ok("gratuitous ARP after the migration", told, (began, ended))
