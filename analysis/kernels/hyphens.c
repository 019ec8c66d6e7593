/* The strongest break that any hyphenation pattern gives at each place: analysis/text/syllables.py has the same in NumPy. */
#include "base.h"

/* Walk the tree of patterns from each of `n` letters; behind the last there are `deepest` more, 0. `step` is state × letter
   -> state, 0 for none; `strengths` state × place (`deepest` of them); `n_places` how many of these count. */
EXPORT i32 hyphens_breaks(const u8 *letters, i64 n, const i32 *step, i64 n_letters, const u8 *strengths, const u8 *n_places,
                          i64 deepest, u8 *breaks) {
  for (i64 start = 0; start < n; start++) {
    i32 state = 0;
    for (i64 depth = 0; depth < deepest; depth++) {
      state = step[state * n_letters + letters[start + depth]];
      if (!state) break;
      const u8 *strength = strengths + state * deepest;
      for (i32 place = 0; place < n_places[state]; place++)
        if (strength[place] > breaks[start + place]) breaks[start + place] = strength[place];
    }
  }
  return 0;
}
