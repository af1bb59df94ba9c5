// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as each file of /proc: what is handed out lies within them, mounts come the last first,
 * and a path that was read is one that can be escaped and read again.
 */
#include <stdlib.h>
#include <string.h>

#include "formats/mountinfo.h"
#include "formats/proc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool good)
{
	if (!good)
		abort();
}

static void within(struct span s, const char *text, size_t len)
{
	must(!s.n || (s.p >= text && s.p + s.n <= text + len));
}

static void check_path(struct span s)
{
	char path[64], again[64], escaped[260];
	struct out o;
	size_t i;

	if (!proc_path(s, path, sizeof(path)))
		return;
	must(path[0] && strlen(path) < sizeof(path) && strlen(path) <= s.n);
	out_init(&o, escaped, sizeof(escaped));
	for (i = 0; path[i]; i++) {
		unsigned char c = path[i];

		out_fmt(&o, "\\%u%u%u", c >> 6, c >> 3 & 7u, c & 7u);
	}
	must(!o.overflow && proc_path(span_of(escaped), again, sizeof(again)));
	must(!strcmp(path, again));
}

static void check_mounts(const char *text, size_t len)
{
	struct span rest = { text, len };
	const char *before = text + len;
	struct mountinfo m;

	while (mountinfo_last(&rest, &m)) {
		within(m.point, text, len);
		within(m.type, text, len);
		within(m.source, text, len);
		must(m.point.n && m.point.p[0] == '/' && m.point.p < before);
		must(m.point.p >= rest.p + rest.n);
		before = m.point.p;
		mountinfo_is_ours(&m);
		mountinfo_is_remote(&m);
		mountinfo_is_stored(&m);
		check_path(m.point);
	}
	must(!rest.n);
}

static void check_next(struct span text)
{
	struct mountinfo m, root;
	struct span rest = text;
	bool is_root = false;

	while (mountinfo_next(&rest, &m)) {
		within(m.options, text.p, text.n);
		within(m.super, text.p, text.n);
		is_root |= span_eq(m.point, "/");
	}
	must(mountinfo_of(text, "/", &root) == is_root && (!is_root || span_eq(root.point, "/")));
	must(!mountinfo_of(text, "/run/x", &m) || m.point.n <= 6);
}

static void check_swaps(const char *text, size_t len)
{
	struct span rest = { text, len }, path;

	while (proc_swap(&rest, &path)) {
		within(path, text, len);
		must(path.n && path.p[0] == '/' && !memchr(path.p, '\n', path.n));
		check_path(path);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len ? len : 1);
	struct proc_stat st;

	if (len)
		memcpy(text, data, len);
	check_mounts(text, len);
	check_next((struct span){ text, len });
	check_swaps(text, len);
	check_path((struct span){ text, len });
	if (proc_stat((struct span){ text, len }, &st))
		must(st.pid <= INT32_MAX && memchr(text, '(', len) && memchr(text, ')', len));
	free(text);
	return 0;
}
