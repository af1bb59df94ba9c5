// SPDX-License-Identifier: GPL-2.0-or-later
/* /proc of a guest in its exitrd (Linux 6.1), and lines that no kernel writes. */
#include "formats/proc.h"
#include "tap.h"

static void test_path(void)
{
	char path[16] = "old";

	ok(proc_path(span_of("/a\\040b\\134\\012c"), path, sizeof(path)), "escapes");
	is_str(path, "/a b\\\nc", "undone");
	ok(!proc_path(span_of("/a\\04"), path, sizeof(path)), "one cut off");
	ok(!proc_path(span_of("/a\\09x"), path, sizeof(path)), "one that is not octal");
	ok(!proc_path(span_of("/a\\400"), path, sizeof(path)), "one beyond a byte");
	ok(!proc_path(span_of("/a\\000"), path, sizeof(path)), "a NUL");
	ok(!proc_path(span_of(""), path, sizeof(path)), "no path");
	ok(!proc_path(span_of("/234567890123456"), path, sizeof(path)), "one that is too long");
	ok(proc_path(span_of("/23456789012345"), path, sizeof(path)), "the longest");
}

static void test_swaps(void)
{
	struct span rest = span_of("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
				   "/dev/dm-1                               partition\t1048572\t\t0\t\t-2\n"
				   "/oldroot/swap\\040file file 2048 0 -3\n"
				   "/dev/cut");
	struct span path;

	ok(proc_swap(&rest, &path) && span_eq(path, "/dev/dm-1"), "a device");
	ok(proc_swap(&rest, &path) && span_eq(path, "/oldroot/swap\\040file"), "a file");
	ok(!proc_swap(&rest, &path), "what is cut off is none");
	rest = span_of("Filename\n");
	ok(!proc_swap(&rest, &path), "no swap");
}

static bool stat_of(const char *text, struct proc_stat *st)
{
	return proc_stat(span_of(text), st);
}

static void test_stat(void)
{
	struct proc_stat st = { 0 };

	ok(stat_of("712 (@iscsid) S 700 712 1 0 -1 4194560 1 2 3\n", &st), "a program");
	ok(st.pid == 712 && st.parent == 700 && st.group == 712 && st.state == 'S' && !st.kernel,
	   "its numbers");
	ok(stat_of("2 (kthreadd) S 0 0 0 0 -1 2129984 0\n", &st) && st.kernel, "the kernel's own");
	ok(stat_of("9 (a) Z 1 (b)) Z 3 4 5 0 -1 64 0\n", &st) && st.parent == 3 && st.state == 'Z',
	   "a name with brackets");
	ok(!stat_of("", &st) && !stat_of("9", &st) && !stat_of("9 (a", &st), "cut off");
	ok(!stat_of("9 (a) S 1 2 3 0 -1\n", &st), "without flags");
	ok(!stat_of("9 (a) S x 2 3 0 -1 64 0\n", &st), "a parent that is none");
	ok(!stat_of("9 a) S 1 2 3 0 -1 64 0\n", &st) && !stat_of("9 (a)S 1 2 3 0 -1 64 0\n", &st),
	   "another form");
	ok(!stat_of("9 (a) SS 1 2 3 0 -1 64 0\n", &st), "a state of two letters");
}

int main(void)
{
	test_path();
	test_swaps();
	test_stat();
	return done_testing();
}
