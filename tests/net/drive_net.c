// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs net alone, as `iscsiroot net` does, on a plan made from the words it is given, and says how
 * it ended: for tests/net/test_net. It asks for a target, so that there is a plan to make.
 *
 * drive_net SECONDS WORD...   e.g. drive_net 5 ip=192.0.2.5::192.0.2.1:255.255.255.0:h:eth0:none
 *
 * With the word "unwatched" it stops to look as soon as one interface is up and DHCP runs on another,
 * and ends two seconds later: the root may be ready by then.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"
#include "source.h"

static char cmdline[CMDLINE_MAX];
static struct plan plan, again;
static struct source_buffers buffers;
static struct net net;
static struct wait w;

static void read_words(int n, char **words)
{
	size_t len;
	int i;

	len = snprintf(cmdline, sizeof(cmdline),
		       "root=/dev/sda ISCSI_INITIATOR=iqn.2026-11.com.example:guest "
		       "ISCSI_TARGET_NAME=iqn.2026-11.com.example:lun ISCSI_TARGET_IP=192.0.2.250");
	for (i = 0; i < n && len < sizeof(cmdline); i++)
		len += snprintf(cmdline + len, sizeof(cmdline) - len, " %s", words[i]);
}

static bool runs_dhcp(void)
{
	unsigned i;

	for (i = 0; i < net.n_nics; i++)
		if (net.nics[i].state == NIC_DHCP)
			return true;
	return false;
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
	bool unwatched = false;
	char line[512];
	int fds = 0;

	if (argc < 2)
		return 2;
	read_words(argc - 2, argv + 2);
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
	while (now == GOES_ON && sys_now() < deadline) {
		wait_begin(&w, deadline);
		now = net_step(&net, &w);
		if (net_up(&net) && !up)
			up = sys_now();
		if (unwatched && up && runs_dhcp())
			break;
		if (now == GOES_ON)
			wait_run(&w);
	}
	sys_list(AT_FDCWD, "/proc/self/fd", count, &fds);
	wait_begin(&w, sys_now() + 2000000);
	while (unwatched && sys_now() < w.until)
		wait_run(&w);
	net_close(&net);
	/* as run() does it: with what DHCP said the plan is made again */
	source_read("/", &buffers, &in, &why);
	in.cmdline = span_of(cmdline);
	if (plan_build(&in, &again, &why) == PLAN_OK)
		handoff_resolv(&again);
	printf("%s up=%u ms=%d code=%d fds=%d\n", now == READY ? "ready" : now == FAILED ? "failed" : "waits",
	       net_up(&net), (int)((up ? up - began : 0) / 1000), net.cause.code, fds);
	return now != READY;
}
