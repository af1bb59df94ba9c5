/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of plan/ share: a plan of a command line and a file, and a work area by itself. */
#ifndef ISCSIROOT_PLAN_CASE_H
#define ISCSIROOT_PLAN_CASE_H

#include "plan/build.h"
#include "plan/work.h"
#include "tap.h"

static struct plan p;
static struct diag why;
static char line[512];

#define NAME "iqn.2001-04.com.example:disk"
#define SELF "InitiatorName=iqn.1993-08.org.debian:01:abc\n"
#define TARGET "ISCSI_TARGET_NAME=" NAME " ISCSI_TARGET_IP=192.0.2.1 "

__attribute__((unused))
static struct plan_input input(const char *cmdline, const char *file)
{
	struct plan_input in = { .cmdline = span_of(cmdline), .initiatorname = span_of(SELF) };

	if (file)
		in.file = span_of(file);
	return in;
}

__attribute__((unused))
static enum plan_result build(const char *cmdline, const char *file)
{
	struct plan_input in = input(cmdline, file);

	return plan_build(&in, &p, &why);
}

__attribute__((unused))
static const char *rejection(void)
{
	diag_format(&why, line, sizeof(line));
	return line;
}

/* A work area for one function: @w->at is "test: KEY". */
__attribute__((unused))
static struct work *work_for(const char *key)
{
	static struct work w;

	memset(&w, 0, sizeof(w));
	memset(&p, 0, sizeof(p));
	memset(&why, 0, sizeof(why));
	w.p = &p;
	w.why = &why;
	w.at = (struct where){ "test", 0, span_of(key) };
	return &w;
}

/* A test's name is one line. */
__attribute__((unused))
static const char *flat(const char *s)
{
	static char name[256];
	size_t i;

	for (i = 0; s && s[i] && i < sizeof(name) - 1; i++)
		name[i] = s[i] < ' ' ? '_' : s[i];
	name[i] = '\0';
	return name;
}

#endif
