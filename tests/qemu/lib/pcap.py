# SPDX-License-Identifier: GPL-2.0-or-later
"""What went over the wire: iSCSI PDUs, DHCP and ARP out of a packet capture.

Capture.load(path) reads a classic pcap file, puts every TCP connection to an
iSCSI port together again (out of order segments, retransmissions, wrapping
sequence numbers, digests) and decodes the PDUs of both directions (RFC 7143
section 11).  What cannot be decoded is said in Capture.problems, never passed
over in silence: a test that counts logins must not count on a broken stream.
"""
import ipaddress
import struct

ISCSI_PORTS = frozenset({3260})

NOP_OUT, SCSI_CMD, TASK_REQ, LOGIN_REQ, TEXT_REQ, DATA_OUT, LOGOUT_REQ = range(7)
NOP_IN, SCSI_RSP, TASK_RSP, LOGIN_RSP, TEXT_RSP, DATA_IN, LOGOUT_RSP = range(0x20, 0x27)
R2T, ASYNC, REJECT = 0x31, 0x32, 0x3f

OPCODES = {
    NOP_OUT: "nop-out", SCSI_CMD: "scsi-command", TASK_REQ: "task-request",
    LOGIN_REQ: "login-request", TEXT_REQ: "text-request", DATA_OUT: "data-out",
    LOGOUT_REQ: "logout-request", 0x10: "snack", NOP_IN: "nop-in",
    SCSI_RSP: "scsi-response", TASK_RSP: "task-response", LOGIN_RSP: "login-response",
    TEXT_RSP: "text-response", DATA_IN: "data-in", LOGOUT_RSP: "logout-response",
    R2T: "r2t", ASYNC: "async", REJECT: "reject",
}
FROM_INITIATOR = frozenset(op for op in OPCODES if op < 0x20)
KEEP_DATA = frozenset({LOGIN_REQ, LOGIN_RSP, TEXT_REQ, TEXT_RSP, ASYNC, REJECT})
SCSI_WRITES = frozenset({0x0a, 0x2a, 0xaa, 0x8a, 0x2e, 0x8e, 0x41, 0x93, 0x42, 0x89})
SCSI_READS = frozenset({0x08, 0x28, 0xa8, 0x88})

SYN, FIN, RST = 0x02, 0x01, 0x04


class PcapError(Exception):
    pass


def read_records(data):
    """Yield (seconds, link type, bytes, length on the wire) of a classic pcap file."""
    if len(data) < 24:
        raise PcapError("not a capture: shorter than its own header")
    for magic, order, unit in ((b"\xd4\xc3\xb2\xa1", "<", 1e-6), (b"\xa1\xb2\xc3\xd4", ">", 1e-6),
                               (b"\x4d\x3c\xb2\xa1", "<", 1e-9), (b"\xa1\xb2\x3c\x4d", ">", 1e-9)):
        if data[:4] == magic:
            break
    else:
        raise PcapError("not a capture: unknown magic %s" % data[:4].hex())
    link = struct.unpack(order + "I", data[20:24])[0] & 0xffff
    pos = 24
    while pos + 16 <= len(data):
        sec, frac, got, real = struct.unpack(order + "IIII", data[pos:pos + 16])
        if pos + 16 + got > len(data):
            return              # the writer was stopped in the middle of a record
        yield sec + frac * unit, link, data[pos + 16:pos + 16 + got], real
        pos += 16 + got


class Pdu:
    """One PDU: when its last byte was seen, which way it went, its fields."""

    __slots__ = ("time", "conn", "opcode", "immediate", "flags", "bhs", "data", "length")

    def __init__(self, time, conn, bhs, data, length):
        self.time, self.conn, self.bhs, self.data, self.length = time, conn, bhs, data, length
        self.opcode = bhs[0] & 0x3f
        self.immediate = bool(bhs[0] & 0x40)
        self.flags = bhs[1]

    @property
    def name(self):
        return OPCODES.get(self.opcode, "opcode-0x%02x" % self.opcode)

    @property
    def isid(self):
        return self.bhs[8:14].hex()

    @property
    def tsih(self):
        return struct.unpack(">H", self.bhs[14:16])[0]

    @property
    def itt(self):
        return struct.unpack(">I", self.bhs[16:20])[0]

    @property
    def cid(self):
        return struct.unpack(">H", self.bhs[20:22])[0]

    @property
    def lun(self):
        """The LUN as Linux numbers it (peripheral and flat addressing)."""
        first = struct.unpack(">H", self.bhs[8:10])[0]
        return first & 0x3fff

    @property
    def cdb(self):
        return self.bhs[32:48]

    @property
    def status(self):
        """(class, detail) of a login response."""
        return self.bhs[36], self.bhs[37]

    @property
    def reason(self):
        """Logout: reason code of the request, response code of the response."""
        return self.bhs[1] & 0x7f if self.opcode == LOGOUT_REQ else self.bhs[2]

    @property
    def stage(self):
        """(current, next or None) stage of a login PDU."""
        return (self.flags >> 2) & 3, (self.flags & 3) if self.flags & 0x80 else None

    @property
    def text(self):
        return text_keys(self.data)

    def __repr__(self):
        return "<%s %.6f %s>" % (self.name, self.time, self.conn)


def text_keys(data):
    """The key=value pairs of a text segment, in order, later ones winning."""
    keys = {}
    for item in bytes(data).split(b"\0"):
        key, eq, value = item.partition(b"=")
        if eq:
            keys[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    return keys


class Stream:
    """One direction of a TCP connection, put together in sequence order."""

    def __init__(self):
        self.next = None        # next sequence number wanted
        self.held = {}          # sequence number -> (time, bytes)
        self.buffer = bytearray()

    def start(self, seq):
        self.next = (seq + 1) & 0xffffffff

    def add(self, seq, payload):
        """Take a segment; true when the buffer grew."""
        if not payload:
            return False
        if self.next is None:
            self.next = seq     # the capture began in the middle
        self.held.setdefault(seq, b"")
        if len(payload) > len(self.held[seq]):
            self.held[seq] = payload
        return self._drain()

    def _drain(self):
        grew, again = False, True
        while again and self.held:
            again = False
            for seq in sorted(self.held, key=lambda s: (s - self.next + 2**31) & 0xffffffff):
                behind = (self.next - seq) & 0xffffffff
                if behind >= 2**31:
                    continue    # still ahead of what we have
                part = self.held.pop(seq)[behind:]
                if part:
                    self.buffer += part
                    self.next = (self.next + len(part)) & 0xffffffff
                    grew = again = True
                    break
        return grew

    @property
    def gap(self):
        return bool(self.held)


class Connection:
    """A TCP connection to an iSCSI port."""

    def __init__(self, time, client, server):
        self.begin, self.client, self.server = time, client, server
        self.attempts = []      # when each SYN of the initiator was seen
        self.sent = []          # and each other segment of its
        self.established = False
        self.reset = None       # (time, "initiator" or "target")
        self.fin = {}           # "initiator"/"target" -> time of its FIN
        self.streams = {"initiator": Stream(), "target": Stream()}
        self.agreed = {}        # digests agreed on so far in the login phase
        self.digests = {"HeaderDigest": False, "DataDigest": False}
        self.full_feature = False
        self.pdus = []
        self.broken = None

    def __str__(self):
        return "%s -> %s" % ("%s:%d" % self.client, "%s:%d" % self.server)

    def decode(self, side, time, problem):
        """Take whole PDUs off the front of one side's buffer."""
        buf = self.streams[side].buffer
        while not self.broken and len(buf) >= 48:
            opcode = buf[0] & 0x3f
            if opcode not in OPCODES or (opcode in FROM_INITIATOR) != (side == "initiator"):
                self.broken = "%s: %s sent opcode 0x%02x" % (self, side, opcode)
                problem(self.broken)
                return
            login = opcode in (LOGIN_REQ, LOGIN_RSP)
            head = 48 + buf[4] * 4 + (4 if self.digests["HeaderDigest"] and not login else 0)
            size = int.from_bytes(buf[5:8], "big")
            padded = (size + 3) & ~3
            tail = 4 if size and self.digests["DataDigest"] and not login else 0
            if len(buf) < head + padded + tail:
                return
            data = bytes(buf[head:head + size]) if opcode in KEEP_DATA else b""
            pdu = Pdu(time, self, bytes(buf[:48]), data, size)
            del buf[:head + padded + tail]
            self.pdus.append(pdu)
            self._follow(pdu)

    def _follow(self, pdu):
        """Digests hold from full feature phase on."""
        if pdu.opcode != LOGIN_RSP:
            return
        for key in ("HeaderDigest", "DataDigest"):
            value = pdu.text.get(key)
            if value is not None:
                self.agreed[key] = value == "CRC32C"
        if pdu.status[0] == 0 and pdu.stage[1] == 3:
            self.full_feature = True
            self.digests.update(self.agreed)


class Login:
    """One login phase: from its first request to its final response."""

    def __init__(self, request):
        keys = request.text
        self.conn, self.time = request.conn, request.time
        self.isid, self.cid = request.isid, request.cid
        self.asked_tsih = request.tsih
        self.tsih = 0
        self.initiator = keys.get("InitiatorName", "")
        self.target = keys.get("TargetName", "")
        self.kind = keys.get("SessionType", "Normal")
        self.keys = dict(keys)  # what both sides said
        self.status = None      # (class, detail), None: never answered
        self.end = None
        self.redirect = None

    @property
    def done(self):
        """Reached full feature phase."""
        return self.status == (0, 0) and self.end is not None

    @property
    def portal(self):
        return "%s:%d" % self.conn.server

    @property
    def offered(self):
        """The authentication methods that the initiator offered."""
        return self.keys.get("AuthMethod.initiator", "")

    @property
    def chap(self):
        return "CHAP_R" in self.keys

    @property
    def mutual(self):
        return "CHAP_R.target" in self.keys

    def __repr__(self):
        return "<login %s %s isid=%s status=%s %s>" % (
            self.portal, self.target or self.kind, self.isid, self.status,
            "tsih=%d" % self.tsih if self.tsih else "")


class Dhcp:
    """One DHCP packet."""

    TYPES = {1: "discover", 2: "offer", 3: "request", 4: "decline", 5: "ack", 6: "nak",
             7: "release", 8: "inform"}

    def __init__(self, time, data):
        self.time = time
        self.xid = struct.unpack(">I", data[4:8])[0]
        self.ciaddr = str(ipaddress.IPv4Address(data[12:16]))
        self.yiaddr = str(ipaddress.IPv4Address(data[16:20]))
        self.mac = ":".join("%02x" % b for b in data[28:34])
        self.options = {}
        if data[236:240] != b"\x63\x82\x53\x63":
            self.type = "bootp"
            return
        pos = 240
        while pos < len(data) and data[pos] != 255:
            if data[pos] == 0:
                pos += 1
                continue
            if pos + 2 > len(data):
                break
            size = data[pos + 1]
            self.options[data[pos]] = self.options.get(data[pos], b"") + data[pos + 2:pos + 2 + size]
            pos += 2 + size
        self.type = self.TYPES.get((self.options.get(53) or b"\0")[0], "bootp")

    def __repr__(self):
        return "<dhcp %s %s %.3f>" % (self.type, self.mac, self.time)


class Arp:
    """One ARP packet."""

    def __init__(self, time, data):
        self.time = time
        self.op = {1: "request", 2: "reply"}.get(struct.unpack(">H", data[6:8])[0], "other")
        self.mac = ":".join("%02x" % b for b in data[8:14])
        self.sender = str(ipaddress.IPv4Address(data[14:18]))
        self.asked = str(ipaddress.IPv4Address(data[24:28]))


class Capture:
    """All of a capture, decoded."""

    def __init__(self, ports=ISCSI_PORTS):
        self.ports = frozenset(ports)
        self.connections, self.dhcp, self.arp, self.udp, self.problems = [], [], [], [], []
        self.packets = 0
        self._open = {}

    @classmethod
    def load(cls, path, ports=ISCSI_PORTS):
        with open(path, "rb") as f:
            return cls.parse(f.read(), ports)

    @classmethod
    def parse(cls, data, ports=ISCSI_PORTS):
        cap = cls(ports)
        for time, link, frame, real in read_records(data):
            if link != 1:
                raise PcapError("link type %d: only Ethernet is known" % link)
            if len(frame) < real:
                cap.problems.append("frame at %.6f cut to %d of %d bytes" % (time, len(frame), real))
            cap.packets += 1
            cap.frame(time, frame)
        for conn in cap.connections:
            for side, stream in conn.streams.items():
                if stream.gap:
                    cap.problems.append("%s: hole in what the %s sent" % (conn, side))
        return cap

    def frame(self, time, frame):
        if len(frame) < 14:
            return
        kind, pos = struct.unpack(">H", frame[12:14])[0], 14
        while kind in (0x8100, 0x88a8) and len(frame) >= pos + 4:
            kind, pos = struct.unpack(">H", frame[pos + 2:pos + 4])[0], pos + 4
        body = frame[pos:]
        if kind == 0x0806 and len(body) >= 28:
            self.arp.append(Arp(time, body))
        elif kind == 0x0800 and len(body) >= 20:
            self._ipv4(time, body)
        elif kind == 0x86dd and len(body) >= 40:
            self._ipv6(time, body)

    def _ipv4(self, time, body):
        head, total = (body[0] & 15) * 4, struct.unpack(">H", body[2:4])[0]
        frag = struct.unpack(">H", body[6:8])[0]
        if total == 0:
            total = len(body)   # a segment larger than 64 KiB, made by offloading
        if frag & 0x3fff:
            self.problems.append("IPv4 fragment at %.6f" % time)
            return
        ends = [str(ipaddress.IPv4Address(body[o:o + 4])) for o in (12, 16)]
        self._transport(time, body[9], ends, body[head:total])

    def _ipv6(self, time, body):
        total = struct.unpack(">H", body[4:6])[0]
        ends = [str(ipaddress.IPv6Address(body[o:o + 16])) for o in (8, 24)]
        self._transport(time, body[6], ends, body[40:40 + total] if total else body[40:])

    def _transport(self, time, proto, ends, seg):
        if proto == 17 and len(seg) >= 8:
            sport, dport = struct.unpack(">HH", seg[:4])
            if dport in (67, 68) and len(seg) >= 8 + 240:
                self.dhcp.append(Dhcp(time, seg[8:]))
            self.udp.append((time, (ends[0], sport), (ends[1], dport), seg[8:]))
        elif proto == 6 and len(seg) >= 20:
            sport, dport, seq, _, off, flags = struct.unpack(">HHIIBB", seg[:14])
            self._tcp(time, (ends[0], sport), (ends[1], dport), seq, flags, seg[(off >> 4) * 4:])

    def _tcp(self, time, src, dst, seq, flags, payload):
        if dst[1] in self.ports:
            side, key = "initiator", (src, dst)
        elif src[1] in self.ports:
            side, key = "target", (dst, src)
        else:
            return
        conn = self._open.get(key)
        if flags & SYN and side == "initiator":
            again = conn and not conn.pdus and not conn.established and not conn.reset
            if not again:
                conn = self._begin(time, key)
            conn.attempts.append(time)
            conn.streams[side].start(seq)
            return
        if conn is None:
            conn = self._begin(time, key)
        if flags & SYN:
            conn.established = True
            conn.streams[side].start(seq)
            return
        if side == "initiator":
            conn.sent.append(time)
        if conn.streams[side].add(seq, payload):
            conn.decode(side, time, self.problems.append)
        if flags & FIN:
            conn.fin.setdefault(side, time)
        if flags & RST and conn.reset is None:
            conn.reset = (time, side)

    def _begin(self, time, key):
        conn = Connection(time, *key)
        self._open[key] = conn
        self.connections.append(conn)
        return conn

    @property
    def pdus(self):
        return sorted((p for c in self.connections for p in c.pdus), key=lambda p: p.time)

    def select(self, opcode, until=None):
        return [p for p in self.pdus if p.opcode == opcode and (until is None or p.time < until)]

    def logins(self, until=None, kind="Normal"):
        """Login phases begun before UNTIL; kind None for discovery ones as well."""
        found = []
        for conn in self.connections:
            current = None
            for pdu in conn.pdus:
                if pdu.opcode == LOGIN_REQ and (current is None or current.end is not None):
                    current = Login(pdu)
                    found.append(current)
                    self._note(current, pdu, "initiator")
                elif pdu.opcode == LOGIN_REQ:
                    self._note(current, pdu, "initiator")
                elif pdu.opcode == LOGIN_RSP and current is not None:
                    self._note(current, pdu, "target")
                    self._answer(current, pdu)
        found.sort(key=lambda l: l.time)
        return [l for l in found if (until is None or l.time < until) and kind in (None, l.kind)]

    @staticmethod
    def _note(login, pdu, side):
        for key, value in pdu.text.items():
            if key == "AuthMethod":
                login.keys["AuthMethod." + side] = value
            if key in ("CHAP_R", "CHAP_N") and side == "target":
                key += ".target"
            login.keys[key] = value

    @staticmethod
    def _answer(login, pdu):
        cls, detail = pdu.status
        final = cls != 0 or pdu.stage[1] == 3
        if final:
            login.status, login.end, login.tsih = (cls, detail), pdu.time, pdu.tsih
        if cls == 1:
            login.redirect = pdu.text.get("TargetAddress")

    def sessions(self, until=None):
        """Normal logins that reached full feature phase, by portal and ISID."""
        by = {}
        for login in self.logins(until):
            if login.done:
                by.setdefault((login.portal, login.target, login.isid), []).append(login)
        return by

    def logouts(self):
        """(request, response or None) of every logout."""
        pairs = []
        for conn in self.connections:
            answers = {p.itt: p for p in conn.pdus if p.opcode == LOGOUT_RSP}
            pairs += [(p, answers.get(p.itt)) for p in conn.pdus if p.opcode == LOGOUT_REQ]
        return sorted(pairs, key=lambda pair: pair[0].time)

    def scsi(self, lun=None, until=None):
        return [p for p in self.select(SCSI_CMD, until) if lun is None or p.lun == lun]

    def writes(self, lun=None, until=None):
        return [p for p in self.scsi(lun, until) if p.cdb[0] in SCSI_WRITES]

    def reads(self, lun=None, until=None):
        return [p for p in self.scsi(lun, until) if p.cdb[0] in SCSI_READS]
