// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A datagram of any bytes as a message of the kernel's: an event, a reply, and what they point to, is within it.
 * The same bytes as a value and as a PDU's data: a request with them is whole, and has them.
 */
#include <stdlib.h>
#include <string.h>

#include "iscsi/iscsi_if.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t sum;

static void must(bool good)
{
	if (!good)
		abort();
}

static void check_event(const struct iscsi_if *m, size_t len)
{
	const char *end = (const char *)m + len;
	struct iscsi_if_event ev;
	struct bhs_logout_response response;
	size_t i;

	iscsi_if_read_event(m, len, &ev);
	must((ev.kind == ISCSI_EVENT_PDU) == !!ev.bhs && ev.kind <= ISCSI_EVENT_UNBOUND);
	if (!ev.bhs) {
		must(!ev.data.p && !ev.data.n);
		return;
	}
	must((const char *)ev.bhs == (const char *)m + 72 && ev.data.p == (const char *)m + 120);
	must(ev.data.n <= (size_t)(end - ev.data.p));
	for (i = 0; i < 48; i++)
		sum += ev.bhs[i];
	for (i = 0; i < ev.data.n; i++)
		sum += (uint8_t)ev.data.p[i];
	must(bhs_get_logout_response(ev.bhs, &response) == ((ev.bhs[0] & 0x3f) == 0x26));
}

static void check_reply(const struct iscsi_if *m, size_t len)
{
	struct iscsi_if_reply r = { .err = 1 };
	unsigned type;

	for (type = ISCSI_IF_CREATE_SESSION; type <= ISCSI_IF_DESTROY_SESSION_ASYNC; type++) {
		bool is = iscsi_if_read_reply(m, len, type, &r);

		must(is ? len >= 72 && m->nl.nlmsg_type == type && r.err <= 0 : r.err == 1);
		must(!is || type == ISCSI_IF_CREATE_SESSION || (!r.sid && !r.host));
		r.err = 1;
	}
}

/* A request and the kernel's reply to it, which has its first 72 bytes. */
static void check_requests(const uint8_t *data, size_t size)
{
	struct iscsi_if *m = malloc(sizeof(*m));
	uint8_t bhs[BHS_SIZE] = { 0x43 };
	char *text = malloc(size + 1);
	struct iscsi_if_reply r;

	memcpy(text, data, size);
	text[size] = '\0';
	if (iscsi_if_param(m, 1, 2, ISCSI_IF_TARGET_NAME, text))
		must(!strcmp((char *)m->data, text) && m->u[3] == strlen(text) + 1 &&
		     m->nl.nlmsg_len == 72 + ((m->u[3] + 3) & ~3U));
	else
		must(strlen(text) >= sizeof(m->data));
	/* both sides of the longest, made of the input's length */
	size = size > 64 ? size : size + sizeof(m->data) - BHS_SIZE - 32;
	free(text);
	text = calloc(1, size);
	if (iscsi_if_pdu(m, 1, 2, bhs, (struct span){ text, size }))
		must(m->u[3] == size && m->nl.nlmsg_len == 72 + 48 + ((size + 3) & ~(size_t)3) &&
		     m->nl.nlmsg_len <= sizeof(*m));
	else
		must(size > sizeof(m->data) - BHS_SIZE);
	must(iscsi_if_read_reply(m, m->nl.nlmsg_len, ISCSI_IF_SEND_PDU, &r) && !r.err);
	free(text);
	free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of its very size: a byte too far is seen */
	struct iscsi_if *m = malloc(size ? size : 1);

	if (size)
		memcpy(m, data, size);
	check_event(m, size);
	check_reply(m, size);
	check_requests(data, size);
	free(m);
	__asm__ volatile("" : : "r"(sum));
	return 0;
}
