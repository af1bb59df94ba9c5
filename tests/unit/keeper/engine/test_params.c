// SPDX-License-Identifier: GPL-2.0-or-later
#include "keeper/engine/params.h"
#include "tap.h"

static struct keeper_target target = { .name = "iqn.2001-04.com.example:t" };
static struct keeper_portal portal = { .port = 3260, .group = 4 };
static struct tuning settings;
static struct iscsi_login login = { .statsn = 7 };
static struct params p = {
	.sid = 3, .host = 9, .initiator = "iqn.1993-08.org.debian:01:test", .target = &target, .portal = &portal,
	.tuning = &settings, .login = &login,
};
static struct iscsi_if m;

/* The value of a parameter among all requests; NULL: it is not set. */
static const char *value_of(bool (*next)(const struct params *p, unsigned i, struct iscsi_if *m), uint32_t param)
{
	unsigned i;

	for (i = 0; next(&p, i, &m); i++)
		if (m.type == ISCSI_IF_SET_PARAM && m.u[0] == 3 && m.u[2] == param)
			return (const char *)m.data;
	return NULL;
}

static unsigned count(bool (*next)(const struct params *p, unsigned i, struct iscsi_if *m))
{
	unsigned i;

	for (i = 0; next(&p, i, &m); i++)
		;
	return i;
}

int main(void)
{
	scan_addr(span_of("2001:db8::1"), &portal.address);
	settings.recovery = 15;
	is_str(value_of(params_names, ISCSI_IF_TARGET_NAME), "iqn.2001-04.com.example:t", "the target");
	is_str(value_of(params_names, ISCSI_IF_PERSISTENT_ADDRESS), "2001:db8::1", "an address");
	is_str(value_of(params_names, ISCSI_IF_PERSISTENT_PORT), "3260", "a port");
	is_str(value_of(params_names, ISCSI_IF_RECOVERY_TMO), "15", "a timeout");
	is_str(value_of(params_names, ISCSI_IF_IFACE_NAME), "default", "iscsiadm's name of the interface");
	is_int(count(params_names), 14, "all of them");
	out_text(target.netdev, sizeof(target.netdev), "eth1");
	is_int(count(params_names), 15, "a network device");
	params_names(&p, 14, &m);
	ok(m.type == ISCSI_IF_SET_HOST_PARAM && m.u[0] == 9, "is the host's");
	is_str(value_of(params_agreed, ISCSI_IF_EXP_STATSN), "8", "behind the last response");
	is_str(value_of(params_agreed, ISCSI_IF_TPGT), "4", "the plan's group");
	login.params.has_group = true;
	login.params.group = 2;
	is_str(value_of(params_agreed, ISCSI_IF_TPGT), "2", "the target's");
	login.params.header_digest = true;
	is_str(value_of(params_agreed, ISCSI_IF_HEADER_DIGEST), "1", "a digest");
	is_int(count(params_agreed), 14, "all of them");
	return done_testing();
}
