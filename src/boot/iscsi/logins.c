// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot/iscsi/logins.h"

/* The plan may still change, but not its engine. */
void logins_preload(struct logins *e, bool native)
{
	e->native = native;
	e->of_keeper.watch = -1;
	if (native)
		native_preload(&e->of_keeper);
	else
		login_preload(&e->login);
}

void logins_init(struct logins *e, const struct plan *plan)
{
	if (e->native)
		native_init(&e->of_keeper, plan);
	else
		login_init(&e->login, plan);
}

enum progress logins_step(struct logins *e, struct wait *w)
{
	return e->native ? native_step(&e->of_keeper, w) : login_step(&e->login, w);
}

const struct cause *logins_cause(const struct logins *e)
{
	return e->native ? &e->of_keeper.cause : &e->login.cause;
}

unsigned logins_portals(const struct logins *e)
{
	return e->native ? native_portals(&e->of_keeper) : e->login.n_portals;
}

unsigned logins_up(const struct logins *e)
{
	return e->native ? native_up(&e->of_keeper) : login_up(&e->login);
}

unsigned logins_targets_up(const struct logins *e)
{
	return e->native ? native_targets_up(&e->of_keeper) : login_targets_up(&e->login);
}

bool logins_scanning(const struct logins *e)
{
	return e->native ? native_scanning(&e->of_keeper) : login_scanning(&e->login);
}

unsigned logins_untried(const struct logins *e)
{
	return e->native ? native_untried(&e->of_keeper) : login_untried(&e->login);
}

void logins_report_abandoned(const struct logins *e)
{
	if (e->native)
		native_report_abandoned(&e->of_keeper);
	else
		login_report_abandoned(&e->login);
}

void logins_close(struct logins *e)
{
	if (e->native)
		native_close(&e->of_keeper);
	else
		login_close(&e->login);
}
