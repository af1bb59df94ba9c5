#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A DHCP server that refuses, leaves options out, or sends malformed ones.

    fake_dhcp.py DEVICE HOW [NN=HEX]...

HOW: nak (an offer, then a refusal), mute (an offer, then nothing), no-address (0.0.0.0),
no-mask, or ok. NN=HEX are options as they go over the wire, length byte included, sent after
those of a good answer; one replaces the good answer's option of the same number.
Each packet received is a line on standard output.
"""
import os
import socket
import struct
import sys

SERVER, CLIENT = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 100))
DISCOVER, OFFER, REQUEST, ACK, NAK = 1, 2, 3, 5, 6
COOKIE = b"\x63\x82\x53\x63"


def option(number, value):
    return bytes((number, len(value))) + value


def message_type(packet):
    pos = 240
    while pos + 2 < len(packet) and packet[pos] != 255:
        if packet[pos] == 0:
            pos += 1
            continue
        if packet[pos] == 53:
            return packet[pos + 2]
        pos += 2 + packet[pos + 1]
    return 0


def reply(packet, kind, how, extra):
    """The bytes of an answer of this KIND."""
    address = b"\0\0\0\0" if kind == NAK or how == "no-address" else CLIENT
    head = bytes((2, 1, 6, 0)) + packet[4:12] + b"\0" * 4 + address + SERVER + b"\0" * 4
    head += packet[28:44] + b"\0" * 192 + COOKIE
    options = {53: bytes((kind,)), 54: SERVER}
    if kind != NAK:
        options.update({51: struct.pack(">I", 3600), 1: bytes((255, 255, 255, 0)), 3: SERVER})
        if how == "no-mask":
            del options[1]
    body = b"".join(option(n, v) for n, v in options.items() if n not in extra)
    return head + body + b"".join(bytes((n,)) + v for n, v in extra.items()) + b"\xff"


def main(device, how, *given):
    extra = {int(n): bytes.fromhex(v) for n, v in (g.split("=") for g in given)}
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode() + b"\0")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.bind(("", 67))
    print("listening", flush=True)
    while True:
        packet = sock.recv(4096)
        kind = message_type(packet)
        print("got %d" % kind, flush=True)
        if kind == DISCOVER:
            answer = OFFER
        elif kind == REQUEST and how != "mute":
            answer = NAK if how == "nak" else ACK
        else:
            continue
        sock.sendto(reply(packet, answer, how, extra), ("255.255.255.255", 68))


def start(net, how, options=None, device="br0"):
    """Run it as a child in a case's network; OPTIONS: {number: bytes, length byte included}."""
    given = ["%d=%s" % (n, v.hex()) for n, v in (options or {}).items()]
    child = net.spawn([sys.executable, os.path.abspath(__file__), device, how, *given], "fake-dhcp.log")
    net.wait_log(child, "listening", "the DHCP server")
    return child


if __name__ == "__main__":
    main(*sys.argv[1:])
