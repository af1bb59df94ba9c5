// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "formats/keyval.h"
#include "runtime/keeper_plan.h"

#define VALUE_MAX 1024		/* no value of today has more than 255 bytes; a later one may */

/* The texts of a target. */
static const struct text {
	const char *key;
	size_t at, size;
} texts[] = {
#define TEXT(name) { #name, offsetof(struct keeper_target, name), sizeof(((struct keeper_target *)0)->name) }
	TEXT(netdev), TEXT(iface), TEXT(username), TEXT(password), TEXT(username_in), TEXT(password_in),
#undef TEXT
};

#define N_TEXTS (sizeof(texts) / sizeof(*texts))

static void put_portal(const struct keeper_portal *portal, struct out *o)
{
	out_fmt(o, "portal=%pI\nport=%u\ngroup=%u\n", &portal->address, portal->port, portal->group);
}

void keeper_plan_format(const struct keeper_plan *p, struct out *o)
{
	unsigned t, i;

	out_str(o, "version=1\n");
	keyval_put(o, "initiator", p->initiator, '\n');
	out_fmt(o, "multipath=%u\n", p->multipath);
	if (p->replacement_timeout < 0)
		out_str(o, "replacement_timeout=never\n");
	else
		out_fmt(o, "replacement_timeout=%u\n", (unsigned)p->replacement_timeout);
	for (i = 0; i < p->n_params; i++)
		keyval_put(o, "param", p->params[i], '\n');
	for (t = 0; t < p->n_targets; t++) {
		keyval_put(o, "\ntarget", p->targets[t].name, '\n');
		for (i = 0; i < N_TEXTS; i++)
			keyval_put(o, texts[i].key, (const char *)&p->targets[t] + texts[i].at, '\n');
		for (i = 0; i < p->n_portals; i++)
			if (p->portals[i].target == t)
				put_portal(&p->portals[i], o);
	}
}

static bool take_text(const char *value, char *buf, size_t size)
{
	return span_copy(span_of(value), buf, size);
}

static bool take_port(const char *value, uint16_t *n)
{
	uint64_t v;

	if (!scan_uint(span_of(value), UINT16_MAX, &v))
		return false;
	*n = v;
	return true;
}

static bool take_timeout(const char *value, int *seconds)
{
	uint64_t v;

	if (!strcmp(value, "never")) {
		*seconds = -1;
		return true;
	}
	if (!scan_uint(span_of(value), INT32_MAX, &v))
		return false;
	*seconds = v;
	return true;
}

static bool add_portal(struct keeper_plan *p, const char *value)
{
	struct keeper_portal *portal;

	if (!p->n_targets || p->n_portals == LOGINS_MAX)
		return false;
	portal = &p->portals[p->n_portals++];
	*portal = (struct keeper_portal){ .target = p->n_targets - 1 };
	return scan_addr(span_of(value), &portal->address);
}

static bool target_key(struct keeper_plan *p, struct span key, const char *value)
{
	struct keeper_target *t = &p->targets[p->n_targets - 1];
	unsigned i;

	if (span_eq(key, "portal"))
		return add_portal(p, value);
	if (p->n_portals && span_eq(key, "port"))
		return take_port(value, &p->portals[p->n_portals - 1].port);
	if (p->n_portals && span_eq(key, "group"))
		return take_port(value, &p->portals[p->n_portals - 1].group);
	for (i = 0; i < N_TEXTS; i++)
		if (span_eq(key, texts[i].key))
			return take_text(value, (char *)t + texts[i].at, texts[i].size);
	return true;
}

static bool plan_key(struct keeper_plan *p, struct span key, const char *value)
{
	if (span_eq(key, "target"))
		return p->n_targets < TARGETS_MAX &&
		       take_text(value, p->targets[p->n_targets++].name, sizeof(p->targets->name));
	if (p->n_targets)
		return target_key(p, key, value);
	if (span_eq(key, "initiator"))
		return take_text(value, p->initiator, sizeof(p->initiator));
	if (span_eq(key, "multipath")) {
		p->multipath = !strcmp(value, "1");
		return p->multipath || !strcmp(value, "0");
	}
	if (span_eq(key, "replacement_timeout"))
		return take_timeout(value, &p->replacement_timeout);
	if (span_eq(key, "param"))
		return p->n_params < PARAMS_MAX &&
		       take_text(value, p->params[p->n_params++], sizeof(p->params[0]));
	return true;
}

bool keeper_plan_parse(struct span text, struct keeper_plan *p)
{
	bool good = true, version = false;
	char value[VALUE_MAX];
	struct span key;
	unsigned i;

	memset(p, 0, sizeof(*p));
	while (good && keyval_next(&text, &key, value, sizeof(value))) {
		if (span_eq(key, "version"))
			version = good = !strcmp(value, "1");
		else
			good = plan_key(p, key, value);
	}
	for (i = 0; i < p->n_portals; i++)
		good &= p->portals[i].port != 0;
	return good && version && !text.n && *p->initiator;
}

unsigned keeper_plan_paths(const struct keeper_plan *p, unsigned target)
{
	unsigned i, n = 0;

	for (i = 0; i < p->n_portals; i++)
		n += p->portals[i].target == target;
	return n;
}
