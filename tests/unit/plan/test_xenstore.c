// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/xenstore.h"
#include "plan_case.h"

static void gather(struct work *w, const char *bytes, size_t n)
{
	static struct plan_input in;

	in.xenstore = (struct span){ bytes, n };
	w->in = &in;
	xenstore_gather(w);
}

int main(void)
{
	static const char keys[] = "lun\0\1\0" "7param\0\3\0" "a=1foo\0\0\0" "TARGET_IP\0\1\0x";
	static const struct { const char *bytes; size_t n; } cut[] = {
		{ "lun", 3 }, { "lun\0", 4 }, { "lun\0\1", 5 }, { "lun\0\1\0", 6 }, { "lun\0\2\0x", 7 },
		{ "lun\0\xff\xffx", 7 },
	};
	struct work *w = work_for("KEY");
	unsigned i;

	gather(w, keys, sizeof(keys) - 1);
	ok(span_eq(w->set[K_LUN].raw, "7") && w->set[K_LUN].source == SRC_XENSTORE, "a key");
	ok(!w->set[K_LUN].quoted, "its value has no quotes of a shell");
	ok(w->n_list == 1 && span_eq(w->list[0].setting.raw, "a=1"), "a list");
	ok(span_eq(w->set[K_TARGET_IP].raw, "x"), "in any case");
	ok(p.n_warnings == 1 && strstr(p.warnings[0], PLACE_XENSTORE ": foo: unknown key"), "unknown");
	w = work_for("KEY");
	w->set[K_LUN] = (struct setting){ .set = true, .source = SRC_FILE, .raw = span_of("9") };
	gather(w, keys, sizeof(keys) - 1);
	ok(span_eq(w->set[K_LUN].raw, "9"), "the file takes precedence");
	for (i = 0; i < sizeof(cut) / sizeof(*cut); i++) {
		w = work_for("KEY");
		gather(w, cut[i].bytes, cut[i].n);
		ok(!w->set[K_LUN].set, "a key that is cut off: %u bytes", (unsigned)cut[i].n);
	}
	return done_testing();
}
