// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/proc.h"

#define KERNEL_THREAD 0x00200000	/* PF_KTHREAD of the kernel's include/linux/sched.h */

/* Take the last whole line off @text, without its newline; false where there is none. */
static bool last_line(struct span *text, struct span *line)
{
	size_t begin;

	while (text->n && text->p[text->n - 1] != '\n')
		text->n--;
	if (!text->n)
		return false;
	begin = text->n - 1;
	while (begin && text->p[begin - 1] != '\n')
		begin--;
	*line = (struct span){ text->p + begin, text->n - 1 - begin };
	text->n = begin;
	return true;
}

/* ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAG...] - TYPE SOURCE OPTIONS */
static bool read_mount(struct span s, struct proc_mount *m)
{
	struct span field, maj, first;
	uint64_t a, b;
	unsigned i;

	for (i = 0; i < 2; i++)
		if (!span_cut(&s, ' ', &field) || !scan_uint(field, INT32_MAX, &a))
			return false;
	if (!span_cut(&s, ' ', &field) || !span_cut(&field, ':', &maj) ||
	    !scan_uint(maj, UINT32_MAX, &a) || !scan_uint(field, UINT32_MAX, &b))
		return false;
	if (!span_cut(&s, ' ', &field) || !span_cut(&s, ' ', &m->point) || !m->point.n ||
	    m->point.p[0] != '/')
		return false;
	do
		if (!span_cut(&s, ' ', &field))
			return false;
	while (!span_eq(field, "-"));
	if (!span_cut(&s, ' ', &m->type) || !span_cut(&s, ' ', &m->source))
		return false;
	span_cut(&s, ',', &first);
	m->writable = !span_eq(first, "ro");
	m->major = a;
	m->minor = b;
	return true;
}

bool proc_text_mount(struct span *text, struct proc_mount *m)
{
	struct span line;

	while (last_line(text, &line))
		if (read_mount(line, m))
			return true;
	return false;
}

bool proc_text_ours(const struct proc_mount *m)
{
	struct span at = m->point;

	if (span_listed(at, "/ /proc /sys /dev /run"))
		return true;
	return !m->major && (span_take(&at, "/proc/") || span_take(&at, "/sys/") ||
			     span_take(&at, "/dev/"));
}

bool proc_text_remote(const struct proc_mount *m)
{
	struct span type = m->type;

	return span_listed(type, "nfs nfs4 cifs smb3 9p ceph afs virtiofs autofs fuse") ||
	       span_take(&type, "fuse.");
}

bool proc_text_stored(const struct proc_mount *m)
{
	/* the device numbers of btrfs and overlay are not a block device's */
	return m->major || (m->source.n && m->source.p[0] == '/') || span_eq(m->type, "overlay");
}

bool proc_text_path(struct span s, char *buf, size_t size)
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

bool proc_text_swap(struct span *text, struct span *path)
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
bool proc_text_stat(struct span text, struct proc_stat *st)
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
