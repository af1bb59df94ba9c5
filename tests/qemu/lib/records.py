# SPDX-License-Identifier: GPL-2.0-or-later
"""The records of the guest's writer (guest/writer): what it acknowledged, against what is there.

    acked(text)             the numbers acknowledged on its console, in order
    errors(text)            what it said of errors
    compare(data, numbers)  what is wrong with the file, read offline: a list of texts
"""
import re

SIZE = 64
FACTOR = 2654435761


def record(number):
    """Record NUMBER, as the writer makes it."""
    return b"%010u %08x %s\n" % (number, number * FACTOR & 0xffffffff, bytes([97 + number % 26]) * 43)


def acked(text):
    # whole lines: the last one may be cut by the guest's end
    return [int(n) for n in re.findall(r"^W (\d+)\n", text, re.M)]


def gaps(text):
    """The longest gaps between two records, each longer than the one before, in seconds."""
    return [float(s) for s in re.findall(r"^G ([\d.]+)\n", text, re.M)]


def errors(text):
    return re.findall(r"^W error .*$", text, re.M)


def compare(data, numbers, ends=()):
    """DATA must be records 1, 2, 3... at least up to the last of the acknowledged NUMBERS.

    One more may be there whole or in part: written, and the guest ended before it was
    acknowledged; so may one after each of ENDS, the last that earlier lives acknowledged."""
    wrong = []
    for before, number in zip([0] + numbers, numbers):
        if number - before != 1 and not (before in ends and number - before == 2):
            wrong.append("acknowledged out of order: %d after %d" % (number, before))
            break
    whole = len(data) // SIZE
    for i in range(whole):
        got = data[i * SIZE:(i + 1) * SIZE]
        if got != record(i + 1):
            wrong.append("record %d is %r" % (i + 1, got))
            if len(wrong) > 5:
                break
    last = max(numbers, default=0)
    if whole < last:
        wrong.append("lost: %d records are there, %d were acknowledged" % (whole, last))
    if whole > last + 1 or (whole == last + 1 and len(data) % SIZE):
        wrong.append("more is there than was begun: %d bytes, %d acknowledged" % (len(data), last))
    elif len(data) % SIZE and record(whole + 1)[:len(data) % SIZE] != data[whole * SIZE:]:
        wrong.append("the last record is neither there nor a part of one: %r" % data[whole * SIZE:])
    return wrong
