# SPDX-License-Identifier: GPL-2.0-or-later
"""The target's side of the full feature phase: SCSI commands, and what a target does by itself.

Behaviours (own_target.py): ignore_logout, logout_response (its code), time2wait, nop_silent (a NOP-Out gets no
answer), read_late (seconds before each read's data), task_response (code), reject (opcodes that are rejected).
"""
import os
import threading
import time

import target_scsi as scsi
from iscsi import NO_TAG, Closed, Pdu, pairs, text
from pcap import (ASYNC, DATA_IN, DATA_OUT, LOGOUT_REQ, LOGOUT_RSP, NOP_IN, NOP_OUT, R2T, REJECT, SCSI_CMD,
                  SCSI_RSP, TASK_REQ, TASK_RSP, TEXT_REQ, TEXT_RSP)


class Write:
    """A command whose data is on its way."""

    def __init__(self, pdu, disk, offset, length):
        self.pdu, self.disk, self.offset, self.length = pdu, disk, offset, length
        self.got = 0            # bytes, from its beginning
        self.asked = 0          # of an R2T: where its data ends
        self.r2ts = 0


class Session:
    """One session of one connection, from the login's end on; served by run()."""

    def __init__(self, login, stream, disks, behaviour, log, portals):
        self.login, self.stream, self.disks = login, stream, disks
        self.behaviour, self.log, self.portals = behaviour, log, portals
        self.lock = threading.RLock()       # what is sent, and its numbers
        self.stat_sn, self.exp_cmd_sn = login.stat_sn, login.first.get(24)
        self.writes = {}
        self.segment = int(login.theirs.get("MaxRecvDataSegmentLength", "8192"))
        self.burst = login.number("MaxBurstLength")
        self.counts = {"read": 0, "written": 0, "commands": 0}
        self.closing = False
        stream.header_digest = login.agreed["HeaderDigest"] == "CRC32C"
        stream.data_digest = login.agreed["DataDigest"] == "CRC32C"

    def run(self):
        handlers = {SCSI_CMD: self.command, DATA_OUT: self.data_out, NOP_OUT: self.nop_out, LOGOUT_REQ: self.logout,
                    TASK_REQ: self.task, TEXT_REQ: self.text}
        while not self.closing:
            pdu = self.stream.receive()
            self.behaviour.wait()
            if pdu.opcode != DATA_OUT and not pdu.immediate:
                self.exp_cmd_sn = pdu.get(24) + 1 & 0xffffffff
            if pdu.opcode not in handlers or pdu.opcode in self.behaviour("reject", ()):
                self.reject(pdu)
            else:
                handlers[pdu.opcode](pdu)

    def send(self, pdu, counts=True):
        """Fill in StatSN, which advances where COUNTS, and the window."""
        with self.lock:
            pdu.put(24, self.stat_sn).put(28, self.exp_cmd_sn).put(32, self.exp_cmd_sn + self.behaviour("window", 64))
            self.stat_sn += counts
            self.stream.send(pdu)

    # --- SCSI ---

    def command(self, pdu):
        cdb = bytes(pdu.bhs[32:48])
        self.counts["commands"] += 1
        try:
            if cdb[0] in scsi.Disk.WRITES:
                self.begin_write(pdu, cdb)
                return
            if cdb[0] in scsi.Disk.READS:
                time.sleep(self.behaviour("read_late", 0))
            data = scsi.run(self.disks, pdu.lun, cdb)
        except scsi.Sense as e:
            self.respond(pdu, scsi.CHECK_CONDITION, sense=e.data)
            return
        if pdu.flags & 0x40:
            self.data_in(pdu, data, pdu.get(20))
        else:
            self.respond(pdu, scsi.GOOD)

    @staticmethod
    def residual(reply, wanted, had):
        if wanted != had:
            reply.bhs[1] |= 0x02 if had < wanted else 0x04
            reply.put(44, abs(wanted - had))

    def data_in(self, pdu, data, wanted):
        """Data in PDUs of the initiator's size; the last one has the status."""
        self.counts["read"] += len(data)
        part = memoryview(data)[:wanted]
        if not part:
            self.respond(pdu, scsi.GOOD, had=0)
            return
        at = number = 0
        while at < len(part):
            n = min(self.segment, len(part) - at, self.burst - at % self.burst)
            last = at + n == len(part)
            reply = Pdu(DATA_IN, 0x81 if last else 0x80 if (at + n) % self.burst == 0 else 0, pdu.itt, part[at:at + n])
            reply.put(20, NO_TAG).put(36, number).put(40, at)
            if last:
                self.residual(reply, wanted, len(data))
                self.send(reply)
            else:
                with self.lock:
                    reply.put(28, self.exp_cmd_sn).put(32, self.exp_cmd_sn + self.behaviour("window", 64))
                    self.stream.send(reply)
            at, number = at + n, number + 1

    def respond(self, pdu, status, had=None, sense=b""):
        data = len(sense).to_bytes(2, "big") + sense if sense else b""
        reply = Pdu(SCSI_RSP, 0x80, pdu.itt, data)
        reply.bhs[3] = status
        if pdu.flags & 0x60:
            self.residual(reply, pdu.get(20), (0 if sense else pdu.get(20)) if had is None else had)
        self.send(reply)

    def begin_write(self, pdu, cdb):
        disk = self.disks.get(pdu.lun)
        if not disk:
            raise scsi.Sense(scsi.ILLEGAL_REQUEST, 0x25)
        offset, length = disk.extent(cdb)
        write = Write(pdu, disk, offset, min(length, pdu.get(20)))
        self.writes[pdu.itt] = write
        self.take(write, pdu.data)
        if pdu.flags & 0x80:        # no unsolicited data follows
            self.go_on(write)

    def take(self, write, data):
        os.pwrite(write.disk.fd, data, write.offset + write.got)
        write.got += len(data)
        self.counts["written"] += len(data)

    def go_on(self, write):
        """Ask for more, or the command is done."""
        if write.got >= write.length:
            del self.writes[write.pdu.itt]
            self.respond(write.pdu, scsi.GOOD, had=write.got)
            return
        n = min(self.burst, write.length - write.got)
        reply = Pdu(R2T, 0x80, write.pdu.itt)
        reply.bhs[8:16] = write.pdu.bhs[8:16]
        reply.put(20, write.pdu.itt ^ 0x40000000).put(36, write.r2ts).put(40, write.got).put(44, n)
        write.r2ts, write.asked = write.r2ts + 1, write.got + n
        self.send(reply, False)

    def data_out(self, pdu):
        write = self.writes.get(pdu.itt)
        if not write:
            return                  # of a task that was aborted
        if pdu.get(40) != write.got:
            raise Closed("Data-Out at %d, expected %d" % (pdu.get(40), write.got))
        self.take(write, pdu.data)
        if pdu.flags & 0x80:
            self.go_on(write)

    # --- the rest ---

    def nop_out(self, pdu):
        if pdu.itt == NO_TAG:
            self.log("nop-answer", tag=pdu.get(20))
        elif not self.behaviour("nop_silent"):
            self.send(Pdu(NOP_IN, 0x80, pdu.itt, pdu.data).put(20, NO_TAG))

    def logout(self, pdu):
        self.log("logout", reason=pdu.flags & 0x7f, cid=pdu.get(20, ">H"))
        if self.behaviour("ignore_logout"):
            return
        reply = Pdu(LOGOUT_RSP, 0x80, pdu.itt)
        reply.bhs[2] = self.behaviour("logout_response", 0)
        reply.put(40, self.behaviour("time2wait", 0), ">H")
        self.send(reply)
        self.closing = not reply.bhs[2]

    def task(self, pdu):
        self.log("task", function=pdu.flags & 0x7f, lun=pdu.lun)
        if pdu.flags & 0x7f == 1:
            self.writes.pop(pdu.get(20), None)
        else:
            self.writes.clear()
        reply = Pdu(TASK_RSP, 0x80, pdu.itt)
        reply.bhs[2] = self.behaviour("task_response", 0)
        self.send(reply)

    def text(self, pdu):
        keys = []
        if ("SendTargets", "All") in pairs(pdu.data) or not self.login.discovery:
            keys = [("TargetName", self.login.target)] + [("TargetAddress", p + ",1") for p in self.portals]
        self.send(Pdu(TEXT_RSP, 0x80, pdu.itt, text(keys)).put(20, NO_TAG))

    def reject(self, pdu):
        self.log("reject", opcode=pdu.opcode)
        reply = Pdu(REJECT, 0x80, NO_TAG, bytes(pdu.bhs))
        reply.bhs[2] = 0x05         # command not supported
        self.send(reply)

    def nop_in(self, count=1, answer=True, data=b"", pause=0):
        """NOP-In of ours: with ANSWER a NOP-Out is wanted for each."""
        for n in range(count):
            with self.lock:
                self.send(Pdu(NOP_IN, 0x80, NO_TAG, data).put(20, n + 1 if answer else NO_TAG), False)
            time.sleep(pause)

    def event(self, code, first=0, second=0, third=0):
        """An asynchronous message (section 11.9.1): 1 log out within THIRD s; 2 connection FIRST, 3 all will be
        dropped, wait SECOND and THIRD s; 4 negotiate again within THIRD s."""
        pdu = Pdu(ASYNC, 0x80, NO_TAG)
        pdu.bhs[36] = code
        for at, value in ((38, first), (40, second), (42, third)):
            pdu.put(at, value, ">H")
        self.send(pdu)
