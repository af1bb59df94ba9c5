// SPDX-License-Identifier: GPL-2.0-or-later
/* What `iscsiroot check` reads: tables, settings, the list of an image. No read out of bounds, and
 * what is handed out lies within the input. */
#include <stdlib.h>
#include <string.h>

#include "system/check/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within(struct span part, struct span whole)
{
	if (part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
		abort();
}

static void list(struct span text)
{
	static struct image im;
	char missing[256];
	struct span line;
	struct out o;
	unsigned n;

	memset(&im, 0, sizeof(im));
	im.version = "6.1";
	im.digest[DIGEST_CONFIG] = (struct image_digest){ .file = "iscsi.initramfs", .hex = "00ff" };
	im.digest[DIGEST_INITIATOR] = (struct image_digest){ .file = "initiatorname.iscsi", .hex = "11" };
	im.digest[DIGEST_MACHINE] = (struct image_digest){ .file = "machine-id" };
	image_want(&im, false, "sbin/iscsiroot");
	image_want(&im, true, "iscsi_tcp");
	while (text.n) {
		span_cut(&text, '\n', &line);
		image_line(&im, line);
	}
	out_init(&o, missing, sizeof(missing));
	n = image_missing(&im, &o);
	if (n > 3 || o.overflow || !n != !o.len || im.digest[DIGEST_MACHINE].same ||
	    (im.digest[DIGEST_CONFIG].same && !im.digest[DIGEST_CONFIG].any))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size }, rest = text, line, field, value;
	unsigned n = 0;

	while (text_line(&rest, &line, &n)) {
		within(line, text);
		text_volatile(line);
		text_has_option(line, "nofail");
		text_module(line, "iscsi_tcp");
		while (span_field(&line, &field))
			within(field, text);
	}
	if (n > size + 1)
		abort();
	if (text_setting(text, "RESUME", &value))
		within(value, text);
	text_secret(text);
	text_networkd(text, "eth0");
	text_keyfile(text, "eth0");
	text_netplan(text, "eth0");
	text_ifupdown(text, "eth0");
	text_sources(text);
	text_builtin(text, "sd_mod");
	list(text);
	return 0;
}
