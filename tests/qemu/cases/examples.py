# SPDX-License-Identifier: GPL-2.0-or-later
"""What is shipped as an example, and what examples of old say."""
import base64
import re
from pathlib import Path

import images
from case import DEAD, case
from tiny import APPEND, ROOT, STATIC, config

XEN = Path(__file__).resolve().parents[3] / "conf" / "xen"
OURS = {"TARGET_NAME": "iqn.2001-04.com.example:storage.guest1", "USERNAME": "guest1",
        "PASSWORD": "twelve-or-more"}
NAME = "iqn.2001-04.com.example:guest1"


def lets_in(c, image, what, other, address="10", **how):
    """Another guest, OTHER by its ADDRESS or its name, is refused; the example's own boots."""
    refused = c.boot(image, APPEND + STATIC.replace(".10:", ".%s:" % address)
                     + " panic=1 ISCSI_TIMEOUT=10", config(**{**OURS, **how, "INITIATOR": other}))
    refused.wait_off(300)
    c.ok("another %s is refused" % what, [m for m in c.messages(refused) if "status 02/" in m],
         c.messages(refused))
    guest = c.boot(image, APPEND + STATIC, config(**OURS, **how, INITIATOR=NAME))
    c.root_is(c.facts(guest, 240), ROOT)
    c.same("who logged in, and how",
           [(l.initiator, l.target, l.chap) for l in c.wire().logins() if l.done],
           [(NAME, OURS["TARGET_NAME"], True)])


@case("example-tgt", group="boot", seconds=600)
def example_tgt(c):
    """tgt by conf/xen/tgt.conf: the guest whose address it has boots, another one is refused"""
    image = c.tiny()
    c.network()
    disk = c.lun(image)
    text, count = re.subn(r"^(\s*backing-store) /dev/vg0/guest1$", r"\1 %s" % disk,
                          (XEN / "tgt.conf").read_text(), flags=re.M)
    c.same("one volume is given out", count, 1)
    (c.workdir / "guest1.conf").write_text(text)
    c.target([], conf=c.workdir / "guest1.conf")
    lets_in(c, image, "address", NAME, address="11")


CURRENT = "cat /sys/devices/system/clocksource/clocksource0/current_clocksource"


@case("clocksource", group="boot", seconds=600)
def clocksource(c):
    """ISCSI_CLOCKSOURCE sets the clock source; jiffies, which the kernel refuses, is told and costs nothing"""
    image = c.tiny()
    c.network()
    disk = c.lun(image)
    c.target(disk)
    said = []
    for name in ("acpi_pm", "jiffies"):
        guest = c.boot(image, APPEND + STATIC + " tiny.shell ISCSI_CLOCKSOURCE=" + name, config())
        guest.console.expect(r"^TINY-SHELL", 240, fail=DEAD)
        guest.console.command("true", 60)
        code, now = guest.console.command(CURRENT, 60)
        c.same("a disk's commands are tried for as long as it takes",
               guest.console.command("cat /sys/class/scsi_disk/*/max_retries", 60)[1].split()[-1:], ["-1"])
        said.append((code, now.split()[-1], [m for m in c.messages(guest) if "clock source" in m]))
        guest.console.sendline("exit")
        guest.wait_off(120)
    c.same("one that the kernel has", said[0], (0, "acpi_pm", []))
    kept = said[1][1]
    c.ok("another one goes on where it has not", kept not in ("", "jiffies"), kept)
    c.same("and that is told", said[1][2],
           ["iscsiroot: handoff: clock source: jiffies refused by the kernel, %s stays "
            "(see available_clocksource)" % kept])


# what doc/XEN says of a target whose disks are whole ones of the machine
NOT_ITS_OWN = {"/etc/lvm/lvmlocal.conf": ('devices {\n\tglobal_filter = [ "r|^/dev/vdb|" ]\n}\n', 0o644)}


@case("example-lio", group="boot", seconds=900)
def example_lio(c):
    """LIO by conf/xen/lio.targetcli, in a machine of its own: the guest that it names boots"""
    machine = images.stock("bookworm", extra_packages=("targetcli-fb",), files=NOT_ITS_OWN)
    image = c.tiny()
    c.network()
    disk = c.lun(image)
    storage = c.boot(machine, "root=/dev/vda ro console=ttyS0 loglevel=4",
                     disks=[c.lun(machine, "storage.disk", layout="whole"), disk], name="storage",
                     macs=["52:54:00:12:35:01"])
    c.shell(storage)
    nic = "$(basename /sys/class/net/e*)"
    text = (XEN / "lio.targetcli").read_text()
    for command in ("ip link set %s up && ip address add 192.0.2.3/24 dev %s" % (nic, nic),
                    "mkdir /dev/vg0 && ln -s /dev/vdb /dev/vg0/guest1",
                    "printf '%s' | base64 -d >lio.targetcli" % base64.b64encode(text.encode()).decode(),
                    "targetcli <lio.targetcli"):
        code, said = storage.console.command(command, 240)
        c.must(command[:40], code == 0, said)
    c.ok("targetcli had no complaint", not re.search(r"error|cannot|invalid|not valid|usage", said, re.I), said)

    lets_in(c, image, "name", NAME.replace("guest", "other"), TARGET_IP="192.0.2.3")
    storage.console.command("targetcli clearconfig confirm=True", 120)
    storage.console.sendline("poweroff")
    storage.wait_off(240)
