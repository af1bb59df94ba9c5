// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/handoff.h"
#include "boot/initramfs.h"
#include "boot/iscsi/logins.h"
#include "boot/job.h"
#include "boot/net/net.h"
#include "boot/net/netconf.h"
#include "boot/root/settle.h"
#include "boot/run.h"
#include "kernel/clock.h"
#include "plan/build.h"
#include "plan/network.h"
#include "plan/source.h"
#include "runtime/timeline.h"

#define REPEAT_US 10000000	/* how long the console may stay silent */
#define TARGETS_US 20000000	/* how long the first target waits for the others before it is used alone */
#define BYPASS_US 10000000	/* how long a local disk with the root is waited for */
#define FINISH_US 5000000	/* what is set up is looked at once more, for the hand-off */

struct run {
	unsigned parts;
	struct job *job;
	unsigned planned_nics;		/* how many were up when the plan was made */
	bool logging_in;
	int64_t began, deadline;	/* sys_now() */
	int64_t first_up;		/* when the first target was logged in to; 0: none yet */
	struct plan *plan;		/* the latest */
	struct net net;
	struct settle settle;
	struct logins logins;
	struct plan_input input;
};

/* The plan before the network, and the one with the DHCP answers. */
static struct plan plans[2];
static struct source_buffers buffers;
static struct run state;

static int reject_plan(const struct diag *why, bool unreadable)
{
	char line[512];

	diag_format(why, line, sizeof(line));
	return unreadable ? timeline_report("", CAUSE(PLAN_UNREADABLE), line)
			  : timeline_report("", CAUSE(PLAN_INVALID), line);
}

/* Leases of an earlier run: what was wrong in them may be fixed, so DHCP is asked again. */
static void forget_leases(struct plan_input *in)
{
	while (in->n_netconfs)
		netconf_remove(in->netconf_devices[--in->n_netconfs]);
	in->lost_leases = NULL;
}

/* Silent, unless the firmware was to name the target and left no table, or a key is misspelt. */
static int not_asked(const struct run *r, struct plan *p)
{
	struct diag why = { 0 };
	char line[512];

	if (plan_build(&r->input, p, &why) == PLAN_NONE && why.reason) {
		diag_format(&why, line, sizeof(line));
		sys_say("plan", line);
	}
	return CODE_NOT_ASKED;
}

/*
 * Return: an exit code; CODE_DONE with @p filled in; -EAGAIN if DHCP is to name the target and no lease
 * does so far, but another one may (@more). Prints and writes nothing if no iSCSI root is asked for.
 */
static int make_plan(struct run *r, struct plan *p, bool more)
{
	enum plan_result result;
	struct diag why = { 0 };
	int err;

	err = source_read("/", &buffers, &r->input, &why);
	if (!plan_asked(&r->input))
		return r->input.xenstore_lost ? CODE_SYSTEM : not_asked(r, p);
	if (!r->began) {
		timeline_open(JOB_DIR);
		r->began = sys_now();
	}
	timeline_note(STEP_PLAN, EV_BEGIN, "", 0, "", false);
	r->input.net_done = r->plan && !more;	/* a template of the initiator name may need it */
	if (err)
		return reject_plan(&why, err != -E2BIG);
	result = plan_build(&r->input, p, &why);
	if (result == PLAN_INVALID && !r->plan && r->parts & RUN_NET) {
		forget_leases(&r->input);
		result = plan_build(&r->input, p, &why);
	}
	switch (result) {
	case PLAN_NONE:
		return CODE_NOT_ASKED;
	case PLAN_INVALID:
		return more && p->wants_dhcp_target ? -EAGAIN : reject_plan(&why, false);
	default:
		timeline_note(STEP_PLAN, EV_OK, "", 0, p->root_spec, false);
		return CODE_DONE;
	}
}

/* Those that were not shown @before. */
static void show_warnings(const struct plan *p, const struct plan *before)
{
	unsigned i;

	for (i = 0; i < p->n_warnings; i++)
		if (!plan_warned(before, p->warnings[i]))
			timeline_report("warning", CAUSE(PLAN_WARNING), p->warnings[i]);
}

/*
 * ISCSI_BYPASS: is the root there without iSCSI? The disk may be on its way, so it is waited for. With a session
 * an earlier run has found that it is not.
 */
static bool is_bypassed(struct run *r)
{
	static struct wait w;
	int64_t until = sys_now() + BYPASS_US;
	struct session list[1];

	if (!r->plan->bypass || r->parts != RUN_ALL || session_list(list, 1))
		return false;
	do {
		wait_begin(&w, until);
		job_step(r->job, &w);
		if (settle_bypass_step(&r->settle, &w) == READY) {
			timeline_report(settle_root_name(r->plan), CAUSE(BYPASSED));
			return true;
		}
		wait_run(&w);
	} while (sys_now() < until && !sys_stopped());
	settle_bypass_end(&r->settle);
	timeline_report(settle_root_name(r->plan), CAUSE(NOT_BYPASSED), BYPASS_US / 1000000);
	return false;
}

static int prepare(struct run *r)
{
	int err, code;

	code = make_plan(r, &plans[0], false);
	if (code)
		return code;
	r->plan = &plans[0];
	show_warnings(r->plan, &plans[1]);	/* still empty */
	r->deadline = r->plan->deadline_s ? r->began + r->plan->deadline_s * INT64_C(1000000)
					  : SYS_FOREVER;
	if (r->parts & RUN_FINISH)
		r->deadline = r->began + FINISH_US;
	timeline_deadline(r->deadline);
	sys_catch_stop();
	if (r->parts & RUN_LOGIN)
		logins_preload(&r->logins, r->plan->native);
	if (r->parts & RUN_SETTLE) {
		err = settle_init(&r->settle, r->plan);
		if (err)
			return timeline_report("uevents", CAUSE(UEVENTS_FAILED), sys_error(-err));
		if (is_bypassed(r))
			return CODE_NOT_ASKED;
	}
	if (r->parts & RUN_NET) {
		err = net_init(&r->net, r->plan);
		if (err)
			return timeline_report("rtnetlink", CAUSE(RTNETLINK_FAILED), sys_error(-err));
	}
	return CODE_DONE;
}

/*
 * login keeps the plan that it began with. Name servers of later leases are added to it: iscsistart may
 * need them, and the running system.
 */
static void add_leases(struct run *r)
{
	unsigned i;

	for (i = 0; i < r->net.n_nics; i++)
		network_add_lease(r->plan, &r->net.nics[i].lease);
	netconf_resolv(r->plan);
}

/* The lease of each NIC that comes up may name the target or a name server. */
static int plan_again(struct run *r, unsigned up, bool more)
{
	int code;

	r->planned_nics = up;
	if (!r->logging_in) {
		code = make_plan(r, &plans[1], more);
		if (code)
			return code == -EAGAIN ? CODE_DONE : code;
		r->settle.plan = r->plan = &plans[1];
		r->logging_in = r->plan->n_targets && !r->plan->initiator_pending;
		if (r->logging_in) {
			show_warnings(r->plan, &plans[0]);
			logins_init(&r->logins, r->plan);
		}
	}
	add_leases(r);
	return CODE_DONE;
}

static enum progress step_login(struct run *r, enum progress net, struct wait *w, int *code)
{
	unsigned up = net_up(&r->net);
	bool more = net != READY || (!r->logging_in && net_may_grow(&r->net, w));
	enum progress login = GOES_ON;

	if (up != r->planned_nics || (!more && !r->logging_in)) {
		*code = plan_again(r, up, more);
		if (*code)
			return FAILED;
	}
	if (r->logging_in)
		login = logins_step(&r->logins, w);
	*code = logins_cause(&r->logins)->code;
	return login;
}

/* Are there sessions, from which the root can be had? Without the login part they exist already. */
static bool may_settle(const struct run *r)
{
	return r->parts & RUN_SETTLE && (!(r->parts & RUN_LOGIN) || logins_up(&r->logins));
}

/* settle needs the state of the login. A root on a local disk is found before there is a session. */
static enum progress step_settle(struct run *r, struct wait *w, int *code)
{
	bool login = r->parts & RUN_LOGIN, more = login && logins_untried(&r->logins);
	bool scanning = login && logins_scanning(&r->logins);
	struct settle *s = &r->settle;
	enum progress progress;

	s->look |= scanning != s->scanning || more != s->more_paths;
	s->scanning = scanning;
	s->more_paths = more;
	s->tried = r->logging_in && !more;
	/* initramfs-tools: local-top waits for the login, and local-block, after multipath's script, for the root */
	s->scripts_pending = r->job->login_asked && !r->job->root_asked;
	progress = settle_step(s, w);
	*code = s->cause.code;
	return progress;
}

/* Do everything that can be done without waiting. *code is set with FAILED. */
static enum progress step(struct run *r, struct wait *w, int *code)
{
	enum progress net = READY, last = READY;

	if (r->parts & RUN_NET) {
		last = net = net_step(&r->net, w);
		*code = r->net.cause.code;
		if (net == FAILED)
			return FAILED;
	}
	if (r->parts & RUN_LOGIN) {
		last = step_login(r, net, w, code);
		if (last == FAILED && !logins_up(&r->logins))
			return FAILED;
	}
	if (r->parts & RUN_SETTLE)
		last = step_settle(r, w, code);
	return last;
}

/*
 * Is it the turn of the initramfs's other programs: cryptsetup, multipath, mdadm? Once a session to each
 * target is up, the kernel has scanned its disks and we have nothing left to do with them. A target that
 * does not answer holds up the others for a while only: an array may do without its disk.
 */
static bool is_others_turn(struct run *r, struct wait *w)
{
	int64_t until;

	if (!r->logging_in || !logins_up(&r->logins) || logins_scanning(&r->logins))
		return false;
	if (!r->first_up)
		r->first_up = sys_now();
	until = r->first_up + TARGETS_US;
	if (logins_targets_up(&r->logins) < r->plan->n_targets && sys_now() < until) {
		wait_until(w, until);
		return false;
	}
	return settle_idle(&r->settle);
}

/* The step that the boot is waiting for, and why. */
static const struct cause *last_cause(const struct run *r, enum step *step)
{
	*step = STEP_SETTLE;
	if (may_settle(r))
		return settle_why(&r->settle);
	*step = STEP_LOGIN;
	if (logins_cause(&r->logins)->code)
		return logins_cause(&r->logins);
	*step = STEP_NET;
	return &r->net.cause;
}

/* If there is nothing new to show, repeat what the boot waits for: it is still running. */
static void repeat_cause(const struct run *r, struct wait *w)
{
	enum step step;
	const struct cause *c = last_cause(r, &step);

	/* a passphrase may be asked for on the console */
	if (!c->code || (step == STEP_SETTLE && settle_waits_for_passphrase(&r->settle)))
		return;
	if (sys_now() >= timeline_shown_at() + REPEAT_US)
		timeline_note(step, EV_RETRY, c->object, c->code, c->text, true);
	wait_until(w, timeline_shown_at() + REPEAT_US);
}

static int summarize(const struct run *r, const char *how)
{
	enum step step;
	const struct cause *c = last_cause(r, &step);
	char text[512], object[96];

	out_text(object, sizeof(object), "%s after %u s", how,
		 (unsigned)((sys_now() - r->began) / 1000000));
	out_text(text, sizeof(text), "%u network devices up, %u of %u portals logged in, root not found%s%s%s%s",
		 net_up(&r->net), logins_up(&r->logins), logins_portals(&r->logins),
		 c->code ? "; " : "", c->code ? c->object : "", c->code ? ": " : "", c->text);
	timeline_note(step, EV_FAIL, object, c->code ? c->code : CODE_DEADLINE, text, true);
	return c->code ? c->code : CODE_DEADLINE;
}

/* Time is up, but not while a passphrase prompt is open. */
static bool is_late(struct run *r)
{
	if (sys_now() < r->deadline)
		return false;
	if (!settle_waits_for_passphrase(&r->settle) || !initramfs_asks_passphrase())
		return true;
	r->deadline = sys_now() + REPEAT_US;
	return false;
}

static int loop(struct run *r)
{
	static struct wait w;
	int code = 0, err;

	for (;;) {
		wait_begin(&w, r->deadline);
		switch (step(r, &w, &code)) {
		case READY:
			return CODE_DONE;
		case FAILED:
			return code == CODE_NOT_ASKED || code == CODE_CONFIG
				? code : summarize(r, "stopped");
		default:
			break;
		}
		job_step(r->job, &w);
		if (r->job->finish)
			return CODE_DONE;
		if (!r->job->others_turn && is_others_turn(r, &w)) {
			handoff_others_turn(r->plan, r->deadline);
			job_others_turn(r->job);
		}
		if (sys_stopped())
			return summarize(r, "interrupted");
		if (is_late(r))
			return r->parts & RUN_FINISH ? CODE_DONE : summarize(r, "gave up");
		repeat_cause(r, &w);
		err = wait_run(&w);
		if (err < 0)
			return timeline_report("ppoll", CAUSE(PPOLL_FAILED), sys_error(-err));
	}
}

static int hand_off(struct run *r)
{
	char text[128], now[CLOCKSOURCE_MAX + 2];
	unsigned ms;
	int err;

	logins_report_abandoned(&r->logins);
	add_leases(r);
	timeline_note(STEP_HANDOFF, EV_BEGIN, r->settle.root, 0, "", false);
	err = handoff_write(r->plan, &r->net, &r->settle);
	if (err)
		return timeline_report("/run/iscsiroot/handoff", CAUSE(HANDOFF_FAILED), sys_error(-err));
	if (*r->plan->clocksource && !clock_set(r->plan->clocksource, now))
		timeline_report("clock source", CAUSE(CLOCK_REFUSED), r->plan->clocksource, now);
	ms = (sys_now() - r->began) / 1000;
	out_text(text, sizeof(text), "root is ready after %u.%u%u%u s", ms / 1000, ms / 100 % 10,
		 ms / 10 % 10, ms % 10);
	timeline_note(STEP_HANDOFF, EV_OK, r->settle.root, 0, text, true);
	return CODE_DONE;
}

/* Another run in progress is waited for: two would log in twice. Return: an exit code, or -EAGAIN. */
static int open_job(struct run *r)
{
	int err;

	if (r->job->fd >= 0)
		return -EAGAIN;
	err = job_open(r->job);
	if (!err)
		return -EAGAIN;
	if (err != -EBUSY)
		return timeline_report(JOB_DIR, CAUSE(JOB_FAILED), sys_error(-err));
	if (r->parts == RUN_ALL)
		return job_await(JOB_ROOT, SYS_FOREVER);
	return timeline_report("run", CAUSE(JOB_RUNNING));
}

static int boot(struct run *r)
{
	int code = prepare(r);

	if (code)
		return code;
	code = open_job(r);
	if (code != -EAGAIN)
		return code;
	code = loop(r);
	/* before the hand-off, so that it has all NICs that are up */
	net_close(&r->net);
	if (!code && (r->parts & RUN_HANDOFF))
		code = hand_off(r);
	return code;
}

int run_job(unsigned parts, struct job *j)
{
	struct run *r = &state;
	int code;

	prctl(PR_SET_DUMPABLE, 0);	/* a core would hold the secrets */
	*r = (struct run){ .parts = parts, .job = j, .net.fd = -1, .settle.fd = -1, .settle.rootfd = -1 };
	code = boot(r);
	net_close(&r->net);
	if (r->began) {
		logins_close(&r->logins);
		if (parts & RUN_SETTLE)
			settle_close(&r->settle);
	}
	sys_wipe(plans, sizeof(plans));
	sys_wipe(&buffers, sizeof(buffers));
	sys_wipe(&state, sizeof(state));	/* the output of children, too */
	sys_wipe_stack();
	job_close(j, code);
	return code;
}
