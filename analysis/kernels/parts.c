/* Running terms, and which parts of articles that were cut by themselves (`cut_parts`) are looked at any further. */
#include "base.h"

/* The terms of the pieces of each sentence, one after the other, as far as there is `room`; those of piece p are flat[first[p]]
   and so on, n_terms[p] of them. Sentence i has the pieces sentences[i] to sentences[i + 1]. Writes where the terms of each
   sentence begin, and the end, to `begins`; returns how many terms there are. */
EXPORT i64 parts_terms(const i32 *pieces, const i64 *sentences, i64 n_sentences, const i32 *first, const i32 *n_terms,
                       const i32 *flat, i64 room, i32 *terms, i64 *begins) {
  i64 to = 0;
  for (i64 sentence = 0; sentence < n_sentences; sentence++) {
    begins[sentence] = to;
    for (i64 i = sentences[sentence]; i < sentences[sentence + 1]; i++) {
      i32 n = n_terms[pieces[i]];
      const i32 *row = flat + first[pieces[i]];
      for (i32 k = 0; k < n; k++, to++)
        if (to < room) terms[to] = row[k];
    }
  }
  begins[n_sentences] = to;
  return to;
}

/* Leave out the parts without a chunk that is `wanted`. Part i has counts[i] of the padded chunks, whose places stand beside
   them; both are moved up. Writes the chunk of each padded chunk that is left to `ids`, where each part that is left begins, and
   the end, to `starts`, and which parts those are to `kept`; returns how many. */
EXPORT i64 parts_kept(i32 *padded, i32 *places, const i64 *counts, i64 n, const i32 *chunks, const u8 *wanted, i32 *ids,
                      i64 *starts, u8 *kept) {
  i64 from = 0, to = 0, n_kept = 0;
  starts[0] = 0;
  for (i64 part = 0; part < n; part++) {
    u8 some = 0;
    for (i64 i = 0; i < counts[part]; i++) {
      i32 number = padded[from + i], chunk = chunks[number];
      padded[to + i] = number;
      places[to + i] = places[from + i];
      ids[to + i] = chunk;
      some |= wanted[chunk];
    }
    from += counts[part];
    kept[part] = some;
    if (!some) continue;
    to += counts[part];
    starts[++n_kept] = to;
  }
  return n_kept;
}
