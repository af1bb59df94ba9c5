# SPDX-License-Identifier: GPL-2.0-or-later
"""The same boots where dracut makes the initrd: three versions of it, with systemd and without."""
import functools

import tiny
from case import case

SUITES = {"dracut12": "bookworm", "dracut13": "trixie", "dracut14": "forky"}
BUILDERS = {"": "dracut-systemd", "-plain": "dracut"}
# sourced by dracut before our hook
NO_FILE = {"%s/hooks/cmdline/01-no-file.sh" % top: ("rm -f /%s\n" % tiny.CONFIG, 0o755)
           for top in ("lib/dracut", "var/lib/dracut")}
# those of cases/tiny.py that hold for every maker of images
SAME = ("tiny_dhcp", "tiny_static", "chap", "uuid_partition", "root_iscsi", "root_dhcp",
        "netroot_cmdline", "target_late", "chap_wrong", "two_portals", "foreign_groups",
        "half_a_request", "local_root")
CORE = {"dracut13-tiny-dhcp", "dracut14-root-iscsi"}


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


for prefix, suite in SUITES.items():
    for suffix, builder in BUILDERS.items():
        for name in SAME:
            full = "%s%s-%s" % (prefix, suffix, name.replace("_", "-"))
            case(full, group="core dracut" if full in CORE else "dracut", seconds=400)(
                with_dracut(getattr(tiny, name), suite, builder))
