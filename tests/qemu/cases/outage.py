# SPDX-License-Identifier: GPL-2.0-or-later
"""The target goes away, and comes back, at each moment of a guest's life."""
from case import case
from life import Life, in_initramfs


def initramfs(directory):
    """Boot with the outage after the scripts of a directory of the initramfs."""
    def run(c, suite, mode, seconds):
        life = Life(c, suite)
        guest = life.boot(in_initramfs(directory))
        life.at(guest, directory, life.away(mode), seconds)
        life.up(guest)
        life.write(guest)
        life.down(guest, "poweroff")
        life.finish()
    return run


@case("outage-end-of-initramfs", group="core", seconds=400)
def outage_core(c):
    """Debian 12: away for 15 s, reset, at the end of the initramfs"""
    initramfs("init-bottom")(c, "bookworm", "reset", 15)
