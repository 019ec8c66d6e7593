/* Texts cut at white space, each distinct chunk (with the white space behind it) numbered; and new chunks taken apart
   into signs, a word, signs. */
#include <wasm_simd128.h>

#include "letters.h"
#include "space.h"
#include "table.h"

enum { PADDED, CHUNKS, TERMS, TEMPLATES, N_TABLES };
static Table tables[N_TABLES];

/* Forget every string. Returns -1 when memory is full. */
EXPORT i32 cut_reset(u64 seed) {
  for (int i = 0; i < N_TABLES; i++)
    if (!table_reset(tables + i, seed + i)) return -1;
  return 0;
}

static const Table *table_of(i32 which) { return tables + which; }

/* The strings of a table (0: padded chunks, 1: chunks, 2: terms and words, 3: templates): how many, where each begins, their bytes. */
EXPORT i64 cut_known(i32 which) { return table_of(which)->n; }
EXPORT const u32 *cut_begins(i32 which) { return table_of(which)->begins; }
EXPORT const u8 *cut_arena(i32 which) { return table_of(which)->arena; }

/* Which of the 16 bytes at `text` are white space, and which may begin some outside ASCII. */
static void look(const u8 *text, u64 shift, u64 *is_white, u64 *leads) {
  v128_t bytes = wasm_v128_load(text), five = wasm_i8x16_splat(5);
  v128_t control = wasm_u8x16_lt(wasm_i8x16_sub(bytes, wasm_i8x16_splat(9)), five);
  v128_t others = wasm_u8x16_lt(wasm_i8x16_sub(bytes, wasm_i8x16_splat(28)), five);
  v128_t two = wasm_i8x16_eq(bytes, wasm_i8x16_splat((char)0xC2));
  v128_t three = wasm_u8x16_lt(wasm_i8x16_sub(bytes, wasm_i8x16_splat((char)0xE1)), wasm_i8x16_splat(3));
  *is_white |= (u64)wasm_i8x16_bitmask(wasm_v128_or(control, others)) << shift;
  *leads |= (u64)wasm_i8x16_bitmask(wasm_v128_or(two, three)) << shift;
}

/* Number the chunks of `n` texts that stand one after the other in UTF-8, text i at offsets[i] to offsets[i + 1].
   Writes the numbers to `ids` and how many each text has to `counts`; returns their sum, or -1 when memory is full.
   Looks at 64 bytes at a time, some of them past the end. */
EXPORT i64 cut_texts(const u8 *text, const i64 *offsets, i64 n, i32 *ids, i64 *counts) {
  enum { SOME = MOST_AT_ONCE - 64 };
  const u8 *begins[MOST_AT_ONCE + 1];
  i32 *next = ids;
  for (i64 i = 0; i < n; i++) {
    const u8 *at = text + offsets[i], *end = text + offsets[i + 1];
    i32 *first = next, waiting = 0;
    u64 behind_white = 0, wide = 0; /* whether the byte before is white space; how many bytes of wide space go on here */
    for (int is_first = 1; at < end; at += 64, is_first = 0) {
      u64 is_white = 0, leads = 0, left = end - at;
      for (u64 k = 0; k < 64; k += 16) look(at + k, k, &is_white, &leads);
      if (left < 64) leads &= (1ull << left) - 1;
      is_white |= (1ull << wide) - 1;
      wide = 0;
      for (; leads; leads &= leads - 1) {
        u64 place = __builtin_ctzll(leads), size = space(at + place);
        is_white |= ((1ull << size) - 1) << place;
        if (place + size > 64) wide = place + size - 64;
      }
      /* The first byte of a text begins a chunk, be it white space. */
      u64 found = (~is_white & (is_white << 1 | behind_white)) | is_first;
      behind_white = is_white >> 63;
      if (left < 64) found &= (1ull << left) - 1;
      for (; found; found &= found - 1) begins[waiting++] = at + __builtin_ctzll(found);
      if (waiting <= SOME) continue;
      if (!table_numbers(tables + PADDED, begins, waiting - 1, next)) return -1; /* the last one's end is still to come */
      next += waiting - 1;
      begins[0] = begins[waiting - 1];
      waiting = 1;
    }
    begins[waiting] = end;
    if (!table_numbers(tables + PADDED, begins, waiting, next)) return -1;
    next += waiting;
    counts[i] = next - first;
  }
  return next - ids;
}

/* Code points of some UTF-8. */
static i32 points(const u8 *text, const u8 *end) {
  i32 n = 0;
  while (text < end) n += (*text++ & 0xC0) != 0x80;
  return n;
}

/* Bytes of the code point at `text`. */
static i32 point_size(const u8 *text, const u8 *end) {
  i32 n = 1;
  while (text + n < end && (text[n] & 0xC0) == 0x80) n++;
  return n;
}

/* The white space behind a chunk: 0, 1 for a line break, 2 for more of them, as str.splitlines counts. */
static u8 break_of(const u8 *at, const u8 *end) {
  int lines = 0;
  while (at < end) {
    u8 c = *at;
    if (c == '\r' && at + 1 < end && at[1] == '\n') at++;
    if ((c >= 10 && c <= 13) || (c >= 28 && c <= 30)) lines++;
    else if (c == 0xC2 && at + 1 < end && at[1] == 0x85) lines++;
    else if (c == 0xE2 && at + 2 < end && at[1] == 0x80 && at[2] == 0xA8) lines++;
    else if (c == 0xE2 && at + 2 < end && at[1] == 0x80 && at[2] == 0xA9) return 2;
    at++;
  }
  return lines > 1 ? 2 : lines;
}

/* Look at the padded chunks from number `first` on: the number of each one's chunk (-1: only white space), its length in
   code points and its break. Returns -1 when memory is full. */
EXPORT i32 cut_padded(i64 first, i32 *chunks, i32 *lengths, u8 *breaks) {
  const Table *padded = tables + PADDED;
  for (i64 i = first; i < (i64)padded->n; i++) {
    const u8 *text = padded->arena + padded->begins[i], *end = padded->arena + padded->begins[i + 1], *at = text;
    while (at < end && !space(at)) at++;
    i32 number = at == text ? -1 : table_number(tables + CHUNKS, text, at - text);
    if (at > text && number < 0) return -1;
    *chunks++ = number;
    *lengths++ = points(text, end);
    *breaks++ = break_of(at, end);
  }
  return 0;
}

/* Number `n` strings of a table, string i at text[begins[i]] to text[begins[i + 1]]; -1 when memory is full. */
EXPORT i32 cut_numbers(i32 which, const u8 *text, const i64 *begins, i64 n, i32 *numbers) {
  for (i64 i = 0; i < n; i++)
    if ((numbers[i] = table_number(tables + which, text + begins[i], begins[i + 1] - begins[i])) < 0) return -1;
  return 0;
}

/* ---- signs, a word, signs: analysis/text/shapes.py says what they are for and has the same rule as an expression ---- */

enum { LEADS = 1, TRAILS = 2 };
/* Signs that may stand before or after the word of a chunk. */
static const u8 sign[256] = {
    ['"'] = 3, ['#'] = 3, ['$'] = 3, ['%'] = 3, ['&'] = 3, ['('] = 3, [')'] = 3, ['*'] = 3, ['+'] = 3, ['-'] = 3,
    ['/'] = 3, ['<'] = 3, ['='] = 3, ['>'] = 3, ['@'] = 3, ['['] = 3, [']'] = 3, ['{'] = 3, ['|'] = 3, ['}'] = 3,
    ['~'] = 3, [','] = 3, [':'] = 3, [';'] = 3, ['\''] = 3, ['.'] = 2, ['!'] = 2, ['?'] = 2,
};

/* Length of the sign at `text` if it may stand there, else 0; outside ASCII: curly quotation marks, dashes, ellipsis. */
static u64 sign_at(const u8 *text, const u8 *end, u8 where) {
  if (sign[*text] & where) return 1;
  if (*text != 0xE2 || text + 2 >= end || text[1] != 0x80) return 0;
  u8 last = text[2];
  if (last == 0x93 || last == 0x94 || last == 0x98 || last == 0x99 || last == 0x9C || last == 0x9D) return 3;
  return last == 0xA6 && where == TRAILS ? 3 : 0;
}

enum { MOST_SIGNS = 24, LONGEST_WORD = 100, ROOM = 8 };

/* What a chunk is taken apart into: the numbers of its template, of its lowercase word and of the word's term, which has
   straight apostrophes; and the word's length in code points. */
typedef struct {
  i32 template, word, term, length;
} Apart;

/* Copy bytes; up to 7 more are read and written. */
static void copy(u8 *out, const u8 *from, u64 n) {
  for (u64 at = 0; at < n; at += 8) __builtin_memcpy(out + at, from + at, 8);
}

/* Take one chunk apart; template and word stay -1 where it is not signs, a word, signs. Returns 0 when memory is full. */
static int apart(const u8 *text, const u8 *end, Apart *out) {
  *out = (Apart){-1, -1, -1, 0};
  if (end - text > LONGEST_WORD) return 1;
  u8 lower[LONGEST_WORD + ROOM], shape[2 * MOST_SIGNS + 32 + ROOM];
  const u8 *at = text;
  u64 step;
  while (at < end && (step = sign_at(at, end, LEADS))) at += step;
  const u8 *core = at;
  if (at == end || core - text > MOST_SIGNS) return 1;
  u32 n = 0, n_letters = 0, n_upper = 0, joiners = 0, late_upper = 0, n_curly = 0, size = core - text;
  copy(shape, text, size);
  int first_upper = *at < 'a', number = is_digit(*at);
  if (number) {
    if (core > text && core[-1] == '\'') return 1;
    shape[size++] = 'd';
    while (at < end && size < MOST_SIGNS + 24) {
      int joint = (*at == '.' || *at == ',' || *at == ':') && at + 1 < end && is_digit(at[1]);
      if (!is_digit(*at) && !joint) break;
      n_letters++;
      lower[n++] = *at;
      shape[size++] = joint ? *at : '0';
      at++;
    }
    if (at < end && is_digit(*at)) return 1;
  } else {
    if (!is_letter(*at) || (core > text && core[-1] == '\'' && keeps_apostrophe(at, end))) return 1;
    while (at < end) {
      if (is_letter(*at)) {
        int upper = *at < 'a';
        n_upper += upper;
        late_upper += upper && (joiners & 1);
        n_letters++;
        lower[n++] = *at++ | 32;
      } else if (at + 1 < end && *at == '\'' && is_letter(at[1])) {
        joiners |= 1;
        lower[n++] = *at++;
      } else if (at + 1 < end && *at == '-' && is_letter(at[1])) {
        joiners |= 2;
        lower[n++] = *at++;
      } else if (at + 3 < end && at[0] == 0xE2 && at[1] == 0x80 && at[2] == 0x99 && is_letter(at[3])) {
        joiners |= 4;
        lower[n++] = 0xE2, lower[n++] = 0x80, lower[n++] = 0x99;
        n_curly++;
        at += 3;
      } else
        break;
    }
  }
  const u8 *rest = at;
  while (at < end && (step = sign_at(at, end, TRAILS))) at += step;
  int bare = core == text && rest == end;
  /* Capitals behind a straight apostrophe are textstat's business; short words among signs are VADER's smileys. */
  if (at < end || end - rest > MOST_SIGNS || late_upper || n_letters < (bare ? 2 : 3)) return 1;
  if (!number) {
    shape[size++] = !n_upper ? 'l' : n_upper == n_letters ? 'U' : first_upper ? (n_upper == 1 ? 'C' : 'M') : 'm';
    shape[size++] = '0' + joiners;
  }
  copy(shape + size, rest, end - rest);
  size += end - rest;
  out->length = n - 2 * n_curly;
  if ((out->template = table_number(tables + TEMPLATES, shape, size)) < 0) return 0;
  if ((out->term = out->word = table_number(tables + TERMS, lower, n)) < 0) return 0;
  if (!n_curly) return 1;
  u32 straight = 0;
  for (u32 i = 0; i < n; i++) {
    int curly = lower[i] == 0xE2;
    lower[straight++] = curly ? '\'' : lower[i];
    if (curly) i += 2;
  }
  return (out->term = table_number(tables + TERMS, lower, straight)) >= 0;
}

/* Take the chunks from number `first` on apart, and write their lengths in code points. Returns -1 when memory is full. */
EXPORT i32 cut_apart(i64 first, Apart *out, i32 *lengths) {
  const Table *chunks = tables + CHUNKS;
  for (i64 i = first; i < (i64)chunks->n; i++) {
    const u8 *text = chunks->arena + chunks->begins[i], *end = chunks->arena + chunks->begins[i + 1];
    *lengths++ = points(text, end);
    if (!apart(text, end, out++)) return -1;
  }
  return 0;
}

/* The pieces of `n` chunks: the chunk itself, or the row of `flat` of one that is glued. Article i has the chunks starts[i] to
   starts[i + 1]. Writes each piece with its chunk's place and the white space behind it, as far as there is `room`, and where
   articles begin in the pieces; returns how many pieces there are. */
EXPORT i64 cut_pieces(const i32 *chunks, const i32 *padded, const i64 *starts, i64 n_articles, const u8 *n_pieces, const i32 *first,
                      const i32 *flat, const u8 *breaks, i64 room, i32 *pieces, i32 *of_chunk, u8 *behind, i64 *piece_starts) {
  i64 at = 0;
  for (i64 article = 0; article < n_articles; article++) {
    piece_starts[article] = at;
    for (i64 i = starts[article]; i < starts[article + 1]; i++) {
      i32 chunk = chunks[i];
      u8 n = n_pieces[chunk];
      const i32 *row = n > 1 ? flat + first[chunk] : &chunk;
      if (at + n > room) {
        at += n;
        continue;
      }
      for (u8 k = 0; k < n; k++, at++) {
        pieces[at] = row[k];
        of_chunk[at] = i;
        behind[at] = k + 1 < n ? 0 : breaks[padded[i]];
      }
    }
  }
  piece_starts[n_articles] = at;
  return at;
}

/* ---- parts of articles ---- */

/* The number of a padded chunk's code points from `begin` to `end`. */
static i32 number_part(i32 padded, i64 begin, i64 end) {
  const Table *known = tables + PADDED;
  const u8 *at = known->arena + known->begins[padded], *stop = known->arena + known->begins[padded + 1];
  for (; begin && at < stop; begin--, end--) at += point_size(at, stop);
  const u8 *last = at;
  for (; end && last < stop; end--) last += point_size(last, stop);
  /* A new string may move the others, so that it must not be one of them. */
  u8 few[256], *copy = few;
  u64 size = last - at;
  if (size + 8 > sizeof few && !(copy = take(size + 8))) return -1;
  __builtin_memcpy(copy, at, size);
  i32 number = table_number(tables + PADDED, copy, size);
  if (copy != few) give(copy, size + 8);
  return number;
}

/* Where each chunk begins in its article, in code points; the first of an article at lead[article]. */
EXPORT void cut_places(const i32 *padded, const i64 *starts, i64 n_articles, const i64 *lead, const i32 *lengths, i32 *places) {
  for (i64 article = 0; article < n_articles; article++) {
    i64 place = lead[article];
    for (i64 i = starts[article]; i < starts[article + 1]; i++) {
      places[i] = place;
      place += lengths[padded[i]];
    }
  }
}

/* The first chunk from `low` to `high` that begins behind `place`. */
static i64 first_behind(const i32 *places, i64 low, i64 high, i64 place) {
  while (low < high) {
    i64 middle = (low + high) / 2;
    if (places[middle] <= place)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Cut parts of articles as texts of their own: part i is begin[i] to end[i], in code points, of article[i], whose chunk k begins
   at places[k]. All padded chunks but the first and the last of a part are the article's own. Writes the numbers to `ids` and
   the places to `where`, which have room for so many, and how many each part has to `counts`; returns the sum of the counts, or
   -1 when there is no more room. */
EXPORT i64 cut_parts(const i32 *padded, const i64 *starts, const i32 *places, const i32 *lengths, const i32 *chunks,
                     const i32 *chunk_lengths, const i64 *article, const i64 *begin, const i64 *end, i64 n_parts, i32 *ids,
                     i32 *where, i64 room, i64 *counts) {
  i64 n = 0;
  for (i64 part = 0; part < n_parts; part++) {
    i64 first = starts[article[part]], last = starts[article[part] + 1], from = begin[part], to = end[part], before = n;
    i64 at = first_behind(places, first, last, from);
    if (at > first) at--;
    last = first_behind(places, at, last, to - 1);
    if (n + last - at > room) return -1;
    while (at < last) {
      i32 number = padded[at];
      i64 place = places[at], length = lengths[number], left = from > place ? from - place : 0;
      i64 right = to < place + length ? to - place : length, more = last - at - 2;
      at++;
      if (left < right && !(left && left >= chunk_lengths[chunks[number]])) { /* not only white space */
        if ((left || right < length) && (number = number_part(number, left, right)) < 0) return -1;
        where[n] = place + left;
        ids[n++] = number;
      }
      if (more <= 0) continue;
      __builtin_memcpy(ids + n, padded + at, more * sizeof(i32));
      __builtin_memcpy(where + n, places + at, more * sizeof(i32));
      n += more;
      at += more;
    }
    counts[part] = n - before;
  }
  return n;
}

/* Where the sentences of parts begin: at a part's first piece, at the first in another of the article's sentences than the piece
   before, and at a cut inside a chunk. of_chunk[i] is the chunk of piece i (none: each is one), which is ids[chunk], begins at
   places[chunk] and is cut at flat[first[id]], … Part i has the pieces starts[i] to starts[i + 1]. sentence_begins is where each
   of all the articles' sentences begins in its article, which has the sentences sentences[article] to sentences[article + 1].
   Writes each piece that begins one, and which of all sentences that is of; returns how many. */
EXPORT i64 cut_sentences(const i32 *ids, const i32 *places, const i32 *of_chunk, const i32 *first, const i32 *flat,
                         const i64 *starts, const i64 *article, i64 n_parts, const i64 *sentence_begins, const i64 *sentences,
                         i64 *begins, i64 *which) {
  i64 n = 0, sentence = 0;
  for (i64 part = 0; part < n_parts; part++) {
    i64 last = sentences[article[part] + 1] - 1, inside = 0;
    if (!part || article[part] != article[part - 1]) sentence = sentences[article[part]];
    for (i64 i = starts[part]; i < starts[part + 1]; i++) {
      i64 chunk = of_chunk ? of_chunk[i] : i;
      int new = i == starts[part];
      inside = !new && of_chunk && chunk == of_chunk[i - 1] ? inside + 1 : 0;
      i64 place = places[chunk];
      if (inside) {
        place += flat[first[ids[chunk]] + inside];
        new = 1;
      }
      for (; sentence < last && sentence_begins[sentence + 1] <= place; sentence++) new = 1;
      if (!new) continue;
      begins[n] = i;
      which[n++] = sentence;
    }
  }
  return n;
}
