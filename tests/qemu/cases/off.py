# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways down: a root that is unmounted, one Logout, and what was asked for."""
from case import case
from life import Life


def down(c, suite, verb, command=None):
    """A guest with a writer goes down; (life, guest, wire)."""
    life = Life(c, suite)
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    life.down(guest, verb, command)
    return life, guest, life.finish()


@case("off-poweroff", group="core off", seconds=400)
def off_poweroff(c):
    """Debian 12: poweroff under writing"""
    down(c, "bookworm", "poweroff")


@case("off-reboot", group="core off", seconds=400)
def off_reboot(c):
    """Debian 13: reboot under writing"""
    down(c, "trixie", "reboot")


@case("off-halt", group="off", seconds=400)
def off_halt(c):
    """Debian 12: halt under writing"""
    down(c, "bookworm", "halt")


@case("off-force", group="off", seconds=400)
def off_force(c):
    """Debian 13: systemctl --force reboot, which stops no service"""
    down(c, "trixie", "reboot", "systemctl --force reboot")
