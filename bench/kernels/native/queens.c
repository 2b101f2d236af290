// Ways to place N queens, by bit masks and recursion. Not used for tuning.
#include "kernel.h"

#ifndef N
#define N 10
#endif
NI static u64 place(u64 columns, u64 left, u64 right) {
  u64 all = (1u << N) - 1, ways = 0;
  if (columns == all) return 1;
  for (u64 free = all & ~(columns | left | right); free; ) {
    u64 bit = free & -free;
    free ^= bit;
    ways += place(columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return ways;
}

static void prepare(void) {}

static u64 work(u64 reps) {
  u64 h = 0;
  for (u64 r = 0; r < reps; r++) h = h * 31 + place(0, 0, 0);
  return h;
}
