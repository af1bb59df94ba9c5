// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "iscsi/login.h"
#include "iscsi/text.h"

#define ALIAS_MAX 255	/* bytes of a text value, RFC 7143 section 6.1 */

static const struct span no_key;

static enum iscsi_login_step end(struct iscsi_login *l, enum iscsi_login_step step)
{
	l->out_len = l->sent = 0;
	return l->step = step;
}

static enum iscsi_login_step fail(struct iscsi_login *l, enum iscsi_error error, struct span key)
{
	failure_set(&l->failure, error, key);
	return end(l, ISCSI_LOGIN_FAILED);
}

/* Where a part has already set l->failure. */
static enum iscsi_login_step failed(struct iscsi_login *l)
{
	return end(l, ISCSI_LOGIN_FAILED);
}

static bool good_name(const char *name, size_t max)
{
	size_t n = strlen(name);

	return n && n <= max;
}

static bool check_config(const struct iscsi_login_config *c, struct iscsi_failure *f)
{
	if (!good_name(c->initiator, INAME_MAX))
		return failure_set(f, ISCSI_BAD_CONFIG, span_of("InitiatorName"));
	if (!good_name(c->target, INAME_MAX))
		return failure_set(f, ISCSI_BAD_CONFIG, span_of("TargetName"));
	if (c->alias && !good_name(c->alias, ALIAS_MAX))
		return failure_set(f, ISCSI_BAD_CONFIG, span_of("InitiatorAlias"));
	if (c->segment > ISCSI_LOGIN_SEGMENT)
		return failure_set(f, ISCSI_BAD_CONFIG, span_of("segment"));
	return true;
}

/* What was written is the next request. */
static enum iscsi_login_step send_text(struct iscsi_login *l, const struct out *o, bool transit)
{
	/* the target's keys that are answered; nothing else is as long */
	if (o->overflow)
		return fail(l, ISCSI_NO_ROOM, no_key);
	l->out_len = o->len;
	l->sent = 0;
	l->transit = transit;
	return l->step = ISCSI_LOGIN_SEND;
}

enum iscsi_login_step iscsi_login_begin(struct iscsi_login *l, const struct iscsi_login_config *config,
					struct iscsi_login_text *text)
{
	struct out o;

	memset(l, 0, sizeof(*l));
	l->config = config;
	l->text = text;
	l->tsih = config->tsih;
	l->exp_statsn = config->exp_statsn;
	if (!check_config(config, &l->failure) ||
	    !negotiate_begin(&l->negotiation, config->offers, &l->failure))
		return failed(l);
	out_init(&o, text->out, sizeof(text->out));
	text_add(&o, "InitiatorName", "%s", config->initiator);
	if (config->alias)
		text_add(&o, "InitiatorAlias", "%s", config->alias);
	text_add(&o, "TargetName", "%s", config->target);
	text_add(&o, "SessionType", "Normal");
	if (!chap_wanted(config->credentials)) {
		l->stage = BHS_STAGE_OPERATIONAL;
		negotiate_offer(&l->negotiation, &o);
		return send_text(l, &o, true);
	}
	if (!chap_begin(&l->chap, config->credentials, config->offers->chap_algorithms, config->random,
			&l->failure))
		return failed(l);
	l->stage = BHS_STAGE_SECURITY;
	chap_offer(&l->chap, &o);
	return send_text(l, &o, chap_may_transit(&l->chap));
}

/* How much of the text goes into the next request. */
static size_t next_length(const struct iscsi_login *l)
{
	size_t segment = l->config->segment ? l->config->segment : ISCSI_LOGIN_SEGMENT;
	size_t left = l->out_len - l->sent;

	return left < segment ? left : segment;
}

static bool has_more(const struct iscsi_login *l)
{
	return l->sent + next_length(l) < l->out_len;
}

void iscsi_login_next(const struct iscsi_login *l, uint8_t bhs[BHS_SIZE], struct span *data)
{
	const struct iscsi_login_config *c = l->config;
	struct bhs_login h = {
		.more = has_more(l), .transit = l->transit && !has_more(l),
		.stage = l->stage, .tsih = c->tsih, .cid = c->cid, .itt = c->itt, .cmdsn = c->cmdsn,
		.exp_statsn = l->exp_statsn,
	};

	if (h.transit)
		h.next = l->stage == BHS_STAGE_SECURITY ? BHS_STAGE_OPERATIONAL : BHS_STAGE_FULL;
	memcpy(h.isid, c->isid, sizeof(h.isid));
	*data = (struct span){ l->text->out + l->sent, next_length(l) };
	bhs_put_login(bhs, &h, (uint32_t)data->n);
}

/* Status class 1: TargetAddress is all that counts of its text. */
static enum iscsi_login_step take_redirect(struct iscsi_login *l, uint8_t detail, struct span text)
{
	struct text_pair pair;

	l->redirect.permanent = detail == 2;
	while (text_next(&text, &pair) > 0)
		if (span_eq(pair.key, "TargetAddress") && redirect_parse(pair.value, &l->redirect))
			return end(l, ISCSI_LOGIN_REDIRECT);
	return fail(l, ISCSI_REDIRECT_UNUSABLE, no_key);
}

/* Before we have answered a challenge no secret can be wrong: it is the method, or the algorithm. */
static enum iscsi_error refusal(const struct iscsi_login *l, const struct bhs_login_response *r)
{
	if (l->stage != BHS_STAGE_SECURITY || r->status_class != 2 || r->status_detail > 1)
		return ISCSI_REFUSED;
	if (l->chap.phase == CHAP_METHOD && r->status_detail == 1)
		return ISCSI_AUTH_METHOD;
	return l->chap.phase == CHAP_ALGORITHM ? ISCSI_CHAP_ALGORITHM : ISCSI_REFUSED;
}

static enum iscsi_login_step take_status(struct iscsi_login *l, const struct bhs_login_response *r,
					 struct span text)
{
	if (r->status_class == 1 && (r->status_detail == 1 || r->status_detail == 2))
		return take_redirect(l, r->status_detail, text);
	fail(l, refusal(l, r), no_key);
	l->failure.status_class = r->status_class;
	l->failure.status_detail = r->status_detail;
	return l->step;
}

/* CSG is ours; T only where we asked for it, to the stage that we asked for, and not with C (RFC 7143
 * section 11.13). */
static bool good_flags(const struct iscsi_login *l, const struct bhs_login_response *r)
{
	uint8_t next = l->stage == BHS_STAGE_SECURITY ? BHS_STAGE_OPERATIONAL : BHS_STAGE_FULL;

	if (r->stage != l->stage || (r->transit && r->more))
		return false;
	return !r->transit || (l->transit && !has_more(l) && r->next == next);
}

/* Of a text in several PDUs: keep this part. */
static enum iscsi_login_step gather(struct iscsi_login *l, struct span text)
{
	if (text.n > sizeof(l->text->in) - l->gathered)
		return fail(l, ISCSI_TOO_LONG, no_key);
	if (text.n)
		memcpy(l->text->in + l->gathered, text.p, text.n);
	l->gathered += text.n;
	return l->step;
}

static bool check_text(struct iscsi_login *l, struct span text)
{
	static const enum iscsi_error errors[] = {
		[TEXT_MALFORMED] = ISCSI_MALFORMED, [TEXT_TOO_MANY] = ISCSI_TOO_MANY_KEYS,
		[TEXT_DUPLICATE] = ISCSI_DUPLICATE,
	};
	struct text_pair bad;
	enum text_fault fault = text_check(text, &bad);

	return fault == TEXT_GOOD || failure_set(&l->failure, errors[fault], bad.key);
}

/* A pair that is there twice, with the same value, is taken once. */
static bool is_repeated(struct span text, const struct text_pair *pair)
{
	struct span before = { text.p, (size_t)(pair->key.p - text.p) };
	struct text_pair other;

	while (text_next(&before, &other) > 0)
		if (other.key.n == pair->key.n && !memcmp(other.key.p, pair->key.p, pair->key.n))
			return true;
	return false;
}

static bool take_pairs(struct iscsi_login *l, struct span text, struct out *o)
{
	struct span rest = text;
	struct text_pair pair;

	while (text_next(&rest, &pair) > 0) {
		bool good;

		if (is_repeated(text, &pair))
			continue;
		if (l->stage == BHS_STAGE_SECURITY && chap_has_key(pair.key))
			good = chap_take(&l->chap, pair.key, pair.value, &l->failure);
		else
			good = negotiate_take(&l->negotiation, pair.key, pair.value, o, &l->failure);
		if (!good)
			return false;
	}
	return true;
}

static enum iscsi_login_step finish(struct iscsi_login *l)
{
	if (!negotiate_end(&l->negotiation, &l->params, &l->failure))
		return failed(l);
	l->authenticated = l->chap.authenticated;
	return end(l, ISCSI_LOGIN_DONE);
}

/* A whole text has come: take it, and go on in this stage or to the next. */
static enum iscsi_login_step take_text(struct iscsi_login *l, struct span text, bool transit)
{
	bool security = l->stage == BHS_STAGE_SECURITY;
	struct out o;

	out_init(&o, l->text->out, sizeof(l->text->out));
	if (!check_text(l, text) || !take_pairs(l, text, &o))
		return failed(l);
	if (security && !chap_settle(&l->chap, transit, &o, &l->failure))
		return failed(l);
	if (!transit)
		return send_text(l, &o, !security || chap_may_transit(&l->chap));
	/* no answer of ours is awaited any more */
	if (!security)
		return finish(l);
	l->stage = BHS_STAGE_OPERATIONAL;
	negotiate_offer(&l->negotiation, &o);
	return send_text(l, &o, true);
}

static enum iscsi_login_step take_response(struct iscsi_login *l, const struct bhs_login_response *r,
					   struct span text)
{
	if (r->status_class)
		return take_status(l, r, text);
	if (r->version_active)
		return fail(l, ISCSI_VERSION, no_key);
	if (!good_flags(l, r))
		return fail(l, ISCSI_BAD_STAGE, no_key);
	l->tsih = r->tsih;
	l->statsn = r->statsn;
	l->exp_statsn = r->statsn + 1;
	l->exp_cmdsn = r->exp_cmdsn;
	l->max_cmdsn = r->max_cmdsn;
	if (has_more(l)) {
		if (text.n || r->more)
			return fail(l, ISCSI_NOT_EMPTY, no_key);
		l->sent += next_length(l);
		return l->step;
	}
	if (!r->more && !l->gathered)
		return take_text(l, text, r->transit);
	if (gather(l, text) != ISCSI_LOGIN_SEND)
		return l->step;
	l->out_len = l->sent = 0;
	l->transit = false;
	if (r->more)
		return l->step;		/* an empty request asks for the rest */
	text = (struct span){ l->text->in, l->gathered };
	l->gathered = 0;
	return take_text(l, text, r->transit);
}

enum iscsi_login_step iscsi_login_feed(struct iscsi_login *l, const uint8_t bhs[BHS_SIZE],
				       const void *data, size_t len)
{
	struct bhs_login_response r;
	uint32_t announced = bhs_data_length(bhs);

	if (l->step != ISCSI_LOGIN_SEND)
		return l->step;
	if (!bhs_get_login_response(bhs, &r))
		return fail(l, ISCSI_NOT_LOGIN_RESPONSE, no_key);
	if (announced > len)
		return fail(l, ISCSI_CUT, no_key);
	if (++l->exchanges > LOGIN_EXCHANGES_MAX)
		return fail(l, ISCSI_ENDLESS, no_key);
	return take_response(l, &r, (struct span){ data, announced });
}

unsigned iscsi_login_other_algorithms(const struct iscsi_login *l)
{
	const struct iscsi_failure *f = &l->failure;

	if (l->step != ISCSI_LOGIN_FAILED || f->error != ISCSI_REFUSED || l->chap.phase < CHAP_PROOF ||
	    l->stage != BHS_STAGE_SECURITY || l->chap.none)
		return 0;
	/* a target that could read the response */
	if (f->status_class != 2 || f->status_detail == 1)
		return 0;
	return l->chap.algorithms & ~CHAP_BIT(l->chap.algorithm);
}
