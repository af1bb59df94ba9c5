// SPDX-License-Identifier: GPL-2.0-or-later
/* What the host is told of a boot, line by line of its timeline. */
#include <errno.h>

#include "base/codes.h"
#include "kernel/sysfs.h"
#include "disk_tree.h"
#include "fake_store.h"
#include "xenstore/report.h"

#define CLOCK "devices/system/clocksource/clocksource0/current_clocksource"

static char printed[2048];		/* standard error of the last capture() */
static int input, failed;		/* arguments of its function */

static int capture(int (*fn)(void))
{
	char err_path[128];
	int code, keep = dup(2), fd;

	snprintf(err_path, sizeof(err_path), "%s/err", dir);
	fd = open(err_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	dup2(fd, 2);
	code = fn();
	dup2(keep, 2);
	close(fd);
	close(keep);
	if (sys_read(AT_FDCWD, err_path, printed, sizeof(printed)) < 0)
		printed[0] = '\0';
	unlink(err_path);
	return code;
}

static int call_serve(void)
{
	return report_serve(&x, input);
}

static int call_fail(void)
{
	return report_fail("vm-data/x", failed);
}

static int serve(const struct answer *answers, unsigned n, const char *const *lines)
{
	int in[2], code;

	begin(answers, n);
	socketpair(AF_UNIX, SOCK_SEQPACKET, 0, in);
	for (; *lines; lines++)
		send(in[1], *lines, strlen(*lines), 0);
	close(in[1]);
	input = in[0];
	code = capture(call_serve);
	close(in[0]);
	return code;
}

static void test_serve(void)
{
	static const char *const lines[] = {
		"t=1.000000 step=net event=begin object=\"eth0\" code=0 text=\"\"\n",
		"t=2.000000 step=login event=retry object=\"p\" code=69 text=\"refused\"\n",
		"t=3.000000 step=login event=retry object=\"p\" code=69 text=\"refused\"\n",
		"t=4.000000 step=handoff event=ok object=\"/dev/dm-0\" code=0 text=\"ready\"\n", NULL,
	};
	static const struct answer fine[] = {
		{ 0, "OK", 3 }, { 0, "OK", 3 }, { 0, "OK", 3 }, { 0, "OK", 3 }, { 0, "OK", 3 }, { 0, "OK", 3 },
	}, refused[] = { { XENSTORE_ERROR, "EACCES", 7 } }, full[] = { { XENSTORE_ERROR, "EQUOTA", 7 } },
	wrong[] = { { XENSTORE_READ, "OK", 3 } };

	tree_begin("store");
	sysfs_root = tree_dir;
	tree_file(CLOCK, "xen\n");
	is_int(serve(fine, 6, lines), CODE_DONE, "a boot is reported to its end");
	is_str(printed, "", "and no message about a good clock source");
	is_str(end(), "11 data/iscsiroot/stage=net\n11 data/iscsiroot/error=\n"
	       "11 data/iscsiroot/stage=login\n11 data/iscsiroot/error=login: p: refused\n"
	       "11 data/iscsiroot/stage=done\n11 data/iscsiroot/error=\n", "each change once");
	tree_file(CLOCK, "tsc\n");
	serve(fine, 6, lines);
	end();
	is_str(printed, "iscsiroot: handoff: clock source: tsc is in use and can jump when the guest "
	       "migrates (set ISCSI_CLOCKSOURCE=xen)\n", "one that can jump is reported");
	is_int(serve(refused, 1, lines), CODE_SYSTEM, "a store that refuses");
	end();
	is_str(printed, "iscsiroot: xenstore: data/iscsiroot/stage: Permission denied\n", "is reported once");
	serve(full, 1, lines);
	end();
	is_str(printed, "iscsiroot: xenstore: data/iscsiroot/stage: refused by the store\n", "another error");
	serve(wrong, 1, lines);
	end();
	is_str(printed, "iscsiroot: xenstore: data/iscsiroot/stage: no reply that can be read\n",
	       "what is no reply");
	tree_end();
}

static int call_watch(void)
{
	return report_watch(&x);
}

/* After a migration the store is another one; the kernel sets the watch again, so that it fires. */
static void test_watch(void)
{
	static const char event[] = "domid\0iscsiroot";
	static const struct answer answers[] = {
		{ 0, "OK", 3 }, { XENSTORE_WATCH_EVENT, event, sizeof(event) }, { 0, "OK", 3 }, { 0, "OK", 3 },
		{ XENSTORE_WATCH_EVENT, event, sizeof(event) }, { 0, "OK", 3 }, { 0, "OK", 3 },
	};

	begin(answers, 7);
	is_int(capture(call_watch), CODE_SYSTEM, "the store is watched until it cannot be");
	is_str(printed, "iscsiroot: xenstore: domid: no reply that can be read\n", "which is reported");
	ok(!strcmp(end(), "4 domid=iscsiroot\n11 data/iscsiroot/stage=done\n11 data/iscsiroot/error=\n"
		   "11 data/iscsiroot/stage=done\n11 data/iscsiroot/error=\n"),
	   "the host is told when it is watched, and again after a migration");
}

static void test_fail(void)
{
	static const struct { int err; const char *text; } rows[] = {
		{ -EPROTO, "no reply that can be read" }, { -E2BIG, "too large" },
		{ -EIO, "refused by the store" }, { -EACCES, "Permission denied" },
	};
	char want[128];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		failed = rows[i].err;
		capture(call_fail);
		snprintf(want, sizeof(want), "iscsiroot: xenstore: vm-data/x: %s\n", rows[i].text);
		is_str(printed, want, rows[i].text);
	}
}

int main(void)
{
	store_begin();
	test_serve();
	test_watch();
	test_fail();
	store_end();
	return done_testing();
}
