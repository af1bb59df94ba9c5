// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/scan.h"
#include "base/sys.h"
#include "boot/param_conf.h"

#define FILE_SIZE 8192		/* initramfs-tools writes a line or two */

static bool sets(struct span line, const char *name)
{
	size_t n = strlen(name);

	return line.n > n && !memcmp(line.p, name, n) && line.p[n] == '=';
}

int param_conf_set(const char *root, const char *name, const char *value)
{
	static char old[FILE_SIZE], text[FILE_SIZE + ROOTSPEC_MAX + 32];
	char path[192];
	struct span rest, line;
	struct out o;
	ssize_t n;

	if (!out_text(path, sizeof(path), "%s/conf", root))
		return -ENAMETOOLONG;
	if (access(path, W_OK))
		return 0;
	if (strchr(value, '\'') || strchr(value, '\\') || strchr(value, '\n'))
		return -EINVAL;
	if (!out_text(path, sizeof(path), "%s/conf/param.conf", root))
		return -ENAMETOOLONG;
	n = sys_read(AT_FDCWD, path, old, sizeof(old));
	if (n < 0 && n != -ENOENT)
		return (int)n;
	out_init(&o, text, sizeof(text));
	rest = (struct span){ old, n > 0 ? n : 0 };
	while (rest.n) {
		span_cut(&rest, '\n', &line);
		if (!sets(line, name))
			out_fmt(&o, "%pS\n", &line);
	}
	out_fmt(&o, "%s='%s'\n", name, value);
	return o.overflow ? -E2BIG : sys_write_atomic(path, 0644, o.buf, o.len);
}
