/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keyval: `key=value` text, both ways: the hand-off, the timeline's lines, the status of the keeper
 * and of a lease. Pure.
 */
#ifndef ISCSIROOT_FORMATS_KEYVAL_H
#define ISCSIROOT_FORMATS_KEYVAL_H

#include "base/scan.h"

/* The longest text of a value of @n bytes: in double quotes, every byte of it as \xNN. */
#define KEYVAL_QUOTED(n) (4 * (n) + 2)

/**
 * keyval_put() - write `key=value` and @end ('\n' or ' '). The value is written in double quotes with
 * escapes unless it consists of [A-Za-z0-9_./:@,+-] only.
 */
void keyval_put(struct out *o, const char *key, const char *value, char end);

/**
 * keyval_next() - take the next `key=value` off @text. Pairs are separated by blanks or newlines; an
 * empty line ends a block and is returned as an empty key.
 * @buf: receives the value without quotes and escapes
 * Return: false at the end of the text, and where it is malformed (@text is then not empty).
 */
bool keyval_next(struct span *text, struct span *key, char *buf, size_t size);

#endif
