/* The tree of hyphenation patterns: analysis/text/syllables.py says what it is. */
#pragma once
#include "base.h"

enum { WIDEST = 32 }; /* bytes of a row of strengths, which is more than any pattern has */

typedef struct {
  const u16 *step; /* state × letter -> state, 0 for none, as for letter 0 */
  i64 n_letters;
  const u16 *rule; /* of each state: its row of strengths, 0 for none */
  const u8 *strengths;
} Tree;

/* Walk the tree from each of `n` letters, and keep in `breaks` the strongest break that any pattern gives at each place. Behind
   the letters there is one that is 0, and behind the breaks room for WIDEST more. */
void hyphens_walk(const Tree *tree, const u8 *letters, i64 n, u8 *breaks);
