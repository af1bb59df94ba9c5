// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <string.h>

#include "base/sys.h"
#include "boot/root/state.h"
#include "runtime/timeline.h"

void settle_cause(struct settle *s, const char *object, enum cause_id id, const char *fmt, ...)
{
	bool fresh;
	va_list ap;

	va_start(ap, fmt);
	fresh = cause_vset(&s->cause, object, id, fmt, ap);
	va_end(ap);
	s->holds = true;
	if (!fresh)
		return;
	s->shown = false;
	s->show_at = sys_now() + (id == CAUSE_UDEV_PENDING ? SETTLE_UDEV_US : SETTLE_GRACE_US);
}

void settle_remark_once(bool *noted, const char *object, enum cause_id id, const char *fmt, ...)
{
	struct cause c = { .code = 0 };
	va_list ap;

	if (*noted)
		return;
	*noted = true;
	va_start(ap, fmt);
	cause_vset(&c, object, id, fmt, ap);
	va_end(ap);
	timeline_cause(&c, true);
}

static bool is_tag(enum root_kind kind)
{
	return kind == ROOT_UUID || kind == ROOT_LABEL || kind == ROOT_PARTUUID || kind == ROOT_PARTLABEL;
}

void settle_link(const struct plan *p, char *buf, size_t size)
{
	static const char *const dirs[] = {
		[ROOT_UUID] = "disk/by-uuid/", [ROOT_LABEL] = "disk/by-label/",
		[ROOT_PARTUUID] = "disk/by-partuuid/", [ROOT_PARTLABEL] = "disk/by-partlabel/",
	};
	struct out o;

	out_init(&o, buf, size);
	if (is_tag(p->root_kind)) {
		out_str(&o, dirs[p->root_kind]);
		disk_encode(&o, p->root_value);
	} else if (settle_wants_link(p)) {
		out_str(&o, settle_path(p) + 5);
	}
}

bool settle_wants_link(const struct plan *p)
{
	return is_tag(p->root_kind) || !strncmp(settle_path(p), "/dev/disk/", 10);
}

const char *settle_path(const struct plan *p)
{
	bool path = p->root_kind == ROOT_DEVICE || p->root_kind == ROOT_OTHER;

	return path && !strncmp(p->root_value, "/dev/", 5) ? p->root_value : "";
}

const char *settle_node(const struct plan *p)
{
	return p->root_spec + (strncmp(p->root_spec, "block:", 6) ? 0 : 6);
}

const char *settle_root_name(const struct plan *p)
{
	return *p->root_spec ? p->root_spec : "the LUN";
}
