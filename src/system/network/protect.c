// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/spawn.h"
#include "base/sys.h"
#include "plan/build.h"
#include "plan/source.h"
#include "runtime/handoff_file.h"
#include "runtime/keeper_control.h"
#include "system/network/protect.h"

#define RESOLV "/etc/resolv.conf"
#define RESOLV_KEPT "/etc/resolv.conf.before-iscsiroot"
#define RUN_RESOLV "/run/iscsiroot/resolv.conf"
#define ASK_US 10000000
#define RUN_US 30000000		/* resolvconf's hooks */

struct job {
	const char *dir;
	bool dry, remove;
	int code;
	struct handoff handoff;
};

static int protect_fail(const char *what, const char *why)
{
	char line[512];

	out_text(line, sizeof(line), "%s: %s", what, why);
	sys_say("hold", line);
	return CODE_SYSTEM;
}

/* A configuration that is no longer valid otherwise still has this key. */
bool protect_is_off(const char *dir)
{
	static struct source_buffers buffers;
	static struct plan_input input;
	static struct plan plan;
	struct diag why;
	bool left = false;

	if (!source_read(*dir ? dir : "/", &buffers, &input, &why)) {
		plan_build(&input, &plan, &why);
		left = plan.leave_network;
	}
	sys_wipe(&buffers, sizeof(buffers));
	sys_wipe(&plan, sizeof(plan));
	sys_wipe_stack();
	return left;
}

int protect_open(const char *dir, struct handoff *h)
{
	struct diag why;
	char line[512];
	unsigned i;
	int err = handoff_read(dir, h, &why);

	if (err == -ENOENT)
		return CODE_NOT_ASKED;
	if (err) {
		diag_format(&why, line, sizeof(line));
		sys_say("hold", line);
		return CODE_SYSTEM;
	}
	for (i = 0; i < h->n_nics; i++)
		if (!manager_can_name(h->nics[i].name))
			protect_fail(h->nics[i].name, "not protected: network managers cannot be "
			     "given a name with these characters (rename it with ifname=)");
	return protect_is_off(dir) ? CODE_NOT_ASKED : CODE_DONE;
}

int protect_list(const char *dir, bool dhcp)
{
	static struct handoff h;
	int code = protect_open(strcmp(dir, "/") ? dir : "", &h);
	char line[DEVNAME_MAX + 2];
	unsigned i;

	for (i = 0; !code && i < h.n_nics; i++)
		if (manager_can_name(h.nics[i].name) && (!dhcp || h.nics[i].dhcp)) {
			out_text(line, sizeof(line), "%s\n", h.nics[i].name);
			sys_print(line, strlen(line));
		}
	return code == CODE_NOT_ASKED ? CODE_DONE : code;
}

static bool exists(const struct job *j, const char *path)
{
	char full[PATH_MAX];

	return out_text(full, sizeof(full), "%s%s", j->dir, path) && !access(full, F_OK);
}

/* Make the directories above @path, which begins with the job's own. */
static int make_dirs(const struct job *j, char *path)
{
	char *p = path + strlen(j->dir) + 1;

	while ((p = strchr(p, '/'))) {
		*p = '\0';
		if (mkdir(path, 0755) && errno != EEXIST)
			return -errno;
		*p++ = '/';
	}
	return 0;
}

static void show(const char *path, const struct out *o)
{
	char head[PATH_MAX];
	struct out h;

	out_init(&h, head, sizeof(head));
	out_fmt(&h, "==> %s\n", path);
	sys_print(h.buf, h.len);
	sys_print(o->buf, o->len);
	sys_print("\n", 1);
}

/* An empty file is removed. */
static void put_file(struct job *j, const char *path, const struct out *o)
{
	char full[PATH_MAX];
	int err;

	if (!out_text(full, sizeof(full), "%s%s", j->dir, path) || o->overflow) {
		j->code = protect_fail(path, "too long");
		return;
	}
	if (j->remove || !o->len) {
		if (!j->dry && unlink(full) && errno != ENOENT)
			j->code = protect_fail(path, sys_error(errno));
		return;
	}
	if (j->dry) {
		show(path, o);
		return;
	}
	err = make_dirs(j, full);
	if (!err)
		err = sys_write_atomic(full, 0644, o->buf, o->len);
	if (err)
		j->code = protect_fail(path, sys_error(err));
}

static void put_networkd(struct job *j)
{
	char text[512], path[128];
	struct out o;
	unsigned i;

	for (i = 0; i < j->handoff.n_nics; i++) {
		const char *nic = j->handoff.nics[i].name;

		if (!manager_can_name(nic))
			continue;
		out_init(&o, text, sizeof(text));
		manager_networkd(nic, &o);
		/* "0-" sorts before the files of netplan, cloud-init and administrators; the
		 * first match counts */
		out_text(path, sizeof(path), MANAGER_NETWORKD, nic);
		put_file(j, path, &o);
	}
}

static void put_ifupdown(struct job *j)
{
	static char defaults[16384];
	char path[PATH_MAX], text[2048 + NICS_MAX * (DEVNAME_MAX + 1)];
	struct out o;
	ssize_t n = -1;

	if (out_text(path, sizeof(path), "%s/etc/default/networking", j->dir))
		n = sys_read(AT_FDCWD, path, defaults, sizeof(defaults));
	out_init(&o, text, sizeof(text));
	manager_ifupdown((struct span){ defaults, n > 0 ? n : 0 }, &j->handoff, &o);
	put_file(j, MANAGER_IFUPDOWN, &o);
}

/* Debian's resolvconf or openresolv. systemd-resolved's program of that name ignores most
 * options. */
static bool has_resolvconf(const struct job *j)
{
	char full[PATH_MAX], to[PATH_MAX];

	if (!exists(j, "/sbin/resolvconf") ||
	    !out_text(full, sizeof(full), "%s/sbin/resolvconf", j->dir) || !realpath(full, to))
		return false;
	return !strstr(to, "/resolvectl");
}

static void call_resolvconf(struct job *j)
{
	static struct spawn s = { .input = RUN_RESOLV };
	static const char *const add[] = { "resolvconf", "-a", "iscsiroot", NULL },
		*const drop[] = { "resolvconf", "-d", "iscsiroot", NULL };

	/* it writes to /run/resolvconf, which its own unit may not have created yet */
	mkdir("/run/resolvconf", 0755);
	mkdir("/run/resolvconf/interface", 0755);
	if (spawn_start(&s, j->remove ? drop : add) || !spawn_await(&s, sys_now() + RUN_US) ||
	    !spawn_ok(&s)) {
		spawn_kill(&s);
		j->code = protect_fail("resolvconf", *s.output ? s.output : "rejected the name servers");
	}
}

static bool is_ours(const char *path)
{
	static char text[65536];
	ssize_t n = sys_read(AT_FDCWD, path, text, sizeof(text));

	return n > 0 && span_find((struct span){ text, n }, MANAGER_MARK).p == text;
}

/* A link to another program's file; one below /run may be created after this runs. */
static bool is_link(const char *path)
{
	char to[PATH_MAX];
	ssize_t n = readlink(path, to, sizeof(to) - 1);
	struct span target = { to, n > 0 ? n : 0 };

	return n > 0 && (!access(path, F_OK) || span_take(&target, "/run/") ||
			 span_take(&target, "../run/"));
}

/* As a DHCP client does; the previous file of another program is kept. */
static void put_resolv(struct job *j, const struct out *lines)
{
	char full[PATH_MAX], kept[PATH_MAX], text[1024];
	struct out o;
	int err;

	if (!out_text(full, sizeof(full), "%s" RESOLV, j->dir) ||
	    !out_text(kept, sizeof(kept), "%s" RESOLV_KEPT, j->dir)) {
		j->code = protect_fail(j->dir, "too long");
		return;
	}
	if (is_link(full))
		return;
	if (j->remove) {
		if (!j->dry && is_ours(full) && rename(kept, full))
			unlink(full);
		return;
	}
	if (!lines->len)
		return;
	if (!j->dry && !access(full, F_OK) && !is_ours(full)) {
		unlink(kept);
		if (link(full, kept)) {
			err = errno;
			protect_fail(RESOLV_KEPT, sys_error(err));
			/* a root that is read-only by intent is no failure */
			if (err != EROFS)
				j->code = CODE_SYSTEM;
			return;
		}
	}
	out_init(&o, text, sizeof(text));
	out_str(&o, MANAGER_MARK " at boot; the previous file is " RESOLV_KEPT ".\n");
	out_span(&o, (struct span){ lines->buf, lines->len });
	put_file(j, RESOLV, &o);
}

static void put_resolver(struct job *j)
{
	char text[1024], lines[1024];
	struct out o;

	out_init(&o, text, sizeof(text));
	manager_resolved(&j->handoff, &o);
	put_file(j, "/run/systemd/resolved.conf.d/iscsiroot.conf", &o);
	out_init(&o, lines, sizeof(lines));
	manager_resolv(&j->handoff, &o);
	put_file(j, RUN_RESOLV, &o);
	if (!has_resolvconf(j))
		put_resolv(j, &o);
	else if (j->handoff.n_servers && !j->dry && !strcmp(j->dir, ""))
		call_resolvconf(j);
}

/* Where systemd-resolved or resolvconf has the name servers, NetworkManager passes its own to
 * that. */
static void put_nm(struct job *j)
{
	bool alone = !has_resolvconf(j) && !exists(j, "/usr/lib/systemd/systemd-resolved") &&
		     !exists(j, "/lib/systemd/systemd-resolved");
	char text[1024 + 2 * NICS_MAX * (DEVNAME_MAX + sizeof("interface-name:=;"))];
	struct out o;

	out_init(&o, text, sizeof(text));
	manager_nm(&j->handoff, alone, &o);
	put_file(j, MANAGER_NM, &o);
}

/* The keeper restores what a manager changes in spite of the files. */
static void tell_keeper(struct job *j)
{
	int err = keeper_control(j->remove ? KEEPER_LEAVE : KEEPER_GUARD, sys_now() + ASK_US);

	if (err && err != -ESRCH)
		j->code = protect_fail("keeper", err == -EIO ? "cannot protect the NICs (if its version "
			       "differs: update-initramfs -u -k all, then reboot)" : sys_error(err));
}

int protect_write(const char *dir, bool dry)
{
	static struct job j;
	int code;

	j = (struct job){ .dir = strcmp(dir, "/") ? dir : "", .dry = dry };
	code = protect_open(j.dir, &j.handoff);
	if (code && code != CODE_NOT_ASKED)
		return code;
	j.remove = code == CODE_NOT_ASKED;
	if (!j.handoff.n_nics)
		return CODE_DONE;
	put_networkd(&j);
	put_nm(&j);
	put_ifupdown(&j);
	put_resolver(&j);
	if (!dry && !*j.dir)
		tell_keeper(&j);
	return j.code;
}
