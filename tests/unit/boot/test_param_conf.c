// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/sys.h"
#include "boot/param_conf.h"
#include "tap.h"
#include "disk_tree.h"

static const char *content(void)
{
	static char text[16384];

	return sys_read(AT_FDCWD, tree_path("conf/param.conf"), text, sizeof(text)) < 0 ? "(none)" : text;
}

int main(void)
{
	static char big[9000];

	tree_begin("param_conf");
	is_int(param_conf_set(tree_dir, "ROOT", "/dev/sda"), 0, "not made by initramfs-tools");
	is_str(content(), "(none)", "nothing is written");
	tree_file("conf/x", "");
	is_int(param_conf_set(tree_dir, "ROOT", "/dev/sda"), 0, "no file yet");
	is_str(content(), "ROOT='/dev/sda'\n", "its only line");
	is_int(param_conf_set(tree_dir, "ROOTDELAY", "210"), 0, "another variable");
	is_str(content(), "ROOT='/dev/sda'\nROOTDELAY='210'\n", "the first stays: its name is a part of this one");
	is_int(param_conf_set(tree_dir, "ROOT", "/dev/sdb"), 0, "a new value");
	is_str(content(), "ROOTDELAY='210'\nROOT='/dev/sdb'\n", "replaces the old one");
	is_int(param_conf_set(tree_dir, "ROOT", "a'b"), -EINVAL, "a quote");
	is_int(param_conf_set(tree_dir, "ROOT", "a\\b"), -EINVAL, "a backslash");
	is_int(param_conf_set(tree_dir, "ROOT", "a\nb"), -EINVAL, "a newline");
	is_str(content(), "ROOTDELAY='210'\nROOT='/dev/sdb'\n", "nothing of them is written");
	memset(big, 'x', sizeof(big) - 1);
	tree_file("conf/param.conf", big);
	is_int(param_conf_set(tree_dir, "ROOT", "/dev/sda"), -E2BIG, "a file that is too large");
	is_str(content(), big, "stays as it is");
	tree_end();
	return done_testing();
}
