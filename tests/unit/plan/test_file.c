// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/file.h"
#include "plan_case.h"

/* The value of ISCSI_LUN as it is written, or NULL and the reason why the file is rejected. */
static void test_lines(void)
{
	static const struct { const char *file, *raw, *reason; } rows[] = {
		{ "ISCSI_LUN=1\n", "1", NULL }, { "  iscsi_lun='1 2' # x\r\n", "'1 2'", NULL },
		{ "\xef\xbb\xbfISCSI_LUN=1", "1", NULL }, { "export ISCSI_LUN=1\n", "1", NULL },
		{ "ISCSI_LUN=1\nISCSI_LUN=2\n", "2", NULL }, { "export ISCSI_LUN\n", NULL, NULL },
		{ "# ISCSI_LUN=1\n\n \n", NULL, NULL }, { "\xef\xbb", NULL, "not KEY=VALUE" },
		{ "ISCSI_LUN = 1\n", NULL, "not KEY=VALUE" }, { "reboot\n", NULL, "not KEY=VALUE" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct plan_input in = input("", rows[i].file);
		struct work *w = work_for("KEY");
		const struct setting *s = &w->set[K_LUN];

		w->in = &in;
		file_gather(w);
		ok(w->file_bad == (rows[i].reason != NULL), "file: %s", flat(rows[i].file));
		if (rows[i].reason)
			is_str(why.reason, rows[i].reason, "its rejection");
		else
			ok(s->set == (rows[i].raw != NULL) && (!s->set || span_eq(s->raw, rows[i].raw)),
			   "its value");
	}
}

static void test_gather(void)
{
	struct plan_input in = input("", "FOO=1\nISCSI_LUN=1\nISCSI_LUN=2\nISCSI_LUM=3\nx\ny\n");
	struct work *w = work_for("KEY");

	w->in = &in;
	file_gather(w);
	is_int(p.n_warnings, 3, "warnings");
	is_str(p.warnings[0], PLACE_FILE ":1: FOO: unknown key, ignored", "a foreign key");
	is_str(p.warnings[1], PLACE_FILE ":3: ISCSI_LUN: set twice, using the last one", "a key twice");
	is_str(p.warnings[2], PLACE_FILE ":4: ISCSI_LUM: unknown key, ignored (did you mean ISCSI_LUN?)",
	       "a misspelt key");
	is_int(why.line, 5, "the first error counts");
	w = work_for("KEY");
	w->in = &in;
	w->set[K_LUN] = (struct setting){ .set = true, .source = SRC_CMDLINE, .raw = span_of("9") };
	file_gather(w);
	ok(span_eq(w->set[K_LUN].raw, "9"), "the command line takes precedence");
}

static void test_initiator(void)
{
	static const struct { const char *file, *name, *reason; } rows[] = {
		{ "InitiatorName=iqn.2001-04.com.example:a\n", "iqn.2001-04.com.example:a", NULL },
		{ "# x\n initiatorname = \"iqn.2001-04.com.example:a\" # y\r\n",
		  "iqn.2001-04.com.example:a", NULL },
		{ "InitiatorName=iqn.2001-04.com.example:a\nInitiatorName=iqn.2001-04.com.example:b\n",
		  "iqn.2001-04.com.example:b", NULL },
		{ "InitiatorName=\n", "", NULL }, { "GenerateName=yes\n", "", NULL }, { "", "", NULL },
		{ "InitiatorName=Host-A\n", "Host-A", NULL },
		{ "InitiatorName=$(x)\n", NULL, "$ or ` outside single quotes" },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct plan_input in = { .initiatorname = span_of(rows[i].file) };
		struct work *w = work_for("KEY");

		w->in = &in;
		ok(file_read_initiator(w) == !rows[i].reason, "initiator: %s", flat(rows[i].file));
		is_str(rows[i].reason ? why.reason : p.initiator,
		       rows[i].reason ? rows[i].reason : rows[i].name, "what it has");
	}
}

int main(void)
{
	test_lines();
	test_gather();
	test_initiator();
	return done_testing();
}
