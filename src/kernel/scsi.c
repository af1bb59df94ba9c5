// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/scan.h"
#include "kernel/scsi.h"

#define TEST_UNIT_READY 0x00
#define SYNCHRONIZE_CACHE 0x35

/* struct sg_io_hdr and its names of the kernel's include/scsi/sg.h, which klibc has not. */
#define SG_REQUEST 0x2285
#define SG_NO_DATA (-1)
#define SG_DRIVER_SENSE 0x08		/* no failure: sense data is there */

struct sg_request {
	int interface_id, direction;
	unsigned char cmd_len, sense_max;
	unsigned short iovec_count;
	unsigned int data_len;
	void *data;
	uint8_t *cmd, *sense;
	unsigned int timeout, flags;
	int pack_id;
	void *user;
	unsigned char status, masked_status, msg_status, sense_len;
	unsigned short host_status, driver_status;
	int resid;
	unsigned int duration, info;
};

int scsi_verdict(unsigned status, unsigned host, unsigned driver, const uint8_t *sense, size_t n)
{
	unsigned key = 0;

	if (host || (driver & ~SG_DRIVER_SENSE))
		return -EAGAIN;
	if (!status)
		return 0;
	if (status == 0x08 || status == 0x28)	/* BUSY, TASK SET FULL */
		return -EAGAIN;
	if (status != 0x02)			/* CHECK CONDITION */
		return -EIO;
	if (n >= 3 && (sense[0] & 0x7e) == 0x70)
		key = sense[2] & 0x0f;
	else if (n >= 2 && (sense[0] & 0x7e) == 0x72)
		key = sense[1] & 0x0f;
	if (key == 0x06)			/* UNIT ATTENTION */
		return -EAGAIN;
	return key == 0x05 ? -EOPNOTSUPP : key == 0x01 ? 0 : -EIO;
}

/* 0: it was answered, *@verdict says how. */
static int send_command(const char *disk, uint8_t opcode, unsigned timeout_ms, int *verdict)
{
	uint8_t cmd[10] = { opcode }, sense[32];
	struct sg_request r = {
		.interface_id = 'S', .direction = SG_NO_DATA,
		.cmd_len = opcode == TEST_UNIT_READY ? 6 : 10, .sense_max = sizeof(sense),
		.cmd = cmd, .sense = sense, .timeout = timeout_ms,
	};
	char path[64];
	int fd, err;

	if (!out_text(path, sizeof(path), "/dev/%s", disk))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = ioctl(fd, SG_REQUEST, &r) ? -errno : 0;
	if (!err)
		*verdict = scsi_verdict(r.status, r.host_status, r.driver_status, sense,
					r.sense_len < sizeof(sense) ? r.sense_len : sizeof(sense));
	if (!err && (r.host_status || (r.driver_status & ~SG_DRIVER_SENSE)))
		err = -EAGAIN;
	close(fd);
	return err;
}

int scsi_alive(const char *disk, unsigned timeout_ms)
{
	int verdict;

	return send_command(disk, TEST_UNIT_READY, timeout_ms, &verdict);
}

int scsi_flush(const char *disk, unsigned timeout_ms)
{
	int verdict, err = send_command(disk, SYNCHRONIZE_CACHE, timeout_ms, &verdict);

	if (err)
		return err;
	return verdict == -EOPNOTSUPP ? 0 : verdict;
}
