/* Many strings at once, string i at text[edges[i]] to text[edges[i + 1]]: analysis/text/strings.py has the same in Python. */
#include "table.h"

_Static_assert(sizeof(Table) <= 128, "analysis/text/strings.py takes so much for a lexicon");

/* Number distinct strings in a new table. Returns -1 when memory is full. */
EXPORT i32 strings_lexicon(Table *lexicon, const u8 *text, const i64 *edges, i64 n, u64 seed) {
  __builtin_memset(lexicon, 0, sizeof *lexicon);
  if (!table_reset(lexicon, seed)) return -1;
  for (i64 i = 0; i < n; i++)
    if (table_number(lexicon, text + edges[i], edges[i + 1] - edges[i]) < 0) return -1;
  return 0;
}

/* The place of each string in a lexicon, -1 for none. */
EXPORT void strings_find(const Table *lexicon, const u8 *text, const i64 *edges, i64 n, i32 *found) {
  for (i64 i = 0; i < n; i++) found[i] = table_find(lexicon, text + edges[i], edges[i + 1] - edges[i]);
}

/* ---- order ---- */

typedef struct {
  u64 first; /* 8 bytes, the first highest */
  i64 number;
} Sorted;

/* Of strings with the same first 8 bytes. */
static int precedes(const Sorted *a, const Sorted *b, const u8 *text, const i64 *edges) {
  i64 begin_a = edges[a->number], begin_b = edges[b->number];
  i64 size_a = edges[a->number + 1] - begin_a, size_b = edges[b->number + 1] - begin_b;
  for (i64 at = 8; at < size_a && at < size_b; at++)
    if (text[begin_a + at] != text[begin_b + at]) return text[begin_a + at] < text[begin_b + at];
  return size_a < size_b;
}

static void merge(const Sorted *left, const Sorted *right, const Sorted *end, Sorted *out, const u8 *text, const i64 *edges) {
  const Sorted *middle = right;
  while (left < middle && right < end) *out++ = *(precedes(right, left, text, edges) ? right++ : left++);
  while (left < middle) *out++ = *left++;
  while (right < end) *out++ = *right++;
}

/* Sort by the bytes of `first`, the lowest first, so that the order by one byte stays within that of the next. Bytes that are
   the same in all are left out. Returns which of the two arrays holds the outcome. */
static Sorted *sort_by_first(Sorted *from, Sorted *to, i64 n) {
  static u32 counts[8][256];
  __builtin_memset(counts, 0, sizeof counts);
  for (i64 i = 0; i < n; i++)
    for (int byte = 0; byte < 8; byte++) counts[byte][from[i].first >> 8 * byte & 255]++;
  for (int byte = 0; byte < 8; byte++) {
    u32 *next = counts[byte], before = 0;
    if (n && next[from->first >> 8 * byte & 255] == n) continue;
    for (int value = 0; value < 256; value++) {
      u32 count = next[value];
      next[value] = before;
      before += count;
    }
    for (i64 i = 0; i < n; i++) to[next[from[i].first >> 8 * byte & 255]++] = from[i];
    Sorted *swap = from;
    from = to;
    to = swap;
  }
  return from;
}

/* Sort strings with the same first 8 bytes; the outcome is in `from`. */
static void sort_rest(Sorted *from, Sorted *room, i64 n, const u8 *text, const i64 *edges) {
  Sorted *first = from, *to = room;
  for (i64 width = 1; width < n; width *= 2) {
    for (i64 begin = 0; begin < n; begin += 2 * width) {
      i64 middle = begin + width < n ? begin + width : n, end = middle + width < n ? middle + width : n;
      merge(from + begin, from + middle, from + end, to + begin, text, edges);
    }
    Sorted *swap = from;
    from = to;
    to = swap;
  }
  if (from != first) __builtin_memcpy(first, from, n * sizeof *from);
}

/* Write the places of `n` strings in the order of their bytes. `room` is for twice as many `Sorted`. */
EXPORT void strings_sort(const u8 *text, const i64 *edges, i64 n, Sorted *room, i64 *order) {
  for (i64 i = 0; i < n; i++)
    room[i] = (Sorted){__builtin_bswap64(first_of(text + edges[i], edges[i + 1] - edges[i])), i};
  Sorted *sorted = sort_by_first(room, room + n, n), *other = sorted == room ? room + n : room;
  for (i64 begin = 0, end; begin < n; begin = end) {
    for (end = begin + 1; end < n && sorted[end].first == sorted[begin].first;) end++;
    if (end > begin + 1) sort_rest(sorted + begin, other, end - begin, text, edges);
  }
  for (i64 i = 0; i < n; i++) order[i] = sorted[i].number;
}
