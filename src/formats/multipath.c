// SPDX-License-Identifier: GPL-2.0-or-later
#include "formats/multipath.h"

/* The value of `	find_multipaths "on"`. */
static bool take_value(struct span line, struct span *value)
{
	struct span key;

	if (!span_field(&line, &key) || !span_eq(key, "find_multipaths") || !span_field(&line, value))
		return false;
	if (value->n >= 2 && *value->p == '"' && value->p[value->n - 1] == '"')
		*value = (struct span){ value->p + 1, value->n - 2 };
	return true;
}

enum multipath_finds multipath_finds(struct span config)
{
	struct span line, value;

	while (config.n) {
		span_cut(&config, '\n', &line);
		if (!take_value(line, &value))
			continue;
		if (span_eq(value, "on") || span_eq(value, "yes"))
			return MULTIPATH_PAIRS;
		if (span_eq(value, "off") || span_eq(value, "no"))
			return MULTIPATH_ALL;
		return MULTIPATH_CLAIMED;
	}
	return MULTIPATH_CLAIMED;
}
