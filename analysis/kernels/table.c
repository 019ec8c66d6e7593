#include "table.h"

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
  for (u64 i = 0; i < table->n_slots; i++) {
    Slot slot = table->slots[i];
    if (slot.number == FREE) continue;
    u64 at = slot.tag & (size - 1);
    while (larger[at].number != FREE) at = (at + 1) & (size - 1);
    larger[at] = slot;
  }
  give(table->slots, table->n_slots * sizeof(Slot));
  table->slots = larger;
  table->n_slots = size;
  return 1;
}

/* Keep a string that is not known, whose slot is `at`. */
static i32 learn(Table *table, Key key, const u8 *text, u64 length, u64 at) {
  if (table->n + 1 >= 1u << NUMBER_BITS || table->size + length > FREE) return -1;
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
  table->slots[at] = (Slot){key.first, key.tag, table->n | key.size << NUMBER_BITS};
  i32 number = table->n++;
  return table->n * 2 > table->n_slots && !more_slots(table) ? -1 : number;
}

/* Whether a string with the key of string `number` is that one. */
static int is(const Table *table, u32 number, const u8 *text, u64 length) {
  if (length <= 8) return 1;
  u32 begin = table->begins[number];
  return table->begins[number + 1] - begin == length && same(table->arena + begin + 8, text + 8, length - 8);
}

static u32 number_of(Slot slot) { return slot.number & ((1u << NUMBER_BITS) - 1); }

/* The slot of a string, or the free one where it would be. */
static u64 slot_of(const Table *table, Key key, const u8 *text, u64 length) {
  u64 at = key.tag & (table->n_slots - 1);
  for (;; at = (at + 1) & (table->n_slots - 1)) {
    Slot slot = table->slots[at];
    if (slot.number == FREE) return at;
    if (slot.first == key.first && slot.tag == key.tag && slot.number >> NUMBER_BITS == key.size &&
        is(table, number_of(slot), text, length))
      return at;
  }
}

static i32 number(Table *table, Key key, const u8 *text, u64 length) {
  u64 at = slot_of(table, key, text, length);
  Slot slot = table->slots[at];
  return slot.number == FREE ? learn(table, key, text, length, at) : (i32)number_of(slot);
}

i32 table_find(const Table *table, const u8 *text, u64 length) {
  Slot slot = table->slots[slot_of(table, key_of(table->seed, text, length), text, length)];
  return slot.number == FREE ? -1 : (i32)number_of(slot);
}

i32 table_number(Table *table, const u8 *text, u64 length) {
  return number(table, key_of(table->seed, text, length), text, length);
}

int table_numbers(Table *table, const u8 *const *begins, i32 n, i32 *numbers) {
  /* Three loops, so that the processor waits for many slots at once. */
  Key keys[MOST_AT_ONCE];
  for (i32 i = 0; i < n; i++) keys[i] = key_of(table->seed, begins[i], begins[i + 1] - begins[i]);
  const Slot *slots = table->slots;
  u64 mask = table->n_slots - 1;
  for (i32 i = 0; i < n; i++) {
    Key key = keys[i];
    Slot slot = slots[key.tag & mask];
    int hit = (slot.first == key.first) & (slot.tag == key.tag) & (slot.number >> NUMBER_BITS == key.size);
    numbers[i] = hit && slot.number != FREE ? (i32)number_of(slot) : -1;
  }
  for (i32 i = 0; i < n; i++) {
    u64 length = begins[i + 1] - begins[i];
    if (numbers[i] >= 0 && is(table, numbers[i], begins[i], length)) continue;
    if ((numbers[i] = number(table, keys[i], begins[i], length)) < 0) return 0;
  }
  return 1;
}
