// SPDX-License-Identifier: GPL-2.0-or-later
/* The item publish: is the copy that the host boots up to date? Reported only where one is
 * configured. */
#include <string.h>
#include <sys/stat.h>

#include "system/check/check.h"

#define CONFIG "etc/iscsi/publish.conf"
#define STATE "var/lib/iscsiroot/published"
#define AGAIN "run /usr/lib/iscsiroot/publish"

/* Has the record this line? @last: its first one. */
static bool is_recorded(struct span record, struct span to, struct span *last)
{
	struct span line;
	bool found = false, first = true;

	*last = (struct span){ 0 };
	while (record.n) {
		span_cut(&record, '\n', &line);
		if (first)
			*last = line;
		first = false;
		found |= line.n == to.n && !memcmp(line.p, to.p, to.n);
	}
	return found;
}

static bool is_newer(const struct check *c, const char *name, const char *version,
		     const struct stat *than, char *path, size_t size)
{
	struct stat st;

	return out_text(path, size, "boot/%s-%s", name, version) &&
	       !fstatat(c->root, path, &st, 0) && st.st_mtime > than->st_mtime;
}

static void check_place(struct check *c, struct span to)
{
	static char text[65536];
	char path[KERNEL_NAME_MAX + 32];
	struct span last;
	struct stat st;
	unsigned i;

	if (fstatat(c->root, STATE, &st, 0))
		st.st_mtime = 0;
	if (!is_recorded(check_read(c, STATE, text, sizeof(text)), to, &last)) {
		if (last.n)
			report_item(&c->report, CHECK_WARN, "publish", AGAIN,
				    "last published to %pS, not to %pS", (void *)&last, (void *)&to);
		else
			report_item(&c->report, CHECK_WARN, "publish", AGAIN,
				    "nothing published to %pS yet", (void *)&to);
		return;
	}
	for (i = 0; i < c->n_kernels; i++)
		if (is_newer(c, "initrd.img", c->kernels[i], &st, path, sizeof(path)) ||
		    is_newer(c, "vmlinuz", c->kernels[i], &st, path, sizeof(path))) {
			report_item(&c->report, CHECK_WARN, "publish", AGAIN,
				    "/%s is newer than the copy in %pS", path,
				    (void *)&to);
			return;
		}
	report_ok(&c->report, "publish", "the copy in %pS is up to date", (void *)&to);
}

void check_publish(struct check *c)
{
	static char text[65536];
	struct span rest = check_read(c, CONFIG, text, sizeof(text)), line;

	while (rest.n) {
		span_cut(&rest, '\n', &line);
		if (span_take(&line, "TO=") && line.n)
			check_place(c, line);
	}
}
