// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/keys.h"
#include "tap.h"

static void test_find(void)
{
	static const struct { const char *name; enum key key; enum param param; } rows[] = {
		{ "ISCSI_TARGET_NAME", K_TARGET_NAME, P_NONE },
		{ "iscsi_target_name", K_TARGET_NAME, P_NONE },
		{ "rd.iscsi.target.name", K_TARGET_NAME, P_NONE },
		{ "RD.ISCSI.IN.PASSWORD", K_IN_PASSWORD, P_NONE },
		{ "rd.iscsi.in_password", K_NONE, P_NONE },
		{ "rd.iscsi.target_name", K_NONE, P_NONE },
		{ "ISCSI_ROOT_LUN", K_LUN, P_NONE },
		{ "rd.iscsi.lun", K_NONE, P_NONE },
		{ "ISCSI_PARAM", K_PARAM, P_NONE },
		{ "rd.iscsi.param", K_PARAM, P_NONE },
		{ "ISCSI_AUTO", K_AUTO, P_NONE },
		{ "TARGET_NAME", K_NONE, P_NONE },
		{ "ISCSI_", K_NONE, P_NONE },
		{ "", K_NONE, P_NONE },
		{ "root", K_NONE, P_ROOT },
		{ "ROOT", K_NONE, P_NONE },
		{ "bootif", K_NONE, P_BOOTIF },
		{ "rd.bootif", K_NONE, P_RD_BOOTIF },
		{ "iscsi_firmware", K_NONE, P_ISCSI_FIRMWARE },
		{ "rd.iscsi.transport", K_NONE, P_TRANSPORT },
		{ "vlan", K_NONE, P_VLAN },
		{ "quiet", K_NONE, P_NONE },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		is_int(key_find(span_of(rows[i].name)), rows[i].key, rows[i].name);
		is_int(param_find(span_of(rows[i].name)), rows[i].param, "as a parameter");
	}
	is_int(key_find_bare(span_of("target_ip")), K_TARGET_IP, "a key of xenstore");
	is_int(key_find_bare(span_of("root_lun")), K_LUN, "an alias in xenstore");
	is_int(key_find_bare(span_of("ISCSI_LUN")), K_NONE, "no prefix in xenstore");
}

/* Each row by itself: found by all its names, and the names of secrets look like secrets. */
static void test_rows(void)
{
	char name[64];
	enum key k, other;
	enum param p;

	for (k = 0; k < K_COUNT; k++) {
		const struct key_row *row = key_row(k);

		snprintf(name, sizeof(name), ISCSI_PREFIX "%s", row->name);
		is_int(key_find(span_of(name)), k, name);
		is_int(key_nearest(span_of(name)), k, "the nearest key to itself");
		ok(key_is_ours(span_of(name)), "it is ours");
		ok(key_names_secret(span_of(name)) == (row->kind == KEY_SECRET), "secret or not");
		if (row->rd) {
			snprintf(name, sizeof(name), RD_PREFIX "%s", row->rd);
			is_int(key_find(span_of(name)), k, name);
		}
		for (other = 0; other < k; other++)
			ok(strcmp(row->name, key_row(other)->name), "another name than %s",
			   key_row(other)->name);
	}
	for (p = 0; p < P_COUNT; p++) {
		is_int(param_find(span_of(param_row(p)->name)), p, param_row(p)->name);
		is_int(key_find(span_of(param_row(p)->name)), K_NONE, "is no key as well");
		ok(param_row(p)->use == PARAM_READ || param_row(p)->hint, "it is read, or has a hint");
	}
}

static void test_nearest(void)
{
	static const struct { const char *name; enum key key; } rows[] = {
		{ "ISCSI_TARGET_NAM", K_TARGET_NAME }, { "ISCSI_PASWORD", K_PASSWORD },
		{ "rd.iscsi.targetname", K_TARGET_NAME }, { "ISCSI_LUM", K_LUN },
		{ "iscsi_time_out", K_TIMEOUT }, { "targetname", K_TARGET_NAME },
	};
	static char huge[100000];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_int(key_nearest(span_of(rows[i].name)), rows[i].key, rows[i].name);
	memset(huge, 'x', sizeof(huge) - 1);
	ok(key_nearest(span_of(huge)) < K_COUNT, "a name of 100 KB");
	ok(key_nearest(span_of("")) < K_COUNT, "no name");
}

static void test_ours(void)
{
	static const struct { const char *name; bool ours; } rows[] = {
		{ "ISCSI_X", true }, { "iscsi_x", true }, { "rd.iscsi.x", true },
		{ "iscsi_tcp.debug", false }, { "rd.isc", false }, { "quiet", false }, { "", false },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(key_is_ours(span_of(rows[i].name)) == rows[i].ours, "ours or not: %s", rows[i].name);
}

static void test_secret(void)
{
	static const struct { const char *text; bool secret; } rows[] = {
		{ "ISCSI_PASSWORD", true }, { "iscsi_passwrod", true }, { "ISCSI_PWD", true },
		{ "node.session.auth.password_in", true }, { "x.Secret=1", true }, { "password", true },
		{ "ISCSI_USERNAME", false }, { "node.startup", false }, { "", false }, { "p", false },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok(key_names_secret(span_of(rows[i].text)) == rows[i].secret, "a secret or not: %s",
		   rows[i].text);
}

int main(void)
{
	test_find();
	test_rows();
	test_nearest();
	test_ours();
	test_secret();
	return done_testing();
}
