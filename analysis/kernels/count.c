/* How often terms and runs of terms occur, and in how many articles: counting sorts, whose results come in order. */
#include "base.h"

/* Where each key's places begin, from how many it has. */
static void begin_of_each(i32 *room, i64 n_keys) {
  i32 sum = 0;
  for (i64 key = 0; key < n_keys; key++) {
    i32 count = room[key];
    room[key] = sum;
    sum += count;
  }
}

/* A place where a run begins, with one of its terms, so that the terms need not be fetched from all over the text. */
typedef struct {
  i32 place, term;
} Entry;

/* Sort places where runs of `length` terms begin, which rise, by the terms, then by place, and write for each distinct run its
   terms (to a row of `n` each), its count and its number of articles; returns how many. Terms are below `n_terms`. `counts`,
   `articles`, `entries` and `others` have room for as many; `article` for all terms; `room` for two of each distinct term. */
EXPORT i64 count_runs(const i32 *ids, i64 length, i64 n_terms, const i64 *starts, i64 n_articles, i32 *places, i64 n, i32 *article,
                      i32 *room, Entry *entries, Entry *others, i32 *runs, i32 *counts, i32 *articles) {
  for (i64 i = 0; i < n_articles; i++)
    for (i64 at = starts[i]; at < starts[i + 1]; at++) article[at] = i;
  i32 *now = places, *next = counts;
  for (i64 step = length - 1; step > 1; step--) {
    const i32 *term = ids + step;
    __builtin_memset(room, 0, n_terms * sizeof(i32));
    for (i64 i = 0; i < n; i++) room[term[now[i]]]++;
    begin_of_each(room, n_terms);
    for (i64 i = 0; i < n; i++) next[room[term[now[i]]]++] = now[i];
    i32 *swap = now;
    now = next;
    next = swap;
  }
  /* By the second term, the first being kept; then by the first, the second being kept. */
  i32 *first = room, *second = room + n_terms;
  __builtin_memset(room, 0, 2 * n_terms * sizeof(i32));
  for (i64 i = 0; i < n; i++) {
    first[ids[now[i]]]++;
    second[length > 1 ? ids[now[i] + 1] : 0]++;
  }
  begin_of_each(first, n_terms);
  begin_of_each(second, n_terms);
  for (i64 i = 0; i < n; i++)
    entries[second[length > 1 ? ids[now[i] + 1] : 0]++] = (Entry){now[i], ids[now[i]]};
  for (i64 i = 0, term = 0; term < n_terms; term++)
    for (; i < second[term]; i++) others[first[entries[i].term]++] = (Entry){entries[i].place, term};
  i64 found = -1;
  for (i64 i = 0, term = 0; term < n_terms; term++) {
    i32 before = -1, last = -1;
    for (; i < first[term]; i++) {
      i32 place = others[i].place;
      int same = before >= 0 && others[i].term == others[i - 1].term;
      for (i64 step = 2; same && step < length; step++) same = ids[place + step] == ids[before + step];
      if (!same) {
        found++;
        before = place;
        runs[found] = term;
        if (length > 1) runs[n + found] = others[i].term;
        for (i64 step = 2; step < length; step++) runs[step * n + found] = ids[place + step];
        counts[found] = articles[found] = 1;
        last = -1;
        continue;
      }
      if (last < 0) last = article[before];
      counts[found]++;
      articles[found] += article[place] != last;
      last = article[place];
    }
  }
  return found + 1;
}

enum { DIGIT = 9 };

/* Sort `n` numbers below 2 ** bits, by digits; `other` is room for as many. */
static void sort_numbers(i32 *numbers, i32 *other, i64 n, int bits) {
  i32 *from = numbers, *to = other, room[1 << DIGIT];
  for (int shift = 0; shift < bits; shift += DIGIT) {
    __builtin_memset(room, 0, sizeof room);
    for (i64 i = 0; i < n; i++) room[from[i] >> shift & ((1 << DIGIT) - 1)]++;
    begin_of_each(room, 1 << DIGIT);
    for (i64 i = 0; i < n; i++) to[room[from[i] >> shift & ((1 << DIGIT) - 1)]++] = from[i];
    i32 *swap = from;
    from = to;
    to = swap;
  }
  if (from != numbers) __builtin_memcpy(numbers, from, n * sizeof(i32));
}

/* Count the terms of each article: the cells of article × term, sorted by article, then by term. `ends` has room for
   n_articles + 1, `room` for n_terms, `terms` and `counts` for all running terms; returns how many cells. */
EXPORT i64 count_cells(const i32 *ids, i64 n_terms, const i64 *starts, i64 n_articles, i32 *room, i32 *ends, i32 *terms,
                       i32 *counts) {
  i64 found = 0;
  int bits = 0;
  while (bits < 31 && n_terms >> bits) bits++;
  __builtin_memset(room, 0, n_terms * sizeof(i32));
  for (i64 article = 0; article < n_articles; article++) {
    i32 *of_article = terms + found;
    i64 n = 0;
    ends[article] = found;
    for (i64 at = starts[article]; at < starts[article + 1]; at++) {
      of_article[n] = ids[at];
      n += !room[ids[at]]++;
    }
    sort_numbers(of_article, counts + found, n, bits);
    for (i64 i = 0; i < n; i++) {
      counts[found + i] = room[of_article[i]];
      room[of_article[i]] = 0;
    }
    found += n;
  }
  ends[n_articles] = found;
  return found;
}

/* Join words with a space: row i is words columns[0][i], columns[1][i], … and goes to out[ends[i]], where the row before
   ends. Copies 8 bytes at a time: `out` has room for 8 more at its end. */
EXPORT i32 count_joined(const u8 *arena, const i32 *begins, const i32 *columns, i64 length, i64 n, const i64 *ends, u8 *out) {
  for (i64 i = 0; i < n; i++) {
    u8 *to = out + ends[i];
    for (i64 step = 0; step < length; step++) {
      i32 word = columns[step * n + i];
      const u8 *from = arena + begins[word];
      i64 size = begins[word + 1] - begins[word];
      if (step) *to++ = ' ';
      for (i64 at = 0; at < size; at += 8) __builtin_memcpy(to + at, from + at, 8);
      to += size;
    }
  }
  return 0;
}
