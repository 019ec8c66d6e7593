/* Runs of capitalised pieces: text/name_runs.py says what the bits mean and why the rules are what they are, and has the same
   in NumPy. */
#include "base.h"

enum {
  CAPITAL = 1 << 0,
  LINK_OF = 1 << 1,
  LINK_FOR = 1 << 2,
  LINK_ON = 1 << 3,
  LINK_AND = 1 << 4,
  LINK_THE = 1 << 5,
  LINK_AT = 1 << 6,
  PARTICLE = 1 << 7,
  FIRST_PARTICLE = 1 << 8,
  OPENS = 1 << 9,
  CLOSES = 1 << 10,
  OF_HEAD = 1 << 11,
  FOR_HEAD = 1 << 12,
  ON_HEAD = 1 << 13,
  AND_HEAD = 1 << 14,
  AND_END = 1 << 15,
  COMMON = 1 << 16,
  OWNER = 1 << 17,
  TELLING = 1 << 18,
  STOPS = 1 << 25,
  POSSESSIVE = 1 << 26,
  LONG_SMALL = 1 << 27,
  SUFFIX = 1 << 28,
  COMMA = 1 << 29,
  AMPERSAND = 1 << 30,
};
#define LINKS (LINK_OF | LINK_FOR | LINK_ON | LINK_AND | LINK_AT | PARTICLE | AMPERSAND)

/* Whether no name goes on across this piece, from the one before. */
static int is_wall(const i32 *flags, i64 at, i64 begin) {
  if (at == begin) return 1;
  i32 here = flags[at], before = flags[at - 1];
  if (!(here & OPENS) && !(before & CLOSES)) return 0;
  return !(here & SUFFIX && before & COMMA) && !(here & TELLING && before & OWNER && before & POSSESSIVE);
}

/* Up to four pieces before the first run's last, and two behind the next run's first. */
typedef struct {
  i32 flags[10];
  int n;
} Near;

/* Places before the first are counted from the end, as in Python. */
static i32 flag(const Near *near, int at) {
  if (at < 0) at += near->n;
  return at >= 0 && at < near->n ? near->flags[at] : 0;
}

static int behind_for(const Near *near, int a) {
  for (int back = 1; back <= 3; back++) {
    if (a > back && flag(near, a - back) & (LINK_FOR | LINK_ON)) return (flag(near, a - back - 1) & (FOR_HEAD | ON_HEAD)) != 0;
    if (!(flag(near, a - back) & (CAPITAL | LINK_THE))) return 0;
  }
  return 0;
}

/* Whether the small words between the pieces a and b carry a name on. */
static int links(const Near *near, int a, int b) {
  i32 head = flag(near, a), link = flag(near, a + 1), end = flag(near, b);
  if (b == a + 3) {
    if (flag(near, a + 2) & LINK_THE)
      return (link & LINK_OF && (head & OF_HEAD || behind_for(near, a))) || (link & LINK_FOR && head & FOR_HEAD) ||
             (link & LINK_ON && head & ON_HEAD);
    return link & PARTICLE && flag(near, a + 2) & PARTICLE;
  }
  if (link & PARTICLE) return 1;
  if (link & LINK_OF) return head & OF_HEAD || behind_for(near, a);
  if (link & LINK_FOR) return (head & FOR_HEAD) != 0;
  if (link & LINK_ON) return (head & ON_HEAD) != 0;
  if (link & LINK_AT) return a >= 2 && flag(near, a - 1) & LINK_OF && flag(near, a - 2) & LINK_AT;
  if (link & AMPERSAND) return 1;
  if (!(link & LINK_AND)) return 0;
  for (int back = 1; back <= 3; back++) {
    if (a > back && flag(near, a - back) & (LINK_OF | LINK_FOR | LINK_ON)) return (flag(near, a - back - 1) & AND_HEAD) != 0;
    if (!(flag(near, a - back) & CAPITAL)) break;
  }
  i32 before = flag(near, a - 1);
  if (!(head & COMMON && end & COMMON) || (a && before & CAPITAL && !(before & COMMON))) return 0;
  if (b + 1 >= near->n) return 0;
  i32 next = near->flags[b + 1], last = near->flags[b + 2 < near->n ? b + 2 : b + 1];
  return next & AND_END || (next & CAPITAL && last & AND_END);
}

/* Whether a run that ends at a and one that begins at b, of n pieces in all, are one. */
static int joins(const i32 *flags, i64 n, i64 begin, i64 a, i64 b) {
  i64 gap = b - a - 1;
  if (gap != 1 && gap != 2) return 0;
  if (!(flags[a + 1] & LINKS) || is_wall(flags, a + 1, begin) || is_wall(flags, b, begin) || is_wall(flags, b - 1, begin)) return 0;
  i64 from = a > 4 ? a - 4 : 0, to = b + 3 < n ? b + 3 : n;
  Near near = {.n = to - from};
  for (int at = 0; at < near.n; at++) near.flags[at] = flags[from + at];
  return links(&near, a - from, b - from);
}

/* The first and the last piece of each run, and which sentences are headings; returns the number of runs. */
EXPORT i32 names_runs(const i32 *flags, i64 n, const i64 *starts, i64 n_sentences, i32 *first, i32 *last, u8 *headings) {
  i64 n_runs = 0;
  for (i64 sentence = 0; sentence < n_sentences; sentence++) {
    i64 begin = starts[sentence], end = starts[sentence + 1], capitals = 0, smalls = 0, of_sentence = n_runs;
    for (i64 at = begin; at < end; at++) {
      smalls += (flags[at] & LONG_SMALL) != 0;
      if (!(flags[at] & CAPITAL)) continue;
      capitals++;
      if (at > begin && flags[at - 1] & CAPITAL && !is_wall(flags, at, begin)) last[n_runs - 1] = at;
      else if (n_runs > of_sentence && joins(flags, n, begin, last[n_runs - 1], at)) last[n_runs - 1] = at;
      else first[n_runs] = last[n_runs] = at, n_runs++;
    }
    /* A name that begins in small letters. */
    for (i64 run = of_sentence; run < n_runs; run++)
      for (int step = 0; step < 2; step++) {
        i64 before = (i64)first[run] - 1;
        if (before < begin || !(flags[before] & FIRST_PARTICLE) || is_wall(flags, first[run], begin)) break;
        if (run > of_sentence && before <= last[run - 1]) break;
        first[run]--;
      }
    i64 size = end - begin;
    headings[sentence] = size >= 5 && capitals >= 0.6 * size && smalls <= 0.1 * size && !(flags[end - 1] & STOPS);
  }
  return n_runs;
}
