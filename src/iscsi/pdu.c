// SPDX-License-Identifier: GPL-2.0-or-later
#include "iscsi/bhs.h"
#include "iscsi/pdu.h"

void pdu_logout(uint8_t bhs[PDU_BHS])
{
	bhs_put_logout(bhs, BHS_LOGOUT_SESSION, 0);
}

bool pdu_logout_response(const uint8_t bhs[PDU_BHS], uint8_t *response)
{
	struct bhs_logout_response r;

	if (!bhs_get_logout_response(bhs, &r))
		return false;
	*response = r.response;
	return true;
}
