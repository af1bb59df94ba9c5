// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "kernel/scsi.h"
#include "tap.h"

static int sense(uint8_t a, uint8_t b, uint8_t c)
{
	const uint8_t s[3] = { a, b, c };

	return scsi_verdict(0x02, 0, 0x08, s, sizeof(s));
}

int main(void)
{
	is_int(scsi_verdict(0, 0, 0, NULL, 0), 0, "good");
	is_int(scsi_verdict(0, 0x0e, 0, NULL, 0), -EAGAIN, "lost with its connection");
	is_int(scsi_verdict(0, 1, 0, NULL, 0), -EAGAIN, "no connection");
	is_int(scsi_verdict(0, 0, 6, NULL, 0), -EAGAIN, "the driver's time was over");
	is_int(scsi_verdict(0x08, 0, 0, NULL, 0), -EAGAIN, "busy");
	is_int(scsi_verdict(0x28, 0, 0, NULL, 0), -EAGAIN, "its queue is full");
	is_int(scsi_verdict(0x18, 0, 0, NULL, 0), -EIO, "reserved by another");
	is_int(sense(0x70, 0, 0x06), -EAGAIN, "unit attention");
	is_int(sense(0x72, 0x06, 0), -EAGAIN, "in the other format");
	is_int(sense(0x70, 0, 0x05), -EOPNOTSUPP, "unknown command");
	is_int(sense(0xf0, 0, 0x65), -EOPNOTSUPP, "with bits that do not matter");
	is_int(sense(0x70, 0, 0x01), 0, "recovered");
	is_int(sense(0x70, 0, 0x03), -EIO, "medium error");
	is_int(sense(0x71, 0, 0x04), -EIO, "hardware error, of an earlier command");
	is_int(sense(0x00, 0x06, 0x06), -EIO, "no format that is known");
	is_int(scsi_verdict(0x02, 0, 0, NULL, 0), -EIO, "no sense data");
	is_int(scsi_verdict(0x02, 0, 0, (const uint8_t *)"\x70", 1), -EIO, "cut off");
	is_int(scsi_alive("../../nonexistent/iscsiroot", 1), -ENOENT, "no such disk");
	is_int(scsi_flush("null", 1), -ENOTTY, "not a disk");
	return done_testing();
}
