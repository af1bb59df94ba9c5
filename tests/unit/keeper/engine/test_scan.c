// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine_case.h"

#define C (&e.connections[0])

static bool scanned(void)
{
	return first_up() && !C->scan;
}

int main(void)
{
	begin(1, "scan");
	/* the host that the session will get */
	tree_put("sys/class/scsi_host/host6/scan", "");
	engine_begin(&e);
	ok(run_until(scanned, 4000), "a new session is scanned");
	is_str(tree_content("sys/class/scsi_host/host6/scan"), "- - -", "for all LUNs");
	is_int(C->scan_fd, -1, "its child has ended");
	ok(C->changed, "clients are told");
	tree_put("sys/class/scsi_host/host6/scan", "");
	fake_iscsi_error(1, ISCSI_IF_ERR_TCP_CLOSED);
	run_for(20);
	ok(run_until(scanned, 4000), "it is restored");
	is_str(tree_content("sys/class/scsi_host/host6/scan"), "", "without another scan");
	kernel_end();
	return done_testing();
}
