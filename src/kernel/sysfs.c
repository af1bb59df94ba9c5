// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "kernel/sysfs.h"

#define ATTRIBUTE_MAX 4096	/* bytes; a page (fs/sysfs/file.c) */

const char *sysfs_root = "/sys";

struct sysfs_path {
	char text[512];
};

/* The whole path of an attribute; empty, which no call takes, where it is too long. */
__attribute__((format(printf, 2, 0)))
static void make_path(struct sysfs_path *p, const char *fmt, va_list ap)
{
	struct out o;

	out_init(&o, p->text, sizeof(p->text));
	out_fmt(&o, "%s/", sysfs_root);
	out_vfmt(&o, fmt, ap);
	if (o.overflow)
		p->text[0] = '\0';
}

bool sysfs_exists(const char *fmt, ...)
{
	struct sysfs_path p;
	va_list ap;

	va_start(ap, fmt);
	make_path(&p, fmt, ap);
	va_end(ap);
	return !access(p.text, F_OK);
}

/* The attribute at @path in @buf, as sysfs_read(). What it ends with needs no place in @buf. */
static struct span read_text(const char *path, char *buf, size_t size)
{
	char whole[ATTRIBUTE_MAX + 1];
	ssize_t n = sys_read(AT_FDCWD, path, whole, sizeof(whole));
	struct span text = { whole, n > 0 ? (size_t)n : 0 };

	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == ' '))
		text.n--;
	if (span_eq(text, "(null)") || !span_copy(text, buf, size)) {
		buf[0] = '\0';
		text.n = 0;
	}
	return (struct span){ buf, text.n };
}

struct span sysfs_read(char *buf, size_t size, const char *fmt, ...)
{
	struct sysfs_path p;
	va_list ap;

	va_start(ap, fmt);
	make_path(&p, fmt, ap);
	va_end(ap);
	return read_text(p.text, buf, size);
}

uint64_t sysfs_number(uint64_t max, const char *fmt, ...)
{
	struct sysfs_path p;
	va_list ap;
	char text[32];
	uint64_t n = 0;

	va_start(ap, fmt);
	make_path(&p, fmt, ap);
	va_end(ap);
	scan_uint(read_text(p.text, text, sizeof(text)), max, &n);
	return n;
}

struct span sysfs_link(char *buf, size_t size, const char *fmt, ...)
{
	struct sysfs_path p;
	va_list ap;
	ssize_t n;

	va_start(ap, fmt);
	make_path(&p, fmt, ap);
	va_end(ap);
	n = readlink(p.text, buf, size);
	return (struct span){ buf, n > 0 && (size_t)n < size ? (size_t)n : 0 };
}

int sysfs_list(bool (*fn)(void *arg, const char *name), void *arg, const char *fmt, ...)
{
	struct sysfs_path p;
	va_list ap;

	va_start(ap, fmt);
	make_path(&p, fmt, ap);
	va_end(ap);
	return sys_list(AT_FDCWD, p.text, fn, arg);
}

int sysfs_write(const char *value, const char *fmt, ...)
{
	struct sysfs_path p;
	va_list ap;
	int fd, err;

	va_start(ap, fmt);
	make_path(&p, fmt, ap);
	va_end(ap);
	fd = open(p.text, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = sys_write_all(fd, value, strlen(value));
	if (close(fd) && !err)
		err = -errno;
	return err;
}
