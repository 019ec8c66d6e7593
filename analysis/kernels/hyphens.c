/* The strongest break that any hyphenation pattern gives at each place: analysis/text/syllables.py has the same in NumPy. */
#include <wasm_simd128.h>

#include "hyphens.h"

static void strengthen(u8 *breaks, const u8 *strengths) {
  wasm_v128_store(breaks, wasm_u8x16_max(wasm_v128_load(breaks), wasm_v128_load(strengths)));
}

void hyphens_walk(const Tree *tree, const u8 *letters, i64 n, u8 *breaks) {
  for (i64 start = 0; start < n; start++) {
    u32 state = 0;
    for (const u8 *letter = letters + start; (state = tree->step[state * tree->n_letters + *letter]); letter++) {
      u32 rule = tree->rule[state];
      if (!rule) continue;
      const u8 *strengths = tree->strengths + rule * WIDEST;
      for (int at = 0; at < WIDEST; at += 16) strengthen(breaks + start + at, strengths + at);
    }
  }
}

/* As `hyphens_walk`. */
EXPORT void hyphens_breaks(const u8 *letters, i64 n, const u16 *step, i64 n_letters, const u16 *rule, const u8 *strengths,
                           u8 *breaks) {
  const Tree tree = {step, n_letters, rule, strengths};
  hyphens_walk(&tree, letters, n, breaks);
}
