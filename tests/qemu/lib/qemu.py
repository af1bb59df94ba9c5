# SPDX-License-Identifier: GPL-2.0-or-later
"""One guest in QEMU, emulated: no KVM is needed, and none is used.

The guest's NICs are taps of the case's network, its serial console is a
Console, and QMP drives what a hand on the cable would do.
"""
import json
import os
import signal
import socket

from console import Console
from proc import BUSY, Child, HarnessError, wait_for

# the guest's clock goes by what it executes, not by what else the host has to do
COUNTED = ("tcg,thread=single", "-icount", "shift=1,sleep=on")
RESERVED = "52:54:00:12:34:%02x"


class Qemu:
    """A guest that runs from start() until it powers off or close()."""

    def __init__(self, net, workdir, kernel, initrd, append, nics=1, disks=(), memory=768, cpus=1,
                 name="guest", model="virtio-net-pci", accel=("tcg,thread=multi",), extra=(), echo=None,
                 second=False, cpu="max", macs=None):
        self.net, self.workdir, self.name, self.echo = net, workdir, name, echo
        self.taps = [net.tap() for _ in range(nics)] if isinstance(nics, int) else list(nics)
        self.macs = macs or [RESERVED % (0x50 + i) for i in range(len(self.taps))]
        self.append = append
        argv = ["qemu-system-x86_64", "-name", name, "-machine", "pc", "-accel", *accel,
                "-cpu", cpu, "-m", memory, "-smp", cpus, "-display", "none", "-nodefaults",
                "-no-reboot", "-serial", "stdio", "-kernel", kernel, "-initrd", initrd,
                "-append", append, "-device", "virtio-rng-pci",
                "-qmp", "unix:%s,server=on,wait=off" % self._qmp_path()]
        for i, tap in enumerate(self.taps):
            argv += ["-netdev", "tap,id=n%d,ifname=%s,script=no,downscript=no" % (i, tap),
                     "-device", "%s,id=nic%d,netdev=n%d,mac=%s,romfile=" % (model, i, i, self.macs[i])]
        for i, disk in enumerate(disks):
            argv += ["-drive", "file=%s,format=raw,if=none,id=d%d,cache=unsafe" % (disk, i),
                     "-device", "virtio-blk-pci,drive=d%d" % i]
        if second:              # ttyS1: .second, a console for a program of the test's own
            argv += ["-serial", "unix:%s,server=on,wait=off" % self._second_path()]
        self.argv = argv + list(extra)
        self.child = self.console = self.fds = None
        self.second = second
        self.cpu = 0.0

    def _qmp_path(self):
        return os.path.join(self.workdir, "%s.qmp" % self.name)

    def _second_path(self):
        return os.path.join(self.workdir, "%s.second" % self.name)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def start(self):
        inr, inw = os.pipe()
        outr, outw = os.pipe()
        try:
            self.child = Child(self.net.inside(*self.argv), stdin=inr, stdout=outw,
                               log=os.path.join(self.workdir, "%s.qemu.log" % self.name))
        finally:
            os.close(inr)
            os.close(outw)
        self.fds = (outr, inw)
        self.net.children.append(self.child)
        self.console = Console(outr, inw, os.path.join(self.workdir, "%s.console.log" % self.name),
                               echo=self.echo)
        if self.second:
            sock = self._connect(self._second_path(), "second console")
            fd = sock.detach()
            self.fds += (fd,)
            self.second = Console(fd, fd, os.path.join(self.workdir, "%s.second.log" % self.name))
        return self

    def _connect(self, path, what):
        """Its end of a socket that QEMU makes soon after it has begun."""
        sock = socket.socket(socket.AF_UNIX)

        def ready():
            if self.child.poll() is not None:
                with open(self.child.log, errors="replace") as f:
                    raise HarnessError("%s: QEMU ended: %s" % (self.name, f.read()))
            return sock.connect_ex(path) == 0
        try:
            wait_for(ready, 20, what)
        except BaseException:
            sock.close()
            raise
        return sock

    @property
    def running(self):
        return self.child.poll() is None

    def wait_off(self, seconds):
        """Wait until the guest has powered itself off."""
        seconds *= BUSY
        if not self.child.wait(seconds):
            raise HarnessError("%s: not powered off within %g s\n%s"
                               % (self.name, seconds, self.console.tail()))
        self.cpu = self.child.cpu
        self.console.wait_closed(10)
        if self.second:
            self.second.wait_closed(10)
        if self.child.status != 0:
            with open(self.child.log, errors="replace") as f:
                raise HarnessError("%s: QEMU exit %d: %s" % (self.name, self.child.status, f.read()))

    def close(self):
        if self.child is None:
            return
        if self.child.poll() is None:
            self.child.stop(signal.SIGTERM)
        self.cpu = self.child.cpu
        self.console.wait_closed(10)
        if self.second:
            self.second.wait_closed(10)
        if self.fds:
            for fd in self.fds:
                os.close(fd)
            self.fds = None

    def qmp(self, command, **arguments):
        """One QMP command; its return value."""
        with socket.socket(socket.AF_UNIX) as sock:
            wait_for(lambda: os.path.exists(self._qmp_path()), 10, "QMP socket")
            sock.connect(self._qmp_path())
            stream = sock.makefile("rw")
            stream.readline()
            for execute, args in (("qmp_capabilities", {}), (command, arguments)):
                stream.write(json.dumps({"execute": execute, "arguments": args}) + "\n")
                stream.flush()
                answer = {"event": ""}
                while "event" in answer:
                    answer = json.loads(stream.readline())
            if "error" in answer:
                raise HarnessError("QMP %s: %s" % (command, answer["error"].get("desc")))
            return answer["return"]

    def link(self, up, nic=0):
        """Plug the cable of a NIC in or out."""
        self.qmp("set_link", name="nic%d" % nic, up=up)
