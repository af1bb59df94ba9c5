// SPDX-License-Identifier: GPL-2.0-or-later
/* The exit codes and what goes to standard output; the messages are in tests/shell/test_plan. */
#include "base/codes.h"
#include "boot/cmd_plan.h"
#include "tree.h"

#define TARGET "root=/dev/vg/root ISCSI_TARGET_NAME=iqn.2001-04.com.example:a ISCSI_TARGET_IP=192.0.2.1 " \
	"ISCSI_INITIATOR=iqn.2001-04.com.example:guest"
#define SECRETS "ISCSI_USERNAME=guest\nISCSI_PASSWORD=secret-of-the-disk\n"

/* @cmdline, @file: NULL: there is none. @has, @lacks: of the output; NULL: it is empty */
static const struct {
	const char *name, *cmdline, *file, *option;
	int code;
	const char *has, *lacks;
} rows[] = {
	{ "lines", TARGET, NULL, NULL, CODE_DONE, "target=iqn.2001-04.com.example:a", "{" },
	{ "an object", TARGET, NULL, "--json", CODE_DONE, "{\"version\":1,", "target=" },
	{ "a password is not printed", TARGET, SECRETS, NULL, CODE_DONE, "target=", "secret-of" },
	{ "nor in the object", TARGET, SECRETS, "--json", CODE_DONE, "{\"version\":1,", "secret-of" },
	{ "unless asked for", TARGET, SECRETS, "--show-secrets", CODE_DONE, "secret-of-the-disk", "{" },
	{ "no iSCSI root", "root=/dev/sda1", NULL, NULL, CODE_NOT_ASKED, NULL, NULL },
	{ "no iSCSI root, as an object", "root=/dev/sda1", NULL, "--json", CODE_NOT_ASKED, "null\n", "{" },
	{ "invalid", TARGET " ip=192.0.2.300", NULL, NULL, CODE_CONFIG, NULL, NULL },
	{ "invalid, as an object", TARGET " ip=192.0.2.300", NULL, "--json", CODE_CONFIG, NULL, NULL },
	{ "the file's syntax", "root=/dev/sda1", SECRETS, "--syntax", CODE_DONE, NULL, NULL },
	{ "the syntax of none", "root=/dev/sda1", NULL, "--syntax", CODE_NOT_ASKED, NULL, NULL },
	{ "the syntax is bad", "root=/dev/sda1", "ISCSI_LUN=x\n", "--syntax", CODE_CONFIG, NULL, NULL },
	{ "help", NULL, NULL, "--help", CODE_DONE, "usage: iscsiroot plan", "{" },
	{ "an unknown option", NULL, NULL, "--yaml", CODE_USAGE, NULL, NULL },
	{ "an option without its value", NULL, NULL, "-R", CODE_USAGE, NULL, NULL },
};

static void run(unsigned i)
{
	char name[] = "plan", dir[] = "-R", option[24];
	char *argv[] = { name, dir, tree, rows[i].option ? option : NULL, NULL };
	int code;

	snprintf(option, sizeof(option), "%s", rows[i].option ? rows[i].option : "");
	tree_unlink("proc/cmdline");
	tree_unlink("etc/iscsi/iscsi.initramfs");
	if (rows[i].cmdline)
		tree_put("proc/cmdline", rows[i].cmdline);
	if (rows[i].file)
		tree_put("etc/iscsi/iscsi.initramfs", rows[i].file);
	log_begin();
	code = cmd_plan(rows[i].option ? 4 : 3, argv);
	log_end();
	is_int(code, rows[i].code, rows[i].name);
	if (!rows[i].has)
		is_str(logged, "", "no output");
	else
		ok(strstr(logged, rows[i].has) && !strstr(logged, rows[i].lacks), "its output");
}

int main(void)
{
	unsigned i;
	int keep = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);

	tree_begin("cmd-plan");
	dup2(null, STDERR_FILENO);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		run(i);
	dup2(keep, STDERR_FILENO);
	tree_end();
	return done_testing();
}
