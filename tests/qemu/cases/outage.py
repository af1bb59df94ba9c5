# SPDX-License-Identifier: GPL-2.0-or-later
"""The target goes away and comes back, at every stage of a guest's life; and under write load."""
from case import case
from life import SHUTDOWN, Life, in_initramfs

SUITES = {"bookworm": "Debian 12", "trixie": "Debian 13"}


def continues(life, guest):
    """The guest comes up after the outage, writes, and shuts down in order."""
    life.up(guest)
    life.write(guest)
    life.down(guest, "poweroff")
    life.finish()


def initramfs(directory):
    """Boot with the outage after the scripts of a directory of the initramfs."""
    def run(c, suite, mode, seconds):
        life = Life(c, suite)
        guest = life.boot(in_initramfs(directory))
        life.at(guest, directory, life.away(mode), seconds)
        continues(life, guest)
    return run


def init(c, suite, mode, seconds):
    """In a generator, before systemd has read its units; or just before systemd is read itself.

    systemd gives generators 90 s, and systemd 257 freezes where one takes longer, whoever it waits
    for: an outage of more than that cannot be survived in that moment, on any disk."""
    life = Life(c, suite)
    guest = life.boot(append=" moment.init" if seconds < 90 else " init=/usr/local/sbin/guest-init")
    life.at(guest, "init", life.away(mode), seconds)
    continues(life, guest)


def writing(c, suite):
    life = Life(c, suite)
    guest = life.boot()
    life.up(guest)
    life.write(guest)
    return life, guest


def iscsid(c, suite, mode, seconds):
    """Between iscsid's stop and its start."""
    life, guest = writing(c, suite)
    life.run(guest, "touch /run/moment-iscsid")
    guest.console.sendline("systemctl restart iscsid; echo RESTARTED=$?")
    life.at(guest, "iscsid", life.away(mode), seconds)
    c.same("iscsid's restart", guest.console.expect(r"RESTARTED=(\d+)", 120).group(1), "0")
    life.writes(guest)
    life.run(guest, "rm /run/moment-iscsid")
    life.down(guest, "poweroff")
    life.finish()


def stopped(c, suite, mode, seconds):
    """At shutdown, when all services are stopped and the writer still writes."""
    life, guest = writing(c, suite)
    life.run(guest, "touch /run/moment-stopped")
    life.ask(guest, "systemctl poweroff")
    life.at(guest, "stopped", life.away(mode), seconds)
    life.gone(guest, "poweroff")
    life.was_down(guest, "poweroff")
    life.finish()


def logout(c, suite, mode, seconds):
    """In the exitrd, between the root's unmounting and the Logout."""
    life, guest = writing(c, suite)
    life.ask(guest, "systemctl poweroff")
    away = life.away(mode)
    life.at_line(guest, SHUTDOWN + "/oldroot: unmounted", away, seconds)
    life.gone(guest, "poweroff")
    life.was_down(guest, "poweroff")
    wire = life.finish()
    c.ok("the Logout was still to come", all(q.time > away.began for q, _ in wire.logouts()))


MOMENTS = (
    ("before-mount", initramfs("local-premount"), "before the root is mounted"),
    ("initramfs", initramfs("init-bottom"), "at the end of the initramfs"),
    ("init", init, "in the real init's first second"),
    ("iscsid", iscsid, "while iscsid is restarted"),
    ("stopped", stopped, "after the services were stopped"),
    ("logout", logout, "in the exitrd before the Logout"),
)


def load(c, suite, mode, seconds):
    """Under write load: writing goes on within 5 s of the target's return."""
    life = Life(c, suite)
    guest = life.boot()
    life.up(guest)
    life.write(guest, "guest-load")
    resumed = life.resumes(guest, life.away(mode), seconds)
    c.ok("writing resumes within 5 s of the return", resumed <= 5, resumed)
    out = life.run(guest, "grep ' / ext4' /proc/mounts")
    c.has("the file system is read-write", out, " / ext4 rw")
    life.down(guest, "poweroff")
    life.finish()


# at most, in the ten seconds: two connections at once, then one every three seconds (src/keeper/preload)
PACE = 6
ANSWERS = ("reset", "close", "silent", "02/03", "02/01", "03/01", "03/02")


@case("outage-answers", group="outage", seconds=600)
def outage_answers(c):
    """Debian 12: something else answers in place of the target: a proxy, or a target half configured"""
    life, guest = writing(c, "bookworm")
    for answer in ANSWERS:
        resumed = life.resumes(guest, life.away("reset", answer=answer), 10)
        c.ok(answer + ": writing resumes within 5 s of the target's return", resumed <= 5, resumed)
    said = life.run(guest, "dmesg --notime | grep 'iscsiroot: keeper: login rejected'")
    c.same("each cause that the target reports is logged once", said.splitlines(), [
        "iscsiroot: keeper: login rejected: %s; retrying (check the target)" % cause for cause in (
            "initiator error - target not found (02/03)",
            "Initiator failed authentication with target",
            "target error (03/01)", "target error (03/02)")])
    life.down(guest, "poweroff")
    wire = life.finish()
    tries = [t for conn in wire.connections for t in conn.attempts]
    for away in life.outages:
        count = sum(away.covers(t) for t in tries)
        c.ok(away.answer + ": logins are retried, with pauses",
             2 <= count <= PACE, count)


RESUMES = 15    # seconds of the guest's clock, from a target's return on


def accepts(c, times):
    """A restarted tgtd whose target is not defined yet, or a proxy: iscsid 2.1.8 binds a connection that is
    closed before its parameters are set; from then on the kernel refuses each new one (ENOTCONN)."""
    life = Life(c, "bookworm")
    guest = life.boot_counted()
    life.up(guest)
    life.write(guest)
    out = life.run(guest, "for p in /proc/[0-9]*; do read n <$p/comm && [ $n = iscsid ] && "
                          "cat $p/oom_score_adj; done; true")
    c.same("iscsid is exempt from the OOM killer", out.split(), ["-1000"])

    def clock():
        # without a program, which would be read from the root
        return float(life.run(guest, "read t r </proc/uptime; echo $t").split()[-1])

    for seconds in (6, 60) * times:
        away = life.away("reset", answer="accept")
        away.begin()
        away.when = away.began + 0.001
        away.last(seconds)
        tries = len(away.instead.answered())
        back = clock()
        away.end()
        life.writes(guest, away.ended, 300)
        took = clock() - back
        c.ok("closed for %d s: writing resumes within %d s of the return" % (seconds, RESUMES),
             took <= RESUMES, took)
        c.ok("closed for %d s: three connections in six seconds at most" % seconds,
             1 <= tries <= 2 + seconds // 2.9, tries)
    out = life.run(guest, "dmesg --notime | grep \"can't bind\" | sort | uniq -c; "
                          "dmesg --notime | grep 'iscsiroot: keeper: '")
    c.same("each time the connection is restored", out.count("connection restored after"), 2 * times)
    life.down(guest, "poweroff")
    life.finish()


@case("outage-accepts", group="outage", seconds=900)
def outage_accepts(c):
    """Debian 12: the portal accepts and closes at once, for 6 s and for 60 s"""
    accepts(c, 1)


@case("outage-accepts-ten", group="outage-long", seconds=2400)
def outage_accepts_ten(c):
    """Debian 12: the same ten times"""
    accepts(c, 10)


def cell(name, function, group, suite, mode, seconds, what):
    """Register one cell of the matrix."""
    def run(c):
        function(c, suite, mode, seconds)
    run.__doc__ = "%s: away for %d s, %s, %s" % (SUITES[suite], seconds, mode, what)
    case("outage-%s-%s-%d" % (name, mode, seconds), group=group, seconds=400 + seconds)(run)


def cells():
    """Debian 12 and 13 take turns over the cells, so that each sees every moment in both ways."""
    suites = list(SUITES)
    for i, (name, function, what) in enumerate(MOMENTS):
        for j, mode in enumerate(("reset", "silence")):
            core = (name, mode) == ("initramfs", "reset")
            cell(name, function, "core outage" if core else "outage", suites[(i + j + 1) % 2], mode, 15, what)
            cell(name, function, "outage-long", suites[(i + j) % 2], mode, 150, what)
    for i, seconds in enumerate((5, 60, 300)):
        for j, mode in enumerate(("reset", "silence")):
            cell("load", load, "outage", suites[(i + j) % 2], mode, seconds, "under write load")


cells()
