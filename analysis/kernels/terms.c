/* Ranks and spread of the articles that have a term, for a matrix by columns: measures/terms has the same in NumPy. */
#include "base.h"

/* Sort `n` numbers by `rates`, from the bottom up; `other` is room for as many. Returns where the result is. */
static i32 *sorted(const f64 *rates, i32 *order, i32 *other, i64 n) {
  for (i64 width = 1; width < n; width *= 2) {
    for (i64 begin = 0; begin < n; begin += 2 * width) {
      i64 middle = begin + width < n ? begin + width : n, end = begin + 2 * width < n ? begin + 2 * width : n;
      i64 left = begin, right = middle;
      for (i64 at = begin; at < end; at++)
        other[at] = left < middle && (right >= end || rates[order[left]] <= rates[order[right]]) ? order[left++] : order[right++];
    }
    i32 *swap = order;
    order = other;
    other = swap;
  }
  return order;
}

/* For each column, cells starts[i] to starts[i + 1], the midranks of its rates, and what ties take off the sum of
   squares. `order` and `other` have room for the longest column. */
EXPORT i32 terms_midranks(const f64 *rates, const i64 *starts, i64 n_columns, i32 *order, i32 *other, f64 *ranks, f64 *lost) {
  for (i64 column = 0; column < n_columns; column++) {
    i64 begin = starts[column], n = starts[column + 1] - begin;
    const f64 *rate = rates + begin;
    for (i64 i = 0; i < n; i++) order[i] = i;
    const i32 *by_rate = sorted(rate, order, other, n);
    f64 taken = 0;
    for (i64 first = 0, next; first < n; first = next) {
      for (next = first + 1; next < n && rate[by_rate[next]] == rate[by_rate[first]];) next++;
      f64 size = next - first, rank = first + (size + 1) / 2;
      for (i64 i = first; i < next; i++) ranks[begin + by_rate[i]] = rank;
      taken += (size * size * size - size) / 12;
    }
    lost[column] = taken;
  }
  return 0;
}

/* For each column: how far its articles' shares are from even, their rates added up, and the squares of the rates'
   deviations from their mean over `n_articles`. `n_words` and `shares` are of the articles. */
EXPORT i32 terms_spread(const i32 *rows, const i32 *counts, const i64 *starts, i64 n_columns, const f64 *n_words,
                        const f64 *shares, i64 n_articles, f64 *changes, f64 *rates, f64 *squares) {
  for (i64 column = 0; column < n_columns; column++) {
    i64 begin = starts[column], end = starts[column + 1];
    f64 total = 0, change = 0, rate = 0, square = 0;
    for (i64 i = begin; i < end; i++) total += counts[i];
    for (i64 i = begin; i < end; i++) {
      f64 share = shares[rows[i]], off = counts[i] / total - share;
      change += (off < 0 ? -off : off) - share;
      rate += counts[i] / n_words[rows[i]];
    }
    f64 mean = rate / n_articles;
    for (i64 i = begin; i < end; i++) {
      f64 off = counts[i] / n_words[rows[i]] - mean;
      square += off * off;
    }
    changes[column] = change;
    rates[column] = rate;
    squares[column] = square;
  }
  return 0;
}
