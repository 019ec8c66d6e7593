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

/* Sort places where runs of `length` terms begin by the terms, then by place, and write for each distinct run the first of
   its places, its count and its number of articles; returns how many. Terms are below `n_terms`; `places` rise and are
   sorted in place of; `other` and the three results have room for as many; `article` for all terms; `room` for n_terms. */
EXPORT i64 count_runs(const i32 *ids, i64 length, i64 n_terms, const i64 *starts, i64 n_articles, i32 *places, i64 n, i32 *other,
                      i32 *article, i32 *room, i32 *firsts, i32 *counts, i32 *articles) {
  for (i64 i = 0; i < n_articles; i++)
    for (i64 at = starts[i]; at < starts[i + 1]; at++) article[at] = i;
  for (i64 step = length - 1; step >= 0; step--) {
    const i32 *term = ids + step;
    __builtin_memset(room, 0, n_terms * sizeof(i32));
    for (i64 i = 0; i < n; i++) room[term[places[i]]]++;
    begin_of_each(room, n_terms);
    for (i64 i = 0; i < n; i++) other[room[term[places[i]]]++] = places[i];
    i32 *swap = places;
    places = other;
    other = swap;
  }
  i64 found = 0;
  i32 before = -1, last = -1;
  for (i64 i = 0; i < n; i++) {
    i32 place = places[i];
    int same = before >= 0;
    for (i64 step = 0; same && step < length; step++) same = ids[place + step] == ids[before + step];
    if (!same) {
      firsts[found] = before = place;
      counts[found] = articles[found] = 0;
      found++;
      last = -1;
    }
    counts[found - 1]++;
    if (article[place] != last) {
      last = article[place];
      articles[found - 1]++;
    }
  }
  return found;
}

/* Count the terms of each article: the cells of article × term, sorted by article, then by term. `ends` has room for
   n_articles + 1, `room` for n_terms and for n_articles, all others for n, the number of running terms; returns how many cells. */
EXPORT i64 count_cells(const i32 *ids, i64 n_terms, const i64 *starts, i64 n_articles, i32 *room, i32 *rows, i32 *cells, i32 *ends,
                       i32 *terms, i32 *counts) {
  i64 n = starts[n_articles];
  __builtin_memset(room, 0, n_terms * sizeof(i32));
  for (i64 i = 0; i < n; i++) room[ids[i]]++;
  begin_of_each(room, n_terms);
  for (i64 i = 0; i < n_articles; i++)
    for (i64 at = starts[i]; at < starts[i + 1]; at++) rows[room[ids[at]]++] = i;
  /* By columns: rows[room[term - 1]] to rows[room[term]], equal rows being neighbours, which become one cell each. */
  __builtin_memset(ends, 0, (n_articles + 1) * sizeof(i32));
  for (i64 term = 0, at = 0; term < n_terms; term++)
    for (i32 last = -1; at < room[term]; at++) {
      cells[at] = rows[at] == last;
      ends[rows[at] + 1] += rows[at] != last;
      last = rows[at];
    }
  for (i64 i = 0; i < n_articles; i++) ends[i + 1] += ends[i];
  /* `starts` of the rows move while they are filled, and are moved back. */
  for (i64 term = 0, at = 0; term < n_terms; term++)
    for (; at < room[term]; at++) {
      i32 row = rows[at];
      if (cells[at]) {
        counts[ends[row] - 1]++;
      } else {
        terms[ends[row]] = term;
        counts[ends[row]++] = 1;
      }
    }
  for (i64 i = n_articles; i > 0; i--) ends[i] = ends[i - 1];
  ends[0] = 0;
  return ends[n_articles];
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
