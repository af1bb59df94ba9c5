// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/codes.h"
#include "system/own_sessions.h"
#include "tree.h"

static int ask(const char *handoff, const char *second)
{
	tree_put("run/iscsiroot/handoff", handoff);
	tree_put("sys/class/iscsi_session/session7/targetname", "iqn.2001-04.com.example:lun1\n");
	if (second)
		tree_put("sys/class/iscsi_session/session9/targetname", second);
	return own_sessions(tree);
}

int main(void)
{
	static const char handoff[] = "version=1\n\nsession=1\ntarget=iqn.2001-04.com.example:lun1\n";

	tree_begin("own");
	is_int(ask(handoff, NULL), CODE_DONE, "the root's session, which was made again since the boot");
	is_int(ask(handoff, "iqn.2001-04.com.example:lun1\n"), CODE_DONE, "its second path");
	is_int(ask(handoff, "iqn.2001-04.com.example:data\n"), CODE_NOT_ASKED, "a session to another target");
	is_int(ask("version=9\n", NULL), CODE_SYSTEM, "a hand-off that cannot be read");
	tree_end();
	return done_testing();
}
