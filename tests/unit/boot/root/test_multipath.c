// SPDX-License-Identifier: GPL-2.0-or-later
/* multipath is asked how it finds paths, by a shell script in its place. */
#include "boot/root/multipath.h"
#include "boot/root/machine.h"

#define PLAIN EXT4 "E:DM_MULTIPATH_DEVICE_PATH=0\n"

static void fake_multipath(const char *body)
{
	static char path[512];

	fake_program("multipath", body, path);
	s.maps.program = path;
	s.multipath = true;
}

static void two_paths(const char *body)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	fake_multipath(body);
	add_session(2, IQN, true);
	disk("sda", 0, 1, 1, PLAIN);
	disk("sdb", 1, 2, 1, PLAIN);
}

/* Until the answer is there. */
static enum progress settle_asked(void)
{
	enum progress p = settle_down();

	while (p == GOES_ON && s.maps.run.pid) {
		wait_begin(&w, sys_now() + 2000000);
		p = settle_step(&s, &w);
		if (p == GOES_ON)
			wait_run(&w);
	}
	return p == GOES_ON ? settle_down() : p;
}

static void test_pairs(void)
{
	two_paths("echo 'defaults {'; echo '\tfind_multipaths \"on\"'; echo '}'");
	is_int(settle_asked(), GOES_ON, "two paths that no rule has claimed");
	is_int(s.cause.id, CAUSE_MAP_NOT_MADE, "the map is waited for");
	is_str(calls(), "-T\n", "multipath was asked once");
	ok(s.maps.until > sys_now() && !s.maps.over, "for a bounded time");
	stack_dm("dm-0", 4, "mpatha", "mpath-3600", "sda sdb", EXT4);
	is_int(settle_down(), READY, "there it is");
	is_str(s.root, "/dev/mapper/mpatha", "the root is on it");
	end();

	two_paths("echo 'find_multipaths on'");
	s.scripts_pending = true;
	settle_asked();
	ok(!s.maps.until, "no bound before multipath's script has run");
	s.scripts_pending = false;
	is_int(settle_down(), GOES_ON, "it has");
	s.maps.until = sys_now();
	wait_begin(&w, sys_now() + 2000000);
	settle_step(&s, &w);
	ok(s.maps.over, "it has not come in time");
	is_int(settle_down(), READY, "the LUN is blacklisted");
	is_str(s.root, "/dev/sda", "one path");
	end();

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	fake_multipath("echo 'find_multipaths on'");
	disk("sda", 0, 1, 1, PLAIN);
	is_int(settle_asked(), READY, "one path alone");
	end();
}

static void test_others(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	fake_multipath("echo 'find_multipaths off'");
	disk("sda", 0, 1, 1, PLAIN);
	is_int(settle_asked(), GOES_ON, "a map of every path");
	is_int(s.cause.id, CAUSE_MAP_NOT_MADE, "is waited for");
	end();
	two_paths("echo 'find_multipaths strict'");
	is_int(settle_asked(), READY, "strict: what is not claimed stays a path");
	end();
	two_paths("echo 'error parsing config file' >&2; exit 1");
	is_int(settle_asked(), READY, "multipath fails");
	end();
	two_paths("");
	s.maps.program = "/nonexistent/multipath";
	is_int(settle_asked(), READY, "it is not in the image");
	end();
}

int main(void)
{
	test_pairs();
	test_others();
	return done_testing();
}
