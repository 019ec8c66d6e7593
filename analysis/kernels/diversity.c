/* How varied the terms of articles are: measures/terms/diversity.py has the same in NumPy. */
#include "base.h"

static const f64 FACTOR = 0.72;

/* MTLD's factors, reading from `at` by `step` for `n` terms. `last` remembers the place (from 1) where each term of this
   reading last was; it is all 0 and is left so. */
static f64 factors(const i32 *at, i64 step, i64 n, i32 *last) {
  f64 count = 0;
  i64 begin = 0, types = 0;
  for (i64 i = 0; i < n; i++) {
    i32 id = at[i * step];
    types += last[id] <= begin;
    last[id] = i + 1;
    if (types < FACTOR * (f64)(i + 1 - begin)) {
      count += 1;
      begin = i + 1;
      types = 0;
    }
  }
  if (begin < n) count += (1 - (f64)types / (f64)(n - begin)) / (1 - FACTOR);
  for (i64 i = 0; i < n; i++) last[at[i * step]] = 0;
  return count;
}

/* For each article, whose terms are ids[starts[i]] to ids[starts[i + 1]]: the types of all its windows of `window` terms
   added up, and the factors of MTLD read forward and backward. `last` has room for all terms' numbers, all 0. */
EXPORT i32 diversity_counts(const i32 *ids, const i64 *starts, i64 n_articles, i64 window, i32 *last, i64 *types,
                            f64 *forward, f64 *backward) {
  for (i64 article = 0; article < n_articles; article++) {
    const i32 *run = ids + starts[article];
    i64 n = starts[article + 1] - starts[article], total = 0;
    for (i64 i = 0; i < n; i++) {
      /* A term adds a type to the windows that hold it but not its previous occurrence. */
      i64 lowest = i - window + 1, highest = i < n - window ? i : n - window;
      if (lowest < 0) lowest = 0;
      if (lowest < last[run[i]]) lowest = last[run[i]];
      last[run[i]] = i + 1;
      if (highest >= lowest) total += highest - lowest + 1;
    }
    for (i64 i = 0; i < n; i++) last[run[i]] = 0;
    types[article] = total;
    forward[article] = factors(run, 1, n, last);
    backward[article] = factors(run + n - 1, -1, n, last);
  }
  return 0;
}
