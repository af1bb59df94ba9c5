# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of the network: NICs, cables, DHCP servers, routes, portals that do not answer."""
import re

import fake_dhcp
from case import case
from faults import cause, gave_up, said_once
from target import IQN
from tiny import APPEND, DHCP, ROOT, STATIC, config

OBJECT = r"%s:3260 " + re.escape(IQN) + ": "
ETH = " net.ifnames=0"
AWAY = "198.51.100.1"       # behind a router that drops its packets without an ICMP error


def stands(c, image, append, code, step, what, target=True, **how):
    """A fault that lasts until the deadline. Return: the guest, in its emergency shell."""
    if target:
        c.target(c.lun(image))
    guest = c.boot(image, append, config(TIMEOUT="20"), **how)
    gave_up(c, guest, code, step, what)
    said_once(c, guest, step, what)
    return guest


@case("faults-no-nic", group="faults")
def faults_no_nic(c):
    """A machine without any NIC"""
    image = c.tiny()
    c.network()
    stands(c, image, APPEND + STATIC, 66, "net",
           r"any: no usable network interface \(check that its driver is in the image\)", nics=0)


@case("faults-nic-absent", group="faults")
def faults_nic_absent(c):
    """ip= names a NIC that does not exist: the existing ones are listed"""
    image = c.tiny()
    c.network()
    stands(c, image, APPEND + ETH + " ip=192.0.2.10::192.0.2.1:255.255.255.0:guest:eth7:off", 66, "net",
           r"eth7: no such network interface \(there are: eth0, eth1; name one in ip=\)", nics=2)


@case("faults-no-carrier", group="faults")
def faults_no_carrier(c):
    """No carrier: the cable is unplugged"""
    image = c.tiny()
    c.network(dhcp={})
    c.target(c.lun(image))
    guest = c.boot(image, APPEND + ETH + DHCP, config(TIMEOUT="20"))
    guest.link(False)
    what = r"eth0: no carrier \(check its cable, switch port or the host's bridge\)"
    gave_up(c, guest, 66, "net", what)
    said_once(c, guest, "net", what)
    guest.close()
    c.same("DHCP packets", c.wire().dhcp, [])


@case("faults-dhcp-silent", group="faults")
def faults_dhcp_silent(c):
    """No DHCP server"""
    image = c.tiny()
    c.network()
    guest = stands(c, image, APPEND + ETH + DHCP, 69, "net",
                   r"eth0: no answer from a DHCP server \(start one on this network, "
                   r"or give an address in ip=\)")
    guest.close()
    asked = c.wire().dhcp
    c.same("DHCP clients and packets", {(p.mac, p.type) for p in asked}, {(guest.macs[0], "discover")})
    c.ok("it was retried", len(asked) >= 4, asked)


@case("faults-dhcp-declined", group="faults")
def faults_dhcp_declined(c):
    """The DHCP server offers an address, then refuses it"""
    image = c.tiny()
    c.network()
    fake_dhcp.start(c.net, "nak")
    guest = stands(c, image, APPEND + ETH + DHCP, 69, "net", r"eth0: DHCP server 192\.0\.2\.1 "
                   r"refused the address \(check its leases and reservations\)")
    guest.close()
    c.ok("refusals", len([p for p in c.wire().dhcp if p.type == "nak"]) >= 2)


@case("faults-dhcp-mute", group="faults")
def faults_dhcp_mute(c):
    """The DHCP server offers an address, then stops answering"""
    image = c.tiny()
    c.network()
    fake_dhcp.start(c.net, "mute")
    stands(c, image, APPEND + ETH + DHCP, 69, "net", r"eth0: DHCP server 192\.0\.2\.1 offered an "
           r"address, then stopped answering \(see its log\)")


@case("faults-dhcp-no-address", group="faults")
def faults_dhcp_no_address(c):
    """The DHCP server's answer has no address in it"""
    image = c.tiny()
    c.network()
    fake_dhcp.start(c.net, "no-address")
    stands(c, image, APPEND + ETH + DHCP, 69, "net", r"eth0: the DHCP answer has no usable address "
           r"\(check the DHCP server\)")


@case("faults-dhcp-no-mask", group="faults")
def faults_dhcp_no_mask(c):
    """The DHCP server's answer has no netmask: that of the address's class is used, and it boots"""
    image = c.tiny()
    c.network()
    fake_dhcp.start(c.net, "no-mask")
    c.target(c.lun(image))
    guest = c.boot(image, APPEND + ETH + DHCP, config(TIMEOUT="20"))
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.ok("the address is of class C", any("inet 192.0.2.100/24 " in l for l in facts["addresses"]),
         facts["addresses"])


@case("faults-no-route", group="faults")
def faults_no_route(c):
    """The portal is in another network, and there is no gateway"""
    image = c.tiny()
    c.network()
    guest = c.boot(image, APPEND + " ip=192.0.2.10:::255.255.255.0:guest::off",
                   config(TARGET_IP=AWAY, TIMEOUT="20"))
    gave_up(c, guest, 69, "login", OBJECT % re.escape(AWAY) +
            r"network is unreachable \(check gateway and netmask\)")


@case("faults-no-host", group="faults")
def faults_no_host(c):
    """No host on the network has the portal's address"""
    image = c.tiny()
    c.network()
    guest = c.boot(image, APPEND + STATIC, config(TARGET_IP="192.0.2.77", TIMEOUT="20"))
    what = OBJECT % r"192\.0\.2\.77" + r"no route to host \(check that the portal is up and on this network\)"
    gave_up(c, guest, 69, "login", what)
    said_once(c, guest, "login", what)
    said_once(c, guest, "login", ".*retrying")
    guest.close()
    c.ok("ARP requests", len([a for a in c.wire().arp if a.asked == "192.0.2.77"]) > 5)


@case("faults-black-hole", group="faults")
def faults_black_hole(c):
    """Packets to the portal are dropped"""
    image = c.tiny()
    c.network()
    guest = c.boot(image, APPEND + STATIC, config(TARGET_IP=AWAY, TIMEOUT="20"))
    gave_up(c, guest, 69, "login", OBJECT % re.escape(AWAY) +
            r"no answer from the portal \(check address, cabling, firewall\)")
    guest.close()
    tried = [t for conn in c.wire().connections for t in conn.attempts]
    c.ok("attempts until the deadline", len(tried) >= 8, tried)


@case("faults-refused-panic", group="core faults")
def faults_refused_panic(c):
    """Connection refused, and panic=5: at the deadline the machine reboots, without a shell"""
    image = c.tiny()
    c.network()
    guest = c.boot(image, APPEND + STATIC + " panic=5", config(TIMEOUT="20"))
    what = OBJECT % r"192\.0\.2\.1" + r"connection refused \(check that the target listens on this port\)"
    cause(c, guest, "login", what)
    guest.console.expect(r"iscsiroot: login: gave up after (19|20|21|22) s: .*" + what, 90)
    guest.console.expect(r"iscsiroot: run: failed with code 69 ", 30)
    guest.wait_off(60)
    c.ok("no shell was given", not guest.console.search(r"^\(initramfs\) "), guest.console.tail(5))
    c.ok("the reboot is reported", guest.console.search(r"Rebooting automatically due to panic="))
    said_once(c, guest, "login", what)
