/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine made of files below a temporary directory, and the items that check and status report of it. */
#ifndef ISCSIROOT_TESTS_MACHINE_H
#define ISCSIROOT_TESTS_MACHINE_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/report.h"
#include "tap.h"

static char machine_dir[64];

/* Remove all of it. By rm(1): it is a tree. */
static void machine_end(void)
{
	pid_t pid;

	if (!machine_dir[0])
		return;
	pid = fork();
	if (!pid) {
		execl("/bin/rm", "rm", "-rf", "--", machine_dir, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

/* An empty machine; what was there is gone. */
__attribute__((unused))
static void machine_begin(void)
{
	static unsigned n;

	machine_end();
	snprintf(machine_dir, sizeof(machine_dir), "/tmp/iscsiroot-machine.%u.%u", (unsigned)getpid(), n++);
	if (mkdir(machine_dir, 0755))
		perror(machine_dir);
}

static const char *machine_path(const char *path)
{
	static char full[512];
	char *p;

	snprintf(full, sizeof(full), "%s/%s", machine_dir, path);
	for (p = strchr(full + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(full, 0755);
		*p = '/';
	}
	return full;
}

__attribute__((unused))
static void machine_file(const char *path, const char *text)
{
	const char *full = machine_path(path);
	int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		perror(full);
	close(fd);
}

__attribute__((unused))
static void machine_link(const char *path, const char *target)
{
	const char *full = machine_path(path);

	unlink(full);
	if (symlink(target, full))
		perror(full);
}

__attribute__((unused))
static void machine_remove(const char *path)
{
	unlink(machine_path(path));
}

/* A disk of a session; its LUN is 1, and the number of its device 8:MINOR. */
__attribute__((unused))
static void machine_disk(unsigned sid, const char *name, unsigned minor)
{
	char path[256], text[192];

	snprintf(text, sizeof(text), "sys/devices/host%u/session%u/target%u:0:0/%u:0:0:1/block/%s",
		 sid, sid, sid, sid, name);
	snprintf(path, sizeof(path), "%s/dev", text);
	snprintf(text, sizeof(text), "8:%u\n", minor);
	machine_file(path, text);
	snprintf(text, sizeof(text), "../../devices/host%u/session%u/target%u:0:0/%u:0:0:1/block/%s",
		 sid, sid, sid, sid, name);
	snprintf(path, sizeof(path), "sys/class/block/%s", name);
	machine_link(path, text);
	snprintf(path, sizeof(path), "sys/class/block/%s/device/state", name);
	machine_file(path, "running\n");
}

/* A session that is logged in, with its connection, to a portal at 192.0.2.10. */
__attribute__((unused))
static void machine_session(unsigned sid, const char *target)
{
	static const char *const attributes[][2] = {
		{ "iscsi_session/session%u/state", "LOGGED_IN\n" },
		{ "iscsi_session/session%u/tpgt", "1\n" },
		{ "iscsi_session/session%u/recovery_tmo", "off\n" },
		{ "iscsi_connection/connection%u:0/persistent_address", "192.0.2.10\n" },
		{ "iscsi_connection/connection%u:0/persistent_port", "3260\n" },
		{ "iscsi_connection/connection%u:0/state", "up\n" },
		{ "iscsi_host/host%u/ipaddress", "192.0.2.50\n" },
	};
	char path[256], name[128], text[256];
	size_t i, n;

	for (i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		n = strcspn(attributes[i][0], "%");
		snprintf(name, sizeof(name), "%.*s%u%s", (int)n, attributes[i][0], sid,
			 attributes[i][0] + n + 2);
		snprintf(path, sizeof(path), "sys/devices/host%u/session%u/%s", sid, sid, name);
		machine_file(path, attributes[i][1]);
		*strrchr(name, '/') = '\0';
		snprintf(text, sizeof(text), "../../devices/host%u/session%u/%s", sid, sid, name);
		snprintf(path, sizeof(path), "sys/class/%s", name);
		machine_link(path, text);
	}
	snprintf(path, sizeof(path), "sys/class/iscsi_session/session%u/targetname", sid);
	snprintf(text, sizeof(text), "%s\n", target);
	machine_file(path, text);
}

/* Append BEFORE and the string that follows KEY in @p, which must have no quote in it. */
static void machine_put(char *lines, size_t size, const char *before, const char *p, const char *key)
{
	size_t n = strlen(lines);

	p = strstr(p, key) + strlen(key);
	if (*p != '"')
		snprintf(lines + n, size - n, "%s%.*s", before, (int)strcspn(p, "\""), p);
}

/* The items of a report in JSON as lines "STATE NAME: TEXT (DO)". */
static const char *machine_items(const struct report *r)
{
	static char lines[16384];
	const char *p = r->items.buf;

	lines[0] = '\0';
	while (r->items.len && (p = strstr(p, "{\"name\":"))) {
		machine_put(lines, sizeof(lines), "", p, "\"state\":\"");
		machine_put(lines, sizeof(lines), " ", p, "\"name\":\"");
		machine_put(lines, sizeof(lines), ": ", p, "\"text\":\"");
		machine_put(lines, sizeof(lines), " (", p, "\"do\":\"");
		strcat(lines, strncmp(strstr(p, "\"do\":"), "\"do\":\"\"", 7) ? ")\n" : "\n");
		p++;
	}
	return lines;
}

__attribute__((unused))
static void is_items(const struct report *r, const char *want, const char *name)
{
	is_str(machine_items(r), want, name);
}

/* Is LINE, without its end, among the items? */
__attribute__((unused))
static void has_item(const struct report *r, const char *line, const char *name)
{
	const char *all = machine_items(r), *at = strstr(all, line);

	if (!ok(at && at[strlen(line)] == '\n' && (at == all || at[-1] == '\n'), "%s", name))
		printf("# no: %s\n# in: %s", line, all);
}

#endif
