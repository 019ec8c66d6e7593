/* Parts of articles that were cut by themselves (`cut_parts`): those that are looked at any further. */
#include "base.h"

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
