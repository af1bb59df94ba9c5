/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iscsi_helper: a process that sends requests to the kernel's iSCSI netlink for another one, which never
 * blocks (kernel/iscsi_session.h says why). One is enough: what blocks it blocks every request of any process.
 * It needs no file and no memory but what it has from its start, and it ends when its parent does.
 */
#ifndef ISCSIROOT_KERNEL_ISCSI_HELPER_H
#define ISCSIROOT_KERNEL_ISCSI_HELPER_H

#include <sys/types.h>

#include "iscsi/iscsi_if.h"

struct iscsi_helper {
	pid_t pid;		/* 0: none */
	int fd;			/* to poll for POLLIN: a result has come; -1: none */
	unsigned pending;	/* requests without a result */
	int64_t since;		/* when the oldest of them began to be the oldest, sys_now(); 0: none */
};

/* What came of a request. */
struct iscsi_result {
	uint32_t tag;		/* the caller's, of iscsi_helper_ask() */
	uint32_t type;		/* enum iscsi_if_type */
	struct iscsi_if_reply reply;
};

/**
 * iscsi_helper_start() - start the process. Early: when the root is unreachable, fork(2) may lack memory.
 * @locked: its memory stays in RAM
 * Return: 0 or -errno.
 */
int iscsi_helper_start(struct iscsi_helper *h, bool locked);

/**
 * iscsi_helper_ask() - give it a request; they are carried out in the order given.
 * @m: of iscsi_if_*(); the caller's again on return
 * @tag: comes back with the result
 * @fd: of BIND_CONN, the socket to be bound: the helper gets a descriptor of its own, and closes it after the
 * request; -1 for other requests
 * Return: 0; -EAGAIN: its queue is full, take results first; -EPIPE: it has ended; or -errno.
 */
int iscsi_helper_ask(struct iscsi_helper *h, const struct iscsi_if *m, uint32_t tag, int fd);

/**
 * iscsi_helper_result() - take one result, in the order of the requests.
 * Return: 1 a result, 0 none yet, -EPIPE: it has ended, and what is pending will have no result; start a new
 * one. How long is too long is the caller's to decide, from @h->since: another helper would wait as well.
 */
int iscsi_helper_result(struct iscsi_helper *h, struct iscsi_result *r);

/**
 * iscsi_helper_end() - end it and reap it, within 20 ms. One that is blocked ends by itself later; whoever
 * lives that long reaps it with its other children.
 */
void iscsi_helper_end(struct iscsi_helper *h);

#endif
