/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * job: the run in progress, as other processes see it. A boot script starts it, others wait for it, while
 * the rest of the initramfs does its own part. One at a time: its socket is the lock.
 *
 * A client sends one byte, enum job_request. The answer is one byte, or the end of the connection once
 * the run has ended; JOB_DIR/job then has its exit code.
 */
#ifndef ISCSIROOT_BOOT_JOB_H
#define ISCSIROOT_BOOT_JOB_H

#include "base/sys.h"

#define JOB_DIR "/run/iscsiroot"

enum job_request {
	JOB_LOGIN = 'l',	/* answer when it is other programs' turn: logged in, disks scanned */
	JOB_ROOT = 'r',		/* answered by its end */
	JOB_FINISH = 'f',	/* the root is mounted: hand off what is there, and end */
};

struct job {
	int fd;				/* listens; -1: closed */
	bool others_turn;		/* job_others_turn() was called */
	bool login_asked, root_asked;	/* a client has sent JOB_LOGIN, JOB_ROOT */
	bool finish;			/* a client has sent JOB_FINISH */
	unsigned n;
	struct {
		int fd;
		char request;		/* 0: not received yet */
	} clients[JOB_CLIENTS_MAX];
};

/**
 * job_open() - begin: create the socket and forget the last result. Return: 0, -EBUSY if another run is
 * in progress, or -errno.
 */
int job_open(struct job *j);

/** job_step() - serve the clients; @w waits for them. */
void job_step(struct job *j, struct wait *w);

/** job_others_turn() - answer those that wait for the login, now and from now on. */
void job_others_turn(struct job *j);

/** job_close() - end with this exit code: keep it as the result, and release all clients. */
void job_close(struct job *j, int code);

/**
 * job_await() - send @request to the run in progress and wait for the answer, until @until (sys_now()).
 * Return: an exit code: CODE_DONE where the answer has come or time is up, the result of the run where
 * it has ended, CODE_NOT_ASKED where there was none, CODE_BUG where it ended without a result.
 */
int job_await(enum job_request request, int64_t until);

/** job_running() - is a run in progress? */
bool job_running(void);

#endif
