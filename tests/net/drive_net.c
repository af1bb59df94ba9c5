// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs net alone, as `iscsiroot net` does, on a plan made from the arguments, and prints how it
 * ended: for tests/net/test_net. It adds a target, without which there is no plan.
 *
 * drive_net SECONDS ARGUMENT...   e.g. drive_net 5 ip=192.0.2.5::192.0.2.1:255.255.255.0:h:eth0:none
 *
 * Where standard input is a pipe, closing it ends the run before its time, so that a test need not
 * wait once it has read the line it waits for. In both cases net is stepped once more.
 *
 * With the argument "unwatched" net is no longer stepped once one interface is up and DHCP runs on
 * another, as when the root is ready then; it ends when the DHCP client has ended.
 *
 * Printed are the time until the first interface was up (ms), how often it waited until then (waits),
 * and how long it meant to wait for the time alone (slept): the same on a machine that is paused.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot/net/net.h"
#include "boot/net/netconf.h"
#include "plan/build.h"
#include "plan/source.h"

static char cmdline[CMDLINE_MAX];
static struct plan plan, again;
static struct source_buffers buffers;
static struct net net;
static struct wait w;

static void read_arguments(int n, char **args)
{
	size_t len;
	int i;

	len = snprintf(cmdline, sizeof(cmdline),
		       "root=/dev/sda ISCSI_INITIATOR=iqn.2026-11.com.example:guest "
		       "ISCSI_TARGET_NAME=iqn.2026-11.com.example:lun ISCSI_TARGET_IP=192.0.2.250");
	for (i = 0; i < n && len < sizeof(cmdline); i++)
		len += snprintf(cmdline + len, sizeof(cmdline) - len, " %s", args[i]);
}

static struct nic *runs_dhcp(void)
{
	unsigned i;

	for (i = 0; i < net.n_nics; i++)
		if (net.nics[i].state == NIC_DHCP)
			return &net.nics[i];
	return NULL;
}

/* Wait until the DHCP client has ended, without stepping net. */
static void look_away(const struct nic *nic)
{
	wait_begin(&w, sys_now() + 60000000);
	wait_fd(&w, nic->dhcp.child.pidfd, POLLIN);
	while (!wait_run(&w) && sys_now() < w.until)
		;
}

static bool count(void *arg, const char *name)
{
	(void)name;
	++*(int *)arg;
	return true;
}

int main(int argc, char **argv)
{
	struct plan_input in = { 0 };
	struct diag why = { 0 };
	enum progress now = GOES_ON;
	int64_t began = sys_now(), deadline, up = 0;
	bool unwatched = false, piped, last = false;
	int64_t slept = 0, planned;
	int fds = 0, waits = 0;
	struct stat in_stat;
	char line[512];

	if (argc < 2)
		return 2;
	read_arguments(argc - 2, argv + 2);
	in.cmdline = span_of(cmdline);
	if (plan_build(&in, &plan, &why) != PLAN_OK) {
		diag_format(&why, line, sizeof(line));
		printf("invalid: %s\n", line);
		return 3;
	}
	unwatched = strstr(cmdline, " unwatched");
	deadline = began + atoi(argv[1]) * INT64_C(1000000);
	timeline_open("/run/iscsiroot");
	if (net_init(&net, &plan))
		return 4;
	piped = !fstat(STDIN_FILENO, &in_stat) && S_ISFIFO(in_stat.st_mode);
	for (;;) {
		wait_begin(&w, deadline);
		if (piped)
			wait_fd(&w, STDIN_FILENO, POLLIN);
		last = last || sys_now() >= deadline;
		now = net_step(&net, &w);
		if (net_up(&net) && !up)
			up = sys_now();
		if (now != GOES_ON || last || (unwatched && up && runs_dhcp()))
			break;
		planned = w.until - sys_now();
		waits += !up;
		if (!wait_run(&w) && !up)
			slept += planned;
		last = piped && w.fds[0].revents;
	}
	sys_list(AT_FDCWD, "/proc/self/fd", count, &fds);
	if (unwatched && runs_dhcp())
		look_away(runs_dhcp());
	net_close(&net);
	/* as run() does: the plan is made again, with the lease */
	source_read("/", &buffers, &in, &why);
	in.cmdline = span_of(cmdline);
	if (plan_build(&in, &again, &why) == PLAN_OK)
		netconf_resolv(&again);
	printf("%s up=%u ms=%d waits=%d slept=%d code=%d fds=%d\n",
	       now == READY ? "ready" : now == FAILED ? "failed" : "waits", net_up(&net),
	       (int)((up ? up - began : 0) / 1000), waits, (int)(slept / 1000), net.cause.code, fds);
	return now != READY;
}
