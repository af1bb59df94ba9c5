// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "formats/mountinfo.h"

/* ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAG...] - TYPE SOURCE OPTIONS */
static bool read_line(struct span s, struct mountinfo *m)
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
	    m->point.p[0] != '/' || !span_cut(&s, ' ', &m->options))
		return false;
	do
		if (!span_cut(&s, ' ', &field))
			return false;
	while (!span_eq(field, "-"));
	/* the kernel writes no line without options of the file system; without them it is complete, too */
	if (!span_cut(&s, ' ', &m->type) || (!span_cut(&s, ' ', &m->source) && !m->source.n))
		return false;
	m->super = s;
	span_cut(&s, ',', &first);
	m->writable = !span_eq(first, "ro");
	m->major = a;
	m->minor = b;
	return true;
}

bool mountinfo_next(struct span *text, struct mountinfo *m)
{
	struct span line;

	while (text->n) {
		span_cut(text, '\n', &line);
		if (read_line(line, m))
			return true;
	}
	return false;
}

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

bool mountinfo_last(struct span *text, struct mountinfo *m)
{
	struct span line;

	while (last_line(text, &line))
		if (read_line(line, m))
			return true;
	return false;
}

/* Is @path @dir, or below it? */
static bool is_below(const char *path, struct span dir)
{
	struct span rest = span_of(path);

	if (dir.n > rest.n || memcmp(dir.p, rest.p, dir.n))
		return false;
	return dir.n == 1 || dir.n == rest.n || rest.p[dir.n] == '/';
}

bool mountinfo_of(struct span text, const char *path, struct mountinfo *m)
{
	struct mountinfo one;
	bool found = false;

	while (mountinfo_next(&text, &one)) {
		if (!is_below(path, one.point) || (found && one.point.n < m->point.n))
			continue;
		*m = one;
		found = true;
	}
	return found;
}

bool mountinfo_is_ours(const struct mountinfo *m)
{
	struct span at = m->point;

	if (span_listed(at, "/ /proc /sys /dev /run"))
		return true;
	return !m->major && (span_take(&at, "/proc/") || span_take(&at, "/sys/") ||
			     span_take(&at, "/dev/"));
}

bool mountinfo_is_remote(const struct mountinfo *m)
{
	struct span type = m->type;

	return span_listed(type, "nfs nfs4 cifs smb3 9p ceph afs virtiofs autofs fuse") ||
	       span_take(&type, "fuse.");
}

bool mountinfo_is_stored(const struct mountinfo *m)
{
	/* the device numbers of btrfs and overlay are not a block device's */
	return m->major || (m->source.n && m->source.p[0] == '/') || span_eq(m->type, "overlay");
}
