// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/sys.h"
#include "boot/initramfs.h"

static bool exists(const char *path)
{
	return !access(path, F_OK);
}

static bool is_in_memory(void)
{
	struct statfs fs;

	return !statfs("/", &fs) && (fs.f_type == RAMFS_MAGIC || fs.f_type == TMPFS_MAGIC);
}

bool initramfs_running(void)
{
	if (exists("/etc/initrd-release"))
		return true;
	return is_in_memory() && !exists("/run/systemd/system");
}

static bool is_request(void *arg, const char *name)
{
	bool *found = arg;

	*found = !strncmp(name, "ask.", 4);
	return !*found;
}

/* By its name in proc_pid_comm(5). */
static bool is_prompt(void *arg, const char *pid)
{
	char path[48], name[32];
	bool *found = arg;

	if (*pid < '0' || *pid > '9' || !out_text(path, sizeof(path), "/proc/%s/comm", pid) ||
	    sys_read(AT_FDCWD, path, name, sizeof(name)) <= 0)
		return true;
	*found = !strcmp(name, "askpass\n");
	return !*found;
}

bool initramfs_asks_passphrase(void)
{
	bool found = false;

	sys_list(AT_FDCWD, "/run/systemd/ask-password", is_request, &found);
	if (!found)
		sys_list(AT_FDCWD, "/proc", is_prompt, &found);
	return found;
}
