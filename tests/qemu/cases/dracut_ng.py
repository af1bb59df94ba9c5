# SPDX-License-Identifier: GPL-2.0-or-later
"""The command lines with which dracut tests its own iSCSI module (TEST-70-ISCSI, TEST-71-ISCSI-MULTI).

They boot as they are but for addresses and names of targets and labels: a client with two NICs, whose
names come from its .link file, and a server on two networks. Its root is one LUN, or an LV on an md RAID0
over the LUNs of two targets. The lines with a firmware table are not here.
"""
import re

import lun
import stacks
from case import case
from target import IQN
from tiny import INITIATOR

MACS = ("52:54:00:12:34:50", "52:54:00:12:34:51")
NAMES = ("enp0s1", "enp0s2")
LINKS = {"etc/systemd/network/01-%s.link" % name: ("[Match]\nMACAddress=%s\n[Link]\nName=%s\n" % (mac, name), 0o644)
         for mac, name in zip(MACS, NAMES)}
ONE = "netroot=iscsi:192.0.2.1::::" + IQN
TWO = "netroot=iscsi:198.51.100.1::::%s %s" % (stacks.SECOND, ONE)
NIC_1, NIC_2 = "ip=192.0.2.101::%s:255.255.255.0::enp0s1:off", "ip=198.51.100.101::%s:255.255.255.0::enp0s2:off"
STATIC = " ".join((NIC_1 % "", NIC_2 % ""))
NO_WAIT = " rd.iscsi.firmware rd.iscsi.waitnet=0"
NO_TEST = " rd.iscsi.testroute=0"


def _client(c, words, layout=None, dhcp=False, root_path=None):
    """Boot the client with WORDS, and what comes of it; LAYOUT: of two LUNs, or else one LUN is the root."""
    s = stacks.Stack(c, "trixie", "dracut-stacks", "-")
    c.net.bridge("br1", ["198.51.100.1/24"])
    s.append = "rw rd.auto console=ttyS0 loglevel=4 systemd.show_status=0 tiny.shell tiny.exitrd=poweroff " \
        "%s rd.iscsi.initiator=%s" % (words, INITIATOR)
    s.files = {**s.files, **LINKS}
    del s.files["etc/iscsi/iscsi.initramfs"]
    if dhcp:
        c.net.dhcp(root_path=root_path)
        c.net.dhcp("198.51.100.100", "198.51.100.120", bridge="br1", log="dnsmasq1")
    if layout:
        first, second = s.stack(layout)
        c.target(first)
        c.target(second, iqn=stacks.SECOND, portals=["198.51.100.1:3260"])
    else:
        disk = c.lun(s.image, layout="whole")
        c.target(disk)
    guest = c.boot(s.image, s.append, s.files, memory=768, nics=[c.net.tap("br0"), c.net.tap("br1")])
    targets = {IQN, stacks.SECOND} if layout else {IQN}
    facts = s.up(guest, "/dev/mapper/system-root" if layout else "/dev/sda", len(targets),
                 sessions=len(targets), seconds=240)
    c.same("targets", {l.split()[1] for l in facts["sessions"]}, targets)
    c.same("warnings of an odd input", [m for m in c.messages(guest) if re.search(r"plan: .*(reject|invalid)", m)], [])
    s.logins(guest, s.down(guest), ["192.0.2.1:3260"])     # the capture is of the first network
    if not layout:
        c.same("the file system is clean", lun.fsck(disk)[0], 0)


@case("ng70-root-dhcp", group="stacks", seconds=500)
def root_dhcp(c):
    """root=/dev/root netroot=dhcp: the LUN that the root-path of one NIC's lease names"""
    _client(c, "root=/dev/root netroot=dhcp ip=enp0s1:dhcp", dhcp=True, root_path="iscsi:192.0.2.1:::1:" + IQN)


@case("ng70-static", group="stacks", seconds=500)
def static(c):
    """netroot=iscsi: and a label, a static address with a host name and `off`"""
    _client(c, "root=LABEL=rootfs %s ip=192.0.2.101::192.0.2.1:255.255.255.0:iscsi-1:enp0s1:off" % ONE)


@case("ng70-two-targets", group="stacks", seconds=500)
def two_targets(c):
    """Two targets on two networks with ip=dhcp: an LV on md RAID0, by its label"""
    _client(c, "root=LABEL=rootfs ip=dhcp " + TWO, "md0-lvm", dhcp=True)


@case("ng71-static", group="stacks", seconds=500)
def two_static(c):
    """Two NICs with static addresses, no gateway"""
    _client(c, "root=LABEL=rootfs %s %s" % (STATIC, TWO), "md0-lvm")


@case("ng71-firmware", group="stacks", seconds=500)
def firmware(c):
    """rd.iscsi.firmware beside named targets, rd.iscsi.waitnet=0, no table"""
    _client(c, "root=LABEL=rootfs %s %s" % (STATIC, TWO) + NO_WAIT, "md0-lvm")


@case("ng71-testroute", group="stacks", seconds=500)
def testroute(c):
    """rd.iscsi.testroute=0 as well"""
    _client(c, "root=LABEL=rootfs %s %s" % (STATIC, TWO) + NO_WAIT + NO_TEST, "md0-lvm")


@case("ng71-gateways", group="stacks", seconds=500)
def gateways(c):
    """A default gateway on each NIC"""
    _client(c, "root=LABEL=rootfs %s %s %s" % (NIC_1 % "192.0.2.1", NIC_2 % "198.51.100.1", TWO) + NO_WAIT + NO_TEST,
            "md0-lvm")


@case("ng71-one-gateway", group="stacks", seconds=500)
def one_gateway(c):
    """A default gateway on one NIC, the other target's missing"""
    _client(c, "root=LABEL=rootfs %s %s %s" % (NIC_1 % "192.0.2.1", NIC_2 % "", TWO), "md0-lvm")
