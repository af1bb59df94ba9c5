// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/compat.h"
#include "runtime/keeper_secret.h"

/* Write the text where it stays: no other buffer gets a secret. Return: its length or -errno. */
static ssize_t write_text(int fd, const struct keeper_plan *p)
{
	ssize_t len;
	struct out o;
	char *map;

	if (ftruncate(fd, KEEPER_PLAN_TEXT_MAX))
		return -errno;
	map = mmap(NULL, KEEPER_PLAN_TEXT_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	out_init(&o, map, KEEPER_PLAN_TEXT_MAX);
	keeper_plan_format(p, &o);
	len = o.overflow ? -E2BIG : (ssize_t)o.len;
	munmap(map, KEEPER_PLAN_TEXT_MAX);
	return len;
}

int keeper_secret_make(const struct keeper_plan *p)
{
	int fd = compat_memfd("plan");
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = write_text(fd, p);
	if (len >= 0 && ftruncate(fd, len))
		len = -errno;
	if (len >= 0)
		return fd;
	close(fd);
	return len;
}

int keeper_secret_read(int fd, struct keeper_plan *p)
{
	struct stat st;
	char *map;
	int err;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size <= 0 || st.st_size > KEEPER_PLAN_TEXT_MAX)
		return -EINVAL;
	map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	err = keeper_plan_parse((struct span){ map, st.st_size }, p) ? 0 : -EINVAL;
	munmap(map, st.st_size);
	return err;
}
