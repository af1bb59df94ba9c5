// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A byte for the credentials and one for the algorithms, the rest as responses of a target, apart by
 * 0x1e, of which one that begins with T leaves the stage (iscsi_target.h has the placeholders).
 * Nobody is authenticated without a response of ours, and with mutual CHAP one of the target's; the
 * stage is never left before.
 */
#include "iscsi_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct chap c;

/* None is offered where the caller allows it, and never with mutual CHAP. */
static void check_offer(unsigned who)
{
	char buf[64];
	struct out o;

	out_init(&o, buf, sizeof(buf));
	chap_offer(&c, &o);
	must(!!span_find((struct span){ buf, o.len }, "None").p == (who == 2));
	must(chap_may_transit(&c) == (who == 2));
}

/* What must hold as the stage is left. */
static void check_left(const struct target *t, unsigned who)
{
	must(c.phase == CHAP_OVER && chap_may_transit(&c));
	must(c.authenticated ? !c.none && t->responded : c.none);
	must(who == 2 || c.authenticated);
	must(who != 3 || t->proved);
}

static void check_challenge(void)
{
	must(!c.challenge_len || (c.challenge_len >= CHAP_CHALLENGE_MIN && c.challenge_len <= CHAP_CHALLENGE_MAX));
	must(!c.algorithm || (c.algorithms & CHAP_BIT(c.algorithm) && digest_size(c.algorithm)));
	must(c.response_len <= DIGEST_MAX);
}

/* One response; false: refused, or the end. */
static bool respond(struct target *t, struct span text, unsigned who)
{
	static char buf[16384], out[2048];
	struct iscsi_failure f = { 0 };
	bool transit = text.n && *text.p == 'T';
	struct text_pair pair;
	struct span rest;
	struct out o;

	if (transit)
		span_skip(&text, 1);
	out_init(&o, buf, sizeof(buf));
	target_sends(t, text, &o);
	rest = (struct span){ buf, o.len };
	out_init(&o, out, sizeof(out));
	while (text_next(&rest, &pair) > 0) {
		must(!(chap_algorithms(pair.value) & ~CHAP_ALL));
		if (chap_has_key(pair.key) && !chap_take(&c, pair.key, pair.value, &f)) {
			must(f.error && *f.key);
			return false;
		}
	}
	check_challenge();
	if (!chap_settle(&c, transit, &o, &f)) {
		must(f.error && *f.key && !c.authenticated);
		return false;
	}
	must(!o.overflow);
	target_reads(t, (struct span){ out, o.len });
	if (transit)
		check_left(t, who);
	return !transit;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct iscsi_failure f = { 0 };
	struct target t = { 0 };
	uint8_t random[CHAP_RANDOM];
	struct span rest, one;
	unsigned who, i;

	if (size < 2 || size > 8192)
		return 0;
	who = data[0] & 3;
	for (i = 0; i < sizeof(random); i++)
		random[i] = (uint8_t)(i * 7 + 1);
	must(chap_wanted(&target_credentials[who]) == (who > 0));
	if (!chap_begin(&c, &target_credentials[who], (unsigned)data[1] << 1, random, &f)) {
		must(!who || !(data[1] << 1 & CHAP_ALL));
		return 0;
	}
	check_offer(who);
	rest = (struct span){ (const char *)data + 2, size - 2 };
	do
		span_cut(&rest, 0x1e, &one);
	while (respond(&t, one, who) && rest.n);
	return 0;
}
