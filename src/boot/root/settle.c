// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/root/absent.h"
#include "boot/root/choose.h"
#include "boot/root/find.h"
#include "boot/root/layers.h"
#include "boot/root/lvm.h"
#include "boot/root/multipath.h"
#include "boot/root/probing.h"
#include "boot/root/settle.h"
#include "formats/uevent.h"

/* The two groups of NETLINK_KOBJECT_UEVENT. */
#define GROUP_KERNEL 1
#define GROUP_UDEV 2

#define EVENTS_MAX 256			/* received in a step: a flood of them must not hold up the others */
#define SCAN_US 2000000			/* between two scans for LUNs */
#define UEVENT_MAX 8192			/* the kernel's own limit is 2048 + the path */
#define RECEIVE_BUFFER (1 << 20)	/* the largest coldplug */

int settle_init(struct settle *s, const struct plan *plan)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK, .nl_groups = GROUP_KERNEL | GROUP_UDEV };
	int one = 1, size = RECEIVE_BUFFER, err;
	char path[64];

	memset(s, 0, sizeof(*s));
	s->plan = plan;
	s->lvm.program = "lvm";
	s->lvm.run.whole = s->lvm.output;
	s->maps.program = "multipath";
	s->list_sessions = session_list;
	s->found = s->unknown = -1;
	s->look_at = SYS_FOREVER;
	s->multipath = spawn_find("multipathd", path, sizeof(path)) || spawn_find("multipath", path, sizeof(path));
	s->rootfd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	s->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
	if (s->fd < 0 || s->rootfd < 0)
		goto failed;
	if (setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(s->fd, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) ||
	    bind(s->fd, (struct sockaddr *)&sa, sizeof(sa)))
		goto failed;
	return 0;
failed:
	err = -errno;
	settle_close(s);
	return err;
}

void settle_close(struct settle *s)
{
	unsigned i;

	if (!s->plan)		/* never opened: its descriptors are zero */
		return;
	if (s->lvm.task != LVM_IDLE)
		spawn_kill(&s->lvm.run);
	s->lvm.task = LVM_IDLE;
	settle_multipath_close(s);
	/* not waited for: a child may hang in the kernel; init reaps it */
	disk_probe_end(&s->probe, WNOHANG);
	disk_probe_end(&s->scan, WNOHANG);
	for (i = 0; i < HUNG_MAX; i++)
		disk_probe_end(&s->hung[i].probe, WNOHANG);
	if (s->fd >= 0)
		close(s->fd);
	if (s->rootfd >= 0)
		close(s->rootfd);
	s->fd = s->rootfd = -1;
}

/* Sent by the kernel, or by udev, which runs as root? Any process may send to a netlink socket. */
static bool is_trusted(const struct sockaddr_nl *from, struct msghdr *msg)
{
	struct cmsghdr *c;
	struct ucred cred;

	if (from->nl_groups == GROUP_KERNEL)
		return !from->nl_pid;
	if (from->nl_groups != GROUP_UDEV)
		return false;
	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS ||
		    c->cmsg_len < CMSG_LEN(sizeof(cred)))
			continue;
		memcpy(&cred, CMSG_DATA(c), sizeof(cred));
		return !cred.uid;
	}
	return false;
}

/* Return: 0, or -errno (-EAGAIN: no more). Sets s->look if something may have changed. */
static int receive_event(struct settle *s)
{
	static char buf[UEVENT_MAX];
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov,
			      .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct uevent ev;
	ssize_t n = recvmsg(s->fd, &msg, MSG_DONTWAIT);

	if (n < 0) {
		s->look |= errno == ENOBUFS;
		return errno == ENOBUFS || errno == EINTR ? 0 : -errno;
	}
	if (!is_trusted(&from, &msg))
		return 0;
	if (msg.msg_flags & MSG_TRUNC)
		s->look = true;
	else if (uevent_parse(buf, n, &ev) && (ev.from_udev || !s->udev))
		s->look |= span_eq(ev.subsystem, "block") || span_eq(ev.subsystem, "iscsi_session");
	return 0;
}

/* A final cause, unless a login or another disk of the target's is on its way. */
static bool must_last(const struct settle *s)
{
	if (s->cause.id == CAUSE_ROOT_LOCAL)
		return settle_wants_link(s->plan) && !s->n_sessions;
	return s->cause.id == CAUSE_ROOT_ONLY_LOCAL || s->cause.id == CAUSE_VG_LOCAL;
}

/* A disk that is not there yet is no fault while the kernel's scan, which came with the login, goes on. */
static bool is_early(const struct settle *s)
{
	return !s->scanned && (s->cause.id == CAUSE_NO_DISK || s->cause.id == CAUSE_NO_SUCH_LUN);
}

static bool is_to_be_shown(const struct settle *s)
{
	if (is_early(s))
		return false;
	if (must_last(s) && (s->more_paths || s->scanning))
		return false;
	return sys_now() >= s->show_at || (cause_kind(s->cause.id) == KIND_FINAL && !must_last(s));
}

static void show_cause(struct settle *s, struct wait *w)
{
	if (!s->cause.code || s->shown || s->bypass)
		return;
	if (!is_to_be_shown(s)) {
		if (sys_now() < s->show_at)
			wait_until(w, s->show_at);
		return;
	}
	s->shown = true;
	/* the prompt for the passphrase is on the console; the summary has the cause if time is up */
	timeline_cause(&s->cause, !settle_waits_for_passphrase(s));
}

/* The sessions of the plan's targets, but those that are only being logged in for the first time. Names have no
 * case (RFC 3722); the kernel keeps the login's. */
static void find_sessions(struct settle *s)
{
	int n = s->list_sessions(s->sessions, SESSIONS_MAX), i;
	unsigned t;

	if (n == SESSIONS_MAX && session_count() > SESSIONS_MAX)
		settle_remark_once(&s->sessions_noted, "sessions", CAUSE(TOO_MANY_SESSIONS), SESSIONS_MAX);
	s->n_sessions = 0;
	for (i = 0; i < n; i++)
		for (t = 0; t < s->plan->n_targets; t++)
			if (span_eq_nocase(span_of(s->sessions[i].target), s->plan->targets[t].name) &&
			    !s->sessions[i].first_login) {
				s->sessions[s->n_sessions++] = s->sessions[i];
				break;
			}
}

static enum progress ready(struct settle *s)
{
	const struct block *b = &s->blocks.b[s->found], *base = &s->blocks.b[b->base];
	const struct session *session = &s->sessions[base->session];
	char text[INAME_MAX + 128];

	settle_note_copies(s);
	settle_note_degraded(s);
	cause_clear(&s->cause);
	span_copy(span_of(s->node), s->root, sizeof(s->root));
	out_text(text, sizeof(text), "can be mounted: %s%s%s, LUN %u of %s", b == base ? "" : b->name,
		 b == base ? "" : " on ", base->name, (unsigned)base->lun, session->target);
	timeline_note(STEP_SETTLE, EV_OK, settle_root_name(s->plan), 0, text, true);
	return READY;
}

/* Others look for the root on these disks. */
static enum progress disks_ready(struct settle *s)
{
	cause_clear(&s->cause);
	span_copy(span_of(s->plan->root_spec), s->root, sizeof(s->root));
	timeline_note(STEP_SETTLE, EV_OK, settle_root_name(s->plan), 0,
		      "the disks are there, what looks for it goes on", true);
	return READY;
}

/* The child's answer on the node: READY or GOES_ON, never FAILED. */
static enum progress probed(struct settle *s, struct wait *w)
{
	const char *node = s->unknown < 0 ? s->node : s->blocks.b[s->unknown].name;
	int err;

	if (!disk_probe_done(&s->probe, w, &err)) {
		settle_probe_late(s, w);
		return GOES_ON;
	}
	if (!err && s->unknown < 0) {
		if (!settle_btrfs_missing(s, &s->blocks.b[s->found], s->probe.members))
			return ready(s);
		return GOES_ON;
	}
	if (err)
		settle_cause(s, node, CAUSE(READ_FAILED), sys_error(err));
	else
		settle_absent(s);
	s->look_at = sys_now() + SETTLE_GRACE_US;
	wait_until(w, s->look_at);
	return GOES_ON;
}

static bool is_there(int root, const char *path)
{
	return !faccessat(root, path, F_OK, 0);
}

static void find_udev(struct settle *s)
{
	s->udev = is_there(s->rootfd, "run/udev/control");
	s->dm_rules = s->udev &&
		      (is_there(s->rootfd, "lib/udev/rules.d/95-dm-notify.rules") ||
		       is_there(s->rootfd, "usr/lib/udev/rules.d/95-dm-notify.rules"));
}

/* Without udev's device-mapper rules udev has no entry of such devices that could be waited for. */
static void free_volumes(struct settle *s)
{
	unsigned i;

	for (i = 0; i < s->blocks.n; i++)
		if (s->blocks.b[i].dm_name[0])
			s->blocks.b[i].udev.settled = true;
}

static enum progress look_once(struct settle *s, struct wait *w)
{
	char want[ROOTSPEC_MAX + 1];
	int err;

	s->look_at = SYS_FOREVER;
	find_udev(s);
	find_sessions(s);
	if (s->n_sessions && !s->noted) {
		s->noted = true;
		timeline_note(STEP_SETTLE, EV_BEGIN, settle_root_name(s->plan), 0, "", false);
	}
	settle_link(s->plan, want, sizeof(want));
	err = disk_look(s->rootfd, s->sessions, s->n_sessions, *want ? want : NULL, s->udev,
			&s->blocks);
	if (s->blocks.cut)
		settle_remark_once(&s->blocks_noted, "block devices", CAUSE(TOO_MANY_BLOCKS), BLOCKS_MAX);
	settle_hung_mark(s);
	if (!s->dm_rules)
		free_volumes(s);
	if (err)
		settle_cause(s, "/sys/class/block", CAUSE(SYSFS_FAILED), sys_error(-err));
	switch (settle_find(s)) {
	case FIND_ROOT:
		s->unknown = -1;
		settle_probe(s, s->found, s->node);
		/* until there is a result */
		s->holds = s->cause.code == CODE_SYSTEM || s->cause.id == CAUSE_BTRFS_INCOMPLETE;
		return GOES_ON;
	case FIND_DISKS:
		return disks_ready(s);
	case FIND_REFUSED:
		return FAILED;
	case FIND_LVM:
		settle_lvm_next(s, w);
		return GOES_ON;
	default:
		return GOES_ON;
	}
}

static enum progress look(struct settle *s, struct wait *w)
{
	enum progress p;

	s->look = s->holds = false;
	p = look_once(s, w);
	if (!s->holds)
		cause_clear(&s->cause);
	else if (s->cause.code == CODE_NO_DEVICE && !s->scan_at)
		s->scan_at = sys_now() + (s->scanned ? SCAN_US : SETTLE_GRACE_US);
	return p;
}

/* The kernel scans for LUNs once, at the login. LUNs that are mapped later need another scan. */
static void scan_luns(struct settle *s, struct wait *w)
{
	int err;

	if (s->scan.pid) {
		if (disk_probe_done(&s->scan, w, &err))
			s->scanned = s->look = true;
		return;
	}
	if (s->scan_at && sys_now() >= s->scan_at) {
		disk_scan_start(&s->scan, s->sessions, s->n_sessions);
		s->scan_at = 0;
		s->look = true;
	}
	if (s->scan_at)
		wait_until(w, s->scan_at);
}

const struct cause *settle_why(const struct settle *s)
{
	static struct cause pending;
	bool lvm = s->lvm.task != LVM_IDLE;

	if (s->cause.code && !is_early(s))
		return &s->cause;
	cause_set_plain(&pending, lvm ? s->lvm.vg : settle_root_name(s->plan),
			lvm ? CAUSE_LVM_PENDING : CAUSE_ROOT_PENDING);
	return &pending;
}

bool settle_waits_for_passphrase(const struct settle *s)
{
	return s->cause.id == CAUSE_LUKS_CLOSED;
}

bool settle_waits_for_others(const struct settle *s)
{
	return settle_is_layer(s->cause.id);
}

/* A cause that lasts, or that only others can end. */
bool settle_idle(const struct settle *s)
{
	if (!s->began || s->look || s->scanning || s->probe.pid || s->lvm.task != LVM_IDLE ||
	    s->lvm.next != LVM_IDLE || s->root[0])
		return false;
	/* a target that does not answer, without which others may do */
	if (!s->cause.code)
		return s->plan->root_kind == ROOT_OTHER && !*settle_path(s->plan);
	if (s->cause.id == CAUSE_UDEV_PENDING)
		return false;
	/* the other paths come before multipath's turn */
	if (s->cause.id == CAUSE_MAP_NOT_MADE && s->more_paths)
		return false;
	return s->shown || settle_waits_for_others(s);
}

enum progress settle_step(struct settle *s, struct wait *w)
{
	enum progress p = GOES_ON;
	unsigned n;

	/* a cause is checked again before it is shown */
	if (s->cause.code && !s->shown && sys_now() >= s->show_at)
		s->look = true;
	s->look |= !s->began;
	s->began = true;
	for (n = 0; n < EVENTS_MAX && !receive_event(s); n++)
		;
	settle_hung_step(s, w);
	wait_fd(w, s->fd, POLLIN);
	if (s->probe.pid)
		p = probed(s, w);
	if (p == GOES_ON && !s->probe.pid && !settle_lvm_busy(s, w) &&
	    (s->look || sys_now() >= s->look_at)) {
		p = look(s, w);
		if (s->probe.pid)
			p = probed(s, w);
	}
	scan_luns(s, w);
	if (p == GOES_ON)
		settle_multipath_step(s, w);
	wait_until(w, s->look_at);
	if (p != READY)
		show_cause(s, w);
	if (must_last(s) && s->shown)
		return FAILED;
	return p;
}

enum progress settle_bypass_step(struct settle *s, struct wait *w)
{
	s->bypass = s->tried = true;
	settle_step(s, w);
	switch (s->cause.id) {
	case CAUSE_ROOT_LOCAL:
	case CAUSE_ROOT_ONLY_LOCAL:
	case CAUSE_VG_LOCAL:
		return READY;
	default:
		return GOES_ON;
	}
}

void settle_bypass_end(struct settle *s)
{
	s->bypass = s->tried = false;
	s->look = true;
	cause_clear(&s->cause);
}
