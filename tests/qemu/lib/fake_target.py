#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A service on a portal that answers logins as it is told, or is no iSCSI target at all.

    fake_target.py ADDRESS PORT ANSWER...

One ANSWER for each login in turn, the last one for ever (a probe, which connects and
sends nothing, takes none):

    CC/DD               a login response of this status class and detail (RFC 7143, 11.13.5)
    01/01=ADDRESS       the same with a TargetAddress: a redirection
    half                the first of several login responses, then nothing
    silent              nothing
    close, reset        the connection is closed, or reset
    accept              the connection is closed before the login request comes: at a random moment of the
                        time that the first one took to come
    garbage             128 bytes that are no PDU
    wrong               a PDU that does not belong into a login
    http, ssh           what such a server says, ssh before it is asked

Every answer is a line on standard output: the time, and the answer.
"""
import os
import random
import socket
import struct
import sys
import threading
import time

HTTP = (b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\n"
        b"Connection: close\r\nContent-Length: 24\r\n\r\n<h1>400 Bad Request</h1>")
SSH = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"
GARBAGE = bytes((i * 167 + 91) & 0xff for i in range(128))


def login_response(request, status, text=b""):
    """The answer to a login request, which stays in its stage."""
    head = struct.pack(">BBBBI", 0x23, request[1] & 0x0c, 0, 0, len(text)) + request[8:14] + b"\0\0"
    cmd_sn = struct.unpack(">I", request[24:28])[0]
    head += request[16:20] + b"\0" * 4 + struct.pack(">III", 1, cmd_sn, cmd_sn + 8)
    head += bytes(status) + b"\0" * 10
    return head + text + b"\0" * (-len(text) % 4)


def receive(conn):
    """The first PDU, whole; b"" from a probe."""
    data = conn.recv(48, socket.MSG_WAITALL)
    if len(data) == 48:
        size = int.from_bytes(data[5:8], "big")
        data += conn.recv((size + 3) & ~3, socket.MSG_WAITALL)
    return data


class Service:
    def __init__(self, answers):
        self.answers, self.lock = answers, threading.Lock()
        self.window = None      # seconds from the connection to the login request

    def take(self):
        """The answer to the login that has just begun."""
        with self.lock:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            print("%.6f %s" % (time.time(), answer), flush=True)
        return answer

    def serve(self, conn):
        try:
            if self.answers[0] == "accept":
                self.accept(conn)
                return
            if self.answers[0] == "ssh":
                conn.sendall(SSH)
            request = receive(conn)
            if request:
                self.answer(conn, self.take(), request)
        except OSError:
            pass
        conn.close()

    def accept(self, conn):
        began = time.monotonic()
        if self.window is None and conn.recv(1):
            self.window = time.monotonic() - began
        elif self.window:
            time.sleep(random.uniform(0, self.window))
        self.take()
        conn.close()

    def answer(self, conn, answer, request):
        if answer == "close":
            return
        if answer == "reset":
            conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        if answer == "http":
            conn.sendall(HTTP)
            return
        if answer == "garbage":
            conn.sendall(GARBAGE)
        elif answer == "wrong":
            conn.sendall(b"\x25\x80" + b"\0" * 46)      # a data-in
        elif answer == "half":
            conn.sendall(login_response(request, (0, 0)))
        elif "/" in answer:
            status, _, address = answer.partition("=")
            text = b"TargetAddress=%s\0" % address.encode() if address else b""
            conn.sendall(login_response(request, [int(n, 16) for n in status.split("/")], text))
        while conn.recv(65536):     # until the other side has had enough
            pass


def main(address, port, *answers):
    service = Service(list(answers))
    listening = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((address, int(port)))
    listening.listen(16)
    print("listening", flush=True)
    while True:
        conn = listening.accept()[0]
        threading.Thread(target=service.serve, args=(conn,), daemon=True).start()


class FakeTarget:
    """The same as a child in a case's network, until stop()."""

    def __init__(self, net, *answers, portal="192.0.2.1:3260"):
        address, _, port = portal.rpartition(":")
        self.net, self.log = net, "fake-%s-%s-%d.log" % (address, port, len(net.children))
        self.child = net.spawn([sys.executable, os.path.abspath(__file__), address, port, *answers],
                               self.log)
        net.wait_log(self.child, "listening", "the service at " + portal)

    def answered(self):
        """[(time, answer)] so far."""
        rows = [line.split(" ", 1) for line in self.net.read_log(self.log).splitlines()[1:]]
        return [(float(when), answer) for when, answer in rows]

    def stop(self):
        """Its connections end, and further ones are refused; the moment before."""
        when = time.time()
        self.child.kill()
        return when


if __name__ == "__main__":
    main(*sys.argv[1:])
