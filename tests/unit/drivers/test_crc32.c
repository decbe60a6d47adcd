/* SPDX-License-Identifier: BSD-2-Clause */
/* drivers/common/crc32.c: the check value of CRC-32/ISO-HDLC, and continuation.
 */
#include "driver/crc32.h"

#include "harness/check.h"

int main(void) {
  uint32_t first = crc32_update(0, "1234", 4);
  CHECK(crc32_update(0, "", 0) == 0, "no bytes change nothing");
  CHECK(crc32_update(0, "123456789", 9) == 0xcbf43926u,
        "the published check value comes out");
  CHECK(crc32_update(first, "56789", 5) == 0xcbf43926u,
        "parts give the same as the whole");
  return check_report("crc32");
}
