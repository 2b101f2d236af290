// Fibonacci numbers by recursion: almost nothing but calls.
#include "kernel.h"

#ifndef N
#define N 32
#endif
NI static u64 fib(u64 n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

static void prepare(void) {}

static u64 work(u64 reps) {
  u64 h = 0;
  for (u64 r = 0; r < reps; r++) h = h * 31 + fib(N + (r & 1));
  return h;
}
