/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper_control: how other programs find the keeper and talk to it: one byte over a socket in its
 * sandbox, which root alone can reach (through /proc/PID/root), and one byte back.
 */
#ifndef ISCSIROOT_RUNTIME_KEEPER_CONTROL_H
#define ISCSIROOT_RUNTIME_KEEPER_CONTROL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KEEPER_FILE "/run/iscsiroot/keeper"	/* pid=N */
#define KEEPER_NAME "@iscsiroot-keeper"		/* argv[0]: systemd-shutdown spares an @ */
#define KEEPER_CONTROL "/control"		/* in its sandbox */

enum {
	KEEPER_LOOK = 'l',	/* sessions that have come are its business as well */
	KEEPER_ADOPT = 'a',	/* iscsid is to run; answered once it takes requests */
	KEEPER_RESTART = 'r',	/* end it and start it again, its files have changed */
	KEEPER_GUARD = 'g',	/* what of the network carries the sessions stays as it is now */
	KEEPER_LEAVE = 'n',	/* or it does not: it is left to whoever changes it */
	KEEPER_STOP = 's',	/* end it, and yourself: the real root's iscsid takes over */
};

/* Where its number stands: KEEPER_FILE; a test has one of its own. */
extern const char *keeper_control_file;

/** keeper_control_pid() - its process, or 0 where none runs. */
pid_t keeper_control_pid(void);

/** keeper_control_root() - its sandbox as other processes see it: /proc/PID/root. */
void keeper_control_root(pid_t pid, char *buf, size_t size);

/**
 * keeper_control() - ask for one of the above and await the answer.
 * @until: sys_now()'s clock
 * Return: 0, -ESRCH where none runs, -ETIMEDOUT, -EIO where it could not, or -errno.
 */
int keeper_control(char request, int64_t until);

#endif
