/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ceilings of everything that is read from outside, in one place. What exceeds one is rejected or
 * left out with a message: nothing is cut silently, and no conclusion is drawn from a list that was cut.
 */
#ifndef ISCSIROOT_BASE_LIMITS_H
#define ISCSIROOT_BASE_LIMITS_H

/* A ceiling as text, for messages. */
#define LIMIT_TEXT_(n)	#n
#define LIMIT_TEXT(n)	LIMIT_TEXT_(n)

#define CMDLINE_MAX	131072	/* kernel: 2048 (x86, arm64), 4096 (s390), bootconfig adds to it */
#define CMDLINE_PARAMETERS_MAX 1024 /* those of ours; 64 of each that may be repeated are 400 */
#define FILE_MAX	131072	/* iscsi.initramfs: a commented example is 5 KiB */
#define NETCONF_MAX	8192	/* ipconfig's /run/net-DEV.conf: about 30 lines of DHCP strings */
#define XENSTORE_MAX	16384	/* all of vm-data/iscsiroot: 17 keys of at most 2 KiB, most much less */
#define NETCONFS_MAX	64	/* as many as NICs */
#define KEY_VALUE_MAX	2047	/* one value of the file: 32 portals, by name as well */
#define INAME_MAX	223	/* iSCSI name, RFC 7143 section 4.2.7.2 */
#define ISCSI_IF_DATA_MAX (48 + 8192) /* of a netlink message: a PDU's header, and a login's data at most */
#define CHAP_MAX	255	/* user name and secret: what iscsistart keeps of them */
#define LOGIN_TEXT_MAX	16384	/* text of one login response in several PDUs: twice what one PDU holds */
#define LOGIN_ANSWER_MAX 12288	/* text of one request of ours: up to 1.5 KiB, and NotUnderstood for 256
				   keys of the target's */
#define LOGIN_PAIRS_MAX	256	/* keys in one response; RFC 7143 has 40 */
#define LOGIN_EXCHANGES_MAX 64	/* of one login: two to six, some 30 with one key at a time */
#define HOST_MAX	253	/* host name, RFC 1123 section 2.1, RFC 1035 section 2.3.4 */
#define HOSTNAME_MAX	64	/* the machine's own name: __NEW_UTS_LEN */
#define DEVNAME_MAX	15	/* IFNAMSIZ - 1 */
#define ROOTSPEC_MAX	511	/* root=: the longest form is root=iscsi: with a 223 byte name */
#define PARAM_MAX	255	/* one name=value for iscsistart --param */
#define CLOCKSOURCE_MAX	31	/* CS_NAME_LEN - 1 */
#define BLOCK_NAME_MAX	31	/* the kernel's name of a block device: DISK_NAME_LEN - 1 */
#define DM_NAME_MAX	127	/* DM_NAME_LEN - 1, linux/dm-ioctl.h */
#define WWID_MAX	127	/* a disk's identity; the kernel writes at most 100 bytes or so */
#define ADDR_TEXT_MAX	45	/* INET6_ADDRSTRLEN - 1 */
#define PORTAL_TEXT_MAX	268	/* HOST_MAX, brackets, a colon and the port */

#define TARGETS_MAX	32	/* netroot= repeated; no root on more than two is known */
#define PORTALS_MAX	32	/* of one target: two fabrics, eight controllers with two ports each */
#define LOGINS_MAX	64	/* portals of a whole plan: a session each, so as many as SESSIONS_MAX */
#define NETS_MAX	64	/* ip= repeated: as many as NICs */
#define ROUTES_MAX	64	/* rd.route= repeated: one for each ip= */
#define NAMESERVERS_MAX	16	/* glibc's resolver reads three; each lease brings two */
#define RESOLV_SERVERS	3	/* MAXNS of glibc's resolver */
#define SEARCH_MAX	255	/* domain search list: what glibc kept of it for decades */
#define LINKS_MAX	8	/* vlan=, bond=, bridge= */
#define PARAMS_MAX	64	/* of iscsistart: a node record has some 60 settings */
#define WARNINGS_MAX	24	/* one more says how many were left out */
#define WARNING_MAX	319	/* place, key, reason and a shortened value */

#define NICS_MAX	64	/* network interfaces looked at; a guest has one to four */
#define SESSIONS_MAX	64	/* kernel iSCSI sessions: TARGETS_MAX * PORTALS_MAX */
#define DISKS_MAX	256	/* disks of one session: as many LUNs as LIO shows one initiator */
#define BLOCKS_MAX	1024	/* block devices, local ones, partitions and volumes included */
#define VGS_MAX		256	/* volume groups that are searched for a UUID or a label */
#define HANDOFF_ADDRESSES_MAX (NETS_MAX + 1)	/* of one NIC: its lease, and a static one for each ip= */
#define HANDOFF_DISKS_MAX 256	/* disks that the hand-off names: four LUNs for each of 64 sessions */
#define HANDOFF_VOLUMES_MAX 512	/* device-mapper devices that it names; the root's is always among them */
#define KERNELS_MAX	64	/* installed ones; Debian keeps two or three */
#define KERNEL_NAME_MAX	64	/* __NEW_UTS_LEN */
#define IMAGE_WANTS_MAX	(10 + 2 * NICS_MAX) /* 8 files, 2 modules, two drivers for each NIC */

#define JOB_CLIENTS_MAX	8	/* boot scripts that wait for the run; they are called one by one */

#define SPAWN_OUTPUT_MAX 65536	/* of a child, kept where all of it counts: 1000 volumes */
#define SPAWN_TAIL_MAX	4096	/* of any other: the last bytes, which say why it failed */
#define SPAWN_FDS_MAX	1024	/* descriptors closed in a child: the usual RLIMIT_NOFILE */
/* A program and its end for each portal and NIC, a socket for each NIC, some of net and settle, and the
 * clients of the job. */
#define WAIT_FDS_MAX	(2 * TARGETS_MAX * PORTALS_MAX + 3 * NICS_MAX + 16 + JOB_CLIENTS_MAX)

#endif
