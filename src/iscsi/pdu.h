/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pdu: the few PDUs of RFC 7143 that are made or read here. Pure.
 */
#ifndef ISCSIROOT_ISCSI_PDU_H
#define ISCSIROOT_ISCSI_PDU_H

#include <stdbool.h>
#include <stdint.h>

#define PDU_BHS 48		/* basic header segment, RFC 7143 section 11.2.1 */

/**
 * pdu_logout() - make a Logout that closes the session (RFC 7143 section 11.14, reason 0), immediate, as
 * libiscsi wants all that is not a SCSI command; it writes task tag, CmdSN and ExpStatSN into it.
 */
void pdu_logout(uint8_t bhs[PDU_BHS]);

/**
 * pdu_logout_response() - read a Logout Response (RFC 7143 section 11.15).
 * @response: 0 closed, 1 no such connection, 2 recovery not supported, 3 cleanup failed
 * Return: false where it is another PDU.
 */
bool pdu_logout_response(const uint8_t bhs[PDU_BHS], uint8_t *response);

#endif
