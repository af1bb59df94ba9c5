// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/scan.h"
#include "boot/job.h"
#include "formats/keyval.h"

#define SOCKET JOB_DIR "/job.socket"
#define RESULT JOB_DIR "/job"		/* code=N */

static const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };

/* Nonblocking: a run whose queue of connections is full must not block a boot script. */
static int open_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

/* Return: the connection, -ESRCH if no run is in progress, or -errno. */
static int connect_job(void)
{
	int fd = open_socket(), err;

	if (fd < 0 || !connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		return fd;
	err = errno == ENOENT || errno == ECONNREFUSED ? -ESRCH : -errno;
	close(fd);
	return err;
}

bool job_running(void)
{
	int fd = connect_job();

	if (fd >= 0)
		close(fd);
	return fd >= 0 || fd == -EAGAIN;
}

static int listen_at(int fd)
{
	mode_t mask = umask(0177);
	int err = 0;

	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) || listen(fd, JOB_CLIENTS_MAX))
		err = -errno;
	umask(mask);
	return err;
}

int job_open(struct job *j)
{
	int err;

	*j = (struct job){ .fd = -1 };
	if (mkdir(JOB_DIR, 0755) && errno != EEXIST)
		return -errno;
	if (job_running())
		return -EBUSY;
	/* of a run that was killed */
	unlink(SOCKET);
	unlink(RESULT);
	j->fd = open_socket();
	if (j->fd < 0)
		return j->fd;
	err = listen_at(j->fd);
	if (err) {
		close(j->fd);
		j->fd = -1;
	}
	return err;
}

static void drop_client(struct job *j, unsigned i)
{
	close(j->clients[i].fd);
	j->clients[i] = j->clients[--j->n];
}

/* Return: false where the client is to be dropped. */
static bool serve(struct job *j, unsigned i)
{
	char request;
	ssize_t n = recv(j->clients[i].fd, &request, 1, MSG_DONTWAIT);

	if (n == 1)
		j->clients[i].request = request;
	else if (n == 0 || errno != EAGAIN)
		return false;
	j->login_asked |= j->clients[i].request == JOB_LOGIN;
	j->root_asked |= j->clients[i].request == JOB_ROOT;
	j->finish |= j->clients[i].request == JOB_FINISH;
	if (j->clients[i].request != JOB_LOGIN || !j->others_turn)
		return true;
	send(j->clients[i].fd, "0", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	return false;
}

static void serve_all(struct job *j)
{
	unsigned i = 0;

	while (i < j->n)
		if (serve(j, i))
			i++;
		else
			drop_client(j, i);
}

void job_step(struct job *j, struct wait *w)
{
	unsigned i;
	int fd;

	if (j->fd < 0)
		return;
	while (j->n < JOB_CLIENTS_MAX) {
		fd = accept4(j->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			break;
		j->clients[j->n].request = 0;
		j->clients[j->n++].fd = fd;
	}
	serve_all(j);
	for (i = 0; i < j->n; i++)
		wait_fd(w, j->clients[i].fd, POLLIN);
	/* with all places taken, the next one is accepted when a client has gone */
	if (j->n < JOB_CLIENTS_MAX)
		wait_fd(w, j->fd, POLLIN);
}

void job_others_turn(struct job *j)
{
	j->others_turn = true;
	serve_all(j);
}

void job_close(struct job *j, int code)
{
	char text[16];

	if (j->fd < 0)
		return;
	out_text(text, sizeof(text), "code=%d\n", code);
	sys_write_atomic(RESULT, 0600, text, strlen(text));
	unlink(SOCKET);
	close(j->fd);
	j->fd = -1;
	while (j->n)
		drop_client(j, 0);
}

static int read_result(int absent)
{
	char text[64], value[16];
	struct span rest, key;
	uint64_t code = absent;
	ssize_t n = sys_read(AT_FDCWD, RESULT, text, sizeof(text));

	rest = (struct span){ text, n > 0 ? n : 0 };
	while (keyval_next(&rest, &key, value, sizeof(value)))
		if (span_eq(key, "code") && !scan_uint(span_of(value), 255, &code))
			code = CODE_BUG;
	return code;
}

int job_await(enum job_request request, int64_t until)
{
	int fd = connect_job();
	char byte = request;
	struct wait w;
	ssize_t n;

	if (fd == -ESRCH)
		return read_result(CODE_NOT_ASKED);
	if (fd < 0)
		return fd == -EAGAIN ? CODE_DONE : CODE_SYSTEM;
	n = send(fd, &byte, 1, MSG_NOSIGNAL);
	while (n >= 0) {
		n = recv(fd, &byte, 1, MSG_DONTWAIT);
		if (n >= 0 || errno != EAGAIN || sys_now() >= until)
			break;
		wait_begin(&w, until);
		wait_fd(&w, fd, POLLIN);
		n = wait_run(&w);
	}
	close(fd);
	if (n > 0 || (n < 0 && errno == EAGAIN))
		return CODE_DONE;
	return read_result(CODE_BUG);
}
