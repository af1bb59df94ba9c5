// SPDX-License-Identifier: GPL-2.0-or-later
/* The hand-off of a boot, byte for byte, and the files that are written beside it. */
#include "base/sys.h"
#include "boot/handoff.h"
#include "kernel/sysfs.h"
#include "runtime/handoff_file.h"
#include "disk_tree.h"
#include "tap.h"

static struct plan p;
static struct net n;
static struct settle s;

static const char *content(const char *rel)
{
	static char text[4096];
	ssize_t len = sys_read(s.rootfd, rel, text, sizeof(text));

	return len < 0 ? "(none)" : text;
}

static struct addr ip(const char *text)
{
	struct addr a = { 0 };

	scan_addr(span_of(text), &a);
	return a;
}

static void add_nic(unsigned i, const char *name, enum net_method method)
{
	struct nic *nic = &n.nics[i];

	nic->link.index = (int)i + 2;
	nic->state = NIC_UP;
	memset(nic->nets, 0, sizeof(nic->nets));
	nic->nets[i] = true;
	nic->cfg = &p.nets[i];
	nic->hostname = "";
	p.nets[i].method = method;
	snprintf(nic->link.name, sizeof(nic->link.name), "%s", name);
	memcpy(nic->link.mac, "\x52\x54\x00\x12\x34\x56", 6);
	nic->link.mac[5] += i;
	n.n_nics = p.n_nets = i + 1;
}

static void add_block(unsigned i, const char *name, short base, const char *dm)
{
	struct block *b = &s.blocks.b[i];

	memset(b, 0, sizeof(*b));
	snprintf(b->name, sizeof(b->name), "%s", name);
	snprintf(b->dm_name, sizeof(b->dm_name), "%s", dm);
	b->owner = base < 0 ? DISK_LOCAL : DISK_OURS;
	b->base = base < 0 ? (short)i : base;
	b->session = base < 0 ? -1 : 0;
	b->lun = 1;
	s.blocks.n = i + 1;
}

static void begin(void)
{
	tree_begin("handoff");
	sysfs_root = tree_sysfs;
	memset(&p, 0, sizeof(p));
	memset(&n, 0, sizeof(n));
	memset(&s, 0, sizeof(s));
	s.rootfd = open(tree_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tree_file("run/iscsiroot/timeline", "");
	tree_note(tree_path("run/iscsiroot/handoff"));
	tree_note(tree_path("run/initramfs"));
	tree_note(tree_path("run/initramfs/open-iscsi.interface"));

	snprintf(p.targets[0].auth.password, sizeof(p.targets[0].auth.password), "geheim-secret");
	snprintf(p.targets[0].auth.username, sizeof(p.targets[0].auth.username), "geheim-user");
	snprintf(p.root_spec, sizeof(p.root_spec), "/dev/mapper/my--vg-root");
	snprintf(s.root, sizeof(s.root), "/dev/mapper/my--vg-root");
	add_nic(0, "eth0", NET_DHCP);
	n.nics[0].lease.address = ip("192.0.2.5");
	n.nics[0].lease.prefix = 24;
	n.nics[0].lease.gateway = ip("192.0.2.1");
	add_nic(1, "eth1", NET_STATIC);
	p.nets[1].address = ip("2001:db8::5");
	p.nets[1].prefix = 64;
	s.n_sessions = 1;
	s.sessions[0] = (struct session){ .sid = 3, .host = 4, .port = 3260, .tpgt = 1,
					  .logged_in = true };
	snprintf(s.sessions[0].target, sizeof(s.sessions[0].target), "iqn.2001-04.com.example:x");
	snprintf(s.sessions[0].address, sizeof(s.sessions[0].address), "2001:db8::1");
	add_block(0, "vda", -1, "");
	add_block(1, "sda", 1, "");
	add_block(2, "sda1", 1, "");
	add_block(3, "dm-0", 1, "my--vg-root");
	add_block(4, "dm-1", 1, "mpatha");
	s.found = 3;
	tree_file("sys/class/block/sda/device/wwid", "t10.IET     00010001\n");
	tree_file("sys/class/block/dm-0/dm/uuid", "LVM-abc\n");
	tree_file("sys/class/block/dm-1/dm/uuid", "mpath-3600\n");
	tree_file("sys/class/iscsi_host/host4/ipaddress", "2001:db8::5\n");
}

static void end(void)
{
	close(s.rootfd);
	tree_end();
}

static void test_text(void)
{
	struct stat st = { 0 };

	begin();
	is_int(handoff_write_under(tree_dir, &p, &n, &s), 0, "written");
	is_str(content("run/iscsiroot/handoff"),
	       "version=1\nengine=iscsistart\n"
	       "\nnetwork=eth0\nmac=52:54:00:12:34:56\nmethod=dhcp\naddress=192.0.2.5/24\n"
	       "gateway=192.0.2.1\n"
	       "\nnetwork=eth1\nmac=52:54:00:12:34:57\nmethod=static\naddress=2001:db8::5/64\n"
	       "\nsession=3\ntarget=iqn.2001-04.com.example:x\nportal=\"[2001:db8::1]:3260\"\ntpgt=1\n"
	       "host=4\nconnection=0\n"
	       "\ndisk=sda\nsession=3\nlun=1\nwwid=\"t10.IET     00010001\"\n"
	       "\nvolume=dm-0\nname=my--vg-root\nvg=my-vg\nlv=root\n"
	       "\nvolume=dm-1\nname=mpatha\n"
	       "\nroot=/dev/mapper/my--vg-root\ndevice=dm-0\n", "its text, without a secret");
	stat(tree_path("run/iscsiroot/handoff"), &st);
	is_int(st.st_mode & 0777, 0600, "its mode");
	is_str(content("run/initramfs/open-iscsi.interface"), "eth1\n",
	       "the interface that carries the session");
	is_str(content("conf/param.conf"), "(none)", "root= is right: no ROOT");
	end();
}

/* ip=[2001:db8::5]::[2001:db8::1]:64::eth0:none ip=::::guest:eth0:dhcp, in either order. */
static void test_both_families(void)
{
	static const char expected[] =
		"network=eth0\nmac=52:54:00:12:34:56\nmethod=dhcp\naddress=192.0.2.5/24\n"
		"gateway=192.0.2.1\nhostname=guest\naddress=2001:db8::5/64\ngateway=2001:db8::1\n\n";
	const char *text;
	unsigned dhcp;

	for (dhcp = 0; dhcp < 2; dhcp++) {
		begin();
		p.nets[dhcp] = (struct plan_net){ .method = NET_DHCP, .hostname = "guest" };
		p.nets[!dhcp] = (struct plan_net){ .method = NET_STATIC, .prefix = 64,
						   .address = ip("2001:db8::5"),
						   .gateway = ip("2001:db8::1") };
		n.nics[0].nets[0] = n.nics[0].nets[1] = true;
		n.nics[0].hostname = "guest";
		n.n_nics = 1;
		is_int(handoff_write_under(tree_dir, &p, &n, &s), 0, "DHCP and static IPv6");
		text = strstr(content("run/iscsiroot/handoff"), "network=");
		ok(text && !strncmp(text, expected, sizeof(expected) - 1),
		   dhcp ? "the lease first, though the static address was" : "the lease first");
		end();
	}
}

static void test_interface(void)
{
	begin();
	unlink(tree_path("sys/class/iscsi_host/host4/ipaddress"));
	n.nics[0].state = NIC_IDLE;
	is_int(handoff_write_under(tree_dir, &p, &n, &s), 0, "written");
	is_str(content("run/initramfs/open-iscsi.interface"), "eth1\n", "the first that is up");
	ok(!strstr(content("run/iscsiroot/handoff"), "eth0"), "one that is not up is left out");
	end();
	begin();
	n.n_nics = 0;
	is_int(handoff_write_under(tree_dir, &p, &n, &s), 0, "without a network of ours");
	is_str(content("run/initramfs/open-iscsi.interface"), "(none)", "no interface is named");
	end();
}

static void test_param(void)
{
	begin();
	snprintf(p.root_spec, sizeof(p.root_spec), "UUID=1");
	is_int(handoff_write_under(tree_dir, &p, &n, &s), 0, "where there is no /conf (dracut)");
	tree_file("conf/param.conf", "A=1\nROOT=/dev/old\nROOTFLAGS='-o x'\nlast=2");
	is_int(handoff_write_under(tree_dir, &p, &n, &s), 0, "with an old param.conf");
	is_str(content("conf/param.conf"), "A=1\nROOTFLAGS='-o x'\nlast=2\n"
	       "ROOT='/dev/mapper/my--vg-root'\n", "what others set stays");
	is_int(handoff_write_under(tree_dir, &p, &n, &s), 0, "a second time");
	is_str(content("conf/param.conf"), "A=1\nROOTFLAGS='-o x'\nlast=2\n"
	       "ROOT='/dev/mapper/my--vg-root'\n", "changes nothing");
	unlink(tree_path("conf/param.conf"));
	is_int(handoff_write_under(tree_dir, &p, &n, &s), 0, "without an old one");
	is_str(content("conf/param.conf"), "ROOT='/dev/mapper/my--vg-root'\n", "ROOT alone");
	snprintf(s.root, sizeof(s.root), "/dev/mapper/x'$(id)'");
	is_int(handoff_write_under(tree_dir, &p, &n, &s), -EINVAL, "a quote never reaches a shell");
	is_str(content("conf/param.conf"), "ROOT='/dev/mapper/my--vg-root'\n", "the old one stands");
	end();
}

/* More volumes than struct handoff holds, the root's last; and 240 with long names, which all fit. */
static void test_many_volumes(void)
{
	static struct handoff h;
	char name[DM_NAME_MAX + 1], dm[32];
	struct diag why;
	unsigned i, kept, rows[] = { 240, 900 };

	memset(name, 'v', DM_NAME_MAX);
	name[DM_NAME_MAX] = '\0';
	for (i = 0; i < 2; i++) {
		begin();
		while (s.blocks.n < BLOCKS_MAX && s.blocks.n < rows[i] + 3) {
			snprintf(dm, sizeof(dm), "dm-%u", s.blocks.n - 3);
			add_block(s.blocks.n, dm, 1, name);
		}
		s.found = (int)s.blocks.n - 1;
		snprintf(dm, sizeof(dm), "dm-%u", s.blocks.n - 4);
		kept = s.blocks.n - 3 < HANDOFF_VOLUMES_MAX ? s.blocks.n - 3 : HANDOFF_VOLUMES_MAX;
		is_int(handoff_write_under(tree_dir, &p, &n, &s), 0, i ? "written with more volumes" : "written with 240 volumes");
		is_int(handoff_read(tree_dir, &h, &why), 0, "and read back");
		is_int(h.n_volumes, kept, "with as many as it holds");
		is_str(h.volumes[kept - 1].name, dm, "the root's among them");
		end();
	}
}

int main(void)
{
	test_text();
	test_both_families();
	test_interface();
	test_param();
	test_many_volumes();
	return done_testing();
}
