/* Quoted speech, as spans of code points: text/voice.py says what the rules are, why they are so, and has the same in Python
   (functions here have the names that they have there). */
#include <wasm_simd128.h>

#include "base.h"

/* What a code point is, by Python's own tables; 1 << FAMILY and 1 << SHAPE hold those of a quotation mark. */
enum {
  ALNUM = 1 << 0,
  ALPHA = 1 << 1,
  DIGIT = 1 << 2,
  DECIMAL = 1 << 3,
  UPPER = 1 << 4,
  LOWER = 1 << 5,
  TITLE = 1 << 6,
  WHITE = 1 << 7,
  SPACE = 1 << 8, /* WHITE, and what has no width */
  BEFORE_OPENING = 1 << 9,
  BEHIND_CLOSING = 1 << 10,
  MARK = 1 << 11,
  FAMILY = 12,
  SHAPE = 14,
};
/* Which lists a word is on. */
enum {
  SAID = 1 << 0,
  PRONOUN = 1 << 1,
  AUXILIARY = 1 << 2,
  BEHIND_SAID = 1 << 3,
  NOT_INSIDE = 1 << 4,
  THEY = 1 << 5,
  THE = 1 << 6,
  ELIDED = 1 << 7,
  SMALL = 1 << 8,
  STARTS_SPEECH = 1 << 9,
  MENTION = 1 << 10,
  MENTION_IN_TWO = 1 << 11,
  ARTICLE = 1 << 12,
  INTRODUCES = 1 << 13,
  CUE = 1 << 14,
  IS = 1 << 15,
  NOUN = 1 << 16,
  WORK = 1 << 17,
};
enum { DOUBLE, SINGLE, GUILLEMET, SMALL_GUILLEMET, N_FAMILIES };
enum { LOOSE, GLUED, OPENS, CLOSES, UNREAD };
enum { SPEECH, SCARE, TITLE_OF_WORK, NESTED };
enum { LONG = 120, SHORT = 6, FEW = 4, NEAR = 10, LONGEST_UNCLOSED = 1500, FAR = 200, AHEAD = 12, LONGEST_WORD = 16 };
#define DASH 0x2014
#define OPENING_SINGLE 0x2018
#define APOSTROPHE 0x2019
#define OPENING_QUOTE 0x201C
#define CLOSING_QUOTE 0x201D
#define ELLIPSIS 0x2026

typedef struct {
  i32 start, end, says, shape;
} Mark;
typedef struct {
  i32 outer_start, outer_end, start, end, group;
  u8 closed, nested, kind, unused;
} Stretch;

/* ---- lists that grow: when memory is full, what is added goes nowhere and `full` says so ---- */

typedef struct {
  void *items;
  u64 n, room;
} List;
static int full;

static int roomy(List *list, u64 n, u64 size) {
  if (n <= list->room) return 1;
  u64 room = list->room ? list->room : 64;
  while (room < n) room *= 2;
  void *larger = retake(list->items, list->room * size, room * size, list->n * size);
  if (!larger) {
    full = 1;
    return 0;
  }
  list->items = larger;
  list->room = room;
  return 1;
}

/* Give back what one long text needed. */
static void shrink(List *list, u64 size) {
  list->n = 0;
  if (list->room * size <= 1 << 22) return;
  give(list->items, list->room * size);
  *list = (List){0};
}

static List points, lines, places, family[N_FAMILIES], around, stretches, others, found, bare;
static u32 *text; /* the code points of one text, with spaces around them */
static i32 size;

#define MARKS(list) ((Mark *)(list)->items)
#define STRETCHES(list) ((Stretch *)(list)->items)

static void add_place(List *list, i32 at) {
  if (list->n < list->room || roomy(list, list->n + 1, sizeof(i32))) ((i32 *)list->items)[list->n++] = at;
}
static void add_mark(List *list, Mark mark) {
  if (roomy(list, list->n + 1, sizeof(Mark))) MARKS(list)[list->n++] = mark;
}
static void add_stretch(List *list, Stretch stretch) {
  if (roomy(list, list->n + 1, sizeof(Stretch))) STRETCHES(list)[list->n++] = stretch;
}

/* ---- code points ---- */

static u16 first_page[256]; /* the first page, which nearly all are of */
static const u16 *pages[0x1100];

/* What the 256 code points of a page are. */
EXPORT void voice_page(i32 page, const u16 *what) {
  if (page < 0 || page >= 0x1100) return;
  pages[page] = what;
  if (!page) __builtin_memcpy(first_page, what, sizeof first_page);
}

static u32 is(u32 point) {
  if (point < 256) return first_page[point];
  const u16 *page = pages[point >> 8];
  return page ? page[point & 255] : 0;
}
static int is_word(u32 point) { return point == '_' || is(point) & ALNUM; }
static int is_capital(u32 point) { return point - 'A' < 26; }
static int is_small(u32 point) { return point - 'a' < 26; }

/* The code point at `at`, which it moves on. */
static u32 decoded(const u8 **at, const u8 *end) {
  const u8 *p = *at;
  u32 c = *p++;
  int n = c < 0xC0 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
  if (c >= 0x80) {
    c = n ? c & (0x3F >> n) : 0xFFFD;
    while (n-- && p < end && (*p & 0xC0) == 0x80) c = c << 6 | (*p++ & 0x3F);
    if (c > 0x10FFFF) c = 0xFFFD;
  }
  *at = p;
  return c;
}

/* Code is turned into machine code at each start: what is called a few times a text ("cold") is kept small. */
#pragma clang attribute push(__attribute__((cold)), apply_to = function)

/* Write the numbers of the pages that some UTF-8 has code points of and that are not there yet; returns how many. */
static i32 find_unknown(const u8 *at, const u8 *end, i32 *out) {
  static u8 seen[0x1100];
  i32 n = 0;
  if (!pages[0]) out[n++] = 0;
  while (at < end) {
    if (end - at >= 16 && !wasm_i8x16_bitmask(wasm_v128_load(at))) {
      at += 16;
      continue;
    }
    u32 page = decoded(&at, end) >> 8;
    if (page && !pages[page] && !seen[page]) {
      seen[page] = 1;
      out[n++] = page;
    }
  }
  for (i32 i = 0; i < n; i++) seen[out[i]] = 0;
  return n;
}

static int in(u32 point, const char *signs) {
  for (; *signs; signs++)
    if (point == (u8)*signs) return 1;
  return 0;
}
static int is_dash(u32 c) { return c == '-' || c == 0x2013 || c == DASH || c == 0x2015 || c == '/'; }
static int is_opener(u32 c) { return in(c, "\"'(") || c == OPENING_QUOTE || c == OPENING_SINGLE || c == 0xAB; }
static int is_closer(u32 c) { return in(c, "\")") || c == CLOSING_QUOTE || c == APOSTROPHE; }
static int ends_sentence(u32 c) { return in(c, ".!?") || c == ELLIPSIS; }
static int is_apostrophe(u32 c) {
  return in(c, "'`") || c == APOSTROPHE || c == OPENING_SINGLE || c == 0xB4 || c == 0x2032 || c == 0x201B;
}

/* As Python counts, where -1 is the last. */
static u32 wrapped(i32 at) { return text[at < 0 ? at + size : at]; }

/* ---- words ---- */

typedef struct {
  u64 key[2];
  u32 lists, unused;
} Word;
static const Word *words;
static u32 n_words; /* a power of two */

EXPORT void voice_words(const Word *table, i32 n) {
  words = table;
  n_words = n;
}

enum { AS_IS, SMALL_LETTERS, ANY_CASE };
/* A sign of a listed word; 0 where it is in none. */
static u8 letter(u32 c, int how) {
  if (c == APOSTROPHE) return 0x80;
  if (c == 0x2013) return 0x81;
  if (c == DASH) return 0x82;
  if (how) {
    if (is_capital(c)) return c | 32;
    if (c == 0x212A) return 'k';
    if (how == ANY_CASE && c == 0x17F) return 's';
    if (how == ANY_CASE && (c == 0x130 || c == 0x131)) return 'i';
  }
  return c < 0x80 ? c : 0;
}

/* The lists that a word of `n` code points is on. */
static u32 lists_of(const u32 *word, i32 n, int how) {
  union {
    u8 bytes[LONGEST_WORD];
    u64 key[2];
  } it = {.key = {0, 0}};
  if (n <= 0 || n > LONGEST_WORD) return 0;
  for (i32 i = 0; i < n; i++)
    if (!(it.bytes[i] = letter(word[i], how))) return 0;
  u64 hash = (it.key[0] * 0x9E3779B97F4A7C15ull) ^ (it.key[1] * 0xD6E8FEB86659FD93ull);
  for (u32 at = (hash >> 32) & (n_words - 1); words[at].lists; at = (at + 1) & (n_words - 1))
    if (words[at].key[0] == it.key[0] && words[at].key[1] == it.key[1]) return words[at].lists;
  return 0;
}

/* Where the run of word signs at `at` ends. */
static i32 run(i32 at, i32 end) {
  while (at < end && is_word(text[at])) at++;
  return at;
}
static u32 lists_at(i32 at, i32 end) { return lists_of(text + at, end - at, AS_IS); }
static int space_at(i32 at, i32 end) { return at < end && text[at] == ' '; }

/* ---- line breaks ---- */

/* How many line breaks stand before `at`; mostly as many as the last time. */
static u64 n_lines_before(i32 at) {
  static u64 last;
  const i32 *all = lines.items;
  u64 low = 0, high = lines.n;
  if (last <= high && (!last || all[last - 1] < at) && (last == high || all[last] >= at)) return last;
  while (low < high) {
    u64 middle = (low + high) / 2;
    if (all[middle] < at)
      low = middle + 1;
    else
      high = middle;
  }
  return last = low;
}

/* The first line break from `begin` to `end`, -1 where there is none; and the last. */
static i32 find_line(i32 begin, i32 end) {
  if (begin >= end) return -1;
  u64 at = n_lines_before(begin);
  return at < lines.n && ((i32 *)lines.items)[at] < end ? ((i32 *)lines.items)[at] : -1;
}
static i32 rfind_line(i32 begin, i32 end) {
  u64 at = n_lines_before(end);
  return at && ((i32 *)lines.items)[at - 1] >= begin ? ((i32 *)lines.items)[at - 1] : -1;
}

static int goes_on_search(void) {
  for (u64 i = 0; i < lines.n; i++) {
    i32 at = ((i32 *)lines.items)[i], before = at - 1, behind = at + 1;
    if (before < 0 || !(is_word(text[before]) || in(text[before], ",;"))) {
      if (before < 1 || text[before] != ' ') continue;
      before--;
      if (!(is_word(text[before]) || in(text[before], ",;"))) continue;
    }
    if (behind < size && is_opener(text[behind])) behind++;
    if (behind < size && is_small(text[behind])) return 1;
  }
  return 0;
}

/* Does the line end, and the next begin, in the middle of a sentence? */
static int line_goes_on(i32 begin, i32 end, i32 next, i32 next_end) {
  if (begin == end) return 0;
  while (end > begin && (is_closer(text[end - 1]) || text[end - 1] == '\'' || text[end - 1] == 0xBB)) end--;
  if (end > begin && ends_sentence(text[end - 1])) return 0;
  while (next < next_end && is_opener(text[next])) next++;
  return next < next_end && is(text[next]) & LOWER;
}

static void unwrap(void) {
  i32 *breaks = lines.items;
  u64 n = lines.n;
  if (!roomy(&bare, 2 * (n + 1), sizeof(i32))) return;
  i32 *begins = bare.items, *ends = begins + n + 1, longest = 0;
  for (u64 i = 0; i <= n; i++) {
    i32 begin = i ? breaks[i - 1] + 1 : 0, end = i < n ? breaks[i] : size;
    while (begin < end && is(text[begin]) & WHITE) begin++;
    while (end > begin && is(text[end - 1]) & WHITE) end--;
    begins[i] = begin;
    ends[i] = end;
    if (end - begin > longest) longest = end - begin;
  }
  i64 going_on = 0, single = 0;
  for (u64 i = 0; i < n; i++) {
    going_on += line_goes_on(begins[i], ends[i], begins[i + 1], ends[i + 1]);
    single += begins[i] < ends[i] && begins[i + 1] < ends[i + 1];
  }
  if (going_on < 0.2 * single) return;
  u64 kept = 0;
  for (u64 i = 0; i < n; i++) {
    int both = begins[i] < ends[i] && begins[i + 1] < ends[i + 1];
    if (both && (line_goes_on(begins[i], ends[i], begins[i + 1], ends[i + 1]) || ends[i] - begins[i] >= 0.7 * longest))
      text[breaks[i]] = ' ';
    else
      breaks[kept++] = breaks[i];
  }
  lines.n = kept;
}

/* ---- marks ---- */

static int between(u32 before, u32 behind) {
  if (in(before, "([{=")) return OPENS;
  if (in(behind, ")]}")) return CLOSES;
  if (is_dash(before)) return is_dash(behind) ? LOOSE : CLOSES;
  if (behind == '.' || behind == ELLIPSIS) return OPENS;
  if (in(behind, ",;:!?")) return CLOSES;
  return is_dash(behind) ? OPENS : LOOSE;
}

static int says(u32 before, u32 behind) {
  int opens = (is(before) & BEFORE_OPENING) != 0, closes = (is(behind) & BEHIND_CLOSING) != 0;
  if (opens != closes) return opens ? OPENS : CLOSES;
  return opens ? between(before, behind) : GLUED;
}

static u32 beside(i32 at, i32 step) {
  for (int i = 0; i < 4; i++, at += step) {
    if (at < 0 || at >= size) return ' ';
    if (!(is(text[at]) & MARK)) return text[at];
  }
  return 'x';
}

static i32 skip; /* the place of a mark that was the second of two in one */

/* Read the mark at `at`; all before it were read. */
static void read_mark(i32 at) {
  u32 mark = text[at], before = text[at - 1], behind = text[at + 1], what = is(mark);
  if (at == skip) return;
  if ((mark == '\'' || mark == APOSTROPHE) && is_word(before) && is_word(behind)) return;
  int which = what >> FAMILY & 3, shape = what >> SHAPE & 3, sense;
  if (shape == 2) shape = -1;
  i32 end = at + 1;
  if ((is(before) | is(behind)) & MARK) {
    int doubled = mark == '\'' || mark == '`' || mark == OPENING_SINGLE || mark == APOSTROPHE;
    if (behind == mark && doubled && !(is(before) & DIGIT) &&
        (is(before) & BEFORE_OPENING || is(text[at + 2]) & BEHIND_CLOSING)) {
      skip = end++;
      which = DOUBLE;
      shape = mark == '\'' ? 0 : mark == APOSTROPHE ? -1 : 1;
    }
    sense = says(beside(at - 1, -1), beside(end, 1));
    if (mark == '"' && family[DOUBLE].n) {
      Mark *last = MARKS(&family[DOUBLE]) + family[DOUBLE].n - 1;
      if (last->end == at && last->says == sense && sense >= OPENS && text[last->start] == mark) {
        last->end = end;
        last->shape = 0;
        return;
      }
    }
  } else {
    if (which == SINGLE && is(before) & ALNUM && is(behind) & ALNUM) return;
    sense = says(before, behind);
  }
  add_mark(&family[which], (Mark){at, end, sense, shape});
}

/* ---- tags: "he said", "said Ann", "Ann Lee said" ---- */

static int is_name_sign(u32 c) { return is_word(c) || in(c, ".'-") || c == APOSTROPHE; }

/* What may not stand behind a tag inside a quotation. */
static int may_end(i32 at, i32 end, int inside) {
  return !inside || !space_at(at, end) || !(lists_at(at + 1, run(at + 1, end)) & NOT_INSIDE);
}

static int tag(i32 at, i32 end, int inside) {
  if (at >= end) return 0;
  i32 stop = run(at, end), next = -1;
  u32 lists = lists_at(at, stop);
  if (space_at(stop, end)) {
    if (lists & PRONOUN) next = stop + 1;
    if (lists & THE) {
      i32 noun = stop + 1;
      while (noun < end && noun - stop <= 20 && is_small(text[noun])) noun++;
      if (noun > stop + 1 && space_at(noun, end)) next = noun + 1;
    }
  }
  if (next >= 0) {
    i32 last = run(next, end);
    u32 verb = lists_at(next, last);
    if (verb & SAID && may_end(last, end, inside)) return 1;
    if (verb & AUXILIARY && space_at(last, end)) {
      next = last + 1;
      last = run(next, end);
      if (lists_at(next, last) & SAID && may_end(last, end, inside)) return 1;
    }
  }
  if (lists & SAID && space_at(stop, end)) {
    next = stop + 1;
    i32 last = run(next, end);
    if (lists_at(next, last) & BEHIND_SAID && may_end(last, end, inside)) return 1;
    if (next < end && is_capital(text[next]))
      for (last = next + 1;; last++) {
        int edge = is_word(text[last - 1]) != (last < end && is_word(text[last]));
        if (edge && may_end(last, end, inside)) return 1;
        if (last >= end || last - next >= 31 || !is_name_sign(text[last])) break;
      }
  }
  next = at;
  for (int n = 0; n < 4; n++) {
    if (next >= end || !is_capital(text[next])) return 0;
    i32 last = next + 1;
    while (last < end && last - next < 31 && is_name_sign(text[last])) last++;
    if (!space_at(last, end)) return 0;
    next = last + 1;
    last = run(next, end);
    if (lists_at(next, last) & SAID && may_end(last, end, inside)) return 1;
  }
  return 0;
}

static i32 past_white(i32 at, i32 end) {
  for (int i = 0; i < 2 && at < end && is(text[at]) & WHITE; i++) at++;
  return at;
}
static int tag_behind(i32 at) { return tag(past_white(at, size), size, 0); }

static int tag_direct(i32 at, i32 end) {
  if (at < end && text[at] == ',') at++;
  at = past_white(at, end);
  if (tag(at, end, 0)) return 1;
  i32 stop = run(at, end), verb = stop + 1;
  if (!(lists_at(at, stop) & THEY) || !space_at(stop, end)) return 0;
  while (verb < end && verb - stop <= 16 && is_small(text[verb])) verb++;
  i32 n = verb - stop - 1;
  return n >= 3 && n <= 15 && (verb == end || !is_word(text[verb]));
}

/* Where the sign before the first tag ends, -1 where there is none. */
static i32 tag_inside(i32 at, i32 end) {
  for (; at + 1 < end; at++)
    if ((in(text[at], ",.?!") || text[at] == DASH) && is(text[at + 1]) & WHITE && tag(at + 2, end, 1)) return at + 1;
  return -1;
}

static int begins_word(i32 at, i32 end, int soft) {
  if (at < end && (text[at] == '"' || text[at] == OPENING_QUOTE)) at++;
  if (at + 1 >= end || !is_capital(text[at])) return 0;
  u32 next = text[at + 1];
  return is_small(next) || (soft && (next == APOSTROPHE || next == '\'' || next == ' '));
}

static i32 sentence_end(i32 at, i32 end) {
  for (; at < end; at++) {
    if (!ends_sentence(text[at])) continue;
    i32 stop = at + 1;
    if (stop < end && is_closer(text[stop])) {
      stop++;
      if ((stop < end && is(text[stop]) & WHITE) || begins_word(stop, end, 0)) return stop;
      stop--;
    }
    if ((stop < end && is(text[stop]) & WHITE) || begins_word(stop, end, 0)) return stop;
  }
  return -1;
}

static i32 soft_break(i32 at, i32 end) {
  for (; at + 1 < end; at++) {
    u32 c = text[at];
    if (!(is_small(c) || c - '0' < 10 || c == ')' || c == '%') || !in(text[at + 1], ".!?")) continue;
    i32 stop = at + 2;
    while (stop < end && in(text[stop], ".!?")) stop++;
    if (stop < end && is_closer(text[stop]) && text[stop] != ')' && begins_word(stop + 1, end, 1)) return stop + 1;
    if (begins_word(stop, end, 1)) return stop;
  }
  return -1;
}

/* ---- pairs ---- */

static i32 next_text(i32 at) {
  while (at < size && is(text[at]) & SPACE) at++;
  return at;
}
static i32 stripped(i32 start, i32 end) {
  while (end > start && is(text[end - 1]) & SPACE) end--;
  return end;
}

static const Mark *marks;
static i32 n_marks, group;

/* What the next mark in the paragraph says; -1 where there is none. */
static int following(i32 at) {
  if (at + 1 == n_marks || find_line(marks[at].end, marks[at + 1].start) >= 0) return -1;
  return marks[at + 1].says;
}

static int is_misplaced(i32 at) {
  const Mark *mark = marks + at;
  if (mark->shape || following(at) != CLOSES || text[mark->end] != ' ') return 0;
  if (mark[1].start - mark->end > LONGEST_UNCLOSED || is(wrapped(mark->start - 1)) & DIGIT) return 0;
  return !tag_behind(mark->end);
}

static void never_opened(i32 at, i32 seen) {
  const Mark *mark = marks + at;
  u32 before = wrapped(mark->start - 1);
  i32 start;
  if (!(in(before, ".,!?") || before == ELLIPSIS)) return;
  int tagged = tag_behind(mark->end);
  if (!tagged && mark->end < size && text[mark->end] != '\n') return;
  if (at > 0 && find_line(mark[-1].end, mark->start) < 0) {
    start = mark[-1].end;
    int glued = start < mark->start && ends_sentence(wrapped(start - 2)) && is(text[start + 1]) & UPPER;
    if (!(tagged && glued && stretches.n && STRETCHES(&stretches)[stretches.n - 1].outer_end == start)) return;
    start = next_text(start);
  } else if (following(at) < 0 || tagged) {
    i32 line = rfind_line(seen, mark->start);
    start = next_text(line > seen ? line : seen);
  } else
    return;
  if (start < mark->start && mark->start <= start + LONGEST_UNCLOSED)
    add_stretch(&stretches, (Stretch){start, mark->end, start, mark->start, group++, 1, 0, 0, 0});
}

static int opens(i32 at, i32 seen) {
  const Mark *mark = marks + at;
  if (mark->says == OPENS) return 1;
  int next = following(at);
  if (mark->says == CLOSES) {
    if (mark->shape > 0) return next == CLOSES || next == GLUED;
    if (is_misplaced(at)) return 1;
    never_opened(at, seen);
    return 0;
  }
  if (mark->shape) return mark->shape > 0 || (next == CLOSES && mark->says == LOOSE);
  if (mark->says == GLUED)
    return next != OPENS || (mark->start > 0 && ends_sentence(text[mark->start - 1]) && following(at + 1) == CLOSES);
  return next == CLOSES || next == LOOSE || next == GLUED;
}

static int is_inch(i32 at) {
  const Mark *mark = marks + at;
  if (mark->shape || !(is(wrapped(mark->start - 1)) & DIGIT)) return 0;
  i32 begin = mark->start > 3 ? mark->start - 3 : 0, end = mark->start - 1;
  while (begin < end && text[begin] - '0' < 10) begin++;
  while (end > begin && text[end - 1] - '0' < 10) end--;
  if (end - begin == 1 && (text[begin] == '\'' || text[begin] == APOSTROPHE)) return 1;
  return following(at) == CLOSES && !in(text[mark->end], ".,;:!?");
}

static i32 inner(i32 at) {
  int depth = 2;
  i32 closer = 0;
  for (i32 ahead = at; ahead < at + AHEAD && ahead < n_marks - 1; ahead++) {
    int next = following(ahead);
    if (next == OPENS)
      depth++;
    else if (next == CLOSES) {
      if (--depth == 1 && !closer) closer = ahead + 1;
    } else
      return 0;
    if (!depth) return closer;
  }
  return 0;
}

static int runs_on(const Mark *opened, i32 stop, const Mark *mark) {
  if (mark->says != CLOSES || mark->shape > 0 || mark->start - opened->end > 2 * LONGEST_UNCLOSED) return 0;
  u32 before = text[mark->start - 1];
  if (!(in(before, ".,!?") || before == ELLIPSIS)) return 0;
  i32 paragraphs[3][2], n = 0, start = opened->end, limit = stop;
  while (limit >= 0) {
    if (n == 3 || tag_inside(start, limit) >= 0) return 0;
    paragraphs[n][0] = start;
    paragraphs[n++][1] = limit;
    start = next_text(limit);
    limit = find_line(start, mark->start);
  }
  i32 end = stripped(opened->end, stop);
  if (end == opened->end || start == mark->start) return 0;
  add_stretch(&stretches, (Stretch){opened->start, end, opened->end, end, group, 0, 0, 0, 0});
  for (i32 i = 1; i < n; i++) {
    i32 begin = paragraphs[i][0];
    end = stripped(begin, paragraphs[i][1]);
    add_stretch(&stretches, (Stretch){begin, end, begin, end, group, 0, 0, 0, 0});
  }
  add_stretch(&stretches, (Stretch){start, mark->end, start, mark->start, group++, 1, 0, 0, 0});
  return 1;
}

static int leave_open(const Mark *opened, i32 stop, int goes_on) {
  i32 start = opened->end, end = stripped(start, stop);
  if (end == start) return 0;
  i32 tagged = tag_inside(start, end);
  if (tagged >= 0 && goes_on && end - tagged > 60) tagged = -1;
  if (tagged >= 0)
    end = tagged;
  else if (!goes_on && (end - start > LONGEST_UNCLOSED || is(text[start]) & LOWER)) {
    i32 cut = sentence_end(start, end);
    if (cut >= 0) end = cut;
    if (end > start + LONGEST_UNCLOSED) end = start + LONGEST_UNCLOSED;
  } else if (!goes_on) {
    i32 soft = soft_break(start, end);
    if (soft >= 0) end = soft;
  }
  add_stretch(&stretches, (Stretch){opened->start, end, start, end, group, 0, 0, 0, 0});
  return tagged >= 0;
}

static void add_pair(const Mark *opening, const Mark *closing, int nested) {
  if (closing->start > opening->end)
    add_stretch(&stretches, (Stretch){opening->start, closing->end, opening->end, closing->start, group, 1, nested, 0, 0});
}

static int closes(i32 at) {
  const Mark *mark = marks + at;
  if (mark->says == CLOSES || mark->shape < 0) return 1;
  if (mark->says == OPENS) return mark->shape == 0 && following(at) != CLOSES && tag_behind(mark->end);
  if (mark->says == GLUED) return mark->shape == 0 && !(ends_sentence(text[mark->start - 1]) && following(at) == CLOSES);
  return mark->shape == 0 || find_line(mark->end, next_text(mark->end)) >= 0;
}

/* Pair the marks of one family. */
static void pair(const List *list) {
  marks = MARKS(list);
  n_marks = list->n;
  const Mark *opened = NULL;
  i32 seen = 0, at = 0;
  while (at < n_marks) {
    const Mark *mark = marks + at;
    if (!opened) {
      if (opens(at, seen)) opened = mark;
      seen = mark->end;
      at++;
      continue;
    }
    i32 stop = find_line(seen, mark->start);
    if (stop >= 0) {
      int goes_on = next_text(stop) == mark->start && mark->says != CLOSES;
      if (!goes_on && runs_on(opened, stop, mark)) {
        opened = NULL;
        seen = mark->end;
        at++;
        continue;
      }
      leave_open(opened, stop, goes_on);
      seen = stop;
      opened = NULL;
      if (goes_on) {
        opened = mark;
        seen = mark->end;
        at++;
      } else
        group++;
      continue;
    }
    seen = mark->end;
    at++;
    if (mark->says == CLOSES && is_inch(at - 1)) continue;
    if (closes(at - 1)) {
      add_pair(opened, mark, 0);
      group++;
      opened = NULL;
      continue;
    }
    i32 last = inner(at - 1);
    if (last) {
      add_pair(mark, marks + last, 1);
      seen = marks[last].end;
      at = last + 1;
      continue;
    }
    i32 before = mark->start, lowest = before > 3 ? before - 3 : 0;
    while (before > lowest && is(text[before - 1]) & WHITE) before--;
    if (leave_open(opened, mark->start, before > lowest && ends_sentence(text[before - 1]))) group++;
    opened = mark;
  }
  if (opened) {
    i32 stop = find_line(seen, size);
    leave_open(opened, stop < 0 ? size : stop, 0);
    group++;
  }
}

/* ---- single marks ---- */

static int is_elision(i32 at) {
  if (!(text[at] == '\'' || text[at] == APOSTROPHE || text[at] == OPENING_SINGLE)) return 0;
  i32 end = run(at + 1, size), n = end - at - 1;
  if (lists_of(text + at + 1, n, ANY_CASE) & ELIDED) return 1;
  int letters = n == 3 && letter(text[at + 3], ANY_CASE) == 's';
  return (n == 2 || letters) && is(text[at + 1]) & DECIMAL && is(text[at + 2]) & DECIMAL;
}

static int is_glued_sign(u32 c) { return in(c, ".!?'") || c == ELLIPSIS || c == APOSTROPHE; }

static int opens_single(const Mark *mark) {
  if (mark->shape < 0 || mark->says == CLOSES || is_elision(mark->start)) return 0;
  if (mark->end >= size) return 0;
  u32 behind = text[mark->end];
  if (!(is(behind) & ALNUM || in(behind, "$[(#@\"") || behind == 0xA3 || behind == 0x20AC || behind == ELLIPSIS ||
        behind == OPENING_QUOTE || behind == CLOSING_QUOTE))
    return 0;
  return mark->says == OPENS || (mark->says == GLUED && is_glued_sign(wrapped(mark->start - 1)) && is(behind) & UPPER);
}

static int closes_single(const Mark *mark) {
  if (mark->shape > 0 && text[mark->start] != '`') return 0;
  u32 before = wrapped(mark->start - 1);
  return mark->says == CLOSES || (mark->says == GLUED && (is_glued_sign(before) || before == ','));
}

static int is_possessive(const Mark *mark) {
  u8 before = mark->start > 0 ? letter(text[mark->start - 1], SMALL_LETTERS) : 0;
  if (before == 'n' && mark->start > 1 && letter(text[mark->start - 2], SMALL_LETTERS) == 'i') return 1;
  if (!(before == 's' || before == 'x' || before == 'z')) return 0;
  return mark->end + 1 < size && text[mark->end] == ' ' && is(text[mark->end + 1]) & ALNUM;
}

static int is_upper_at(i32 at) { return at < size && is(text[at]) & UPPER; }

static i32 pair_single(const Mark *some, i32 n, i32 number, List *into) {
  i32 at = 0, n_found = 0;
  while (at < n) {
    const Mark *mark = some + at++, *last = mark;
    if (!opens_single(mark)) continue;
    i32 likely = 0, unlikely = 0;
    for (i32 ahead = at; ahead < n && ahead < at + AHEAD; ahead++) {
      const Mark *closer = some + ahead;
      if (closer->start - mark->end > 2 * LONGEST_UNCLOSED || find_line(last->end, closer->start) >= 0) break;
      last = closer;
      if (closes_single(closer)) {
        if ((text[mark->start] == '\'') == (text[closer->start] == '\'') && !is_possessive(closer)) {
          likely = ahead;
          break;
        }
        if (!unlikely || !is_upper_at(some[unlikely].end + 1)) unlikely = ahead;
      } else if (opens_single(closer))
        break;
    }
    if (unlikely && likely && is_upper_at(some[unlikely].end + 1) && some[likely].start - some[unlikely].end > FAR) likely = 0;
    if (likely || unlikely) {
      i32 which = likely ? likely : unlikely;
      const Mark *closer = some + which;
      if (closer->start > mark->end) {
        add_stretch(into, (Stretch){mark->start, closer->end, mark->end, closer->start, number++, 1, 0, 0, 0});
        n_found++;
      }
      at = which + 1;
    } else if (at < n && some[at].start - mark->end < 2 * LONGEST_UNCLOSED) {
      i32 stop = find_line(mark->end, some[at].start);
      if (stop >= 0 && next_text(stop) == some[at].start && opens_single(some + at)) {
        add_stretch(into, (Stretch){mark->start, stop, mark->end, stop, number, 0, 0, 0, 0});
        n_found++;
      }
    }
  }
  return n_found;
}

/* ---- stretches ---- */

static int comes_before(const Stretch *one, const Stretch *two) {
  if (one->outer_start != two->outer_start) return one->outer_start < two->outer_start;
  return one->outer_end >= two->outer_end;
}

/* Sort, keeping the order of equals: runs of 1, 2, 4, … are merged, back and forth between two lists. */
static void sort(List *list) {
  u64 n = list->n;
  if (!roomy(&others, n, sizeof(Stretch))) return;
  Stretch *from = list->items, *to = others.items;
  for (u64 width = 1; width < n; width *= 2) {
    for (u64 begin = 0; begin < n; begin += 2 * width) {
      u64 middle = begin + width < n ? begin + width : n, end = begin + 2 * width < n ? begin + 2 * width : n;
      u64 left = begin, right = middle;
      for (u64 at = begin; at < end; at++)
        to[at] = left < middle && (right == end || comes_before(from + left, from + right)) ? from[left++] : from[right++];
    }
    Stretch *swap = from;
    from = to;
    to = swap;
  }
  if (from != list->items) __builtin_memcpy(list->items, from, n * sizeof(Stretch));
}

static void outermost(List *list) {
  sort(list);
  Stretch *all = list->items;
  u64 kept = 0;
  i32 reach = -1;
  for (u64 i = 0; i < list->n; i++) {
    Stretch stretch = all[i];
    if (stretch.outer_start >= reach) {
      stretch.nested = 0;
      reach = stretch.outer_end;
    } else if (stretch.outer_end <= reach)
      stretch.nested = 1;
    else
      continue;
    all[kept++] = stretch;
  }
  list->n = kept;
}

static List regions;

/* Pair the single marks between the double ones, and then those inside each double pair. */
static void single(void) {
  const Mark *singles = MARKS(&family[SINGLE]);
  i32 n = family[SINGLE].n, number = stretches.n ? STRETCHES(&stretches)[stretches.n - 1].group + 1 : 0;
  if (!stretches.n) {
    pair_single(singles, n, number, &stretches);
    return;
  }
  regions.n = around.n = 0;
  if (!roomy(&regions, stretches.n, sizeof(Stretch))) return;
  __builtin_memcpy(regions.items, stretches.items, stretches.n * sizeof(Stretch));
  regions.n = stretches.n;
  outermost(&regions);
  const Stretch *all = regions.items;
  u64 at = 0;
  for (i32 i = 0; i < n; i++) {
    while (at < regions.n && (all[at].nested || all[at].outer_end <= singles[i].start)) at++;
    if (at == regions.n || all[at].outer_start > singles[i].start) add_mark(&around, singles[i]);
  }
  number += pair_single(MARKS(&around), around.n, number, &stretches);
  at = 0;
  for (i32 i = 0; i < n;) {
    while (at < regions.n && (all[at].nested || all[at].outer_end <= singles[i].start)) at++;
    if (at == regions.n) break;
    i32 begin = i;
    while (i < n && singles[i].start < all[at].outer_end && all[at].outer_start <= singles[i].start) i++;
    if (i - begin > 1) {
      pair_single(singles + begin, i - begin, number, &stretches);
      number += i - begin;
    }
    if (i == begin) i++;
  }
}

static void find_stretches(void) {
  stretches.n = 0;
  group = 0;
  for (int which = DOUBLE; which < N_FAMILIES; which++) {
    if (which == SINGLE || !family[which].n) continue;
    group = stretches.n ? STRETCHES(&stretches)[stretches.n - 1].group + 1 : 0;
    pair(&family[which]);
  }
  const Mark *singles = MARKS(&family[SINGLE]);
  for (u64 i = 0; i < family[SINGLE].n; i++)
    if (opens_single(singles + i)) {
      single();
      break;
    }
  const Stretch *all = stretches.items;
  int apart = 1;
  for (u64 i = 0; i < stretches.n; i++) {
    if (all[i].nested) apart = 0;
    if (i && all[i - 1].outer_end > all[i].outer_start) apart = 0;
  }
  if (!apart) outermost(&stretches);
}

/* ---- kinds ---- */

/* Whether some ASCII signs end at `at`, and begin not before `lowest`. */
static int ends_with(i32 at, i32 lowest, const char *signs) {
  i32 n = 0;
  while (signs[n]) n++;
  while (n && at > lowest && text[at - 1] == (u8)signs[n - 1]) n--, at--;
  return !n;
}
static int starts_with(i32 *at, i32 end, const char *signs) {
  i32 here = *at;
  for (; *signs; signs++, here++)
    if (here >= end || text[here] != (u8)*signs) return 0;
  *at = here;
  return 1;
}

static int joins(i32 at, i32 end) {
  i32 both = at;
  if (starts_with(&both, end, ", ") && both == end) return 1;
  i32 comma = both > at;
  i32 word = at + comma;
  if (starts_with(&word, end, " and ") || starts_with(&word, end, " or ") || starts_with(&word, end, " nor "))
    both = word;
  else if (!comma)
    return 0;
  if (both == end) return 1;
  return (starts_with(&both, end, "a ") || starts_with(&both, end, "an ") || starts_with(&both, end, "the ")) && both == end;
}

static int is_around_title(u32 c) { return in(c, ".,:;!?'()[]") || c == APOSTROPHE || c == OPENING_SINGLE || c == ELLIPSIS; }
static int is_single(u32 c) { return c == '\'' || c == APOSTROPHE || c == OPENING_SINGLE; }

static int is_title(i32 start, i32 end) {
  int capitals = 0, cased = 0, small = 0;
  i32 at = start, first_end = 0;
  while (at < end) {
    i32 begin = at;
    while (at < end && !(is(text[at]) & WHITE)) {
      u32 what = is(text[at++]);
      small |= what & (LOWER | TITLE);
      cased |= what & UPPER;
    }
    i32 stop = at;
    if (begin == start) first_end = stop;
    while (begin < stop && is_around_title(text[begin])) begin++;
    while (stop > begin && is_around_title(text[stop - 1])) stop--;
    if (!(lists_at(begin, stop) & SMALL)) {
      if (begin == stop || !(is(text[begin]) & (UPPER | DIGIT))) return 0;
      capitals++;
    }
    while (at < end && is(text[at]) & WHITE) at++;
  }
  if (!capitals || (capitals > 2 && cased && !small) || in(text[end - 1], "!?")) return 0;
  while (start < first_end && is_single(text[start])) start++;
  while (first_end > start && is_single(text[first_end - 1])) first_end--;
  return !(lists_at(start, first_end) & STARTS_SPEECH);
}

/* The word that ends at `end`, and not before `lowest`; `end` is moved before it and the white space before that. */
static i32 word_before(i32 *end, i32 lowest, i32 *stop) {
  i32 at = *end;
  while (at > lowest && is(text[at - 1]) & WHITE) at--;
  *stop = at;
  while (at > lowest && !(is(text[at - 1]) & WHITE)) at--;
  *end = at;
  return at;
}

static int mentioned_behind(i32 at, i32 end) {
  i32 word = at, stop;
  if (space_at(at, end)) {
    stop = run(at + 1, end);
    if (lists_at(at + 1, stop) & IS && (word = stop, starts_with(&word, end, " a ") || starts_with(&word, end, " the ")) &&
        lists_at(word, run(word, end)) & NOUN)
      return 1;
  }
  word = at + (at < end && text[at] == ',');
  return starts_with(&word, end, " the ") && lists_at(word, run(word, end)) & WORK;
}

static int begins_sentence(i32 at, i32 lowest) {
  while (at > lowest && text[at - 1] == ' ') at--;
  if (at == lowest) return 1;
  u32 c = text[at - 1];
  return ends_sentence(c) || c == '"' || c == CLOSING_QUOTE || c == APOSTROPHE || c == '\n';
}

/* Whether the sentence around a stretch has a word that goes with speech. */
static int has_cue(i32 before, i32 stop, i32 behind, i32 end) {
  u32 sentence[240 + 1 + 160];
  i32 n = 0, line = rfind_line(before, stop), begin;
  for (i32 i = line < 0 ? before : line + 1; i < stop; i++)
    if (text[i] != '"' && text[i] != CLOSING_QUOTE) sentence[n++] = text[i];
  for (begin = n - 1; begin > 0; begin--)
    if (sentence[begin] == ' ' && in(sentence[begin - 1], ".?!")) break;
  begin = begin > 0 ? begin - 1 : -1; /* the end mark */
  while (begin >= 0 && sentence[begin] == '.') {
    int small = 0, other = 0;
    for (i32 i = begin > 3 ? begin - 3 : 0; i < begin; i++) {
      small |= is(sentence[i]) & LOWER;
      other |= is(sentence[i]) & (UPPER | TITLE);
    }
    if (small && !other) break;
    i32 at = begin - 2;
    while (at >= 0 && !(sentence[at] == '.' && sentence[at + 1] == ' ')) at--;
    begin = at < 0 ? -1 : at;
  }
  i32 at = begin + 1, half = n + 1;
  sentence[n++] = ' ';
  for (i32 i = behind; i < end && text[i] != '\n'; i++) {
    if (text[i] == '"' || text[i] == CLOSING_QUOTE) continue;
    if (text[i] == ' ' && n > half && in(sentence[n - 1], ".?!")) {
      n--; /* the end mark */
      break;
    }
    sentence[n++] = text[i];
  }
  while (at < n) {
    i32 first = at;
    while (at < n && !(is(sentence[at]) & WHITE || in(sentence[at], ",:.") || sentence[at] == DASH)) at++;
    if (lists_of(sentence + first, at - first, SMALL_LETTERS) & CUE) return 1;
    at++;
  }
  return 0;
}

static int is_headline(i32 before, const Stretch *stretch) {
  if (!is_apostrophe(text[stretch->outer_start])) return 0;
  i32 end = stretch->outer_end + 120 < size ? stretch->outer_end + 120 : size;
  i32 line = rfind_line(before, stretch->outer_start), stop = find_line(stretch->outer_start, end);
  if (stop >= 0) end = stop;
  while (end > stretch->outer_start && is(text[end - 1]) & WHITE) end--;
  i32 begin = line < 0 ? before : line + 1;
  return end - begin <= 120 && !(ends_sentence(text[end - 1]) || in(text[end - 1], ":,"));
}

static int kind_of(const Stretch *stretch) {
  static const char *titles[] = {"titled ", "titled, ", "titled: ", "headlined ", "headlined, ", "headlined: "};
  i32 start = stretch->start, end = stretch->end, outer = stretch->outer_start, lowest = outer > 40 ? outer - 40 : 0;
  if (outer > 1 && text[outer - 1] == ' ' && in(text[outer - 2], "d,:"))
    for (int i = 0; i < 6; i++)
      if (ends_with(outer, lowest, titles[i])) return TITLE_OF_WORK;
  if (ends_with(outer, lowest, "=") || ends_with(outer, lowest, "\":") || ends_with(outer, lowest, "\": ")) return SCARE;
  if (end - start > LONG && stretch->closed) return SPEECH;
  while (start < end && is(text[start]) & WHITE) start++;
  while (end > start && is(text[end - 1]) & WHITE) end--;
  int titled = is_title(start, end), letters = 0, white = 1;
  i32 n = 0;
  for (i32 at = start; at < end; at++) {
    u32 what = is(text[at]);
    letters |= what & ALPHA;
    n += white && !(what & WHITE);
    white = what & WHITE;
    if (n > SHORT && stretch->closed && !titled) return SPEECH;
  }
  if (!letters) return SCARE;
  i32 at = outer, word, stop;
  while (at > lowest && in(text[at - 1], " ,:")) at--;
  word = word_before(&at, lowest, &stop);
  u32 last = lists_of(text + word, stop - word, SMALL_LETTERS);
  if (last & ARTICLE) word = word_before(&at, lowest, &stop);
  u32 two[42];
  i32 m = 0, second_stop, second = word_before(&at, lowest, &second_stop);
  for (i32 i = second; i < second_stop; i++) two[m++] = text[i];
  if (m) two[m++] = '-';
  for (i32 i = word; i < stop; i++) two[m++] = text[i];
  i32 first = 0;
  while (first < m && two[first] == '(') first++;
  int mentioned = last & MENTION || lists_of(two + first, m - first, SMALL_LETTERS) & MENTION_IN_TWO;
  if (!stretch->closed) return mentioned ? SCARE : SPEECH;
  i32 behind = stretch->outer_end, behind_end = behind + 160 < size ? behind + 160 : size;
  u32 sign = text[end - 1];
  int comma = behind < size && text[behind] == ',';
  if ((comma || in(sign, ",?!") || sign == DASH) && tag_direct(behind, behind_end)) return SPEECH;
  if (mentioned) return titled ? TITLE_OF_WORK : SCARE;
  if (last & INTRODUCES) return SPEECH;
  i32 bare_end = outer;
  while (bare_end > lowest && is(text[bare_end - 1]) & WHITE) bare_end--;
  if (bare_end > lowest && text[bare_end - 1] == ':') return SPEECH;
  if (mentioned_behind(behind, behind_end)) return titled ? TITLE_OF_WORK : SCARE;
  if (ends_sentence(sign) && (!titled || n == 1) && begins_sentence(outer, lowest)) return SPEECH;
  if (titled) return TITLE_OF_WORK;
  if (n > FEW || in(sign, "!?") || (n > 2 && is(text[start]) & UPPER)) return SPEECH;
  if (sign == '.' && behind < size && is(text[behind]) & WHITE) behind_end = behind;
  lowest = outer > 240 ? outer - 240 : 0;
  return has_cue(lowest, outer, behind, behind_end) || is_headline(lowest, stretch) ? SPEECH : SCARE;
}

static void find_kinds(void) {
  int kind = SCARE, goes_on = 0;
  i32 number = -1, reach = -1;
  Stretch *all = stretches.items;
  for (u64 i = 0; i < stretches.n; i++) {
    Stretch *stretch = all + i;
    if (stretch->nested) {
      stretch->kind = NESTED;
      continue;
    }
    if (goes_on && stretch->group == number)
      kind = SPEECH;
    else if (kind != SPEECH || stretch->outer_start - reach > NEAR || !joins(reach, stretch->outer_start))
      kind = kind_of(stretch);
    stretch->kind = kind;
    number = stretch->group;
    goes_on = !stretch->closed;
    reach = stretch->outer_end;
  }
}

/* ---- texts ---- */

#pragma clang attribute pop

/* Decode a text, find its line breaks and marks; 0 where that cannot be done. */
static int read_text(const u8 *at, const u8 *end) {
  enum { PAD = 4 };
  points.n = lines.n = places.n = 0;
  if (!roomy(&points, end - at + 2 * PAD + 16, sizeof(u32))) return 0;
  u32 *out = points.items;
  for (int i = 0; i < PAD; i++) *out++ = ' ';
  text = out;
  const v128_t line = wasm_i8x16_splat(13), least = wasm_i8x16_splat(10);
  while (at < end) {
    if (end - at >= 16) {
      v128_t bytes = wasm_v128_load(at);
      v128_t breaks = wasm_v128_and(wasm_u8x16_le(bytes, line), wasm_u8x16_ge(bytes, least));
      v128_t low = wasm_u16x8_extend_low_u8x16(bytes), high = wasm_u16x8_extend_high_u8x16(bytes);
      wasm_v128_store(out, wasm_u32x4_extend_low_u16x8(low));
      wasm_v128_store(out + 4, wasm_u32x4_extend_high_u16x8(low));
      wasm_v128_store(out + 8, wasm_u32x4_extend_low_u16x8(high));
      wasm_v128_store(out + 12, wasm_u32x4_extend_high_u16x8(high));
      v128_t quotes = wasm_v128_or(wasm_i8x16_eq(bytes, wasm_i8x16_splat('"')), wasm_i8x16_eq(bytes, wasm_i8x16_splat('\'')));
      u32 hits = wasm_i8x16_bitmask(wasm_v128_or(quotes, wasm_i8x16_eq(bytes, wasm_i8x16_splat('`'))));
      /* Up to the first line break, or sign outside ASCII, the bytes are the code points. */
      u32 others = wasm_i8x16_bitmask(wasm_v128_or(bytes, breaks)) | 1 << 16;
      i32 n = __builtin_ctz(others);
      for (hits &= (1u << n) - 1; hits; hits &= hits - 1) add_place(&places, out - text + __builtin_ctz(hits));
      out += n;
      at += n;
      if (n == 16) continue;
    }
    u32 c = decoded(&at, end);
    if (c == '\r' && at < end && *at == '\n')
      c = ' ';
    else if ((c >= 10 && c <= 13) || c == 0x85 || c == 0x2028 || c == 0x2029) {
      c = '\n';
      add_place(&lines, out - text);
    } else if (!pages[c >> 8])
      return 0;
    else if (is(c) & MARK)
      add_place(&places, out - text);
    *out++ = c;
  }
  size = out - text;
  for (int i = 0; i < PAD; i++) *out++ = ' ';
  if (goes_on_search()) unwrap();
  for (int i = 0; i < N_FAMILIES; i++) family[i].n = 0;
  skip = -1;
  for (u64 i = 0; i < places.n; i++) read_mark(((i32 *)places.items)[i]);
  return 1;
}

/* Copy what was found last, and forget it. */
EXPORT void voice_copy(Stretch *out) {
  if (found.n) __builtin_memcpy(out, found.items, found.n * sizeof(Stretch));
  shrink(&found, sizeof(Stretch));
}

/* Find what stands in quotation marks in `n` texts that stand one after the other in UTF-8, text i at offsets[i] to
   offsets[i + 1]. Writes how many stretches each has to `counts`, and these to `out` if it has `room` for all; returns their
   sum, or -1 when memory is full. Where there are pages that it must be told of first, it does nothing but write how many
   these are to `unknown`, and behind that which. */
EXPORT i64 voice_find(const u8 *all, const i64 *offsets, i64 n, i64 *counts, i32 *unknown, Stretch *out, i64 room) {
  full = 0;
  found.n = 0;
  unknown[0] = 0;
  for (i64 i = 0; i < n && !full; i++) {
    stretches.n = 0;
    if (!pages[0] || !read_text(all + offsets[i], all + offsets[i + 1])) {
      if (!full) unknown[0] = find_unknown(all + offsets[i], all + offsets[n], unknown + 1);
      found.n = 0;
      break;
    }
    find_stretches();
    find_kinds();
    counts[i] = stretches.n;
    if (stretches.n && roomy(&found, found.n + stretches.n, sizeof(Stretch))) {
      __builtin_memcpy(STRETCHES(&found) + found.n, stretches.items, stretches.n * sizeof(Stretch));
      found.n += stretches.n;
    }
  }
  shrink(&points, sizeof(u32));
  shrink(&lines, sizeof(i32));
  shrink(&places, sizeof(i32));
  shrink(&bare, sizeof(i32));
  for (int i = 0; i < N_FAMILIES; i++) shrink(&family[i], sizeof(Mark));
  shrink(&around, sizeof(Mark));
  shrink(&stretches, sizeof(Stretch));
  shrink(&others, sizeof(Stretch));
  shrink(&regions, sizeof(Stretch));
  if (full) return -1;
  i64 n_found = found.n;
  if (n_found <= room) voice_copy(out);
  return n_found;
}
