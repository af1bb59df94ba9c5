// SPDX-License-Identifier: GPL-2.0-or-later
/* The timeline as `iscsiroot timeline` reads it: any file of it is shown, and is no failure. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "runtime/timeline.h"

static char dir[64], path[128];

static void tidy(void)
{
	unlink(path);
	snprintf(path, sizeof(path), "%s/run/iscsiroot", dir);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/run", dir);
	rmdir(path);
	rmdir(dir);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	/* in memory, where there is such a place */
	snprintf(dir, sizeof(dir), "%s/iscsiroot-fuzz-%d", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm",
		 (int)getpid());
	mkdir(dir, 0700);
	snprintf(path, sizeof(path), "%s/run", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/run/iscsiroot", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/run/iscsiroot/timeline", dir);
	atexit(tidy);
	return freopen("/dev/null", "w", stdout) ? 0 : 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	FILE *f = fopen(path, "w");

	if (!f || (len && fwrite(data, len, 1, f) != 1) || fclose(f))
		abort();
	if (timeline_print(dir) != CODE_DONE && len < 65536)
		abort();
	return 0;
}
