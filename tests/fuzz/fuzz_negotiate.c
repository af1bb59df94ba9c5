// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A few bytes as our offers, the rest as what a target sends before (up to the first 0x1e) and after
 * they are sent: what is agreed is never more than was offered, and what the kernel takes; what was
 * offered is never answered, nor the same key twice.
 */
#include <stdlib.h>
#include <string.h>

#include "iscsi/negotiate.h"
#include "iscsi/offers.h"
#include "iscsi/text.h"

#define HEAD 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static bool is_digest_taken(enum offer_digest offer, bool crc)
{
	return crc ? offer != OFFER_NONE : offer != OFFER_CRC32C;
}

static void check_params(const struct iscsi_offers *offers, const struct iscsi_params *p)
{
	must(p->max_burst <= offers->max_burst && p->first_burst <= offers->first_burst);
	must(p->first_burst <= p->max_burst && p->first_burst >= 512);
	must(p->max_r2t && p->max_r2t <= offers->max_r2t && !(p->max_r2t & (p->max_r2t - 1)));
	must(!p->recovery_level && p->max_connections == 1 && p->pdu_in_order && p->sequence_in_order);
	must(p->time2wait >= offers->time2wait && p->time2wait <= 3600);
	must(p->time2retain <= offers->time2retain);
	must(p->max_recv == offers->max_recv && p->max_xmit && p->max_xmit <= 0xffffff);
	must(!offers->max_xmit || p->max_xmit <= offers->max_xmit);
	must(p->initial_r2t || !offers->initial_r2t);
	must(!p->immediate_data || offers->immediate_data);
	must(is_digest_taken(offers->header_digest, p->header_digest));
	must(is_digest_taken(offers->data_digest, p->data_digest));
	must(memchr(p->target_alias, '\0', sizeof(p->target_alias)));
}

static bool has_key(struct span text, struct span key)
{
	struct text_pair pair;

	while (text_next(&text, &pair) > 0)
		if (pair.key.n == key.n && !memcmp(pair.key.p, key.p, key.n))
			return true;
	return false;
}

/* Take the pairs of @text. false: one was refused, and named. */
static bool take_all(struct negotiation *n, struct span text, struct out *o, struct span offered)
{
	struct iscsi_failure f = { 0 };
	struct text_pair pair;
	size_t before;

	while (text_next(&text, &pair) > 0) {
		struct span answer = { o->buf + o->len, 0 };

		before = o->len;
		if (!negotiate_take(n, pair.key, pair.value, o, &f)) {
			must(f.error && *f.key && o->len == before);
			return false;
		}
		answer.n = o->len - before;
		if (!answer.n || o->overflow)
			continue;
		must(has_key(answer, pair.key) && !has_key(offered, pair.key));
		must(!text_is_reserved(pair.value));
	}
	return true;
}

static void read_offers(const uint8_t *b, struct iscsi_offers *o)
{
	*o = offers_default;
	o->header_digest = b[0] & 3;
	o->data_digest = b[0] >> 2 & 3;
	o->initial_r2t = b[0] & 0x10;
	o->immediate_data = b[0] & 0x20;
	o->max_burst = 512u << (b[1] & 15);
	o->first_burst = 512u << (b[2] & 15);
	o->max_r2t = (uint16_t)(b[3] & 0x80 ? b[3] : 1u << (b[3] & 15));
	o->time2wait = b[4];
	o->time2retain = (uint16_t)(b[5] * 16);
	o->max_xmit = b[6] ? b[6] * 512u : 0;
	o->max_recv = 511u + b[7] * 256u;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char asked[65536], sent[4096], answered[65536];
	struct iscsi_failure f = { 0 };
	struct iscsi_offers offers;
	struct iscsi_params p;
	struct negotiation n;
	struct span rest, before;
	struct out o, offer;

	if (size < HEAD || size > 4096)
		return 0;
	read_offers(data, &offers);
	if (!negotiate_begin(&n, &offers, &f)) {
		must(f.error == ISCSI_BAD_CONFIG && *f.key);
		return 0;
	}
	rest = (struct span){ (const char *)data + HEAD, size - HEAD };
	span_cut(&rest, 0x1e, &before);
	out_init(&o, asked, sizeof(asked));
	if (!take_all(&n, before, &o, (struct span){ NULL, 0 }))
		return 0;
	out_init(&offer, sent, sizeof(sent));
	negotiate_offer(&n, &offer);
	must(!offer.overflow);
	out_init(&o, answered, sizeof(answered));
	if (!take_all(&n, rest, &o, (struct span){ sent, offer.len }))
		return 0;
	if (negotiate_end(&n, &p, &f))
		check_params(&offers, &p);
	else
		must(f.error == ISCSI_NOT_AGREED && *f.key);
	return 0;
}
