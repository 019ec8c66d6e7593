/* Distinct strings of bytes, numbered in the order of first sight. */
#pragma once
#include "base.h"

typedef struct {
  u64 first;  /* the first 8 bytes, padded with zeros */
  u32 tag;    /* upper half of the hash */
  i32 number; /* -1: free */
} Slot;

typedef struct {
  Slot *slots;
  u64 n_slots, n, room, size, arena_room, seed;
  u8 *arena;   /* all strings, one after the other */
  u32 *begins; /* where each begins in it, and the end: room + 1 */
} Table;

/* Empty a table; the seed makes collisions unforeseeable. Returns 0 when memory is full. */
int table_reset(Table *table, u64 seed);
/* The number of a string, a new one if it was not seen before; -1 when memory is full. */
i32 table_number(Table *table, const u8 *text, u64 length);
