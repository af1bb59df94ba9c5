/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * offers: what a login offers, and the settings of open-iscsi's node records (as ISCSI_PARAM names
 * them) that change it. Pure.
 */
#ifndef ISCSIROOT_ISCSI_OFFERS_H
#define ISCSIROOT_ISCSI_OFFERS_H

#include "iscsi/negotiate.h"

/* open-iscsi's values, for the same performance. */
extern const struct iscsi_offers offers_default;

enum offers_result { OFFERS_SET, OFFERS_UNKNOWN, OFFERS_BAD_VALUE };

/**
 * offers_set() - obey one setting, such as node.conn[0].iscsi.HeaderDigest=CRC32C.
 * Return: OFFERS_UNKNOWN where the setting is not one of ours; @offers is then unchanged, as it is
 * for OFFERS_BAD_VALUE.
 */
enum offers_result offers_set(struct iscsi_offers *offers, struct span name, struct span value);

#endif
