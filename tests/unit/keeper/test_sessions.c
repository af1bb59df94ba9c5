// SPDX-License-Identifier: GPL-2.0-or-later
/* The keeper's sessions, with a sysfs of files, and what is logged of them. */
#include "keeper/sessions.h"
#include "tree.h"

#define K "iscsiroot: keeper: "
#define ISCSID 345		/* the process number of a running iscsid */

static struct sessions sessions;
static int kmsg;

static void set_attr(unsigned sid, const char *name, const char *value)
{
	char path[96];

	snprintf(path, sizeof(path), "sys/class/iscsi_session/session%u/%s", sid, name);
	tree_put(path, value);
}

/* @disk: NULL: none yet; @creator: the process that created it */
static void set_session(unsigned sid, const char *state, const char *disk, unsigned creator)
{
	char path[96], text[128];

	set_attr(sid, "state", state);
	set_attr(sid, "recovery_tmo", "off\n");
	snprintf(text, sizeof(text), "%u\n", creator);
	set_attr(sid, "creator", text);
	if (!disk)
		return;
	snprintf(path, sizeof(path), "sys/block/%s", disk);
	snprintf(text, sizeof(text), "../devices/platform/host2/session%u/target2:0:0/2:0:0:1/block/%s", sid, disk);
	tree_unlink(path);
	tree_link(path, text);
}

static void end_session(unsigned sid, const char *disk)
{
	static const char *const attrs[] = { "/state", "/recovery_tmo", "/creator", "" };
	char path[96];
	unsigned i;

	for (i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		snprintf(path, sizeof(path), "sys/class/iscsi_session/session%u%s", sid, attrs[i]);
		tree_unlink(path);
	}
	snprintf(path, sizeof(path), "sys/block/%s", disk ? disk : "none");
	tree_unlink(path);
}

/* The lines of the kernel's log since the last call. */
static const char *logged_lines(void)
{
	static char text[1024];
	ssize_t n = read(kmsg, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static const struct kept_session *kept(unsigned sid)
{
	unsigned i;

	for (i = 0; i < sessions.n; i++)
		if (sessions.list[i].sid == sid)
			return &sessions.list[i];
	return NULL;
}

static bool counts(unsigned sid, unsigned errors, unsigned recoveries, unsigned error)
{
	const struct kept_session *s = kept(sid);

	return s && s->errors == errors && s->recoveries == recoveries && s->error == error;
}

/* As if its last error or recovery had been @us earlier. */
static void age(unsigned sid, int64_t us)
{
	unsigned i;

	for (i = 0; i < sessions.n; i++)
		if (sessions.list[i].sid == sid)
			sessions.list[i].since -= us;
}

static void test_look(void)
{
	struct addr local[SESSIONS_MAX];

	set_session(1, "LOGGED_IN\n", "sda", 1);
	set_session(2, "FREE\n", NULL, 1);
	tree_put("sys/class/iscsi_host/host0/ipaddress", "192.0.2.10\n");
	sessions_look(&sessions);
	ok(sessions.n == 1 && kept(1), "a session with a disk is kept, one that is still being created is not");
	ok(!sessions.iscsid_wanted && !sessions.iscsid_stale, "all is well: iscsid is not needed");
	ok(sessions_local(&sessions, local) == 1 && local[0].family == 4, "our address of its connection");
	is_str(tree_content("sys/class/iscsi_session/session1/recovery_tmo"), "2147483",
	       "off is written as a number, which open-iscsi's postinst can compare");
	is_str(logged_lines(), "", "nothing is logged");

	set_session(3, "LOGGED_IN\n", NULL, 1);
	tree_unlink("sys/class/iscsi_session/session3/recovery_tmo");
	tree_link("sys/class/iscsi_session/session3/recovery_tmo", "/proc/self/oom_score");
	sessions_look(&sessions);
	is_str(logged_lines(), "<4>" K "session 3: recovery timeout not pinned: iscsid may change it\n",
	       "one that cannot be written to");
	ok(sessions.n == 2 && kept(3), "a session that is logged in is kept, with or without disk");
	end_session(3, NULL);
	sessions_look(&sessions);
	ok(sessions.n == 1 && kept(1), "one that is gone is forgotten");
	sessions_error(&sessions, 9, 1011);
	ok(sessions.n == 1 && !sessions.iscsid_wanted && !*logged_lines(), "an error of an unknown session");
}

static void test_errors(void)
{
	int64_t before = sys_boottime();

	sessions_error(&sessions, 1, 1011);
	is_str(logged_lines(), "<4>" K "session 1: connection lost (iSCSI error 1011), being restored\n",
	       "a lost connection");
	ok(counts(1, 1, 0, 1011) && kept(1)->since >= before && kept(1)->since <= sys_boottime(),
	   "is counted, with its time");
	ok(sessions.iscsid_wanted && !sessions.iscsid_stale, "iscsid is needed");
	sessions_error(&sessions, 1, 1020);
	ok(counts(1, 2, 0, 1020) && !*logged_lines(), "another error meanwhile is counted, not logged");
	age(1, 34560000);
	sessions_recovery(&sessions, 1);
	is_str(logged_lines(), "<5>" K "session 1: connection restored after 34.5 s\n", "it is restored");
	ok(counts(1, 2, 1, 1020), "which is counted");
	sessions_recovery(&sessions, 1);
	sessions_recovery(&sessions, 7);
	ok(counts(1, 2, 1, 1020) && !*logged_lines(), "not lost, or not known: nothing to restore");
}

static void test_takeover(void)
{
	sessions.iscsid = ISCSID;
	sessions_taken_over(&sessions);
	sessions_error(&sessions, 1, 1021);
	sessions_recovery(&sessions, 1);
	ok(counts(1, 2, 1, 1021) && !*logged_lines(), "a takeover in less than a second: neither logged nor counted");

	sessions_taken_over(&sessions);
	sessions_error(&sessions, 1, 1011);
	is_str(logged_lines(), "", "as long as it may be the takeover alone nothing is logged");
	age(1, 1000000);
	sessions_recovery(&sessions, 1);
	is_str(logged_lines(), "<4>" K "session 1: connection lost (iSCSI error 1011), being restored\n"
	       "<5>" K "session 1: connection restored after 1.0 s\n", "it took a second: an outage");
	ok(counts(1, 3, 2, 1011), "which is counted");
	sessions_error(&sessions, 1, 1011);
	ok(counts(1, 4, 2, 1011) && *logged_lines(), "from then on each error is");
	sessions_taken_over(&sessions);
	sessions_recovery(&sessions, 1);
	ok(counts(1, 4, 3, 1011) && *logged_lines(), "one that was down before the takeover is no takeover");

	/* iscsid is restarted while it takes over */
	sessions_taken_over(&sessions);
	sessions_error(&sessions, 1, 1007);
	sessions_taken_over(&sessions);
	sessions_recovery(&sessions, 1);
	ok(counts(1, 4, 3, 1007) && !*logged_lines(), "two takeovers are no outage either");
}

static void test_progress(void)
{
	struct addr want;
	int64_t before;

	scan_addr(span_of("192.0.2.1"), &want);
	tree_put("sys/class/iscsi_connection/connection1:0/persistent_address", "192.0.2.1\n");
	tree_put("sys/class/iscsi_connection/connection1:0/persistent_port", "3260\n");
	sessions_look(&sessions);
	ok(kept(1)->logged_in && addr_eq(&kept(1)->portal, &want) && kept(1)->port == 3260, "state and portal");
	before = sys_now();
	set_session(1, "FAILED\n", "sda", 1);
	sessions_look(&sessions);
	ok(!kept(1)->logged_in && kept(1)->progress >= before, "it is down, since now");
	sessions.list[0].progress = 5;
	sessions_look(&sessions);
	is_int(kept(1)->progress, 5, "another look is no progress");
	sessions_progress(&sessions, 9);
	is_int(kept(1)->progress, 5, "nor is another session's");
	sessions_progress(&sessions, 1);
	ok(kept(1)->progress >= before, "an answer of the target is");
	sessions.list[0].progress = 5;
	sessions_error(&sessions, 1, 1011);
	ok(kept(1)->progress >= before, "so is a connection that was lost again");
	sessions.list[0].progress = 5;
	sessions_taken_over(&sessions);
	ok(kept(1)->progress >= before, "and a new iscsid");
	set_session(1, "LOGGED_IN\n", "sda", 1);
	sessions_recovery(&sessions, 1);
	sessions_look(&sessions);
	ok(kept(1)->logged_in, "it is up");
	logged_lines();
}

/* iscsid takes over the sessions of iscsistart only when it starts. */
static void test_stale(void)
{
	set_session(2, "LOGGED_IN\n", "sdb", 1);
	sessions_look(&sessions);
	ok(!sessions.iscsid_stale, "a session is added while iscsid runs: no restart yet");
	set_session(2, "FAILED\n", "sdb", 1);
	sessions_error(&sessions, 2, 1002);
	ok(sessions.iscsid_stale, "its connection is lost: iscsid has to be restarted");
	sessions_taken_over(&sessions);
	ok(!sessions.iscsid_stale && kept(2)->known, "the next one knows it");
	sessions_error(&sessions, 2, 1003);
	sessions_look(&sessions);
	ok(!sessions.iscsid_stale, "no further error causes a restart");

	set_session(3, "FAILED\n", "sdc", 1);
	sessions_error(&sessions, 3, 1004);
	ok(sessions.iscsid_stale, "one that was added unnoticed, with an error");
	sessions_taken_over(&sessions);
	set_session(4, "FAILED\n", "sdd", 1);
	sessions_look(&sessions);
	ok(sessions.iscsid_stale, "one whose error was missed");
	sessions_taken_over(&sessions);
	set_session(5, "LOGGED_IN\n", "sde", 1);
	sessions_look(&sessions);
	end_session(5, "sde");
	sessions_error(&sessions, 5, 1005);
	ok(!sessions.iscsid_stale, "one that is gone needs no restart");

	set_session(6, "FAILED\n", "sdf", ISCSID);
	sessions_error(&sessions, 6, 1006);
	sessions_look(&sessions);
	ok(!sessions.iscsid_stale, "iscsid knows a session that it created");
	set_session(7, "FAILED\n", "sdg", 1);
	sessions.iscsid = 0;
	sessions_error(&sessions, 7, 1007);
	ok(!sessions.iscsid_stale && sessions.iscsid_wanted, "no iscsid runs: the next one will know all");
	logged_lines();
}

static void test_too_many(void)
{
	char want[96];
	unsigned i;

	memset(&sessions, 0, sizeof(sessions));
	for (i = 0; i < SESSIONS_MAX; i++)
		set_session(100 + i, "LOGGED_IN\n", NULL, 1);
	for (i = 1; i < 8; i++)
		end_session(i, NULL);
	sessions_look(&sessions);
	ok(sessions.n == SESSIONS_MAX && !*logged_lines(), "%u sessions: all are kept", SESSIONS_MAX);
	set_session(99, "FAILED\n", "sdz", 1);
	sessions_look(&sessions);
	is_int(sessions.n, SESSIONS_MAX, "one more");
	snprintf(want, sizeof(want), "<4>" K "more than %u sessions: the others are not monitored\n", SESSIONS_MAX);
	is_str(logged_lines(), want, "is reported");
	ok(sessions.iscsid_wanted, "and still needs iscsid when it is down");
	sessions_look(&sessions);
	is_str(logged_lines(), "", "once");
}

int main(void)
{
	char fifo[96];

	tree_begin("sessions");
	/* a FIFO: in a file one record would overwrite another */
	snprintf(fifo, sizeof(fifo), "%s/kmsg", tree);
	mkfifo(fifo, 0600);
	kmsg = open(fifo, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	kmsg_file = fifo;
	test_look();
	test_errors();
	test_takeover();
	test_stale();
	test_progress();
	test_too_many();
	tree_end();
	return done_testing();
}
