// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/text.h"
#include "tap.h"

static const char long_path[] =	/* 159 bytes, as many as there is room for */
	"/a23456789/123456789/123456789/123456789/123456789/123456789/123456789/123456789"
	"/123456789/123456789/123456789/123456789/123456789/123456789/123456789/12345678";

/* Every path that @take finds, a blank behind each. */
static const char *all(bool (*take)(struct span *, char *), struct span text)
{
	static char found[1024];
	char path[KEEPER_PATH_MAX];
	struct out o;

	out_init(&o, found, sizeof(found));
	while (take(&text, path))
		out_fmt(&o, "%s ", path);
	ok(!text.n && !o.overflow, "all of the text is taken");
	return found;
}

static void test_file(void)
{
	static const struct { const char *text, *want; } rows[] = {
		{ "", "" }, { "\n\n", "" }, { "/sbin/iscsid\n/lib/x86_64-linux-gnu/libc.so.6\n",
		  "/sbin/iscsid /lib/x86_64-linux-gnu/libc.so.6 " },
		{ "/lib/libstdc++.so.6\n/opt/a_b/c-1.2", "/lib/libstdc++.so.6 /opt/a_b/c-1.2 " },
		{ "sbin/iscsid\n./a\n\n/b", "/b " }, { "/etc/../root/x\n/..\n/a..b\n/c", "/c " },
		{ "/a b\n/a\tb\n/a;b\n/a$b\n/a'b\n/a\\b\n/a*b\n /a\n/a \n/a\r\n/b", "/b " },
		{ "/\303\244\n/a\177\n/a\001\n/b", "/b " }, { "/", "/ " },
	};
	char text[2 * sizeof(long_path) + 2];
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(all(text_file, span_of(rows[i].text)), rows[i].want, "a list of files");
	is_str(all(text_file, (struct span){ "/a\0b\n/b", 7 }), "/b ", "a NUL in a path");
	is_int(strlen(long_path), KEEPER_PATH_MAX - 1, "the longest path");
	snprintf(text, sizeof(text), "%sx\n%s", long_path, long_path);
	ok(!strncmp(all(text_file, span_of(text)), long_path, sizeof(long_path) - 1),
	   "it is taken, and one that is longer passed over");
}

static void test_ldd(void)
{
	static const char debian[] =
		"\tlinux-vdso.so.1 (0x00007ffd4a5f0000)\n"
		"\tlibopeniscsiusr.so => /lib/libopeniscsiusr.so (0x00007f1f0c5c6000)\n"
		"\tlibcrypto.so.3 => /lib/x86_64-linux-gnu/libcrypto.so.3 (0x00007f1f0c000000)\n"
		"\tlibgone.so.1 => not found\n"
		"\t/lib64/ld-linux-x86-64.so.2 (0x00007f1f0c6a5000)\n";
	static const struct { const char *text, *want; } rows[] = {
		{ "", "" }, { "\tstatically linked\n", "" }, { "\tnot a dynamic executable\n", "" },
		{ "\t\t\t\n \n", "" }, { "a => /x/../y (0)\n", "" }, { "a => /x", "/x " },
		{ "ldd: /usr/sbin/iscsid: No such file\n", "" },
		{ "\t/a => /b (0x1)\n\t/c\n", "/a /c " },
	};
	unsigned i;

	is_str(all(text_ldd, span_of(debian)), "/lib/libopeniscsiusr.so "
	       "/lib/x86_64-linux-gnu/libcrypto.so.3 /lib64/ld-linux-x86-64.so.2 ", "Debian's ldd");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		is_str(all(text_ldd, span_of(rows[i].text)), rows[i].want, "ldd's output");
}

static void test_recovered(void)
{
	static const struct { const char *line; int sid; } rows[] = {
		{ "iscsid: connection1:0 is operational after recovery (2 attempts)", 1 },
		{ "iscsid: connection17:0 is operational after recovery (1 attempts)\n", 17 },
		{ "connection0:0 is operational after recovery", 0 },
		{ "connection2147483647:0 is operational after recovery (1 attempts)", INT32_MAX },
		{ "connection2147483648:0 is operational after recovery (1 attempts)", -1 },
		{ "connection99999999999999999999:0 is operational after recovery", -1 },
		{ "connection-1:0 is operational after recovery (1 attempts)", -1 },
		{ "connection:0 is operational after recovery", -1 },
		{ "connection is operational after recovery", -1 },
		{ "connection1 is operational after recovery", -1 },
		{ "connection 1:0 is operational after recovery", -1 },
		{ "Connection1:0 to [target: iqn.x, portal: 192.0.2.1] is operational now", -1 },
		{ "iscsid: Kernel reported iSCSI connection 1:0 error (1022) state (3)", -1 },
		{ "connection1:0 is operational after recover", -1 },
		{ " is operational after recovery connection1:0", -1 }, { "connection1:0", -1 },
		{ "connection", -1 }, { "", -1 },
	};
	unsigned i, sid;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool found;

		sid = 4711;
		found = text_recovered(span_of(rows[i].line), &sid);
		ok(found == (rows[i].sid >= 0) && sid == (found ? (unsigned)rows[i].sid : 4711),
		   "recovered: \"%.40s\"", rows[i].line);
	}
}

static void test_refused(void)
{
	static const struct { const char *line, *why; } rows[] = {
		{ "iscsid: connection1:0 login rejected: initiator error - target not found (02/03)",
		  "initiator error - target not found (02/03)" },
		{ "iscsid: session 1 login rejected: Initiator failed authentication with target",
		  "Initiator failed authentication with target" },
		{ "login rejected: x", "x" }, { "login rejected: login rejected: ", "login rejected: " },
		{ "login rejected: ", NULL }, { "login rejected:", NULL }, { "login rejected", NULL },
		{ "Login rejected: x", NULL }, { "", NULL },
	};
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct span why = { NULL, 0 };
		bool found = text_rejected(span_of(rows[i].line), &why);

		ok(found == !!rows[i].why && (found ? span_eq(why, rows[i].why) : !why.p),
		   "refused: \"%.40s\"", rows[i].line);
	}
}

static void test_session(void)
{
	static const struct { const char *line; int sid; } rows[] = {
		{ "iscsid: connection1:0 login rejected: x", 1 }, { "session 12 login rejected: x", 12 },
		{ "connection x of session 3 ", 3 }, { "connection2147483648:0", -1 }, { "session 4", -1 },
		{ "sessions 4 ", -1 }, { "connection4", -1 }, { "", -1 },
	};
	unsigned i, sid;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool found;

		sid = 4711;
		found = text_session(span_of(rows[i].line), &sid);
		ok(found == (rows[i].sid >= 0) && sid == (found ? (unsigned)rows[i].sid : 4711),
		   "session of \"%.40s\"", rows[i].line);
	}
}

static void test_unbound(void)
{
	static const struct { const char *line; int sid; unsigned cid; } rows[] = {
		{ "iscsid: can't bind conn 1:0 to session 1, retcode -107 (115)", 1, 0 },
		{ "can't bind conn 12:3 to session 12, retcode -107 (0)", 12, 3 },
		{ "can't bind conn 1:0 to session 1, retcode -1070 (115)", -1, 0 },
		{ "can't bind conn 1:0 to session 1, retcode -22 (115)", -1, 0 },
		{ "can't bind conn 1 to session 1, retcode -107 (115)", -1, 0 },
		{ "can't bind conn -1:0 to session 1, retcode -107 (115)", -1, 0 },
		{ "can't bind conn 1:0", -1, 0 }, { "can't bind conn ", -1, 0 }, { "", -1, 0 },
	};
	unsigned i, sid, cid;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool found, want = rows[i].sid >= 0;

		sid = cid = 4711;
		found = text_unbound(span_of(rows[i].line), &sid, &cid);
		ok(found == want && sid == (want ? (unsigned)rows[i].sid : 4711) &&
		   cid == (want ? rows[i].cid : 4711), "refused by the kernel: \"%.60s\"", rows[i].line);
	}
}

static void test_ready(void)
{
	ok(text_ready(span_of("READY=1")) && text_ready(span_of("READY=1\nSTATUS=x\n")) &&
	   text_ready(span_of("MAINPID=4\nREADY=1\n")), "it is ready");
	ok(!text_ready(span_of("")) && !text_ready(span_of("READY=0")) &&
	   !text_ready(span_of("READY=10\nXREADY=1\nREADY=1 \nready=1\nREADY=\n1")) &&
	   !text_ready((struct span){ "READY=1", 6 }) &&
	   !text_ready((struct span){ "READY=1\0", 8 }),
	   "it is not");
}

int main(void)
{
	test_file();
	test_ldd();
	test_recovered();
	test_refused();
	test_session();
	test_unbound();
	test_ready();
	return done_testing();
}
