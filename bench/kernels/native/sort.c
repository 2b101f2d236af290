// Sieve of Eratosthenes over bytes, then quicksort of 64-bit integers with insertion sort for short parts.
#include "kernel.h"

#ifndef SIEVE
#define SIEVE 4000000
#endif
#ifndef N
#define N 524288
#endif
static uint8_t f[SIEVE + 1];
static i64 v[N];

NI static void quick(i64 *a, i64 lo, i64 hi) {
  while (lo < hi) {
    if (hi - lo < 12) {
      for (i64 i = lo + 1; i <= hi; i++) {
        i64 x = a[i], j = i - 1;
        while (j >= lo && a[j] > x) { a[j + 1] = a[j]; j--; }
        a[j + 1] = x;
      }
      return;
    }
    i64 p = a[(lo + hi) >> 1], i = lo, j = hi;
    while (i <= j) {
      while (a[i] < p) i++;
      while (a[j] > p) j--;
      if (i <= j) { i64 t = a[i]; a[i] = a[j]; a[j] = t; i++; j--; }
    }
    if (j - lo < hi - i) { quick(a, lo, j); lo = i; } else { quick(a, i, hi); hi = j; }
  }
}

static void prepare(void) {
  for (i64 i = 0; i <= SIEVE; i++) f[i] = 1;
  for (i64 i = 0; i < N; i++) v[i] = i;
}

static u64 work(u64 reps) {
  u64 h = 0, x = 2463534242u;
  for (u64 r = 0; r < reps; r++) {
    for (i64 i = 0; i <= SIEVE; i++) f[i] = 1;
    u64 count = 0;
    for (i64 i = 2; i <= SIEVE; i++) if (f[i]) { count++; for (i64 j = i * i; j <= SIEVE; j += i) f[j] = 0; }
    for (i64 i = 0; i < N; i++) { x ^= x << 13; x ^= x >> 7; x ^= x << 17; v[i] = (i64)(x >> 33); }
    quick(v, 0, N - 1);
    h = h * 31 + count;
    for (i64 i = 0; i < N; i += 1024) h = h * 33 + (u64)v[i];
  }
  return h;
}
