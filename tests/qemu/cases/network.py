# SPDX-License-Identifier: GPL-2.0-or-later
"""The running system's network managers, and the root's NIC, which stays as the boot set it up."""
import records
from case import case
from life import CONFIG, ROOT, STATIC, Life

NIC, SECOND = "ens3", "ens4"
DHCP = "ip=dhcp"
LINE = "root=%s ro console=ttyS0 " % ROOT
GAP = 2
ADDRESS, OTHER = "192.0.2.10", "192.0.2.77"
PACKAGES = ("network-manager", "netplan.io", "isc-dhcp-client")
# an empty unit file is a masked one; each case takes its own manager's away
OFF = {"/etc/systemd/system/%s.service" % unit: ("", 0o644) for unit in (
    "NetworkManager", "NetworkManager-wait-online", "systemd-networkd-wait-online",
    "wpa_supplicant", "systemd-networkd")}
# under emulation their self-tests and their like keep a processor from its packets for seconds
SLOW = ("aesni_intel", "ghash_clmulni_intel", "crc32_pclmul", "crct10dif_pclmul", "sha512_ssse3",
        "sha256_ssse3", "sha1_ssse3", "cfg80211", "powernow_k8", "sg")
# the writer begins before any manager does
EARLY = {
    "/etc/systemd/system/sysinit.target.d/writer.conf": ("[Unit]\nWants=guest-writer.service\n", 0o644),
    "/etc/systemd/system/guest-writer.service.d/early.conf": (
        "[Unit]\nAfter=systemd-remount-fs.service\nBefore=network-pre.target\n", 0o644),
    "/etc/modprobe.d/slow.conf": ("".join("blacklist %s\n" % m for m in SLOW), 0o644),
}
WANTS = "[Unit]\nWants=%s.service\n"


def ifupdown(config):
    """/etc/network/interfaces, as an installer or a person writes it."""
    stanza = {"none": "", "dhcp": "auto {0}\niface {0} inet dhcp\n",
              "static": "auto {0}\niface {0} inet static\n address {1}/24\n gateway 192.0.2.1\n",
              "hotplug": "allow-hotplug {0}\niface {0} inet dhcp\n"}
    text = stanza["static" if config == "other" else config].format(
        NIC, OTHER if config == "other" else ADDRESS)
    return {"/etc/network/interfaces": ("auto lo\niface lo inet loopback\n\n" + text, 0o644)}


def networkd(config):
    files = {"/etc/systemd/system/multi-user.target.d/manager.conf": (
        WANTS % "systemd-networkd", 0o644)}
    if config != "none":
        body = "DHCP=yes\n" if config == "dhcp" else "Address=%s/24\nGateway=192.0.2.1\n" % (
            OTHER if config == "other" else ADDRESS)
        files["/etc/systemd/network/00-lan.network"] = (
            "[Match]\nName=en*\n\n[Network]\n" + body, 0o644)
    return files


def nm(config):
    files = {}
    if config != "none":
        ipv4 = "method=auto\n" if config == "dhcp" else (
            "method=manual\naddress1=%s/24,192.0.2.1\n" % (OTHER if config == "other" else ADDRESS))
        files["/etc/NetworkManager/system-connections/lan.nmconnection"] = (
            "[connection]\nid=lan\ntype=ethernet\ninterface-name=%s\n\n[ipv4]\n%s" % (NIC, ipv4),
            0o600)
    return files


def netplan(config):
    files = networkd("none")
    if config != "none":
        body = "dhcp4: true" if config == "dhcp" else "addresses: [%s/24]" % (
            OTHER if config == "other" else ADDRESS)
        files["/etc/netplan/50-lan.yaml"] = (
            "network:\n  version: 2\n  renderer: networkd\n  ethernets:\n    %s:\n      %s\n"
            % (NIC, body), 0o600)
    return files


# its files, the units that must not be masked, and what an administrator does to it
MANAGERS = {
    "ifupdown": (ifupdown, (), ("systemctl restart networking", "ifdown " + NIC, "ifup " + NIC,
                                "ifdown -a --exclude=lo", "ifup -a", "ifdown " + NIC)),
    "networkd": (networkd, ("systemd-networkd",), (
        "systemctl restart systemd-networkd", "networkctl reload", "networkctl reconfigure " + NIC,
        "systemctl stop systemd-networkd systemd-networkd.socket; systemctl start systemd-networkd")),
    "nm": (nm, ("NetworkManager",), (
        "systemctl restart NetworkManager", "nmcli connection down lan", "nmcli connection up lan",
        "nmcli device disconnect " + NIC, "nmcli networking off", "nmcli networking on")),
    "netplan": (netplan, ("systemd-networkd",), (
        "netplan apply", "systemctl restart systemd-networkd", "netplan apply")),
}


def image(c, suite):
    return c.debian(suite, files=CONFIG, extra_packages=PACKAGES)


def addresses(life, guest):
    """The IPv4 addresses of the root's NIC, and the default route's device."""
    out = life.run(guest, "ip -4 -o addr show dev %s; ip -4 route show default" % NIC)
    rows = [line.split() for line in out.splitlines()]
    return ([r[3] for r in rows if len(r) > 3 and r[1] == NIC],
            [r[r.index("dev") + 1] for r in rows if r[0] == "default"])


def held(c, suite, manager, config):
    """A guest with this MANAGER, and in its configuration for the root's NIC: none, DHCP, the
    boot's address or another one. Booted, meddled with, powered off; the writer is never held up."""
    make, wanted, commands = MANAGERS[manager]
    off = {path: text for path, text in OFF.items() if path.split("/")[-1][:-8] not in wanted}
    dhcp = config in ("dhcp", "none", "hotplug")
    life = Life(c, suite, image=image(c, suite), append=LINE + (DHCP if dhcp else STATIC),
                dhcp={"options": ["option:dns-server,192.0.2.53", "option:domain-search,lan.example"]},
                more={**off, **make(config), **EARLY})
    guest = life.boot()
    life.up(guest)
    at_boot = addresses(life, guest)
    c.same("one address, and the default route", (len(at_boot[0]), at_boot[1]), (1, [NIC]))
    if not dhcp:
        c.same("it is the boot's", at_boot[0], [ADDRESS + "/24"])
    for command in commands:
        life.run(guest, command + "; true", 200)
        life.writes(guest)
        c.same("address and route after `%s`" % command, addresses(life, guest), at_boot)
    life.run(guest, "systemctl --failed --no-legend --plain")
    life.down(guest, "poweroff")
    life.finish()
    c.ok("the writer's longest gap is under %d s" % GAP,
         max(records.gaps(guest.second.text), default=0) < GAP, records.gaps(guest.second.text))


def cells():
    turn = 0
    for manager in MANAGERS:
        for config in ("none", "dhcp", "static", "other"):
            suite = ("bookworm", "trixie")[turn % 2]
            turn += 1

            def cell(c, suite=suite, manager=manager, config=config):
                held(c, suite, manager, config)
            cell.__doc__ = "Debian %s: %s, the root's NIC in it: %s" % (
                12 if suite == "bookworm" else 13, manager, config)
            case("network-%s-%s" % (manager, config), group="network", seconds=600)(cell)
        turn += 1       # the next manager begins with the other one


cells()
