/* Lines of JSON made light: the long strings of their objects are taken out, so that the rest is quickly read and a text need
   not become a string of Python. reading/records.py says how it is used. */
#include <wasm_simd128.h>

#include "base.h"

enum { LONG = 256, MARK = 32, DIGITS = 8 };

/* The quotation mark that ends a string, or the end of the line, or `end`. Reads past the end. */
static const u8 *end_of_string(const u8 *at, const u8 *end) {
  const v128_t quote = wasm_i8x16_splat('"'), escape = wasm_i8x16_splat('\\'), line = wasm_i8x16_splat('\n');
  while (at < end) {
    v128_t bytes = wasm_v128_load(at);
    v128_t hit = wasm_v128_or(wasm_i8x16_eq(bytes, quote), wasm_v128_or(wasm_i8x16_eq(bytes, escape), wasm_i8x16_eq(bytes, line)));
    u32 found = wasm_i8x16_bitmask(hit);
    if (!found) {
      at += 16;
      continue;
    }
    at += __builtin_ctz(found);
    if (at >= end || *at != '\\') break;
    at += at + 1 < end && at[1] != '\n' ? 2 : 1;
  }
  return at < end ? at : end;
}

/* Length of the character of several bytes at `at`, 0 where it is not UTF-8. */
static u64 wide(const u8 *at, const u8 *end) {
  u8 c = at[0];
  u64 size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
  if (c < 0xC2 || c > 0xF4 || (u64)(end - at) < size) return 0;
  u8 least = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80, most = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
  if (at[1] < least || at[1] > most) return 0;
  for (u64 i = 2; i < size; i++)
    if ((at[i] & 0xC0) != 0x80) return 0;
  return size;
}

/* The number that four hexadecimal digits are, -1 where they are none. */
static i32 hexadecimal(const u8 *at, const u8 *end) {
  i32 number = 0;
  if (end - at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    u8 c = at[i], letter = c | 0x20;
    i32 digit = (u8)(c - '0') < 10 ? c - '0' : (u8)(letter - 'a') < 6 ? letter - 'a' + 10 : -1;
    if (digit < 0) return -1;
    number = number << 4 | digit;
  }
  return number;
}

static u8 *written(u8 *out, u32 point) {
  if (point < 0x80) {
    *out++ = point;
    return out;
  }
  if (point < 0x800) {
    *out++ = 0xC0 | point >> 6;
  } else {
    if (point < 0x10000) {
      *out++ = 0xE0 | point >> 12;
    } else {
      *out++ = 0xF0 | point >> 18;
      *out++ = 0x80 | (point >> 12 & 0x3F);
    }
    *out++ = 0x80 | (point >> 6 & 0x3F);
  }
  *out++ = 0x80 | (point & 0x3F);
  return out;
}

/* Write what is behind a backslash; moves `at` behind it. NULL where that is nothing, or half a surrogate pair. */
static u8 *unescaped(const u8 **at, const u8 *end, u8 *out) {
  const u8 *from = *at + 1;
  if (from >= end) return NULL;
  *at = from + 1;
  switch (*from) {
    case '"': case '\\': case '/': *out = *from; return out + 1;
    case 'b': *out = '\b'; return out + 1;
    case 'f': *out = '\f'; return out + 1;
    case 'n': *out = '\n'; return out + 1;
    case 'r': *out = '\r'; return out + 1;
    case 't': *out = '\t'; return out + 1;
    case 'u': break;
    default: return NULL;
  }
  i32 point = hexadecimal(from + 1, end);
  *at = from + 5;
  if (point < 0 || point >> 10 == 0xDC00 >> 10) return NULL;
  if (point >> 10 == 0xD800 >> 10) {
    if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u') return NULL;
    i32 second = hexadecimal(*at + 2, end);
    if (second < 0 || second >> 10 != 0xDC00 >> 10) return NULL;
    point = 0x10000 + ((point & 0x3FF) << 10) + (second & 0x3FF);
    *at += 6;
  }
  return written(out, point);
}

/* Write what a string stands for; NULL where it is not valid. Reads and writes at most 16 bytes past the end. */
static u8 *decoded(const u8 *at, const u8 *end, u8 *out) {
  const v128_t control = wasm_i8x16_splat(31), escape = wasm_i8x16_splat('\\');
  while (at < end) {
    v128_t bytes = wasm_v128_load(at);
    v128_t hit = wasm_v128_or(wasm_u8x16_le(bytes, control), wasm_i8x16_eq(bytes, escape));
    u32 found = wasm_i8x16_bitmask(wasm_v128_or(hit, bytes)); /* the bit of a byte outside ASCII is set */
    i64 plain = found ? __builtin_ctz(found) : 16;
    if (plain > end - at) plain = end - at;
    wasm_v128_store(out, bytes);
    at += plain;
    out += plain;
    if (plain == 16) continue;
    while (at < end && (*at >= 0x80 || *at == '\\')) {
      if (*at == '\\') {
        if (!(out = unescaped(&at, end, out))) return NULL;
        continue;
      }
      u64 size = wide(at, end);
      if (!size) return NULL;
      for (u64 i = 0; i < size; i++) *out++ = *at++;
    }
    if (at < end && *at < 0x20) return NULL;
  }
  return out;
}

/* Copy lines to `light`, and in the place of each long string that is a value of a line's object write `mark` and its
   number in eight digits; what it stands for goes to `heap`, its end there to `ends`. Strings that are not valid stay where
   they are. `heap` has room for 16 bytes more than `data`. Returns the number of long strings; the size of the light
   lines is written to `light_size`. */
EXPORT i64 lines_lighten(const u8 *data, i64 size, const u8 *mark, i64 first, u8 *light, i64 *light_size, u8 *heap, i64 *ends) {
  const u8 *at = data, *end = data + size;
  u8 *out = light, *top = heap;
  i64 depth = 0, n = 0;
  int value = 0;
  while (at < end) {
    u8 c = *out++ = *at++;
    if (c == '\n') {
      depth = value = 0;
    } else if (c == '{' || c == '[') {
      depth++;
      value = 0;
    } else if (c == '}' || c == ']') {
      depth--;
      value = 0;
    } else if (c == ':') {
      value = depth == 1;
    } else if (c == '"') {
      const u8 *close = end_of_string(at, end);
      u8 *above = value && close - at >= LONG && close < end && *close == '"' ? decoded(at, close, top) : NULL;
      value = 0;
      if (above) {
        top = above;
        ends[n] = top - heap;
        __builtin_memcpy(out, mark, MARK);
        out += MARK;
        i64 number = first + n++;
        for (int i = DIGITS - 1; i >= 0; i--, number /= 10) out[i] = '0' + number % 10;
        out += DIGITS;
        at = close;
      } else {
        __builtin_memcpy(out, at, close - at);
        out += close - at;
        at = close;
      }
      if (at < end && *at == '"') *out++ = *at++;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      value = 0;
    }
  }
  *light_size = out - light;
  return n;
}
