// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot/iscsi/modules.h"
#include "kernel/sysfs.h"

/* A module, and what sysfs has when it is loaded or built in. */
static const char *const modules[][2] = {
	{ "iscsi_tcp", "class/iscsi_transport/tcp" },
	{ "sd_mod", "bus/scsi/drivers/sd" },
};

const char *modules_missing(void)
{
	unsigned i;

	for (i = 0; i < sizeof(modules) / sizeof(*modules); i++)
		if (!sysfs_exists("%s", modules[i][1]))
			return modules[i][0];
	return NULL;
}

void modules_load(struct spawn *modprobe)
{
	/* sessions need crc32c, which is mostly built in: no error if there is no such module */
	const char *argv[] = { "modprobe", "-a", "-q", "iscsi_tcp", "sd_mod", "crc32c", NULL };

	if (modules_missing() && !modprobe->pid)
		spawn_start(modprobe, argv);
}
