// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "codes.h"
#include "compat.h"
#include "login_path.h"
#include "sys.h"

void path_object(const struct path *p, char *buf, size_t size)
{
	const struct plan_portal *portal = p->portal;
	bool bracket = portal->addr.family == 6;

	out_text(buf, size, "%s%s%pI%s:%u %s", portal->host, bracket ? "[" : "", &portal->addr,
		 bracket ? "]" : "", portal->port, p->target->name);
}

bool path_is(const struct path *p, const struct session *s)
{
	struct addr a;

	if (s->port != p->portal->port || strcmp(s->target, p->target->name))
		return false;
	if (!p->portal->addr.family)
		return !strcmp(s->address, p->portal->host);
	return scan_addr(span_of(s->address), &a) && addr_eq(&a, &p->portal->addr);
}

static int connect_to(int fd, const struct plan_portal *portal)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(portal->port) };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(portal->port) };
	int ret;

	memcpy(&in.sin_addr, portal->addr.b, sizeof(in.sin_addr));
	memcpy(&in6.sin6_addr, portal->addr.b, sizeof(in6.sin6_addr));
	if (portal->addr.family == 6)
		ret = connect(fd, (struct sockaddr *)&in6, sizeof(in6));
	else
		ret = connect(fd, (struct sockaddr *)&in, sizeof(in));
	return !ret || errno == EINPROGRESS ? 0 : -errno;
}

int path_probe(struct path *p)
{
	const char *dev = p->target->netdev;
	int fd, err = 0;

	fd = socket(p->portal->addr.family == 6 ? AF_INET6 : AF_INET,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (*dev && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, dev, strlen(dev) + 1))
		err = -errno;
	if (!err)
		err = connect_to(fd, p->portal);
	if (err)
		close(fd);
	else
		p->fd = fd;
	return err;
}

int path_probe_result(const struct path *p)
{
	struct pollfd pfd = { .fd = p->fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int err = 0;

	if (poll(&pfd, 1, 0) <= 0)
		return -EINPROGRESS;
	if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &err, &len))
		return -errno;
	return -err;
}

void path_probe_words(int err, struct login_words *why)
{
	static const struct {
		int err, code;
		const char *text;
	} words[] = {
		{ ECONNREFUSED, CODE_UNAVAILABLE,
		  "connection refused (is the target's service running on this port?)" },
		{ EHOSTUNREACH, CODE_UNAVAILABLE,
		  "no route to host (is the portal's machine up and on this network?)" },
		{ ENETUNREACH, CODE_UNAVAILABLE,
		  "network is unreachable (check gateway and netmask)" },
		{ ETIMEDOUT, CODE_UNAVAILABLE,
		  "the portal does not answer (check address, cabling, firewall)" },
		{ EADDRNOTAVAIL, CODE_UNAVAILABLE,
		  "no address of ours to connect from yet" },
		{ ENODEV, CODE_NO_DEVICE,
		  "the network device to bind to does not exist (check the device in netroot=)" },
	};
	unsigned i;

	*why = (struct login_words){ .said = SAID_NO, .code = CODE_UNAVAILABLE };
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].err == -err)
			break;
	if (i < sizeof(words) / sizeof(*words)) {
		why->code = words[i].code;
		out_text(why->text, sizeof(why->text), "%s", words[i].text);
	} else {
		out_text(why->text, sizeof(why->text), "cannot connect: %s", sys_error(-err));
	}
}

static void put(struct path_argv *a, const char *option, const char *value)
{
	a->argv[a->n++] = option;
	a->argv[a->n++] = value;
}

/* For ever on a single path: there is none to fail over to, and an error is the end of a root. */
static int replacement_timeout(const struct plan *plan, unsigned n_paths)
{
	char path[128];

	if (plan->replacement_timeout)
		return plan->replacement_timeout;
	return n_paths > 1 && spawn_find("multipath", path, sizeof(path)) ? 15 : -1;
}

static void put_auth(struct path_argv *a, const struct plan_auth *auth)
{
	if (auth->method == AUTH_NONE)
		return;
	put(a, "--param", "node.session.auth.authmethod=CHAP");
	put(a, "-u", auth->username);
	put(a, "-w", auth->password);
	if (auth->method == AUTH_MUTUAL) {
		put(a, "-U", auth->username_in);
		put(a, "-W", auth->password_in);
	}
}

/* One attempt: what it would do on its own is silent and knows no deadline. A connection that has
 * died in silence is seen by the kernel's NOP-outs; iscsistart turns them off unless it is told. */
static const char *const always[] = {
	"node.session.initial_login_retry_max=0",
	"node.conn[0].timeo.login_timeout=10",
	"node.conn[0].timeo.noop_out_interval=5",
	"node.conn[0].timeo.noop_out_timeout=5",
};

void path_argv(const struct path *p, const struct plan *plan, unsigned n_paths,
	       const char *iscsistart, struct path_argv *a)
{
	unsigned i;

	a->n = 0;
	a->argv[a->n++] = iscsistart;
	put(a, "-i", plan->initiator);
	put(a, "-t", p->target->name);
	out_text(a->address, sizeof(a->address), "%pI", &p->portal->addr);
	put(a, "-a", p->portal->addr.family ? a->address : p->portal->host);
	out_text(a->port, sizeof(a->port), "%u", p->portal->port);
	put(a, "-p", a->port);
	out_text(a->group, sizeof(a->group), "%u", p->portal->group);
	put(a, "-g", a->group);
	put_auth(a, &p->target->auth);
	for (i = 0; i < sizeof(always) / sizeof(*always); i++)
		put(a, "--param", always[i]);
	out_text(a->replacement, sizeof(a->replacement),
		 "node.session.timeo.replacement_timeout=%d", replacement_timeout(plan, n_paths));
	put(a, "--param", a->replacement);
	out_text(a->ifname, sizeof(a->ifname), "iface.net_ifacename=%s", p->target->netdev);
	if (*p->target->netdev)
		put(a, "--param", a->ifname);
	out_text(a->iface, sizeof(a->iface), "iface.iscsi_ifacename=%s", p->target->iface);
	if (*p->target->iface)
		put(a, "--param", a->iface);
	for (i = 0; i < plan->n_params; i++)
		put(a, "--param", plan->params[i]);
	a->argv[a->n] = NULL;
}
