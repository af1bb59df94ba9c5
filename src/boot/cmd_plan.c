// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommand `plan`. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/cmd_plan.h"
#include "boot/initramfs.h"
#include "plan/build.h"
#include "plan/source.h"
#include "plan/text.h"

struct options {
	const char *root;
	bool json, secrets, syntax, help;
};

static struct source_buffers buffers;
static struct plan_input input;
static struct plan plan;
static char text[PLAN_TEXT_MAX];

static int reject(const struct diag *why)
{
	char line[512];

	diag_format(why, line, sizeof(line));
	sys_say("plan", line);
	return CODE_CONFIG;
}

static int usage(const char *what, const char *why)
{
	char line[512];

	out_text(line, sizeof(line), "%s: %s (see iscsiroot plan --help)", what, why);
	sys_say("plan", line);
	return CODE_USAGE;
}

static const char help[] =
	"usage: iscsiroot plan [-R DIR] [--json] [--show-secrets] [--syntax]\n\n"
	"  -R DIR          read the input below DIR (proc/cmdline, etc/iscsi/, run/,\n"
	"                  xenstore/vm-data/iscsiroot/)\n"
	"  --json          print one JSON object, or null where no iSCSI root is asked for\n"
	"  --show-secrets  print passwords in clear text\n"
	"  --syntax        check only the files in etc/iscsi, each key on its own\n\n"
	"Exit status: 0 valid, 10 no iSCSI root asked for, 64 usage error, 71 unreadable input,\n"
	"78 invalid.\n";

/* 0, or an exit code after a message. */
static int parse_options(int argc, char **argv, struct options *opt)
{
	int i;

	*opt = (struct options){ .root = "/" };
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-R") && i + 1 < argc)
			opt->root = argv[++i];
		else if (!strcmp(argv[i], "-R"))
			return usage("-R", "needs a directory");
		else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			opt->help = true;
		else if (!strcmp(argv[i], "--json"))
			opt->json = true;
		else if (!strcmp(argv[i], "--show-secrets"))
			opt->secrets = true;
		else if (!strcmp(argv[i], "--syntax"))
			opt->syntax = true;
		else
			return usage(argv[i], "unknown option");
	}
	return CODE_DONE;
}

static int print(const struct out *o)
{
	if (o->overflow) {
		sys_say("plan", "the output does not fit (this is a bug)");
		return CODE_BUG;
	}
	return sys_print(o->buf, o->len) ? CODE_SYSTEM : CODE_DONE;
}

static void print_warnings(void)
{
	unsigned i;

	for (i = 0; i < plan.n_warnings; i++)
		sys_say("plan: warning", plan.warnings[i]);
}

static int print_help(void)
{
	return sys_print(help, strlen(help)) ? CODE_SYSTEM : CODE_DONE;
}

static int check_syntax(int err, struct diag *why)
{
	bool good;

	if (err && !input.file.p)
		return reject(why);
	if (!input.file.p)
		return CODE_NOT_ASKED;
	good = !err && plan_check_file(&input, &plan, why);
	print_warnings();
	return good ? CODE_DONE : reject(why);
}

static int show(const struct options *opt)
{
	struct out o;

	out_init(&o, text, sizeof(text));
	if (opt->json) {
		plan_json(&plan, opt->secrets, &o);
	} else {
		print_warnings();
		plan_text(&plan, opt->secrets, &o);
	}
	return print(&o);
}

static int not_asked(const struct options *opt, const struct diag *why)
{
	if (why && why->reason)
		reject(why);
	else if (!strcmp(opt->root, "/") && !initramfs_running())
		sys_say("plan", "no iSCSI root is asked for (see iscsi.initramfs(5))");
	if (opt->json)
		sys_print("null\n", 5);
	return CODE_NOT_ASKED;
}

static int make_plan(const struct options *opt)
{
	struct diag why = { 0 };
	int err = source_read(opt->root, &buffers, &input, &why);

	if (err && err != -E2BIG &&
	    (opt->syntax || (!input.cmdline.p && !input.file.p) || plan_asked(&input))) {
		reject(&why);
		return CODE_SYSTEM;
	}
	if (opt->syntax)
		return check_syntax(err, &why);
	if (err)
		return plan_asked(&input) ? reject(&why) : not_asked(opt, NULL);
	switch (plan_build(&input, &plan, &why)) {
	case PLAN_OK:
		return show(opt);
	case PLAN_NONE:
		return not_asked(opt, &why);
	default:
		if (!opt->json)
			print_warnings();
		return reject(&why);
	}
}

int cmd_plan(int argc, char **argv)
{
	struct options opt;
	int code = parse_options(argc, argv, &opt);

	if (code)
		return code;
	if (opt.help)
		return print_help();
	code = make_plan(&opt);
	sys_wipe(&buffers, sizeof(buffers));
	sys_wipe(&plan, sizeof(plan));
	sys_wipe(text, sizeof(text));
	sys_wipe_stack();
	return code;
}
