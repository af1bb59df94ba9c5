// SPDX-License-Identifier: GPL-2.0-or-later
/* Words as a shell reads them, and what it would expand or execute. */
#include "base/quote.h"
#include "tap.h"

/* The word at the beginning of @line; its error where it is none. */
static const char *word(const char *line)
{
	static char text[64];
	struct span s = span_of(line);
	const char *error;
	struct out o;

	out_init(&o, text, sizeof(text));
	error = quote_word(&s, &o);
	return error ? error : text;
}

static void test_words(void)
{
	struct span s = span_of("'a b'\tc");

	is_str(word("plain rest"), "plain", "up to a blank");
	is_str(word("a\nb"), "a", "up to a newline");
	is_str(word("'a b $c'd\"e\"\\ f"), "a b $cde f", "quotes and backslashes within a word");
	is_str(word("\"a\\\"b\\\\c\\d\""), "a\"b\\c\\d", "backslashes in double quotes");
	is_str(word("''"), "", "an empty word");
	ok(!quote_word(&s, NULL) && s.n == 2 && quote_blank(s.p[0]), "the rest begins at the blank");
	ok(quote_blank(' ') && quote_blank('\t') && !quote_blank('\n'), "blanks");
}

static void test_errors(void)
{
	static const char *const bad[][2] = {
		{ "a$b", "use single quotes" }, { "`a`", "use single quotes" },
		{ "\"$a\"", "use single quotes" }, { "\"\\$a\"", "use single quotes" },
		{ "\\$a", "use single quotes" }, { "a;b", "use single quotes" }, { "a&", "use single quotes" },
		{ "'open", "write it on one line" }, { "\"open", "write it on one line" },
		{ "\"open\\", "write it on one line" }, { "a\\\nb", "write it on one line" },
		{ "a\\", "write it on one line" },
	};
	struct span nul = { "a\0b", 3 };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(quote_hint(word(bad[i][0])) && !strcmp(quote_hint(word(bad[i][0])), bad[i][1]), "%s: %s",
		   bad[i][0], word(bad[i][0]));
	is_str(quote_word(&nul, NULL), "a NUL byte", "a NUL");
	is_str(quote_hint(quote_has_blank), "quote a value with spaces in it", "two words");
	is_str(quote_hint(quote_bad_line), "no spaces around the =", "no KEY=VALUE");
	ok(!quote_hint("else"), "no hint for what is not known");
}

int main(void)
{
	test_words();
	test_errors();
	return done_testing();
}
