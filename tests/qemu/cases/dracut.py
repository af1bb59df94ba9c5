# SPDX-License-Identifier: GPL-2.0-or-later
"""The same boots where dracut makes the initrd: three versions of it, with systemd and without."""
import functools

import off
import tiny
from case import case

SUITES = {"dracut12": "bookworm", "dracut13": "trixie", "dracut14": "forky"}
BUILDERS = {"": "dracut-systemd", "-plain": "dracut"}
# sourced by dracut before our hook
NO_FILE = {"%s/hooks/cmdline/01-no-file.sh" % top: ("rm -f /%s\n" % tiny.CONFIG, 0o755)
           for top in ("usr/lib/dracut", "var/lib/dracut")}
# those of cases/tiny.py that hold for every maker of images
SAME = ("tiny_dhcp", "tiny_static", "chap", "uuid_partition", "root_iscsi", "root_dhcp",
        "netroot_cmdline", "target_late", "chap_wrong", "two_portals", "foreign_groups",
        "half_a_request")
CORE = {"dracut13-root-iscsi", "dracut14-tiny-dhcp", "dracut14-off-poweroff"}


def with_dracut(function, suite, builder):
    """A case of the tiny guest whose image dracut makes."""
    @functools.wraps(function)
    def run(c):
        boot = c.boot
        c.tiny = functools.partial(c.tiny, suite=suite, builder=builder)
        c.boot = lambda image, append, files=None, **how: boot(
            image, append, NO_FILE if files is tiny.NO_FILE else files, memory=768, **how)
        function(c)
    return run


def local_root(c):
    """No iSCSI root asked for: the local disk boots as if we were not there"""
    _, facts, wire = tiny.local_boot(c, c.tiny())
    c.same("sessions", facts["sessions"], [])
    c.same("connections to the target", wire.connections, [])
    c.same("DHCP packets", wire.dhcp, [])
    c.same("files of ours in /run", facts["run"], [])


def add(name, seconds=400):
    """Register a case under NAME."""
    return case(name, group="core dracut" if name in CORE else "dracut", seconds=seconds)


def add_down(prefix, suite, verb):
    """A whole Debian guest goes down as VERB says."""
    def run(c):
        c.debian = functools.partial(c.debian, builder="dracut")
        off.down(c, suite, verb)
    run.__doc__ = "%s with dracut's whole image: %s under writing" % (suite, verb)
    add("%s-off-%s" % (prefix, verb), 600)(run)


for prefix, suite in SUITES.items():
    for suffix, builder in BUILDERS.items():
        for function in [getattr(tiny, name) for name in SAME] + [local_root]:
            add("%s%s-%s" % (prefix, suffix, function.__name__.replace("_", "-")))(
                with_dracut(function, suite, builder))
    for verb in ("poweroff", "reboot"):
        add_down(prefix, suite, verb)
