// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * iscsiroot-shutdown: the exitrd. systemd-shutdown makes /run/initramfs the root, with the old root at
 * /oldroot, and starts this as /shutdown VERB, process 1. With sysvinit an init script starts it, and it
 * switches root by itself.
 */
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/compat.h"
#include "base/sys.h"
#include "exitrd/log.h"
#include "exitrd/root.h"
#include "exitrd/shutdown.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

static const char help[] =
	"usage: /run/initramfs/shutdown [--sysvinit] poweroff|reboot|halt|kexec\n\n"
	"Unmounts the root, logs out of its iSCSI target, and ends the machine at once. Started by\n"
	"systemd-shutdown as process 1, or by /etc/init.d/iscsiroot with --sysvinit; started by hand\n"
	"without --sysvinit it does nothing. See iscsiroot-shutdown(8).\n";

NO_STACK_PROTECTOR int main(int argc, char **argv)
{
	int verb = argc > 1 ? shutdown_verb(argv[1]) : -1;
	bool sysvinit = argc == 3 && !strcmp(argv[1], "--sysvinit") && shutdown_verb(argv[2]) >= 0;
	bool asked = argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"));

	compat_guard_stack();
	sys_open_std();
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		static const char version[] = "iscsiroot-shutdown " VERSION "\n";

		sys_write_all(STDOUT_FILENO, version, strlen(version));
		return CODE_DONE;
	}
	if (sysvinit) {
		int err = root_switch();

		if (err) {
			log_line("/run/initramfs", "switching root failed: %s", sys_error(err));
			return CODE_SYSTEM;
		}
		verb = shutdown_verb(argv[2]);
	} else if (asked || getpid() != 1) {
		sys_write_all(asked ? STDOUT_FILENO : STDERR_FILENO, help, strlen(help));
		return asked ? CODE_DONE : CODE_USAGE;
	}
	if (chdir("/"))
		return CODE_SYSTEM;
	log_open();
	if (verb < 0)
		log_line(argc > 1 ? argv[1] : "(none)", "unknown verb, powering off "
			 "(use poweroff, reboot, halt or kexec)");
	shutdown_run(verb < 0 ? VERB_POWEROFF : (enum shutdown_verb)verb, sysvinit);
}
