# SPDX-License-Identifier: GPL-2.0-or-later
"""The same boots where dracut makes the initrd: three versions of it, with systemd and without."""
import contextlib
import functools

import debian
import faults_more
import images
import lun
import network
import off
import settle
import tiny
from case import case, find_deb
from console import ConsoleError
from qemu import COUNTED
from target import IQN

SUITES = {"dracut12": "bookworm", "dracut13": "trixie", "dracut14": "forky"}
BUILDERS = {"": "dracut-systemd", "-plain": "dracut"}
# sourced by dracut before our hook; a directory of an overlay must not stand where a link is
NO_FILE = {suite: {top + "/dracut/hooks/cmdline/01-no-file.sh": ("rm -f /%s\n" % tiny.CONFIG, 0o755)}
           for suite, top in (("bookworm", "usr/lib"), ("trixie", "var/lib"), ("forky", "var/lib"))}
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
        # Linux 7.2, emulated, takes ten seconds for several disks: told as a wait where a clock sees it
        boot = functools.partial(c.boot, accel=COUNTED) if suite == "forky" else c.boot
        c.tiny = functools.partial(c.tiny, suite=suite, builder=builder)
        c.boot = lambda image, append, files=None, **how: boot(
            image, append, NO_FILE[suite] if files is tiny.NO_FILE else files, memory=768, **how)
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
    first, second = lun.split_vg(c.workdir / "first.lun", c.workdir / "second.lun", image.tree,
                                 label="rootfs")
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


def target_very_late(c):
    """The target comes two minutes late, when systemd would have given up on a device"""
    image = c.tiny()
    c.network()
    target = c.target(c.lun(image), held=True)
    guest = c.boot(image, tiny.APPEND + tiny.STATIC, tiny.config())
    guest.console.expect(r"iscsiroot: login: 192\.0\.2\.1:3260 .*, retrying, [1-5]\d s left", 240)
    target.open()
    facts = c.facts(guest)
    c.root_is(facts, tiny.ROOT)
    c.one_login(guest, c.wire())


def shell_again(c):
    """Leaving dracut's emergency shell tries again, and goes on with the boot"""
    image = c.tiny()
    c.network()
    guest = c.boot(image, tiny.APPEND.replace("loglevel=4", "loglevel=4 systemd.show_status=0") + tiny.STATIC,
                   tiny.config(TIMEOUT="6"))
    guest.console.expect(r"iscsiroot: run: failed with code 69 \(fix the problem, then exit this "
                         r"shell to retry\)", 120)
    prompt = guest.console.expect(r"Control-D to continue|Press Enter to continue|^iscsiroot:/# ", 90)
    c.target(c.lun(image))
    key = "\x04" if "Control-D" in prompt.group() else "exit\r" if "#" in prompt.group() else "\r"
    for _ in range(6):      # sulogin throws away what was typed before it was ready
        guest.console.send(key)
        with contextlib.suppress(ConsoleError):
            guest.console.expect(r"iscsiroot: login: .*: logged in", 20)
            break
    facts = c.facts(guest)
    c.root_is(facts, tiny.ROOT)
    c.handed_over(facts)
    c.one_login(guest, c.wire())


def ibft(c):
    """rd.iscsi.firmware: refused by name, at once"""
    image = c.tiny()
    c.network(dhcp={})
    guest = c.boot(image, tiny.APPEND + " rd.iscsi.firmware=1", tiny.NO_FILE)
    tiny.refused(c, guest, 78, r"iscsiroot: plan: kernel command line: rd\.iscsi\.firmware: not "
                 r"supported yet: 1 \(the iBFT is not read; set ISCSI_TARGET_NAME and ISCSI_TARGET_IP\)")
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
                settle.group_in_parts, local_root, netroot_label, netroot_two, target_very_late, shell_again, ibft,
                faults_more.faults_portal_refuses, faults_more.faults_portal_lost]:
            add("%s%s-%s" % (prefix, suffix, function.__name__.replace("_", "-")))(
                with_dracut(function, suite, builder))
    # dracut's own users: with its network manager in the image, which must not be in the way
    for function in (tiny.tiny_static, tiny.root_dhcp, netroot_label, netroot_two):
        add("%s-network-%s" % (prefix, function.__name__.replace("_", "-")))(
            with_dracut(function, suite, "dracut-network"))
    for verb in ("poweroff", "reboot"):
        add_down(prefix, suite, verb)


@add("dracut13-network-managed", 900)
def network_managed(c):
    """With systemd-networkd in the image: kept off there, and a second NIC's manager in the real root"""
    debian_image = c.debian
    conf = {"/etc/dracut.conf.d/network.conf": ('add_dracutmodules+=" systemd-networkd network "\n', 0o644)}
    c.debian = lambda suite, files, **how: debian_image(
        suite, files={**files, **conf}, builder="dracut-network", **how)
    network.second(c, "trixie", "networkd", "systemd-networkd", network.networkd("dhcp"),
                   "networkctl down " + network.SECOND, "networkctl up " + network.SECOND)


@add("dracut13-hostonly", 2400)
def hostonly(c):
    """An image for this machine, made in the guest, finds the running root's target and credentials"""
    secret = "twelve-bytes-1"
    text, mode = tiny.config(USERNAME="guest1", PASSWORD=secret)[tiny.CONFIG]
    image = c.debian("trixie", builder="dracut", files={"/" + tiny.CONFIG: (text, mode)})
    path = "/boot/initrd.img-" + image.kver
    c.network()
    disk = c.lun(image)
    c.target(disk, chap=("guest1", secret))
    guest = c.boot(image, debian.APPEND + debian.STATIC, cpus=2, memory=1536)
    debian.multi_user(c, guest)
    code, out = guest.console.command("iscsiroot check", 900)
    c.same("check of the image that dracut made", code, 0)
    c.has("check looked into it", out, "ok   image %s: complete, and made from the present "
          "configuration" % image.kver)
    # as if somebody else had logged in: nobody knows the target but the running session
    guest.console.command("rm /" + tiny.CONFIG)
    code, out = guest.console.command("dracut --quiet --hostonly --print-cmdline", 300)
    c.same("--print-cmdline", code, 0)
    for word in ("netroot=iscsi:192.0.2.1::3260:1:" + IQN, "rd.iscsi.initiator=" + tiny.INITIATOR,
                 "ip=192.0.2.10::192.0.2.1:24::ens3:none"):
        c.has("--print-cmdline", out, word)
    code, out = guest.console.command(
        "dracut --quiet --force --hostonly --hostonly-cmdline %s && stat -c 'image %%a' %s"
        % (path, path), 1200)
    c.must("dracut in the guest", code == 0, out)
    c.has("the image is root's alone", out, "image 600")
    guest.console.sendline("systemctl poweroff")
    guest.wait_off(200)
    c.one_login(guest, c.wire())
    initrd = c.workdir / "hostonly.initrd"
    initrd.write_bytes(lun.extract(disk, path))
    c.ok("it is a small one", initrd.stat().st_size < image.initrd.stat().st_size * 0.7,
         (initrd.stat().st_size, image.initrd.stat().st_size))
    c.net.capture(name="again.pcap")
    again = c.boot(image, debian.APPEND, initrd=initrd, cpus=2)
    debian.multi_user(c, again)
    again.close()
    wire = c.wire()
    logins = c.one_login(again, wire)
    c.same("CHAP was done", [l.chap for l in logins], [True])
    c.no_secret(guest, secret)
    c.no_secret(again, secret)


@add("dracut13-switch", 1500)
def switch(c):
    """From initramfs-tools to dracut, back, and to dracut's own module once we are gone: each boots"""
    states = images.switched("trixie", find_deb(), debian.FILES)
    entry = states["dracut"].entry
    for state, builder in (("tools", "initramfs-tools"), ("dracut", "dracut"),
                           ("back", "initramfs-tools"), ("gone", "dracut")):
        said = (entry / (state + ".said")).read_text()
        c.has(state + ": well done", said, "code 0\n")
        packages = dict(l.split() for l in (entry / (state + ".packages")).read_text().splitlines())
        c.same(state + ": who makes images", [p for p in ("dracut", "initramfs-tools")
                                             if packages.get(p) == "installed"], [builder])
        c.same(state + ": are we there", packages.get("iscsiroot") == "installed", state != "gone")
    c.network(dhcp={})
    disk = c.lun(states["dracut"])
    c.target(disk)
    for state in ("dracut", "back"):
        guest = c.boot(states[state], debian.APPEND + debian.DHCP, cpus=2)
        debian.multi_user(c, guest)
        guest.console.sendline("systemctl poweroff")
        guest.wait_off(120)
    # dracut's own: one login, after a discovery; it knows no Logout
    guest = c.boot(states["gone"], debian.APPEND + debian.DHCP + NETROOT, cpus=2, memory=1280)
    facts = c.shell(guest, 600)
    c.root_is(facts, debian.ROOT)
    c.same("lines of ours", c.messages(guest), [])
    guest.close()
    wire = c.wire()
    c.ok("every login was a good one", all(l.done for l in wire.logins()), wire.logins())
    c.same("Logouts", len(wire.logouts()), 2)
    c.same("discoveries, of dracut's own module", len(wire.logins(kind="Discovery")), 1)
