// SPDX-License-Identifier: GPL-2.0-or-later
/* What asks for an iSCSI root, in which order the input is read, and what must be there. */
#include <string.h>

#include "plan/build.h"
#include "plan/cmdline.h"
#include "plan/file.h"
#include "plan/initiator.h"
#include "plan/network.h"
#include "plan/root.h"
#include "plan/settings.h"
#include "plan/target.h"
#include "plan/xenstore.h"

#define DEADLINE_S 180

/* Too large for the stack. There is no secret in it, only where one is in the input. */
static struct work area;

static bool is_set(struct work *w, enum key k)
{
	char buf[KEY_VALUE_MAX + 1];
	struct span v;

	/* a value with wrong quotes asks for an iSCSI root, too: an invalid one */
	return work_value(w, k, buf, &v) || (w->set[k].quoted && w->file_bad && w->set[k].raw.n);
}

static bool is_true(struct work *w, enum key k)
{
	char buf[KEY_VALUE_MAX + 1];
	struct span v;

	return work_value(w, k, buf, &v) && work_is_true(v);
}

/* Does a source name a target, DHCP included, or half of one? */
static bool named(struct work *w)
{
	return w->has_root_spec || w->n_netroots || w->netroot_dhcp || w->root_dhcp ||
	       is_set(w, K_TARGET_NAME) || is_set(w, K_TARGET_IP) ||
	       work_has_item(w, K_TARGET, SRC_IBFT);
}

/* One image is for machines with and without a table of the firmware: where there is none, nothing. */
static bool asked(struct work *w)
{
	if (w->off)
		return false;
	if (!w->firmware.place && is_true(w, K_AUTO))
		w->firmware = w->set[K_AUTO].at;
	w->named = named(w);
	return w->named || w->in->unreadable || (w->firmware.place ? w->in->has_ibft : w->root_bare);
}

/* Why an input that looks as if it asked does not; nothing where it does not look so. */
static enum plan_result not_asked(struct work *w)
{
	memset(w->why, 0, sizeof(*w->why));	/* what is wrong in a file that is not needed */
	if (w->off)
		return PLAN_NONE;
	if (w->firmware.place) {
		w->at = w->firmware;
		work_reject(w, "the firmware left no iBFT, so no iSCSI root is used", NOTHING, NULL);
	} else {
		cmdline_unknown(w);
	}
	return PLAN_NONE;
}

static void begin_work(struct work *w, const struct plan_input *in, struct plan *p,
		       struct diag *why)
{
	memset(w, 0, sizeof(*w));
	memset(why, 0, sizeof(*why));
	w->in = in;
	w->p = p;
	w->why = why;
	if (!p)
		return;
	memset(p, 0, sizeof(*p));
	p->deadline_s = DEADLINE_S;
}

static bool need_initiator(struct work *w)
{
	if (*w->p->initiator)
		return true;
	w->at = (struct where){ PLACE_INITIATOR, 0, span_of("InitiatorName") };
	return work_reject(w, "no initiator name", NOTHING,
			   "write InitiatorName=iqn... there, or set ISCSI_INITIATOR");
}

static bool build_initiator(struct work *w)
{
	if (!settings_read(w, STAGE_INITIATOR))
		return false;
	return *w->p->initiator || (file_read_initiator(w) && need_initiator(w));
}

/* A lease that cannot be read prevents the boot only where DHCP is to name the target. */
static bool check_leases(struct work *w)
{
	if (!w->in->lost_leases)
		return true;
	w->at = (struct where){ "/run/net-*.conf", 0, NOTHING };
	if (w->p->wants_dhcp_target)
		return work_reject(w, w->in->lost_leases, NOTHING, NULL);
	work_warn(w, w->in->lost_leases, NOTHING, "ignored");
	return true;
}

enum plan_result plan_build(const struct plan_input *in, struct plan *p, struct diag *why)
{
	struct work *w = &area;

	begin_work(w, in, p, why);
	cmdline_gather(w);
	file_gather(w);
	xenstore_gather(w);
	if (!asked(w))
		return not_asked(w);
	if (w->file_bad || !cmdline_check(w) || !settings_read(w, STAGE_ENGINE) || !settings_read(w, STAGE_ASK) ||
	    !targets_build(w) ||
	    !check_leases(w) || !build_initiator(w) || !settings_read(w, STAGE_SETTINGS) ||
	    !network_build(w) || !initiator_expand(w) || !root_build(w))
		return PLAN_INVALID;
	return PLAN_OK;
}

bool plan_asked(const struct plan_input *in)
{
	struct work *w = &area;
	struct diag why;

	begin_work(w, in, NULL, &why);
	cmdline_gather(w);
	file_gather(w);
	xenstore_gather(w);
	return asked(w);
}

bool plan_check_file(const struct plan_input *in, struct plan *p, struct diag *why)
{
	struct work *w = &area;
	struct plan_auth none = { 0 };

	begin_work(w, in, p, why);
	file_gather(w);
	if (w->file_bad || !settings_read(w, STAGE_ENGINE) || !settings_read(w, STAGE_ASK) ||
	    !settings_read_target(w) ||
	    !settings_read(w, STAGE_MORE_TARGETS) || !settings_read_credentials(w, &none) ||
	    !settings_read(w, STAGE_SETTINGS) || !settings_read(w, STAGE_INITIATOR))
		return false;
	p->initiator[0] = '\0';		/* not to be taken for one that the file has twice */
	return file_read_initiator(w);
}
