#include "table.h"

/* The first 8 bytes of a string, padded with zeros. Reads past its end. */
static u64 first_of(const u8 *text, u64 length) {
  u64 word;
  __builtin_memcpy(&word, text, 8);
  return length >= 8 ? word : length ? word & (~0ull >> (64 - 8 * length)) : 0;
}

static u64 mixed(u64 hash, u64 word) {
  hash = (hash ^ word) * 0xD6E8FEB86659FD93ull;
  return hash ^ (hash >> 32);
}

static u64 hash_of(u64 hash, const u8 *text, u64 length) {
  hash ^= length * 0x9E3779B97F4A7C15ull;
  while (length > 8) {
    hash = mixed(hash, first_of(text, 8));
    text += 8;
    length -= 8;
  }
  hash = mixed(hash, first_of(text, length)) * 0xD6E8FEB86659FD93ull;
  return hash ^ (hash >> 29);
}

static int same(const u8 *a, const u8 *b, u64 length) {
  while (length > 8) {
    if (first_of(a, 8) != first_of(b, 8)) return 0;
    a += 8;
    b += 8;
    length -= 8;
  }
  return first_of(a, length) == first_of(b, length);
}

int table_reset(Table *table, u64 seed) {
  give(table->slots, table->n_slots * sizeof(Slot));
  give(table->begins, (table->room + 1) * sizeof(u32));
  give(table->arena, table->arena_room);
  table->seed = seed;
  table->n_slots = 1 << 12;
  table->n = table->size = 0;
  table->room = 1 << 11;
  table->arena_room = 1 << 16;
  table->slots = take(table->n_slots * sizeof(Slot));
  table->begins = take((table->room + 1) * sizeof(u32));
  table->arena = take(table->arena_room);
  if (!table->slots || !table->begins || !table->arena) return 0;
  __builtin_memset(table->slots, 0xFF, table->n_slots * sizeof(Slot));
  table->begins[0] = 0;
  return 1;
}

static int more_slots(Table *table) {
  u64 size = table->n_slots * 2;
  Slot *larger = take(size * sizeof(Slot));
  if (!larger) return 0;
  __builtin_memset(larger, 0xFF, size * sizeof(Slot));
  for (u64 i = 0; i < table->n; i++) {
    const u8 *text = table->arena + table->begins[i];
    u64 length = table->begins[i + 1] - table->begins[i], hash = hash_of(table->seed, text, length);
    u64 at = hash & (size - 1);
    while (larger[at].number >= 0) at = (at + 1) & (size - 1);
    larger[at] = (Slot){first_of(text, length), hash >> 32, i};
  }
  give(table->slots, table->n_slots * sizeof(Slot));
  table->slots = larger;
  table->n_slots = size;
  return 1;
}

static i32 learn(Table *table, const u8 *text, u64 length, u64 hash, u64 at) {
  if (table->n == table->room) {
    u64 row = sizeof(u32);
    u32 *larger = retake(table->begins, (table->room + 1) * row, (2 * table->room + 1) * row, (table->n + 1) * row);
    if (!larger) return -1;
    table->begins = larger;
    table->room *= 2;
  }
  if (table->size + length > table->arena_room) {
    u64 room = 2 * table->arena_room;
    while (room < table->size + length) room *= 2;
    u8 *larger = retake(table->arena, table->arena_room, room, table->size);
    if (!larger) return -1;
    table->arena = larger;
    table->arena_room = room;
  }
  __builtin_memcpy(table->arena + table->size, text, length);
  table->size += length;
  table->begins[table->n + 1] = table->size;
  table->slots[at] = (Slot){first_of(text, length), hash >> 32, table->n};
  return table->n++;
}

i32 table_number(Table *table, const u8 *text, u64 length) {
  u64 hash = hash_of(table->seed, text, length), first = first_of(text, length);
  u32 tag = hash >> 32;
  u64 at = hash & (table->n_slots - 1);
  const Slot *slots = table->slots;
  const u32 *begins = table->begins;
  while (slots[at].number >= 0) {
    i32 number = slots[at].number;
    if (slots[at].first == first && slots[at].tag == tag) {
      u32 begin = begins[number];
      if (begins[number + 1] - begin == length && (length <= 8 || same(table->arena + begin + 8, text + 8, length - 8)))
        return number;
    }
    at = (at + 1) & (table->n_slots - 1);
  }
  i32 number = learn(table, text, length, hash, at);
  if (number >= 0 && table->n * 2 > table->n_slots && !more_slots(table)) return -1;
  return number;
}
