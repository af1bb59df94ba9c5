// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "keeper/text.h"

/* The paths of programs and libraries use no other characters. */
static bool take_path(struct span s, char path[KEEPER_PATH_MAX])
{
	if (!s.n || s.p[0] != '/' || span_find(s, "..").p || !span_only(s, "/._-+"))
		return false;
	return span_copy(s, path, KEEPER_PATH_MAX);
}

bool text_file(struct span *list, char path[KEEPER_PATH_MAX])
{
	struct span line;

	while (list->n) {
		span_cut(list, '\n', &line);
		if (take_path(line, path))
			return true;
	}
	return false;
}

/* "	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f...)", "	/lib64/ld.so (0x...)" */
bool text_ldd(struct span *text, char path[KEEPER_PATH_MAX])
{
	struct span line, word;

	while (text->n) {
		span_cut(text, '\n', &line);
		while (line.n) {
			if (line.p[0] == '\t') {
				line.p++;
				line.n--;
				continue;
			}
			span_cut(&line, ' ', &word);
			if (take_path(word, path))
				return true;
		}
	}
	return false;
}

/* A number up to @end, off the front of @at. */
static bool take_number(struct span *at, char end, unsigned *n)
{
	struct span number;
	uint64_t v;

	if (!span_cut(at, end, &number) || !scan_uint(number, INT32_MAX, &v))
		return false;
	*n = v;
	return true;
}

bool text_recovered(struct span line, unsigned *sid)
{
	struct span at = span_find(line, "connection");

	return at.p && span_find(at, " is operational after recovery").p && span_take(&at, "connection") &&
	       take_number(&at, ':', sid);
}

bool text_rejected(struct span line, struct span *why)
{
	struct span at = span_find(line, "login rejected: ");

	if (!at.p || !span_take(&at, "login rejected: ") || !at.n)
		return false;
	*why = at;
	return true;
}

bool text_session(struct span line, unsigned *sid)
{
	struct span at = span_find(line, "connection");

	if (at.p && span_take(&at, "connection") && take_number(&at, ':', sid))
		return true;
	at = span_find(line, "session ");
	return at.p && span_take(&at, "session ") && take_number(&at, ' ', sid);
}

bool text_unbound(struct span line, unsigned *sid, unsigned *cid)
{
	struct span at = span_find(line, "can't bind conn ");
	unsigned s, c;

	if (!at.p || !span_take(&at, "can't bind conn ") || !take_number(&at, ':', &s) ||
	    !take_number(&at, ' ', &c) || !span_find(at, ", retcode -107 ").p)
		return false;
	*sid = s;
	*cid = c;
	return true;
}

bool text_ready(struct span message)
{
	struct span line;

	while (message.n) {
		span_cut(&message, '\n', &line);
		if (span_eq(line, "READY=1"))
			return true;
	}
	return false;
}
