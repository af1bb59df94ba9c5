# SPDX-License-Identifier: GPL-2.0-or-later
"""The keeper's own engine: ISCSI_ENGINE=native."""
import tiny
from case import case


@case("engine-boot")
def engine_boot(c):
    """An LVM root with a static address, logged in to by the keeper"""
    guest, facts, _ = tiny.simple(c, tiny.APPEND + tiny.STATIC, tiny.config(ENGINE="native"))
    c.same("programs of others", [p.split()[1] for p in facts["processes"] if "iscsistart" in p or "iscsid" in p], [])


@case("engine-chap")
def engine_chap(c):
    """With mutual CHAP: the target proves who it is"""
    tiny.simple(c, tiny.APPEND + tiny.STATIC,
                tiny.config(ENGINE="native", USERNAME="guest1", PASSWORD="twelve-bytes-1",
                            IN_USERNAME="target1", IN_PASSWORD="twelve-bytes-2"),
                chap=("guest1", "twelve-bytes-1"), mutual=("target1", "twelve-bytes-2"))
