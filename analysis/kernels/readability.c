/* What readability counts in each article: measures/readability.py says what and why, and has the same in NumPy. */
#include <wasm_simd128.h>

#include "base.h"

/* A row of the table is of one chunk, the first two of its values whether it is a word and its syllables. */
enum { WIDTH = 10, IS_WORD = 0, SYLLABLES = 1 };
/* Behind the sums of the rows. */
enum { SENTENCES = WIDTH, CHUNKS, HEADING_WORDS, SAMPLE_EASY, SAMPLE_HARD, SAMPLE_SENTENCES, N_COUNTS };
enum { WORD = 1, HEAD = 2, TAIL = 4, TERMINATED = 8, MARKED = 16 };
enum { SAMPLE_WORDS = 100, MOST_HEADING_WORDS = 12, FEW_WORDS = 2 };

/* Sums of the values of rows: 32 bits each, since no text has as many characters as they hold. */
typedef struct {
  v128_t first, second, third;
} Sums;

static void add(Sums *sums, const i32 *row) {
  sums->first = wasm_i32x4_add(sums->first, wasm_v128_load(row));
  sums->second = wasm_i32x4_add(sums->second, wasm_v128_load(row + 4));
  sums->third = wasm_i32x4_add(sums->third, wasm_v128_load64_zero(row + 8));
}

static void write_sums(i64 *out, const Sums *sums) {
  i32 values[12];
  wasm_v128_store(values, sums->first);
  wasm_v128_store(values + 4, sums->second);
  wasm_v128_store(values + 8, sums->third);
  for (int column = 0; column < WIDTH; column++) out[column] = values[column];
}

static void sample(i64 *out, const i32 *row) {
  out[SAMPLE_EASY] += row[SYLLABLES] > 0 && row[SYLLABLES] < 3;
  out[SAMPLE_HARD] += row[SYLLABLES] >= 3;
}

/* Count as textstat does; article i has the chunks starts[i] to starts[i + 1]. Sentences are runs between terminators. */
EXPORT i32 readability_textstat(const i32 *ids, const i64 *starts, i64 n, const i32 *table, const u8 *ends, i64 *out) {
  for (i64 article = 0; article < n; article++, out += N_COUNTS) {
    i64 words = 0, run = 0, last = starts[article + 1] - 1;
    Sums sums = {0};
    int sampling = 1;
    __builtin_memset(out, 0, N_COUNTS * sizeof(i64));
    for (i64 at = starts[article]; at <= last; at++) {
      const i32 *row = table + (i64)ids[at] * WIDTH;
      u8 end = ends[ids[at]];
      add(&sums, row);
      run += (end & HEAD) != 0;
      if (end & TERMINATED || at == last) {
        out[SENTENCES] += run > FEW_WORDS;
        run = at < last && end & TAIL;
      }
      if (!sampling) continue;
      sample(out, row);
      words += end & WORD;
      if (words == SAMPLE_WORDS || at == last) {
        out[SAMPLE_SENTENCES] = out[SENTENCES] + (run > FEW_WORDS);
        sampling = 0;
      }
    }
    write_sums(out, &sums);
    out[CHUNKS] = last + 1 - starts[article];
  }
  return 0;
}

/* Count by the kit's own sentences: article i has sentences articles[i] to articles[i + 1], sentence j the pieces
   sentences[j] to sentences[j + 1]; headings are left out. `words` has room for all sentences. */
EXPORT i32 readability_news(const i32 *ids, const i64 *articles, i64 n, const i64 *sentences, const u8 *breaks, const i32 *table,
                            const u8 *ends, i32 *words, i64 *out) {
  for (i64 article = 0; article < n; article++, out += N_COUNTS) {
    i64 first = articles[article], last = articles[article + 1], all = 0, in_headings = 0, n_words = 0;
    Sums sums = {0};
    int sampling = 1;
    __builtin_memset(out, 0, N_COUNTS * sizeof(i64));
    for (i64 sentence = first; sentence < last; sentence++) {
      i32 count = 0;
      i64 final = sentences[sentence + 1] - 1;
      for (i64 at = sentences[sentence]; at <= final; at++) count += table[(i64)ids[at] * WIDTH + IS_WORD];
      all += count;
      int heading = breaks[final] && count <= MOST_HEADING_WORDS && !(ends[ids[final]] & MARKED) && sentence + 1 < last;
      in_headings += heading ? count : 0;
      words[sentence] = heading ? -count : count;
    }
    int mostly = 2 * in_headings > all; /* a list or a poem: what has no other text is the text */
    for (i64 sentence = first; sentence < last; sentence++) {
      if (words[sentence] < 0 && !mostly) continue;
      out[SENTENCES] += words[sentence] != 0;
      out[SAMPLE_SENTENCES] += sampling && words[sentence];
      for (i64 at = sentences[sentence]; at < sentences[sentence + 1]; at++) {
        const i32 *row = table + (i64)ids[at] * WIDTH;
        add(&sums, row);
        if (!sampling) continue;
        sample(out, row);
        n_words += row[IS_WORD];
        if (n_words == SAMPLE_WORDS) sampling = 0;
      }
      out[CHUNKS] += sentences[sentence + 1] - sentences[sentence];
    }
    write_sums(out, &sums);
    out[HEADING_WORDS] = all - out[IS_WORD];
  }
  return 0;
}
