// SPDX-License-Identifier: GPL-2.0-or-later
#include "exitrd/bounds.h"
#include "exitrd/sessions.h"
#include "kernel/sysfs.h"
#include "tree.h"

#define SESSION "devices/platform/host3/session7/"
#define LINE "iscsiroot: shutdown: iqn.2001-04.com.example:lun1: "
#define NOT_CLEAN "its file systems were not unmounted cleanly (fsck runs at the next boot)\n"
#define NOT_DESTROYED LINE "session not destroyed: No such device\n"

static struct bounded bounded;
static struct sessions sessions = { .bounded = &bounded };

static void find(void)
{
	bounded = (struct bounded){ .start = sys_now() };
	log_begin();
	sessions_find(&sessions);
	log_end();
}

static bool destroy_dead(void)
{
	bool one;

	log_begin();
	one = sessions_destroy_dead(&sessions);
	log_end();
	return one;
}

static void test_dead(void)
{
	tree_put("sys/" SESSION "iscsi_session/session7/targetname", "iqn.2001-04.com.example:lun1\n");
	tree_link("sys/class/iscsi_session/session7", "../../" SESSION "iscsi_session/session7");
	tree_link("sys/block/nonexistent-iscsiroot",
		  "../" SESSION "target3:0:0/3:0:0:1/block/nonexistent-iscsiroot");
	find();
	is_str(logged, LINE "session destroyed without Logout: target does not answer; " NOT_CLEAN NOT_DESTROYED,
	       "a dead session, and a kernel that does not destroy it");
	ok(sessions.n == 1 && sessions.fate[0] == FATE_DEAD, "it is dead");
	ok(bounded.brief, "so no target can recover");
	ok(!destroy_dead() && !*logged, "and there is no other session to destroy");
}

static void test_lost(void)
{
	bounded.brief = false;
	sessions.fate[0] = FATE_ALIVE;
	ok(destroy_dead(), "a session that was alive at the start");
	is_str(logged, LINE "session destroyed without Logout: connection not restored; " NOT_CLEAN NOT_DESTROYED,
	       "is destroyed");
	ok(sessions.fate[0] == FATE_DEAD && bounded.brief, "it is dead, and was the last");

	/* a second one that can still recover */
	bounded.brief = false;
	sessions.fate[0] = FATE_ALIVE;
	sessions.list[1].sid = 9;
	sessions.fate[1] = FATE_KEPT;
	sessions.n = 2;
	ok(destroy_dead(), "one of two");
	ok(!bounded.brief, "the other one may still recover");
	sessions.n = 1;
}

static void test_flush(void)
{
	sessions.fate[0] = FATE_ALIVE;
	log_begin();
	sessions_flush(&sessions, true);
	log_end();
	is_str(logged,
	       "iscsiroot: shutdown: nonexistent-iscsiroot: write cache not flushed: No such file or directory\n"
	       "iscsiroot: shutdown: nonexistent-iscsiroot: disk not removed: No such file or directory\n",
	       "a disk that has disappeared");
	log_begin();
	sessions_logout(&sessions);
	log_end();
	ok(!strncmp(logged, LINE "Logout not sent: ", sizeof(LINE "Logout not sent: ") - 1) &&
	   strstr(logged, " (is the connection lost?)\n") && strstr(logged, NOT_DESTROYED),
	   "a Logout that the kernel does not send");
}

static void test_none(void)
{
	sysfs_root = "/nonexistent";
	find();
	ok(!logged[0] && !sessions.n && !bounded.brief, "no iSCSI, no sessions; local disks may be slow");
}

static void test_too_many(void)
{
	char name[64], want[96], sysfs[96];
	unsigned i;

	snprintf(sysfs, sizeof(sysfs), "%s/many", tree);
	sysfs_root = sysfs;
	for (i = 1; i <= SESSIONS_MAX; i++) {
		snprintf(name, sizeof(name), "many/class/iscsi_session/session%u/state", i);
		tree_put(name, "LOGGED_IN");
	}
	find();
	ok(sessions.n == SESSIONS_MAX && !*logged, "%u sessions: all of them", SESSIONS_MAX);
	snprintf(name, sizeof(name), "many/class/iscsi_session/session%u/state", i);
	tree_put(name, "LOGGED_IN");
	find();
	snprintf(want, sizeof(want), "iscsiroot: shutdown: sessions: more than %u: no Logout from the others\n",
		 SESSIONS_MAX);
	is_int(sessions.n, SESSIONS_MAX, "one more");
	is_str(logged, want, "is reported");
}

/* Compared by target: a session that was made again has another number. */
static void test_missing(void)
{
	static struct handoff h;

	sessions.n = 1;
	sessions.list[0] = (struct session){ .sid = 9, .target = "iqn.2001-04.com.example:lun1" };
	h.n_sessions = 2;
	h.sessions[0] = (struct handoff_session){ .sid = 1, .target = "iqn.2001-04.com.example:lun1" };
	h.sessions[1] = (struct handoff_session){ .sid = 2, .target = "iqn.2001-04.com.example:lun2" };
	log_begin();
	sessions_report_missing(&sessions, &h);
	log_end();
	is_str(logged, "iscsiroot: shutdown: iqn.2001-04.com.example:lun2: no Logout: session 2 of the boot "
	       "does not exist any more\n", "a session of the boot that has gone is reported");
}

int main(void)
{
	tree_begin("sessions");
	test_dead();
	test_lost();
	test_flush();
	test_none();
	test_too_many();
	test_missing();
	tree_end();
	return done_testing();
}
