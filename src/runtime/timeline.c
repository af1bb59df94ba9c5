// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/sys.h"
#include "kernel/kmsg.h"
#include "runtime/timeline.h"
#include "runtime/xenstore_client.h"

/* A boot writes about 2 KiB; one that retries for ten minutes 50, with 64 NICs 250. */
#define SHOWN_TEXT_MAX (1024 * 1024)
/* NICs, logins, volume groups and the root, each a step of its own. */
#define OPEN_STEPS_MAX (NICS_MAX + LOGINS_MAX + VGS_MAX + 1)

static int timeline_fd = -1, report_fd = -1;
static int64_t deadline = SYS_FOREVER, shown_at;

int timeline_open(const char *dir)
{
	char path[128];

	if (mkdir(dir, 0755) && errno != EEXIST)
		return -errno;
	if (!out_text(path, sizeof(path), "%s/timeline", dir))
		return -ENAMETOOLONG;
	if (timeline_fd >= 0)
		close(timeline_fd);
	timeline_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (timeline_fd < 0)
		return -errno;
	fchmod(timeline_fd, 0644);
	if (report_fd < 0)
		report_fd = xenstore_client_report();
	return 0;
}

/* Control bytes, which a terminal could interpret, become \xNN. */
static void put_plain(struct out *o, const char *s)
{
	for (; *s; s++) {
		unsigned char c = *s;

		if (c >= 0x20 && c != 0x7f)
			out_ch(o, c);
		else
			out_byte(o, "\\x", c);
	}
}

#define TIME_WIDTH 15		/* three years of uptime */

/* Seconds with six decimals, right-aligned in @buf; "-" for a negative time. Returns its start. */
static const char *time_text(char buf[TIME_WIDTH + 1], int64_t us)
{
	int i = TIME_WIDTH, digits = 0;
	const char *begin;

	buf[i] = '\0';
	if (us < 0)
		buf[--i] = '-';
	while (us >= 0 && i && (us || digits < 7)) {
		if (digits++ == 6)
			buf[--i] = '.';
		buf[--i] = '0' + us % 10;
		us /= 10;
	}
	begin = buf + i;
	while (i)
		buf[--i] = ' ';
	return begin;
}

void timeline_deadline(int64_t when)
{
	deadline = when;
}

int64_t timeline_shown_at(void)
{
	return shown_at;
}

/* Below the console's level: the line is on it already. A countdown, which repeats its line, is logged once. */
static void put_kernel_log(const char *line)
{
	static char last[512];

	if (timeline_fd < 0 || !strcmp(line, last))
		return;
	span_copy(span_of(line), last, sizeof(last));
	kmsg_log("<7>", "%s", line);
}

static void put_console(enum step step, const char *object, const char *text, bool retry)
{
	int64_t left;
	char line[512];
	struct out o;

	out_init(&o, line, sizeof(line) - 1);
	out_fmt(&o, "iscsiroot: %s: ", timeline_steps[step]);
	put_plain(&o, object);
	out_str(&o, *object ? ": " : "");
	put_plain(&o, text);
	put_kernel_log(line);
	shown_at = sys_now();
	left = deadline - shown_at;
	if (retry && deadline == SYS_FOREVER)
		out_str(&o, ", retrying");
	else if (retry)
		out_fmt(&o, ", retrying, %u s left", left > 0 ? (unsigned)(left / 1000000) : 0);
	line[o.len] = '\n';
	sys_write_all(STDERR_FILENO, line, o.len + 1);
}

void timeline_note(enum step step, enum event ev, const char *object, int code, const char *text,
		   bool show)
{
	char line[1536], now[TIME_WIDTH + 1];
	struct out o;

	if (show)
		put_console(step, object, text, ev == EV_RETRY && code);
	if (timeline_fd < 0)
		return;
	out_init(&o, line, sizeof(line));
	out_fmt(&o, "t=%s step=%s event=%s object=", time_text(now, sys_boottime()), timeline_steps[step],
		timeline_events[ev]);
	out_quoted(&o, object);
	out_fmt(&o, " code=%d text=", code);
	out_quoted(&o, text);
	out_ch(&o, '\n');
	if (o.overflow)
		return;
	sys_write_all(timeline_fd, line, o.len);
	send(report_fd, line, o.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void timeline_cause(const struct cause *c, bool show)
{
	bool final = cause_kind(c->id) == KIND_FINAL;

	timeline_note(cause_step(c->id), final ? EV_FAIL : EV_RETRY, c->object, c->code, c->text, show);
}

int timeline_report(const char *object, enum cause_id id, const char *fmt, ...)
{
	struct cause c = { .code = 0 };
	va_list ap;

	va_start(ap, fmt);
	cause_vset(&c, object, id, fmt, ap);
	va_end(ap);
	timeline_cause(&c, true);
	return c.code;
}

/* A step of one object that has begun and not ended. */
struct open_step {
	struct timeline_entry begin;
	unsigned retries;
};

static struct open_step *find_open(struct open_step *open, unsigned n, int step,
				   const char *object)
{
	while (n--)
		if (open[n].begin.step == step && !strcmp(open[n].begin.object, object))
			return &open[n];
	return NULL;
}

static void print_entry(const struct timeline_entry *e, int64_t began, unsigned retries)
{
	bool ended = e->event == EV_OK || e->event == EV_FAIL;
	char line[512], at[TIME_WIDTH + 1], took[TIME_WIDTH + 1];
	struct out o;

	time_text(at, began);
	time_text(took, ended ? e->t - began : -1);
	out_init(&o, line, sizeof(line));
	out_fmt(&o, "%s%s  %u  %s: %s%s%s%s\n", at, took, retries, timeline_steps[e->step],
		e->event == EV_FAIL ? "FAILED: " : ended ? "" : "retry: ", e->object,
		*e->object && *e->text ? ": " : "", e->text);
	sys_write_all(STDOUT_FILENO, line, o.len);
}

static void print_line(struct open_step *open, unsigned *n, const struct timeline_entry *e)
{
	struct open_step *s = find_open(open, *n, e->step, e->object);

	if (e->event == EV_BEGIN) {
		if (!s && *n < OPEN_STEPS_MAX)
			s = &open[(*n)++];
		if (s)
			*s = (struct open_step){ .begin = *e };
		return;
	}
	/* without a begin of its own, a device or portal counts from the begin of its step */
	if (!s)
		s = find_open(open, *n, e->step, "");
	if (e->event == EV_RETRY && s)
		s->retries++;
	print_entry(e, e->event != EV_RETRY && s ? s->begin.t : e->t, s ? s->retries : 0);
}

static void print_lines(struct span text)
{
	static struct open_step open[OPEN_STEPS_MAX];
	struct timeline_entry e;
	struct span line;
	static const char head[] = "      began (s)       took (s)  retries\n",
		bad[] = "(a line that cannot be read)\n";
	unsigned n = 0;

	sys_write_all(STDOUT_FILENO, head, sizeof(head) - 1);
	while (text.n) {
		span_cut(&text, '\n', &line);
		if (timeline_entry(line, &e))
			print_line(open, &n, &e);
		else if (line.n)
			sys_write_all(STDOUT_FILENO, bad, sizeof(bad) - 1);
	}
}

int timeline_print(const char *root)
{
	static char text[SHOWN_TEXT_MAX];
	ssize_t n;
	int dir;

	dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	n = dir < 0 ? -errno : sys_read(dir, "run/iscsiroot/timeline", text, sizeof(text));
	if (dir >= 0)
		close(dir);
	if (n < 0) {
		out_text(text, sizeof(text), "%s/run/iscsiroot/timeline: %s "
			 "(this boot did not go through iscsiroot?)", strcmp(root, "/") ? root : "",
			 sys_error(-(int)n));
		sys_say("timeline", text);
		return n == -ENOENT ? CODE_NO_DEVICE : CODE_SYSTEM;
	}
	print_lines((struct span){ text, n });
	return CODE_DONE;
}
