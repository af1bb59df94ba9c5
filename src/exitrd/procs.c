// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "exitrd/parts.h"
#include "formats/proc.h"
#include "runtime/keeper_ask.h"
#include "runtime/keeper_status.h"

#define GENERATIONS_MAX 8	/* keeper, iscsid, what iscsid may start */
#define ANCESTORS_MAX 8		/* init, rc, startpar, the script */
#define ROUND_US 50000

static bool read_stat(unsigned pid, struct proc_stat *st)
{
	char path[32], text[1024];
	ssize_t n;

	out_text(path, sizeof(path), "/proc/%u/stat", pid);
	n = sys_read(AT_FDCWD, path, text, sizeof(text));
	return n > 0 && proc_text_stat((struct span){ text, n }, st);
}

void procs_find_keeper(struct down *d)
{
	char text[256], path[32];
	ssize_t n = sys_read(AT_FDCWD, KEEPER_FILE, text, sizeof(text));
	unsigned pid;

	if (!status_text_pid((struct span){ text, n > 0 ? n : 0 }, &pid) || pid == 1)
		return;
	/* nobody else may have its number by now */
	out_text(path, sizeof(path), "/proc/%u/cmdline", pid);
	n = sys_read(AT_FDCWD, path, text, sizeof(text));
	if (n > 0 && !strcmp(text, KEEPER_NAME))
		d->keeper = pid;
}

/* Is it process 1, or one of those that have started us? */
static bool is_ancestor(const struct down *d, unsigned pid)
{
	struct proc_stat st;
	unsigned at = getpid(), i;

	if (pid == 1)
		return true;
	for (i = 0; d->init_stays && i < ANCESTORS_MAX && at > 1 && read_stat(at, &st); i++) {
		at = st.parent;
		if (at == pid)
			return true;
	}
	return false;
}

/* Is it the keeper, or a child of its, or a child's child? */
static bool is_keepers(pid_t keeper, struct proc_stat st)
{
	unsigned i;

	for (i = 0; keeper && i < GENERATIONS_MAX; i++) {
		if (st.pid == (unsigned)keeper)
			return true;
		if (st.parent <= 1 || !read_stat(st.parent, &st))
			break;
	}
	return false;
}

struct sweep {
	const struct down *d;
	int sig;		/* to these, in this pass */
	bool keepers;		/* to the keeper's, or to all others */
	unsigned n;		/* how many of them were there */
};

static bool sweep_one(void *arg, const char *name)
{
	struct sweep *s = arg;
	struct proc_stat st;
	uint64_t pid;

	if (!scan_uint(span_of(name), INT32_MAX, &pid) || pid == (unsigned)getpid() ||
	    is_ancestor(s->d, pid) || !read_stat(pid, &st) || st.kernel || st.state == 'Z' || st.state == 'X' ||
	    is_keepers(s->d->keeper, st) != s->keepers)
		return true;
	s->n++;
	kill((pid_t)pid, s->sig);
	return true;
}

static unsigned sweep(const struct down *d, int sig, bool keepers)
{
	struct sweep s = { d, sig, keepers, 0 };

	sys_list(AT_FDCWD, "/proc", sweep_one, &s);
	return s.n;
}

void procs_wake_keeper(const struct down *d)
{
	if (d->keeper)
		sweep(d, SIGCONT, true);
}

void procs_kill(const struct down *d)
{
	int64_t until = sys_now() + KILL_US;
	unsigned n;

	while ((n = sweep(d, SIGKILL, false)) && sys_now() < until)
		down_pause(ROUND_US);
	if (n)
		down_say("processes", "%u cannot be ended (they wait for a disk)", n);
}

void procs_end_keeper(struct down *d)
{
	int64_t until = sys_now() + KILL_US;
	pid_t keeper = d->keeper;

	if (!keeper)
		return;
	/* stopped first: it would start again what is killed before it */
	sweep(d, SIGSTOP, true);
	sweep(d, SIGKILL, true);
	while (sweep(d, SIGKILL, true) && sys_now() < until)
		down_pause(ROUND_US);
	d->keeper = 0;
	/* what it leaves to process 1 */
	sweep(d, SIGKILL, false);
}
