// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "runtime/keeper_secret.h"
#include "tap.h"

static struct keeper_plan plan = { .n_targets = 1, .n_portals = 1, .initiator = "iqn.1993-08.org.debian:01:a",
	.targets = { { .name = "iqn.2001-04.com.example:t", .password = "a secret" } },
	.portals = { { .port = 3260 } } }, again;

int main(void)
{
	int fd, null = open("/dev/null", O_RDONLY);
	char byte;

	scan_addr(span_of("192.0.2.1"), &plan.portals[0].address);
	fd = keeper_secret_make(&plan);
	ok(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC), "a memfd");
	ok(!keeper_secret_read(fd, &again) && !memcmp(&plan, &again, sizeof(plan)), "what is written is read");
	ok(read(fd, &byte, 1) == 1 && byte == 'v' && !keeper_secret_read(fd, &again), "from wherever it was read to");
	ok(!ftruncate(fd, 10), "it is cut");
	is_int(keeper_secret_read(fd, &again), -EINVAL, "a plan that is cut");
	ok(!ftruncate(fd, 0), "it is emptied");
	is_int(keeper_secret_read(fd, &again), -EINVAL, "an empty one");
	ok(!ftruncate(fd, KEEPER_PLAN_TEXT_MAX + 1), "it is too long");
	is_int(keeper_secret_read(fd, &again), -EINVAL, "one that is too long");
	is_int(keeper_secret_read(null, &again), -EINVAL, "no regular file");
	is_int(keeper_secret_read(-1, &again), -EBADF, "none");
	close(fd);
	close(null);
	return done_testing();
}
