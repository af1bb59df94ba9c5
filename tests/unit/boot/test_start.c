// SPDX-License-Identifier: GPL-2.0-or-later
/* How a run begins and ends, in a root of its own. test_run.c has what happens in between. */
#include <stdlib.h>
#include <sys/wait.h>

#include "base/codes.h"
#include "boot/job.h"
#include "boot/start.h"
#include "fake_root.h"

static pid_t start(int (*act)(void))
{
	pid_t pid;
	int fd;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		fd = open("/err", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
		dup2(fd, STDERR_FILENO);
		exit(act());
	}
	return pid;
}

static int end_of(pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What the kernel's command line is for the fake root: a file mounted over it. */
static void put_cmdline(const char *text)
{
	int fd = open("/proc/cmdline", O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0 || sys_write_all(fd, text, strlen(text)))
		printf("# no command line\n");
	close(fd);
}

static int act_run(void)
{
	return run(RUN_ALL);
}

static int act_net(void)
{
	return run(RUN_NET);
}

static int act_wait(void)
{
	return job_await(JOB_ROOT, SYS_FOREVER);
}

static int does(int (*act)(void))
{
	return end_of(start(act));
}

static void says(const char *part, const char *name)
{
	const char *text = fake_content("/err");

	if (!ok(strstr(text, part) != NULL, "%s", name))
		printf("# no: %s\n# in: %s\n", part, text);
}

static void test_running_system(void)
{
	fake_file("/run/systemd/system/x", "");
	is_int(does(act_run), CODE_SYSTEM, "a running system: no run");
	says("iscsiroot: run: not in an initramfs, nothing done (for the running system: iscsiroot status)",
	     "it is told why");
	is_int(does(act_net), CODE_SYSTEM, "no step of it");
	is_int(does(run_start), CODE_SYSTEM, "and none in the background");
	says("not in an initramfs", "that is told as well");
	unlink("/run/systemd/system/x");
	rmdir("/run/systemd/system");
	rmdir("/run/systemd");
}

static void test_not_asked(void)
{
	put_cmdline("root=/dev/sda1 quiet\n");
	is_int(does(run_start), CODE_NOT_ASKED, "no iSCSI root asked for");
	is_str(fake_content("/err"), "", "silent");
	ok(access("/run/iscsiroot", F_OK) < 0, "nothing is written");
	is_int(does(run_finish), CODE_NOT_ASKED, "nor is there a run to finish");
	is_str(fake_content("/err"), "", "silent as well");
}

static void test_firmware(void)
{
	put_cmdline("root=/dev/sda1 rd.iscsi.firmware\n");
	is_int(does(run_start), CODE_NOT_ASKED, "the firmware left no table");
	says("iscsiroot: plan: ", "which is told in the background's place too");
}

static void test_background(void)
{
	put_cmdline("root=/dev/sda1 ISCSI_TARGET_NAME=iqn.2001-04.com.example:a\n");
	is_int(does(run_start), CODE_DONE, "a run in the background, with half a target");
	is_int(does(act_wait), CODE_CONFIG, "ends");
	is_int(job_await(JOB_LOGIN, SYS_FOREVER), CODE_CONFIG, "for who waits for the login, too");
	is_int(does(run_finish), CODE_CONFIG, "nothing that could be handed off");
	says("iscsiroot: plan: ", "why");
}

static void test_unreadable(void)
{
	put_cmdline("root=/dev/sda1\n");
	mkdir("/etc", 0755);
	mkdir("/etc/iscsi", 0755);
	mkdir("/etc/iscsi/iscsi.initramfs", 0755);
	is_int(does(act_run), CODE_SYSTEM, "a configuration that cannot be read");
	says("/etc/iscsi/iscsi.initramfs", "is named");
	rmdir("/etc/iscsi/iscsi.initramfs");
}

static void test_another(void)
{
	static struct job j;
	pid_t waiting;

	put_cmdline("root=/dev/sda1 ip=off ISCSI_TARGET_NAME=iqn.2001-04.com.example:a "
		  "ISCSI_TARGET_IP=192.0.2.1 ISCSI_INITIATOR=iqn.2001-04.com.example:b\n");
	is_int(job_open(&j), 0, "a run in progress");
	is_int(does(run_start), CODE_DONE, "no second one is started");
	is_int(does(act_net), CODE_SYSTEM, "no step beside it");
	says("another run is in progress (wait for it with iscsiroot wait root)", "which is told");
	waiting = start(act_run);
	while (!j.n) {
		static struct wait w;

		wait_begin(&w, sys_now() + 10000000);
		job_step(&j, &w);
		if (!j.n)
			wait_run(&w);
	}
	job_close(&j, CODE_AUTH);
	is_int(end_of(waiting), CODE_AUTH, "a run of the emergency shell waits for it");
}

int main(void)
{
	alarm(120);
	if (!fake_root_begin("start")) {
		ok(false, "a root of its own");
		return done_testing();
	}
	fake_file("/cmdline", "");
	ok(!mount("/cmdline", "/proc/cmdline", NULL, MS_BIND, NULL), "a command line of its own");
	test_running_system();
	test_not_asked();
	test_firmware();
	test_background();
	test_unreadable();
	test_another();
	fake_root_end();
	return done_testing();
}
