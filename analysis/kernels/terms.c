/* Ranks and spread of the articles that have a term, for a matrix by columns: measures/terms has the same in NumPy. */
#include "base.h"

/* A normal distribution has all of its chance below NEAR, and none below -FAR, to the last digit of a number. */
#define NEAR 9
#define FAR 40
/* So many are sorted one by one. */
#define SMALL 8

typedef struct {
  f64 rate;
  i64 at;
} Rated;

/* Sort by rate, from the bottom up; `other` is room for as many. Returns where the result is. */
static Rated *sorted(Rated *cells, Rated *other, i64 n) {
  for (i64 begin = 0; begin < n; begin += SMALL)
    for (i64 next = begin + 1; next < n && next < begin + SMALL; next++) {
      Rated cell = cells[next];
      i64 to = next;
      for (; to > begin && cells[to - 1].rate > cell.rate; to--) cells[to] = cells[to - 1];
      cells[to] = cell;
    }
  for (i64 width = SMALL; width < n; width *= 2) {
    for (i64 begin = 0; begin < n; begin += 2 * width) {
      i64 middle = begin + width < n ? begin + width : n, end = begin + 2 * width < n ? begin + 2 * width : n;
      const Rated *left = cells + begin, *right = cells + middle, *left_end = right, *right_end = cells + end;
      Rated *to = other + begin;
      while (left < left_end && right < right_end) {
        int first = left->rate <= right->rate;
        *to++ = *(first ? left : right);
        left += first;
        right += !first;
      }
      while (left < left_end) *to++ = *left++;
      while (right < right_end) *to++ = *right++;
    }
    Rated *swap = cells;
    cells = other;
    other = swap;
  }
  return cells;
}

/* For each column, cells starts[i] to starts[i + 1], the midranks of its rates, and what ties take off the sum of
   squares. `cells` and `other` have room for the longest column. */
EXPORT i32 terms_midranks(const f64 *rates, const i64 *starts, i64 n_columns, Rated *cells, Rated *other, f64 *ranks, f64 *lost) {
  for (i64 column = 0; column < n_columns; column++) {
    i64 begin = starts[column], n = starts[column + 1] - begin;
    for (i64 i = 0; i < n; i++) cells[i] = (Rated){rates[begin + i], begin + i};
    const Rated *by_rate = sorted(cells, other, n);
    f64 taken = 0;
    for (i64 first = 0, next; first < n; first = next) {
      for (next = first + 1; next < n && by_rate[next].rate == by_rate[first].rate;) next++;
      f64 size = next - first, rank = first + (size + 1) / 2;
      for (i64 i = first; i < next; i++) ranks[by_rate[i].at] = rank;
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

/* What the rank-sum test of each term asks the normal distribution; or, from its answers, the chances of as large and
   of as small a sum of ranks. Term i is of kind of[i]: m articles have it, of which lows to highs may be of the target,
   with chances from begins[kind] on. Without `answers` the questions are written to `scores` and counted; the answers
   come in their order. The same as `_tails` in measures/terms/keyness.py, operation by operation. */
EXPORT i64 terms_rank_sums(const i32 *of, const f64 *totals, const f64 *spreads, i64 n_terms, const i64 *ms, const i64 *lows,
                           const i64 *highs, const i64 *begins, const f64 *chances, i64 n, i64 n_target, f64 *scores,
                           i64 answered, f64 *ups, f64 *downs) {
  i64 asked = 0;
  for (i64 term = 0; term < n_terms; term++) {
    i64 kind = of[term], m = ms[kind], low = lows[kind], high = highs[kind];
    const f64 *chance = chances + begins[kind] - low;
    f64 up = 0, down = 0, cells = m * (m - 1.0);
    if (cells < 1) cells = 1;
    for (i64 k = low; k <= high; k++) {
      f64 needed = totals[term] - (f64)(k * (n - m)) - (f64)((n_target - k) * (n - m + 1)) / 2;
      f64 least = (f64)(k * (k + 1)) / 2, most = (f64)(k * (2 * m - k + 1)) / 2;
      f64 above = needed - 0.5 < least, below = needed + 0.5 > most;
      int open_above = !above && needed - 0.5 < most, open_below = !below && needed + 0.5 > least;
      if (open_above || open_below) {
        f64 mean = (f64)(k * (m + 1)) / 2, variance = (f64)(k * (m - k)) / cells * spreads[term];
        f64 deviation = __builtin_sqrt(variance > 0 ? variance : 0);
        if (deviation == 0) {
          if (open_above) above = mean > needed - 0.5;
          if (open_below) below = mean < needed + 0.5;
        } else {
          f64 over = (mean - needed + 0.5) / deviation, under = (needed - mean + 0.5) / deviation;
          if (open_above && over > NEAR) above = 1;
          else if (open_above && over >= -FAR) {
            if (answered) above = scores[asked];
            else scores[asked] = over;
            asked++;
          }
          if (open_below && under > NEAR) below = 1;
          else if (open_below && under >= -FAR) {
            if (answered) below = scores[asked];
            else scores[asked] = under;
            asked++;
          }
        }
      }
      up += chance[k] * above;
      down += chance[k] * below;
    }
    ups[term] = up;
    downs[term] = down;
  }
  return asked;
}
