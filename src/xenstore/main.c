// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iscsiroot-xenstore: what iscsiroot has to say to the host under a Xen guest, and hears of it.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "base/limits.h"
#include "base/sys.h"
#include "runtime/xenstore_client.h"
#include "xenstore/report.h"
#include "xenstore/store.h"

#ifndef VERSION
#define VERSION "unknown"
#endif
#define ASKED "vm-data/iscsiroot"

static const char help[] =
	"usage: iscsiroot-xenstore COMMAND\n\n"
	"  fetch    what the host has written below vm-data/iscsiroot/, for iscsiroot to read\n"
	"  report   lines of the timeline from standard input, to data/iscsiroot/stage and error\n"
	"  watch    after the boot: writes both again after each migration and restore\n\n"
	"  --help, --version\n\n"
	"iscsiroot starts it by itself in a Xen guest.\n";

static struct xenstore store;
static char keys[XENSTORE_MAX];

/* All of it, or nothing: half of what the host has set could be another boot. */
static int fetch(void)
{
	int n = store_gather(&store, ASKED, keys, sizeof(keys) - 1);

	if (n > 0 && sys_print(keys, n))
		n = -errno;
	sys_wipe(keys, sizeof(keys));
	sys_wipe(&store, sizeof(store));
	return n < 0 ? report_fail(ASKED, n) : CODE_DONE;
}

static int print(int fd, const char *text, int code)
{
	return sys_write_all(fd, text, strlen(text)) ? CODE_SYSTEM : code;
}

NO_STACK_PROTECTOR int main(int argc, char **argv)
{
	bool reports = argc > 1 && !strcmp(argv[1], "report"), watches = argc > 1 && !strcmp(argv[1], "watch");
	int err;

	compat_guard_stack();
	sys_open_std();
	if (argc > 1 && !strcmp(argv[1], "--version"))
		return print(STDOUT_FILENO, "iscsiroot-xenstore " VERSION "\n", CODE_DONE);
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return print(STDOUT_FILENO, help, CODE_DONE);
	if (!reports && !watches && (argc < 2 || strcmp(argv[1], "fetch")))
		return print(STDERR_FILENO, help, CODE_USAGE);
	err = store_open(&store, xenstore_device);
	/* the kernel's answer where no store is connected, as on another hypervisor */
	if (err == -ENOENT || err == -ENODEV || err == -ENXIO)
		return CODE_DONE;
	if (err)
		return report_fail(xenstore_device, err);
	if (watches)
		return report_watch(&store);
	return reports ? report_serve(&store, STDIN_FILENO) : fetch();
}
