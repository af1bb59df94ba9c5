/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diag: why something was rejected, as one line for a person:
 * PLACE[:LINE]: KEY: reason: value (what to do)
 */
#ifndef ISCSIROOT_BASE_DIAG_H
#define ISCSIROOT_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

struct diag {
	const char *place;	/* "kernel command line", "/etc/iscsi/iscsi.initramfs", ...; static */
	unsigned line;		/* from 1; 0: the place has no lines */
	char key[48];		/* as it was written, shortened */
	const char *reason;	/* static text */
	char value[96];		/* escaped and shortened; empty where it is a secret */
	const char *hint;	/* static text, what to do; NULL: none */
};

/**
 * diag_set() - fill in why something was rejected.
 * @value, @len: the offending bytes, not terminated; control and non-ASCII bytes are written
 * as \xNN, more than fits ends in "...". Pass NULL for a secret or where there is none.
 * Returns false always, so that a parser can end with `return diag_set(...)`.
 */
bool diag_set(struct diag *d, const char *reason, const char *value, size_t len, const char *hint);

/** diag_at() - say where: @place is static, @key is copied (shortened). */
void diag_at(struct diag *d, const char *place, unsigned line, const char *key, size_t keylen);

/** diag_format() - the whole line, without newline; returns its length, at most @size - 1. */
size_t diag_format(const struct diag *d, char *buf, size_t size);

#endif
