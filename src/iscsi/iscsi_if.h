/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iscsi_if: the messages of the kernel's iSCSI netlink: struct iscsi_uevent of include/scsi/iscsi_if.h,
 * which is not among the headers that the kernel exports. Requests are made here, and replies and events
 * are read, as drivers/scsi/scsi_transport_iscsi.c (Linux 5.10 to 7.2) reads and makes them. Pure.
 */
#ifndef ISCSIROOT_ISCSI_ISCSI_IF_H
#define ISCSIROOT_ISCSI_ISCSI_IF_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/scan.h"
#include "iscsi/bhs.h"

/* enum iscsi_uevent_e: what is asked of the kernel. */
enum iscsi_if_type {
	ISCSI_IF_CREATE_SESSION = 11,
	ISCSI_IF_DESTROY_SESSION = 12,
	ISCSI_IF_CREATE_CONN = 13,
	ISCSI_IF_DESTROY_CONN = 14,
	ISCSI_IF_BIND_CONN = 15,
	ISCSI_IF_SET_PARAM = 16,
	ISCSI_IF_START_CONN = 17,
	ISCSI_IF_STOP_CONN = 18,
	ISCSI_IF_SEND_PDU = 19,
	ISCSI_IF_SET_HOST_PARAM = 26,
	ISCSI_IF_DESTROY_SESSION_ASYNC = 43,	/* since Linux 5.6: removes the disks without the mutex held */

	/* and what the kernel reports */
	ISCSI_IF_RECV_PDU = 101,
	ISCSI_IF_CONN_ERROR = 102,
	ISCSI_IF_ERROR = 103,		/* the reply to a request that failed */
	ISCSI_IF_SESSION_DESTROYED = 104,
	ISCSI_IF_SESSION_UNBOUND = 105,
	ISCSI_IF_SESSION_CREATED = 106,
	ISCSI_IF_LOGIN_STATE = 109,
};

/*
 * enum iscsi_param: what SET_PARAM sets. All but RECOVERY_TMO are ENOTCONN until the connection is bound.
 * There is one for a CHAP secret as well: it must never be set, sysfs would show it.
 */
enum iscsi_if_param {
	ISCSI_IF_MAX_RECV = 0,		/* MaxRecvDataSegmentLength that we declared */
	ISCSI_IF_MAX_XMIT = 1,		/* MaxRecvDataSegmentLength that the target declared */
	ISCSI_IF_HEADER_DIGEST = 2,	/* 0 or 1 (CRC32C); a stop for recovery clears both digests */
	ISCSI_IF_DATA_DIGEST = 3,
	ISCSI_IF_INITIAL_R2T = 4,	/* 0 or 1 */
	ISCSI_IF_MAX_R2T = 5,		/* MaxOutstandingR2T, a power of two */
	ISCSI_IF_IMMEDIATE_DATA = 6,
	ISCSI_IF_FIRST_BURST = 7,	/* START_CONN is EINVAL where it exceeds MAX_BURST and is of use */
	ISCSI_IF_MAX_BURST = 8,
	ISCSI_IF_PDU_IN_ORDER = 9,
	ISCSI_IF_SEQUENCE_IN_ORDER = 10,
	ISCSI_IF_ERL = 11,
	ISCSI_IF_EXP_STATSN = 14,	/* after the login: StatSN of its last response + 1 */
	ISCSI_IF_TARGET_NAME = 15,
	ISCSI_IF_TPGT = 16,
	ISCSI_IF_PERSISTENT_ADDRESS = 17,
	ISCSI_IF_PERSISTENT_PORT = 18,
	ISCSI_IF_RECOVERY_TMO = 19,	/* seconds; a number only: "off" is read as 0 here */
	ISCSI_IF_FAST_ABORT = 26,
	ISCSI_IF_ABORT_TMO = 27,
	ISCSI_IF_LU_RESET_TMO = 28,
	ISCSI_IF_PING_TMO = 30,		/* noop_out_timeout */
	ISCSI_IF_RECV_TMO = 31,		/* noop_out_interval */
	ISCSI_IF_IFACE_NAME = 32,
	ISCSI_IF_INITIATOR_NAME = 34,
	ISCSI_IF_TARGET_RESET_TMO = 35,
};

/* enum iscsi_host_param, of SET_HOST_PARAM. A session of iscsi_tcp has a host of its own. */
enum iscsi_if_host_param {
	ISCSI_IF_HOST_HWADDRESS = 0,
	ISCSI_IF_HOST_INITIATOR_NAME = 1,
	ISCSI_IF_HOST_NETDEV = 2,
};

/* enum iscsi_err, of CONN_ERROR; all begin at 1001. These are told apart; others are "protocol error". */
enum {
	ISCSI_IF_ERR_CONN_FAILED = 1011,
	ISCSI_IF_ERR_HEADER_DIGEST = 1014,
	ISCSI_IF_ERR_DATA_DIGEST = 1015,
	ISCSI_IF_ERR_XMIT_FAILED = 1019,
	ISCSI_IF_ERR_TCP_CLOSED = 1020,
	ISCSI_IF_ERR_EH_RESET = 1021,	/* the SCSI error handler gave up on the session */
	ISCSI_IF_ERR_NOP_TIMEDOUT = 1022,
};

/* A whole message. Without data it has ISCSI_IF_MIN bytes; nl.nlmsg_len has its length. */
struct iscsi_if {
	struct nlmsghdr nl;
	uint32_t type;
	int32_t iferror;
	uint64_t transport;	/* handle of iscsi_tcp; whoever sends a request fills it in */
	uint32_t u[6];		/* of a request: mostly sid, cid, and 16 bytes of its own */
	uint32_t r[4];		/* of a reply: its code; of an event: mostly sid, cid */
	uint8_t data[ISCSI_IF_DATA_MAX];
};

#define ISCSI_IF_MIN offsetof(struct iscsi_if, data)

/**
 * iscsi_if_create_session() - CREATE_SESSION.
 * @cmds_max: commands at one time, a power of two; 0: the kernel's default (128)
 * @queue_depth: commands at one time and LUN
 * The CmdSN begins with 1. The reply has the session and its SCSI host.
 */
void iscsi_if_create_session(struct iscsi_if *m, uint16_t cmds_max, uint16_t queue_depth);

/**
 * iscsi_if_conn() - make one of the requests that name a connection and no more: CREATE_CONN, START_CONN,
 * DESTROY_CONN; DESTROY_SESSION and its asynchronous form do not read @cid, and are EBUSY while the session has
 * a connection. The removal of its disks can take long; an event tells its end.
 */
void iscsi_if_conn(struct iscsi_if *m, enum iscsi_if_type type, uint32_t sid, uint32_t cid);

/**
 * iscsi_if_stop() - STOP_CONN.
 * @recover: the connection is to be bound again: I/O is blocked, and the kernel forgets that it has failed;
 * otherwise for good, before DESTROY_CONN
 */
void iscsi_if_stop(struct iscsi_if *m, uint32_t sid, uint32_t cid, bool recover);

/**
 * iscsi_if_bind() - BIND_CONN, as the leading connection. ENOTCONN after an error of the connection until
 * it was stopped for recovery, EEXIST where @fd is no socket.
 * @fd: connected TCP socket in the table of the process that sends the request; the kernel takes a reference
 */
void iscsi_if_bind(struct iscsi_if *m, uint32_t sid, uint32_t cid, int fd);

/** iscsi_if_param() - SET_PARAM. False: the value is too long. */
bool iscsi_if_param(struct iscsi_if *m, uint32_t sid, uint32_t cid, enum iscsi_if_param param,
		    const char *value);

/** iscsi_if_host_param() - SET_HOST_PARAM of SCSI host @host. False: the value is too long. */
bool iscsi_if_host_param(struct iscsi_if *m, uint32_t host, enum iscsi_if_host_param param,
			 const char *value);

/**
 * iscsi_if_pdu() - SEND_PDU. The kernel writes ITT (unless it is 0xffffffff), CmdSN and, except in Login and
 * Text, ExpStatSN into the header. EPERM: it cannot be sent (a Login is unanswered, or not logged in).
 * @data: at most 8192 bytes, and none but of Login and Text; padded here, header's length is the caller's
 * False: too long.
 */
bool iscsi_if_pdu(struct iscsi_if *m, uint32_t sid, uint32_t cid, const uint8_t bhs[BHS_SIZE],
		  struct span data);

/* What came of a request. */
struct iscsi_if_reply {
	int err;		/* 0 or -errno */
	uint32_t sid, host;	/* of CREATE_SESSION */
};

/**
 * iscsi_if_read_reply() - read a message of @len bytes that may be the reply to a request.
 * Replies carry no number; they come in the order of the requests.
 * @type: of the request
 * False: it is none of these, or is malformed.
 */
bool iscsi_if_read_reply(const struct iscsi_if *m, size_t len, enum iscsi_if_type type,
			 struct iscsi_if_reply *reply);

/* What the kernel reports to group 1. */
struct iscsi_if_event {
	enum {
		ISCSI_EVENT_OTHER,		/* of no use here, or malformed */
		ISCSI_EVENT_CONN_ERROR,
		ISCSI_EVENT_LOGIN_STATE,	/* offload adapters only */
		ISCSI_EVENT_PDU,		/* responses to ours, and asynchronous messages */
		ISCSI_EVENT_CREATED,
		ISCSI_EVENT_DESTROYED,
		ISCSI_EVENT_UNBOUND,		/* its disks are removed */
	} kind;
	uint32_t sid;
	uint32_t cid;		/* CONN_ERROR, LOGIN_STATE, PDU; 0 otherwise */
	uint32_t host;		/* CREATED, DESTROYED, UNBOUND; 0 otherwise */
	uint32_t code;		/* CONN_ERROR: enum iscsi_err; LOGIN_STATE: enum iscsi_conn_state */
	const uint8_t *bhs;	/* PDU: BHS_SIZE bytes in the message; NULL otherwise */
	struct span data;	/* PDU: its data segment, in the message */
};

/**
 * iscsi_if_read_event() - read a message of @len bytes.
 * @ev: points into @m
 * A PDU whose data segment is longer than the message is malformed; the kernel pads the message, and the
 * data ends where the header says.
 */
void iscsi_if_read_event(const struct iscsi_if *m, size_t len, struct iscsi_if_event *ev);

#endif
