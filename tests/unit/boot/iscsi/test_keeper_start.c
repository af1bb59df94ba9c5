// SPDX-License-Identifier: GPL-2.0-or-later
/* When the keeper is started, with what, and how its failure is reported: scripts in its place. */
#include <unistd.h>

#include "boot/iscsi/keeper_start.h"
#include "runtime/timeline.h"
#include "tree.h"

static char program[96], params[96];
static struct keeper_start start;
static struct plan plan;

/* @body: of a script in the keeper's place; NULL: there is none */
static void set_keeper(const char *body)
{
	char text[512];

	snprintf(text, sizeof(text), "#!/bin/sh\ncd %s || exit 1\n%s", tree, body ? body : "");
	unlink(program);
	if (body)
		sys_write_atomic(program, 0755, text, strlen(text));
	start = (struct keeper_start){ .program = program, .params_file = params };
}

static void step(unsigned n)
{
	static struct wait w;

	wait_begin(&w, SYS_FOREVER);
	keeper_start_step(&start, &plan, false, n, &w);
}

/* To its end. */
static void step_whole(unsigned n)
{
	step(n);
	spawn_await(&start.spawn, SYS_FOREVER);
	step(n);
}

/* Return: what the console got. */
static const char *report(void)
{
	static char text[1024], file[96];
	int saved = dup(STDERR_FILENO), fd;

	snprintf(file, sizeof(file), "%s/console", tree);
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	dup2(fd, STDERR_FILENO);
	step(1);
	keeper_start_close(&start);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd);
	return sys_read(AT_FDCWD, file, text, sizeof(text)) < 0 ? "(none)" : text;
}

static void test_reports(void)
{
	static const struct { const char *body, *reason; } rows[] = {
		{ NULL, "not in this image: run update-initramfs -u" },
		{ "echo 'iscsiroot: keeper: /x: No such file or directory'\necho more\nexit 71\n",
		  "keeper: /x: No such file or directory" },
		{ "printf 'no line'; exit 1", "no line" }, { "echo; exit 1", "no message from it" },
		{ "kill -9 $$", "no message from it" }, { "exit 0", NULL }, { "echo said", NULL },
	};
	char want[256];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		set_keeper(rows[i].body);
		snprintf(want, sizeof(want), "iscsiroot: login: keeper: failed to start: no "
			 "reconnect until iscsid starts (%s)\n",
			 rows[i].reason ? rows[i].reason : "");
		is_str(report(), rows[i].reason ? want : "", "a keeper's end");
		ok(keeper_start_failed(&start) == !!rows[i].reason, "it has failed, or not");
	}
}

static void test_starts(void)
{
	set_keeper("echo \"$*\" >>words; sleep 1; echo late >>words\n");
	tree_unlink("words");
	step(0);
	ok(!start.n && !start.spawn.pid && !keeper_start_failed(&start), "without a session it is not started");
	ok(access(params, F_OK), "nor are parameters written");
	is_str(report(), "", "with one it is");
	is_str(tree_content("words"), "start\nlate\n", "how; it is waited for");
	is_str(tree_content("params"), "node.conn[0].timeo.noop_out_interval = 5\n"
	       "node.conn[0].timeo.noop_out_timeout = 15\n", "the parameters for its iscsid");

	set_keeper("echo x >>words\n");
	tree_unlink("words");
	step_whole(1);
	step_whole(1);
	is_str(tree_content("words"), "x\n", "the same number: once");
	step_whole(2);
	is_str(tree_content("words"), "x\nx\n", "another session: again");
	keeper_start_close(&start);
}

static void test_no_params(void)
{
	char want[256];

	set_keeper("exit 0\n");
	start.params_file = "/nonexistent/params";
	snprintf(want, sizeof(want), "iscsiroot: login: keeper: /nonexistent/params not written: %s: ISCSI_PARAM does "
		 "not reach iscsid\n", "No such file or directory");
	is_str(report(), want, "parameters that cannot be written");
}

int main(void)
{
	tree_begin("keeper-start");
	snprintf(program, sizeof(program), "%s/keeper", tree);
	snprintf(params, sizeof(params), "%s/params", tree);
	timeline_deadline(SYS_FOREVER);
	test_reports();
	tree_unlink("params");
	test_starts();
	test_no_params();
	tree_end();
	return done_testing();
}
