/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exit codes; frozen. The man page lists them and a test compares. */
#ifndef ISCSIROOT_BASE_CODES_H
#define ISCSIROOT_BASE_CODES_H

enum exit_code {
	CODE_DONE = 0,
	CODE_NOT_ASKED = 10,	/* no iSCSI root asked for: scripts stay silent */
	CODE_USAGE = 64,
	CODE_NO_DEVICE = 66,	/* no such NIC or device */
	CODE_UNAVAILABLE = 69,	/* target refused or unreachable */
	CODE_BUG = 70,
	CODE_SYSTEM = 71,	/* a system call failed */
	CODE_DEADLINE = 75,	/* a retry may help */
	CODE_AUTH = 77,		/* authentication refused */
	CODE_CONFIG = 78,	/* a retry cannot help */
};

#endif
