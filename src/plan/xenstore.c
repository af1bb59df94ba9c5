// SPDX-License-Identifier: GPL-2.0-or-later
/* plan: what the host has written below vm-data/iscsiroot/ of xenstore. */
#include "plan/parts.h"

/* Take the next key off @rest; false at the end. */
static bool next(struct span *rest, struct span *key, struct span *value)
{
	size_t n;

	if (!span_cut(rest, '\0', key) || rest->n < 2)
		return false;
	n = (uint8_t)rest->p[0] | (uint8_t)rest->p[1] << 8;
	if (n > rest->n - 2)
		return false;
	*value = (struct span){ rest->p + 2, n };
	rest->p += n + 2;
	rest->n -= n + 2;
	return true;
}

void xenstore_gather(struct work *w)
{
	struct span rest = w->in->xenstore, key, value;

	while (next(&rest, &key, &value)) {
		struct where at = { PLACE_XENSTORE, 0, key };
		enum key k = key_find_bare(key);

		if (k == K_PARAM) {
			w->xenstore_param = value;
		} else if (k == K_NONE) {
			w->at = at;
			key_warn_unknown(w, key);
		} else if (!w->set[k].set) {
			w->set[k] = (struct setting){ .set = true, .source = SRC_XENSTORE, .at = at,
						      .raw = value };
		}
	}
}
