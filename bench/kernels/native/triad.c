// STREAM triad over three arrays of 64-bit integers, 64 MiB together (McCalpin, "Memory Bandwidth and Machine Balance in Current
// High Performance Computers", 1995; there on doubles).
#include "kernel.h"

#ifndef N
#define N 2796200
#endif
static u64 a[N], b[N], c[N];

static void prepare(void) {
  for (u64 i = 0; i < N; i++) { a[i] = 1; b[i] = 2; c[i] = i; }
}

static u64 work(u64 reps) {
  for (u64 r = 0; r < reps; r++) {
    for (u64 i = 0; i < N; i++) a[i] = b[i] + 3 * c[i];
    b[r & 1023] += 1;
  }
  u64 h = 0;
  for (u64 i = 0; i < N; i += 64) h = (h ^ a[i]) * 16777619u;
  return h;
}
