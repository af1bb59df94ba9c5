// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Protects the NICs that have the given addresses until its standard input ends: for
 * tests/net/test_guard. Lines for the kernel's log go to the file KMSG. Each byte that it reads is a
 * request to protect them anew; as in the keeper, a request is served before pending events.
 *
 * drive_guard KMSG ADDRESS...
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "keeper/guard.h"
#include "kernel/kmsg.h"

static struct guard guard;
static struct wait w;

int main(int argc, char **argv)
{
	struct addr local[SESSIONS_MAX];
	unsigned n = 0;
	ssize_t got;
	char byte;
	int i, err;

	kmsg_file = argv[1];
	for (i = 2; i < argc && n < SESSIONS_MAX; i++)
		n += scan_addr(span_of(argv[i]), &local[n]);
	err = guard_on(&guard, local, n);
	printf("%s: %u NICs, %u saved\n", err ? sys_error(err) : "on", guard.n_nics, guard.n);
	fflush(stdout);
	do {
		wait_begin(&w, SYS_FOREVER);
		wait_fd(&w, STDIN_FILENO, POLLIN);
		guard_wait(&guard, &w);
		wait_run(&w);
		got = w.fds[0].revents ? read(STDIN_FILENO, &byte, 1) : 1;
		if (w.fds[0].revents && got == 1)
			guard_on(&guard, local, n);
		if (guard_step(&guard)) {
			printf("restored\n");
			fflush(stdout);
		}
	} while (got > 0);
	guard_off(&guard);
	return guard.on;
}
