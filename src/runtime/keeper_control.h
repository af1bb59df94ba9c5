/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper_control: sends requests to the keeper: one byte over a socket in its sandbox, which only
 * root can reach (through /proc/PID/root), and one byte back.
 */
#ifndef ISCSIROOT_RUNTIME_KEEPER_CONTROL_H
#define ISCSIROOT_RUNTIME_KEEPER_CONTROL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KEEPER_FILE "/run/iscsiroot/keeper"	/* pid=N */
#define KEEPER_PARAMS "/run/iscsiroot/params"	/* for its iscsid.conf: what the boot gave iscsistart */
#define KEEPER_NAME "@iscsiroot-keeper"		/* argv[0]: systemd-shutdown spares an initial @ */
#define KEEPER_CONTROL "/control"		/* in its sandbox */

enum {
	KEEPER_LOOK = 'l',	/* look for new sessions and watch them too */
	KEEPER_ADOPT = 'a',	/* run iscsid; answered once it accepts requests */
	KEEPER_RESTART = 'r',	/* restart iscsid, as its files have changed */
	KEEPER_GUARD = 'g',	/* protect the NICs, addresses and routes that the sessions use */
	KEEPER_LEAVE = 'n',	/* do not protect them any more */
	/* of an engine (ISCSI_ENGINE=native) */
	KEEPER_WATCH = 'w',	/* the answer is struct keeper_event of each portal, then of each change */
	KEEPER_PLAN = 'p',	/* take the plan in the memfd that comes with it (SCM_RIGHTS) */
	KEEPER_GIVE = 'h',	/* hand the plan to the successor: the answer comes with a memfd */
	KEEPER_END = 'e',	/* log out of every session, and answer once that is done */
	KEEPER_STOP = 's',	/* end iscsid and exit: the real root's iscsid takes over */
};

/* The file with its process ID, KEEPER_FILE; tests replace it. */
extern const char *keeper_control_file;

/**
 * keeper_control_connect() - connect to the keeper: to the process that KEEPER_FILE names, and only where it
 * is itself the one that listens in its root: its number may have become another process's.
 * @pid: its process ID
 * Return: a descriptor; -ESRCH: the keeper is not running; or -errno.
 */
int keeper_control_connect(pid_t *pid);

/** keeper_control_ask() - send a request over it, wait for the answer, and close it; as keeper_control(). */
int keeper_control_ask(int fd, char request, int64_t until);

/**
 * keeper_control_give() - send a request with a descriptor over a socket of keeper_control_connect(), wait for the
 * answer, and close the socket. As keeper_control().
 */
int keeper_control_give(int fd, char request, int passed, int64_t until);

/**
 * keeper_control_take() - the other way round: the answer comes with a descriptor.
 * Return: the descriptor, or -errno as keeper_control().
 */
int keeper_control_take(int fd, char request, int64_t until);

/** keeper_control_receive() - one byte from @fd, with the descriptor that came with it, or -1, in @passed. As recv(2),
 * without blocking. */
ssize_t keeper_control_receive(int fd, char *byte, int *passed);

/** keeper_control_send() - one byte to @fd with a descriptor, or -1. 0 or -errno. */
int keeper_control_send(int fd, char byte, int passed);

/** keeper_control_pid() - its process ID, or 0 if it is not running; without a connection. */
pid_t keeper_control_pid(void);

/** keeper_control_root() - the path of its sandbox for other processes: /proc/PID/root. */
void keeper_control_root(pid_t pid, char *buf, size_t size);

/**
 * keeper_control() - connect, send one of these requests, and wait for the answer.
 * @until: sys_now()'s clock
 * Return: 0; -ESRCH: the keeper is not running; -ETIMEDOUT; -EIO: the request failed; or -errno.
 */
int keeper_control(char request, int64_t until);

#endif
