# SPDX-License-Identifier: GPL-2.0-or-later
"""The same boots where dracut makes the initrd: three versions of it, with systemd and without."""
import functools

import lun
import off
import settle
import tiny
from case import case
from target import IQN

SUITES = {"dracut12": "bookworm", "dracut13": "trixie", "dracut14": "forky"}
BUILDERS = {"": "dracut-systemd", "-plain": "dracut"}
# sourced by dracut before our hook
NO_FILE = {"%s/hooks/cmdline/01-no-file.sh" % top: ("rm -f /%s\n" % tiny.CONFIG, 0o755)
           for top in ("usr/lib/dracut", "var/lib/dracut")}
# those of cases/tiny.py that hold for every maker of images
SAME = ("tiny_dhcp", "tiny_static", "chap", "uuid_partition", "root_iscsi", "root_dhcp",
        "netroot_cmdline", "target_late", "chap_wrong", "two_portals", "foreign_groups",
        "half_a_request")
NETROOT = " netroot=iscsi:192.0.2.1::::%s rd.iscsi.initiator=%s" % (IQN, tiny.INITIATOR)
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


def netroot_label(c):
    """netroot=iscsi: and a label, as dracut's manual has it, with ip=dhcp"""
    guest, _, wire = tiny.simple(
        c, "root=LABEL=rootfs ro console=ttyS0 loglevel=4 ip=dhcp" + NETROOT, tiny.NO_FILE,
        layout="whole", root="/dev/sda", dhcp={})
    tiny.dhcp_once(c, guest, wire)


def netroot_two(c):
    """netroot=iscsi: twice, each target behind a NIC of its own; the root is on both"""
    image = c.tiny()
    c.network()
    c.net.bridge("br1", ["198.51.100.1/24"])
    first, second = lun.split_vg(c.workdir / "first.lun", c.workdir / "second.lun", image.tree)
    c.target(first)
    c.target(second, iqn=settle.SECOND, portals=["198.51.100.1:3260"])
    guest = c.boot(
        image, tiny.APPEND + NETROOT + " netroot=iscsi:198.51.100.1::::%s"
        " ifname=one:52:54:00:12:34:50 ifname=two:52:54:00:12:34:51"
        " ip=192.0.2.10:::255.255.255.0::one:none ip=198.51.100.10:::255.255.255.0::two:none"
        % settle.SECOND, tiny.NO_FILE, nics=[c.net.tap("br0"), c.net.tap("br1")])
    facts = c.facts(guest)
    c.root_is(facts, tiny.ROOT)
    c.handed_over(facts)
    tiny.only_good_news(c, guest)
    c.same("sessions in the guest", sorted(line.split()[1:3] for line in facts["sessions"]),
           sorted([t, "LOGGED_IN"] for t in (IQN, settle.SECOND)))
    c.one_login(guest, c.wire())


def ibft(c):
    """rd.iscsi.firmware: refused by name, at once"""
    image = c.tiny()
    c.network(dhcp={})
    guest = c.boot(image, tiny.APPEND + " rd.iscsi.firmware=1", tiny.NO_FILE)
    tiny.refused(c, guest, 78, r"iscsiroot: plan: kernel command line: rd\.iscsi\.firmware: not "
                 r"supported yet: 1 \(no iBFT; name the target\)")
    c.same("DHCP packets", c.wire().dhcp, [])


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
        for function in [getattr(tiny, name) for name in SAME] + [
                settle.group_in_parts, local_root, netroot_label, netroot_two, ibft]:
            add("%s%s-%s" % (prefix, suffix, function.__name__.replace("_", "-")))(
                with_dracut(function, suite, builder))
    # dracut's own users: with its network manager in the image, which must not be in the way
    for function in (tiny.tiny_static, tiny.root_dhcp, netroot_label, netroot_two):
        add("%s-network-%s" % (prefix, function.__name__.replace("_", "-")))(
            with_dracut(function, suite, "dracut-network"))
    for verb in ("poweroff", "reboot"):
        add_down(prefix, suite, verb)
