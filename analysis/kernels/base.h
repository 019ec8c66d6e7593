/* What the kernels share. Compiled for wasm32 without a standard library; see __init__.py for how they are called. */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;
typedef long long i64;
typedef double f64;

#define EXPORT __attribute__((visibility("default")))
#define NULL ((void *)0)

/* Memory in blocks of powers of two, 64 bytes and more, each kept for reuse once it is given back; 0 when memory is full. */
void *take(u64 size);
void give(void *block, u64 size);
/* A block of another size with the old one's first `kept` bytes. */
void *retake(void *block, u64 old_size, u64 size, u64 kept);



