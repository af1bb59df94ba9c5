// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/xenstore.h"

/* Take the next key off @rest; false at the end. */
static bool next_key(struct span *rest, struct span *key, struct span *value)
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

	while (next_key(&rest, &key, &value)) {
		struct setting s = { .set = true, .source = SRC_XENSTORE, .raw = value,
				     .at = { PLACE_XENSTORE, 0, key } };
		enum key k = key_find_bare(key);

		if (k == K_NONE) {
			w->at = s.at;
			work_warn_unknown(w, key);
		} else if (key_row(k)->kind == KEY_LIST) {
			work_add_item(w, k, &s);
		} else if (!w->set[k].set) {
			w->set[k] = s;
		}
	}
}
