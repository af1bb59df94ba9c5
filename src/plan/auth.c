// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "plan/auth.h"

bool auth_copy(struct work *w, struct span v, bool secret, char *dst)
{
	size_t i;

	if (v.n > CHAP_MAX)
		return work_reject(w, "longer than " LIMIT_TEXT(CHAP_MAX) " bytes", NOTHING, NULL);
	for (i = 0; i < v.n; i++)
		if ((unsigned char)v.p[i] < 0x20 && v.p[i] != '\t')
			return work_reject(w, "contains a control character", secret ? NOTHING : v,
					   NULL);
	if (secret && v.n && v.n < 12)
		work_warn(w, "CHAP secret shorter than 12 bytes", NOTHING,
			  "use 12 to 16 bytes, RFC 7143 section 9.2.1");
	span_copy(v, dst, CHAP_MAX + 1);
	return true;
}

void auth_note_secret(struct work *w)
{
	w->p->secret_on_cmdline = true;
	work_warn(w, "every user can read this secret in /proc/cmdline", NOTHING,
		  "move it to " PLACE_FILE);
}

static bool reject_half(struct work *w, enum key k, const char *reason, const char *hint)
{
	if (w->set[k].set)
		w->at = w->set[k].at;
	return work_reject(w, reason, NOTHING, hint);
}

static bool check_pair(struct work *w, bool name, bool secret, enum key name_key,
		       enum key secret_key, const char *name_hint, const char *secret_hint)
{
	if (name && !secret)
		return reject_half(w, name_key, "user name without a password", secret_hint);
	if (secret && !name)
		return reject_half(w, secret_key, "password without a user name", name_hint);
	return true;
}

bool auth_finish(struct work *w, struct plan_auth *a)
{
	bool out = *a->username, in = *a->username_in;

	if (!check_pair(w, out, *a->password, K_USERNAME, K_PASSWORD, "set ISCSI_USERNAME as well",
			"set ISCSI_PASSWORD as well") ||
	    !check_pair(w, in, *a->password_in, K_IN_USERNAME, K_IN_PASSWORD,
			"set ISCSI_IN_USERNAME as well", "set ISCSI_IN_PASSWORD as well"))
		return false;
	if (in && !out)
		return reject_half(w, K_IN_USERNAME,
				   "mutual CHAP without credentials of the initiator",
				   "set ISCSI_USERNAME and ISCSI_PASSWORD as well");
	if (in && !strcmp(a->password, a->password_in))
		work_warn(w, "same CHAP secret in both directions", NOTHING,
			  "use two different ones: targets reject it, RFC 7143 section 9.2.1");
	a->method = in ? AUTH_MUTUAL : out ? AUTH_CHAP : AUTH_NONE;
	return true;
}
