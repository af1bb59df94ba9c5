# SPDX-License-Identifier: GPL-2.0-or-later
"""Child processes that never outlive the test, and waiting with a deadline."""
import ctypes
import os
import signal
import subprocess
import time

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1


# The limits of waits are an idle machine's, with a margin; a busy one has so many times as long.
# Nothing is asserted by them.
BUSY = 3


class HarnessError(Exception):
    """The harness itself could not do what a case asked of it."""


def _die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for sig in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sig, signal.SIG_DFL)


class Child:
    """A long-running program; killed when the test ends, whichever way.

    cpu: its CPU seconds, own and of its threads, once it has ended."""

    def __init__(self, argv, log=None, **how):
        out = open(log, "ab") if log else subprocess.DEVNULL
        how.setdefault("stdin", subprocess.DEVNULL)
        how.setdefault("stdout", out)
        how.setdefault("stderr", subprocess.STDOUT if how["stdout"] is out else out)
        try:
            self.popen = subprocess.Popen([str(a) for a in argv], start_new_session=True,
                                          preexec_fn=_die_with_parent, **how)
        finally:
            if log:
                out.close()
        self.pid, self.log, self.argv = self.popen.pid, log, argv
        self.status, self.cpu = None, 0.0

    def poll(self):
        """Its wait status when it has ended, None while it runs."""
        if self.status is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self._ended(status, usage)
        return self.status

    def _ended(self, status, usage):
        self.status = self.popen.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime

    def send(self, sig):
        if self.poll() is None:
            os.kill(self.pid, sig)

    def wait(self, seconds):
        """True when it ended within SECONDS."""
        try:
            wait_for(lambda: self.poll() is not None, seconds, "")
        except HarnessError:
            return False
        return True

    def stop(self, sig=signal.SIGTERM, grace=3):
        self.send(sig)
        if not self.wait(grace):
            self.send(signal.SIGKILL)
            self.wait(30)

    def kill(self):
        self.stop(signal.SIGKILL)


def wait_for(ready, seconds, what, pause=0.02):
    """Poll READY until it is true; HarnessError naming WHAT after SECONDS."""
    end = time.monotonic() + seconds
    while True:
        value = ready()
        if value:
            return value
        if time.monotonic() > end:
            raise HarnessError("%s: not within %g s" % (what, seconds))
        time.sleep(pause)


def run(argv, check=True, seconds=60, **how):
    """Run a short program; its standard output as text."""
    done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, timeout=seconds, text=True, errors="replace", **how)
    if check and done.returncode:
        raise HarnessError("%s: exit %d: %s" % (" ".join(map(str, argv)), done.returncode,
                                                done.stdout.strip()))
    return done.stdout


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
