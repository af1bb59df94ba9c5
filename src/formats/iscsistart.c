// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/iscsistart.h"
#include "formats/login_status.h"

/* How much a line tells. A line of a higher rank replaces those of a lower one. */
enum rank { RANK_NONE, RANK_RESULT, RANK_CONNECTION, RANK_REASON, RANK_PROOF, RANK_DONE };

struct reading {
	enum rank rank;
	bool chap;
	struct iscsistart_result *result;
};

static const struct known {
	const char *part;	/* of the line */
	uint8_t rank, outcome;
	enum cause_id id;	/* one without values; CAUSE_NONE: no failure */
} known[] = {
	{ " is operational now", RANK_DONE, ISCSISTART_LOGGED_IN, 0 },
	{ "(15 - session exists)", RANK_DONE, ISCSISTART_EXISTS, 0 },
	{ "failing authentication, no incoming", RANK_PROOF, ISCSISTART_FAILED,
	  CAUSE_MUTUAL_UNREQUESTED },
	{ "failing authentication, ", RANK_PROOF, ISCSISTART_FAILED, CAUSE_MUTUAL_FAILED },
	{ "incoming authentication credentials but has no", RANK_PROOF, ISCSISTART_FAILED,
	  CAUSE_MUTUAL_NO_PASSWORD },
	{ "Login authentication failed with target", RANK_REASON, ISCSISTART_FAILED,
	  CAUSE_MUTUAL_ONE_SIDED },
	{ " in security stage", RANK_REASON, ISCSISTART_FAILED, CAUSE_CHAP_ONE_SIDED },
	{ "failed authorization with target", RANK_REASON, ISCSISTART_FAILED, CAUSE_STATUS_0202 },
	{ "redirection ", RANK_REASON, ISCSISTART_FAILED, CAUSE_REDIRECT_UNUSABLE },
	{ "incompatible version", RANK_REASON, ISCSISTART_FAILED, CAUSE_VERSION_MISMATCH },
	{ "Login version mismatch", RANK_REASON, ISCSISTART_FAILED, CAUSE_VERSION_MISMATCH },
	{ "ogin negotiation failed", RANK_REASON, ISCSISTART_FAILED, CAUSE_PARAMETERS_DIFFER },
	{ "Received invalid login PDU", RANK_REASON, ISCSISTART_FAILED, CAUSE_BAD_LOGIN_RESPONSE },
	{ "annot resolve host", RANK_REASON, ISCSISTART_FAILED, CAUSE_HOST_UNRESOLVED },
	{ "Could not bind connection", RANK_REASON, ISCSISTART_FAILED, CAUSE_BIND_FAILED },
	{ "can not create NETLINK_ISCSI socket", RANK_REASON, ISCSISTART_FAILED,
	  CAUSE_NO_TRANSPORT },
	{ "(12 - iSCSI driver not found", RANK_REASON, ISCSISTART_FAILED, CAUSE_NO_ISCSI_TCP },
	{ "Can't create ", RANK_REASON, ISCSISTART_FAILED, CAUSE_NO_KERNEL_SESSION },
	{ "failed (Connection refused)", RANK_CONNECTION, ISCSISTART_FAILED,
	  CAUSE_CONNECTION_REFUSED },
	{ "failed (No route to host)", RANK_CONNECTION, ISCSISTART_FAILED, CAUSE_HOST_UNREACHABLE },
	{ "failed (Network is unreachable)", RANK_CONNECTION, ISCSISTART_FAILED,
	  CAUSE_NETWORK_UNREACHABLE },
	{ "failed (Connection timed out)", RANK_CONNECTION, ISCSISTART_FAILED, CAUSE_NO_ANSWER },
	{ "cannot make a connection to", RANK_CONNECTION, ISCSISTART_FAILED, CAUSE_NO_CONNECTION },
	{ "Login I/O error", RANK_CONNECTION, ISCSISTART_FAILED, CAUSE_CONNECTION_BROKEN },
	{ "(8 - connection timed out)", RANK_RESULT, ISCSISTART_FAILED, CAUSE_NO_ANSWER },
	{ "(11 - iSCSI PDU timed out)", RANK_RESULT, ISCSISTART_FAILED, CAUSE_NO_LOGIN_RESPONSE },
	{ "(24 - ", RANK_RESULT, ISCSISTART_FAILED, CAUSE_AUTH_FAILED },
	{ "iscsistart: version ", RANK_NONE, ISCSISTART_LISTENS, 0 },
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

/* Take @outcome; its cause, if it has one, is set by the caller. */
static struct cause *take(struct reading *r, enum rank rank, enum iscsistart_outcome outcome)
{
	r->rank = rank;
	r->result->outcome = outcome;
	cause_clear(&r->result->cause);
	return &r->result->cause;
}

/* "login rejected: ... (CC/DD)", both hexadecimal. */
static bool read_status(struct reading *r, struct span line)
{
	struct span part, class;
	uint64_t c, d;

	if (!between(line, "login rejected:", ")", &part))
		return false;
	part.n++;
	if (!between(part, "(", ")", &part) || !span_cut(&part, '/', &class) ||
	    !scan_hex(class, 255, &c) || !scan_hex(part, 255, &d))
		return false;
	login_status_cause((uint8_t)c, (uint8_t)d, r->chap, "",
			   take(r, RANK_REASON, ISCSISTART_FAILED));
	return true;
}

/* 02/01. Without credentials of ours the target wants some; with them they are wrong. */
static bool read_refusal(struct reading *r, struct span line)
{
	if (!has(line, "failed authentication with target"))
		return false;
	login_status_cause(2, 1, r->chap, "", take(r, RANK_REASON, ISCSISTART_FAILED));
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
	/* ISCSI_ERR_CONN_FAILED, _XMIT_FAILED, _TCP_CONN_CLOSE; in state 1 iscsistart itself closed it */
	closed = error == 1011 || error == 1019 || error == 1020;
	if (closed && has(line, " state (1)")) {
		if (outranks(r, RANK_RESULT))
			cause_set_plain(take(r, RANK_RESULT, ISCSISTART_REDIRECTED), "",
					CAUSE_REDIRECT_LOOP);
	} else if (outranks(r, RANK_CONNECTION)) {
		cause_set_plain(take(r, RANK_CONNECTION, ISCSISTART_LOST), "",
				closed ? CAUSE_CONNECTION_CLOSED : CAUSE_NOT_ISCSI);
	}
	return true;
}

/* A --param that was refused. Its value is not shown: it may be a secret. */
static bool read_param(struct reading *r, struct span line)
{
	struct span name;

	if (!between(line, "Unknown parameter ", ".\n", &name) &&
	    !between(line, "parameter name '", "'", &name) &&
	    !between(line, "Invalid --param ", ". Missing value", &name))
		return false;
	if (name.n > 100)
		name.n = 100;
	cause_set(take(r, RANK_REASON, ISCSISTART_FAILED), "", CAUSE(PARAM_REFUSED), &name);
	return true;
}

/* The last resort: "initiator reported error (N - TEXT)". */
static bool read_result(struct reading *r, struct span line)
{
	struct span part;

	if (!between(line, "initiator reported error (", ")", &part))
		return false;
	if (part.n > 80)
		part.n = 80;
	cause_set(take(r, RANK_RESULT, ISCSISTART_FAILED), "", CAUSE(ISCSISTART_ERROR), &part);
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
		if (outranks(r, k->rank) || (k->outcome == ISCSISTART_LISTENS &&
					     r->result->outcome == ISCSISTART_UNDECIDED)) {
			struct cause *c = take(r, k->rank, k->outcome);

			if (k->id)
				cause_set_plain(c, "", k->id);
		}
		return;
	}
	if (outranks(r, RANK_RESULT))
		read_result(r, line);
}

void iscsistart_read(const char *output, size_t len, bool chap, struct iscsistart_result *result)
{
	struct reading r = { .rank = RANK_NONE, .chap = chap, .result = result };
	struct span rest = { output, len }, line;

	*result = (struct iscsistart_result){ .outcome = ISCSISTART_UNDECIDED };
	while (rest.n) {
		span_cut(&rest, '\n', &line);
		line.n = rest.p - line.p;
		read_line(&r, line);
	}
}
