// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "boot/net/routes.h"
#include "runtime/timeline.h"

void routes_init(struct routes *r, const struct plan *plan, struct rtnl *nl)
{
	*r = (struct routes){ .plan = plan, .nl = nl };
}

void routes_up(struct routes *r, unsigned rank, bool has_default)
{
	r->has_default[rank] = has_default;
}

/* Has a NIC whose rank is @from or more, and less than @end, a default route? */
static bool has_default_among(const struct routes *r, unsigned from, unsigned end)
{
	for (; from < end; from++)
		if (r->has_default[from])
			return true;
	return false;
}

/*
 * Of several default routes the one of the first NIC counts, whichever NIC was up first: so a later
 * NIC's goes behind the others. ipconfig adds its own before the others; that one is deleted first.
 */
int routes_add(struct routes *r, const struct routes_nic *nic, const struct route *rt)
{
	const struct addr *via = &rt->via;
	bool link_local = via->family == 6 && via->b[0] == 0xfe && (via->b[1] & 0xc0) == 0x80;
	bool second = has_default_among(r, 0, nic->rank);
	int index = nic->link->index;
	unsigned how = 0;

	if (via->family && !link_local && !addr_in(via, nic->address, nic->prefix)) {
		how = ROUTE_ONLINK;
		timeline_report(nic->link->name, CAUSE(GATEWAY_OUTSIDE), via, nic->address, nic->prefix);
	}
	if (!rt->prefix && (second || has_default_among(r, nic->rank, NICS_MAX)))
		rtnl_route(r->nl, index, rt, ROUTE_DELETE);
	if (!rt->prefix && second)
		how |= ROUTE_LAST;
	return rtnl_route(r->nl, index, rt, how);
}

void routes_plan(struct routes *r, const struct link *l)
{
	unsigned i;
	int err, index;

	for (i = 0; i < r->plan->n_routes; i++) {
		const struct route *rt = &r->plan->routes[i];

		if (r->done[i] || (rt->device[0] && strcmp(rt->device, l->name)))
			continue;
		index = rt->device[0] || !rt->via.family ? l->index : 0;
		err = rtnl_route(r->nl, index, rt, 0);
		if (err && rt->device[0])
			err = rtnl_route(r->nl, index, rt, ROUTE_ONLINK);
		r->done[i] = !err;
	}
}

void routes_report(struct routes *r)
{
	char object[64];
	unsigned i;

	for (i = 0; i < r->plan->n_routes; i++) {
		const struct route *rt = &r->plan->routes[i];

		if (r->done[i])
			continue;
		r->done[i] = true;
		out_text(object, sizeof(object), "%pI/%u", &rt->to, rt->prefix);
		timeline_report(object, CAUSE(ROUTE_NOT_SET));
	}
}
