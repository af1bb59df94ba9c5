/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * causes: the one table of all that keeps a boot from going on, and of what it remarks in passing.
 *
 * X(id, step, exit code, kind, object, text): the line on the console is
 * `iscsiroot: STEP: OBJECT: TEXT`. The object is written as in doc/FAULTS; code fills in what is in
 * capitals there. The text is a format: what happened (what to do). Code names a cause by
 * CAUSE(id), so the compiler checks its values. doc/FAULTS has one row for each row here, which
 * tests/shell/test_faults compares.
 */
#ifndef ISCSIROOT_BASE_CAUSES_H
#define ISCSIROOT_BASE_CAUSES_H

/* What the boot does about it. */
enum cause_kind {
	KIND_RETRIED,		/* tries again until the deadline */
	KIND_FINAL,		/* stops at once: no retry can help */
	KIND_PENDING,		/* has not failed: still under way, shown when time is up */
	KIND_REMARK,		/* goes on without it */
};

#define CAUSES(X) \
	X(PLAN_INVALID, PLAN, CONFIG, FINAL, "PLACE", "%s") \
	X(PLAN_UNREADABLE, PLAN, SYSTEM, FINAL, "PLACE", "%s") \
	X(PLAN_WARNING, PLAN, DONE, REMARK, "warning", "%s") \
	X(JOB_FAILED, PLAN, SYSTEM, FINAL, "/run/iscsiroot", \
	  "no socket for the boot scripts: %s (check that /run is mounted and not full)") \
	X(JOB_NO_PROCESS, PLAN, SYSTEM, FINAL, "run", "no process to run in: %s") \
	X(JOB_RUNNING, PLAN, SYSTEM, FINAL, "run", \
	  "another run is in progress (wait for it with iscsiroot wait root)") \
	\
	X(NO_USABLE_NIC, NET, NO_DEVICE, RETRIED, "any", \
	  "no usable network interface (check that its driver is in the image)") \
	X(NO_USABLE_NIC_ONLY, NET, NO_DEVICE, RETRIED, "any", \
	  "no usable network interface, only %s (check that its driver is in the image)") \
	X(NO_SUCH_NIC, NET, NO_DEVICE, RETRIED, "DEVICE", \
	  "no such network interface (there are: %s; name one in ip=)") \
	X(NO_NIC_AT_ALL, NET, NO_DEVICE, RETRIED, "DEVICE", \
	  "no such network interface (there is none: check that its driver is in the image)") \
	X(NO_CARRIER, NET, NO_DEVICE, RETRIED, "DEVICE", \
	  "no carrier (check its cable, switch port or the host's bridge)") \
	X(RENAME_FAILED, NET, SYSTEM, RETRIED, "DEVICE", "cannot be renamed: %s (check ifname=)") \
	X(LINK_UP_FAILED, NET, SYSTEM, RETRIED, "DEVICE", "cannot be brought up: %s") \
	X(ADDRESS_FAILED, NET, SYSTEM, RETRIED, "DEVICE", \
	  "address %pI/%u cannot be added: %s (check ip=)") \
	X(ADDRESS_NO_IPV6, NET, SYSTEM, RETRIED, "DEVICE", \
	  "address %pI/%u cannot be added: %s (IPv6 is disabled: check ipv6.disable= on the kernel " \
	  "command line)") \
	X(GATEWAY_FAILED, NET, SYSTEM, RETRIED, "DEVICE", \
	  "gateway %pI cannot be added: %s (check ip=)") \
	X(GATEWAY_NO_IPV6, NET, SYSTEM, RETRIED, "DEVICE", \
	  "gateway %pI cannot be added: %s (IPv6 is disabled: check ipv6.disable= on the kernel " \
	  "command line)") \
	X(NETCONF_FAILED, NET, SYSTEM, RETRIED, "DEVICE", \
	  "/run/net-*.conf cannot be written: %s (check that /run is mounted and not full)") \
	X(IPCONFIG_MISSING, NET, SYSTEM, RETRIED, "DEVICE", \
	  "ipconfig, the DHCP client, is not in the image (install klibc-utils and run " \
	  "update-initramfs -u)") \
	X(IPCONFIG_FAILED, NET, SYSTEM, RETRIED, "DEVICE", "ipconfig cannot be started: %s") \
	X(DHCP_NO_ANSWER, NET, UNAVAILABLE, RETRIED, "DEVICE", \
	  "no answer from a DHCP server (start one on this network, or give an address in ip=)") \
	X(DHCP_NAK, NET, UNAVAILABLE, RETRIED, "DEVICE", \
	  "DHCP server %pI refused the address (check its leases and reservations)") \
	X(DHCP_ONLY_OFFER, NET, UNAVAILABLE, RETRIED, "DEVICE", \
	  "DHCP server %pI offered an address, then stopped answering (see its log)") \
	X(DHCP_NO_ADDRESS, NET, UNAVAILABLE, RETRIED, "DEVICE", \
	  "the DHCP answer has no usable address (check the DHCP server)") \
	X(DHCP_FAILED, NET, UNAVAILABLE, RETRIED, "DEVICE", \
	  "DHCP gave no address; ipconfig reports: %pS") \
	X(RTNETLINK_FAILED, NET, SYSTEM, FINAL, "rtnetlink", "%s") \
	X(PPOLL_FAILED, NET, SYSTEM, FINAL, "ppoll", "%s") \
	X(MTU_REFUSED, NET, DONE, REMARK, "DEVICE", "MTU %u refused, MTU stays %u (check ip=)") \
	X(MAC_REFUSED, NET, DONE, REMARK, "DEVICE", \
	  "hardware address of ip= refused, the device keeps its own (check ip=)") \
	X(GATEWAY_OUTSIDE, NET, DONE, REMARK, "DEVICE", \
	  "gateway %pI is outside %pI/%u: used as on-link (check netmask and gateway)") \
	X(DHCP_MALFORMED, NET, DONE, REMARK, "DEVICE", \
	  "%s of the DHCP answer is malformed, ignored (check the DHCP server)") \
	X(TOO_MANY_LEASE_ROUTES, NET, DONE, REMARK, "DEVICE", \
	  "more than %u routes in the DHCP answer, the others are not set (shorten option 121)") \
	X(ROUTE_NOT_SET, NET, DONE, REMARK, "NETWORK/PREFIX", \
	  "route not added: no link leads to its gateway (check rd.route=)") \
	X(TOO_MANY_NICS, NET, DONE, REMARK, "DEVICE", \
	  "ignored, as are all after it: there are more than %u network interfaces for ip= (name " \
	  "those of the boot in ip=)") \
	\
	X(MODULE_MISSING, LOGIN, SYSTEM, FINAL, "MODULE", \
	  "kernel module not in this image or not for this kernel (run update-initramfs -u)") \
	X(ISCSISTART_MISSING, LOGIN, SYSTEM, FINAL, "iscsistart", \
	  "program not in this image (install open-iscsi, then run update-initramfs -u)") \
	X(CONNECTION_REFUSED, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "connection refused (check that the target listens on this port)") \
	X(HOST_UNREACHABLE, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "no route to host (check that the portal is up and on this network)") \
	X(NETWORK_UNREACHABLE, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "network is unreachable (check gateway and netmask)") \
	X(NO_ANSWER, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "no answer from the portal (check address, cabling, firewall)") \
	X(NO_LOCAL_ADDRESS, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "no local address to connect from yet (check ip=)") \
	X(BIND_NO_DEVICE, LOGIN, NO_DEVICE, RETRIED, "PORTAL TARGET", \
	  "the network device to bind to does not exist (check the device in netroot=)") \
	X(BIND_FAILED, LOGIN, NO_DEVICE, RETRIED, "PORTAL TARGET", \
	  "the network device to bind to cannot be used (check the device in netroot=)") \
	X(CONNECT_ERROR, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", "cannot connect: %s") \
	X(HOST_UNRESOLVED, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "host name not resolved (check the name server, or give an address)") \
	X(NO_CONNECTION, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "no connection (check address and network)") \
	X(CONNECTION_BROKEN, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "connection lost during the login (see the target's log)") \
	X(CONNECTION_CLOSED, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "connection closed during the login (add this initiator to the target's access list; see " \
	  "its log)") \
	X(NOT_ISCSI, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "connected, but not to an iSCSI target (check address and port)") \
	X(NO_LOGIN_RESPONSE, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "connected, but no login response (check that this is an iSCSI target)") \
	X(BAD_LOGIN_RESPONSE, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "invalid login response (check that this is an iSCSI target)") \
	X(LOGIN_INVALID, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "invalid login response: %s (see the target's log)") \
	X(VERSION_MISMATCH, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "the target uses another version of iSCSI (see its log)") \
	X(STATUS_0201, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "authentication failed, status 02/01 (check ISCSI_USERNAME and ISCSI_PASSWORD)") \
	X(STATUS_0201_NO_CHAP, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "authentication required, status 02/01 (set ISCSI_USERNAME and ISCSI_PASSWORD)") \
	X(AUTH_FAILED, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "authentication failed (check ISCSI_USERNAME and ISCSI_PASSWORD)") \
	X(STATUS_0202, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "initiator not authorized, status 02/02 (add its name to the target's access list)") \
	X(MUTUAL_FAILED, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "mutual CHAP failed: target not authenticated (check ISCSI_IN_USERNAME and " \
	  "ISCSI_IN_PASSWORD)") \
	X(MUTUAL_UNREQUESTED, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "target sent unrequested mutual CHAP (set ISCSI_IN_USERNAME and ISCSI_IN_PASSWORD)") \
	X(MUTUAL_ONE_SIDED, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "no agreement on authentication (set mutual CHAP on both sides or on neither)") \
	X(CHAP_ONE_SIDED, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "no agreement on authentication (set CHAP on both sides or on neither)") \
	X(MUTUAL_NO_PASSWORD, LOGIN, CONFIG, FINAL, "PORTAL TARGET", \
	  "mutual CHAP without the initiator's password (set ISCSI_PASSWORD)") \
	X(CHAP_ALGORITHM_DIFFERS, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "no agreement on a CHAP algorithm (check chap_algs in ISCSI_PARAM, and the target)") \
	X(CHAP_CHALLENGE_INVALID, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "invalid CHAP challenge: %s (see the target's log)") \
	X(CHAP_REFLECTED, LOGIN, AUTH, RETRIED, "PORTAL TARGET", \
	  "target sent our own CHAP challenge back (check which machine has this address)") \
	X(CHAP_SAME_SECRET, LOGIN, CONFIG, FINAL, "PORTAL TARGET", \
	  "same CHAP secret in both directions (set another ISCSI_IN_PASSWORD, here and on the " \
	  "target)") \
	X(STATUS_0200, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/00: initiator error (see the target's log)") \
	X(STATUS_0203, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/03: target not found (check ISCSI_TARGET_NAME)") \
	X(STATUS_0204, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/04: target removed (check ISCSI_TARGET_IP)") \
	X(STATUS_0205, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/05: unsupported version (see the target's log)") \
	X(STATUS_0206, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/06: too many connections (raise the target's limit)") \
	X(STATUS_0207, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/07: missing parameter (check ISCSI_PARAM)") \
	X(STATUS_0208, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/08: cannot include this connection in the session (check " \
	  "ISCSI_TARGET_GROUP)") \
	X(STATUS_0209, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/09: session type not supported (see the target's log)") \
	X(STATUS_020A, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/0a: session does not exist (see the target's log)") \
	X(STATUS_020B, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 02/0b: invalid request during login (see the target's log)") \
	X(STATUS_0300, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 03/00: target error (see the target's log)") \
	X(STATUS_0301, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 03/01: service unavailable (wait while the target starts or fails " \
	  "over)") \
	X(STATUS_0302, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status 03/02: target out of resources (see the target's log)") \
	X(STATUS_UNKNOWN, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login refused, status %pS/%pS (see the target's log)") \
	X(REDIRECT_UNUSABLE, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login redirected to an unusable address (check the target's portals)") \
	X(REDIRECT_LOOP, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login redirected in a loop (check the portals that the target announces)") \
	X(PARAMETERS_DIFFER, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "no agreement on parameters, such as digests (check ISCSI_PARAM and the target)") \
	X(PARAMETER_DIFFERS, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "no agreement on %s (check ISCSI_PARAM and the target)") \
	X(PARAMETER_INVALID, LOGIN, CONFIG, FINAL, "PORTAL TARGET", \
	  "%s cannot be used for a login (correct it)") \
	X(PARAM_REFUSED, LOGIN, CONFIG, FINAL, "PORTAL TARGET", \
	  "ISCSI_PARAM %pS: not accepted by iscsistart (correct or remove it)") \
	X(NO_TRANSPORT, LOGIN, SYSTEM, FINAL, "PORTAL TARGET", \
	  "the kernel has no iSCSI (module scsi_transport_iscsi missing from the image)") \
	X(NO_ISCSI_TCP, LOGIN, SYSTEM, FINAL, "PORTAL TARGET", \
	  "the kernel has no iSCSI over TCP (module iscsi_tcp missing from the image)") \
	X(NO_KERNEL_SESSION, LOGIN, SYSTEM, RETRIED, "PORTAL TARGET", \
	  "the kernel could not create a session (see dmesg; check that crc32c is in the image)") \
	X(ISCSISTART_FAILED, LOGIN, SYSTEM, RETRIED, "PORTAL TARGET", \
	  "iscsistart cannot be started: %s") \
	X(ISCSISTART_ERROR, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login failed, iscsistart error %pS (see the target's log)") \
	X(STALE_SESSION, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "login blocked by a stale session, now removed") \
	X(SESSION_RESTORED, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "session lost, being restored by the keeper (check target and network)") \
	X(ENGINE_FAILED, LOGIN, SYSTEM, RETRIED, "keeper", \
	  "not running, so nobody logs in: %pS (see dmesg)") \
	X(PORTAL_LATER, LOGIN, DONE, REMARK, "PORTAL TARGET", \
	  "not logged in yet, the keeper goes on (the root is ready without it)") \
	X(KERNEL_REFUSED, LOGIN, SYSTEM, RETRIED, "PORTAL TARGET", \
	  "the kernel refused a request of the login: %s (see dmesg)") \
	X(SESSION_ENDED, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "session ended right after the login (see dmesg and the target's log)") \
	X(NO_REASON, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "iscsistart failed without a message (see dmesg and the target's log)") \
	X(ISCSISTART_HUNG, LOGIN, UNAVAILABLE, RETRIED, "PORTAL TARGET", \
	  "iscsistart timed out after 45 s and was killed (see dmesg)") \
	X(PROBE_PENDING, LOGIN, UNAVAILABLE, PENDING, "PORTAL TARGET", "no answer from the portal yet") \
	X(LOGIN_PENDING, LOGIN, UNAVAILABLE, PENDING, "PORTAL TARGET", "no login response yet") \
	X(PORTAL_ABANDONED, LOGIN, DONE, REMARK, "PORTAL TARGET", \
	  "no answer yet, the boot goes on without this portal") \
	X(KEEPER_FAILED, LOGIN, DONE, REMARK, "keeper", \
	  "failed to start: no reconnect until iscsid starts (%pS)") \
	X(PARAMS_FAILED, LOGIN, DONE, REMARK, "keeper", \
	  "%s not written: %s: ISCSI_PARAM does not reach iscsid") \
	\
	X(NO_DISK, SETTLE, NO_DEVICE, RETRIED, "TARGET", \
	  "logged in, but the target shows no disk (map the LUN to this initiator)") \
	X(NO_SUCH_LUN, SETTLE, NO_DEVICE, RETRIED, "TARGET", \
	  "logged in, but the target shows no LUN %s (it shows %s; select one with ISCSI_LUN)") \
	X(LUN_NO_FILE_SYSTEM, SETTLE, NO_DEVICE, RETRIED, "DEVICE, LUN N", \
	  "holds %s, not a file system (name the root on it in another root= after this one)") \
	X(ROOT_NO_FILE_SYSTEM, SETTLE, NO_DEVICE, RETRIED, "DEVICE", \
	  "holds %s, not a file system (name what lies on it in root=)") \
	X(ROOT_ABSENT, SETTLE, NO_DEVICE, RETRIED, "ROOT", \
	  "not on the target's disks (they hold: %s)") \
	X(ROOT_ONLY_LOCAL, SETTLE, NO_DEVICE, FINAL, "ROOT", \
	  "not on the target's disks, only on the local disk %s (the target's hold: %s; boot with " \
	  "iscsiroot=off or ISCSI_BYPASS=yes to use the local one)") \
	X(ROOT_OTHER_TARGET, SETTLE, CONFIG, RETRIED, "ROOT", \
	  "on %s of target %s, which is not configured (name it in ISCSI_TARGET)") \
	X(NO_SIGNATURE, SETTLE, NO_DEVICE, RETRIED, "DEVICE", \
	  "carries no known signature (restore its LUKS header or partition table, or correct root=)") \
	X(MAP_NOT_MADE, SETTLE, NO_DEVICE, RETRIED, "DEVICE", \
	  "multipath has made no map of it yet (check multipath.conf, the wwids and the bindings in the " \
	  "image: multipathd -d -v3)") \
	X(MAP_DEAD, SETTLE, UNAVAILABLE, RETRIED, "multipath map MAP", \
	  "has no live path (see the portals' causes)") \
	X(MD_NOT_ASSEMBLED, SETTLE, NO_DEVICE, RETRIED, "md array of DEVICE, DEVICE", \
	  "not assembled: %u of %u members present (map the LUNs of the others; mdadm must be in the " \
	  "image)") \
	X(MD_NOT_ASSEMBLED_UNKNOWN, SETTLE, NO_DEVICE, RETRIED, "md array of DEVICE, DEVICE", \
	  "not assembled: members present: %u (map the LUNs of the others; mdadm must be in the image)") \
	X(MD_NO_MEMBER, SETTLE, NO_DEVICE, RETRIED, "ROOT", \
	  "no member of an md array on the target's disks (they hold: %s; map its LUNs or correct root=)") \
	X(LUKS_CLOSED, SETTLE, NO_DEVICE, RETRIED, "LUKS on DEVICE", \
	  "has not been opened (give its passphrase; cryptsetup and its line of crypttab must be in the " \
	  "image)") \
	X(BCACHE_NOT_STARTED, SETTLE, NO_DEVICE, RETRIED, "bcache on DEVICE", \
	  "has not been started (bcache-tools must be in the image)") \
	X(ZFS_NOT_IMPORTED, SETTLE, NO_DEVICE, RETRIED, "ZFS on DEVICE", \
	  "has not been imported (name it as root=ZFS=POOL/DATASET; ZFS must be in the image)") \
	X(BTRFS_INCOMPLETE, SETTLE, NO_DEVICE, RETRIED, "btrfs UUID", \
	  "members missing (%u found; map the LUNs of the others)") \
	X(ROOT_NOT_SEEN, SETTLE, NO_DEVICE, RETRIED, "ROOT", \
	  "not on the first %u block devices (they hold: %s)") \
	X(ROOT_NOT_SEARCHED, SETTLE, NO_DEVICE, RETRIED, "ROOT", \
	  "not found, and not all volume groups were searched (the target's disks hold: %s)") \
	X(VG_NOT_SEEN, SETTLE, NO_DEVICE, RETRIED, "volume group VG", \
	  "not on the first %u block devices (they hold: %s)") \
	X(VG_ABSENT, SETTLE, NO_DEVICE, RETRIED, "volume group VG", \
	  "not on the target's disks (they hold: %s)") \
	X(VG_INCOMPLETE, SETTLE, NO_DEVICE, RETRIED, "volume group VG", \
	  "incomplete: 1 physical volume is missing: %pS (map its LUN to this initiator)") \
	X(VG_INCOMPLETE_MANY, SETTLE, NO_DEVICE, RETRIED, "volume group VG", \
	  "incomplete: %u physical volumes are missing, one is %pS (map their LUNs to this " \
	  "initiator)") \
	X(VG_INCOMPLETE_UNNAMED, SETTLE, NO_DEVICE, RETRIED, "volume group VG", \
	  "incomplete: physical volumes are missing: %u (map their LUNs to this initiator)") \
	X(LV_ABSENT, SETTLE, NO_DEVICE, RETRIED, "logical volume VG/LV", \
	  "not in its volume group (it holds: %s)") \
	X(VG_NOT_ACTIVATED, SETTLE, NO_DEVICE, RETRIED, "volume group VG", "activation failed: %s") \
	X(NO_DEVICE_MAPPER, SETTLE, SYSTEM, RETRIED, "volume group VG", \
	  "activation failed: no device-mapper in the kernel (module dm_mod missing from the image)") \
	X(LVM_MISSING, SETTLE, SYSTEM, RETRIED, "lvm", \
	  "not in the image (install lvm2, then run update-initramfs -u)") \
	X(LVM_FAILED, SETTLE, SYSTEM, RETRIED, "lvm", "cannot be started: %s") \
	X(LVM_HANGS, SETTLE, UNAVAILABLE, RETRIED, "lvm", \
	  "has not ended after %u s (a disk that it reads does not answer: see the portals' causes)") \
	X(VG_DUPLICATE, SETTLE, CONFIG, RETRIED, "volume group VG", \
	  "two volume groups have this name (mask one LUN, or rename one group with vgrename UUID " \
	  "NEWNAME)") \
	X(PV_DUPLICATE, SETTLE, CONFIG, RETRIED, "DEVICE", \
	  "physical volume %s is on two LUNs, one is a copy (mask the copy, or run vgimportclone on it)") \
	X(ROOT_DUPLICATE, SETTLE, CONFIG, RETRIED, "ROOT", \
	  "on two LUNs: %s and %s (mask the copy, or change its UUID and label)") \
	X(ROOT_LOCAL, SETTLE, CONFIG, FINAL, "ROOT", \
	  "on the local disk %s, not on the target's: refused (detach that disk, or boot with " \
	  "iscsiroot=off or ISCSI_BYPASS=yes)") \
	X(VG_LOCAL, SETTLE, CONFIG, FINAL, "volume group VG", \
	  "on a local disk (of %s), not on the target's: refused (detach that disk, or boot with " \
	  "iscsiroot=off or ISCSI_BYPASS=yes)") \
	X(SESSION_LOST, SETTLE, UNAVAILABLE, RETRIED, "TARGET", \
	  "session lost, the kernel waits for its recovery") \
	X(READ_FAILED, SETTLE, SYSTEM, RETRIED, "DEVICE", \
	  "present, but cannot be read: %s (see the target's log)") \
	X(READ_HANGS, SETTLE, UNAVAILABLE, RETRIED, "DEVICE", \
	  "present, but a read of it does not return (see the target's log)") \
	X(READ_NOT_STARTED, SETTLE, SYSTEM, RETRIED, "DEVICE", "no process to read it with: %s") \
	X(SYSFS_FAILED, SETTLE, SYSTEM, RETRIED, "/sys/class/block", "%s") \
	X(UEVENTS_FAILED, SETTLE, SYSTEM, FINAL, "uevents", "%s") \
	X(UDEV_PENDING, SETTLE, DEADLINE, RETRIED, "DEVICE", "present, waiting for udev") \
	X(ROOT_PENDING, SETTLE, DEADLINE, PENDING, "ROOT", "not there yet") \
	X(LVM_PENDING, SETTLE, DEADLINE, PENDING, "VG", "waiting for lvm") \
	X(TOO_MANY_BLOCKS, SETTLE, DONE, REMARK, "block devices", \
	  "more than %u, the others are ignored") \
	X(TOO_MANY_SESSIONS, SETTLE, DONE, REMARK, "sessions", "more than %u, the others are ignored") \
	X(LVM_OUTPUT_CUT, SETTLE, DONE, REMARK, "lvm", \
	  "more than %u bytes of output, the beginning is ignored") \
	X(TOO_MANY_VGS, SETTLE, DONE, REMARK, "lvm", \
	  "more than %u volume groups, the others are not searched for the root") \
	X(MD_DEGRADED, SETTLE, DONE, REMARK, "DEVICE", \
	  "is degraded: %u of %u members (see mdadm --detail)") \
	X(BYPASSED, SETTLE, DONE, REMARK, "ROOT", \
	  "on a local disk, booting without iSCSI because of ISCSI_BYPASS") \
	X(NOT_BYPASSED, SETTLE, DONE, REMARK, "ROOT", \
	  "not on a local disk after %u s, booting from iSCSI") \
	X(LOCAL_COPY, SETTLE, DONE, REMARK, "DEVICE", \
	  "local copy of the target's %s (same UUID), not activated (detach it; using both corrupts " \
	  "data)") \
	\
	X(HANDOFF_FAILED, HANDOFF, SYSTEM, FINAL, "/run/iscsiroot/handoff", "%s") \
	X(HANDOFF_CUT, HANDOFF, DONE, REMARK, "WHAT", \
	  "%u left out of /run/iscsiroot/handoff, which holds %u") \
	X(PARAM_CONF_FAILED, HANDOFF, DONE, REMARK, "/conf/param.conf", \
	  "cannot be written: %s (the boot may stop waiting for the root after 30 s)") \
	X(CLOCK_REFUSED, HANDOFF, DONE, REMARK, "clock source", \
	  "%s refused by the kernel, %s stays (see available_clocksource)") \
	X(CLOCK_TSC, HANDOFF, DONE, REMARK, "clock source", \
	  "tsc is in use and can jump when the guest migrates (set ISCSI_CLOCKSOURCE=xen)")

enum cause_id {
	CAUSE_NONE,
#define CAUSE_ID(id, step, code, kind, object, text) CAUSE_##id,
	CAUSES(CAUSE_ID)
#undef CAUSE_ID
};

/* Arrays, not pointers: the compiler checks values against them as against a literal. */
#define CAUSE_TEXT(id, step, code, kind, object, text) \
	static const char cause_text_##id[] __attribute__((unused)) = text;
CAUSES(CAUSE_TEXT)
#undef CAUSE_TEXT

/* The two arguments that name a cause; its values follow. */
#define CAUSE(id) CAUSE_##id, cause_text_##id

#endif
