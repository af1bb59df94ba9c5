// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "exitrd/bounded.h"
#include "exitrd/bounds.h"
#include "exitrd/log.h"
#include "exitrd/procs.h"
#include "formats/proc.h"
#include "runtime/keeper_control.h"
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
	return n > 0 && proc_stat((struct span){ text, n }, st);
}

void procs_find_keeper(struct procs *p)
{
	char text[256], path[32];
	ssize_t n = sys_read(AT_FDCWD, KEEPER_FILE, text, sizeof(text));
	unsigned pid;

	if (!keeper_status_pid((struct span){ text, n > 0 ? n : 0 }, &pid) || pid == 1)
		return;
	/* another process may have got its number by now */
	out_text(path, sizeof(path), "/proc/%u/cmdline", pid);
	n = sys_read(AT_FDCWD, path, text, sizeof(text));
	if (n > 0 && !strcmp(text, KEEPER_NAME))
		p->keeper = pid;
}

/* Is it process 1, or one of our own ancestors? */
static bool is_ancestor(const struct procs *p, unsigned pid)
{
	struct proc_stat st;
	unsigned at = getpid(), i;

	if (pid == 1)
		return true;
	for (i = 0; p->init_stays && i < ANCESTORS_MAX && at > 1 && read_stat(at, &st); i++) {
		at = st.parent;
		if (at == pid)
			return true;
	}
	return false;
}

/* Is it the keeper or one of its descendants? */
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
	const struct procs *p;
	int sig;		/* the signal to send */
	bool keepers;		/* true: to the keeper and its descendants; false: to all others */
	unsigned n;		/* how many processes it was sent to */
};

static bool sweep_one(void *arg, const char *name)
{
	struct sweep *s = arg;
	struct proc_stat st;
	uint64_t pid;

	if (!scan_uint(span_of(name), INT32_MAX, &pid) || pid == (unsigned)getpid() ||
	    is_ancestor(s->p, pid) || !read_stat(pid, &st) || st.kernel || st.state == 'Z' || st.state == 'X' ||
	    is_keepers(s->p->keeper, st) != s->keepers)
		return true;
	s->n++;
	kill((pid_t)pid, s->sig);
	return true;
}

static unsigned sweep(const struct procs *p, int sig, bool keepers)
{
	struct sweep s = { p, sig, keepers, 0 };

	sys_list(AT_FDCWD, "/proc", sweep_one, &s);
	return s.n;
}

void procs_wake_keeper(const struct procs *p)
{
	if (p->keeper)
		sweep(p, SIGCONT, true);
}

void procs_kill(const struct procs *p)
{
	int64_t until = sys_now() + KILL_US;
	unsigned n;

	while ((n = sweep(p, SIGKILL, false)) && sys_now() < until)
		bounded_pause(ROUND_US);
	if (n)
		log_line("processes", "%u still running after SIGKILL: blocked on I/O", n);
}

void procs_end_keeper(struct procs *p)
{
	int64_t until = sys_now() + KILL_US;
	pid_t keeper = p->keeper;

	if (!keeper)
		return;
	/* stopped first: the keeper restarts an iscsid that is killed before it */
	sweep(p, SIGSTOP, true);
	sweep(p, SIGKILL, true);
	while (sweep(p, SIGKILL, true) && sys_now() < until)
		bounded_pause(ROUND_US);
	p->keeper = 0;
	/* orphans of the keeper, which are now children of process 1 */
	sweep(p, SIGKILL, false);
}
