// SPDX-License-Identifier: GPL-2.0-or-later
#include "formats/multipath.h"
#include "tap.h"

static const struct { const char *text; enum multipath_finds finds; const char *what; } cases[] = {
	{ "defaults {\n\tverbosity 2\n\tuser_friendly_names \"yes\"\n\tfind_multipaths \"on\"\n}\n", MULTIPATH_PAIRS,
	  "as multipath prints it" },
	{ "\tfind_multipaths yes\n", MULTIPATH_PAIRS, "as it may be written" },
	{ "\tfind_multipaths \"off\"\n", MULTIPATH_ALL, "off" },
	{ "find_multipaths no", MULTIPATH_ALL, "no, without a newline" },
	{ "\tfind_multipaths \"strict\"\n\tfind_multipaths \"on\"\n", MULTIPATH_CLAIMED, "the first one counts" },
	{ "\tfind_multipaths \"greedy\"\n", MULTIPATH_CLAIMED, "greedy" },
	{ "\tfind_multipaths \"\n", MULTIPATH_CLAIMED, "half a pair of quotes" },
	{ "\tfind_multipaths\n", MULTIPATH_CLAIMED, "no value" },
	{ "timeout\n", MULTIPATH_CLAIMED, "an error" },
	{ "", MULTIPATH_CLAIMED, "nothing" },
};

int main(void)
{
	unsigned i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		is_int(multipath_finds(span_of(cases[i].text)), cases[i].finds, cases[i].what);
	return done_testing();
}
