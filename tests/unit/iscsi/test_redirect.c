// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of TargetAddress. */
#include "iscsi/redirect.h"
#include "tap.h"

static const char *read_one(const char *value)
{
	static char text[96];
	struct iscsi_redirect r = { .permanent = true, .port = 7, .group = 9 };

	if (!redirect_parse(span_of(value), &r))
		return r.port == 7 && r.group == 9 && !r.address.family ? "none" : "written";
	if (r.has_group)
		out_text(text, sizeof(text), "%pI %u %u", &r.address, (unsigned)r.port, (unsigned)r.group);
	else
		out_text(text, sizeof(text), "%pI %u", &r.address, (unsigned)r.port);
	return r.permanent ? text : "not permanent";
}

int main(void)
{
	static const char *const rows[][2] = {
		{ "192.0.2.1", "192.0.2.1 3260" }, { "192.0.2.1:860", "192.0.2.1 860" },
		{ "192.0.2.1:860,2", "192.0.2.1 860 2" }, { "192.0.2.1,65535", "192.0.2.1 3260 65535" },
		{ "[2001:db8::1]", "2001:db8::1 3260" }, { "[2001:db8::1]:861,0", "2001:db8::1 861 0" },
		{ "[2001:db8::1],3", "2001:db8::1 3260 3" },
		{ "", "none" }, { "storage.example", "none" }, { "storage.example:3260,1", "none" },
		{ "192.0.2.1:", "none" }, { "192.0.2.1:0", "none" }, { "192.0.2.1:65536", "none" },
		{ "192.0.2.1:3260,", "none" }, { "192.0.2.1:3260,65536", "none" },
		{ "192.0.2.1:3260,1,2", "none" }, { "192.0.2.256", "none" }, { "2001:db8::1", "none" },
		{ "[2001:db8::1", "none" }, { "[2001:db8::1]3260", "none" }, { "[192.0.2.1]", "none" },
		{ "[]", "none" }, { " 192.0.2.1", "none" }, { ":3260", "none" }, { ",1", "none" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(read_one(rows[i][0]), rows[i][1], rows[i][0]);
	return done_testing();
}
