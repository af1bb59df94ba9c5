/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The least that a C test needs to speak TAP. */
#ifndef ISCSIROOT_TAP_H
#define ISCSIROOT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3), unused))
static bool ok(bool pass, const char *fmt, ...)
{
	va_list ap;

	tap_count++;
	if (!pass)
		tap_failed++;
	printf("%sok %d - ", pass ? "" : "not ", tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	return pass;
}

__attribute__((unused))
static bool is_str(const char *got, const char *want, const char *name)
{
	bool same = got && want && !strcmp(got, want);

	if (!ok(same, "%s", name))
		printf("# got:  %s\n# want: %s\n", got ? got : "(null)", want ? want : "(null)");
	return same;
}

__attribute__((unused))
static bool is_int(long long got, long long want, const char *name)
{
	if (!ok(got == want, "%s", name))
		printf("# got: %lld, want: %lld\n", got, want);
	return got == want;
}

/* The last line of main: `return done_testing();` */
__attribute__((unused))
static int done_testing(void)
{
	printf("1..%d\n", tap_count);
	fflush(stdout);
	return tap_failed || !tap_count;
}

#endif
