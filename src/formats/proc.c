// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/proc.h"

#define KERNEL_THREAD 0x00200000	/* PF_KTHREAD of the kernel's include/linux/sched.h */

bool proc_path(struct span s, char *buf, size_t size)
{
	size_t len = 0;

	while (s.n) {
		unsigned c = (unsigned char)s.p[0], i, took = 1;

		if (c == '\\') {
			if (s.n < 4)
				return false;
			for (c = 0, i = 1; i < 4; i++) {
				if (s.p[i] < '0' || s.p[i] > '7')
					return false;
				c = c << 3 | (unsigned)(s.p[i] - '0');
			}
			took = 4;
		}
		if (!c || c > 255 || len + 1 >= size)
			return false;
		buf[len++] = (char)c;
		s.p += took;
		s.n -= took;
	}
	if (!len)
		return false;
	buf[len] = '\0';
	return true;
}

bool proc_swap(struct span *text, struct span *path)
{
	struct span line;

	while (text->n) {
		if (!span_cut(text, '\n', &line))
			return false;
		if (line.n && line.p[0] == '/' && span_cut(&line, ' ', path))
			return true;
	}
	return false;
}

/* PID (NAME) STATE PARENT GROUP SESSION TTY TTY-GROUP FLAGS ... */
bool proc_stat(struct span text, struct proc_stat *st)
{
	struct span pid, rest = text, state, field;
	uint64_t number, v[3] = { 0 };
	unsigned i;

	if (!span_cut(&text, ' ', &pid) || !scan_uint(pid, INT32_MAX, &number))
		return false;
	/* the name may have brackets of its own: the last one closes it */
	while (text.n && text.p[text.n - 1] != ')')
		text.n--;
	if (!text.n || text.p[0] != '(')
		return false;
	rest.n -= (size_t)(text.p + text.n - rest.p);
	rest.p = text.p + text.n;
	if (!span_take(&rest, " ") || !span_cut(&rest, ' ', &state) || state.n != 1)
		return false;
	for (i = 0; i < 6; i++) {
		if (!span_cut(&rest, ' ', &field))
			return false;
		/* session and terminal are of no use here, and may be -1 */
		if ((i < 2 || i == 5) && !scan_uint(field, UINT32_MAX, &v[i < 2 ? i : 2]))
			return false;
	}
	st->pid = number;
	st->parent = v[0];
	st->group = v[1];
	st->state = state.p[0];
	st->kernel = v[2] & KERNEL_THREAD;
	return true;
}
