// SPDX-License-Identifier: GPL-2.0-or-later
/* Secrets are gone from memory when a command has ended: all of it is searched, in a child that
 * has a root of its own with the boot's input in it. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/sys.h"
#include "boot/cmd_plan.h"
#include "boot/start.h"
#include "tap.h"

#define HIDDEN 0x5a		/* the secret is nowhere here as it is */
#define SECRET_LEN 20
#define CHUNK (1 << 20)
#define LARGEST ((uint64_t)1 << 32)	/* what is larger is a sanitizer's shadow */

static char dir[64];
static const char hidden[SECRET_LEN + 1] = "\x0b\x6d\x77\x32\x3f\x77\x3d\x2f\x3f\x29\x2e\x77\x6b"
					   "\x77\x3b\x36\x35\x34\x3f\x77";

static void make_dir(const char *path)
{
	char whole[160];

	snprintf(whole, sizeof(whole), "%s/%s", dir, path);
	if (mkdir(whole, 0700))
		perror(whole);
}

/* Write a file of the child's root; @secrets are written with secrets behind their keys. */
static void make_file(const char *path, const char *text, bool secrets)
{
	static const char *const keys[] = { "ISCSI_PASSWORD=", "ISCSI_IN_PASSWORD=a" };
	char whole[160], c;
	int fd, i, j;

	snprintf(whole, sizeof(whole), "%s/%s", dir, path);
	fd = open(whole, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || sys_write_all(fd, text, strlen(text)))
		perror(whole);
	for (i = 0; secrets && i < 2; i++) {
		sys_write_all(fd, keys[i], strlen(keys[i]));
		for (j = 0; j < SECRET_LEN; j++) {
			c = hidden[j] ^ HIDDEN;
			sys_write_all(fd, &c, 1);
		}
		sys_write_all(fd, "\n", 1);
	}
	close(fd);
}

static bool is_secret(const char *p)
{
	int i;

	for (i = 0; i < SECRET_LEN; i++)
		if (p[i] != (hidden[i] ^ HIDDEN))
			return false;
	return true;
}

/* How often the secret stands in [@from, @to). What was read is wiped again. */
static unsigned search(int mem, uint64_t from, uint64_t to, char *buf)
{
	unsigned found = 0;

	while (from + SECRET_LEN <= to) {
		size_t want = to - from < CHUNK ? to - from : CHUNK, i;
		ssize_t n = lseek(mem, from, SEEK_SET) < 0 ? -1 : read(mem, buf, want);

		if (n < SECRET_LEN)
			break;
		for (i = 0; i + SECRET_LEN <= (size_t)n; i++)
			found += is_secret(buf + i);
		sys_wipe(buf, n);
		from += n - SECRET_LEN + 1;
	}
	return found;
}

/* How often the secret stands in what this process can write to. */
static unsigned search_all(int maps, int mem, char *buf)
{
	static char text[65536];
	unsigned found = 0;
	size_t len = 0;
	ssize_t n;
	char *line, *next;

	lseek(maps, 0, SEEK_SET);
	while ((n = read(maps, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	text[len] = '\0';
	for (line = text; *line; line = next) {
		char *dash = strchr(line, '-'), *blank = dash ? strchr(line, ' ') : NULL;
		uint64_t from, to;

		next = strchr(line, '\n');
		next = next ? next + 1 : line + strlen(line);
		if (!blank)
			continue;
		from = strtoull(line, NULL, 16);
		to = strtoull(dash + 1, NULL, 16);
		if (blank[2] == 'w' && to - from < LARGEST)
			found += search(mem, from, to, buf);
	}
	return found;
}

/* In a child: exit status 0 where @act left no secret; @counts: what the searches found. */
static void check(int (*act)(void), int want, unsigned *counts)
{
	int maps = open("/proc/self/maps", O_RDONLY), mem = open("/proc/self/mem", O_RDONLY);
	int null = open("/dev/null", O_WRONLY);
	static char buf[CHUNK + SECRET_LEN];
	char *planted = buf + CHUNK;
	int i;

	if (maps < 0 || mem < 0 || null < 0 || chroot(dir) || chdir("/"))
		_exit(100);
	dup2(null, 1);
	dup2(null, 2);
	if (act() != want)
		_exit(101);
	counts[0] = search_all(maps, mem, buf);
	for (i = 0; i < SECRET_LEN; i++)
		planted[i] = hidden[i] ^ HIDDEN;
	counts[1] = search_all(maps, mem, buf);
	_exit(0);
}

static void try(const char *name, int (*act)(void), int want, unsigned left)
{
	unsigned *counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		check(act, want, counts);
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status), "%s: ends", name);
	is_int(WEXITSTATUS(status), 0, name);
	is_int(counts[0], left, "  as many secrets are left in memory");
	is_int(counts[1], left + 1, "  and one more that is put there is found");
	munmap(counts, 4096);
}

static char plan[] = "plan", show[] = "--show-secrets", json[] = "--json";

static int act_plan(void)
{
	char *argv[] = { plan, show, NULL };

	return cmd_plan(2, argv);
}

static int act_json(void)
{
	char *argv[] = { plan, json, NULL };

	return cmd_plan(2, argv);
}

/* Nothing listens there: up to the deadline. */
static int act_login(void)
{
	return run(RUN_LOGIN);
}

/* What is not wiped must be seen. */
static int act_nothing(void)
{
	static char kept[4096];

	return sys_read(AT_FDCWD, "/etc/iscsi/iscsi.initramfs", kept, sizeof(kept)) > 0 ? 0 : 1;
}

int main(void)
{
	char command[80], program[128];

	snprintf(dir, sizeof(dir), "/tmp/iscsiroot-wipe-%d", (int)getpid());
	make_dir("");
	make_dir("proc");
	make_dir("etc");
	make_file("etc/initrd-release", "", false);
	make_dir("etc/iscsi");
	make_dir("usr");
	make_dir("usr/sbin");
	make_file("usr/sbin/iscsistart", "", false);	/* it is only looked for */
	snprintf(program, sizeof(program), "%s/usr/sbin/iscsistart", dir);
	chmod(program, 0700);
	make_dir("run");
	make_dir("sys");		/* modules are loaded */
	make_dir("sys/class");
	make_dir("sys/class/iscsi_transport");
	make_dir("sys/class/iscsi_transport/tcp");
	make_dir("sys/bus");
	make_dir("sys/bus/scsi");
	make_dir("sys/bus/scsi/drivers");
	make_dir("sys/bus/scsi/drivers/sd");
	make_file("proc/cmdline", "root=/dev/mapper/system-root ip=192.0.2.10/24:::::eth0:none\n", false);
	make_file("etc/initrd-release", "", false);
	make_file("etc/iscsi/initiatorname.iscsi", "InitiatorName=iqn.2001-04.com.example:guest\n", false);
	make_file("etc/iscsi/iscsi.initramfs",
		  "ISCSI_TARGET_NAME=iqn.2001-04.com.example:lun\nISCSI_TARGET_IP=127.0.0.1:9\n"
		  "ISCSI_TIMEOUT=1\nISCSI_USERNAME=guest\nISCSI_IN_USERNAME=storage\n", true);
	try("plan", act_plan, CODE_DONE, 0);
	try("plan --json", act_json, CODE_DONE, 0);
	try("login", act_login, CODE_UNAVAILABLE, 0);
	try("a file that is read and not wiped", act_nothing, 0, 2);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) || done_testing();
}
