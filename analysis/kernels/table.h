/* Distinct strings of bytes, numbered in the order of first sight. */
#pragma once
#include "base.h"

/* A string in short: its first 8 bytes, padded with zeros, a part of its hash, and its length (31: that or longer). Two
   strings of at most 8 bytes are the same if and only if their keys are. */
typedef struct {
  u64 first;
  u32 tag, size;
} Key;

typedef struct {
  u64 first;
  u32 tag;
  u32 number; /* and the size above it; FREE where there is none */
} Slot;

enum { NUMBER_BITS = 27, LARGEST_SIZE = 31 };
#define FREE (~0u)

typedef struct {
  Slot *slots; /* a string's first place is its tag, so that more slots are made without a look at the strings */
  u64 n_slots, n, room, size, arena_room, seed;
  u8 *arena;   /* all strings, one after the other */
  u32 *begins; /* where each begins in it, and the end: room + 1 */
} Table;

/* The first 8 bytes of a string, padded with zeros. Reads past its end. */
static inline u64 first_of(const u8 *text, u64 length) {
  u64 word;
  __builtin_memcpy(&word, text, 8);
  return length >= 8 ? word : length ? word & (~0ull >> (64 - 8 * length)) : 0;
}

static inline u64 mixed(u64 hash, u64 word) {
  hash = (hash ^ word) * 0xD6E8FEB86659FD93ull;
  return hash ^ (hash >> 32);
}

static inline u64 hash_of(u64 seed, const u8 *text, u64 length) {
  u64 hash = seed ^ length * 0x9E3779B97F4A7C15ull;
  for (; length > 8; text += 8, length -= 8) hash = mixed(hash, first_of(text, 8));
  hash = mixed(hash, first_of(text, length)) * 0xD6E8FEB86659FD93ull;
  return hash ^ (hash >> 29);
}

static inline Key key_of(u64 seed, const u8 *text, u64 length) {
  return (Key){first_of(text, length), hash_of(seed, text, length) >> 32, length < LARGEST_SIZE ? length : LARGEST_SIZE};
}

static inline int same(const u8 *a, const u8 *b, u64 length) {
  for (; length > 8; a += 8, b += 8, length -= 8)
    if (first_of(a, 8) != first_of(b, 8)) return 0;
  return first_of(a, length) == first_of(b, length);
}

/* Empty a table; the seed makes collisions unforeseeable. Returns 0 when memory is full. */
int table_reset(Table *table, u64 seed);
/* The number of a string, a new one if it was not seen before; -1 when memory is full. */
i32 table_number(Table *table, const u8 *text, u64 length);
/* The numbers of `n` strings, string i at begins[i] to begins[i + 1], n at most MOST_AT_ONCE; 0 when memory is full. */
enum { MOST_AT_ONCE = 128 };
int table_numbers(Table *table, const u8 *const *begins, i32 n, i32 *numbers);
/* The number of a string, -1 where it is not known. */
i32 table_find(const Table *table, const u8 *text, u64 length);
