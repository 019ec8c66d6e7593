/* Where patterns of words stand in running text: text/patterns.py says what they are and has the same in NumPy. */
#include "base.h"

/* Whether a term with this signature is one of those that term pattern `part` stands for. */
static int stands_for(const i64 *part_starts, const i32 *parts, i32 signature, i64 part) {
  for (i64 at = part_starts[signature]; at < part_starts[signature + 1]; at++)
    if (parts[at] == part) return 1;
  return 0;
}

enum { SOME = 1024 };

/* Find patterns: `signature` of each distinct term, 0 for none of the term patterns; those of signature s are parts[part_starts[s]:part_starts[s + 1]], and the
   patterns it may begin to match, from their term number `anchor`, emitted[starts[s]:starts[s + 1]]. Sentences begin at
   `sentences` (n_sentences of them). `places` is pattern × n_places. Writes position * n_patterns + pattern of the first `room`
   matches, in the order in which they are met, and returns how many there are. */
EXPORT i32 patterns_find(const i32 *ids, i64 n, const i64 *sentences, i64 n_sentences, const i32 *signature, const i64 *starts,
                         const i64 *emitted, const i64 *part_starts, const i32 *parts, const i64 *anchor, const i64 *lengths,
                         const i64 *places, i64 n_places, i64 n_patterns, i64 room, i64 *keys) {
  i64 found = 0, sentence = 0, begin = 0, end = n;
  for (i64 from = 0; from < n; from += SOME) {
    /* First the few terms that may begin to match, so that the loop over all of them does not branch. */
    i64 some = n - from < SOME ? n - from : SOME, n_telling = 0;
    i32 telling[SOME];
    for (i64 i = 0; i < some; i++) {
      telling[n_telling] = i;
      n_telling += signature[ids[from + i]] != 0;
    }
    for (i64 told = 0; told < n_telling; told++) {
      i64 i = from + telling[told];
      i32 here = signature[ids[i]];
      while (sentence < n_sentences && sentences[sentence] <= i) begin = sentences[sentence++];
      end = sentence < n_sentences ? sentences[sentence] : n;
      for (i64 at = starts[here]; at < starts[here + 1]; at++) {
        i64 pattern = emitted[at], length = lengths[pattern], first = i - anchor[pattern];
        int holds = 1;
        if (length > 1) {
          holds = first >= begin && first + length <= end;
          for (i64 k = 0; holds && k < length; k++) {
            i64 part = places[pattern * n_places + k];
            if (part >= 0) holds = stands_for(part_starts, parts, signature[ids[first + k]], part);
          }
        }
        if (!holds) continue;
        if (found < room) keys[found] = first * n_patterns + pattern;
        found++;
      }
    }
  }
  return found > 0x7fffffff ? -1 : (i32)found;
}

/* ---- terms that begin, or end, as term patterns do ---- */

typedef struct {
  const u8 *text;
  const i64 *edges;
  i64 n;
} Heads;

static i64 size_of(const Heads *heads, i64 i) { return heads->edges[i + 1] - heads->edges[i]; }

/* The first head from `low` to `high`, all of which are longer than `depth` and alike up to there, that goes on with `byte` or
   a higher one. */
static i64 first_from(const Heads *heads, i64 low, i64 high, i64 depth, u32 byte) {
  while (low < high) {
    i64 middle = (low + high) / 2;
    if (heads->text[heads->edges[middle] + depth] < byte)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Find the heads, which are sorted, that terms begin with; or, `turned`, end with: then heads are written backwards. Writes the
   term and the head of the first `room` pairs, and returns how many there are; -1 when they are too many. */
EXPORT i32 patterns_heads(const u8 *text, const i64 *edges, i64 n, const u8 *head_text, const i64 *head_edges, i64 n_heads,
                          i32 turned, i64 room, i32 *pairs) {
  const Heads heads = {head_text, head_edges, n_heads};
  i64 found = 0, empty = 0, firsts[257];
  while (empty < n_heads && !size_of(&heads, empty)) empty++;
  for (u32 byte = 0; byte <= 256; byte++) firsts[byte] = first_from(&heads, empty, n_heads, 0, byte);
  for (i64 term = 0; term < n; term++) {
    const u8 *begin = text + edges[term];
    i64 length = edges[term + 1] - edges[term], low = 0, high = empty;
    for (i64 depth = 0;; depth++) {
      for (; low < high && size_of(&heads, low) == depth; low++, found++) {
        if (found >= room) continue;
        pairs[2 * found] = term;
        pairs[2 * found + 1] = low;
      }
      if (depth == length) break;
      u32 byte = turned ? begin[length - 1 - depth] : begin[depth];
      if (depth) {
        low = first_from(&heads, low, high, depth, byte);
        high = first_from(&heads, low, high, depth, byte + 1);
      } else {
        low = firsts[byte];
        high = firsts[byte + 1];
      }
      if (low == high) break;
    }
  }
  return found > 0x7fffffff ? -1 : (i32)found;
}
