// SPDX-License-Identifier: GPL-2.0-or-later
#include "exitrd/log.h"
#include "tree.h"

static void test_line(void)
{
	log_begin();
	log_line("/oldroot", "not unmounted: %s", "busy");
	log_line("/a\033[1m\n\xc3", "x %u", 7);
	log_end();
	is_str(logged, "iscsiroot: shutdown: /oldroot: not unmounted: busy\n"
	       "iscsiroot: shutdown: /a\\x1b[1m\\x0a\\xc3: x 7\n", "lines, control bytes escaped");
}

static void test_long(void)
{
	char path[4096], want[1024];

	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	log_begin();
	log_line(path, "unmounting: abandoned after %u s", 12);
	log_end();
	snprintf(want, sizeof(want), "iscsiroot: shutdown: %.300s...: unmounting: abandoned after 12 s\n", path);
	is_str(logged, want, "a long path is shortened, visibly, and what happened is still there");
}

static void test_kmsg(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/kmsg", tree);
	tree_put("kmsg", "");
	kmsg_file = path;
	log_begin();
	log_line("poweroff", "done after %u.%u s", 1, 5);
	log_end();
	is_str(tree_content("kmsg"), "<7>iscsiroot: shutdown: poweroff: done after 1.5 s\n",
	       "the kernel's log gets the same line, at level debug");
}

int main(void)
{
	tree_begin("log");
	test_line();
	test_long();
	test_kmsg();
	tree_end();
	return done_testing();
}
