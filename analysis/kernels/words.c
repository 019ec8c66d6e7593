/* What textstat sees in words: analysis/measures/readability.py says what and why, and has the same in Python. */
#include <wasm_simd128.h>

#include "hyphens.h"
#include "letters.h"
#include "table.h"

enum { MARGIN = 2 }; /* letters that stay together at both ends of a word */

/* How many places a word of ASCII may be hyphenated at, by the tree and the number of each letter in it. `letters` and `breaks`
   have room for WIDEST more than the word. */
static i32 hyphens_of(const u8 *word, i64 n, const Tree *tree, const u8 *code, u8 *letters, u8 *breaks) {
  letters[0] = letters[n + 1] = code['.'];
  letters[n + 2] = 0;
  for (i64 i = 0; i < n; i++) letters[i + 1] = code[word[i] & 127];
  for (i64 at = 0; at < n + 2; at += 16) wasm_v128_store(breaks + at, wasm_i8x16_splat(0));
  hyphens_walk(tree, letters, n + 1, breaks);
  i32 found = 0;
  for (i64 place = 1 + MARGIN; place < n + 2 - MARGIN; place++) found += breaks[place] & 1;
  return found;
}

/* Write a row of readability's features for each of `n` lowercase words of ASCII letters or digits with joiners, or curly
   apostrophes, between them. `syllables` are those of the words of the lexicon `known`; `room` is for three times `longest`,
   of the words, and 256 bytes. */
EXPORT void words_features(const u8 *text, const i64 *edges, i64 n, const Table *easy, const Table *known, const u8 *syllables,
                           const u8 *code, const u16 *step, i64 n_letters, const u16 *rule, const u8 *strengths, i64 longest,
                           u8 *room, i32 *rows) {
  const Tree tree = {step, n_letters, rule, strengths};
  u8 *word = room, *letters = word + longest + 16, *breaks = letters + longest + 2 * WIDEST;
  for (i64 i = 0; i < n; i++, rows += 10) {
    const u8 *at = text + edges[i], *end = text + edges[i + 1];
    i32 size = 0, n_signs = 0;
    for (; at < end; at++) {
      int kept = *at == '\'' && at + 1 < end && keeps_apostrophe(at + 1, end);
      if (!kept && !is_letter(*at) && !is_digit(*at)) continue;
      word[size++] = *at;
      n_signs += kept;
    }
    i32 place = table_find(known, word, size), n_found = size - n_signs;
    i32 sounds = place < 0 ? hyphens_of(word, size, &tree, code, letters, breaks) + 1 : syllables[place];
    int unlisted = table_find(easy, word, size) < 0;
    const i32 row[10] = {
        1,        sounds,
        0, /* characters, which are the chunk's */
        n_found,  sounds >= 3,
        unlisted, unlisted && sounds >= 2,
        unlisted && sounds >= 3, n_found <= 3,
        n_found > 6,
    };
    __builtin_memcpy(rows, row, sizeof row);
  }
}
