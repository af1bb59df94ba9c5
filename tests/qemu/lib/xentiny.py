# SPDX-License-Identifier: GPL-2.0-or-later
"""Tiny guests of Xen hosts: a shell on an iSCSI root, several of them on one host."""
import re

import images
import xen
from case import DEAD, SAID

ROOT = "/dev/mapper/system-root"
MEMORY = 160
TINY = " loglevel=4 tiny.shell tiny.exitrd=poweroff"


def numbered(c, image, i, words=None):
    """One of several guests that start with their host: (guest, its target's name, its LUN)."""
    name = "guest%d" % i
    iqn = "iqn.2001-04.com.example:storage." + name
    text = xen.config("guest-pvh.cfg", {"ISCSI_TARGET_NAME": iqn, **(words or {})}, name=name,
                      memory=MEMORY, more=TINY, tsc_mode="native",
                      vif=["mac=00:16:3e:00:00:%02x,bridge=xenbr0" % i])
    return (xen.Domain(c, name, text, image, "/etc/xen/auto"), iqn, c.lun(image, name + ".lun"))


def tiny_is_up(c, guest, seconds=xen.PATIENCE):
    """At its shell, its root on the LUN."""
    guest.console.expect(r"^TINY-SHELL", seconds, fail=DEAD)
    guest.console.command("true", xen.PATIENCE)
    guest.facts = images.facts(guest.console.text)
    c.root_is(guest.facts, ROOT)
    c.handed_over(guest.facts)


def tiny_off(c, guest):
    """It goes down, its root unmounted and its session logged out."""
    guest.console.sendline("exit")
    guest.console.expect(r"^TINY-EXITRD", xen.PATIENCE, fail=DEAD)
    guest.console.expect(SAID + "poweroff: done after", xen.PATIENCE, fail=DEAD)
    lines = re.findall(SAID + "(.*)", guest.console.text)
    c.same("the root's end", lines[-3:-1], ["/oldroot: unmounted", guest.target + ": logged out"])
