// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "exitrd/alive.h"
#include "exitrd/bounded.h"
#include "exitrd/bounds.h"
#include "tree.h"

enum disk { ANSWERS, OFFLINE, NO_NODE, LOST, HANGS, SLOW };
static enum disk disks[2];	/* what /dev/iscsiroot-0 and -1 do */

static int ask_disk(const char *disk, unsigned timeout_ms)
{
	static const int results[] = { 0, -ENXIO, -ENOENT, -EAGAIN, -EIO, 0 };
	enum disk does = disks[strcmp(disk, "iscsiroot-0") ? 1 : 0];

	if (does == HANGS)
		bounded_pause(timeout_ms * 10000LL);
	if (does == SLOW) {
		bounded_pause(5000000);
		if (timeout_ms < 5000)
			return -EAGAIN;
	}
	return results[does];
}

static void test_alive(void)
{
	static const struct {
		enum disk first, second;
		const char *state;
		bool alive;
		const char *name;
	} cases[] = {
		{ ANSWERS, ANSWERS, "LOGGED_IN", true, "both disks answer" },
		{ ANSWERS, OFFLINE, "FAILED", true, "one is offline, the other one answers" },
		{ ANSWERS, NO_NODE, "FAILED", true, "one has no node, the other one answers" },
		{ ANSWERS, HANGS, "LOGGED_IN", true, "one hangs, the other one answers" },
		{ OFFLINE, OFFLINE, "LOGGED_IN", true, "both are offline, the session is there" },
		{ OFFLINE, NO_NODE, "LOGGED_IN", true, "neither opens, the session is there" },
		{ OFFLINE, OFFLINE, "FAILED", false, "both are offline, the session is not there" },
		{ NO_NODE, NO_NODE, "FREE", false, "both have no node, the session is not there" },
		{ OFFLINE, HANGS, "LOGGED_IN", false, "one is offline, the other one hangs" },
		{ OFFLINE, LOST, "LOGGED_IN", false, "one is offline, the other one is lost" },
		{ HANGS, HANGS, "LOGGED_IN", false, "both hang" },
	};
	const struct session s = { .sid = 9 };
	unsigned i, turn;
	int64_t begin;
	bool alive;

	alive_ask = ask_disk;
	tree_link("sys/block/iscsiroot-0",
		 "../devices/host4/session9/target4:0:0/4:0:0:1/block/iscsiroot-0");
	tree_link("sys/block/iscsiroot-1",
		 "../devices/host4/session9/target4:0:0/4:0:0:2/block/iscsiroot-1");
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		tree_put("sys/class/iscsi_session/session9/state", cases[i].state);
		/* either may be the one that is listed first */
		for (turn = 0; turn < 2; turn++) {
			disks[turn] = cases[i].first;
			disks[!turn] = cases[i].second;
			begin = sys_now();
			/* where a disk answers the check may end early, and must not wait for the other one */
			alive = cases[i].alive ? !alive_check(&s, 20000000, 5000000)
					       : !alive_check(&s, 300000, 300000);
			ok(alive == cases[i].alive && sys_now() - begin < 20000000, "%s: %s",
			   cases[i].name, cases[i].alive ? "alive" : "dead");
		}
	}
}

/* The bounds of a shutdown: a disk that takes five seconds, which is less than the session's NOPs. */
static void test_slow(void)
{
	const struct session s = { .sid = 9 };
	int64_t begin = sys_now(), silence = alive_silence(&s);

	ok(silence == SILENT_US, "a session without NOPs: as long as with open-iscsi's");
	tree_put("sys/class/iscsi_session/session9/state", "LOGGED_IN");
	disks[0] = disks[1] = SLOW;
	ok(!alive_check(&s, silence, PROBE_US), "both answer after 5 s, the session is there: alive");
	disks[0] = disks[1] = HANGS;
	begin = sys_now();
	tree_put("sys/class/iscsi_session/session9/state", "FAILED");
	ok(alive_check(&s, silence, PROBE_US) && sys_now() - begin < silence - 1000000,
	   "both hang, the session is not there: dead before the NOPs could tell");
	tree_put("sys/class/iscsi_connection/connection9:0/recv_tmo", "10");
	tree_put("sys/class/iscsi_connection/connection9:0/ping_tmo", "15");
	ok(alive_silence(&s) == 26000000, "longer NOPs: waited for");
	tree_put("sys/class/iscsi_connection/connection9:0/recv_tmo", "3600");
	ok(alive_silence(&s) == SILENT_MAX_US, "but not for ever");
}

int main(void)
{
	tree_begin("alive");
	test_alive();
	test_slow();
	tree_end();
	return done_testing();
}
