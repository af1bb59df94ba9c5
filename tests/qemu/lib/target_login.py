# SPDX-License-Identifier: GPL-2.0-or-later
"""The target's side of a login phase (RFC 7143 sections 6, 10 and 12), well behaved or as it is told.

What a login can be told ("behaviour", own_target.py) is read by these names:

    chap                {"user", "secret"}: refused without it; "mutual": {"user", "secret"} of the target's
    algorithms          numbers of CHAP_A that are taken, best first: [5]; as "force" whatever was offered
    chap_fault          wrong-response, short-response, reflect (the initiator's own response comes back),
                        reflect-challenge (our challenge is what an initiator sent in an earlier login),
                        empty-challenge, no-mutual (its challenge gets no answer); hex, base64: no faults
    late                seconds before each response
    one_key             one key in each response
    chunk               bytes of text in each response: the C bit
    declare             {key: value} in place of our own choice, or besides what was asked; a list of
                        values: the key comes more than once
    silent_keys         keys that get no answer
    no_tpgt             the portal group tag is not declared
    stop_after          "security" or "operational" or "login": nothing comes after that stage
    close_after         the same: the connection is closed, after the response that ends it
    tsih                of a new session in place of ours
"""
import time

from iscsi import CHAP, Closed, Cut, Pdu, binary, challenge, chap_response, pairs, text
from pcap import LOGIN_REQ, LOGIN_RSP

SECURITY, OPERATIONAL, FULL = 0, 1, 3
STAGES = {SECURITY: "security", OPERATIONAL: "operational"}

# How a value is agreed on: the smaller or larger one of both, or by a rule for Yes and No.
NUMBERS = {"MaxBurstLength": (262144, min), "FirstBurstLength": (65536, min), "MaxOutstandingR2T": (1, min),
           "MaxConnections": (1, min), "ErrorRecoveryLevel": (0, min), "DefaultTime2Wait": (2, max),
           "DefaultTime2Retain": (20, min)}
ANY = {"InitialR2T": True, "DataPDUInOrder": True, "DataSequenceInOrder": True}     # Yes where either says so
BOTH = {"ImmediateData": True, "IFMarker": False, "OFMarker": False}
LISTS = {"HeaderDigest": ["None"], "DataDigest": ["None"]}
DECLARED = {"InitiatorName", "InitiatorAlias", "TargetName", "SessionType", "MaxRecvDataSegmentLength",
            "TargetAlias", "TargetPortalGroupTag"}
DEFAULTS = {"MaxRecvDataSegmentLength": "8192", "MaxBurstLength": "262144", "FirstBurstLength": "65536",
            "InitialR2T": "Yes", "ImmediateData": "Yes", "HeaderDigest": "None", "DataDigest": "None"}


class Refused(Exception):
    """A final login response with this status."""

    def __init__(self, status, why, keys=()):
        super().__init__(why)
        self.status, self.keys = status, list(keys)


def yes(value):
    return "Yes" if value else "No"


def agree(key, value, lists):
    """Our answer to an offer."""
    if key in NUMBERS:
        ours, rule = NUMBERS[key]
        return str(rule(ours, int(value))) if value.isdigit() else "Reject"
    if key in ANY:
        return yes(ANY[key] and key != "InitialR2T" or value == "Yes" or lists.get(key) == "Yes")
    if key in BOTH:
        return yes(BOTH[key] and value == "Yes")
    if key in LISTS:
        return next((v for v in lists.get(key, LISTS[key]) if v in value.split(",")), "Reject")
    return "NotUnderstood"


class Login:
    """One login phase; run() returns when the full feature phase is reached."""

    def __init__(self, stream, target, behaviour, portal, log):
        self.stream, self.target, self.behaviour, self.portal, self.log = stream, target, behaviour, portal, log
        self.theirs, self.agreed = {}, dict(DEFAULTS)
        self.waiting = []           # answers that are still to be sent
        self.stat_sn = behaviour("stat_sn", 1)
        self.stage, self.first, self.discovery = None, None, False
        self.chap = None            # what is known of the exchange so far
        self.authenticated = False
        self.declared = set()
        self.ready = lambda: None   # called before the response that ends the login

    def run(self):
        while True:
            request = self.receive()
            self.stage = request.flags >> 2 & 3
            keys = self.gather(request)
            self.begin(request, keys)
            self.answer(keys)
            if self.finish(request):
                return

    def receive(self):
        request = self.stream.receive()
        if request.opcode != LOGIN_REQ:
            raise Closed("opcode 0x%02x in the login" % request.opcode)
        if self.first is None:
            self.first = request
        return request

    def gather(self, request):
        """The keys of REQUEST, and of those that it goes on in (C bit)."""
        data = request.data
        while request.flags & 0x40:
            self.respond(request, [], False)
            request = self.receive()
            data += request.data
        keys = pairs(data)
        self.theirs.update(keys)
        self.log("request", stage=self.stage, keys=[k for k, _ in keys])
        return keys

    def begin(self, request, keys):
        if request is not self.first:
            return
        names = dict(keys)
        self.discovery = names.get("SessionType") == "Discovery"
        if not names.get("InitiatorName") or not self.discovery and not names.get("TargetName"):
            raise Refused((2, 7), "a name is missing")
        if not self.discovery and names["TargetName"] != self.target:
            raise Refused((2, 3), "no such target")
        if not self.behaviour("no_tpgt"):
            self.waiting.append(("TargetPortalGroupTag", str(self.behaviour("tpgt", 1))))

    def answer(self, keys):
        if self.stage == SECURITY:
            self.security(dict(keys))
            return
        if self.behaviour("chap") and not self.authenticated:
            raise Refused((2, 1), "no authentication")
        silent = self.behaviour("silent_keys", ())
        for key, value in keys:
            if key not in DECLARED and key not in silent:
                self.choose(key, agree(key, value, self.behaviour("choose", {})))
            elif key == "MaxRecvDataSegmentLength":
                self.choose(key, "262144")
        for key in self.behaviour("declare", {}):
            if key not in self.declared:
                self.choose(key, "")

    def choose(self, key, value):
        told = self.behaviour("declare", {}).get(key, value)
        for one in told if isinstance(told, list) else [told]:
            self.waiting.append((key, str(one)))
            if key != "MaxRecvDataSegmentLength":
                self.agreed[key] = str(one)
        self.declared.add(key)

    # --- authentication ---

    def security(self, keys):
        wanted = self.behaviour("chap")
        if "AuthMethod" in keys:
            methods = keys["AuthMethod"].split(",")
            if wanted and "CHAP" not in methods:
                raise Refused((2, 1), "CHAP was not offered")
            if not wanted and "None" not in methods:
                raise Refused((2, 1), "None was not offered")
            self.waiting.append(("AuthMethod", "CHAP" if wanted else "None"))
        elif "CHAP_A" in keys and wanted:
            self.offer(keys["CHAP_A"])
        elif "CHAP_R" in keys and self.chap:
            self.verify(wanted, keys)

    def offer(self, offered):
        known = [int(n) for n in offered.split(",") if n.strip().isdigit()]
        force = self.behaviour("force")
        taken = force or next((a for a in self.behaviour("algorithms", [5]) if a in known), None)
        if not taken:
            raise Refused((2, 1), "no CHAP algorithm in common")
        ident, sent = challenge()
        fault = self.behaviour("chap_fault")
        if fault == "empty-challenge":
            sent = b""
        elif fault == "reflect-challenge" and self.behaviour.server.challenges:
            ident, sent = self.behaviour.server.challenges[-1]
        self.chap = {"algorithm": taken, "ident": ident, "challenge": sent, "offered": known}
        self.waiting += [("CHAP_A", str(taken)), ("CHAP_I", str(ident)), ("CHAP_C", self.binary(sent))]

    def binary(self, value):
        if self.behaviour("chap_fault") == "base64":
            import base64
            return "0b" + base64.b64encode(value).decode()
        return "0x" + (value.hex().upper() if self.behaviour("chap_fault") == "hex" else value.hex())

    def verify(self, wanted, keys):
        chap, algorithm = self.chap, self.chap["algorithm"]
        right = b""
        if algorithm in CHAP:
            right = chap_response(algorithm, chap["ident"], wanted["secret"], chap["challenge"])
        good = keys.get("CHAP_N") == wanted["user"] and binary(keys["CHAP_R"]) == right
        self.log("chap", algorithm=algorithm, offered=chap["offered"], user=keys.get("CHAP_N"), good=good,
                 challenge=keys.get("CHAP_C"))
        if "CHAP_C" in keys:
            self.behaviour.server.challenges.append((int(keys["CHAP_I"]), binary(keys["CHAP_C"])))
        if not good:
            raise Refused((2, 1), "wrong CHAP response")
        self.authenticated = True
        mutual = wanted.get("mutual")
        if mutual and "CHAP_C" not in keys:
            raise Refused((2, 1), "no mutual CHAP")
        if "CHAP_C" in keys and self.behaviour("chap_fault") != "no-mutual":
            self.prove(mutual or {"user": "nobody", "secret": "no secret"}, algorithm, keys)

    def prove(self, mutual, algorithm, keys):
        fault = self.behaviour("chap_fault")
        theirs = binary(keys["CHAP_C"]) or b""
        response = chap_response(algorithm, int(keys["CHAP_I"]), mutual["secret"], theirs)
        if fault == "wrong-response":
            response = bytes(len(response))
        elif fault == "short-response":
            response = response[:-1]
        elif fault == "reflect":        # what a target that has no secret can do: the initiator's own response
            response = binary(keys["CHAP_R"])
        self.waiting += [("CHAP_N", mutual["user"]), ("CHAP_R", self.binary(response))]

    # --- responses ---

    def respond(self, request, keys, transit, status=(0, 0)):
        time.sleep(self.behaviour("late", 0))
        data, chunk = text(keys), self.behaviour("chunk", 0)
        while chunk and len(data) > chunk:
            self.stream.send(self.response(request, data[:chunk], 0x40))
            data = data[chunk:]
            request = self.receive()
        self.stream.send(self.response(request, data, 0x80 | request.flags & 3 if transit else 0, status))

    def response(self, request, data, flags, status=(0, 0)):
        response = Pdu(LOGIN_RSP, flags | request.flags & 0x0c, request.itt, data)
        response.bhs[8:14] = self.first.bhs[8:14]
        tsih = request.get(14, ">H")
        if flags & 0x83 == 0x83:
            tsih = self.new_tsih()
        response.put(14, tsih, ">H").put(24, self.stat_sn)
        self.stat_sn += 1
        response.put(28, request.get(24)).put(32, request.get(24) + self.behaviour("window", 64))
        response.bhs[36:38] = bytes(status)
        return response

    def new_tsih(self):
        return self.first.get(14, ">H") or self.behaviour("tsih") or self.tsih

    def refuse(self, status, keys=()):
        """The last response of a login that fails."""
        first = self.first or Pdu(LOGIN_REQ)
        self.stream.send(self.response(first, text(keys), 0, status))

    def finish(self, request):
        """Send what there is; has the login reached its end?"""
        if self.behaviour("one_key"):
            keys, self.waiting = self.waiting[:1], self.waiting[1:]
        else:
            keys, self.waiting = self.waiting, []
        done = self.stage != SECURITY or not self.behaviour("chap") or self.authenticated
        transit = bool(request.flags & 0x80) and not self.waiting and done
        last = transit and request.flags & 3 == FULL
        ended = {STAGES.get(self.stage)} if transit else set()
        ended |= {"login"} if last else set()
        if self.behaviour("stop_after") in ended:
            self.log("silent", after=self.behaviour("stop_after"))
            while True:
                self.stream.receive()
        if last:
            self.ready()
        self.respond(request, keys, transit)
        if self.behaviour("close_after") in ended:
            raise Cut()
        return last

    @property
    def initiator(self):
        return self.theirs.get("InitiatorName", "")

    @property
    def isid(self):
        return self.first.bhs[8:14].hex()

    def number(self, key):
        value = self.agreed.get(key, "")
        return int(value) if value.isdigit() else int(DEFAULTS[key])
