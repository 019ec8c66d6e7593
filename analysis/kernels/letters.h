/* Letters and apostrophes as textstat takes them. */
#pragma once
#include "base.h"

static inline int is_letter(u8 c) { return (u8)((c | 32) - 'a') < 26; }
static inline int is_digit(u8 c) { return (u8)(c - '0') < 10; }

/* Whether textstat keeps a straight apostrophe that stands before these letters. */
static inline int keeps_apostrophe(const u8 *at, const u8 *end) {
  u8 one = *at, two = at + 1 < end ? at[1] : 0;
  if (one == 't' || one == 's' || one == 'd') return 1;
  return (one == 'v' && two == 'e') || (one == 'l' && two == 'l') || (one == 'r' && two == 'e');
}
