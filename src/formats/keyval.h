/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state: the text of the hand-off and of timeline lines, both ways. Pure.
 */
#ifndef ISCSIROOT_FORMATS_KEYVAL_H
#define ISCSIROOT_FORMATS_KEYVAL_H

#include "base/scan.h"

/**
 * state_put() - write `key=value` and @end ('\n' or ' '); the value goes in double quotes with
 * escapes where it is not plain [A-Za-z0-9_./:@,+-]*.
 */
void state_put(struct out *o, const char *key, const char *value, char end);

/**
 * state_next() - take the next `key=value` off @text (separated by blanks or newlines; an empty
 * line gives an empty key: the end of a block).
 * @value: unescaped into @buf
 * Return: false at the end or where the text is malformed (@text is then not empty).
 */
bool state_next(struct span *text, struct span *key, char *buf, size_t size);

#endif
