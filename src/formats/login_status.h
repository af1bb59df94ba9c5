/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * login_status: what a target's refusal of a login means (RFC 7143 section 11.13.5): the one table of
 * status classes 2 and 3. Pure.
 */
#ifndef ISCSIROOT_FORMATS_LOGIN_STATUS_H
#define ISCSIROOT_FORMATS_LOGIN_STATUS_H

#include <stdint.h>

#include "base/cause.h"

/**
 * login_status_cause() - the cause of a refusal; of one that does not exist the cause has its numbers.
 * @chap: credentials were given, so 02/01 means that they are wrong and not that they are missing
 */
void login_status_cause(uint8_t class, uint8_t detail, bool chap, const char *object, struct cause *c);

#endif
