#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An iSCSI target that serves files, and behaves as targets do that are odd, in trouble, or none at all.

    own_target.py CONFIG        (JSON: portals, iqn, luns, control, behaviour, held)

In a case OwnTarget starts it in the case's network. All portals are one process, each connection has a
thread. What it sees goes to standard output, a JSON object in each line: connect, request, chap, login, logout,
task, nop-answer, reject, end (of a connection: "why", and what went over it). What it shall do comes through a
UNIX socket, also in lines of JSON, each answered by one: {"do": NAME, ...}, the methods do_* of Server.

A behaviour is a dict; it holds for all portals, or for one. What each name does is written where it is read:
target_login.py (the login), target_session.py (after it), and here:

    portal          serve; silent: connections are accepted, and nothing is sent; close: they are closed
    answers         one for each login in turn, the last one for ever; "serve": the login goes on; else
                    see below. A probe, which connects and sends nothing, takes none
    cut_at          the connection is closed after so many bytes of the login, of both ways together
    cut             how: close (a FIN) or reset

An answer is one of these:

    CC/DD           a login response of this status class and detail (RFC 7143, 11.13.5)
    01/01=ADDRESS   the same with a TargetAddress: a redirection
    half            the first of several login responses, then nothing
    silent          nothing
    close, reset    the connection is closed, or reset
    accept          the connection is closed before the login request comes: at a random moment of the
                    time that the first one took to come
    garbage         128 bytes that are no PDU
    wrong           a PDU that does not belong into a login
    http, ssh       what such a server says, ssh before it is asked
"""
import json
import os
import random
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from iscsi import Closed, Cut, Stream  # noqa: E402
from proc import HarnessError, wait_for  # noqa: E402
from target_login import Login, Refused  # noqa: E402
from target_scsi import Disk  # noqa: E402
from target_session import Session  # noqa: E402

HTTP = (b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\n"
        b"Connection: close\r\nContent-Length: 24\r\n\r\n<h1>400 Bad Request</h1>")
SSH = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"
GARBAGE = bytes((i * 167 + 91) & 0xff for i in range(128))


class Behaviour:
    """What holds for a portal at this moment."""

    def __init__(self, server, portal):
        self.server, self.portal = server, portal

    def __call__(self, name, default=None):
        for known in (self.server.of_portal.get(self.portal, {}), self.server.behaviour):
            if name in known:
                return known[name]
        return default

    def wait(self):
        """While the target is held, nothing is answered."""
        self.server.going.wait()


class Connection:
    """One TCP connection; run() is its thread."""

    def __init__(self, server, sock, portal, number):
        self.server, self.portal, self.number = server, portal, number
        self.stream, self.behaviour = Stream(sock), Behaviour(server, portal)
        self.login = self.session = None
        self.began = time.monotonic()
        self.why, self.reset = None, False      # set by whoever ends it

    def log(self, event, **what):
        self.server.log(event, conn=self.number, portal=self.portal, **what)

    def run(self):
        why, reset = "closed", False
        try:
            self.serve()
        except Closed as e:
            why = str(e)
        except Cut:
            why, reset = "cut", self.behaviour("cut") == "reset"
        except Exception as e:      # a fault of ours is seen in the log, and by whoever reads it
            why = "fault: %r" % e
        self.stream.shut(reset or self.reset)
        counts = self.session.counts if self.session else {}
        self.server.gone(self)
        self.log("end", why=self.why or why, bytes=self.stream.passed, **counts)

    def drop(self, why, reset=False):
        """Have the connection's thread end it. To stop reading sends nothing, so that an RST can follow."""
        self.why, self.reset = why, reset
        try:
            self.stream.sock.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
        except OSError:
            pass                    # it has ended by itself

    def serve(self):
        kind = self.behaviour("portal", "serve")
        if kind == "close":
            return
        if kind == "silent":
            while self.stream.sock.recv(65536):
                pass
            return
        if self.answered_before():
            return
        self.stream.budget = self.behaviour("cut_at")
        self.login = Login(self.stream, self.server.iqn, self.behaviour, self.portal, self.log)
        self.login.tsih, self.login.ready = self.number, lambda: self.server.reinstate(self)
        try:
            self.first_answer()
            self.login.run()
        except Refused as e:
            self.log("refused", status="%02x/%02x" % e.status, why=str(e))
            self.login.refuse(e.status, e.keys)
            return
        self.stream.budget = None
        self.full_feature()

    def full_feature(self):
        login = self.login
        self.log("login", initiator=login.initiator, isid=login.isid, tsih=login.first.get(14, ">H"),
                 stat_sn=login.first.get(28), cmd_sn=login.first.get(24), discovery=login.discovery,
                 seconds=round(time.monotonic() - self.began, 6), agreed=login.agreed)
        self.session = Session(login, self.stream, self.server.disks, self.behaviour, self.log, self.server.portals)
        self.session.run()

    # --- answers in place of a login ---

    def answered_before(self):
        """Is this connection ended before its login request?"""
        answer = self.server.answer(self.portal)
        if answer == "accept":
            window = self.server.window
            if window is None:
                if self.stream.sock.recv(1):
                    self.server.window = time.monotonic() - self.began
            else:
                time.sleep(random.uniform(0, window))
            self.taken()
            return True
        if answer == "ssh":
            self.stream.send_raw(SSH)
        return False

    def taken(self):
        answer = self.server.answer(self.portal, take=True)
        self.log("answer", answer=answer)
        return answer

    def first_answer(self):
        """Read the login request, where it has to be answered by something else."""
        if self.server.answer(self.portal) is None:
            return
        request = self.login.receive()
        answer = self.taken()
        if answer == "serve":
            self.login.receive = self.once(request)
            return
        if answer == "close":
            raise Closed("as told")
        if answer == "reset":
            self.stream.shut(True)
            raise Closed("reset as told")
        if answer == "http":
            self.stream.send_raw(HTTP)
            raise Closed("as told")
        if answer == "garbage":
            self.stream.send_raw(GARBAGE)
        elif answer == "wrong":
            self.stream.send_raw(b"\x25\x80" + b"\0" * 46)      # a data-in
        elif answer == "half":
            self.login.respond(request, [], False)
        elif "/" in answer:
            status, _, address = answer.partition("=")
            keys = [("TargetAddress", address)] if address else []
            self.login.refuse(tuple(int(n, 16) for n in status.split("/")), keys)
        while self.stream.sock.recv(65536):     # until the other side has had enough
            pass
        raise Closed("as told")

    def once(self, request):
        """receive() of the login that hands out REQUEST first."""
        receive, held = Login.receive.__get__(self.login), [request]
        return lambda: held.pop() if held else receive()


class Server:
    def __init__(self, config):
        self.iqn, self.portals = config["iqn"], list(config["portals"])
        self.disks = {int(n): Disk(path, int(n)) for n, path in config.get("luns", {}).items()}
        self.behaviour, self.of_portal = dict(config.get("behaviour", {})), {}
        self.going = threading.Event()
        self.going.set()
        self.lock = threading.RLock()
        self.writing = threading.Lock()
        self.listeners, self.connections, self.sessions = {}, set(), {}
        self.numbers, self.window = 0, None
        self.challenges = []        # (CHAP_I, CHAP_C) that initiators have sent
        if not config.get("held"):
            self.do_listen()
        if config.get("control"):
            threading.Thread(target=self.control, args=(config["control"],), daemon=True).start()

    def log(self, event, **what):
        line = json.dumps({"t": round(time.time(), 6), "event": event, **what})
        with self.writing:
            print(line, flush=True)

    def answer(self, portal, take=False):
        """The answer to a portal's next login; None: there is no list of them."""
        with self.lock:
            answers = Behaviour(self, portal)("answers")
            if not answers:
                return None
            return answers.pop(0) if take and len(answers) > 1 else answers[0]

    # --- connections ---

    def accept(self, listening, portal):
        while True:
            try:
                sock, peer = listening.accept()
            except OSError:
                return              # listening no more
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.numbers += 1
                conn = Connection(self, sock, portal, self.numbers)
                self.connections.add(conn)
            conn.log("connect", peer="%s:%d" % peer[:2])
            threading.Thread(target=conn.run, daemon=True).start()

    def reinstate(self, conn):
        """A session of the same initiator, ISID and portal group ends with the new one (RFC 7143 6.3.5)."""
        if conn.login.discovery:
            return
        key = conn.login.initiator, conn.login.isid
        with self.lock:
            old = self.sessions.get(key)
            self.sessions[key] = conn
        if old:
            old.drop("session reinstatement")

    def gone(self, conn):
        with self.lock:
            self.connections.discard(conn)
            for key, known in list(self.sessions.items()):
                if known is conn:
                    del self.sessions[key]

    def chosen(self, portal=None, conn=None):
        with self.lock:
            return [c for c in self.connections if portal in (None, c.portal) and conn in (None, c.number)]

    # --- what it is asked to do ---

    def do_listen(self, on=True, portal=None):
        """Let connections come, or be refused; those that are there stay."""
        for name in [portal] if portal else self.portals:
            address, _, port = name.rpartition(":")
            address = address.strip("[]")
            old = self.listeners.pop(name, None)
            if old:
                old.shutdown(socket.SHUT_RDWR)      # close() alone does not end an accept()
                old.close()
            if not on:
                continue
            listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address, int(port)))
            listening.listen(64)
            self.listeners[name] = listening
            threading.Thread(target=self.accept, args=(listening, name), daemon=True).start()

    def do_set(self, behaviour, portal=None):
        """Change behaviours; null takes one back."""
        with self.lock:
            known = self.of_portal.setdefault(portal, {}) if portal else self.behaviour
            known.update(behaviour)
            for name in [n for n, v in known.items() if v is None]:
                del known[name]

    def do_hold(self, on=True):
        """Answer nothing after the login, until told otherwise."""
        if on:
            self.going.clear()
        else:
            self.going.set()

    def do_drop(self, reset=False, portal=None, conn=None):
        """End connections; how many."""
        found = self.chosen(portal, conn)
        for c in found:
            c.drop("dropped", reset)
        return len(found)

    def do_async(self, code, first=0, second=0, third=0, portal=None, conn=None):
        found = [c for c in self.chosen(portal, conn) if c.session]
        for c in found:
            c.session.event(code, first, second, third)
        return len(found)

    def do_nop(self, count=1, answer=True, data="", pause=0, portal=None, conn=None):
        found = [c for c in self.chosen(portal, conn) if c.session]
        for c in found:
            c.session.nop_in(count, answer, data.encode(), pause)
        return len(found)

    def do_state(self):
        with self.lock:
            counts = [c.session.counts for c in self.connections if c.session]
            return {"read": sum(c["read"] for c in counts), "written": sum(c["written"] for c in counts),
                    "connections": len(self.connections), "sessions": len(self.sessions), "accepted": self.numbers,
                    "threads": threading.active_count()}

    def obey(self, line):
        try:
            what = json.loads(line)
            return {"ok": True, "result": getattr(self, "do_" + what.pop("do"))(**what)}
        except Exception as e:
            return {"ok": False, "error": repr(e)}

    def control(self, path):
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(path)
        listening.listen(4)
        self.log("ready")
        while True:
            conn = listening.accept()[0]
            with conn, conn.makefile("rw") as f:
                for line in f:
                    f.write(json.dumps(self.obey(line)) + "\n")
                    f.flush()


def ask(path, what, **args):
    """Have the target whose control socket is PATH do something; what it answers."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        with s.makefile("rw") as f:
            f.write(json.dumps({"do": what, **args}) + "\n")
            f.flush()
            answer = json.loads(f.readline())
    if not answer["ok"]:
        raise RuntimeError("%s: %s" % (what, answer["error"]))
    return answer["result"]


class OwnTarget:
    """The same in a case's network, from start() to stop(); luns and portals as of target.Target."""

    def __init__(self, net, iqn=None, luns=(), portals=("192.0.2.1:3260",), held=False, name="own", **behaviour):
        from target import IQN
        self.net, self.held, self.portals = net, held, list(portals)
        self.iqn, self.behaviour = iqn or IQN, behaviour
        self.luns = dict(luns) if isinstance(luns, dict) else dict(enumerate(luns, 1))
        self.name = "%s-%d" % (name, len(net.children))
        self.child = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _path(self, ending):
        return os.path.join(self.net.workdir, self.name + ending)

    def start(self):
        """Start serving; also after stop()."""
        config, control = self._path(".json"), self._path(".sock")
        if os.path.exists(control):
            os.unlink(control)
        with open(config, "w") as f:
            json.dump({"iqn": self.iqn, "portals": self.portals, "held": self.held, "control": control,
                       "luns": {n: str(path) for n, path in self.luns.items()}, "behaviour": self.behaviour}, f)
        self.child = self.net.spawn([sys.executable, os.path.abspath(__file__), config], self.name + ".log")
        wait_for(self._ready, 20, "the target of our own")
        return self

    def _ready(self):
        if self.child.poll() is not None:
            raise HarnessError("%s ended: %s" % (self.name, self.net.read_log(self.name + ".log").strip()))
        try:
            return self.do("state")
        except OSError:
            return False

    def do(self, what, **args):
        return ask(self._path(".sock"), what, **args)

    def open(self):
        """Let a held target be reached; the moment before."""
        when = time.time()
        self.do("listen")
        return when

    def pause(self):
        """Nothing is answered, and the kernel accepts connections for it."""
        self.child.send(signal.SIGSTOP)

    def resume(self):
        self.child.send(signal.SIGCONT)

    def events(self, *names):
        """What it has seen so far, of these NAMES."""
        rows = [json.loads(line) for line in self.net.read_log(self.name + ".log").splitlines() if line[:1] == "{"]
        return [r for r in rows if not names or r["event"] in names]

    def stop(self):
        """Its connections end, and further ones are refused; the moment before."""
        when = time.time()
        if self.child:
            self.child.kill()
        return when

    close = stop


class FakeTarget(OwnTarget):
    """A portal that answers logins by ANSWERS, and serves nothing."""

    def __init__(self, net, *answers, portal="192.0.2.1:3260"):
        super().__init__(net, portals=[portal], name="fake", answers=list(answers))
        self.start()

    def answered(self):
        """[(time, answer)] so far."""
        return [(r["t"], r["answer"]) for r in self.events("answer")]


def main(path):
    with open(path) as f:
        server = Server(json.load(f))
    if not server.listeners and not server.behaviour:
        server.log("held")
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
