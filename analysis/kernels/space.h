/* White space as Python's str.split and str.strip know it. */
#pragma once
#include "base.h"

/* Length of the white space at `text`; 0 where there is none. Reads 2 bytes past it. */
static inline u64 space(const u8 *text) {
  u8 c = *text;
  if (c <= 32) return (c >= 9 && c <= 13) || c >= 28;
  if (c < 0xC2 || c > 0xE3) return 0;
  if (c == 0xC2) return text[1] == 0x85 || text[1] == 0xA0 ? 2 : 0;
  u32 point = (u32)c << 16 | (u32)text[1] << 8 | text[2];
  if (point == 0xE19A80 || (point >= 0xE28080 && point <= 0xE2808A) || point == 0xE280A8 || point == 0xE280A9) return 3;
  return point == 0xE280AF || point == 0xE2819F || point == 0xE38080 ? 3 : 0;
}

/* Length of the white space that ends at `end`, which is behind `begin`. */
static inline u64 space_before(const u8 *begin, const u8 *end) {
  if (end[-1] < 0x80) return space(end - 1);
  if (end - begin >= 2 && space(end - 2) == 2) return 2;
  return end - begin >= 3 && space(end - 3) == 3 ? 3 : 0;
}
