# SPDX-License-Identifier: GPL-2.0-or-later
"""A minimal iSCSI initiator, to test the target of our own with."""
import os
import socket

from iscsi import NO_TAG, Closed, Pdu, Stream, binary, chap_response, pairs, text
from pcap import (DATA_IN, DATA_OUT, LOGIN_REQ, LOGIN_RSP, LOGOUT_REQ, LOGOUT_RSP, NOP_IN, NOP_OUT, R2T, SCSI_CMD,
                  SCSI_RSP, TASK_REQ, TEXT_REQ)

OFFER = [("HeaderDigest", "None"), ("DataDigest", "None"), ("InitialR2T", "No"), ("ImmediateData", "Yes"),
         ("MaxBurstLength", "16776192"), ("FirstBurstLength", "262144"), ("MaxOutstandingR2T", "1"),
         ("MaxConnections", "1"), ("ErrorRecoveryLevel", "0"), ("DefaultTime2Wait", "0"),
         ("DefaultTime2Retain", "0"), ("DataPDUInOrder", "Yes"), ("DataSequenceInOrder", "Yes"),
         ("MaxRecvDataSegmentLength", "262144")]


class Failed(Exception):
    """The target refused the login; status, keys."""

    def __init__(self, status, keys):
        super().__init__("%02x/%02x" % status)
        self.status, self.keys = status, keys


class Initiator:
    """One connection, logged in by login()."""

    def __init__(self, address, port, iqn, isid=b"\0\2\x3d\0\0\1", name="iqn.2001-04.com.example:test", timeout=10):
        self.iqn, self.isid, self.name = iqn, isid, name
        sock = socket.create_connection((address, port), timeout)
        self.stream = Stream(sock)
        self.cmd_sn, self.exp_stat_sn, self.tag, self.tsih = 1, 0, 1, 0
        self.keys, self.rounds, self.seen = [], 0, []
        self.bursts = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.shut()

    # --- login ---

    def exchange(self, stage, keys, transit=True, to=None):
        """One request; the keys of the whole response. Empty requests fetch what goes on (C bit)."""
        keys, got, more = text(keys), b"", True
        while more:
            to = 3 if to is None else to
            pdu = Pdu(LOGIN_REQ, (0x80 | to if transit else 0) | stage << 2, self.tag, keys, True)
            pdu.bhs[8:14] = self.isid
            pdu.put(24, self.cmd_sn).put(28, self.exp_stat_sn)
            self.stream.send(pdu)
            reply = self.stream.receive()
            if reply.opcode != LOGIN_RSP:
                raise Closed("opcode 0x%02x" % reply.opcode)
            self.exp_stat_sn = reply.get(24) + 1
            self.rounds += 1
            if self.rounds > 300:
                raise Closed("no end of the login")
            got, keys, more = got + reply.data, b"", bool(reply.flags & 0x40)
        found = pairs(got)
        self.keys += found
        if reply.status[0]:
            raise Failed(reply.status, dict(found))
        self.tsih = reply.get(14, ">H")
        return reply, found

    def login(self, chap=None, algorithms="8,7,6,5", offer=None, discovery=False):
        """chap: {"user", "secret"}, and for mutual CHAP the target's under "mutual"; the keys of the target."""
        names = [("InitiatorName", self.name)]
        names += [("SessionType", "Discovery")] if discovery else [("TargetName", self.iqn)]
        keys = names + [("AuthMethod", "CHAP,None" if chap else "None")]
        reply, found = self.exchange(0, keys, not chap, 1)
        while not reply.flags & 0x80 and not (chap and dict(found).get("AuthMethod") == "CHAP"):
            reply, found = self.exchange(0, [], True, 1)
        if chap and dict(self.keys).get("AuthMethod") == "CHAP":
            self.chap(chap, algorithms)
        reply, found = self.exchange(1, OFFER if offer is None else offer)
        while not reply.flags & 0x80:
            reply, found = self.exchange(1, [])
        known = dict(self.keys)
        self.stream.header_digest = known.get("HeaderDigest") == "CRC32C"
        self.stream.data_digest = known.get("DataDigest") == "CRC32C"
        return known

    def chap(self, chap, algorithms):
        def wait_for(keys, name, transit):
            reply, found = self.exchange(0, keys, transit, 1)
            while name and name not in dict(found):
                reply, more = self.exchange(0, [], False, 1)
                found += more
            return dict(found)
        got = wait_for([("CHAP_A", algorithms)], "CHAP_C", False)
        algorithm, challenge = int(got["CHAP_A"]), binary(got["CHAP_C"])
        response = chap_response(algorithm, int(got["CHAP_I"]), chap["secret"], challenge)
        keys = [("CHAP_N", chap["user"]), ("CHAP_R", "0x" + response.hex())]
        mutual, ours = chap.get("mutual"), os.urandom(16)
        if mutual:
            keys += [("CHAP_I", "7"), ("CHAP_C", "0x" + ours.hex())]
        got = wait_for(keys, "CHAP_R" if mutual else None, True)
        self.algorithm = algorithm
        if mutual:
            right = chap_response(algorithm, 7, mutual["secret"], ours)
            self.mutual_good = got["CHAP_N"] == mutual["user"] and binary(got["CHAP_R"]) == right
            self.reflected = binary(got["CHAP_R"]) == response

    # --- full feature phase ---

    def send(self, pdu, counts=True):
        pdu.put(24, self.cmd_sn).put(28, self.exp_stat_sn)
        if counts and not pdu.immediate:
            self.cmd_sn += 1
        self.stream.send(pdu)

    def receive(self):
        """The next PDU; what the target sent by itself is noted, and a NOP-In that wants it is answered."""
        while True:
            pdu = self.stream.receive()
            if pdu.opcode == NOP_IN and pdu.itt == NO_TAG:
                self.seen.append(("nop", pdu.get(20), bytes(pdu.data)))
                if pdu.get(20) != NO_TAG:
                    self.stream.send(Pdu(NOP_OUT, 0x80, NO_TAG, immediate=True).put(20, pdu.get(20)))
            elif pdu.opcode == 0x32:
                self.exp_stat_sn = pdu.get(24) + 1
                self.seen.append(("async", pdu.bhs[36], *(pdu.get(at, ">H") for at in (38, 40, 42))))
            else:
                if pdu.opcode not in (DATA_IN, R2T) or pdu.flags & 1 and pdu.opcode == DATA_IN:
                    if self.exp_stat_sn != pdu.get(24):
                        raise Closed("StatSN %d, expected %d" % (pdu.get(24), self.exp_stat_sn))
                    self.exp_stat_sn = pdu.get(24) + 1
                return pdu

    def command(self, cdb, read=0, write=b"", lun=1, immediate=0, unsolicited=0):
        """(status, data or sense, residual); IMMEDIATE: so much of WRITE goes with the command, and then so
        much UNSOLICITED."""
        self.tag += 1
        flags = (0 if unsolicited else 0x80) | (0x40 if read else 0) | (0x20 if write else 0)
        pdu = Pdu(SCSI_CMD, flags, self.tag, write[:immediate])
        pdu.put(8, lun, ">H").put(20, read or len(write))
        pdu.bhs[32:32 + len(cdb)] = cdb
        self.send(pdu)
        if unsolicited:
            self.data_out(Pdu(R2T, itt=self.tag).put(20, NO_TAG).put(40, immediate).put(44, unsolicited), write)
        data = bytearray(read)
        while True:
            reply = self.receive()
            if reply.opcode == R2T:
                self.data_out(reply, write)
            elif reply.opcode == DATA_IN:
                at = reply.get(40)
                data[at:at + len(reply.data)] = reply.data
                if reply.flags & 1:
                    left = reply.get(44) if reply.flags & 2 else 0
                    return reply.bhs[3], bytes(data[:read - left]), left
            elif reply.opcode == SCSI_RSP:
                return reply.bhs[3], bytes(reply.data), reply.get(44) if reply.flags & 6 else 0
            else:
                raise Closed("opcode 0x%02x" % reply.opcode)

    def data_out(self, r2t, write, segment=16384):
        at, end, number = r2t.get(40), r2t.get(40) + r2t.get(44), 0
        while at < end:
            n = min(segment, end - at)
            pdu = Pdu(DATA_OUT, 0x80 if at + n == end else 0, r2t.itt, write[at:at + n])
            pdu.put(20, r2t.get(20)).put(28, self.exp_stat_sn).put(36, number).put(40, at)
            self.stream.send(pdu)
            at, number = at + n, number + 1

    def simple(self, opcode, flags=0x80, data=b"", fields=()):
        """An immediate request and its response."""
        self.tag += 1
        pdu = Pdu(opcode, flags, self.tag, data, True).put(20, NO_TAG)
        for at, value, form in fields:
            pdu.put(at, value, form)
        self.send(pdu)
        return self.receive()

    def logout(self):
        reply = self.simple(LOGOUT_REQ, 0x80, fields=[(20, 0, ">I")])
        return reply.opcode == LOGOUT_RSP and reply.bhs[2]

    def ping(self, data=b"ping"):
        return self.simple(NOP_OUT, data=data)

    def reset(self):
        return self.simple(TASK_REQ, 0x80 | 5, fields=[(20, NO_TAG, ">I")])

    def targets(self):
        return pairs(self.simple(TEXT_REQ, data=text([("SendTargets", "All")])).data)
