# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever is done to iscsid and open-iscsi in a running system, the root keeps its session."""
import re

import images
from case import case
from console import ConsoleError
from life import APPEND, CONFIG, Life, freezes
from settle import SECOND

FREEZE = 0.2
QUIET = "stty -echo cols 500; dmesg -n 1"
OPEN_ISCSI = "/run/open-iscsi.deb"
# a new image is not needed here, and takes minutes under emulation
NO_IMAGE = "sed -i s/=yes/=no/ /etc/initramfs-tools/update-initramfs.conf"


def root_holds(c, life, guest):
    """The session is logged in, / is writable, the writer continues, iscsid answers."""
    life.writes(guest)
    out = life.run(guest, "cat /sys/class/iscsi_session/*/state; grep ' / ext4' /proc/mounts")
    c.ok("the session is logged in, / is writable",
         out.split()[0] == "LOGGED_IN" and " / ext4 rw" in out, out)
    c.has("iscsid answers, and knows the session", life.run(guest, "iscsiadm -m session"), life.target.iqn)


def untouched(c, suite, *commands, then=None, anew=0, **how):
    """COMMANDS ((command, exit code or None) or command), or THEN, with the writer running; then
    the root is intact, survives an outage, and shuts down in order. ANEW: how many iscsids COMMANDS
    end, as the successor of each logs in again."""
    life = Life(c, suite, **how)
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    life.run(guest, "grep -q /iscsid-connect.so /proc/$(pgrep -x iscsid)/maps")
    for command in commands:
        command, want = command if isinstance(command, tuple) else (command, 0)
        life.run(guest, command, 300, want)
    if then:
        then(life, guest)
    root_holds(c, life, guest)
    resumed = life.resumes(guest, life.away("reset"), 5)
    c.ok("after an outage writing resumes within 5 s", resumed <= 5, resumed)
    life.down(guest, "poweroff")
    wire = life.finish()
    stood = freezes(wire, life.lives[0])
    c.ok("new logins: adoption at most, those of new iscsids, and the outage",
         len(stood) - anew in (1, 2), stood)
    c.ok("adoption and new iscsids froze the root for %g s at most" % FREEZE,
         all(s <= FREEZE for s in stood[:-1]), stood)
    return life, wire


@case("session-restart-iscsid", group="session", seconds=500)
def session_restart_iscsid(c):
    """Debian 12: systemctl restart iscsid"""
    untouched(c, "bookworm", "systemctl restart iscsid")


@case("session-restart-open-iscsi", group="session", seconds=500)
def session_restart_open_iscsi(c):
    """Debian 13: systemctl restart open-iscsi"""
    untouched(c, "trixie", "systemctl restart open-iscsi")


@case("session-stop", group="session", seconds=500)
def session_stop(c):
    """Debian 12: iscsid and open-iscsi are stopped for good"""
    untouched(c, "bookworm", ("systemctl stop open-iscsi iscsid.socket iscsid", None),
              ("systemctl start iscsid", None))


@case("session-kill", group="session", seconds=500)
def session_kill(c):
    """Debian 13: iscsid is killed"""
    untouched(c, "trixie", "pgrep -x iscsid", "pkill -KILL -x iscsid", anew=1)


@case("session-reinstall", group="session", seconds=700)
def session_reinstall(c):
    """Debian 12: apt-get install --reinstall open-iscsi"""
    repack = (images.GUEST / "repack").read_text() + "repack " + OPEN_ISCSI + "\n"
    untouched(c, "bookworm",
              NO_IMAGE, "guest-repack",
              "apt-get -q -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 install -y --reinstall " +
              OPEN_ISCSI, more={"/usr/local/sbin/guest-repack": (repack, 0o755)})


def rescue(life, guest):
    """To rescue.target, whose shell has the console, and back."""
    c, console = life.c, guest.console
    console.sendline("systemctl isolate rescue.target")
    console.expect(r"Control-D to continue\): ", 120)
    for attempt in range(6):    # input that comes before it reads is discarded
        console.sendline()
        try:
            console.expect(r"# $", 10)
            break
        except ConsoleError:
            c.must("rescue.target gives a shell", attempt < 5, console.tail(5))
    code, out = console.command("systemctl is-active rescue.target multi-user.target")
    c.ok("it is in rescue.target", "active" in out.split() and "inactive" in out.split(), out)
    life.writes(guest)
    console.sendline("systemctl isolate multi-user.target")
    console.expect(r"^guest# ", 200)
    life.run(guest, QUIET)
    life.run(guest, "systemctl is-active multi-user.target")


@case("session-rescue", group="session", seconds=500)
def session_rescue(c):
    """Debian 13: systemctl isolate rescue.target, and back"""
    untouched(c, "trixie", then=rescue)


@case("session-logoutall", group="session", seconds=500)
def session_logoutall(c):
    """Debian 12: iscsiadm -m node --logoutall=all"""
    untouched(c, "bookworm", "iscsiadm -m node", ("iscsiadm -m node --logoutall=all", None))


@case("session-logoutall-found", group="session", seconds=500)
def session_logoutall_found(c):
    """Debian 13: iscsiadm -m node --logoutall=all after a discovery made a node record"""
    untouched(c, "trixie", "iscsiadm -m discovery -t sendtargets -p 192.0.2.1", "iscsiadm -m node",
              ("iscsiadm -m node --logoutall=all", None))


@case("session-init-script", group="session", seconds=500)
def session_init_script(c):
    """Debian 12: /etc/init.d/open-iscsi stop"""
    untouched(c, "bookworm", ("/etc/init.d/open-iscsi stop", None))


@case("session-takeover", group="session", seconds=500)
def session_takeover(c):
    """Debian 13: a plain boot: one login before the real init, the adoption within 0.2 s"""
    life = Life(c, "trixie")
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    root_holds(c, life, guest)
    c.has("a node record for the session exists", life.run(guest, "iscsiadm -m node"), life.target.iqn)
    life.down(guest, "poweroff")
    stood = freezes(life.finish(), life.lives[0])
    c.ok("the root was blocked for %g s at most" % FREEZE, all(s <= FREEZE for s in stood), stood)


@case("session-newcomer", group="session", seconds=500)
def session_newcomer(c):
    """Debian 13: a session that iscsistart creates while iscsid runs is restored after an outage"""
    life = Life(c, "trixie")
    life.ports.add(3261)
    life.sessions.add(SECOND)
    data = c.workdir / "data.lun"
    data.write_bytes(bytes(1 << 24))
    target = c.target(data, iqn=SECOND, portals=["192.0.2.1:3261"])
    guest = life.boot()
    life.up(guest)
    life.write(guest)

    def wait(state):
        life.run(guest, "for i in $(seq 300); do grep -q %s /sys/class/iscsi_session/session2/state && break; "
                 "sleep 0.2; done; grep %s /sys/class/iscsi_session/session2/state" % (state, state))

    def starts():
        found = re.search(r", started (once|(\d+) times)", life.run(guest, "iscsiroot status"))
        return int(found[2] or 1)

    before = starts()
    life.run(guest, "iscsistart -i %s -t %s -g 1 -a 192.0.2.1 -p 3261" % (images.INITIATOR, SECOND))
    wait("LOGGED_IN")
    c.same("iscsid is not restarted for it", starts(), before)
    for _ in range(2):
        target.stop()
        wait("FAILED")
        target.start()
        wait("LOGGED_IN")
    c.same("iscsid is restarted once after it is down", starts(), before + 1)
    root_holds(c, life, guest)
    c.has("iscsid knows it now", life.run(guest, "iscsiadm -m session"), SECOND)
    life.down(guest, "poweroff")
    stood = freezes(life.finish(), life.lives[0])
    c.ok("the root was blocked for %g s at most" % FREEZE, all(s <= FREEZE for s in stood), stood)


@case("session-removed", group="session", seconds=700)
def session_removed(c):
    """Debian 12: our package is removed: the root stays, and the next boot is Debian's own"""
    life = Life(c, "bookworm")
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    life.run(guest, "%s; dpkg --remove iscsiroot" % NO_IMAGE, 300)
    root_holds(c, life, guest)
    life.run(guest, "systemctl daemon-reload")
    root_holds(c, life, guest)
    stock_units(c, life, guest, active=True)
    life.keeper = "no keeper"
    life.down(guest, "reboot")
    life.finish()

    c.net.capture(name="stock.pcap")
    stock = images.stock("bookworm", files=CONFIG)
    again = c.boot(stock, APPEND, cpus=2)
    c.shell(again, 400)
    stock_units(c, life, again, active=True)
    again.close()
    c.same("logins before the real init", [l.done for l in c.wire().logins(c.init_time(again))], [True])


def stock_units(c, life, guest, active=False):
    """iscsid's and open-iscsi's units are those of their package."""
    for unit in ("iscsid.service", "iscsid.socket", "open-iscsi.service"):
        out = life.run(guest, "systemctl show -p FragmentPath -p LoadState " + unit)
        c.ok(unit + " is the package's own", "/lib/systemd/system/" + unit in out
             and "LoadState=loaded" in out, out)
    if active:
        c.same("iscsid is running", life.run(guest, "systemctl is-active iscsid").strip(), "active")
        out = life.run(guest, "tr '\\0' ' ' </proc/$(pgrep -o -x iscsid)/cmdline")
        c.ok("as Debian starts it", out.startswith("/sbin/iscsid"), out)


SECRET, SECRET_IN = "the guest's own one", "and the target's: #2"


@case("session-chap-mutual", group="session", seconds=500)
def session_chap_mutual(c):
    """Debian 13: CHAP in both directions, at the takeover and after an outage as at the boot"""
    config = CONFIG["/etc/iscsi/iscsi.initramfs"][0] + "".join(
        'ISCSI_%s="%s"\n' % pair for pair in (
            ("USERNAME", "guest1"), ("PASSWORD", SECRET),
            ("IN_USERNAME", "storage"), ("IN_PASSWORD", SECRET_IN)))
    image = c.debian("trixie", files={"/etc/iscsi/iscsi.initramfs": (config, 0o600)})
    _, wire = untouched(c, "trixie", image=image, more={"/etc/iscsi/iscsid.conf": (
        "node.session.auth.authmethod = CHAP\nnode.session.auth.username = other\n"
        "node.session.auth.password = not-for-this-one\nnode.startup = manual\n", 0o600)},
        auth={"chap": ("guest1", SECRET), "mutual": ("storage", SECRET_IN)})
    logins = [l for l in wire.logins() if l.done]
    c.ok("each login is with CHAP in both directions", all(l.chap and l.mutual for l in logins),
         [(l.chap, l.mutual) for l in logins])
