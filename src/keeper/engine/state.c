// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/engine/state.h"

const char *state_object(const struct connection *c)
{
	static char object[ADDR_TEXT_MAX + INAME_MAX + 16];

	out_text(object, sizeof(object), c->portal->address.family == 6 ? "[%pI]:%u %s" : "%pI:%u %s",
		 &c->portal->address, c->portal->port, c->target->name);
	return object;
}
