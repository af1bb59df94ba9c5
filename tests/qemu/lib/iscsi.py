# SPDX-License-Identifier: GPL-2.0-or-later
"""iSCSI PDUs over a socket (RFC 7143 section 11), for the test target and the initiator that tests it."""
import hashlib
import os
import socket
import struct

NO_TAG = 0xffffffff
CHAP = {5: "md5", 6: "sha1", 7: "sha256", 8: "sha3_256"}      # RFC 7143 section 12.1.3, IANA


class Cut(Exception):
    """The connection ends here: the byte at which it was to be cut was reached."""


class Closed(Exception):
    """The other side has closed the connection, or broken it."""


def _crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82f63b78 if n & 1 else 0)
        table.append(n)
    return table


TABLE = _crc_table()


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xff]
    return struct.pack("<I", crc ^ 0xffffffff)


def text(pairs):
    return b"".join(("%s=%s" % pair).encode() + b"\0" for pair in pairs)


def pairs(data):
    """The keys and values of a text, in order, also those that come twice."""
    found = []
    for item in bytes(data).split(b"\0"):
        key, eq, value = item.decode("utf-8", "replace").partition("=")
        if eq:
            found.append((key, value))
    return found


def binary(value):
    """A binary value (RFC 7143 section 6.1): hexadecimal or base64; None where it is neither."""
    import base64
    try:
        if value[:2].lower() == "0x":
            digits = value[2:]
            return bytes.fromhex("0" * (len(digits) % 2) + digits)
        if value[:2].lower() == "0b":
            return base64.b64decode(value[2:], validate=True)
    except ValueError:
        pass
    return None


def chap_response(algorithm, ident, secret, challenge):
    """RFC 1994 section 4.1."""
    return hashlib.new(CHAP[algorithm], bytes([ident]) + secret.encode() + challenge).digest()


class Pdu:
    """A header of 48 bytes, of which each field is read and written by its place, and its data."""

    def __init__(self, opcode=0, flags=0x80, itt=0, data=b"", immediate=False, bhs=None):
        self.bhs = bytearray(bhs or 48)
        self.data = data
        if bhs is None:
            self.bhs[0] = opcode | (0x40 if immediate else 0)
            self.bhs[1] = flags
            self.put(16, itt)

    opcode = property(lambda self: self.bhs[0] & 0x3f)
    immediate = property(lambda self: bool(self.bhs[0] & 0x40))
    flags = property(lambda self: self.bhs[1])
    itt = property(lambda self: self.get(16))
    status = property(lambda self: (self.bhs[36], self.bhs[37]))
    lun = property(lambda self: self.get(8, ">H") & 0x3fff)

    def get(self, at, form=">I"):
        return struct.unpack_from(form, self.bhs, at)[0]

    def put(self, at, value, form=">I"):
        struct.pack_into(form, self.bhs, at, value & 0xffffffff if form == ">I" else value)
        return self


class Stream:
    """PDUs both ways over one TCP connection.

    budget: so many bytes, of both ways, pass before the connection is cut, in the middle of a PDU where it
    falls there; None: no end."""

    def __init__(self, sock):
        self.sock, self.budget, self.passed = sock, None, 0
        self.header_digest = self.data_digest = False

    def _take(self, n):
        """How many of the next N bytes may pass."""
        if self.budget is not None:
            n = min(n, self.budget)
            self.budget -= n
        return n

    def _read(self, n):
        allowed, got = self._take(n), b""
        while len(got) < allowed:
            try:
                part = self.sock.recv(allowed - len(got), socket.MSG_WAITALL)
            except OSError as e:
                raise Closed(str(e)) from e
            if not part:
                raise Closed("closed by the other side")
            got = got + part if got else part
            self.passed += len(part)
        if self.budget == 0:
            raise Cut()
        return got

    def receive(self):
        pdu = Pdu(bhs=self._read(48))
        if pdu.bhs[4]:
            self._read(pdu.bhs[4] * 4)
        if self.header_digest:
            if self._read(4) != crc32c(pdu.bhs):
                raise Closed("header digest")
        size = int.from_bytes(pdu.bhs[5:8], "big")
        if size:
            data = self._read((size + 3) & ~3)
            if self.data_digest and self._read(4) != crc32c(data):
                raise Closed("data digest")
            pdu.data = data[:size] if len(data) != size else data
        return pdu

    def send(self, pdu):
        pdu.bhs[5:8] = len(pdu.data).to_bytes(3, "big")
        parts = [bytes(pdu.bhs)]
        if self.header_digest:
            parts.append(crc32c(pdu.bhs))
        if pdu.data:
            pad = b"\0" * (-len(pdu.data) % 4)
            parts += [pdu.data, pad]
            if self.data_digest:
                parts.append(crc32c(bytes(pdu.data) + pad))
        self.send_raw(b"".join(parts))

    def send_raw(self, data):
        data = data[:self._take(len(data))]
        self.passed += len(data)
        try:
            self.sock.sendall(data)
        except OSError as e:
            raise Closed(str(e)) from e
        if self.budget == 0:
            raise Cut()

    def shut(self, reset=False):
        """End the connection; RESET: without a FIN."""
        try:
            if reset:
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()


def challenge():
    return os.urandom(1)[0], os.urandom(16)
