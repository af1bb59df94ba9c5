# SPDX-License-Identifier: GPL-2.0-or-later
"""The keeper's own engine: ISCSI_ENGINE=native."""
import tiny
from case import case
from life import Life


@case("engine-boot")
def engine_boot(c):
    """An LVM root with a static address, logged in to by the keeper"""
    guest, facts, _ = tiny.simple(c, tiny.APPEND + tiny.STATIC, tiny.config(ENGINE="native"), engine=True)
    c.same("programs of others", [p.split()[1] for p in facts["processes"] if "iscsistart" in p or "iscsid" in p], [])


@case("engine-chap")
def engine_chap(c):
    """With mutual CHAP: the target proves who it is"""
    tiny.simple(c, tiny.APPEND + tiny.STATIC,
                tiny.config(ENGINE="native", USERNAME="guest1", PASSWORD="twelve-bytes-1",
                            IN_USERNAME="target1", IN_PASSWORD="twelve-bytes-2"),
                chap=("guest1", "twelve-bytes-1"), mutual=("target1", "twelve-bytes-2"), engine=True)


def outage(c, mode):
    """Debian 12: writing goes on right after the target's return."""
    life = Life(c, "bookworm")
    guest = life.boot(append=" ISCSI_ENGINE=native")
    life.up(guest)
    life.write(guest)
    resumed = life.resumes(guest, life.away(mode), 15)
    c.ok("writing resumes within 2 s of the return", resumed <= 2, resumed)
    out = life.run(guest, "cat /sys/class/iscsi_session/session*/creator /run/iscsiroot/keeper; ps -C iscsid -o args=; true")
    c.same("iscsid leaves the session alone", out.split()[0], "-1")
    c.has("the keeper has an engine", out, "engine=native")
    life.down(guest, "poweroff")
    life.finish()


@case("engine-outage", group="outage", seconds=500)
def engine_outage(c):
    """The target's port is refused for 15 s"""
    outage(c, "reset")


@case("engine-outage-silence", group="outage", seconds=500)
def engine_outage_silence(c):
    """The target is silent for 15 s"""
    outage(c, "silence")
