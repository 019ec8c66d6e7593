/* A first look at texts: which of them must be cleaned, are English, or have anything that quality reports. Says no more than
   reading/strings.py, which has the same in Python. */
#include <wasm_simd128.h>

#include "letters.h"
#include "space.h"

enum { UNCLEAN = 1, ENGLISH = 2, ODD = 4, CLOSER = 8 };
enum { ENGLISH_START = 1600, ENGLISH_WORDS = 200, ENOUGH_LETTERS = 20, FEW_WORDS = 50, START = 2000, TAIL = 160, EXCEL = 32767 };
static const f64 ENOUGH_ENGLISH = 0.2;

/* The first byte from `at` on that may begin white space, `end` where there is none. Reads past the end. */
static const u8 *may_be_space(const u8 *at, const u8 *end) {
  const v128_t blank = wasm_i8x16_splat(32), lead = wasm_i8x16_splat((char)0xC2), last = wasm_i8x16_splat((char)0xE3);
  for (; at < end; at += 16) {
    v128_t bytes = wasm_v128_load(at);
    v128_t wide = wasm_v128_and(wasm_u8x16_ge(bytes, lead), wasm_u8x16_le(bytes, last));
    u32 found = wasm_i8x16_bitmask(wasm_v128_or(wasm_u8x16_le(bytes, blank), wide));
    if (found) {
      at += __builtin_ctz(found);
      return at < end ? at : end;
    }
  }
  return end;
}

/* Where so many code points of a text end. Reads past the end. */
static const u8 *end_of_points(const u8 *at, const u8 *end, i32 n) {
  const v128_t inner = wasm_i8x16_splat((char)0xBF);
  if (end - at <= n) return end;
  while (n >= 16 && at < end) {
    n -= __builtin_popcount(wasm_i8x16_bitmask(wasm_i8x16_gt(wasm_v128_load(at), inner)));
    at += 16;
  }
  for (; at < end; at++)
    if ((*at & 0xC0) != 0x80 && n-- == 0) return at;
  return end;
}

/* Words of a text, and how many of them are in a table of words of at most 8 small letters. */
static i32 count_words(const u8 *at, const u8 *end, const u64 *table, u32 mask, i32 *known) {
  i32 words = 0;
  *known = 0;
  while (at < end && words < ENGLISH_WORDS) {
    u64 white = space(at);
    if (white) {
      at += white;
      continue;
    }
    const u8 *from = at;
    do at = may_be_space(at + 1, end);
    while (at < end && !space(at));
    u64 size = at - from;
    words++;
    if (size > 8) continue;
    u64 word;
    __builtin_memcpy(&word, from, 8);
    /* Only letters become small letters by this bit. */
    word = (word | 0x2020202020202020ull) & (~0ull >> (64 - 8 * size));
    u32 slot = (word * 0x9E3779B97F4A7C15ull) >> 40 & mask;
    while (table[slot] && table[slot] != word) slot = (slot + 1) & mask;
    *known += table[slot] != 0;
  }
  return words;
}

/* Whether a letter or digit of ASCII stands in the first bytes. */
static int has_letter(const u8 *at, const u8 *end) {
  if (end - at > START) end = at + START;
  for (; at < end; at++)
    if (is_letter(*at) || is_digit(*at)) return 1;
  return 0;
}

/* What one byte that is not plain, with those behind it, says of its text. Reads past the end. */
static u32 said_by(const u8 *at) {
  u8 c = at[0], d = at[1], e = at[2];
  if (c < 32) return c == '\r' ? UNCLEAN : c ? (c == '\t' || c == '\n' ? 0 : ODD) : ODD | UNCLEAN;
  if (c == 0x7F) return ODD;
  if (c == '<' || c == '&') return CLOSER;
  if (c == 0xC2) return d <= 0x9F || d == 0xAD ? ODD : 0;
  if (c == 0xC3) return d == 0x82 || d == 0x83 || (d == 0xA2 && e == 0xE2 && at[3] == 0x82 && at[4] == 0xAC) ? UNCLEAN : 0;
  if (c == 0xE2) return (d == 0x80 && e == 0x8B) || (d == 0x81 && e == 0xA0) ? ODD : 0;
  if (c == 0xEE) return ODD;
  if (d < 0xA4) return ODD; /* U+E000 to U+F8FF */
  if (d == 0xBB && e == 0xBF) return ODD | UNCLEAN;
  return d == 0xBF && e >= 0xB9 && e <= 0xBD ? (e == 0xBD ? ODD | UNCLEAN : ODD) : 0;
}

static u32 scan(const u8 *at, const u8 *end) {
  const v128_t control = wasm_i8x16_splat(31), line = wasm_i8x16_splat('\n'), del = wasm_i8x16_splat(0x7F),
               open = wasm_i8x16_splat('<'), amp = wasm_i8x16_splat('&'), c2 = wasm_i8x16_splat((char)0xC2),
               c3 = wasm_i8x16_splat((char)0xC3), e2 = wasm_i8x16_splat((char)0xE2), ee = wasm_i8x16_splat((char)0xEE),
               ef = wasm_i8x16_splat((char)0xEF);
  u32 said = 0;
  for (; at < end; at += 16) {
    v128_t b = wasm_v128_load(at);
    v128_t hit = wasm_v128_andnot(wasm_u8x16_le(b, control), wasm_i8x16_eq(b, line));
    hit = wasm_v128_or(hit, wasm_v128_or(wasm_i8x16_eq(b, del), wasm_i8x16_eq(b, open)));
    hit = wasm_v128_or(hit, wasm_v128_or(wasm_i8x16_eq(b, amp), wasm_i8x16_eq(b, c2)));
    hit = wasm_v128_or(hit, wasm_v128_or(wasm_i8x16_eq(b, c3), wasm_i8x16_eq(b, e2)));
    hit = wasm_v128_or(hit, wasm_v128_or(wasm_i8x16_eq(b, ee), wasm_i8x16_eq(b, ef)));
    for (u32 found = wasm_i8x16_bitmask(hit); found; found &= found - 1) {
      const u8 *which = at + __builtin_ctz(found);
      if (which >= end) break;
      said |= said_by(which);
    }
  }
  return said;
}

/* What there is to say of each of `n` texts that stand one after the other in UTF-8, text i at offsets[i] to offsets[i + 1];
   `table` has room for mask + 1 words. */
EXPORT i32 reading_look(const u8 *text, const i64 *offsets, i64 n, const u64 *table, u32 mask, u8 *said) {
  for (i64 i = 0; i < n; i++) {
    const u8 *begin = text + offsets[i], *end = text + offsets[i + 1], *tail = end - begin > TAIL ? end - TAIL : begin;
    const u8 *start = end_of_points(begin, end, ENGLISH_START);
    i32 known, words = count_words(begin, start, table, mask, &known);
    u32 here = scan(begin, end);
    if (words && (f64)known / words >= ENOUGH_ENGLISH && end_of_points(begin, start, ENOUGH_LETTERS - 1) < start) here |= ENGLISH;
    if (words < FEW_WORDS || end - begin >= EXCEL || !has_letter(begin, end)) here |= CLOSER;
    for (; tail < end; tail++)
      if (*tail == ']') here |= CLOSER;
    said[i] = here;
  }
  return 0;
}
