// SPDX-License-Identifier: GPL-2.0-or-later
/* The items config, initiator and cmdline. */
#include <string.h>

#include "plan/build.h"
#include "system/check/check.h"

#define INITIATOR_FILE "/etc/iscsi/initiatorname.iscsi"

static bool root_on_iscsi(const struct check *c)
{
	return c->disk >= 0 && c->blocks.b[c->disk].owner == DISK_OURS;
}

static void report_invalid(struct check *c, const char *name, const struct diag *why)
{
	struct diag d = *why;
	char line[512];

	d.hint = NULL;
	diag_format(&d, line, sizeof(line));
	report_item(&c->report, CHECK_FAIL, name, why->hint ? why->hint : "fix it", "%s", line);
}

/* Without an initiator name, go on as if there were one, so that other faults are reported as
 * well. */
static enum plan_result build(struct check *c, struct diag *why, bool *no_name)
{
	enum plan_result result = plan_build(&c->input, &c->plan, why);
	struct diag again;

	*no_name = result == PLAN_INVALID && !c->plan.initiator[0] && why->place &&
		   !strcmp(why->place, INITIATOR_FILE);
	if (!*no_name)
		return result;
	c->input.initiatorname = span_of("InitiatorName=iqn.2001-04.com.example:none\n");
	result = plan_build(&c->input, &c->plan, &again);
	c->plan.initiator[0] = '\0';
	if (result == PLAN_INVALID) {
		report_invalid(c, "initiator", why);
		*why = again;
		*no_name = false;
	}
	return result;
}

/* Secrets on the command line, which all users can read, have an item of their own. */
static bool is_cmdline_secret(const char *warning)
{
	return strstr(warning, "in /proc/cmdline");
}

static void report_warnings(struct check *c, bool secrets)
{
	unsigned i;

	for (i = 0; i < c->plan.n_warnings; i++)
		if (is_cmdline_secret(c->plan.warnings[i]) == secrets)
			report_words(&c->report, CHECK_WARN, secrets ? "cmdline" : "config",
				     c->plan.warnings[i]);
}

static void report_valid(struct check *c)
{
	const struct plan *p = &c->plan;
	char object[INAME_MAX + 80];

	if (p->wants_dhcp_target) {
		report_ok(&c->report, "config", "valid; the DHCP server names the target");
		return;
	}
	plan_portal_text(&p->targets[0].portals[0], &p->targets[0], object, sizeof(object));
	report_ok(&c->report, "config", "valid: %s", object);
}

/* An invalid configuration was not read to its end, so it may have more secrets. */
static void check_cmdline(struct check *c)
{
	report_warnings(c, true);
	if (c->valid && !c->plan.secret_on_cmdline)
		report_ok(&c->report, "cmdline", "no secret on the kernel command line");
}

bool check_config(struct check *c)
{
	struct diag why = { 0 };
	enum plan_result result;
	bool no_name = false;

	if (source_read(c->dir, &c->buffers, &c->input, &why))
		result = plan_asked(&c->input) ? PLAN_INVALID : PLAN_NONE;
	else
		result = build(c, &why, &no_name);
	c->file_secret = text_secret(c->input.file);
	if (result == PLAN_NONE && !root_on_iscsi(c))
		return false;
	c->asked = result != PLAN_NONE;
	c->valid = result == PLAN_OK;
	report_warnings(c, false);
	if (result == PLAN_NONE)
		report_item(&c->report, CHECK_FAIL, "config",
			    "set ISCSI_TARGET_NAME and ISCSI_TARGET_IP in "
			    "/etc/iscsi/iscsi.initramfs",
			    "/ is on an iSCSI disk, but nothing tells the next boot to use one");
	else if (result == PLAN_INVALID)
		report_invalid(c, "config", &why);
	else
		report_valid(c);
	if (no_name)
		report_invalid(c, "initiator", &why);
	check_cmdline(c);
	return true;
}
