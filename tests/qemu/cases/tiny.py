# SPDX-License-Identifier: GPL-2.0-or-later
"""The many ways to ask for an iSCSI root, each a boot of the tiny guest."""
import re
import shlex

import lun
from case import BROKE, ENGINE, but_broken, case
from target import IQN

ROOT = "/dev/mapper/system-root"
# loglevel: the kernel does not write into the middle of lines that are read here
APPEND = "root=%s ro console=ttyS0 loglevel=4" % ROOT
DHCP = " ip=dhcp"
STATIC = " ip=192.0.2.10::192.0.2.1:255.255.255.0:guest::off"
CONFIG = "etc/iscsi/iscsi.initramfs"
INITIATOR = "iqn.2001-04.com.example:guest"
PORTAL = "192.0.2.1:3260"
# every run of initramfs-tools' init sources conf.d: the image's empty file is gone before any script
NO_FILE = {"conf/conf.d/no-file": ("rm -f /%s\n" % CONFIG, 0o644)}


def config(**keys):
    """The overlay with a configuration file; values quoted as a shell's user would."""
    keys = {"TARGET_NAME": IQN, "TARGET_IP": "192.0.2.1", **keys}
    text = "".join("ISCSI_%s=%s\n" % (k, shlex.quote(v)) for k, v in keys.items())
    return {CONFIG: (text, 0o600)}


GOOD_NEWS = re.compile(r"iscsiroot: (net: \S+: \S+, (gateway \S+, )?(static|by DHCP)"
                       r"|login: \S+ iqn\S+: logged in"
                       r"|settle: \S+: can be mounted: .*"
                       r"|handoff: \S+: root is ready after [0-9.]+ s)$")


def only_good_news(c, guest, alarms=(), maybe=()):
    """Our lines are those of a boot where all is well; ALARMS: patterns that must come as well,
    MAYBE: those that may. A login that the kernel broke by itself (but_broken) may be told."""
    if guest.console.search(BROKE):
        maybe = (*maybe, r"login: .*: connection lost during the login \(see the target's log\), retrying")
    said = [m for m in c.messages(guest) if not GOOD_NEWS.search(m)
            and not any(re.search(p, m) for p in maybe)]
    for pattern in alarms:
        c.ok("message %r" % pattern, any(re.search(pattern, m) for m in said), said)
    c.same("alarms of a good boot", [m for m in said
                                     if not any(re.search(a, m) for a in alarms)], [])
    c.ok("progress is told", len(c.messages(guest)) >= 4 + len(said), c.messages(guest))


def booted(c, guest, root=ROOT, portals=(PORTAL,), logins=True, alarms=(), maybe=(), engine=False):
    """The guest runs to its end, and all that holds for every good boot; (facts, wire)."""
    facts = c.facts(guest)
    c.root_is(facts, root)
    c.handed_over(facts)
    c.same("sessions in the guest", sorted(line.split()[1:4] for line in facts["sessions"]),
           [[IQN, "LOGGED_IN", INITIATOR]] * len(portals))
    # the keeper stays, and has had no need of iscsid yet
    # with an engine of its own it has a process more, for its requests to the kernel
    c.same("programs of ours left over", [p.split()[1] for p in facts["processes"] if "iscsi" in p
                                          and not p.split()[1].startswith("iscsi_")],
           ["iscsiroot-keepe"] * (2 if engine or ENGINE == "native" else 1))
    only_good_news(c, guest, alarms, maybe)
    c.ok("the guest wrote to its root", guest.console.search("^TINY-WROTE"))
    wire = c.wire()
    if logins:
        c.one_login(guest, wire, portals)
    return facts, wire


def simple(c, append, files, layout="lvm", lun_number=1, root=ROOT, chap=None, mutual=None,
           dhcp=None, image=None, alarms=(), engine=False, **lun_how):
    """One LUN, one portal, one NIC; (guest, facts, wire)."""
    image = image or c.tiny()
    c.network(dhcp=dhcp)
    disk = c.lun(image, layout=layout, **lun_how)
    c.target({lun_number: disk}, chap=chap, mutual=mutual)
    guest = c.boot(image, append, files)
    facts, wire = booted(c, guest, root, alarms=alarms, engine=engine)
    c.same("the root's file system is clean", lun.fsck(disk)[0], 0)
    c.has("what the guest wrote is on the LUN", lun.extract(disk, "/tiny.ran").decode(), "root=")
    return guest, facts, wire


def dhcp_once(c, guest, wire, until=float("inf")):
    """The address was asked for once: the first packet was not lost for want of a carrier. (ipconfig
    says its request again when the answer, on a busy machine, has not reached it within a second.)"""
    kinds = [p.type for p in wire.dhcp if p.time < until and
             (p.mac == guest.macs[0] or p.type in ("offer", "ack"))]
    c.same("DHCP packets", (kinds[:2], set(kinds[2:])), (["discover", "offer"], {"request", "ack"}))


@case("tiny-dhcp")
def tiny_dhcp(c):
    """An LVM root by DHCP, asked for once; what others read is handed over"""
    guest, facts, wire = simple(c, APPEND + DHCP, config(), dhcp={})
    dhcp_once(c, guest, wire)
    conf = "\n".join(facts["net-conf"])
    c.has("net-DEV.conf", conf, "/run/net-")
    c.ok("net-DEV.conf has the lease", any(l.startswith("IPV4ADDR='192.0.2.1") for l in
                                           facts["net-conf"]), conf)
    nic = conf.split("/run/net-")[1].split(".conf")[0]
    c.same("open-iscsi.interface", facts["interface"], [nic])


@case("tiny-static")
def tiny_static(c):
    """An LVM root with a static address and no packet of DHCP"""
    guest, facts, wire = simple(c, APPEND + STATIC, config())
    c.same("DHCP packets", wire.dhcp, [])
    c.ok("the address is the one given", any("inet 192.0.2.10/24 " in l for l in facts["addresses"]),
         facts["addresses"])
    c.ok("the default route is the one given", any(l.startswith("default via 192.0.2.1 ") for l in
                                                   facts["routes"]), facts["routes"])
    c.same("the host name is the one given", facts["hostname"], ["guest"])
    c.has("net-DEV.conf", "\n".join(facts["net-conf"]), "IPV4ADDR='192.0.2.10'")


@case("tiny-static-device")
def tiny_static_device(c):
    """The NIC by its name, no mask but a prefix length, no gateway"""
    guest, facts, wire = simple(c, APPEND + " net.ifnames=0 ip=192.0.2.11/24:::::eth0:none", config())
    c.ok("the address is the one given", any("inet 192.0.2.11/24 " in l for l in facts["addresses"]),
         facts["addresses"])
    c.same("open-iscsi.interface", facts["interface"], ["eth0"])


@case("tiny-ipv6")
def tiny_ipv6(c):
    """Static IPv6 to an IPv6 portal"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image), portals=["[2001:db8::1]:3260"])
    guest = c.boot(image, APPEND + " ip=[2001:db8::10]::[2001:db8::1]:64:guest::none",
                   config(TARGET_IP="2001:db8::1"))
    facts, wire = booted(c, guest, portals=("2001:db8::1:3260",))
    c.ok("the address is the one given", any("inet6 2001:db8::10/64 " in l for l in
                                             facts["addresses"]), facts["addresses"])
    c.same("DHCP packets", wire.dhcp, [])


@case("tiny-klibc")
def tiny_klibc(c):
    """BUSYBOX=n: klibc's shell and tools alone in the image"""
    guest, facts, wire = simple(c, APPEND + DHCP, config(), dhcp={}, image=c.tiny(busybox=False))
    dhcp_once(c, guest, wire)


@case("chap")
def chap(c):
    """One-way CHAP"""
    secret = "twelve-bytes-1"
    guest, facts, wire = simple(c, APPEND + STATIC, config(USERNAME="guest1", PASSWORD=secret),
                                chap=("guest1", secret))
    c.same("CHAP was done, one way", [(l.chap, l.mutual) for l in wire.logins() if l.done],
           [(True, False)])
    c.no_secret(guest, secret)


AWKWARD = "a b  #c$d'e\"f*g:h"
AWKWARD_IN = " t`h\\e 'other' \"one\"$#*: "


@case("chap-mutual-file")
def chap_mutual_file(c):
    """Mutual CHAP with spaces, #, $, both quotes, * and : in the passwords of the file"""
    files = config(USERNAME="guest1", PASSWORD=AWKWARD, IN_USERNAME="storage", IN_PASSWORD=AWKWARD_IN)
    guest, facts, wire = simple(c, APPEND + STATIC, files, chap=("guest1", AWKWARD),
                                mutual=("storage", AWKWARD_IN))
    c.same("CHAP was done, both ways", [(l.chap, l.mutual) for l in wire.logins() if l.done],
           [(True, True)])
    c.no_secret(guest, AWKWARD, AWKWARD_IN)


@case("chap-mutual-cmdline")
def chap_mutual_cmdline(c):
    """Mutual CHAP with awkward passwords, quoted on the command line"""
    secret, secret_in = AWKWARD.replace('"', ""), AWKWARD_IN.replace('"', "")
    append = APPEND + STATIC + (' ISCSI_USERNAME=guest1 ISCSI_PASSWORD="%s" ISCSI_IN_USERNAME=storage'
                                ' "ISCSI_IN_PASSWORD=%s"' % (secret, secret_in))
    guest, facts, wire = simple(
        c, append, config(), chap=("guest1", secret), mutual=("storage", secret_in),
        alarms=[r"plan: warning: kernel command line: ISCSI_PASSWORD: every user can read",
                r"plan: warning: kernel command line: ISCSI_IN_PASSWORD: every user can read"])
    c.same("CHAP was done, both ways", [(l.chap, l.mutual) for l in wire.logins() if l.done],
           [(True, True)])
    for name in ("timeline", "handoff", "net-conf"):
        c.ok("no secret in " + name, secret not in "\n".join(facts[name]), facts[name])


@case("todays-setting")
def todays_setting(c):
    """What people have today: two lines in the file, their kernel arguments, nothing else"""
    files = {CONFIG: ("ISCSI_TARGET_NAME=%s\nISCSI_TARGET_IP=192.0.2.1\n" % IQN, 0o600)}
    guest, facts, wire = simple(
        c, "root=/dev/mapper/itsystem-root ro console=ttyS0 clocksource=jiffies", files,
        root="/dev/mapper/itsystem-root", vg="itsystem", dhcp={})
    dhcp_once(c, guest, wire)


@case("upper-cmdline")
def upper_cmdline(c):
    """Upper-case ISCSI_ kernel parameters alone, and no file"""
    append = APPEND + DHCP + " ISCSI_TARGET_NAME=%s ISCSI_TARGET_IP=192.0.2.1" \
        " ISCSI_TARGET_PORT=3260 ISCSI_TARGET_GROUP=1" % IQN
    simple(c, append, NO_FILE, dhcp={})


@case("lower-cmdline")
def lower_cmdline(c):
    """Lower-case iscsi_ kernel parameters, another initiator name, an address over the file's"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image))
    guest = c.boot(image, APPEND + STATIC + " iscsi_initiator=iqn.2001-04.com.example:other"
                   " iscsi_target_ip=192.0.2.1", config(TARGET_IP="192.0.2.77"))
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    only_good_news(c, guest)
    wire = c.wire()
    logins = c.one_login(guest, wire)
    c.same("initiator", [l.initiator for l in logins], ["iqn.2001-04.com.example:other"])


@case("uuid-partition")
def uuid_partition(c):
    """Root by UUID on a partition of the LUN"""
    guest, facts, wire = simple(c, "root=UUID=%s ro console=ttyS0" % lun.FS_UUID + STATIC, config(),
                                layout="partition", root="/dev/sda1")


@case("partuuid-partition")
def partuuid_partition(c):
    """Root by PARTUUID on a partition of the LUN"""
    simple(c, "root=PARTUUID=%s ro console=ttyS0" % lun.PART_UUID + STATIC, config(),
           layout="partition", root="/dev/sda1")


@case("root-iscsi")
def root_iscsi(c):
    """root=iscsi: with the LUN itself as the file system"""
    simple(c, "root=iscsi:192.0.2.1:::1:%s ro console=ttyS0" % IQN + STATIC, NO_FILE,
           layout="whole", root="/dev/sda")


@case("root-iscsi-lun5")
def root_iscsi_lun5(c):
    """root=iscsi: with port, protocol and LUN 5 beside another LUN"""
    image = c.tiny()
    c.network(dhcp={})
    other = lun.foreign_vg(c.workdir / "other.lun", "other")
    c.target({1: other, 5: c.lun(image, layout="whole")})
    guest = c.boot(image, "root=iscsi:192.0.2.1:6:3260:5:%s ro console=ttyS0 ip=dhcp" % IQN, NO_FILE)
    facts = c.facts(guest)
    disks = {l.split()[0]: l.split()[2] for l in facts["iscsi-disks"]}
    root = next(l.split()[0] for l in facts["mounts"] if l.split()[1] == "/"
                and l.split()[0] not in ("rootfs", "none"))
    c.same("root is LUN 5", disks.get(root.rpartition("/")[2]), "5")
    c.handed_over(facts)
    only_good_news(c, guest)
    c.one_login(guest, c.wire())


@case("lun5-only")
def lun5_only(c):
    """LUN 5 as the only disk, with LVM"""
    guest, facts, wire = simple(c, APPEND + STATIC, config(), lun_number=5)
    c.same("the disk is LUN 5", [l.split()[2] for l in facts["iscsi-disks"]], ["5"])
    c.ok("root was read from LUN 5", wire.reads(5))


@case("root-dhcp")
def root_dhcp(c):
    """root=dhcp: the LUN that the DHCP server's root-path names"""
    guest, facts, wire = simple(
        c, "root=dhcp ro console=ttyS0", NO_FILE, layout="whole", root="/dev/sda",
        dhcp={"root_path": "iscsi:192.0.2.1:6:3260:1:%s" % IQN})
    dhcp_once(c, guest, wire)


@case("netroot-dhcp-lvm")
def netroot_cmdline(c):
    """netroot=iscsi: as dracut writes it, root= names the volume on it"""
    simple(c, APPEND + DHCP + " netroot=iscsi:192.0.2.1::::%s"
           " rd.iscsi.initiator=%s" % (IQN, INITIATOR), NO_FILE, dhcp={})


@case("foreign-groups")
def foreign_groups(c):
    """Two LUNs with foreign, complete volume groups stay shut"""
    image = c.tiny()
    c.network()
    foreign = [lun.foreign_vg(c.workdir / ("%s.lun" % vg), vg) for vg in ("alpha", "zulu")]
    before = [f.read_bytes() for f in foreign]
    c.target([foreign[0], c.lun(image), foreign[1]])
    guest = c.boot(image, APPEND + STATIC, config())
    facts, wire = booted(c, guest)
    c.same("LUNs in the guest", sorted(l.split()[2] for l in facts["iscsi-disks"]), ["1", "2", "3"])
    c.same("volumes that are active", [l.split()[2] for l in facts["block"] if l.startswith("dm-")],
           ["system-root"])
    c.same("writes to the foreign LUNs", len(wire.writes(1) + wire.writes(3)), 0)
    c.ok("the foreign LUNs are as they were", [f.read_bytes() for f in foreign] == before)


@case("duplicate-local")
def duplicate_local(c):
    """The root's physical volume also as a local disk: the iSCSI one is taken, the other not activated"""
    image = c.tiny()
    c.network()
    disk = c.lun(image)
    local = lun.copy(disk, c.workdir / "local.raw")
    c.target(disk)
    guest = c.boot(image, APPEND + STATIC, config(), disks=[local])
    facts, wire = booted(c, guest, alarms=[r"settle: vda: .*not activated \(detach"])
    c.same("disks in the guest", sorted(l.split()[0] for l in facts["block"]
                                        if not l.startswith("dm-")), ["sda", "vda"])
    c.same("what the volume lies on", [l.split()[3] for l in facts["block"] if l.startswith("dm-")],
           ["sda"])
    c.ok("the local disk is as it was", local.read_bytes() == image.lun(label="rootfs").read_bytes())


@case("two-portals")
def two_portals(c):
    """Two portals of one target: one login each, and one path under the volume"""
    image = c.tiny()
    c.network()
    c.net.address("192.0.2.2/24")
    c.target(c.lun(image), portals=[PORTAL, "192.0.2.2:3260"])
    guest = c.boot(image, APPEND + STATIC, config(TARGET_IP="192.0.2.1 192.0.2.2"))
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.handed_over(facts)
    only_good_news(c, guest)
    wire = c.wire()
    logins = but_broken(wire.logins(until=c.init_time(guest)), guest.console.text)
    c.ok("at most one login per portal", len({l.portal for l in logins}) == len(logins), logins)
    c.ok("a login at all, and all of them good", logins and all(l.done for l in logins), logins)


@case("two-nics")
def two_nics(c):
    """A second NIC that no DHCP server answers on costs nothing"""
    image = c.tiny()
    c.network(dhcp={})
    c.net.bridge("br1")
    c.target(c.lun(image))
    guest = c.boot(image, APPEND, config(), nics=[c.net.tap("br1"), c.net.tap()])
    # where the host is busy the boot takes longer than ipconfig asks, and what is said then is true
    facts, wire = booted(c, guest, maybe=[r"net: \S+: no answer from a DHCP server \("])
    net = [r for r in c.timeline(facts) if r["step"] == "net" and r["event"] in ("begin", "ok")]
    c.ok("the network was up within 15 s", net and float(net[-1]["t"]) - float(net[0]["t"]) < 15, net)


@case("bootif")
def bootif(c):
    """BOOTIF= chooses the second NIC, which alone asks for an address"""
    image = c.tiny()
    c.network(dhcp={})
    c.target(c.lun(image))
    guest = c.boot(image, APPEND + " BOOTIF=01-52-54-00-12-34-51", config(), nics=2)
    facts, wire = booted(c, guest)
    c.same("who asked", {p.mac for p in wire.dhcp}, {guest.macs[1]})


def local_boot(c, image):
    """Boot IMAGE from a local disk with a NIC that would get an address; (guest, facts, wire)."""
    c.network(dhcp={"root_path": "iscsi:192.0.2.1:6:3260:1:%s" % IQN})
    disk = c.lun(image)
    c.target(lun.foreign_vg(c.workdir / "other.lun", "other"))
    guest = c.boot(image, APPEND, NO_FILE, disks=[disk])
    facts = c.facts(guest)
    c.root_is(facts, ROOT, iscsi=False)
    return guest, facts, c.wire()


def local_top_seconds(guest):
    """How long the scripts of local-top took."""
    begin = guest.console.search(r"Running /scripts/local-top \.\.\. ")
    end = guest.console.text.index("done.", begin.end())
    return guest.console.time_of(end) - guest.console.time_of(begin.start())


@case("local-root")
def local_root(c):
    """No iSCSI root asked for: the local disk boots as if we were not there"""
    image = c.tiny()
    guest, facts, wire = local_boot(c, image)
    c.same("lines of ours", c.messages(guest), [])
    c.same("sessions", facts["sessions"], [])
    c.same("connections to the target", wire.connections, [])
    c.same("DHCP packets", wire.dhcp, [])
    c.same("files of ours in /run", facts["run"], [])
    c.ok("the script took no time", local_top_seconds(guest) < 1.5, local_top_seconds(guest))


@case("off")
def off(c):
    """iscsiroot=off on the command line beats a complete request: the local disk boots"""
    image = c.tiny()
    c.network(dhcp={})
    disk = c.lun(image)
    c.target(lun.foreign_vg(c.workdir / "other.lun", "other"))
    guest = c.boot(image, APPEND + " iscsiroot=off", config(), disks=[disk])
    facts = c.facts(guest)
    c.root_is(facts, ROOT, iscsi=False)
    c.same("lines of ours", c.messages(guest), [])
    c.same("connections to the target", c.wire().connections, [])


def refused(c, guest, code, message, seconds=60):
    """The boot ends in the emergency path with CODE, and MESSAGE was said."""
    guest.console.expect(r"iscsiroot: run: failed with code (\d+) ", seconds)
    said = "\n".join(c.messages(guest))
    c.has("exit code", said, "failed with code %d" % code)
    c.ok("message %r" % message, guest.console.search(message), said)
    c.same("lines with our exit code", len(guest.console.lines("failed with code")), 1)
    c.ok("the real init did not run", guest.console.search("^TINY-BEGIN") is None)
    guest.close()


@case("half-a-request")
def half_a_request(c):
    """A name without an address: refused at once, without a packet"""
    image = c.tiny()
    c.network(dhcp={})
    guest = c.boot(image, APPEND, {CONFIG: ("ISCSI_TARGET_NAME=%s\n" % IQN, 0o600)})
    refused(c, guest, 78, r"iscsiroot: plan: .*ISCSI_TARGET_IP")
    wire = c.wire()
    c.same("packets of DHCP and iSCSI", (wire.dhcp, wire.connections), ([], []))


@case("bad-file")
def bad_file(c):
    """A value that cannot be: file, line and key are named, exit code 78"""
    image = c.tiny()
    c.network(dhcp={})
    guest = c.boot(image, APPEND, {CONFIG: (
        "ISCSI_TARGET_NAME=%s\nISCSI_TARGET_IP=192.0.2.1\nISCSI_TARGET_PORT=70000\n" % IQN, 0o600)})
    refused(c, guest, 78, r"iscsiroot: plan: /etc/iscsi/iscsi\.initramfs:3: ISCSI_TARGET_PORT: .*70000")


@case("chap-wrong")
def chap_wrong(c):
    """A wrong password: said once, exit code 77 at the deadline, the secret shown nowhere"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image), chap=("guest1", "the-right-one-1"))
    guest = c.boot(image, APPEND + STATIC, config(USERNAME="guest1", PASSWORD="the-wrong-one-1",
                                                  TIMEOUT="12"))
    refused(c, guest, 77, r"iscsiroot: login: 192\.0\.2\.1:3260 ")
    c.no_secret(guest, "the-wrong-one-1", "the-right-one-1")
    wire = c.wire()
    c.ok("it was tried again until the deadline", len(wire.logins()) > 1, wire.logins())
    c.same("logins that succeeded", [l for l in wire.logins() if l.done], [])


@case("target-away")
def target_away(c):
    """Nothing serves the target: exit code 69 at the deadline, portal named"""
    image = c.tiny()
    c.network()
    guest = c.boot(image, APPEND + STATIC, config(TIMEOUT="10"))
    refused(c, guest, 69, r"iscsiroot: login: 192\.0\.2\.1:3260.*refused")
    wire = c.wire()
    c.ok("it was tried again until the deadline", len(wire.connections) > 5, wire.connections)


@case("target-late")
def target_late(c):
    """The target comes seconds late: said once, then the boot goes on at once"""
    image = c.tiny()
    c.network()
    target = c.target(c.lun(image), held=True)
    guest = c.boot(image, APPEND + STATIC, config())
    guest.console.expect(r"iscsiroot: login: 192\.0\.2\.1:3260", 60)
    target.open()
    facts = c.facts(guest)
    c.root_is(facts, ROOT)
    c.one_login(guest, c.wire())


@case("group-missing")
def group_missing(c):
    """The root's volume group is on no LUN: exit code 66 at the deadline, group named"""
    image = c.tiny()
    c.network()
    c.target(c.lun(image))
    guest = c.boot(image, "root=/dev/mapper/elsewhere-root ro console=ttyS0" + STATIC,
                   config(TIMEOUT="12"))
    refused(c, guest, 66, r"iscsiroot: settle: volume group elsewhere: .*they hold: system")
    c.wire()
