// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "runtime/handoff.h"

#define VALUE_MAX 1024		/* the longest value is root=, 511 bytes; a later version's may be longer */

enum kind {
	KIND_TEXT,
	KIND_OPTIONAL,		/* text that is not written where it is empty */
	KIND_UINT,		/* unsigned */
	KIND_UINT64,
};

/* A key of a block and the member that it goes to. */
struct field {
	const char *key;
	enum kind kind;
	size_t at;
	uint64_t max;		/* of a number; of text the size of its array */
};

#define TEXT(type, key, kind, member) \
	{ key, kind, offsetof(struct type, member), sizeof(((struct type *)0)->member) }
#define UINT(type, key, member, max) { key, KIND_UINT, offsetof(struct type, member), max }

/* In the order of the text; the first key begins the block. */
static const struct field session_fields[] = {
	UINT(handoff_session, "session", sid, UINT32_MAX),
	TEXT(handoff_session, "target", KIND_TEXT, target),
	TEXT(handoff_session, "portal", KIND_TEXT, portal),
	UINT(handoff_session, "tpgt", tpgt, UINT16_MAX),
	UINT(handoff_session, "host", host, UINT32_MAX),
	UINT(handoff_session, "connection", connection, UINT32_MAX),
	{ 0 },
};
static const struct field disk_fields[] = {
	TEXT(handoff_disk, "disk", KIND_TEXT, name),
	UINT(handoff_disk, "session", sid, UINT32_MAX),
	{ "lun", KIND_UINT64, offsetof(struct handoff_disk, lun), UINT64_MAX },
	TEXT(handoff_disk, "wwid", KIND_OPTIONAL, wwid),
	{ 0 },
};
static const struct field volume_fields[] = {
	TEXT(handoff_volume, "volume", KIND_TEXT, name),
	TEXT(handoff_volume, "name", KIND_TEXT, dm_name),
	TEXT(handoff_volume, "vg", KIND_OPTIONAL, vg),
	TEXT(handoff_volume, "lv", KIND_OPTIONAL, lv),
	{ 0 },
};
static const struct field root_fields[] = {
	TEXT(handoff, "root", KIND_TEXT, root),
	TEXT(handoff, "device", KIND_TEXT, device),
	{ 0 },
};

static void put_uint(struct out *o, const char *key, uint64_t v)
{
	out_fmt(o, "%s=", key);
	out_uint(o, v);
	out_ch(o, '\n');
}

static void put_fields(struct out *o, const struct field *f, const void *element)
{
	out_ch(o, '\n');
	for (; f->key; f++) {
		const char *at = (const char *)element + f->at;
		unsigned number;
		uint64_t large;

		if (f->kind == KIND_UINT) {
			memcpy(&number, at, sizeof(number));
			put_uint(o, f->key, number);
		} else if (f->kind == KIND_UINT64) {
			memcpy(&large, at, sizeof(large));
			put_uint(o, f->key, large);
		} else if (f->kind == KIND_TEXT || *at) {
			keyval_put(o, f->key, at, '\n');
		}
	}
}

static void put_nic(struct out *o, const struct handoff_nic *nic)
{
	const struct handoff_address *a = nic->addresses;

	out_ch(o, '\n');
	keyval_put(o, "network", nic->name, '\n');
	out_fmt(o, "mac=%pM\nmethod=%s\n", nic->mac, nic->dhcp ? "dhcp" : "static");
	/* the host name belongs to the lease, which is the first address */
	if (!nic->n_addresses && *nic->hostname)
		keyval_put(o, "hostname", nic->hostname, '\n');
	for (; a < nic->addresses + nic->n_addresses; a++) {
		out_fmt(o, "address=%pI/%u\n", (const void *)&a->address, a->prefix);
		if (a->gateway.family)
			out_fmt(o, "gateway=%pI\n", (const void *)&a->gateway);
		if (a == nic->addresses && *nic->hostname)
			keyval_put(o, "hostname", nic->hostname, '\n');
	}
}

static void put_resolver(struct out *o, const struct handoff *h)
{
	unsigned i;

	if (!h->n_servers && !*h->search)
		return;
	out_ch(o, '\n');
	keyval_put(o, "search", h->search, '\n');
	for (i = 0; i < h->n_servers; i++)
		out_fmt(o, "nameserver=%pI\n", (const void *)&h->servers[i]);
}

void handoff_format(const struct handoff *h, struct out *o)
{
	unsigned i;

	out_str(o, "version=1\n");
	keyval_put(o, "engine", h->engine, '\n');
	for (i = 0; i < h->n_nics; i++)
		put_nic(o, &h->nics[i]);
	for (i = 0; i < h->n_sessions; i++)
		put_fields(o, session_fields, &h->sessions[i]);
	for (i = 0; i < h->n_disks; i++)
		put_fields(o, disk_fields, &h->disks[i]);
	for (i = 0; i < h->n_volumes; i++)
		put_fields(o, volume_fields, &h->volumes[i]);
	put_resolver(o, h);
	put_fields(o, root_fields, h);
}

struct reader {
	struct handoff *h;
	struct diag *why;
	struct span key, value;
	bool version;			/* version=1 was read */
};

static bool reject(const struct reader *r, const char *reason)
{
	return diag_set(r->why, reason, r->value.p, r->value.n,
			"reboot to write a new one");
}

static bool set_uint(const struct reader *r, uint64_t max, void *to, size_t size)
{
	uint64_t v;
	unsigned number;

	if (!scan_uint(r->value, max, &v))
		return reject(r, "not a number of this key");
	number = (unsigned)v;
	memcpy(to, size == sizeof(v) ? (void *)&v : (void *)&number, size);
	return true;
}

static bool set_text(const struct reader *r, char *to, size_t size)
{
	memset(to, 0, size);	/* a key that is given twice */
	return span_copy(r->value, to, size) || reject(r, "too long");
}

static bool set_field(const struct reader *r, const struct field *f, void *element)
{
	for (; f->key; f++) {
		char *at = (char *)element + f->at;

		if (!span_eq(r->key, f->key))
			continue;
		if (f->kind == KIND_UINT)
			return set_uint(r, f->max, at, sizeof(unsigned));
		if (f->kind == KIND_UINT64)
			return set_uint(r, f->max, at, sizeof(uint64_t));
		return set_text(r, at, f->max);
	}
	return true;
}

/* Count an element of a list where @head, the key that begins its block, is the one that was read. */
static bool add(const struct reader *r, const char *head, unsigned *n, unsigned max)
{
	if (!span_eq(r->key, head))
		return true;
	if (*n == max)
		return reject(r, "more of them than this version can hold");
	++*n;
	return true;
}

static bool set_head(struct reader *r)
{
	if (span_eq(r->key, "engine"))
		return set_text(r, r->h->engine, sizeof(r->h->engine));
	if (!span_eq(r->key, "version"))
		return true;
	r->version = span_eq(r->value, "1");
	return r->version || reject(r, "another version");
}

static bool add_address(const struct reader *r, struct handoff_nic *nic)
{
	struct handoff_address *a = &nic->addresses[nic->n_addresses];
	bool has_prefix;

	if (nic->n_addresses == HANDOFF_ADDRESSES_MAX)
		return reject(r, "more addresses of a NIC than this version can hold");
	if (!scan_cidr(r->value, &a->address, &a->prefix, &has_prefix) || !has_prefix)
		return reject(r, "not an address with a prefix length");
	nic->n_addresses++;
	return true;
}

static bool set_nic(struct reader *r)
{
	struct handoff_nic *nic;

	if (!add(r, "network", &r->h->n_nics, NICS_MAX))
		return false;
	nic = &r->h->nics[r->h->n_nics - 1];
	if (span_eq(r->key, "network"))
		return r->value.n ? set_text(r, nic->name, sizeof(nic->name)) :
			reject(r, "no name of a network device");
	if (span_eq(r->key, "mac"))
		return scan_mac(r->value, nic->mac) || reject(r, "not a MAC address");
	if (span_eq(r->key, "method"))
		nic->dhcp = span_eq(r->value, "dhcp");
	if (span_eq(r->key, "address"))
		return add_address(r, nic);
	if (span_eq(r->key, "gateway") && nic->n_addresses)
		return scan_addr(r->value, &nic->addresses[nic->n_addresses - 1].gateway) ||
			reject(r, "not an address");
	if (span_eq(r->key, "hostname"))
		return span_only(r->value, "._-") ? set_text(r, nic->hostname, sizeof(nic->hostname)) :
			reject(r, "not a host name");
	return true;
}

static bool set_session(struct reader *r)
{
	struct handoff *h = r->h;

	return add(r, "session", &h->n_sessions, SESSIONS_MAX) &&
		set_field(r, session_fields, &h->sessions[h->n_sessions - 1]);
}

static bool set_disk(struct reader *r)
{
	struct handoff *h = r->h;

	return add(r, "disk", &h->n_disks, HANDOFF_DISKS_MAX) &&
		set_field(r, disk_fields, &h->disks[h->n_disks - 1]);
}

static bool set_volume(struct reader *r)
{
	struct handoff *h = r->h;

	return add(r, "volume", &h->n_volumes, HANDOFF_VOLUMES_MAX) &&
		set_field(r, volume_fields, &h->volumes[h->n_volumes - 1]);
}

static bool set_resolver(struct reader *r)
{
	struct handoff *h = r->h;

	if (span_eq(r->key, "search"))
		return span_only(r->value, "._- ") ? set_text(r, h->search, sizeof(h->search)) :
			reject(r, "not a list of domain names");
	if (!span_eq(r->key, "nameserver"))
		return true;
	if (h->n_servers == RESOLV_SERVERS)
		return reject(r, "more name servers than a resolver reads");
	if (!scan_addr(r->value, &h->servers[h->n_servers]))
		return reject(r, "not an address");
	h->n_servers++;
	return true;
}

static bool set_root(struct reader *r)
{
	return set_field(r, root_fields, r->h);
}

/* Each block by the key that begins it. */
static const struct {
	const char *head;
	bool (*set)(struct reader *r);
} blocks[] = {
	{ "version", set_head }, { "network", set_nic }, { "session", set_session },
	{ "disk", set_disk }, { "volume", set_volume }, { "search", set_resolver },
	{ "root", set_root },
};

/* Index in blocks; -1: a block that is not known. */
static int find_block(struct span head)
{
	int i;

	for (i = 0; i < (int)(sizeof(blocks) / sizeof(*blocks)); i++)
		if (span_eq(head, blocks[i].head))
			return i;
	return -1;
}

static bool read_all(struct reader *r, struct span *text)
{
	char value[VALUE_MAX];
	int block = -1;
	bool first = true;

	while (keyval_next(text, &r->key, value, sizeof(value))) {
		r->value = span_of(value);
		if (first)
			block = find_block(r->key);
		first = !r->key.n;
		if (!first && block >= 0 && !blocks[block].set(r))
			return false;
	}
	r->key = r->value = (struct span){ 0 };
	if (text->n)
		return reject(r, "not a line of key=value");
	return r->version || reject(r, "no version");
}

static unsigned count_lines(struct span text)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

bool handoff_parse(struct span text, struct handoff *h, struct diag *why)
{
	struct reader r = { .h = h, .why = why };
	struct span rest = text, done = { text.p, 0 };

	memset(h, 0, sizeof(*h));
	if (read_all(&r, &rest))
		return true;
	memset(h, 0, sizeof(*h));
	done.n = text.n - rest.n;
	if (r.key.n)
		diag_at(why, HANDOFF_FILE, count_lines(done), r.key.p, r.key.n);
	else
		diag_at(why, HANDOFF_FILE, rest.n ? count_lines(done) + 1 : 0, NULL, 0);
	return false;
}

const struct handoff_nic *handoff_find_nic(const struct handoff *h, const struct addr *address)
{
	unsigned i, k;

	for (i = 0; i < h->n_nics; i++)
		for (k = 0; k < h->nics[i].n_addresses; k++)
			if (addr_eq(&h->nics[i].addresses[k].address, address))
				return &h->nics[i];
	return NULL;
}
