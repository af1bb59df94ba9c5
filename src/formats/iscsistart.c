// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "base/codes.h"
#include "formats/iscsistart.h"

/* How much a line tells. A line of a higher rank stands against all of a lower one. */
enum rank { RANK_NONE, RANK_RESULT, RANK_CONNECTION, RANK_REASON, RANK_PROOF, RANK_DONE };

struct reading {
	enum rank rank;
	bool chap;
	struct login_words *words;
};

static const struct known {
	const char *part;	/* of the line */
	const char *text;
	uint8_t rank, said, code;
} known[] = {
	{ " is operational now", "", RANK_DONE, SAID_UP, 0 },
	{ "(15 - session exists)", "", RANK_DONE, SAID_EXISTS, 0 },
	{ "failing authentication, no incoming",
	  "the target proves itself unasked (set ISCSI_IN_USERNAME and ISCSI_IN_PASSWORD)",
	  RANK_PROOF, SAID_NO, CODE_AUTH },
	{ "failing authentication, ",
	  "the target could not prove itself, not logged in (check ISCSI_IN_USERNAME and "
	  "ISCSI_IN_PASSWORD)",
	  RANK_PROOF, SAID_NO, CODE_AUTH },
	{ "incoming authentication credentials but has no",
	  "mutual CHAP without our own password (set ISCSI_PASSWORD)",
	  RANK_PROOF, SAID_NEVER, CODE_CONFIG },
	{ "Login authentication failed with target",
	  "no agreement on authentication (is mutual CHAP set on one side only?)",
	  RANK_REASON, SAID_NO, CODE_AUTH },
	{ " in security stage",
	  "no agreement on authentication (does the target ask for CHAP, and we have it?)",
	  RANK_REASON, SAID_NO, CODE_AUTH },
	{ "failed authorization with target",
	  "this initiator is not allowed, status 02/02 (add its name to the target's access "
	  "list)",
	  RANK_REASON, SAID_NO, CODE_AUTH },
	{ "redirection ",
	  "redirected in a way that cannot be used (check the target's portals)",
	  RANK_REASON, SAID_NO, CODE_UNAVAILABLE },
	{ "incompatible version",
	  "the target speaks another version of iSCSI",
	  RANK_REASON, SAID_NO, CODE_UNAVAILABLE },
	{ "Login version mismatch",
	  "the target speaks another version of iSCSI",
	  RANK_REASON, SAID_NO, CODE_UNAVAILABLE },
	{ "ogin negotiation failed",
	  "no agreement on parameters, such as digests (check ISCSI_PARAM and the target)",
	  RANK_REASON, SAID_NO, CODE_UNAVAILABLE },
	{ "Received invalid login PDU",
	  "the answer to the login makes no sense (is this an iSCSI target?)",
	  RANK_REASON, SAID_NO, CODE_UNAVAILABLE },
	{ "annot resolve host",
	  "the host name has no address (check the name server, or give an address)",
	  RANK_REASON, SAID_NO, CODE_UNAVAILABLE },
	{ "Could not bind connection",
	  "the network device to bind to cannot be used (check the device in netroot=)",
	  RANK_REASON, SAID_NO, CODE_NO_DEVICE },
	{ "can not create NETLINK_ISCSI socket",
	  "the kernel has no iSCSI (module scsi_transport_iscsi missing from the image)",
	  RANK_REASON, SAID_NEVER, CODE_SYSTEM },
	{ "(12 - iSCSI driver not found",
	  "the kernel has no iSCSI over TCP (module iscsi_tcp missing from the image)",
	  RANK_REASON, SAID_NEVER, CODE_SYSTEM },
	{ "Can't create ",
	  "the kernel made no session (see dmesg; is crc32c in the image?)",
	  RANK_REASON, SAID_NO, CODE_SYSTEM },
	{ "failed (Connection refused)",
	  "connection refused (is the target's service running on this port?)",
	  RANK_CONNECTION, SAID_NO, CODE_UNAVAILABLE },
	{ "failed (No route to host)",
	  "no route to host (is the portal's machine up and on this network?)",
	  RANK_CONNECTION, SAID_NO, CODE_UNAVAILABLE },
	{ "failed (Network is unreachable)",
	  "network is unreachable (check gateway and netmask)",
	  RANK_CONNECTION, SAID_NO, CODE_UNAVAILABLE },
	{ "failed (Connection timed out)",
	  "the portal does not answer (check address, cabling, firewall)",
	  RANK_CONNECTION, SAID_NO, CODE_UNAVAILABLE },
	{ "cannot make a connection to",
	  "no connection (check address and network)",
	  RANK_CONNECTION, SAID_NO, CODE_UNAVAILABLE },
	{ "Login I/O error",
	  "the connection broke during the login",
	  RANK_CONNECTION, SAID_NO, CODE_UNAVAILABLE },
	{ "(8 - connection timed out)",
	  "the portal does not answer (check address, cabling, firewall)",
	  RANK_RESULT, SAID_NO, CODE_UNAVAILABLE },
	{ "(11 - iSCSI PDU timed out)",
	  "connected, but the login is not answered (is this an iSCSI target?)",
	  RANK_RESULT, SAID_NO, CODE_UNAVAILABLE },
	{ "(24 - ",
	  "authentication refused (check ISCSI_USERNAME and ISCSI_PASSWORD)",
	  RANK_RESULT, SAID_NO, CODE_AUTH },
	{ "iscsistart: version ", "", RANK_NONE, SAID_READY, 0 },
};

/* RFC 7143 section 11.13.5; 02/01 to 02/03 have texts of their own. */
static const struct status {
	uint8_t class, detail;
	const char *text;
} statuses[] = {
	{ 2, 0, "initiator error (see the target's log)" },
	{ 2, 3, "target not found (check ISCSI_TARGET_NAME; does the target exist here?)" },
	{ 2, 4, "the target was removed for good (another address may have it)" },
	{ 2, 5, "unsupported version" },
	{ 2, 6, "too many connections" },
	{ 2, 7, "missing parameter" },
	{ 2, 8, "the target cannot take this connection into the session" },
	{ 2, 9, "session type not supported" },
	{ 2, 10, "session does not exist" },
	{ 2, 11, "invalid during login" },
	{ 3, 0, "target error (see the target's log)" },
	{ 3, 1, "service unavailable (is the target starting or failing over?)" },
	{ 3, 2, "the target is out of resources" },
};

static bool has(struct span line, const char *part)
{
	return span_find(line, part).p;
}

/* What stands between @before and @after; false where these do not. */
static bool between(struct span line, const char *before, const char *after, struct span *part)
{
	struct span from = span_find(line, before), to;

	if (!from.p)
		return false;
	from.p += strlen(before);
	from.n -= strlen(before);
	to = span_find(from, after);
	*part = (struct span){ from.p, from.n - to.n };
	return to.p;
}

static bool outranks(const struct reading *r, enum rank rank)
{
	return rank > r->rank;
}

static void say(struct reading *r, enum rank rank, enum login_said said, int code, const char *text)
{
	r->rank = rank;
	r->words->said = said;
	r->words->code = code;
	out_text(r->words->text, sizeof(r->words->text), "%s", text);
}

/* "login rejected: ... (CC/DD)", both hexadecimal. */
static bool read_status(struct reading *r, struct span line)
{
	struct span part, class;
	uint64_t c, d;
	char text[128];
	unsigned i;

	if (!between(line, "login rejected:", ")", &part))
		return false;
	part.n++;
	if (!between(part, "(", ")", &part) || !span_cut(&part, '/', &class) ||
	    !scan_hex(class, 255, &c) || !scan_hex(part, 255, &d))
		return false;
	for (i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
		if (statuses[i].class == c && statuses[i].detail == d)
			break;
	out_text(text, sizeof(text), "login refused, status %pS/%pS: %s", &class, &part,
		 i < sizeof(statuses) / sizeof(*statuses) ? statuses[i].text : "see the target's log");
	say(r, RANK_REASON, SAID_NO, CODE_UNAVAILABLE, text);
	return true;
}

/* 02/01. Without credentials of ours the target wants some; with them they are wrong. */
static bool read_refusal(struct reading *r, struct span line)
{
	if (!has(line, "failed authentication with target"))
		return false;
	say(r, RANK_REASON, SAID_NO, CODE_AUTH, r->chap ?
	    "authentication refused, status 02/01 (check ISCSI_USERNAME and ISCSI_PASSWORD)" :
	    "the target asks for authentication, status 02/01 (set ISCSI_USERNAME and "
	    "ISCSI_PASSWORD)");
	return true;
}

/*
 * The kernel's own errors (enum iscsi_err in scsi/iscsi_if.h). iscsistart ignores them before it
 * is logged in and waits for its timeout.
 */
static bool read_kernel_error(struct reading *r, struct span line)
{
	struct span part, number;
	uint64_t error;
	bool closed;

	if (!between(line, "Kernel reported iSCSI connection ", " - ", &part) ||
	    !span_cut(&part, '(', &number) || !scan_uint(part, 1999, &error))
		return false;
	/* ISCSI_ERR_CONN_FAILED, _XMIT_FAILED, _TCP_CONN_CLOSE; state 1: iscsistart's own doing */
	closed = error == 1011 || error == 1019 || error == 1020;
	if (closed && has(line, " state (1)")) {
		if (outranks(r, RANK_RESULT))
			say(r, RANK_RESULT, SAID_MOVED, CODE_UNAVAILABLE, "the target redirects the "
			    "login without end (check the portals that it announces)");
	} else if (outranks(r, RANK_CONNECTION)) {
		say(r, RANK_CONNECTION, SAID_LOST, CODE_UNAVAILABLE, closed ?
		    "the connection was closed during the login (does the target know this "
		    "initiator? see its log)" :
		    "what answers is not an iSCSI target (check address and port)");
	}
	return true;
}

/* What --param was not taken. The value stays unsaid: it may be a secret. */
static bool read_param(struct reading *r, struct span line)
{
	struct span name;
	char text[192];

	if (!between(line, "Unknown parameter ", ".\n", &name) &&
	    !between(line, "parameter name '", "'", &name) &&
	    !between(line, "Invalid --param ", ". Missing value", &name))
		return false;
	if (name.n > 100)
		name.n = 100;
	out_text(text, sizeof(text), "ISCSI_PARAM %pS: iscsistart does not take this (correct or remove "
		 "it)", &name);
	say(r, RANK_REASON, SAID_NEVER, CODE_CONFIG, text);
	return true;
}

/* The last resort: "initiator reported error (N - TEXT)". */
static bool read_result(struct reading *r, struct span line)
{
	struct span part;
	char text[128];

	if (!between(line, "initiator reported error (", ")", &part))
		return false;
	if (part.n > 80)
		part.n = 80;
	out_text(text, sizeof(text), "login failed, iscsistart's error %pS", &part);
	say(r, RANK_RESULT, SAID_NO, CODE_UNAVAILABLE, text);
	return true;
}

/* @line has its newline, where it had one. */
static void read_line(struct reading *r, struct span line)
{
	unsigned i;

	if (outranks(r, RANK_REASON) && (read_refusal(r, line) || read_status(r, line) ||
					 read_param(r, line)))
		return;
	if (read_kernel_error(r, line))
		return;
	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct known *k = &known[i];

		if (!has(line, k->part))
			continue;
		if (outranks(r, k->rank) ||
		    (k->said == SAID_READY && r->words->said == SAID_NOTHING))
			say(r, k->rank, k->said, k->code, k->text);
		return;
	}
	if (outranks(r, RANK_RESULT))
		read_result(r, line);
}

void login_read_output(const char *output, size_t len, bool chap, struct login_words *words)
{
	struct reading r = { .rank = RANK_NONE, .chap = chap, .words = words };
	struct span rest = { output, len }, line;

	*words = (struct login_words){ .said = SAID_NOTHING };
	while (rest.n) {
		span_cut(&rest, '\n', &line);
		line.n = rest.p - line.p;
		read_line(&r, line);
	}
}
