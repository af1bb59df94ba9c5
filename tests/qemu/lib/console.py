# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's serial console: read all the time, waited on with a deadline.

Everything read is kept in console.log as it came; .text is the same without
terminal escapes and carriage returns, and .when() says at which moment (of the
host's clock, the one captures use) something was read.
"""
import bisect
import os
import re
import threading
import time

from proc import BUSY

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Za-z0-9]|\x1b[=>78cM]|[\r\0\a]")
TAIL = 40


class ConsoleError(Exception):
    """What was waited for did not come."""


class Console:
    """READ: descriptor of the guest's output; WRITE: of its input."""

    def __init__(self, read, write, log, echo=None):
        self.read_fd, self.write_fd, self.log, self.echo = read, write, log, echo
        self.text, self.pending, self.closed = "", "", False
        self.starts, self.times = [], []    # where each piece read begins, and when it came
        self.mark = 0                       # expect() searches from here
        self.change = threading.Condition()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        with open(self.log, "ab", buffering=0) as log:
            while True:
                try:
                    data = os.read(self.read_fd, 65536)
                except OSError:
                    data = b""
                now = time.time()
                if data:
                    log.write(data)
                with self.change:
                    self._take(data, now)
                    self.change.notify_all()
                if not data:
                    return

    def _take(self, data, now):
        if not data:
            self.closed = True
        raw = self.pending + data.decode("utf-8", "replace")
        # an escape sequence may be cut by the end of what was read
        cut = raw.rfind("\x1b", max(0, len(raw) - 16))
        keep = data and cut >= 0 and not ESCAPES.match(raw, cut)
        self.pending = raw[cut:] if keep else ""
        new = ESCAPES.sub("", raw[:cut] if keep else raw)
        if self.echo and new:
            self.echo(new)
        if new:
            self.starts.append(len(self.text))
            self.times.append(now)
            self.text += new

    def expect(self, pattern, seconds, fail=None):
        """Wait for PATTERN after the last one found; its match.

        FAIL: a pattern that ends the wait at once, with an error."""
        want, bad = re.compile(pattern, re.M), fail and re.compile(fail, re.M)
        seconds *= BUSY
        end = time.monotonic() + seconds
        with self.change:
            while True:
                found = want.search(self.text, self.mark)
                wrong = bad.search(self.text, self.mark) if bad else None
                if wrong and not (found and found.start() < wrong.start()):
                    raise ConsoleError("waiting for %r the console said %r\n%s"
                                       % (pattern, wrong.group(0), self.tail()))
                if found:
                    self.mark = found.end()
                    return found
                if self.closed:
                    raise ConsoleError("waiting for %r the console ended\n%s" % (pattern, self.tail()))
                left = end - time.monotonic()
                if left <= 0:
                    raise ConsoleError("waiting for %r: not within %g s\n%s"
                                       % (pattern, seconds, self.tail()))
                self.change.wait(min(left, 1))

    def wait_closed(self, seconds):
        """True when the guest's side was closed within SECONDS."""
        end = time.monotonic() + seconds
        with self.change:
            while not self.closed and time.monotonic() < end:
                self.change.wait(0.2)
            return self.closed

    def send(self, text):
        os.write(self.write_fd, text.encode())

    def sendline(self, text=""):
        self.send(text + "\n")

    def command(self, text, seconds=60):
        """Run a shell command in the guest; (exit code, output)."""
        self.serial = getattr(self, "serial", 0) + 1
        tag = "E%dX" % self.serial
        # the tag is split so that the echo of the command is not taken for its end
        self.sendline("%s; echo \"E\"%dX=$?=" % (text, self.serial))
        start = self.mark
        found = self.expect(r"%s=(\d+)=" % tag, seconds)
        output = self.text[start:found.start()]
        if "X=$?=" in output:       # the terminal's echo, where it is still on
            output = output.partition("X=$?=")[2].partition("\n")[2]
        return int(found.group(1)), re.sub(r"^\s*\w+[#$] ", "", output)

    def search(self, pattern):
        return re.search(pattern, self.text, re.M)

    def lines(self, pattern):
        """All lines in which PATTERN is found."""
        return [line for line in self.text.splitlines() if re.search(pattern, line)]

    def when(self, pattern):
        """When what PATTERN first matches began to come; None when it never did."""
        found = self.search(pattern)
        return self.time_of(found.start()) if found else None

    def time_of(self, offset):
        """When the character at OFFSET of .text was read."""
        return self.times[bisect.bisect_right(self.starts, offset) - 1]

    def tail(self, count=TAIL):
        return "\n".join(self.text.splitlines()[-count:])
