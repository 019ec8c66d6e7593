/* The lines of texts that may be captions, boilerplate or copies of a paragraph; reading/quality.py has the same in Arrow. */
#include <wasm_simd128.h>

#include "space.h"
#include "table.h"

static const u64 COPY = 1ull << 63;
enum { LONG_POINTS = 30, LONG_SPACES = 7, MOST_POINTS = 400, LEAST_BYTES = 32 /* of a long line and its break */, CLASSES = 64 };

typedef struct {
  u64 hash;
  u32 begin, size;
} Paragraph;

static const u8 *next_line_break(const u8 *at, const u8 *end) {
  const v128_t line = wasm_i8x16_splat('\n');
  for (; at < end; at += 16) {
    u32 found = wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(at), line));
    if (found) {
      at += __builtin_ctz(found);
      return at < end ? at : end;
    }
  }
  return end;
}

/* Code points and spaces. */
static void measure(const u8 *at, const u8 *end, i64 *points, i64 *spaces) {
  const v128_t inner = wasm_i8x16_splat((char)0xBF), blank = wasm_i8x16_splat(' ');
  *points = *spaces = 0;
  for (; at < end; at += 16) {
    v128_t bytes = wasm_v128_load(at);
    u32 mask = end - at < 16 ? (1u << (end - at)) - 1 : 0xFFFF;
    *points += __builtin_popcount(wasm_i8x16_bitmask(wasm_i8x16_gt(bytes, inner)) & mask);
    *spaces += __builtin_popcount(wasm_i8x16_bitmask(wasm_i8x16_eq(bytes, blank)) & mask);
  }
}

/* What the automaton says of a line. */
static u64 said_of(const u8 *at, const u8 *end, const u8 *classes, const u16 *next, const u64 *said, u32 state) {
  u64 all = 0;
  for (; at < end; at++) {
    state = next[state * CLASSES + classes[*at]];
    all |= said[state];
  }
  return all;
}

/* Of `n` texts that stand one after the other in UTF-8, text i at offsets[i] to offsets[i + 1], the lines, without white space
   around, that are long and the same as one before in their text, or short and of which the automaton says something: the text of
   each, its number there from 1, and COPY or what is said, of 63 bits; short ones also one after the other, with the end of each.
   `paragraphs` and `slots` have room for a 32nd of the bytes of the longest text, and for four times that, and 1 and 8 more.
   Returns how many. */
EXPORT i64 furniture_lines(const u8 *text, const i64 *offsets, i64 n, const u8 *classes, const u16 *next, const u64 *said,
                           i32 state, u64 seed, Paragraph *paragraphs, i32 *slots, i32 *article, i32 *number, u64 *kind, u8 *heap, i64 *ends) {
  i64 n_found = 0, top = 0;
  for (i64 i = 0; i < n; i++) {
    const u8 *at = text + offsets[i], *stop = text + offsets[i + 1];
    i64 n_paragraphs = 0;
    u32 mask = 7;
    while ((i64)mask + 1 < (stop - at) / LEAST_BYTES * 2) mask = mask * 2 + 1;
    __builtin_memset(slots, 0xFF, (mask + 1) * sizeof(i32));
    for (i32 line = 1; at <= stop; line++) {
      const u8 *from = at, *to = next_line_break(at, stop);
      at = to + 1;
      for (u64 white; from < to && (white = space(from));) from += white;
      for (u64 white; from < to && (white = space_before(from, to));) to -= white;
      if (from == to) continue;
      i64 points, spaces;
      u64 what = 0;
      measure(from, to, &points, &spaces);
      if (points > LONG_POINTS && spaces >= LONG_SPACES) {
        Paragraph this = {hash_of(seed, from, to - from), from - text, to - from};
        u32 slot = this.hash & mask;
        for (; slots[slot] >= 0; slot = (slot + 1) & mask) {
          const Paragraph *other = paragraphs + slots[slot];
          if (other->hash == this.hash && other->size == this.size && same(text + other->begin, from, this.size)) break;
        }
        if (slots[slot] >= 0) {
          what = COPY;
        } else {
          slots[slot] = n_paragraphs;
          paragraphs[n_paragraphs++] = this;
        }
      }
      if (points <= MOST_POINTS) what |= said_of(from, to, classes, next, said, state);
      if (!what) continue;
      if (points <= MOST_POINTS) {
        __builtin_memcpy(heap + top, from, to - from);
        top += to - from;
      }
      article[n_found] = i;
      number[n_found] = line;
      kind[n_found] = what;
      ends[n_found++] = top;
    }
  }
  return n_found;
}
