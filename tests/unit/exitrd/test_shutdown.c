// SPDX-License-Identifier: GPL-2.0-or-later
#include "exitrd/shutdown.h"
#include "tap.h"

int main(void)
{
	is_int(shutdown_verb("poweroff"), VERB_POWEROFF, "poweroff");
	is_int(shutdown_verb("reboot"), VERB_REBOOT, "reboot");
	is_int(shutdown_verb("halt"), VERB_HALT, "halt");
	is_int(shutdown_verb("kexec"), VERB_KEXEC, "kexec");
	is_int(shutdown_verb("exit"), -1, "systemd's verb for containers is none of them");
	is_int(shutdown_verb(""), -1, "nor is an empty one");
	return done_testing();
}
