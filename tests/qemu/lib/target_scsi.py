# SPDX-License-Identifier: GPL-2.0-or-later
"""A file as a SCSI disk: what Linux asks of one (SPC-5, SBC-4). No caching, no reservations."""
import os
import struct

BLOCK = 512
GOOD, CHECK_CONDITION = 0, 2
ILLEGAL_REQUEST, NOT_READY = 5, 2
VERSION = 5                     # SPC-3


class Sense(Exception):
    """CHECK CONDITION with this sense key, ASC and ASCQ."""

    def __init__(self, key, asc, ascq=0):
        super().__init__()
        self.data = bytes([0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0])


def bad_field():
    return Sense(ILLEGAL_REQUEST, 0x24)


class Disk:
    def __init__(self, path, lun):
        self.path, self.lun = path, lun
        self.fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self.blocks = os.fstat(self.fd).st_size // BLOCK
        self.serial = "own%08x" % (lun + 1)

    # Each answers a CDB with the data for the initiator.

    def inquiry(self, cdb):
        if not cdb[1] & 1:
            return struct.pack(">BBBBBBBB8s16s4s", 0, 0, VERSION, 2, 31, 0, 0, 2, b"ISCSIRT ",
                               b"TEST TARGET     ", b"0001")
        pages = {0x00: b"\x00\x80\x83\xb0", 0x80: self.serial.encode(), 0x83: self._names(),
                 0xb0: struct.pack(">BBHIII", 0, 0, 8, 8192, 512, 0) + bytes(44)}
        if cdb[2] not in pages:
            raise bad_field()
        page = pages[cdb[2]]
        return struct.pack(">BBH", 0, cdb[2], len(page)) + page

    def _names(self):
        """A NAA identifier, locally assigned, and one of the vendor's."""
        naa = struct.pack(">Q", 0x3 << 60 | 0x69736373 << 16 | self.lun)
        vendor = b"ISCSIRT " + self.serial.encode()
        return struct.pack(">BBBB", 1, 3, 0, len(naa)) + naa + struct.pack(">BBBB", 2, 1, 0, len(vendor)) + vendor

    def capacity_10(self, _):
        return struct.pack(">II", min(self.blocks - 1, 0xffffffff), BLOCK)

    def service_in_16(self, cdb):
        if cdb[1] & 0x1f != 0x10:
            raise bad_field()
        return struct.pack(">QI", self.blocks - 1, BLOCK) + bytes(20)

    def mode_sense(self, cdb):
        pages = {0x08: b"\x08\x12\x00" + bytes(17), 0x0a: b"\x0a\x0a\x02" + bytes(9)}  # no write cache
        code = cdb[2] & 0x3f
        if code not in pages and code != 0x3f:
            raise bad_field()
        page = b"".join(pages.values()) if code == 0x3f else pages[code]
        if cdb[0] == 0x1a:
            return bytes([3 + len(page), 0, 0, 0]) + page
        return struct.pack(">HBBBBH", 6 + len(page), 0, 0, 0, 0, 0) + page

    def extent(self, cdb):
        """(offset, length) in bytes of a read or write."""
        form = cdb[0] >> 5
        if form == 0:
            lba, n = int.from_bytes(cdb[1:4], "big") & 0x1fffff, cdb[4] or 256
        elif form == 4:
            lba, n = struct.unpack(">QI", cdb[2:14])
        elif form == 5:
            lba, n = struct.unpack(">II", cdb[2:10])
        else:
            lba, n = struct.unpack(">I", cdb[2:6])[0], struct.unpack(">H", cdb[7:9])[0]
        if lba + n > self.blocks:
            raise Sense(ILLEGAL_REQUEST, 0x21)
        return lba * BLOCK, n * BLOCK

    def read(self, cdb):
        offset, n = self.extent(cdb)
        return os.pread(self.fd, n, offset)

    def nothing(self, _):
        return b""

    COMMANDS = {0x00: nothing, 0x12: inquiry, 0x1a: mode_sense, 0x5a: mode_sense, 0x1b: nothing,
                0x25: capacity_10, 0x9e: service_in_16, 0x35: nothing, 0x91: nothing,
                0x08: read, 0x28: read, 0xa8: read, 0x88: read}
    WRITES = frozenset({0x0a, 0x2a, 0xaa, 0x8a})
    READS = frozenset({0x08, 0x28, 0xa8, 0x88})
    # where a CDB has its allocation length: data beyond it is not sent
    ALLOCATION = {0x12: (3, 2), 0x1a: (4, 1), 0x5a: (7, 2), 0x9e: (10, 4), 0xa0: (6, 4)}


def report_luns(disks):
    numbers = b"".join(struct.pack(">HHI", n if n < 256 else n | 0x4000, 0, 0) for n in sorted(disks))
    return struct.pack(">II", len(numbers), 0) + numbers


def run(disks, lun, cdb):
    """The data that the command CDB, which does not write, reads."""
    disk = disks.get(lun)
    if cdb[0] == 0xa0:
        data = report_luns(disks)
    elif cdb[0] == 0x03:
        data = bytes([0x70, 0, 0, 0, 0, 0, 0, 10]) + bytes(10)
    elif disk is None:
        if cdb[0] != 0x12 or cdb[1] & 1:
            raise Sense(ILLEGAL_REQUEST, 0x25)
        data = bytes([0x7f, 0, VERSION, 2, 31]) + bytes(31)    # nothing there
    elif cdb[0] in Disk.COMMANDS:
        data = Disk.COMMANDS[cdb[0]](disk, cdb)
    else:
        raise Sense(ILLEGAL_REQUEST, 0x20)
    at, size = Disk.ALLOCATION.get(cdb[0], (0, 0))
    return data[:int.from_bytes(cdb[at:at + size], "big")] if size else data
