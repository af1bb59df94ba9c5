# SPDX-License-Identifier: GPL-2.0-or-later
"""The running system's network managers leave the root's NIC as the boot set it up."""
import re
import time

from case import case
from life import CONFIG, ROOT, STATIC, Life
from proc import wait_for

NIC, SECOND = "ens3", "ens4"
DHCP = "ip=dhcp"
LINE = "root=%s ro console=ttyS0 " % ROOT
ADDRESS, OTHER = "192.0.2.10", "192.0.2.77"
PACKAGES = ("network-manager", "netplan.io", "isc-dhcp-client")
# an empty unit file masks a unit; each case leaves out its own manager's
OFF = {"/etc/systemd/system/%s.service" % unit: ("", 0o644) for unit in (
    "NetworkManager", "NetworkManager-wait-online", "systemd-networkd-wait-online",
    "wpa_supplicant", "systemd-networkd")}
# under emulation their self-tests delay packets for seconds
SLOW = ("aesni_intel", "ghash_clmulni_intel", "crc32_pclmul", "crct10dif_pclmul", "sha512_ssse3",
        "sha256_ssse3", "sha1_ssse3", "cfg80211", "powernow_k8", "sg")
# the writer begins before any manager does
EARLY = {
    "/etc/systemd/system/sysinit.target.d/writer.conf": ("[Unit]\nWants=guest-writer.service guest-monitor.service\n", 0o644),
    "/etc/systemd/system/guest-writer.service.d/early.conf": (
        "[Unit]\nAfter=systemd-remount-fs.service\nBefore=network-pre.target\n", 0o644),
    "/etc/systemd/system/guest-monitor.service": (
        "[Unit]\nDefaultDependencies=no\nBefore=network-pre.target\n[Service]\n"
        "StandardOutput=file:/run/monitor\nExecStart=/bin/ip -o monitor link address route\n", 0o644),
    "/etc/modprobe.d/slow.conf": ("".join("blacklist %s\n" % m for m in SLOW), 0o644),
}
WANTS = "[Unit]\nWants=%s.service\n"
ONLINE = "systemd-networkd-wait-online"
IFUPDOWN_ONLINE = "ifupdown-wait-online"
# disabled by default in Debian
WAITS = {"/etc/systemd/system/network-online.target.d/manager.conf": (WANTS % IFUPDOWN_ONLINE, 0o644)}


def ifupdown(config):
    """/etc/network/interfaces, as an installer or an administrator writes it."""
    stanza = {"none": "", "dhcp": "auto {0}\niface {0} inet dhcp\n",
              "static": "auto {0}\niface {0} inet static\n address {1}/24\n gateway 192.0.2.1\n",
              "hotplug": "allow-hotplug {0}\niface {0} inet dhcp\n"}
    text = stanza["static" if config == "other" else config].format(
        NIC, OTHER if config == "other" else ADDRESS)
    return {"/etc/network/interfaces": ("auto lo\niface lo inet loopback\n\n" + text, 0o644), **WAITS}


def networkd(config):
    # as systemctl enable has them; open-iscsi.service wants network-online.target
    files = {"/etc/systemd/system/multi-user.target.d/manager.conf": (
        WANTS % "systemd-networkd", 0o644),
             "/etc/systemd/system/network-online.target.d/manager.conf": (WANTS % ONLINE, 0o644)}
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


def netplan(config, renderer="networkd"):
    files = networkd("none") if renderer == "networkd" else {}
    if config != "none":
        body = "dhcp4: true" if config == "dhcp" else "addresses: [%s/24]" % (
            OTHER if config == "other" else ADDRESS)
        files["/etc/netplan/50-lan.yaml"] = (
            "network:\n  version: 2\n  renderer: %s\n  ethernets:\n    %s:\n      %s\n"
            % (renderer, NIC, body), 0o600)
    return files


def netplan_nm(config):
    return netplan(config, "NetworkManager")


# its files, the units that must not be masked, and an administrator's commands
MANAGERS = {
    "ifupdown": (ifupdown, (), ("systemctl restart networking", "ifdown " + NIC, "ifup " + NIC,
                                "ifdown -a --exclude=lo", "ifup -a", "ifdown " + NIC)),
    "networkd": (networkd, ("systemd-networkd", ONLINE), (
        "systemctl restart systemd-networkd", "networkctl reload", "networkctl reconfigure " + NIC,
        "systemctl stop systemd-networkd systemd-networkd.socket; systemctl start systemd-networkd")),
    "nm": (nm, ("NetworkManager",), (
        "systemctl restart NetworkManager", "nmcli connection down lan", "nmcli connection up lan",
        "nmcli device disconnect " + NIC, "nmcli networking off", "nmcli networking on")),
    "netplan": (netplan, ("systemd-networkd", ONLINE), (
        "netplan apply", "systemctl restart systemd-networkd", "netplan apply")),
    "netplan-nm": (netplan_nm, ("NetworkManager",), (
        "netplan apply", "systemctl restart NetworkManager", "netplan apply")),
}


NAMES = {"ifupdown": "ifupdown", "networkd": "systemd-networkd", "nm": "NetworkManager",
         "netplan": "systemd-networkd", "netplan-nm": "NetworkManager"}
ONLINES = {"ifupdown": IFUPDOWN_ONLINE, "networkd": ONLINE, "netplan": ONLINE}
DNS = {"options": ["option:dns-server,192.0.2.1", "option:domain-search,lan.example"]}
RESOLVER = {"nameserver 192.0.2.1", "search lan.example"}


def resolver(life, guest):
    """The lines of resolv.conf, without its options."""
    out = life.run(guest, "cat /etc/resolv.conf")
    return {line.strip().rstrip(".") for line in out.splitlines()
            if line.startswith(("nameserver", "search"))}


def image(c, suite):
    return c.debian(suite, files=CONFIG, extra_packages=PACKAGES)


def addresses(life, guest):
    """The IPv4 addresses of the root's NIC, and the default route's device."""
    out = life.run(guest, "ip -4 -o addr show dev %s; ip -4 route show default" % NIC)
    rows = [line.split() for line in out.splitlines() if line.split()]
    return ([r[3] for r in rows if len(r) > 3 and r[1] == NIC],
            [r[r.index("dev") + 1] for r in rows if r[0] == "default"])


def online(c, life, guest, unit):
    """The unit that waits for the network has run, and did not delay the boot."""
    names = ("InactiveExit", "ActiveEnter", "ExecMainStart", "ExecMainExit")
    out = life.run(guest, "systemctl is-failed {0}; systemctl show {1} {0}".format(
        unit, " ".join("-p %sTimestampMonotonic" % name for name in names)))
    stamps = {name: int(us) for name, us in re.findall(r"^(\w+)TimestampMonotonic=(\d+)", out, re.M)}
    c.ok("%s has not failed" % unit, re.search(r"^active\s*$", out, re.M), out)
    c.ok("it was started, and has ended", 0 < stamps.get("ExecMainStart", 0) <= stamps.get("ExecMainExit", 0), out)
    # netplan's unit has two commands, the main one is the last: so the whole unit's time
    took = stamps.get("ActiveEnter", 0) - stamps.get("InactiveExit", 0)
    c.ok("in less than half of the shorter timeout, 120 s", 0 < took < 60e6, out)


def never_taken(c, life, guest, put_back=False):
    """Nothing was removed from the root's NIC since before any manager started, by the kernel's events.
    PUT_BACK: this manager has no setting that keeps it off, and the keeper restored what it removed."""
    out = life.run(guest, "cat /run/monitor")
    lines = [line for line in out.splitlines() if re.search(r"\b%s\b" % NIC, line)]
    taken = [line for line in lines if "Deleted" in line and re.search(r"inet |default|192\.0\.2\.0/24", line)]
    count = re.search(r", (\d+) restore", life.run(guest, "iscsiroot status"))
    c.ok("how often the keeper restored something", count and bool(int(count[1])) == put_back, count)
    if put_back:
        c.ok("it was flushed, and that was reported", taken and guest.console.search(
            r"iscsiroot: keeper: %s: link, address or route was removed: restored" % NIC), taken)
    else:
        c.same("addresses and routes that were removed", taken, [])
    c.same("the link was never down", [line for line in lines if "state DOWN" in line], [])


def held(c, suite, manager, config):
    """A guest with this MANAGER, whose configuration of the root's NIC is none, DHCP, the boot's
    address or another one. It boots, the commands are run, it is powered off; I/O never blocks."""
    make, wanted, commands = MANAGERS[manager]
    off = {path: text for path, text in OFF.items() if path.split("/")[-1][:-8] not in wanted}
    dhcp = config in ("dhcp", "none", "hotplug")
    life = Life(c, suite, image=image(c, suite), append=LINE + (DHCP if dhcp else STATIC),
                dhcp=DNS,
                more={**off, **make(config), **EARLY})
    guest = life.boot_counted()
    life.up(guest)
    life.run(guest, "dmesg -n 6")
    at_boot = addresses(life, guest)
    c.same("one address, and the default route", (len(at_boot[0]), at_boot[1]), (1, [NIC]))
    if dhcp:
        c.same("name server and search domain are set", resolver(life, guest), RESOLVER)
    else:
        c.same("the boot's address", at_boot[0], [ADDRESS + "/24"])
    c.ok("status names manager and file", re.search(
        r"^ok   manager %s: .*%s \(/run/" % (NIC, NAMES[manager]), life.run(guest, "iscsiroot status"),
        re.M))
    if manager in ONLINES:
        online(c, life, guest, ONLINES[manager])
    for command in commands:
        life.run(guest, command + "; true", 200)
        life.writes(guest)
        c.same("address and route after `%s`" % command, addresses(life, guest), at_boot)
    never_taken(c, life, guest, manager == "netplan-nm")
    life.down(guest, "poweroff")
    life.finish()
    life.never_held_up(guest)


CORE = {("ifupdown", "dhcp"), ("nm", "static")}


def cells():
    for m, manager in enumerate(MANAGERS):
        configs = ("none", "dhcp", "static", "other") + ("hotplug",) * (manager == "ifupdown")
        if manager == "netplan-nm":
            configs = ("dhcp", "other")
        for i, config in enumerate(configs):
            suite = ("bookworm", "trixie")[(m + i) % 2]

            def cell(c, suite=suite, manager=manager, config=config):
                held(c, suite, manager, config)
            cell.__doc__ = "Debian %s: %s, the root's NIC in it: %s" % (
                12 if suite == "bookworm" else 13, manager, config)
            core = "core " if (manager, config) in CORE else ""
            case("network-%s-%s" % (manager, config), group=core + "network", seconds=600)(cell)


cells()


def second(c, suite, manager, off, make, down, up):
    """A guest with a second NIC, which the boot does not use and the manager configures."""
    life = Life(c, suite, image=image(c, suite), append=LINE + STATIC.replace("guest::", "guest:%s:" % NIC),
                dhcp=DNS, more={**{p: t for p, t in OFF.items() if off not in p}, **make, **EARLY})
    guest = life.boot_counted(nics=2)
    life.up(guest)
    other = "ip -4 -o addr show dev " + SECOND
    arrives = "for i in $(seq 60); do %s | grep -q inet && break; sleep 0.5; done; %s" % (other, other)
    c.has("the second NIC has an address", life.run(guest, arrives), "192.0.2.1")
    if manager in ONLINES:
        online(c, life, guest, ONLINES[manager])
    life.run(guest, down)
    c.same("the manager takes it down", life.run(guest, other).split(), [])
    life.run(guest, up)
    c.has("and up again", life.run(guest, arrives), "192.0.2.1")
    c.same("the root's NIC stays", addresses(life, guest)[0], [ADDRESS + "/24"])
    life.writes(guest)
    life.down(guest, "poweroff")
    life.finish()
    life.never_held_up(guest)


@case("network-second-ifupdown", group="network", seconds=600)
def second_ifupdown(c):
    """Debian 12: a second NIC is ifupdown's as usual"""
    text = "auto lo\niface lo inet loopback\n" + "".join(
        "auto {0}\niface {0} inet dhcp\n".format(nic) for nic in (NIC, SECOND))
    second(c, "bookworm", "ifupdown", "none", {"/etc/network/interfaces": (text, 0o644), **WAITS},
           "ifdown " + SECOND, "ifup " + SECOND)


@case("network-second-nm", group="network", seconds=600)
def second_nm(c):
    """Debian 13: a second NIC is NetworkManager's as usual, unconfigured as it is"""
    second(c, "trixie", "nm", "NetworkManager", {}, "nmcli device disconnect " + SECOND,
           "nmcli device connect " + SECOND)


@case("network-second-networkd", group="network", seconds=600)
def second_networkd(c):
    """Debian 12: a second NIC is systemd-networkd's as usual, though one file is for both"""
    second(c, "bookworm", "networkd", "systemd-networkd", networkd("dhcp"), "networkctl down " + SECOND,
           "networkctl up " + SECOND)


@case("network-two", group="network", seconds=600)
def two(c):
    """Debian 13: two NICs of the boot's are both held, and both leases renewed"""
    text = "auto lo\niface lo inet loopback\n" + "".join(
        "auto {0}\niface {0} inet dhcp\n".format(nic) for nic in (NIC, SECOND))
    life = Life(c, "trixie", append=LINE + "ip=%s:dhcp ip=%s:dhcp" % (NIC, SECOND), dhcp=DNS,
                more={"/etc/network/interfaces": (text, 0o644), **EARLY})
    guest = life.boot_counted(nics=2)
    life.up(guest)
    show = "ip -4 -o addr show | grep -o ' ens[34] *inet [0-9./]*'"
    at_boot = life.run(guest, show)
    c.same("addresses", len(at_boot.split("\n")), 3)
    life.run(guest, "systemctl restart networking; ifdown -a --exclude=lo; ifdown %s; true" % SECOND)
    c.same("addresses after restart and ifdown", life.run(guest, show), at_boot)
    out = life.run(guest, "iscsiroot status")
    for nic in (NIC, SECOND):
        c.ok("status: " + nic, re.search(r"^ok   manager %s: .*ifupdown" % nic, out, re.M) and
             re.search(r"^ok   lease %s: .* from 192.0.2.1, " % nic, out, re.M), out)
    asked = c.net.dhcp_log().count("DHCPACK")
    life.run(guest, "date -s +1hour")
    wait_for(lambda: c.net.dhcp_log().count("DHCPACK") >= asked + 2, 60,
             "both leases asked for when the clock has jumped, not in half an hour")
    life.down(guest, "poweroff")
    life.finish()
    life.never_held_up(guest)


@case("network-leave", group="network", seconds=600)
def leave(c):
    """Debian 12: ISCSI_NETWORK=leave: ifupdown gets no file from us and configures the NIC"""
    text = "auto lo\niface lo inet loopback\nauto {0}\nno-auto-down {0}\niface {0} inet static\n" \
        " address {1}/24\n".format(NIC, OTHER)
    life = Life(c, "bookworm", append=LINE + STATIC + " ISCSI_NETWORK=leave",
                more={"/etc/network/interfaces": (text, 0o644)})
    guest = life.boot()
    life.up(guest)
    c.same("both addresses", sorted(addresses(life, guest)[0]), [ADDRESS + "/24", OTHER + "/24"])
    out = life.run(guest, "ls /run/iscsiroot /run/systemd/network /run/NetworkManager; iscsiroot status", want=None)
    c.ok("no manager was given a file", "networking.env" not in out and "0-iscsiroot" not in out and
         "iscsiroot.conf" not in out, out)
    c.ok("status reports it", re.search(r"^ok   manager %s: not protected \(ISCSI_NETWORK=leave\)$" %
                                     NIC, out, re.M), out)
    life.down(guest, "poweroff")
    life.finish()


LEASE = 120


@case("network-lease", group="network long", seconds=1500)
def lease(c):
    """Debian 12: a lease of 120 s for ten minutes; no server for five; the server is back"""
    life = Life(c, "bookworm", append=LINE + DHCP, dhcp={"lease": str(LEASE)})
    guest = life.boot_counted()
    began = time.time()
    life.up(guest)
    life.write(guest)
    at_boot = addresses(life, guest)
    time.sleep(max(0, began + 600 - time.time()))
    c.same("the address stays for ten minutes", addresses(life, guest), at_boot)
    c.ok("status: renewed", re.search(r"^ok   lease %s: .* from 192.0.2.1, " % NIC,
                                      life.run(guest, "iscsiroot status"), re.M))
    life.run(guest, "dmesg -n 6")
    c.net.dnsmasq.stop()
    gone = time.time()
    ended = guest.console.expect(
        r"iscsiroot: lease: %s: \S+ is not renewed, no DHCP server answers \(the address is kept, "
        r"renewal is retried\)" % NIC, 2 * LEASE)
    c.must("it is reported", ended)
    time.sleep(max(0, gone + 300 - time.time()))
    c.same("the address stays without a server", addresses(life, guest), at_boot)
    out = life.run(guest, "iscsiroot status", want=1)
    c.ok("status: not renewed", re.search(r"^warn lease %s: .* is kept but not renewed: expired " % NIC,
                                          out, re.M), out)
    c.net.dhcp(lease=str(LEASE))
    back = time.time()
    c.must("it is renewed once the server is back", guest.console.expect(
        r"iscsiroot: lease: %s: \S+ is renewed again by 192.0.2.1" % NIC, 120))
    life.run(guest, "dmesg -n 1")
    c.same("with the same address", addresses(life, guest), at_boot)
    life.writes(guest)
    life.down(guest, "poweroff")
    wire = life.finish()
    life.never_held_up(guest)
    address = at_boot[0][0].partition("/")[0]
    acks = [p for p in wire.dhcp if p.type == "ack"]
    times = [p.time for p in acks if p.time < gone]
    c.same("addresses leased", {p.yiaddr for p in acks}, {address})
    c.ok("renewed for ten minutes", len(times) >= 600 // LEASE and
         all(b - a < LEASE for a, b in zip(times, times[1:])) and gone - times[-1] < LEASE, times)
    c.ok("and again", [p for p in acks if p.time > back])
    c.same("client identifiers", {p.options.get(61) for p in wire.dhcp if p.type == "request"}, {None})
    c.same("releases", [p for p in wire.dhcp if p.type == "release"], [])


def names(c, suite, packages, more=None, ip=DHCP, link=None):
    """Name servers of the boot, in the real root: a name in the search domain is found."""
    life = Life(c, suite, image=c.debian(suite, files=CONFIG, extra_packages=packages),
                append=LINE + ip, dhcp=DNS, more=more)
    c.net.spawn(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root",
                 "--interface=br0", "--bind-interfaces", "--no-resolv", "--no-hosts", "--pid-file=",
                 "--address=/storage.lan.example/192.0.2.1"], "dns.log")
    guest = life.boot()
    life.up(guest)
    out = life.run(guest, "getent hosts storage; ls -l /etc/resolv.conf; cat /etc/resolv.conf")
    c.ok("a name of the search domain is found", re.search(r"^192\.0\.2\.1\s+storage", out, re.M), out)
    if link:
        c.has("resolv.conf is what it was", out, "/etc/resolv.conf -> " + link)
    name = life.run(guest, "hostname").strip()
    life.down(guest, "poweroff")
    life.finish()
    return name


@case("network-dns", group="network", seconds=500)
def dns(c):
    """Debian 13: without resolvconf and systemd-resolved, over an old resolv.conf"""
    name = names(c, "trixie", (), {"/etc/resolv.conf": ("nameserver 203.0.113.1\n", 0o644),
                                   "/etc/hostname": ("", 0o644)}, "ip=::::web1::dhcp")
    c.same("the host name of ip=, where /etc/hostname has none", name, "web1")


@case("network-dns-resolvconf", group="network", seconds=500)
def dns_resolvconf(c):
    """Debian 12: with resolvconf"""
    name = names(c, "bookworm", ("resolvconf",), ip="ip=::::web1::dhcp")
    c.same("the host name of /etc/hostname", name, "guest")


@case("network-dns-resolved", group="network", seconds=500)
def dns_resolved(c):
    """Debian 13: with systemd-resolved"""
    names(c, "trixie", ("systemd-resolved",), link="../run/systemd/resolve/stub-resolv.conf")


@case("network-cloud-init", group="network", seconds=900)
def cloud_init(c):
    """Debian 12: cloud-init's NoCloud with a network configuration for the root's NIC"""
    seed = "/var/lib/cloud/seed/nocloud/"
    life = Life(c, "bookworm", image=c.debian("bookworm", files=CONFIG, extra_packages=("cloud-init",)),
                append=LINE + STATIC, more={
                    seed + "meta-data": ("instance-id: one\n", 0o644),
                    seed + "user-data": ("#cloud-config\nlocale: false\n", 0o644),
                    seed + "network-config": (
                        "version: 2\nethernets:\n  %s:\n    addresses: [%s/24]\n" % (NIC, OTHER), 0o644),
                    **EARLY})
    guest = life.boot_counted()
    life.up(guest, 400)
    out = life.run(guest, "cloud-init status --wait --long; ls /etc/network/interfaces.d", 300, None)
    c.has("cloud-init is done", out, "status: done")
    c.same("one address: the boot's", addresses(life, guest)[0], [ADDRESS + "/24"])
    life.writes(guest)
    life.run(guest, "systemctl restart networking; ifdown -a --exclude=lo; ifup -a; true")
    c.same("and after ifupdown", addresses(life, guest)[0], [ADDRESS + "/24"])
    life.writes(guest)
    life.down(guest, "poweroff")
    life.finish()
    life.never_held_up(guest)
