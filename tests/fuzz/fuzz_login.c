// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A byte for the configuration, one for the length of our segments, the rest as PDUs of a target: flags,
 * status class and detail, and text up to the next 0x1e (iscsi_target.h has the placeholders). A class
 * of 0xff stands for another PDU, 0xfe for a length that is not that of the data.
 * A login never ends well without the authentication that is configured, always ends, and sends
 * nothing that RFC 7143 forbids.
 */
#include "base/limits.h"
#include "iscsi/login.h"
#include "iscsi/offers.h"
#include "iscsi_target.h"

#define CREDENTIALS 3	/* bits of the configuration */
#define DIGESTS 4
#define CRC_ONLY 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct iscsi_login login;
static struct iscsi_login_text text;
static uint8_t asked, answered;		/* flags of the last request, and of the response to it */

/* A whole text of ours: no key twice, and nothing that is no pair. */
static void check_text(struct span whole)
{
	struct text_pair bad;

	must(text_check(whole, &bad) == TEXT_GOOD && (!whole.n || !whole.p[whole.n - 1]));
}

/* The request that is due; its text goes to the target when it is complete. */
static void send_one(const struct iscsi_login_config *c, struct target *t)
{
	static char whole[LOGIN_ANSWER_MAX];
	static size_t n;
	uint8_t bhs[BHS_SIZE], again[BHS_SIZE];
	struct span data;
	bool transit, more;

	iscsi_login_next(&login, bhs, &data);
	iscsi_login_next(&login, again, &data);
	must(!memcmp(bhs, again, BHS_SIZE) && bhs[0] == 0x43 && bhs_data_length(bhs) == data.n);
	must(data.n <= (c->segment ? c->segment : ISCSI_LOGIN_SEGMENT));
	asked = bhs[1];
	transit = bhs[1] & 0x80;
	more = bhs[1] & 0x40;
	must(!(transit && more) && (!more || data.n) && (bhs[1] >> 2 & 3) < 2);
	must(transit ? (bhs[1] & 3) > (bhs[1] >> 2 & 3) && (bhs[1] & 3) != 2 : !(bhs[1] & 3));
	if (!login.sent)
		n = 0;
	must(n + data.n <= sizeof(whole));
	if (data.n)
		memcpy(whole + n, data.p, data.n);
	n += data.n;
	if (more)
		return;
	check_text((struct span){ whole, n });
	target_reads(t, (struct span){ whole, n });
}

static void check_done(const struct iscsi_login_config *c, const struct target *t, unsigned who)
{
	const struct iscsi_params *p = &login.params;

	must((asked & 0x83) == 0x83 && (answered & 0xcf) == 0x87);
	must(!login.authenticated == (!who || login.chap.none));
	must(who == 0 || who == 2 || t->responded);
	must(who != 3 || t->proved);
	must(p->first_burst <= p->max_burst && p->max_burst <= c->offers->max_burst && p->max_r2t == 1);
	must(p->max_xmit && !p->recovery_level && p->pdu_in_order && p->sequence_in_order);
	must(p->header_digest ? c->offers->header_digest != OFFER_NONE : c->offers->header_digest != OFFER_CRC32C);
	must(!p->data_digest && login.exp_statsn == login.statsn + 1);
}

static void check_end(const struct iscsi_login_config *c, const struct target *t, unsigned who)
{
	uint8_t bhs[BHS_SIZE] = { 0x23, 0x87 };
	struct iscsi_login before = login;
	struct cause cause = { 0 };

	must(iscsi_login_feed(&login, bhs, "", 0) == before.step && !memcmp(&login, &before, sizeof(login)));
	if (login.step == ISCSI_LOGIN_DONE)
		check_done(c, t, who);
	if (login.step == ISCSI_LOGIN_REDIRECT)
		must(login.redirect.port && (login.redirect.address.family == 4 || login.redirect.address.family == 6));
	must(!iscsi_login_other_algorithms(&login) || (login.step == ISCSI_LOGIN_FAILED && t->responded));
	if (login.step != ISCSI_LOGIN_FAILED)
		return;
	must(login.failure.error && !login.authenticated);
	failure_cause(&login.failure, who > 0, "portal", &cause);
	must(cause.id && *cause.text && *failure_name(login.failure.error));
}

/* One PDU of the target's: three bytes, and text. */
static void feed(struct target *t, struct span one)
{
	static char buf[65536];
	uint8_t bhs[BHS_SIZE] = { 0x23 }, class = 0;
	struct out o;
	char *exact;
	size_t n, announced;

	out_init(&o, buf, sizeof(buf));
	if (one.n > 0)
		bhs[1] = (uint8_t)one.p[0];
	answered = bhs[1];
	if (one.n > 1)
		class = bhs[36] = (uint8_t)one.p[1];
	if (one.n > 2)
		bhs[37] = (uint8_t)one.p[2];
	if (one.n > 3) {
		span_skip(&one, 3);
		target_sends(t, one, &o);
	}
	if (class == 0xff)
		bhs[0] = bhs[37];
	n = announced = o.len;
	if (class == 0xfe) {
		announced += bhs[37];
		bhs[36] = 0;
	}
	bhs[6] = (uint8_t)(announced >> 8);
	bhs[7] = (uint8_t)announced;
	bhs[27] = (uint8_t)login.exchanges;
	/* a copy of its very size: a byte too far is seen */
	exact = malloc(n ? n : 1);
	memcpy(exact, buf, n);
	iscsi_login_feed(&login, bhs, exact, n);
	must(login.gathered <= sizeof(text.in) && login.sent <= login.out_len);
	free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct iscsi_offers offers = offers_default;
	struct iscsi_login_config c = { .initiator = "iqn.a:i", .target = "iqn.a:t", .isid = { 0, 2, 0x3d },
					.offers = &offers, .random = { 1, 2, 3, 4, 5, 6, 7, 8, 9 } };
	struct target t = { 0 };
	struct span rest, one;
	unsigned turns = 0, who;

	if (size < 2 || size > 32768)
		return 0;
	who = data[0] & CREDENTIALS;
	c.credentials = &target_credentials[who];
	if (data[0] & DIGESTS)
		offers.header_digest = data[0] & CRC_ONLY ? OFFER_CRC32C : OFFER_NONE_CRC32C;
	c.segment = data[1] & 0x7f ? 8 + (data[1] & 0x7f) : 0;
	rest = (struct span){ (const char *)data + 2, size - 2 };
	iscsi_login_begin(&login, &c, &text);
	while (login.step == ISCSI_LOGIN_SEND) {
		must(turns++ <= LOGIN_EXCHANGES_MAX);
		send_one(&c, &t);
		/* when it has nothing more to say it answers with nothing at all */
		span_cut(&rest, 0x1e, &one);
		feed(&t, one);
	}
	check_end(&c, &t, who);
	return 0;
}
