# SPDX-License-Identifier: GPL-2.0-or-later
"""A target that goes away and comes back, and the proof that it was away at the intended moment.

    away = Outage(net, target, "silence")
    away.begin(); ...; away.end()
    away.proved(c, wire, when)

reset: the target's process is killed, its connections end and its port refuses; then it is started
again with the same LUNs. With an ANSWER (own_target.py) its port does not refuse meanwhile: each login
is answered by that. silence: every packet is dropped, both ways, and no carrier changes; the
net must have its cable (Net.cable). link: the guest loses its carrier.
"""
import time

from own_target import FakeTarget
from pcap import LOGIN_RSP

MODES = ("reset", "silence", "link")


class Outage:
    """One outage at a time; BEGAN and ENDED are moments of the clock that captures use."""

    def __init__(self, net, target, mode, guest=None, answer=None):
        if mode not in MODES:
            raise ValueError("mode %r is none of %s" % (mode, MODES))
        self.net, self.target, self.mode, self.guest = net, target, mode, guest
        self.answer, self.instead = answer, None
        self.began = self.ended = None

    def begin(self):
        """When this returns the target is gone."""
        if self.mode == "reset":
            self.target.stop()
            if self.answer:
                self.instead = FakeTarget(self.net, self.answer)
        elif self.mode == "silence":
            self.net.cut()
        else:
            self.guest.link(False)
        self.began, self.ended = time.time(), None
        return self.began

    def end(self):
        """The target is back: everything is ready before it can be reached."""
        if self.mode == "reset":
            if self.instead:
                self.instead.stop()
            self.target.held = True
            self.target.start()
            self.ended = self.target.open()
        else:
            self.ended = time.time()
            self.net.mend() if self.mode == "silence" else self.guest.link(True)
        return self.ended

    def last(self, seconds):
        """Let it last until SECONDS after its beginning."""
        time.sleep(max(0, self.began + seconds - time.time()))

    def covers(self, when):
        return self.began < when and (self.ended is None or when < self.ended)

    def heard(self, wire):
        """The target's PDUs that passed while it was away: there must be none, but
        refused logins where something answers in its place."""
        return [p for p in wire.pdus if p.opcode >= 0x20 and self.covers(p.time)
                and not (self.answer and p.opcode == LOGIN_RSP)]

    def proved(self, c, wire, when):
        """The capture shows that the target was there before, was away at the moment WHEN and at every
        other between begin and end, and came back."""
        c.same("PDUs of the target while it was away", self.heard(wire), [])
        theirs = [p.time for p in wire.pdus if p.opcode >= 0x20]
        c.ok("the target was heard before it went away", any(t <= self.began for t in theirs))
        c.ok("the target was heard after its return",
             self.ended is None or any(t >= self.ended for t in theirs))
        c.ok("the outage covers the moment", when is not None and self.covers(when),
             (self.began, when, self.ended))
