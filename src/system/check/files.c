// SPDX-License-Identifier: GPL-2.0-or-later
/* The items fstab, crypttab, resume and secrets. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "system/check/check.h"

#define CONFIG "etc/iscsi/iscsi.initramfs"
#define RESUME "etc/initramfs-tools/conf.d/resume"

static char text[131072];

/* A line of a table: @skip fields before the device, the options in the fourth. */
static bool report_line(struct check *c, const char *name, struct span line, unsigned n, unsigned skip)
{
	struct span device = { 0 }, field = { 0 };
	enum check_state state = CHECK_FAIL;
	unsigned i;

	for (i = 0; i < 4 && span_field(&line, &field); i++)
		if (i == skip)
			device = field;
	if (i == 4 && (text_has_option(field, "nofail") || text_has_option(field, "noauto")))
		state = CHECK_WARN;
	if (!text_volatile(device))
		return false;
	report_item(&c->report, state, name,
		    "use UUID=..., see blkid(8), or /dev/mapper/...",
		    "line %u: %pS may be another disk at the next boot", n, (void *)&device);
	return true;
}

static void check_table(struct check *c, const char *name, unsigned skip)
{
	char path[32];
	struct span rest, line;
	unsigned n = 0, faults = 0;

	out_text(path, sizeof(path), "etc/%s", name);
	rest = check_read(c, path, text, sizeof(text));
	faults += check_cut(c, name, path, rest, sizeof(text));
	while (text_line(&rest, &line, &n))
		faults += report_line(c, name, line, n, skip);
	if (!faults)
		report_ok(&c->report, name, "no device names that can change");
}

static bool report_resume(struct check *c, const char *where, struct span device)
{
	if (!text_volatile(device))
		return false;
	report_item(&c->report, CHECK_WARN, "resume",
		    "use UUID=..., or none, which saves the wait at boot",
		    "%s: %pS may be another disk at the next boot", where, (void *)&device);
	return true;
}

static void check_resume(struct check *c)
{
	struct span rest = c->input.cmdline, word, value;
	bool bad = false;

	while (rest.n) {
		span_cut(&rest, ' ', &word);
		if (word.n > 7 && !memcmp(word.p, "resume=", 7))
			bad |= report_resume(c, "kernel command line",
					  (struct span){ word.p + 7, word.n - 7 });
	}
	rest = check_read(c, RESUME, text, sizeof(text));
	bad |= check_cut(c, "resume", RESUME, rest, sizeof(text));
	if (text_setting(rest, "RESUME", &value))
		bad |= report_resume(c, "/" RESUME, value);
	if (!bad)
		report_ok(&c->report, "resume", "no device names that can change");
}

void check_tables(struct check *c)
{
	check_table(c, "fstab", 0);
	check_table(c, "crypttab", 1);
	check_resume(c);
}

/* Neither the group nor others may read it: users are added to groups. */
static bool check_mode(struct check *c, const char *path, const char *what)
{
	struct stat st;
	char mode[8], todo[320];
	unsigned i;

	if (fstatat(c->root, path, &st, 0) || !(st.st_mode & 0077))
		return true;
	for (i = 0; i < 4; i++)
		mode[i] = '0' + (st.st_mode >> (9 - 3 * i) & 7);
	mode[4] = '\0';
	out_text(todo, sizeof(todo), "chmod 600 /%s", path);
	report_item(&c->report, c->file_secret ? CHECK_FAIL : CHECK_WARN, "secrets", todo,
		    "/%s has mode %s: users other than root can read %s", path, mode, what);
	return false;
}

void check_secrets(struct check *c)
{
	const char *secret = "the secret in it";
	bool good = true;
	char path[96];
	unsigned i;

	if (c->file_secret)
		good &= check_mode(c, CONFIG, secret);
	for (i = 0; i < c->n_kernels; i++) {
		out_text(path, sizeof(path), "boot/initrd.img-%s", c->kernels[i]);
		good &= check_mode(c, path, c->file_secret ? secret : "it");
	}
	if (good)
		report_ok(&c->report, "secrets", "%s", c->file_secret ?
			  "readable by root only" :
			  "none in the configuration");
}
