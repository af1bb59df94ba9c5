/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pdu: the kernel's iSCSI netlink messages (struct iscsi_uevent of include/scsi/iscsi_if.h, which
 * is not among the headers that the kernel exports), and the few PDUs of RFC 7143 in them. Pure.
 */
#ifndef ISCSIROOT_ISCSI_PDU_H
#define ISCSIROOT_ISCSI_PDU_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PDU_BHS 48		/* basic header segment, RFC 7143 section 11.2.1 */

/* enum iscsi_uevent_e: what is asked of the kernel, and what it tells. */
enum {
	PDU_DESTROY_SESSION = 12,
	PDU_DESTROY_CONN = 14,
	PDU_STOP_CONN = 18,
	PDU_SEND = 19,
	PDU_RECEIVED = 101,
	PDU_CONN_ERROR = 102,
	PDU_IF_ERROR = 103,	/* the answer to a request that failed */
};

/* Every message but a received PDU's data, which nobody here wants. */
struct pdu_message {
	struct nlmsghdr nl;
	uint32_t type;
	int32_t iferror;
	uint64_t transport;
	uint32_t u[6];		/* of a request: sid, cid, and 16 bytes of its own */
	uint32_t r[4];		/* of an answer: its code; of an event: sid, cid, error */
	uint8_t bhs[PDU_BHS];
};

/**
 * pdu_request() - make one of the requests DESTROY_SESSION, DESTROY_CONN and STOP_CONN (for good:
 * STOP_CONN_TERM).
 * @transport: handle, of /sys/class/iscsi_transport/tcp
 * The length is in nl.nlmsg_len.
 */
void pdu_request(struct pdu_message *m, uint32_t type, uint64_t transport, uint32_t sid,
		 uint32_t cid);

/**
 * pdu_recover() - make the request to stop a connection that is to be bound again (STOP_CONN_RECOVER).
 * The kernel refuses to bind one that failed (ENOTCONN) until it got this.
 */
void pdu_recover(struct pdu_message *m, uint64_t transport, uint32_t sid, uint32_t cid);

/**
 * pdu_logout() - make the request to send a Logout that closes the session (RFC 7143 section 11.14,
 * reason 0), immediate, as libiscsi wants all that is not a SCSI command; it writes task tag, CmdSN
 * and ExpStatSN into it.
 */
void pdu_logout(struct pdu_message *m, uint64_t transport, uint32_t sid, uint32_t cid);

/** pdu_whole() - is a message of @len bytes as long as its kind must be? */
bool pdu_whole(const struct pdu_message *m, size_t len);

/**
 * pdu_logout_response() - read a Logout Response (RFC 7143 section 11.15).
 * @response: 0 closed, 1 no such connection, 2 recovery not supported, 3 cleanup failed
 * Return: false where it is another PDU.
 */
bool pdu_logout_response(const uint8_t bhs[PDU_BHS], uint8_t *response);

#endif
