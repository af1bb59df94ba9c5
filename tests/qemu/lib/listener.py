#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Joins standard input and output to whoever connects, one after the other.

    listener.py ADDRESS:PORT

What any connection brings goes to standard output; standard input goes to the newest one, and while
there is none it waits.
"""
import os
import selectors
import socket
import sys


def main():
    address, _, port = sys.argv[1].rpartition(":")
    server = socket.create_server((address, int(port)))
    events = selectors.DefaultSelector()
    events.register(server, selectors.EVENT_READ)
    newest, kept = None, b""
    events.register(0, selectors.EVENT_READ)
    while True:
        for key, _ in events.select():
            if key.fileobj is server:
                newest = server.accept()[0]
                events.register(newest, selectors.EVENT_READ)
            elif key.fileobj == 0:
                data = os.read(0, 65536)
                if not data:
                    return
                kept += data
            else:
                try:
                    data = key.fileobj.recv(65536)
                except OSError:
                    data = b""
                if data:
                    os.write(1, data)
                    continue
                events.unregister(key.fileobj)
                key.fileobj.close()
                newest = None if newest is key.fileobj else newest
        if newest and kept:
            newest.sendall(kept)
            kept = b""


if __name__ == "__main__":
    main()
