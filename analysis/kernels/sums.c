/* Rows of a table added up along runs of numbers. */
#include "base.h"

enum { WIDTH = 10 };

/* sums[i] is the sum of the rows table[ids[starts[i]]] to table[ids[starts[i + 1] - 1]], ten values each. */
EXPORT i32 sums_of_rows(const i32 *ids, const i64 *starts, i64 n, const i32 *table, i64 *sums) {
  for (i64 i = 0; i < n; i++) {
    i64 total[WIDTH] = {0};
    for (i64 at = starts[i]; at < starts[i + 1]; at++) {
      const i32 *row = table + (i64)ids[at] * WIDTH;
      for (int column = 0; column < WIDTH; column++) total[column] += row[column];
    }
    for (int column = 0; column < WIDTH; column++) sums[i * WIDTH + column] = total[column];
  }
  return 0;
}
