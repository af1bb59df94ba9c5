// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iscsiroot-shutdown: the exitrd. systemd-shutdown makes /run/initramfs the root, the old one being
 * /oldroot, and starts this as /shutdown VERB, process 1. With sysvinit an init script starts it, and it
 * does the same to its own.
 */
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "base/sys.h"
#include "exitrd/parts.h"
#include "exitrd/shutdown.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static const char help[] =
	"usage: /run/initramfs/shutdown [--sysvinit] poweroff|reboot|halt|kexec\n\n"
	"Takes the root down and logs out of its iSCSI target, at once. systemd-shutdown starts it,\n"
	"as process 1, or /etc/init.d/iscsiroot with --sysvinit; by hand, without that, it does\n"
	"nothing. See iscsiroot-shutdown(8).\n";

NO_STACK_PROTECTOR int main(int argc, char **argv)
{
	int verb = argc > 1 ? shutdown_verb(argv[1]) : -1;
	bool sysvinit = argc == 3 && !strcmp(argv[1], "--sysvinit") && shutdown_verb(argv[2]) >= 0;
	bool asked = argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"));

	compat_guard_stack();
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		static const char version[] = "iscsiroot-shutdown " VERSION "\n";

		sys_write_all(STDOUT_FILENO, version, strlen(version));
		return CODE_DONE;
	}
	if (sysvinit) {
		int err = down_enter();

		if (err) {
			down_say("/run/initramfs", "cannot become the root: %s", sys_error(err));
			return CODE_SYSTEM;
		}
		verb = shutdown_verb(argv[2]);
	} else if (asked || getpid() != 1) {
		sys_write_all(asked ? STDOUT_FILENO : STDERR_FILENO, help, strlen(help));
		return asked ? CODE_DONE : CODE_USAGE;
	}
	if (chdir("/"))
		return CODE_SYSTEM;
	down_console();
	if (verb < 0)
		down_say(argc > 1 ? argv[1] : "no verb", "is not poweroff, reboot, halt or kexec; "
			 "powering off");
	shutdown_run(verb < 0 ? VERB_POWEROFF : (enum shutdown_verb)verb, sysvinit);
}
