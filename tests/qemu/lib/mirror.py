# SPDX-License-Identifier: GPL-2.0-or-later
"""This machine's Debian mirrors, for apt and debootstrap of guests in a case's network.

    mirror = c.stack.enter_context(Mirror(c.net))
    mirror.uri              # of the suites' own archive, as debootstrap takes it
    mirror.sources          # sources.list

What is asked for is fetched by this machine's apt, with its configuration, and kept beside the images;
indexes, which change, are fetched each time as long as the mirror is there.
"""
import hashlib
import http.server
import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import images
from net import V4
from proc import LIBC, HarnessError

HELPER = "/usr/lib/apt/apt-helper"
CLONE_NEWNET = 0x40000000
KEEP_SECONDS = 30 * 24 * 3600       # since a file's last use


def fetch(uri, cache):
    """The file with what URI names, or None."""
    path = cache / hashlib.sha256(uri.encode()).hexdigest()
    changes = "/dists/" in uri and "/by-hash/" not in uri
    if changes or not path.exists():
        with tempfile.TemporaryDirectory(dir=cache) as tmp:
            done = subprocess.run([HELPER, "download-file", uri, tmp + "/file"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
            if done.returncode == 0:
                os.rename(tmp + "/file", path)
    if not path.exists():
        return None
    os.utime(path)
    return path


def _prune(cache):
    for path in cache.iterdir():
        if time.time() - path.stat().st_mtime > KEEP_SECONDS:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        uri = self.server.mirror.uri_of(self.path)
        path = uri and fetch(uri, self.server.mirror.cache)
        data = path.read_bytes() if path else b""
        self.send_response(200 if path else 404)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, text, *args):
        self.server.mirror.log.write(text % args + "\n")


class Mirror:
    """One HTTP server on ADDRESS:PORT of NET; each of this machine's sources for SUITE is a directory."""

    def __init__(self, net, suite="bookworm", address=V4, port=8080):
        self.net, self.address, self.port = net, address, port
        self.cache = images.cache_dir() / "mirror"
        lines = [line.split() for line in images._sources(suite)]
        self.uris = [line[1].rstrip("/") + "/" for line in lines]
        self.uri = self._own(0)
        self.sources = "".join("%s %s %s\n" % (deb, self._own(i), " ".join(rest))
                               for i, (deb, _, *rest) in enumerate(lines))
        self.log = self.server = self.thread = None

    def _own(self, i):
        return "http://%s:%d/%d/" % (self.address, self.port, i)

    def uri_of(self, path):
        """Whence PATH of ours is; None for one that is not."""
        number, _, rest = path.lstrip("/").partition("/")
        if not number.isdigit() or int(number) >= len(self.uris) or ".." in rest.split("/"):
            return None
        return self.uris[int(number)] + rest

    def __enter__(self):
        self.cache.mkdir(exist_ok=True)
        _prune(self.cache)
        self.log = open(os.path.join(self.net.workdir, "mirror.log"), "w", buffering=1)
        self.server = http.server.ThreadingHTTPServer((self.address, self.port), _Handler, False)
        self.server.daemon_threads, self.server.mirror = True, self
        self.server.socket.close()
        self._listen()
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        self.log.close()

    def _listen(self):
        """Its socket is the namespace's, and all else of it is this machine's: a thread makes it."""
        failed = []

        def inside():
            try:
                with open(Path("/run/netns", self.net.name)) as f:
                    if LIBC.setns(f.fileno(), CLONE_NEWNET):
                        raise OSError("setns")
                self.server.socket = self.server.socket.__class__(
                    self.server.address_family, self.server.socket_type)
                self.server.server_bind()
                self.server.server_activate()
            except OSError as e:
                failed.append(e)
        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        if failed:
            raise HarnessError("mirror: %s" % failed[0])
