// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/engine/params.h"

static bool set(const struct params *p, enum iscsi_if_param param, const char *value, struct iscsi_if *m)
{
	return iscsi_if_param(m, p->sid, 0, param, value);
}

static bool set_number(const struct params *p, enum iscsi_if_param param, uint32_t n, struct iscsi_if *m)
{
	char value[16];

	out_text(value, sizeof(value), "%u", n);
	return set(p, param, value, m);
}

static bool set_address(const struct params *p, struct iscsi_if *m)
{
	char value[ADDR_TEXT_MAX + 1];

	out_text(value, sizeof(value), "%pI", &p->portal->address);
	return set(p, ISCSI_IF_PERSISTENT_ADDRESS, value, m);
}

/* The portal of the plan, not one that the target redirects to: by it the session is found again. */
bool params_names(const struct params *p, unsigned i, struct iscsi_if *m)
{
	const struct tuning *s = p->tuning;

	switch (i) {
	case 0:
		return set(p, ISCSI_IF_TARGET_NAME, p->target->name, m);
	case 1:
		return set(p, ISCSI_IF_INITIATOR_NAME, p->initiator, m);
	case 2:
		return set_address(p, m);
	case 3:
		return set_number(p, ISCSI_IF_PERSISTENT_PORT, p->portal->port, m);
	case 4:
		return set_number(p, ISCSI_IF_RECOVERY_TMO, s->recovery, m);
	case 5:
		return set_number(p, ISCSI_IF_PING_TMO, s->noop_timeout, m);
	case 6:
		return set_number(p, ISCSI_IF_RECV_TMO, s->noop_interval, m);
	case 7:
		return set_number(p, ISCSI_IF_FAST_ABORT, s->fast_abort, m);
	case 8:
		return set_number(p, ISCSI_IF_ABORT_TMO, s->abort_timeout, m);
	case 9:
		return set_number(p, ISCSI_IF_LU_RESET_TMO, s->lu_reset_timeout, m);
	case 10:
		return set_number(p, ISCSI_IF_TARGET_RESET_TMO, s->target_reset_timeout, m);
	case 11:
		return set(p, ISCSI_IF_IFACE_NAME, *p->target->iface ? p->target->iface : "default", m);
	case 12:
		return set_number(p, ISCSI_IF_MAX_RECV, s->offers.max_recv, m);
	case 13:
		return iscsi_if_host_param(m, p->host, ISCSI_IF_HOST_INITIATOR_NAME, p->initiator);
	case 14:
		return *p->target->netdev &&
		       iscsi_if_host_param(m, p->host, ISCSI_IF_HOST_NETDEV, p->target->netdev);
	default:
		return false;
	}
}

bool params_agreed(const struct params *p, unsigned i, struct iscsi_if *m)
{
	const struct iscsi_params *a = &p->login->params;
	const struct row {
		enum iscsi_if_param param;
		uint32_t value;
	} rows[] = {
		{ ISCSI_IF_HEADER_DIGEST, a->header_digest },
		{ ISCSI_IF_DATA_DIGEST, a->data_digest },
		{ ISCSI_IF_MAX_RECV, a->max_recv },
		{ ISCSI_IF_MAX_XMIT, a->max_xmit },
		{ ISCSI_IF_INITIAL_R2T, a->initial_r2t },
		{ ISCSI_IF_MAX_R2T, a->max_r2t },
		{ ISCSI_IF_IMMEDIATE_DATA, a->immediate_data },
		{ ISCSI_IF_FIRST_BURST, a->first_burst },
		{ ISCSI_IF_MAX_BURST, a->max_burst },
		{ ISCSI_IF_PDU_IN_ORDER, a->pdu_in_order },
		{ ISCSI_IF_SEQUENCE_IN_ORDER, a->sequence_in_order },
		{ ISCSI_IF_ERL, a->recovery_level },
		{ ISCSI_IF_EXP_STATSN, p->login->statsn + 1 },
		{ ISCSI_IF_TPGT, a->has_group ? a->group : p->portal->group },
	};

	return i < sizeof(rows) / sizeof(*rows) && set_number(p, rows[i].param, rows[i].value, m);
}
