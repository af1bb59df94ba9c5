# SPDX-License-Identifier: GPL-2.0-or-later
"""A network of its own for each case: namespace, bridge, taps, DHCP, capture.

    with Net(workdir) as net:
        tap = net.tap()
        net.dhcp(root_path="iscsi:192.0.2.1::::iqn...")

Two runs go side by side: the namespace is named after the process that made
it, and what a killed run left behind is removed by the next.
"""
import itertools
import os
import re
import signal
import sys

from proc import Child, HarnessError, alive, run, wait_for

PREFIX = "iscsiroot-"
V4, V6 = "192.0.2.1", "2001:db8::1"
_count = itertools.count(1)

SEND = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, sys.argv[1].encode())
s.sendto(sys.argv[2].encode(), ("255.255.255.255", 9))
"""


def sweep():
    """Remove the namespaces of runs that are no more."""
    for line in run(["ip", "netns", "list"], check=False).splitlines():
        found = re.match(r"%s(\d+)-\d+(\s|$)" % PREFIX, line)
        if found and not alive(int(found.group(1))):
            run(["ip", "netns", "del", line.split()[0]], check=False)


class Net:
    """A network namespace with a bridge that holds the servers' addresses."""

    def __init__(self, workdir, addresses=(V4 + "/24", V6 + "/64")):
        self.workdir, self.addresses = workdir, addresses
        self.name = "%s%d-%d" % (PREFIX, os.getpid(), next(_count))
        self.children, self.taps = [], 0
        self.guests = "br0"     # the bridge that guests hang on
        self.capture_child = self.dnsmasq = None

    def __enter__(self):
        sweep()
        run(["ip", "netns", "add", self.name])
        try:
            self.ip("link", "set", "lo", "up")
            self.bridge("br0", self.addresses)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for child in reversed(self.children):
            child.kill()
        self.children = []
        run(["ip", "netns", "del", self.name], check=False)

    def inside(self, *argv):
        """ARGV as it is run inside the namespace."""
        return ["ip", "netns", "exec", self.name, *map(str, argv)]

    def ip(self, *args):
        return run(["ip", "-n", self.name, *args])

    def bridge(self, name, addresses=()):
        self.ip("link", "add", name, "type", "bridge", "stp_state", "0", "forward_delay", "0",
                "mcast_snooping", "0")
        # a port that is always there: a bridge without one has no carrier, and sends nothing
        self.ip("link", "add", name + "p0", "type", "veth", "peer", "name", name + "p1")
        for end in (name + "p0", name + "p1"):
            self.ip("link", "set", end, "addrgenmode", "none", "up")
        self.ip("link", "set", name + "p0", "master", name)
        for address in addresses:
            self.address(address, name)
        self.ip("link", "set", name, "up")

    def address(self, address, bridge="br0"):
        """One more address for servers to listen on."""
        self.ip("address", "add", address, "dev", bridge, *(["nodad"] if ":" in address else []))

    def cable(self):
        """From here on guests hang on a bridge of their own, and a cable joins it to br0; the
        cable's end, at which a capture sees what the guests send and what reaches them."""
        self.bridge("br1")
        # Linux answers ARP for each of its addresses on every device: the cable would be passed by
        run(self.inside("sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/br1/arp_ignore"))
        self.ip("link", "add", "cable0", "type", "veth", "peer", "name", "cable1")
        for end, bridge in (("cable0", "br0"), ("cable1", "br1")):
            self.ip("link", "set", end, "master", bridge)
            self.ip("link", "set", end, "up")
        self.guests = "br1"
        return "cable0"

    def cut(self):
        """Drop all that comes over the cable, both ways. No carrier changes: the bridge's end of it
        is told neither to learn nor to forward."""
        run(["bridge", "-n", self.name, "link", "set", "dev", "cable0", "state", "0"])

    def mend(self):
        run(["bridge", "-n", self.name, "link", "set", "dev", "cable0", "state", "3"])

    def tap(self, bridge=None):
        """A tap device on the bridge (or else on the guests' one); its name."""
        name = "tap%d" % self.taps
        self.taps += 1
        run(self.inside("ip", "tuntap", "add", name, "mode", "tap"))
        self.ip("link", "set", name, "master", bridge or self.guests)
        self.ip("link", "set", name, "up")
        return name

    def spawn(self, argv, log):
        child = Child(self.inside(*argv), log=os.path.join(self.workdir, log))
        self.children.append(child)
        return child

    def dhcp(self, first="192.0.2.100", last="192.0.2.120", root_path=None, options=(), hosts=(),
             extra=(), bridge="br0", lease="1h", log="dnsmasq"):
        """A DHCP server on the bridge; LOG.log in the work directory is its log."""
        argv = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--port=0",
                "--interface=" + bridge, "--bind-interfaces", "--no-ping", "--log-dhcp",
                "--dhcp-authoritative", "--log-facility=-", "--pid-file=",
                "--dhcp-leasefile=" + os.path.join(self.workdir, log + ".leases"),
                "--dhcp-range=%s,%s,%s" % (first, last, lease)]
        if root_path:
            argv.append("--dhcp-option-force=option:root-path," + root_path)
        argv += ["--dhcp-option=" + o for o in options] + ["--dhcp-host=" + h for h in hosts]
        self.dnsmasq = self.spawn(argv + list(extra), log + ".log")
        self.wait_log(self.dnsmasq, "DHCP, sockets bound|DHCP, IP range", "dnsmasq")
        return self.dnsmasq

    def dhcp_log(self):
        return self.read_log("dnsmasq.log")

    def capture(self, device="br0", name="net.pcap"):
        """Write all that passes the bridge down; the file's path. After capture_stop()
        again, with another NAME."""
        self.capture_file = os.path.join(self.workdir, name)
        self.capture_child = self.spawn(
            ["tcpdump", "-i", device, "-n", "-s", "0", "-B", "65536", "-U", "--immediate-mode",
             "-Z", "root", "-w", self.capture_file], name + ".log")
        self.wait_log(self.capture_child, "listening on", "tcpdump")
        return self.capture_file

    def capture_stop(self):
        """End the capture with nothing missing: a last packet of ours must be in it."""
        if self.capture_child is None:
            return
        child, self.capture_child = self.capture_child, None
        mark = "end-of-%s" % self.name
        # from the guests' side, where it comes to the capture even over a cable that is cut
        run(self.inside(sys.executable, "-c", SEND, self.guests, mark))
        wait_for(lambda: self._ends_with(mark.encode()), 30, "the capture's last packet")
        child.stop(signal.SIGINT, 10)
        self.children.remove(child)
        said = self.read_log(os.path.basename(child.log))
        dropped = re.search(r"(\d+) packets? dropped by kernel", said)
        if not dropped or int(dropped.group(1)):
            raise HarnessError("tcpdump lost packets: " + said.strip())

    def _ends_with(self, mark):
        with open(self.capture_file, "rb") as f:
            f.seek(0, os.SEEK_END)
            f.seek(max(0, f.tell() - 65536))
            return mark in f.read()

    def read_log(self, log):
        with open(os.path.join(self.workdir, log), errors="replace") as f:
            return f.read()

    def wait_log(self, child, pattern, what):
        path = os.path.basename(child.log)

        def ready():
            if child.poll() is not None:
                raise HarnessError("%s ended: %s" % (what, self.read_log(path).strip()))
            return re.search(pattern, self.read_log(path))
        wait_for(ready, 20, what)
