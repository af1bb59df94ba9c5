// SPDX-License-Identifier: GPL-2.0-or-later
#include <fnmatch.h>
#include <string.h>

#include "system/check/text.h"

bool text_line(struct span *text, struct span *line, unsigned *n)
{
	while (text->n) {
		span_cut(text, '\n', line);
		++*n;
		span_skip_blanks(line);
		if (line->n && *line->p != '#')
			return true;
	}
	return false;
}

bool text_volatile(struct span device)
{
	static const char *const letters[] = { "sd", "xvd", "vd", "hd" };
	static const char *const digits[] = { "nvme", "dm-", "mmcblk" };
	struct span s = device;
	size_t i;

	if (!span_take(&s, "/dev/"))
		return false;
	for (i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
		struct span rest = s;

		if (span_take(&rest, letters[i]) && rest.n && *rest.p >= 'a' && *rest.p <= 'z')
			return true;
	}
	for (i = 0; i < sizeof(digits) / sizeof(*digits); i++) {
		struct span rest = s;

		if (span_take(&rest, digits[i]) && rest.n && scan_is_digit(*rest.p))
			return true;
	}
	return false;
}

bool text_has_option(struct span list, const char *option)
{
	struct span one;

	while (list.n) {
		span_cut(&list, ',', &one);
		if (span_eq(one, option))
			return true;
	}
	return false;
}

static struct span unquote(struct span s)
{
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	if (s.n >= 2 && (*s.p == '"' || *s.p == '\'') && s.p[s.n - 1] == *s.p) {
		s.p++;
		s.n -= 2;
	}
	return s;
}

bool text_setting(struct span text, const char *key, struct span *value)
{
	struct span line, name;
	bool found = false;
	unsigned n = 0;

	while (text_line(&text, &line, &n)) {
		if (!span_cut(&line, '=', &name) || !span_eq(name, key))
			continue;
		*value = unquote(line);
		found = true;
	}
	return found;
}

bool text_secret(struct span file)
{
	struct span line;
	unsigned n = 0;

	while (text_line(&file, &line, &n))
		for (; line.n; line.p++, line.n--)
			if (span_starts_nocase(line, "password"))
				return true;
	return false;
}

bool text_networkd(struct span file, const char *nic)
{
	struct span value, word;
	char pattern[64];

	if (!text_setting(file, "Name", &value))
		return false;
	while (span_field(&value, &word))
		if (span_copy(word, pattern, sizeof(pattern)) && !fnmatch(pattern, nic, 0))
			return true;
	return false;
}

bool text_keyfile(struct span file, const char *nic)
{
	struct span value;

	if (text_setting(file, "interface-name", &value))
		return span_eq(value, nic);
	return text_setting(file, "type", &value) &&
	       (span_eq(value, "ethernet") || span_eq(value, "802-3-ethernet"));
}

bool text_netplan(struct span file, const char *nic)
{
	struct span line, word;
	unsigned n = 0;

	while (text_line(&file, &line, &n)) {
		if (!span_field(&line, &word) || word.p[word.n - 1] != ':')
			continue;
		word.n--;
		if (span_eq(unquote(word), nic))
			return true;
	}
	return false;
}

bool text_ifupdown(struct span file, const char *nic)
{
	bool has = false, stays = false, down;
	struct span line, word;
	unsigned n = 0;

	while (text_line(&file, &line, &n)) {
		if (!span_field(&line, &word))
			continue;
		if (span_eq(word, "iface"))
			has |= span_field(&line, &word) && span_eq(word, nic);
		down = span_eq(word, "no-auto-down");
		while (down && span_field(&line, &word))
			stays |= span_eq(word, nic);
	}
	return has && !stays;
}

bool text_sources(struct span file)
{
	struct span line, word;
	unsigned n = 0;

	while (text_line(&file, &line, &n))
		if (span_field(&line, &word) &&
		    (span_eq(word, "source") || span_eq(word, "source-directory")))
			return true;
	return false;
}

bool text_module(struct span path, const char *name)
{
	struct span part;
	size_t i;

	while (span_cut(&path, '/', &part))
		;
	for (i = 0; i < part.n && name[i]; i++)
		if (part.p[i] != name[i] && (part.p[i] != '-' || name[i] != '_'))
			return false;
	if (name[i])
		return false;
	part.p += i;
	part.n -= i;
	return span_take(&part, ".ko") && (!part.n || *part.p == '.');
}

bool text_builtin(struct span text, const char *name)
{
	struct span line;

	while (text.n) {
		span_cut(&text, '\n', &line);
		if (text_module(line, name))
			return true;
	}
	return false;
}

void image_want(struct image *im, bool module, const char *what)
{
	unsigned i;

	for (i = 0; i < im->n; i++)
		if (im->want[i].module == module && !strcmp(im->want[i].what, what))
			return;
	if (im->n == IMAGE_WANTS_MAX)
		im->overflow = true;
	else
		im->want[im->n++] = (struct image_want){ .module = module, .what = what };
}

static void see_file(struct image *im, struct span path)
{
	struct span part;
	unsigned i;

	for (i = 0; i < im->n; i++)
		im->want[i].seen |= !im->want[i].module && span_eq(path, im->want[i].what);
	im->dracut |= span_eq(path, "lib/dracut-lib.sh");
	if (span_take(&path, "scripts/")) {
		/* ours goes by the name of the stock script, which never comes without its local-bottom */
		if (span_eq(path, "local-top/iscsi") || span_eq(path, "local-top/iscsiroot"))
			im->ours = true;
		else
			im->stock |= span_cut(&path, '/', &part) && span_eq(path, "iscsi");
	}
	if (span_take(&path, "lib/dracut/hooks/") || span_take(&path, "var/lib/dracut/hooks/")) {
		im->ours |= span_eq(path, "initqueue/20-run-iscsiroot.sh");
		im->stock |= span_eq(path, "cleanup/90-cleanup-iscsi.sh");
	}
}

/* The path in a line of ls -l, without what a link leads to. */
static struct span line_path(struct span line)
{
	struct span path = line;
	size_t i;

	for (i = 0; i + 3 < line.n; i++)
		if (!memcmp(line.p + i, " -> ", 4))
			line.n = i;
	for (i = 0; i < line.n; i++)
		if (line.p[i] == ' ')
			path = (struct span){ line.p + i + 1, line.n - i - 1 };
	if (path.p == line.p)
		path.n = line.n;
	return path;
}

static void see_module(struct image *im, struct span path)
{
	unsigned i;

	if (!span_take(&path, im->version) || !span_take(&path, "/"))
		return;
	for (i = 0; i < im->n; i++)
		im->want[i].seen |= im->want[i].module && text_module(path, im->want[i].what);
}

static void see_digest(struct image *im, struct span path)
{
	unsigned i;

	for (i = 0; i < DIGESTS; i++) {
		struct image_digest *d = &im->digest[i];
		struct span rest = path;

		if (!span_take(&rest, d->file) || !span_take(&rest, ".sha256-"))
			continue;
		d->any = true;
		d->same |= d->hex[0] && span_eq(rest, d->hex);
	}
}

void image_line(struct image *im, struct span line)
{
	im->lines++;
	line = line_path(line);
	/* merged into /usr or not, the files are the same */
	(void)(span_take(&line, "./") || span_take(&line, "/"));
	span_take(&line, "usr/");
	see_file(im, line);
	if (span_take(&line, "lib/modules/"))
		see_module(im, line);
	else if (span_take(&line, "etc/iscsi/"))
		see_digest(im, line);
}

unsigned image_missing(const struct image *im, struct out *o)
{
	unsigned i, n = 0;

	if (!im->ours) {
		out_str(o, im->dracut ? "dracut's module iscsiroot" : "/scripts/local-top/iscsi");
		n++;
	}
	for (i = 0; i < im->n; i++) {
		if (im->want[i].seen)
			continue;
		out_str(o, n++ ? ", " : "");
		out_str(o, im->want[i].module ? "module " : "/");
		out_str(o, im->want[i].what);
	}
	return n;
}
