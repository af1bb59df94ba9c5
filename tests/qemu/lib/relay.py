#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A relay in front of a target that lets through what it reads, until it is armed and the PDU comes
that it waits for.

    relay.py ADDRESS:PORT TARGET-ADDRESS:PORT WHEN WHAT

WHEN: PDUs of the initiator that must come one after the other, separated by commas: two hexadecimal
digits of a SCSI command's operation code (00 TEST UNIT READY, 2a WRITE, 35 SYNCHRONIZE CACHE), or
"logout". With the last of them, once armed (SIGUSR1), WHAT happens:

    hold=SECONDS    nothing goes on in either direction for so long, this PDU included
    hold            nothing ever does
    reset=SECONDS   the connection is reset, and new ones are refused for so long
    drop            the PDU is swallowed
    refuse=N        a Logout is answered with response code N, the target does not see it
    fail            this and all later commands of its kind are answered with a medium error

What happens is a line on standard output.
"""
import signal
import socket
import struct
import sys
import threading
import time

# fixed format, MEDIUM ERROR, write error
SENSE = bytes([0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x0c, 0, 0, 0, 0, 0])


def receive(conn):
    """A whole PDU (no digests); b"" at the end."""
    head = conn.recv(48, socket.MSG_WAITALL)
    if len(head) < 48:
        return b""
    more = head[4] * 4 + ((int.from_bytes(head[5:8], "big") + 3) & ~3)
    return head + (conn.recv(more, socket.MSG_WAITALL) if more else b"")


def kind(pdu):
    """As WHEN names it."""
    opcode = pdu[0] & 0x3f
    return {1: "%02x" % pdu[32], 6: "logout"}.get(opcode, "")


def logout_response(request, code):
    """StatSN is the one that the initiator expects next."""
    cmd_sn = struct.unpack(">I", request[24:28])[0]
    return (bytes([0x26, 0x80, code]) + b"\0" * 13 + request[16:20] + b"\0" * 4 + request[28:32] +
            struct.pack(">II", cmd_sn, cmd_sn + 8) + b"\0" * 12)


def medium_error(response):
    """A SCSI response with its status changed and sense data put in."""
    data = struct.pack(">H", len(SENSE)) + SENSE
    head = bytearray(response[:48])
    head[2:4] = bytes([0, 2])
    head[5:8] = len(data).to_bytes(3, "big")
    return bytes(head) + data + b"\0" * (-len(data) % 4)


class Relay:
    def __init__(self, target, when, what):
        self.target, self.when = target, when.split(",")
        self.what, _, self.value = what.partition("=")
        self.armed, self.failing = False, set()
        self.server = None
        self.flows = threading.Event()
        self.flows.set()

    def arm(self, *_):
        self.armed = True
        print("armed", flush=True)

    def due(self, pdu):
        """Is it the one that was waited for?"""
        if not self.armed or not self.when or kind(pdu) != self.when[0]:
            return False
        last = self.when.pop(0)
        if not self.when:
            print("%.6f %s: %s" % (time.time(), last, self.what), flush=True)
            if self.what == "fail":
                self.when = [last]
            return True
        return False

    def hold(self):
        self.flows.clear()
        if self.value:
            time.sleep(float(self.value))
            self.flows.set()
            print("%.6f goes on" % time.time(), flush=True)
        self.flows.wait()

    def reset(self, conn):
        """What the other side sees is a reset, not an end."""
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        conn.close()

    def upward(self, initiator, target):
        while pdu := receive(initiator):
            self.flows.wait()
            if self.due(pdu):
                if self.what == "hold":
                    self.hold()
                elif self.what == "reset":
                    self.server.shutdown(socket.SHUT_RDWR)
                    target.shutdown(socket.SHUT_RDWR)
                    self.reset(initiator)
                    return
                elif self.what == "fail":
                    self.failing.add(pdu[16:20])
                elif self.what == "refuse":
                    initiator.sendall(logout_response(pdu, int(self.value)))
                    continue
                elif self.what == "drop":
                    continue
            target.sendall(pdu)

    def downward(self, target, initiator):
        while pdu := receive(target):
            self.flows.wait()
            if pdu[0] & 0x3f == 0x21 and pdu[16:20] in self.failing:
                self.failing.remove(pdu[16:20])
                pdu = medium_error(pdu)
            initiator.sendall(pdu)

    def way(self, function, one, other):
        try:
            function(one, other)
        except OSError:
            pass
        for conn in (one, other):
            try:
                conn.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def serve(self, initiator):
        try:
            target = socket.create_connection(self.target)
        except OSError:
            initiator.close()
            return
        for conn in (initiator, target):
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self.way, args=(self.downward, target, initiator),
                         daemon=True).start()
        self.way(self.upward, initiator, target)


def endpoint(text):
    address, _, port = text.rpartition(":")
    return address, int(port)


def main(listen, target, when, what):
    relay = Relay(endpoint(target), when, what)
    signal.signal(signal.SIGUSR1, relay.arm)
    while True:
        with socket.create_server(endpoint(listen)) as relay.server:
            print("listening", flush=True)
            try:
                while True:
                    conn, _ = relay.server.accept()
                    threading.Thread(target=relay.serve, args=(conn,), daemon=True).start()
            except OSError:
                pass            # it was shut
        time.sleep(float(relay.value))


def start(net, when, what, portal="192.0.2.1:3260", target="127.0.0.1:3259"):
    """Run one in a case's network; (child, arm: a function)."""
    child = net.spawn([sys.executable, __file__, portal, target, when, what], "relay.log")
    net.wait_log(child, "listening", "relay")

    def arm():
        child.send(signal.SIGUSR1)
        net.wait_log(child, "armed", "relay armed")
    return child, arm


if __name__ == "__main__":
    main(*sys.argv[1:])
