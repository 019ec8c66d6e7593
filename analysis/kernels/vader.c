/* The valence of each lexicon word in its context: measures/_vader.py says what the bits mean and has the same in NumPy. */
#include "base.h"

enum {
  KEY = 63,
  IN_LEXICON = 1 << 6,
  HIT = 1 << 7,
  UPPER = 1 << 8,
  RAISES = 1 << 9,
  LOWERS = 1 << 10,
  NEGATES = 1 << 11,
  BUT = 1 << 12,
  SO = 1 << 13,
  ACTS = 1 << 14,
  IDIOM = 1 << 15,
  EMOJI = 1 << 16,
  EXCLAMATIONS = 17,
  QUESTIONS = 20,
  VALENCE = 23,
};

/* Longest phrase that is looked for, and the most values that a text may have for its `but` to be done here: the
   library's loop takes time with their square. */
enum { LONGEST = 5, MOST_VALUES = 1500 };

typedef struct {
  f64 capitals, negation, raises, lowers;
  f64 valences[128];
  /* Keys of the words that rules name. */
  i32 no, or, nor, kind, of, least, at, very, never, without, doubt;
  i32 n_idioms, n_boosters;
  /* Phrases: their words' keys, 0 behind the last. */
  i32 idioms[64][LONGEST];
  i32 boosters[64][LONGEST];
  f64 idiom_values[64];
  f64 booster_values[64];
} Rules;

static int is_phrase(const i32 *phrase, const i32 *keys, int n) {
  for (int i = 0; i < n; i++)
    if (!keys[i] || phrase[i] != keys[i]) return 0;
  return n == LONGEST || !phrase[n];
}

static int find(const i32 phrases[][LONGEST], i32 n_phrases, const i32 *keys, int n) {
  for (int i = 0; i < n_phrases; i++)
    if (is_phrase(phrases[i], keys, n)) return i;
  return -1;
}

/* Whether all words of a text are in capitals: 1, 0; asked for at most once for each text. */
static int all_upper(const i32 *begin, const i32 *end) {
  for (const i32 *c = begin; c < end; c++)
    if (!(*c & UPPER)) return 0;
  return 1;
}

static f64 idioms(const Rules *rules, const i32 *at, const i32 *end, f64 value) {
  /* three, two, one words before, the word, and up to two after */
  i32 keys[6];
  int n = 0;
  for (const i32 *c = at - 3; c < end && n < 6; c++) keys[n++] = *c & KEY;
  static const int spans[5][2] = {{2, 2}, {1, 3}, {1, 2}, {0, 3}, {0, 2}};
  for (int i = 0; i < 5; i++) {
    int found = find(rules->idioms, rules->n_idioms, keys + spans[i][0], spans[i][1]);
    if (found >= 0) {
      value = rules->idiom_values[found];
      break;
    }
  }
  for (int after = 1; after <= n - 4; after++) {
    int found = find(rules->idioms, rules->n_idioms, keys + 3, 1 + after);
    if (found >= 0) value = rules->idiom_values[found];
  }
  static const int boosts[3][2] = {{0, 3}, {0, 2}, {1, 2}};
  for (int i = 0; i < 3; i++) {
    int found = find(rules->boosters, rules->n_boosters, keys + boosts[i][0], boosts[i][1]);
    if (found >= 0) value += rules->booster_values[found];
  }
  return value;
}

static f64 in_context(const Rules *rules, const i32 *begin, const i32 *at, const i32 *end, f64 value, int *capitals) {
  i64 rank = at - begin;
  i32 own = *at, before[3], acting[3];
  for (int far = 0; far < 3; far++) {
    before[far] = rank > far ? at[-1 - far] : 0;
    acting[far] = before[far] & IN_LEXICON ? 0 : before[far];
  }
  i32 near = before[0] | before[1] | before[2];
  if (!(near & (ACTS | IDIOM)) && !(own & (UPPER | IDIOM)) && (own & KEY) != rules->no) return value;
  int mixed = 0;
  if ((own | near) & UPPER) {
    if (*capitals < 0) *capitals = all_upper(begin, end);
    mixed = !*capitals;
  }
  i32 one = before[0] & KEY, two = before[1] & KEY, three = before[2] & KEY;

  f64 plain = value;
  if ((own & KEY) == rules->no && at + 1 < end && at[1] & IN_LEXICON) value = 0.0;
  if (one == rules->no || two == rules->no || (three == rules->no && (one == rules->or || one == rules->nor)))
    value = plain * rules->negation;
  if (own & UPPER && mixed) value += value > 0 ? rules->capitals : -rules->capitals;
  int has_third = rank >= 3 && !(before[2] & IN_LEXICON);
  static const f64 damping[3] = {1.0, 0.95, 0.9};
  for (int far = 0; far < 3; far++) {
    i32 word = acting[far];
    f64 boost = word & RAISES ? rules->raises : word & LOWERS ? rules->lowers : 0.0;
    f64 change = value < 0 ? -boost : boost;
    if (boost != 0 && word & UPPER && mixed) change += value > 0 ? rules->capitals : -rules->capitals;
    value = value + change * damping[far];
    f64 factor = word & NEGATES ? rules->negation : 1.0;
    if (far) {
      i32 key = word & KEY;
      int doubt = one == rules->doubt || (far == 2 && two == rules->doubt);
      /* `and` binds more than `or` in the library: "so" or "this" right before the hit is enough at distance three. */
      int so = far == 1 ? key == rules->never && before[0] & SO
                        : ((key == rules->never && before[1] & SO) || before[0] & SO) && has_third;
      if (key == rules->without && doubt) factor = 1.0;
      if (so) factor = 1.25;
    }
    value *= factor;
  }
  if (has_third && (own | near) & IDIOM) value = idioms(rules, at, end, value);
  if ((acting[0] & KEY) == rules->least && two != rules->at && two != rules->very) value *= rules->negation;
  return value;
}

/* The library's loop over a list that it changes while it reads it: it looks each value up by its first equal. */
static void after_but(f64 *values, i64 n, i64 n_before) {
  for (i64 i = 0; i < n; i++) {
    f64 value = values[i];
    i64 first = 0;
    while (values[first] != value) first++;
    values[first] = value * (first < n_before ? 0.5 : 1.5);
  }
}

/* The sum of some values as Python's `sum` adds them: plainly, or compensated (Neumaier 1974). */
static f64 sum_of(const f64 *values, i64 n, int compensated) {
  f64 sum = 0, lost = 0;
  for (i64 i = 0; i < n; i++) {
    f64 value = values[i], next = sum + value;
    if (compensated) {
      if ((sum < 0 ? -sum : sum) >= (value < 0 ? -value : value))
        lost += (sum - next) + value;
      else
        lost += (value - next) + sum;
    }
    sum = next;
  }
  return sum + lost;
}

/* What the values of `n` texts add up to, text i being ids[starts[i]] to ids[starts[i + 1]]; `codes` is of the distinct ids.
   `sums` has three rows of `n`: all values, the positive and the negative with 1 more each, away from 0. `counts` has five:
   values, hits, exclamation marks, question marks, and whether the text is left to the caller, for an emoji in it or for as many
   values around a "but". `words`, `telling` and `values` have room for the longest text. */
EXPORT i32 vader_sums(const Rules *rules, const i32 *codes, const i32 *ids, const i64 *starts, i64 n, i64 compensated, i32 *words,
                      i32 *telling, f64 *values, f64 *sums, i64 *counts) {
  for (i64 text = 0; text < n; text++) {
    const i32 *run = ids + starts[text], *but = NULL;
    i64 size = starts[text + 1] - starts[text], n_telling = 0;
    i32 all = 0;
    for (i64 i = 0; i < size; i++) {
      i32 code = words[i] = codes[run[i]];
      telling[n_telling] = i;
      n_telling += (code & (HIT | BUT | 63 << EXCLAMATIONS)) != 0;
      all |= code;
    }
    i64 hits = 0, exclamations = 0, questions = 0, n_before = 0, left = (all & EMOJI) != 0;
    f64 *next = values;
    int capitals = -1;
    for (i64 i = 0; i < n_telling && !left; i++) {
      const i32 *at = words + telling[i], *end = words + size;
      i32 code = *at;
      exclamations += code >> EXCLAMATIONS & 7;
      questions += code >> QUESTIONS & 7;
      if (code & BUT && !but) {
        but = at;
        n_before = next - values;
      }
      if (!(code & HIT)) continue;
      if ((code & KEY) == rules->kind && at + 1 < end && (at[1] & KEY) == rules->of) continue;
      hits++;
      f64 value = in_context(rules, words, at, end, rules->valences[code >> VALENCE], &capitals);
      if (value != 0) *next++ = value;
    }
    i64 n_values = next - values;
    left |= but && n_values > MOST_VALUES;
    if (but && !left) after_but(values, n_values, n_before);
    f64 positive = 0, negative = 0;
    for (i64 i = 0; i < n_values; i++)
      if (values[i] > 0)
        positive += values[i] + 1;
      else
        negative += values[i] - 1;
    sums[text] = sum_of(values, n_values, compensated && n_values > 2);
    sums[n + text] = positive;
    sums[2 * n + text] = negative;
    counts[text] = n_values;
    counts[n + text] = hits;
    counts[2 * n + text] = exclamations;
    counts[3 * n + text] = questions;
    counts[4 * n + text] = left;
  }
  return 0;
}
