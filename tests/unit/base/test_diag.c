// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/diag.h"
#include "tap.h"

static void shown(const struct diag *d, const char *want, const char *name)
{
	char line[512];
	size_t n = diag_format(d, line, sizeof(line));

	is_str(line, want, name);
	ok(n == strlen(line), "%s: length", name);
}

int main(void)
{
	static char big[300];
	struct diag d = { 0 };
	char line[16];

	diag_at(&d, "/etc/iscsi/iscsi.initramfs", 7, "ISCSI_TARGET_IP", 15);
	ok(!diag_set(&d, "not a port", "a\tb\xff", 4, "1 to 65535"), "returns false");
	shown(&d, "/etc/iscsi/iscsi.initramfs:7: ISCSI_TARGET_IP: not a port: a\\x09b\\xff (1 to 65535)",
	      "all parts");
	diag_at(&d, "kernel command line", 0, NULL, 0);
	diag_set(&d, "too long", NULL, 5, NULL);
	shown(&d, "kernel command line: too long", "a secret has no value");
	memset(big, 'x', sizeof(big) - 1);
	diag_at(&d, "p", 0, big, sizeof(big) - 1);
	diag_set(&d, "r", big, sizeof(big) - 1, NULL);
	ok(strlen(d.key) == sizeof(d.key) - 1 && !strcmp(d.key + sizeof(d.key) - 4, "..."),
	   "long key shortened");
	ok(strlen(d.value) == sizeof(d.value) - 1 && !strcmp(d.value + sizeof(d.value) - 4, "..."),
	   "long value shortened");
	diag_set(&d, "r", big, sizeof(d.value) - 1, NULL);
	ok(!strchr(d.value, '.'), "what just fits is whole");
	memset(big, 1, sizeof(big) - 1);
	diag_set(&d, "r", big, sizeof(big) - 1, NULL);
	ok(strlen(d.value) < sizeof(d.value) && !strncmp(d.value, "\\x01\\x01", 8), "escapes");
	diag_set(&d, "reason", NULL, 0, NULL);
	ok(diag_format(&d, line, sizeof(line)) == sizeof(line) - 1 && strlen(line) == 15,
	   "a short buffer is not overrun");
	return done_testing();
}
