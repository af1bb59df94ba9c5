// SPDX-License-Identifier: GPL-2.0-or-later
/* Which of the plan's networks are for a link, and what is handed on of the kernel's links. */
#include "boot/net/links.h"
#include "fake_rtnl.h"

static struct plan plan;
static struct rtnl nl;

static struct plan_net *add_net(const char *device)
{
	struct plan_net *c = &plan.nets[plan.n_nets++];

	memset(c, 0, sizeof(*c));
	snprintf(c->device, sizeof(c->device), "%s", device);
	return c;
}

static void set_mac(uint8_t mac[6], uint8_t last)
{
	memset(mac, 0, 6);
	mac[0] = 2;
	mac[5] = last;
}

/* "01": the second of two networks is for the link */
static const char *match(const struct nlmsg_link *l, bool usable)
{
	static char text[NETS_MAX + 1];
	bool nets[NETS_MAX];
	unsigned i;

	if (!links_match(&plan, l, usable, nets))
		return "none";
	for (i = 0; i < plan.n_nets; i++)
		text[i] = '0' + nets[i];
	text[i] = '\0';
	return text;
}

static void test_match(void)
{
	struct nlmsg_link *eth0 = add_link("eth0", true), *eth1 = add_link("eth1", true);
	struct plan_net *c;

	plan.n_nets = 0;
	add_net("eth0");
	add_net("*");
	add_net("eth0");
	is_str(match(eth0, true), "101", "a name beats every usable link, and may be there twice");
	is_str(match(eth1, true), "010", "one that is not named, and usable");
	is_str(match(eth1, false), "none", "one that is not named, and not usable");
	is_str(match(eth0, false), "101", "a name needs no hardware");
	plan.n_nets = 0;
	c = add_net("boot");
	c->has_mac = true;
	set_mac(c->mac, eth1->mac[5]);
	is_str(match(eth1, true), "1", "a hardware address, whatever the name is");
	is_str(match(eth0, true), "none", "another link's");
	eth0->has_mac = false;
	memcpy(eth0->mac, c->mac, 6);
	is_str(match(eth0, true), "none", "a link without a hardware address");
	c->set_mac = true;
	set_mac(c->new_mac, 0x77);
	set_mac(eth1->mac, 0x77);
	is_str(match(eth1, true), "1", "one that has got its new address in an earlier run");
	c->set_mac = false;
	is_str(match(eth1, true), "none", "which no network gives");
	plan.n_nets = 0;
	while (plan.n_nets < NETS_MAX)
		add_net("eth1");
	is_int(strlen(match(eth1, true)), NETS_MAX, "as many networks as a plan can have");
	ok(!strchr(match(eth1, true), '0'), "all of them are for one link");
}

struct seen {
	char text[512];
};

static void see(void *arg, const struct link *l, const bool *nets)
{
	struct seen *s = arg;

	snprintf(s->text + strlen(s->text), sizeof(s->text) - strlen(s->text), "%d %s %02x %u%s%s\n",
		 l->index, l->name, l->mac[5], l->mtu, l->usable ? " usable" : "", nets ? " ours" : "");
}

static void test_look(void)
{
	struct nlmsg_link *lo, *l;
	struct seen s = { "" };

	n_links = plan.n_nets = 0;
	add_net("*");
	lo = add_link("lo", true);
	lo->flags = IFF_LOOPBACK;
	add_link("eth0", true);
	l = add_link("eth1", true);
	l->has_master = true;
	l = add_link("tun0", true);
	l->type = ARPHRD_NONE;
	l = add_link("vlan0", true);
	l->has_parent = false;
	ok(!links_look(&nl, &plan, see, &s), "links are looked at");
	is_str(s.text, "3 eth0 03 1500 usable ours\n4 eth1 04 1500\n5 tun0 05 1500\n6 vlan0 06 1500\n",
	       "not a bond's port, not a tunnel, nothing without a device; and no loopback");
	is_str(taken(asked), "up 2\n", "the loopback device is brought up");
	links_look(&nl, &plan, see, &s);
	is_str(taken(asked), "", "once");
}

static void test_list(void)
{
	char names[64], name[16];
	unsigned i;

	n_links = 0;
	links_list(&nl, names, sizeof(names));
	is_str(names, "", "no link");
	add_link("lo", true)->flags = IFF_LOOPBACK;
	add_link("eth0", true);
	add_link("tun0", true)->type = ARPHRD_NONE;
	add_link("eth1", true);
	links_list(&nl, names, sizeof(names));
	is_str(names, "eth0, eth1", "Ethernet links are listed");
	for (i = 2; i < 40; i++) {
		snprintf(name, sizeof(name), "eth%u", i);
		add_link(name, true);
	}
	links_list(&nl, names, sizeof(names));
	is_str(names, "eth0, eth1, eth2, eth3, eth4, eth5, eth6 and 33 more",
	       "how many more there are is told");
}

int main(void)
{
	test_match();
	test_look();
	test_list();
	return done_testing();
}
