// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "xenstore/store.h"

#define ANSWER_US 10000000

int store_open(struct xenstore *x, const char *device)
{
	*x = (struct xenstore){ .fd = open(device, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) };
	return x->fd < 0 ? -errno : 0;
}

/* Read up to @size bytes of the reply. */
static int take(struct xenstore *x, size_t *len, size_t size, int64_t until)
{
	while (*len < size) {
		ssize_t n = read(x->fd, x->buf + *len, size - *len);
		struct wait w;

		if (n > 0) {
			*len += n;
			continue;
		}
		if (!n)
			return -EPROTO;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		if (until != SYS_FOREVER && sys_now() >= until)
			return -ETIMEDOUT;
		wait_begin(&w, until);
		wait_fd(&w, x->fd, POLLIN);
		wait_run(&w);
	}
	return 0;
}

/* Read a whole message. */
static int take_message(struct xenstore *x, size_t *len, int64_t until)
{
	size_t size;
	int err;

	*len = 0;
	err = take(x, len, XENSTORE_HEAD, until);
	if (err)
		return err;
	size = xenstore_reply_size(x->buf);
	return size ? take(x, len, size, until) : -EPROTO;
}

int store_await(struct xenstore *x)
{
	size_t len;
	int err = 0;

	while (!err && !x->fired) {
		err = take_message(x, &len, SYS_FOREVER);
		x->fired = !err && xenstore_is_event(x->buf);
	}
	x->fired = false;
	return err;
}

static int error_code(struct span word)
{
	if (span_eq(word, "ENOENT"))
		return -ENOENT;
	if (span_eq(word, "EACCES"))
		return -EACCES;
	return word.n ? -EIO : -EPROTO;
}

int store_request(struct xenstore *x, enum xenstore_type type, const char *path, const char *value,
		 struct span *payload)
{
	int64_t until = sys_now() + ANSWER_US;
	struct span error = { 0 };
	size_t len;
	int err;

	len = xenstore_request(type, ++x->id, path, value, x->buf, sizeof(x->buf));
	if (!len)
		return -E2BIG;
	err = sys_write_all(x->fd, x->buf, len);
	if (err)
		return err;
	/* an event may come before the reply */
	do {
		err = take_message(x, &len, until);
		if (err)
			return err;
		x->fired |= xenstore_is_event(x->buf);
	} while (xenstore_is_event(x->buf));
	if (xenstore_reply((struct span){ x->buf, len }, type, x->id, payload, &error))
		return 0;
	return error_code(error);
}

int store_gather(struct xenstore *x, const char *path, char *buf, size_t size)
{
	char names[XENSTORE_PAYLOAD], full[256];
	struct span payload, rest, name;
	size_t len = 0, n;
	int err = store_request(x, XENSTORE_DIRECTORY, path, NULL, &payload);

	if (err)
		return err == -ENOENT ? 0 : err;
	memcpy(names, payload.p, payload.n);
	rest = (struct span){ names, payload.n };
	while (rest.n) {
		span_cut(&rest, '\0', &name);
		if (!name.n)
			continue;
		if (!out_text(full, sizeof(full), "%s/%pS", path, (const void *)&name))
			return -E2BIG;
		err = store_request(x, XENSTORE_READ, full, NULL, &payload);
		if (err == -ENOENT)
			continue;		/* taken back meanwhile */
		if (err)
			return err;
		n = xenstore_entry(name, payload, buf + len, size - len);
		if (!n)
			return -E2BIG;
		len += n;
	}
	return len;
}
