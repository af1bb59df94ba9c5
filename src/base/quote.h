/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * quote: one word as a shell reads it, of files that used to be sourced: single and double quotes,
 * backslashes. What a shell would expand or execute is refused. Pure.
 */
#ifndef ISCSIROOT_BASE_QUOTE_H
#define ISCSIROOT_BASE_QUOTE_H

#include "base/scan.h"

/* What is wrong with a line, beside what quote_word() returns. */
extern const char quote_has_blank[], quote_bad_line[];

/**
 * quote_word() - take a word off @s, up to a blank or a newline outside quotes.
 * @o: gets it without its quotes; NULL: nowhere
 * Return: NULL, or why it is none (static text).
 */
const char *quote_word(struct span *s, struct out *o);

/** quote_hint() - what to do about such a reason; NULL where nothing is known. */
const char *quote_hint(const char *error);

bool quote_blank(char c);	/* space or tab */

#endif
