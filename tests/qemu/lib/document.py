# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of a document, run as they stand in it.

    guide = Guide(read(text)["A new guest"], {"host": run_on_host, ...},
                  put={"192.0.2.1": "192.0.2.4"}, skip={"host# ...": "why"})
    output = guide.upto("host# blockdev --getsize64 /dev/vg0/guest1")
    guide.put["10G"] = ...
    guide.rest()

A command is a line of four spaces, its place, "# ", and what is typed there; places are those that
the document's beginning lists. Sections have underlined titles. What a case says of commands
(substitutions, ones that are skipped, where it stops) must be in the document: where that has
become another, the case fails.
"""
import re
from collections import namedtuple

Command = namedtuple("Command", "place text")
COMMAND = re.compile(r"    ([a-z]+)# (\S.*)")
PLACE = re.compile(r"    ([a-z]+)#  +\S")
# a word, an address or a path as a whole: 192.0.2.1 is not the beginning of 192.0.2.10
WHOLE = r"(?<![\w.])%s(?![\w]|\.\w)"


class Drift(Exception):
    """Document and case say different things."""


def _titles(lines):
    """(title, the line that its section begins with)."""
    return [(line, i + 2) for i, line in enumerate(lines[:-1])
            if line and re.fullmatch(r"(=+|-+)", lines[i + 1]) and len(lines[i + 1]) == len(line)]


def read(text):
    """{title: [Command]} of a document, in its order."""
    lines = text.splitlines()
    places = {m[1] for m in map(PLACE.match, lines) if m}
    titles, found = _titles(lines), {}
    ends = [begin - 2 for _, begin in titles[1:]] + [len(lines)]
    for (title, begin), end in zip(titles, ends):
        if title in found:
            raise Drift("two sections are called %r" % title)
        found[title] = [Command(*m.groups()) for m in map(COMMAND.fullmatch, lines[begin:end]) if m]
        for command in found[title]:
            if command.place not in places:
                raise Drift("%s: no such place: %s# %s" % (title, *command))
    return found


def part(commands, place, first, last):
    """Those of PLACE among COMMANDS from the one with the text FIRST to the one with the text LAST."""
    own = [command for command in commands if command.place == place]
    texts = [command.text for command in own]
    for text in (first, last):
        if texts.count(text) != 1:
            raise Drift("%d times in the document: %s# %s" % (texts.count(text), place, text))
    return own[texts.index(first):texts.index(last) + 1]


class Guide:
    """COMMANDS in order, each run by PLACES[its place](text). PUT: substitutions, {what the document
    has: what is run}; SKIP: {command: why it is not run}."""

    def __init__(self, commands, places, put=None, skip=None):
        self.left, self.places = list(commands), places
        self.put, self.skip = dict(put or {}), dict(skip or {})
        self.ran, self.skipped, self.used = [], [], set()
        text = "\n".join("%s# %s" % c for c in commands)
        for old in self.put:
            if not re.search(WHOLE % re.escape(old), text):
                raise Drift("no command has %r, for which there is a substitution" % old)
        for line in self.skip:
            self._find(line)

    def _find(self, line):
        """Which of the commands that are left it is."""
        for i, command in enumerate(self.left):
            if "%s# %s" % command == line:
                return i
        raise Drift("not, or no longer, among the commands: " + line)

    def typed(self, command):
        """A command's text after the substitutions, longest first, each of them once."""
        by = sorted(self.put, key=len, reverse=True)
        pattern = "|".join(WHOLE % re.escape(old) for old in by)

        def other(found):
            self.used.add(found[0])
            return self.put[found[0]]
        return re.sub(pattern, other, command.text) if by else command.text

    def upto(self, line):
        """Run the commands up to LINE and this one ("PLACE# TEXT", as the document has it); its
        output."""
        out = None
        for command in [self.left[i] for i in range(self._find(line) + 1)]:
            out = self._next(command)
        return out

    def before(self, line):
        """Run the commands before LINE."""
        for command in [self.left[i] for i in range(self._find(line))]:
            self._next(command)

    def rest(self):
        """Run what is left; each substitution must have been used by then."""
        while self.left:
            self._next(self.left[0])
        unused = set(self.put) - self.used
        if unused:
            raise Drift("substitutions that were not used: %s" % ", ".join(sorted(unused)))

    def _next(self, command):
        del self.left[0]
        line = "%s# %s" % command
        if line in self.skip:
            self.skipped.append(line)
            return None
        if command.place not in self.places:
            raise Drift("nobody runs %s" % line)
        self.ran.append(line)
        return self.places[command.place](self.typed(command))
