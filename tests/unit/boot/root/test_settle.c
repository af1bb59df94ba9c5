// SPDX-License-Identifier: GPL-2.0-or-later
/* When a cause is shown, and what makes settle look again. */
#include <linux/netlink.h>
#include <sys/socket.h>

#include "boot/root/machine.h"

static void test_shown(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	disk("sda", 0, 1, 1, "");
	capture_stderr();
	settle_down();
	is_str(captured(), "", "a cause is not shown at once");
	wait_begin(&w, SYS_FOREVER);
	settle_step(&s, &w);
	ok(w.until <= sys_now() + SETTLE_GRACE_US, "but the next step is soon");
	s.show_at = 0;
	capture_stderr();
	settle_down();
	settle_down();
	is_str(captured(), "iscsiroot: settle: UUID=4711-affe: not on the target's disks (they hold: nothing), "
	       "retrying\n", "it is shown if it still holds, and once");
	local_disk("vda", 3, EXT4);
	tree_udev(DISK, 0, EXT4);
	capture_stderr();
	is_int(settle_down(), READY, "and then it comes");
	is_str(captured(), "iscsiroot: settle: vda: local copy of the target's sda (same UUID), not "
	       "activated (detach it; using both corrupts data)\n"
	       "iscsiroot: settle: UUID=4711-affe: can be mounted: sda, LUN 1 of " IQN "\n",
	       "the copy and the root are named");
	end();
}

/* The kernel's scan goes on after the login: no fault yet, for the host neither. */
static void test_slow_scan(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	settle_down();
	is_int(s.cause.id, CAUSE_NO_DISK, "no disk yet");
	s.show_at = 0;
	capture_stderr();
	settle_down();
	is_str(captured(), "", "nothing while the first scan may go on");
	is_int(settle_why(&s)->id, CAUSE_ROOT_PENDING, "it is waited for");
	ok(s.scan_at && s.scan_at <= sys_now() + SETTLE_GRACE_US, "the kernel is asked for a scan soon");
	s.scanned = true;
	capture_stderr();
	settle_down();
	is_str(captured(), "iscsiroot: settle: " IQN ": logged in, but the target shows no disk (map the LUN to "
	       "this initiator), retrying\n", "after it the target shows no disk");
	end();
}

/* The prompt of cryptsetup is on the console, and is not to be written over. */
static void test_passphrase(void)
{
	begin(ROOT_OTHER, "/dev/mapper/crypt", "/dev/mapper/crypt");
	disk("sda", 0, 1, 1, "E:ID_FS_TYPE=crypto_LUKS\nE:ID_FS_UUID=1\n");
	settle_down();
	ok(settle_waits_for_passphrase(&s), "LUKS has not been opened");
	s.show_at = 0;
	capture_stderr();
	settle_down();
	is_str(captured(), "", "nothing is printed");
	ok(s.shown && settle_idle(&s), "it is in the timeline, and cryptsetup's turn");
	end();
}

/* ISCSI_BYPASS, before there is any session. */
static void test_bypass(void)
{
	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	n_fake = 0;
	wait_begin(&w, SYS_FOREVER);
	capture_stderr();
	is_int(settle_bypass_step(&s, &w), GOES_ON, "no disk yet");
	local_disk("vda", 3, EXT4);
	s.look = true;
	is_int(settle_bypass_step(&s, &w), READY, "the root is on a local disk");
	s.show_at = 0;
	settle_bypass_step(&s, &w);
	is_str(captured(), "", "no refusal is printed");
	settle_bypass_end(&s);
	ok(!s.tried && !s.bypass && !s.cause.code, "from then on it is the target's that counts");
	is_int(settle_down(), GOES_ON, "and a login is waited for");
	end();
}

/* It comes at the very moment at which its absence would have been shown. */
static void test_not_shown_any_more(void)
{
	begin(ROOT_LUN, "iscsi:192.0.2.1::::" IQN, "");
	settle_down();
	is_int(s.cause.code, CODE_NO_DEVICE, "no disk yet");
	disk("sda", 0, 1, 1, EXT4);
	s.show_at = 0;
	capture_stderr();
	is_int(settle_down(), READY, "and then it comes");
	is_str(captured(), "iscsiroot: settle: iscsi:192.0.2.1::::" IQN ": can be mounted: sda, LUN 1 "
	       "of " IQN "\n", "that it was absent is not shown any more");
	end();
}

/* Events from the socket: real messages, sent as udev sends them. */
static void test_events(void)
{
	static const char add[] = "ACTION=add\0SUBSYSTEM=block\0DEVNAME=/dev/sda";
	char msg[256] = "libudev\0\xfe\xed\xca\xfe";
	uint32_t header[3] = { 40, 40, sizeof(add) };
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_groups = 2 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	ssize_t n;

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	settle_down();
	disk("sda", 0, 1, 1, EXT4);
	memcpy(msg + 12, header, sizeof(header));
	memcpy(msg + 40, add, sizeof(add));
	wait_begin(&w, 0);
	settle_step(&s, &w);
	ok(!s.probe.pid, "no event, no look");
	n = sendto(fd, msg, 40 + sizeof(add), 0, (struct sockaddr *)&to, sizeof(to));
	ok(n == 40 + sizeof(add), "an event is sent");
	wait_begin(&w, 0);
	settle_step(&s, &w);
	/* the child may have been quicker than we are */
	ok(s.probe.pid || s.root[0], "an event of udev's makes it look");
	end();
	close(fd);
}

/* More events than are taken in a step: the loop must have its turn, for its deadline. */
static void test_flood(void)
{
	static const char add[] = "ACTION=change\0SUBSYSTEM=block\0DEVNAME=/dev/sdz";
	char msg[256] = "libudev\0\xfe\xed\xca\xfe";
	uint32_t header[3] = { 40, 40, sizeof(add) };
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_groups = 2 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT), i;
	struct pollfd p = { .events = POLLIN };

	begin(ROOT_UUID, "UUID=4711-affe", "4711-affe");
	settle_down();
	memcpy(msg + 12, header, sizeof(header));
	memcpy(msg + 40, add, sizeof(add));
	for (i = 0; i < 400; i++)
		sendto(fd, msg, 40 + sizeof(add), 0, (struct sockaddr *)&to, sizeof(to));
	p.fd = s.fd;
	wait_begin(&w, 0);
	settle_step(&s, &w);
	ok(poll(&p, 1, 0) == 1, "some are left for the next step");
	wait_begin(&w, 0);
	settle_step(&s, &w);
	ok(poll(&p, 1, 0) == 0, "which takes them");
	end();
	close(fd);
}

/* A run that ends before settle has begun must not close descriptor 0. */
static void test_never_begun(void)
{
	static struct settle none;

	settle_close(&none);
	ok(fcntl(0, F_GETFD) >= 0, "standard input stays open");
}

int main(void)
{
	test_never_begun();
	test_flood();
	test_shown();
	test_slow_scan();
	test_passphrase();
	test_bypass();
	test_not_shown_any_more();
	test_events();
	return done_testing();
}
