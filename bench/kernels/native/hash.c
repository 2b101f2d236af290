// Counts in an open-addressing table of 1 MiB. Not used for tuning.
#include "kernel.h"

#ifndef N
#define N 2000000
#endif
enum { SLOTS = 1 << 16 };
static u64 keys[SLOTS], counts[SLOTS];

static void prepare(void) { for (int i = 0; i < SLOTS; i++) keys[i] = counts[i] = 0; }

static u64 work(u64 reps) {
  u64 x = 88172645463325252u, h = 0;
  for (u64 n = 0; n < reps * N; n++) {
    x ^= x << 13; x ^= x >> 7; x ^= x << 17;
    u64 key = (x & 32767) + 1;
    u64 i = (key * 0x9e3779b1u) >> 16 & (SLOTS - 1);
    while (keys[i] && keys[i] != key) i = (i + 1) & (SLOTS - 1);
    keys[i] = key;
    counts[i] += n;
  }
  for (int i = 0; i < SLOTS; i++) h = (h ^ counts[i]) * 16777619u;
  return h;
}
