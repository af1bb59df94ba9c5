# SPDX-License-Identifier: GPL-2.0-or-later
"""An iSCSI target (tgt) inside a case's network namespace.

    with Target(net, IQN, luns=[path], chap=("user", "secret")) as t: ...

Each has its own control number, taken under a lock, so that several targets
and several runs go side by side.
"""
import fcntl
import os
import re
import signal
import time

from proc import HarnessError, run, wait_for

IQN = "iqn.2001-04.com.example:storage.lun1"
LOCKS = "/run/lock"


class Target:
    """One tgtd with one or more targets.

    luns: a list (numbered from 1) or {number: path}; portals: "address:port",
    IPv6 in brackets; chap and mutual: (user, password) or None; held: all is ready,
    but connections are refused until open(); conf: a file for tgt-admin, which says all of that but
    the portals instead."""

    def __init__(self, net, iqn=IQN, luns=(), portals=("192.0.2.1:3260",), chap=None, mutual=None,
                 held=False, conf=None):
        self.net, self.iqn, self.portals, self.held = net, iqn, list(portals), held
        self.conf = conf
        self.luns = dict(luns) if isinstance(luns, dict) else dict(enumerate(luns, 1))
        self.chap, self.mutual = chap, mutual
        self.child = self.lock = None
        self.tids = 0

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def start(self):
        """Start serving; also after stop()."""
        self._take_number()
        self.tids = 0
        first = "127.0.0.1:%d" % (10000 + self.number) if self.held else self.portals[0]
        self.child = self.net.spawn(["tgtd", "-f", "-C", self.number, "--iscsi", "portal=" + first],
                                    "tgtd-%d.log" % self.number)
        wait_for(self._ready, 20, "tgtd")
        for portal in self.portals[1:] if not self.held else ():
            self.portal(portal)
        if self.conf:
            run(["tgt-admin", "--control-port", self.number, "--execute", "--conf", self.conf])
        else:
            self.add(self.iqn, self.luns, self.chap, self.mutual)
        return self

    def open(self):
        """Let a held target be reached; the moment before."""
        when = time.time()
        for portal in self.portals:
            self.portal(portal)
        return when

    def _ready(self):
        if self.child.poll() is not None:
            with open(self.child.log) as f:
                raise HarnessError("tgtd ended: " + f.read().strip())
        return "System:" in run(self._adm("sys", "show"), check=False)

    def _take_number(self):
        if self.lock:
            return
        for number in range(100, 1100):
            lock = open(os.path.join(LOCKS, "iscsiroot-tgt-%d" % number), "w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            self.number, self.lock = number, lock
            return
        raise HarnessError("no free tgtd control number")

    def _adm(self, mode, op, *args):
        return ["tgtadm", "-C", self.number, "--lld", "iscsi", "--mode", mode, "--op", op, *args]

    def adm(self, mode, op, *args):
        return run(self._adm(mode, op, *args))

    def add(self, iqn, luns, chap=None, mutual=None):
        """One more target in the same daemon; its number."""
        self.tids += 1
        tid = ("--tid", self.tids)
        self.adm("target", "new", *tid, "-T", iqn)
        for number, path in sorted(luns.items() if isinstance(luns, dict) else enumerate(luns, 1)):
            self.adm("logicalunit", "new", *tid, "--lun", number, "-b", path)
        for account, how in ((chap, ()), (mutual, ("--outgoing",))):
            if account:
                self.adm("account", "new", "--user", account[0], "--password", account[1])
                self.adm("account", "bind", *tid, "--user", account[0], *how)
        self.adm("target", "bind", *tid, "-I", "ALL")
        return self.tids

    def portal(self, portal, op="new"):
        self.adm("portal", op, "--param", "portal=" + portal)

    def password(self, user, password):
        """Give the first target's account another password; the moment before it holds."""
        self.adm("account", "delete", "--user", user)
        self.adm("account", "new", "--user", user, "--password", password)
        when = time.time()
        self.adm("account", "bind", "--tid", 1, "--user", user)
        return when

    def lun_delete(self, lun, tid=1):
        self.adm("logicalunit", "delete", "--tid", tid, "--lun", lun, "--force")

    def sessions(self, tid=1):
        """Who is logged in: a list of (session, initiator)."""
        shown = self.adm("conn", "show", "--tid", tid)
        return re.findall(r"Session: (\d+)\s+Connection: \d+\s+Initiator: (\S+)", shown)

    def pause(self):
        self.child.send(signal.SIGSTOP)

    def resume(self):
        self.child.send(signal.SIGCONT)

    def stop(self):
        """Dead at once: tgtd with targets outlives SIGTERM."""
        if self.child:
            self.child.send(signal.SIGCONT)
            self.child.kill()

    def close(self):
        self.stop()
        if self.lock:
            for path in ("/var/run/tgtd/socket.%d" % self.number,
                         "/var/run/tgtd/socket.%d.lock" % self.number):
                if os.path.exists(path):
                    os.unlink(path)
            self.lock.close()
            self.lock = None
