// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines and the JSON that check and status print. */
#include "system/machine.h"

static char got[1 << 21];

/* Run @fn with standard output into got. */
static void capture(void (*fn)(void))
{
	const char *path = machine_path("out");
	int keep = dup(STDOUT_FILENO), fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	ssize_t n, all = 0;

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	fn();
	dup2(keep, STDOUT_FILENO);
	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, got + all, sizeof(got) - 1 - (size_t)all)) > 0)
		all += n;
	got[all] = '\0';
	close(fd);
	close(keep);
}

static int result;
static struct report r;

static void plain(void)
{
	report_begin(&r, false);
	report_ok(&r, "config", "valid: %s", "x");
	report_item(&r, CHECK_WARN, "image 6.1", "update-initramfs -u", "made before %u", 7u);
	report_words(&r, CHECK_FAIL, "portal a", "refused (is it (really) up?)");
	report_words(&r, CHECK_OK, "portal b", "no hint)");
	report_words(&r, CHECK_OK, "portal c", "answers");
	report_ok(&r, "odd\033[2J", "tab\there");
	result = report_end(&r);
}

static void columns(void)
{
	static const char *const overall[] = { "healthy", "degraded", "broken" };

	report_begin(&r, false);
	report_columns(&r, 8, overall);
	report_ok(&r, "mount", "fine");
	report_item(&r, CHECK_WARN, "a long name", NULL, "x");
	result = report_end(&r);
}

static void json(void)
{
	report_begin(&r, true);
	report_ok(&r, "config", "quote \" and \\");
	report_item(&r, CHECK_FAIL, "root", "do it", "lost");
	result = report_end(&r);
}

static void json_empty(void)
{
	report_begin(&r, true);
	result = report_end(&r);
}

static void json_many(void)
{
	char text[512];
	unsigned i;

	memset(text, '\\', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	report_begin(&r, true);
	for (i = 0; i < 2000; i++)
		report_ok(&r, "disk", "%s", text);
	report_item(&r, CHECK_FAIL, "last", NULL, "x");
	result = report_end(&r);
}

static void long_text(void)
{
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	report_begin(&r, false);
	report_ok(&r, "a", "%s", text);
	result = report_end(&r);
}

int main(void)
{
	const char *end;

	machine_begin();
	capture(plain);
	is_str(got, "ok   config: valid: x\nwarn image 6.1: made before 7 (update-initramfs -u)\n"
	       "FAIL portal a: refused (is it (really) up?)\nok   portal b: no hint)\nok   portal c: answers\n"
	       "ok   odd?[2J: tab?here\n", "lines");
	is_int(result, 0, "it was written");
	is_int(r.worst, CHECK_FAIL, "the worst of them");
	capture(columns);
	is_str(got, "ok   mount:  fine\nwarn a long name: x\nwarn state:  degraded\n", "columns, and a last line that sums up");
	capture(json);
	is_str(got, "{\"version\":1,\"state\":\"fail\",\"items\":[\n"
	       "  {\"name\":\"config\",\"state\":\"ok\",\"text\":\"quote \\\" and \\\\\",\"do\":\"\"},\n"
	       "  {\"name\":\"root\",\"state\":\"fail\",\"text\":\"lost\",\"do\":\"do it\"}]}\n", "JSON");
	capture(json_empty);
	is_str(got, "{\"version\":1,\"state\":\"ok\",\"items\":[]}\n", "JSON without items");

	capture(json_many);
	is_int(result, 0, "more items than fit");
	is_int(r.worst, CHECK_FAIL, "the state is that of all of them");
	end = strrchr(got, '{');
	ok(end && strstr(end, "{\"name\":\"report\",\"state\":\"warn\",\"text\":\"") == end &&
	   strstr(end, " more items are left out\",\"do\":\"run it without --json\"}]}\n"), "the last item says how many are left out");
	ok(strlen(got) > 1000000, "most are there");
	capture(long_text);
	ok(strlen(got) < 1000 && !strcmp(got + strlen(got) - 5, "x...\n"), "a text that is cut ends in dots");
	machine_end();
	return done_testing();
}
