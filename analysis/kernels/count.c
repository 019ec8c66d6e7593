/* How often each of many keys occurs, and in how many articles. */
#include "base.h"

typedef struct {
  i64 key; /* -1: free */
  i32 count, n_articles, last, number;
} Entry;

/* Count keys (0 or more), article i having keys[starts[i]] to keys[starts[i + 1]]; negative keys are left out. Writes the
   distinct keys in the order of first sight, their counts and numbers of articles; returns how many, -1 when memory is full. */
EXPORT i64 count_keys(const i64 *keys, const i64 *starts, i64 n_articles, i64 *distinct, i64 *counts, i64 *articles) {
  u64 size = 1 << 12;
  i64 n = 0;
  Entry *table = take(size * sizeof(Entry));
  if (!table) return -1;
  for (u64 i = 0; i < size; i++) table[i].key = -1;
  for (i64 article = 0; article < n_articles; article++) {
    for (i64 i = starts[article]; i < starts[article + 1]; i++) {
      i64 key = keys[i];
      if (key < 0) continue;
      u64 at = ((u64)key * 0x9E3779B97F4A7C15ull) >> 20 & (size - 1);
      while (table[at].key != key && table[at].key >= 0) at = (at + 1) & (size - 1);
      Entry *entry = table + at;
      if (entry->key < 0) {
        *entry = (Entry){key, 0, 0, -1, n};
        distinct[n++] = key;
      }
      entry->count++;
      if (entry->last != article) {
        entry->last = article;
        entry->n_articles++;
      }
      if (n * 3 > (i64)size * 2) {
        u64 larger_size = size * 2;
        Entry *larger = take(larger_size * sizeof(Entry));
        if (!larger) return -1;
        for (u64 j = 0; j < larger_size; j++) larger[j].key = -1;
        for (u64 j = 0; j < size; j++) {
          if (table[j].key < 0) continue;
          u64 to = ((u64)table[j].key * 0x9E3779B97F4A7C15ull) >> 20 & (larger_size - 1);
          while (larger[to].key >= 0) to = (to + 1) & (larger_size - 1);
          larger[to] = table[j];
        }
        give(table, size * sizeof(Entry));
        table = larger;
        size = larger_size;
      }
    }
  }
  for (u64 i = 0; i < size; i++) {
    if (table[i].key < 0) continue;
    counts[table[i].number] = table[i].count;
    articles[table[i].number] = table[i].n_articles;
  }
  give(table, size * sizeof(Entry));
  return n;
}
