// SPDX-License-Identifier: GPL-2.0-or-later
/* A script stands in for getent: it answers from a file, and notes what it was asked. */
#include "boot/iscsi/names.h"
#include "tree.h"

static struct names names;
static char script[96];

static void begin(const char *answers)
{
	char text[600];

	tree_begin("names");
	tree_put("answers", answers);
	snprintf(script, sizeof(script), "%s/getent", tree);
	snprintf(text, sizeof(text), "#!/bin/sh\necho \"$*\" >>%s/asked\n[ \"$1\" = ahosts ] || exit 1\n"
		 "grep \" $2\\$\" %s/answers || exit 2\n", tree, tree);
	tree_put("getent", text);
	chmod(script, 0755);
	names = (struct names){ .program = script, .n = 2, .list = { { .host = "one.example" }, { .host = "two.example" } } };
}

/* The next look-up that ends; NULL: none within 5 s. */
static struct name *await(void)
{
	int64_t until = sys_now() + 5000000;
	static struct wait w;
	struct name *name;

	do {
		wait_begin(&w, until);
		name = names_step(&names, &w);
		if (!name)
			wait_run(&w);
	} while (!name && sys_now() < until);
	return name;
}

static bool found(const struct name *name, const char *address)
{
	char text[ADDR_TEXT_MAX + 1];

	out_text(text, sizeof(text), "%pI", &name->address);
	return name->address.family && !strcmp(text, address);
}

static void test_found(void)
{
	static struct wait w;

	begin("192.0.2.1       STREAM one.example\n192.0.2.7       DGRAM  one.example\n"
	      "2001:db8::1     STREAM two.example\n");
	ok(await() == &names.list[0] && found(&names.list[0], "192.0.2.1"), "the first address of a name");
	ok(await() == &names.list[1] && found(&names.list[1], "2001:db8::1"), "then the next name's");
	wait_begin(&w, SYS_FOREVER);
	ok(!names_step(&names, &w) && !w.n, "that was all: nothing is waited for");
	tree_end();
}

static void test_later(void)
{
	struct name *name;

	begin("192.0.2.1       STREAM one.example\nnonsense two.example\n");
	await();
	name = await();
	ok(name == &names.list[1] && name->tried && !name->address.family, "a name without an address");
	ok(names.retry_at == 0, "of this round");
	tree_put("answers", "192.0.2.2       STREAM two.example\n");
	name = await();
	ok(name == &names.list[1] && found(name, "192.0.2.2"), "is looked up again");
	ok(names.retry_at > 0, "after a pause");
	ok(found(&names.list[0], "192.0.2.1"), "the other keeps its own");
	tree_end();
}

static void test_no_program(void)
{
	begin("");
	names.program = "/nowhere/getent";
	ok(await() == &names.list[0] && !names.list[0].address.family, "no getent: not found");
	ok(await() == &names.list[1] && !names.running, "any name");
	tree_end();
}

static void test_end(void)
{
	static struct wait w;

	begin("");
	tree_put("getent", "#!/bin/sh\nsleep 100\n");
	wait_begin(&w, SYS_FOREVER);
	ok(!names_step(&names, &w) && names.running, "a look-up that takes long");
	names_end(&names);
	ok(!names.running && !names.getent.pid, "is abandoned");
	tree_end();
}

int main(void)
{
	test_found();
	test_later();
	test_no_program();
	test_end();
	return done_testing();
}
