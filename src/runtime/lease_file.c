// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "runtime/lease_file.h"

#define TEXT_MAX 1024		/* about 200 bytes; later versions may add keys */

const char *lease_dir = "/run/iscsiroot";

/* The name can come from udhcpc's environment: it must not lead to another directory. */
static bool make_path(const char *nic, char path[128])
{
	return *nic && !strchr(nic, '/') && out_text(path, 128, "%s/lease-%s", lease_dir, nic);
}

bool lease_read(int root, const char *nic, struct lease_state *r)
{
	char path[128], text[TEXT_MAX];
	ssize_t n;

	if (!make_path(nic, path))
		return false;
	/* openat(2) ignores the directory of an absolute path */
	n = sys_read(root, root == AT_FDCWD ? path : path + 1, text, sizeof(text));
	return n > 0 && lease_parse((struct span){ text, n }, r);
}

int lease_save(const char *nic, const struct lease_state *r)
{
	char path[128], text[TEXT_MAX];
	struct out o;

	out_init(&o, text, sizeof(text));
	lease_format(r, &o);
	if (!make_path(nic, path) || o.overflow)
		return -EINVAL;
	return sys_write_atomic(path, 0644, o.buf, o.len);
}

void lease_remove(const char *nic)
{
	char path[128];

	if (make_path(nic, path))
		unlink(path);
}
