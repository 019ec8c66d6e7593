/* How varied the terms of articles are: measures/terms/diversity.py has the same in NumPy. */
#include "base.h"

static const f64 FACTOR = 0.72;

/* MTLD's factors of `n` terms; seen[i] is the place (from 1) where term i last was in this reading, 0 where it was not. */
static f64 factors(const i32 *seen, i64 n) {
  f64 count = 0;
  i64 begin = 0, types = 0;
  for (i64 i = 0; i < n; i++) {
    types += seen[i] <= begin;
    if (types < FACTOR * (f64)(i + 1 - begin)) {
      count += 1;
      begin = i + 1;
      types = 0;
    }
  }
  if (begin < n) count += (1 - (f64)types / (f64)(n - begin)) / (1 - FACTOR);
  return count;
}

/* For each article, whose terms are ids[starts[i]] to ids[starts[i + 1]]: the types of all its windows of `window` terms
   added up, and the factors of MTLD read forward and backward. `last` has room for all terms' numbers, all 0; `before` and
   `behind` for the longest article and one more. */
EXPORT i32 diversity_counts(const i32 *ids, const i64 *starts, i64 n_articles, i64 window, i32 *last, i32 *before, i32 *behind,
                            i64 *types, f64 *forward, f64 *backward) {
  for (i64 article = 0; article < n_articles; article++) {
    const i32 *run = ids + starts[article];
    i64 n = starts[article + 1] - starts[article], total = 0;
    for (i64 i = 0; i < n; i++) {
      i32 seen = last[run[i]];
      last[run[i]] = i + 1;
      before[i] = seen;
      /* Read backward: for the previous occurrence this is the one before. Where there is none, it is written behind the end. */
      behind[n - 1 - i] = 0;
      behind[n - seen] = n - i;
    }
    for (i64 i = 0; i < n; i++) last[run[i]] = 0;
    for (i64 i = 0; i < n; i++) {
      /* A term adds a type to the windows that hold it but not its previous occurrence. */
      i64 lowest = i - window + 1, highest = i < n - window ? i : n - window;
      if (lowest < before[i]) lowest = before[i];
      if (highest >= lowest) total += highest - lowest + 1;
    }
    types[article] = total;
    forward[article] = factors(before, n);
    backward[article] = factors(behind, n);
  }
  return 0;
}
