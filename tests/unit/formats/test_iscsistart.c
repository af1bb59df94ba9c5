// SPDX-License-Identifier: GPL-2.0-or-later
/* What iscsistart 2.1.8 said in a guest, word for word, and what is to be said of it. */
#include "base/codes.h"
#include "formats/iscsistart.h"
#include "tap.h"

#define N "iqn.2001-04.com.example:storage.lun1"
#define LISTENS "iscsistart: version 2.1.8\n"
#define LOGGING(portal) "iscsistart: Logging into " N " " portal ",1\n"
#define SHUTDOWN(n, portal) "iscsistart: Connection" n ":0 to [target: " N ", portal: " portal \
	"] through [iface: default] is shutdown.\n"
#define REPORTED(error) "iscsistart: initiator reported error (" error ")\n"
#define KERNEL(error, state) "iscsistart: Kernel reported iSCSI connection 1:0 error (" error \
	") state (" state ")\n"
#define CLOSED "1020 - ISCSI_ERR_TCP_CONN_CLOSE: TCP connection closed"
#define REDIRECTED "login redirected in a loop (check the portals that the target announces)"
#define LOST "connection closed during the login (add this initiator to the target's access list; see its log)"

static const struct {
	const char *name, *output;
	bool chap;
	enum iscsistart_outcome outcome;
	int code;
	const char *text;
} cases[] = {
	{ "nothing yet", "", false, ISCSISTART_UNDECIDED, 0, "" },
	{ "it listens", LISTENS, false, ISCSISTART_LISTENS, 0, "" },
	{ "half a line decides nothing", "iscsistart: ver", false, ISCSISTART_UNDECIDED, 0, "" },
	{ "nudged", LISTENS "iscsistart: pid 322 caught signal -2\n", false, ISCSISTART_LISTENS, 0, "" },
	{ "logged in",
	  LISTENS LOGGING("192.0.2.1:3260")
	  "iscsistart: Connection1:0 to [target: " N ", portal: 192.0.2.1,3260] through "
	  "[iface: default] is operational now\n", false, ISCSISTART_LOGGED_IN, 0, "" },
	{ "a session is there already",
	  LISTENS LOGGING("192.0.2.1:3260") REPORTED("15 - session exists"),
	  false, ISCSISTART_EXISTS, 0, "" },
	{ "target not found",
	  LISTENS LOGGING("192.0.2.1:3260")
	  "iscsistart: connection2:0 login rejected: initiator error - target not found (02/03)\n"
	  SHUTDOWN("2", "192.0.2.1,3260")
	  REPORTED("19 - encountered non-retryable iSCSI login failure"),
	  false, ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "login refused, status 02/03: target not found (check ISCSI_TARGET_NAME)" },
	{ "connection refused",
	  LISTENS LOGGING("192.0.2.1:3261")
	  "iscsistart: connect to 192.0.2.1:3261 failed (Connection refused)\n"
	  SHUTDOWN("-1", "192.0.2.1,3261") REPORTED("8 - connection timed out"),
	  false, ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "connection refused (check that the target listens on this port)" },
	{ "no route",
	  LISTENS LOGGING("192.0.2.99:3260")
	  "iscsistart: connect to 192.0.2.99:3260 failed (No route to host)\n"
	  SHUTDOWN("-1", "192.0.2.99,3260") REPORTED("8 - connection timed out"),
	  false, ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "no route to host (check that the portal is up and on this network)" },
	{ "no answer to the connection",
	  LISTENS LOGGING("198.51.100.1:3260") SHUTDOWN("-1", "198.51.100.1,3260")
	  REPORTED("8 - connection timed out"),
	  false, ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "no answer from the portal (check address, cabling, firewall)" },
	{ "no answer to the login",
	  LISTENS LOGGING("192.0.2.1:8080") SHUTDOWN("7", "192.0.2.1,8080")
	  REPORTED("11 - iSCSI PDU timed out"),
	  false, ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "connected, but no login response (check that this is an iSCSI target)" },
	{ "closed during the login, at once",
	  LISTENS LOGGING("192.0.2.1:8083")
	  "iscsistart: Kernel reported iSCSI connection 10:0 error (1020 - "
	  "ISCSI_ERR_TCP_CONN_CLOSE: TCP connection closed) state (2)\n",
	  false, ISCSISTART_LOST, CODE_UNAVAILABLE,
	  "connection closed during the login (add this initiator to the target's access list; see its log)" },
	{ "redirected: state 1 is iscsistart's own doing",
	  LISTENS LOGGING("192.0.2.1:3260") KERNEL(CLOSED, "1"), false, ISCSISTART_REDIRECTED, CODE_UNAVAILABLE,
	  REDIRECTED },
	{ "redirected again and again",
	  LISTENS KERNEL(CLOSED, "1") KERNEL(CLOSED, "1") KERNEL(CLOSED, "1"),
	  false, ISCSISTART_REDIRECTED, CODE_UNAVAILABLE, REDIRECTED },
	{ "redirected, told as other errors of the connection",
	  KERNEL("1011 - ISCSI_ERR_CONN_FAILED: iSCSI connection failed", "1")
	  KERNEL("1019 - ISCSI_ERR_XMIT_FAILED: Transmission of iSCSI packet failed", "1"),
	  false, ISCSISTART_REDIRECTED, CODE_UNAVAILABLE, REDIRECTED },
	{ "redirected until iscsistart gave up",
	  LISTENS KERNEL(CLOSED, "1") REPORTED("8 - connection timed out"),
	  false, ISCSISTART_REDIRECTED, CODE_UNAVAILABLE, REDIRECTED },
	{ "redirected, then closed there",
	  LISTENS KERNEL(CLOSED, "1") KERNEL(CLOSED, "2"), false, ISCSISTART_LOST, CODE_UNAVAILABLE, LOST },
	{ "closed, then redirected: the first stays",
	  LISTENS KERNEL(CLOSED, "2") KERNEL(CLOSED, "1"), false, ISCSISTART_LOST, CODE_UNAVAILABLE, LOST },
	{ "redirected to where nothing listens",
	  LISTENS KERNEL(CLOSED, "1") "iscsistart: connect to 192.0.2.9:3260 failed (Connection "
	  "refused)\n", false, ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "connection refused (check that the target listens on this port)" },
	{ "redirected to where the target is not",
	  LISTENS KERNEL(CLOSED, "1") "iscsistart: connection1:0 login rejected: initiator error - "
	  "target not found (02/03)\n", false, ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "login refused, status 02/03: target not found (check ISCSI_TARGET_NAME)" },
	{ "redirected and logged in",
	  LISTENS KERNEL(CLOSED, "1") "iscsistart: Connection1:0 to [target: " N ", portal: "
	  "192.0.2.9,3260] through [iface: default] is operational now\n", false, ISCSISTART_LOGGED_IN, 0, "" },
	{ "logged in; what the kernel says later is not of the login",
	  LISTENS "iscsistart: Connection1:0 to [target: " N ", portal: 192.0.2.1,3260] through "
	  "[iface: default] is operational now\n" KERNEL(CLOSED, "1") KERNEL(CLOSED, "2"),
	  false, ISCSISTART_LOGGED_IN, 0, "" },
	{ "not iSCSI, whatever the state",
	  LISTENS KERNEL("1005 - ISCSI_ERR_BAD_OPCODE: Received an invalid iSCSI opcode", "1"),
	  false, ISCSISTART_LOST, CODE_UNAVAILABLE,
	  "connected, but not to an iSCSI target (check address and port)" },
	{ "not iSCSI",
	  LISTENS "iscsistart: Kernel reported iSCSI connection 10:0 error (1005 - "
	  "ISCSI_ERR_BAD_OPCODE: Received an invalid iSCSI opcode) state (2)\n",
	  false, ISCSISTART_LOST, CODE_UNAVAILABLE,
	  "connected, but not to an iSCSI target (check address and port)" },
	{ "CHAP asked for, none given",
	  LISTENS LOGGING("192.0.2.2:3260")
	  "iscsistart: Login failed to authenticate with target " N "\n"
	  "iscsistart: session 3 login rejected: Initiator failed authentication with target\n"
	  SHUTDOWN("3", "192.0.2.2,3260")
	  REPORTED("24 - iSCSI login failed due to authorization failure"),
	  false, ISCSISTART_FAILED, CODE_AUTH,
	  "authentication required, status 02/01 (set ISCSI_USERNAME and ISCSI_PASSWORD)" },
	{ "wrong password",
	  LISTENS LOGGING("192.0.2.2:3260")
	  "iscsistart: Login failed to authenticate with target " N "\n"
	  "iscsistart: session 4 login rejected: Initiator failed authentication with target\n"
	  SHUTDOWN("4", "192.0.2.2,3260")
	  REPORTED("24 - iSCSI login failed due to authorization failure"),
	  true, ISCSISTART_FAILED, CODE_AUTH,
	  "authentication failed, status 02/01 (check ISCSI_USERNAME and ISCSI_PASSWORD)" },
	{ "the target's password is wrong",
	  LISTENS LOGGING("192.0.2.3:3260")
	  "iscsistart: failing authentication, received incorrect CHAP response from target " N "\n"
	  "iscsistart: Login authentication failed with target " N ", Authentication request "
	  "failed\niscsistart: connection5:0 Login error (Login status 5)\n"
	  SHUTDOWN("5", "192.0.2.3,3260")
	  REPORTED("19 - encountered non-retryable iSCSI login failure"),
	  true, ISCSISTART_FAILED, CODE_AUTH,
	  "mutual CHAP failed: target not authenticated (check ISCSI_IN_USERNAME and "
	  "ISCSI_IN_PASSWORD)" },
	{ "the target's user name is wrong",
	  LISTENS "iscsistart: failing authentication, received incorrect username from target " N
	  "\niscsistart: Login authentication failed with target " N ", Authentication request "
	  "failed\n", true, ISCSISTART_FAILED, CODE_AUTH,
	  "mutual CHAP failed: target not authenticated (check ISCSI_IN_USERNAME and "
	  "ISCSI_IN_PASSWORD)" },
	{ "host name",
	  LISTENS LOGGING("no.such.host:3260")
	  "iscsistart: Cannot resolve host no.such.host. getaddrinfo error: [Temporary failure in "
	  "name resolution]\niscsistart: cannot resolve host name no.such.host\n"
	  REPORTED("4 - encountered connection failure"),
	  false, ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "host name not resolved (check the name server, or give an address)" },
	{ "parameter name", LISTENS "iscsistart: Unknown parameter no.such.param.\n",
	  false, ISCSISTART_FAILED, CODE_CONFIG,
	  "ISCSI_PARAM no.such.param: not accepted by iscsistart (correct or remove it)" },
	{ "parameter value",
	  LISTENS "iscsistart: unknown value format 'FOO' for parameter name "
	  "'node.session.auth.authmethod'\n"
	  "iscsistart: Unknown parameter node.session.auth.authmethod.\n",
	  false, ISCSISTART_FAILED, CODE_CONFIG,
	  "ISCSI_PARAM node.session.auth.authmethod: not accepted by iscsistart (correct or remove it)" },
	{ "parameter without value", "iscsistart: Invalid --param novalue. Missing value.\n",
	  false, ISCSISTART_FAILED, CODE_CONFIG,
	  "ISCSI_PARAM novalue: not accepted by iscsistart (correct or remove it)" },
	{ "network device",
	  LISTENS LOGGING("192.0.2.1:3260") "iscsistart: Could not bind connection 0 to eth7\n"
	  "iscsistart: connection-1:0 cannot make a connection to 192.0.2.1:3260 (-1,19)\n"
	  SHUTDOWN("-1", "192.0.2.1,3260") REPORTED("8 - connection timed out"),
	  false, ISCSISTART_FAILED, CODE_NO_DEVICE,
	  "the network device to bind to cannot be used (check the device in netroot=)" },
};

/* Lines not met in a guest, as iscsistart's source has them. */
static const struct {
	const char *line;
	enum iscsistart_outcome outcome;
	int code;
	const char *text;
} lines[] = {
	{ "connection1:0 login rejected: initiator failed authorization with target",
	  ISCSISTART_FAILED, CODE_AUTH, "initiator not authorized, status 02/02 (add its name to the "
	  "target's access list)" },
	{ "connection1:0 login rejected: initiator error (02/06)", ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "login refused, status 02/06: too many connections (raise the target's limit)" },
	{ "connection1:0 login rejected: initiator error (02/7f)", ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "login refused, status 02/7f (see the target's log)" },
	{ "connection1:0 login rejected: target error (03/01)", ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "login refused, status 03/01: service unavailable (wait while the target starts or fails over)" },
	{ "connection1:0 login rejected: target error (03/02)", ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "login refused, status 03/02: target out of resources (see the target's log)" },
	{ "connection1:0 login rejected: redirection type 0x3 not supported", ISCSISTART_FAILED,
	  CODE_UNAVAILABLE, "login redirected to an unusable address (check the target's portals)" },
	{ "Login redirection failed, can't handle redirection to x", ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "login redirected to an unusable address (check the target's portals)" },
	{ "Login negotiation failed, HeaderDigest=CRC32C is required, can't accept None", ISCSISTART_FAILED,
	  CODE_UNAVAILABLE, "no agreement on parameters, such as digests (check ISCSI_PARAM and the "
	  "target)" },
	{ "Login negotiation failed, can't accept AuthMethod=SRP in security stage", ISCSISTART_FAILED,
	  CODE_AUTH, "no agreement on authentication (set CHAP on both sides or on neither)" },
	{ "can not create NETLINK_ISCSI socket [Protocol not supported]", ISCSISTART_FAILED, CODE_SYSTEM,
	  "the kernel has no iSCSI (module scsi_transport_iscsi missing from the image)" },
	{ "initiator reported error (12 - iSCSI driver not found. Please make sure it is loaded, and "
	  "retry the operation)", ISCSISTART_FAILED, CODE_SYSTEM,
	  "the kernel has no iSCSI over TCP (module iscsi_tcp missing from the image)" },
	{ "initiator reported error (22 - sysfs lookup failure)", ISCSISTART_FAILED, CODE_UNAVAILABLE,
	  "login failed, iscsistart error 22 - sysfs lookup failure (see the target's log)" },
	{ "connection1:0 login rejected: initiator error - (zz/03)", ISCSISTART_UNDECIDED, 0, "" },
};

/* Every place that an output could be cut at; nothing is read beyond it, nothing is left unsaid. */
static void test_cut(void)
{
	struct iscsistart_result w;
	bool good = true;
	unsigned i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t n, len = strlen(cases[i].output);

		for (n = 0; n <= len; n++) {
			char copy[2048];

			memcpy(copy, cases[i].output, n);
			memset(copy + n, 'x', sizeof(copy) - n);
			iscsistart_read(copy, n, cases[i].chap, &w);
			if (w.outcome >= ISCSISTART_LOST && w.outcome <= ISCSISTART_FAILED && (!*w.cause.text || !w.cause.code))
				good = false;
		}
	}
	ok(good, "an output cut anywhere has a reason for every failure");
}

static void test_long(void)
{
	static char text[4096];
	struct iscsistart_result w;
	size_t n = strlen("iscsistart: Unknown parameter ");

	memset(text, 'a', sizeof(text));
	memcpy(text, "iscsistart: Unknown parameter ", n);
	memcpy(text + sizeof(text) - 2, ".\n", 2);
	iscsistart_read(text, sizeof(text), false, &w);
	ok(w.outcome == ISCSISTART_FAILED && strlen(w.cause.text) > 100 && strlen(w.cause.text) < 200,
	   "a long name is shortened");
	memset(text, '\n', sizeof(text));
	iscsistart_read(text, sizeof(text), false, &w);
	is_int(w.outcome, ISCSISTART_UNDECIDED, "empty lines");
	iscsistart_read("iscsistart: invalid password sesame. Max password length is 256.\n", 65,
			  true, &w);
	is_str(w.cause.text, "", "a line that holds a secret is not repeated");
}

int main(void)
{
	struct iscsistart_result w;
	char line[256];
	unsigned i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		iscsistart_read(cases[i].output, strlen(cases[i].output), cases[i].chap, &w);
		ok(w.outcome == cases[i].outcome && w.cause.code == cases[i].code, "%s: verdict and code",
		   cases[i].name);
		is_str(w.cause.text, cases[i].text, cases[i].name);
	}
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		snprintf(line, sizeof(line), "iscsistart: %s\n", lines[i].line);
		iscsistart_read(line, strlen(line), false, &w);
		ok(w.outcome == lines[i].outcome && w.cause.code == lines[i].code, "line %u: verdict and code", i);
		is_str(w.cause.text, lines[i].text, lines[i].line);
	}
	test_cut();
	test_long();
	return done_testing();
}
