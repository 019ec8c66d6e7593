/* Where sentences end: text/sentences.py says what the bits mean, why the rule is what it is, and has the same in NumPy. */
#include "base.h"

enum {
  PERIOD = 1 << 0,
  STRONG = 1 << 1,
  ELLIPSIS = 1 << 2,
  CLOSED = 1 << 3,
  NEVER = 1 << 4,
  MAYBE = 1 << 5,
  INITIAL = 1 << 6,
  LOWER = 1 << 7,
  UPPER = 1 << 8,
  DIGIT = 1 << 9,
  QUOTED = 1 << 10,
  STARTER = 1 << 11,
  REPORTS = 1 << 12,
  ONLY_CLOSERS = 1 << 13,
  NAME_LIKE = 1 << 14,
  COMMA = 1 << 15,
  CREDIT = 1 << 16,
  WEEKDAY = 1 << 17,
  MONTH = 1 << 18,
  DAY = 1 << 19,
  YEAR = 1 << 20,
  LINKS = 1 << 21,
  BRACKETED = 1 << 22,
  ORDINAL = 1 << 23,
};
enum { LINE_BREAK = 1, PARAGRAPH_BREAK = 2 };

/* Whether behind piece `at` stand one to three words of a name and then a reporting verb. */
static int tagged(const u32 *flag, i64 at, i64 last) {
  int name = 1;
  for (int ahead = 1; ahead <= 3 && at + ahead < last; ahead++) {
    u32 word = flag[at + ahead], verb = flag[at + ahead + 1];
    if (name && verb & REPORTS && word & UPPER) return 1;
    name = name && word & (NAME_LIKE | NEVER | INITIAL) && !(word & (PERIOD | COMMA));
  }
  return 0;
}

static int is_end(const u32 *flag, i64 at, i64 last) {
  u32 here = flag[at], following = flag[at + 1];
  /* A closing mark that stands alone takes over the end of the piece before it. */
  if (here & ONLY_CLOSERS) here = at ? flag[at - 1] | CLOSED : 0;
  if (following & ONLY_CLOSERS) return 0;
  int quoted = (following & QUOTED) != 0, lower = (following & LOWER) != 0;
  int begins = following & (UPPER | DIGIT | QUOTED) && !(lower && !quoted);
  int lower_quoted = lower && quoted;
  int full = (here & PERIOD && !(here & (NEVER | MAYBE | INITIAL))) || here & STRONG;
  int end = full && begins && !lower_quoted;
  end |= here & PERIOD && here & (MAYBE | INITIAL) && following & STARTER;
  end |= here & PERIOD && here & MAYBE && quoted && !(following & BRACKETED) && following & UPPER;
  end |= here & ELLIPSIS && begins && following & (UPPER | QUOTED) && !lower_quoted;
  end |= full && here & CLOSED && lower_quoted;
  return end && !(here & STRONG && here & CLOSED && !quoted && tagged(flag, at, last));
}

/* Single line breaks end a paragraph, unless the article's lines are hard-wrapped. */
static void line_ends(const u32 *flag, const u8 *breaks, const i32 *length, i64 n, u8 *ends) {
  i64 lines = 0, going_on = 0, longest = 0, width = 0;
  for (i64 i = 0; i < n; i++) {
    width += length[i] + 1;
    if (breaks[i] == LINE_BREAK) {
      lines++;
      going_on += !(flag[i] & (PERIOD | STRONG | ELLIPSIS)) && i + 1 < n && flag[i + 1] & LOWER;
      if (width > longest) longest = width;
    }
    if (breaks[i]) width = 0;
  }
  int wrapped = going_on >= 0.2 * (lines > 1 ? lines : 1);
  width = 0;
  for (i64 i = 0; i < n; i++) {
    width += length[i] + 1;
    if (breaks[i] == LINE_BREAK) {
      int goes_on = !(flag[i] & (PERIOD | STRONG | ELLIPSIS)) && i + 1 < n && flag[i + 1] & LOWER;
      ends[i] |= wrapped ? width < 0.7 * longest && !goes_on : 1;
    }
    if (breaks[i]) width = 0;
  }
}

/* What a piece must be, or have behind it, for a sentence to end near it. */
enum { TELLING = PERIOD | STRONG | ELLIPSIS | ONLY_CLOSERS | CREDIT | YEAR | ORDINAL };

/* Write where sentences begin, and the end of all pieces, to `begins`, and the first sentence of each article, and the end, to
   `firsts`; returns how many sentences there are. Article i has the pieces starts[i] to starts[i + 1]; a cut inside a chunk,
   between pieces that are of_chunk the same (none: there are no such), is a boundary too. Flags and lengths are of the distinct
   pieces; `flag`, `length`, `telling` and `ends` have room for the longest article and one more. */
EXPORT i64 sentences_begin(const i32 *pieces, const u32 *all_flags, const i32 *all_lengths, const u8 *all_breaks,
                           const i32 *of_chunk, const i64 *starts, i64 n_articles, u32 *flag, i32 *length, i32 *telling, u8 *ends,
                           i64 *begins, i64 *firsts) {
  i64 found = 0;
  for (i64 article = 0; article < n_articles; article++) {
    i64 begin = starts[article], n = starts[article + 1] - begin, last = n - 1, n_telling = 0;
    const u8 *breaks = all_breaks + begin;
    int lines = 0;
    firsts[article] = found;
    if (!n) continue;
    for (i64 i = 0; i < n; i++) {
      flag[i] = all_flags[pieces[begin + i]];
      telling[n_telling] = i;
      n_telling += (flag[i] & TELLING) != 0 || breaks[i];
    }
    __builtin_memset(ends, 0, n);
    for (i64 told = 0; told < n_telling; told++) {
      i64 i = telling[told];
      if (i < last) ends[i] = flag[i] & (PERIOD | STRONG | ELLIPSIS | ONLY_CLOSERS) && is_end(flag, i, last);
    }
    for (i64 told = 0; told < n_telling; told++) {
      i64 i = telling[told];
      lines |= breaks[i] == LINE_BREAK;
      /* «Image: NAME» behind a caption, «Tuesday, March 4, 2025» at the end of a headline */
      if (flag[i] & CREDIT && i && i < last && flag[i + 1] & UPPER && !(flag[i - 1] & COMMA) && breaks[i] < PARAGRAPH_BREAK)
        ends[i - 1] = 1;
      if (flag[i] & YEAR && breaks[i] == PARAGRAPH_BREAK && i >= 4 && flag[i - 1] & DAY && flag[i - 2] & MONTH &&
          flag[i - 3] & WEEKDAY && !(flag[i - 4] & (LINKS | COMMA)))
        ends[i - 4] = 1;
    }
    for (i64 told = 0; told < n_telling; told++)
      if (breaks[telling[told]] >= PARAGRAPH_BREAK) ends[telling[told]] = 1;
    if (lines) {
      for (i64 i = 0; i < n; i++) length[i] = all_lengths[pieces[begin + i]];
      line_ends(flag, breaks, length, n, ends);
    }
    ends[last] = 1;
    /* "3. Vote early" is one sentence: the number that begins a sentence does not end it. From behind, so that the end before it
       is still seen where that is a number too. */
    for (i64 told = n_telling - 1; told >= 0; told--) {
      i64 i = telling[told];
      if (i < last && ends[i] && flag[i] & ORDINAL && !breaks[i] && (!i || ends[i - 1])) ends[i] = 0;
    }
    if (of_chunk)
      for (i64 i = 0; i < last; i++) ends[i] |= of_chunk[begin + i] == of_chunk[begin + i + 1];
    begins[found++] = begin;
    for (i64 i = 0; i < last; i++) {
      begins[found] = begin + i + 1;
      found += ends[i];
    }
  }
  begins[found] = starts[n_articles];
  firsts[n_articles] = found;
  return found;
}
