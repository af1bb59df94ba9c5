// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/sys.h"
#include "runtime/handoff_file.h"

static bool path_below(const char *dir, char *path, size_t size)
{
	return out_text(path, size, "%s" HANDOFF_FILE, strcmp(dir, "/") ? dir : "");
}

static int fail(struct diag *why, int err)
{
	diag_set(why, sys_error(err), NULL, 0, NULL);
	diag_at(why, HANDOFF_FILE, 0, NULL, 0);
	return err;
}

int handoff_read(const char *dir, struct handoff *h, struct diag *why)
{
	char text[HANDOFF_TEXT_MAX], path[512];	/* not static: the keeper locks its memory */
	ssize_t n = -ENAMETOOLONG;

	memset(h, 0, sizeof(*h));
	if (path_below(dir, path, sizeof(path)))
		n = sys_read(AT_FDCWD, path, text, sizeof(text));
	if (n < 0)
		return fail(why, (int)n);
	return handoff_parse((struct span){ text, n }, h, why) ? 0 : -EBADMSG;
}

int handoff_save(const char *dir, const struct handoff *h)
{
	char text[HANDOFF_TEXT_MAX], path[512];
	struct out o;

	out_init(&o, text, sizeof(text));
	handoff_format(h, &o);
	if (o.overflow || !path_below(dir, path, sizeof(path)))
		return -ENAMETOOLONG;
	return sys_write_atomic(path, 0600, text, o.len);
}
