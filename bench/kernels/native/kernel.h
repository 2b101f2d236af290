// What the native kernels share: each prepares its data, then does REPS times the work that the guest's region has, and prints
// a checksum and the seconds that took. The guest's program in assembly does the same on the same types, and prints the same.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NI __attribute__((noinline))
typedef uint64_t u64;
typedef int64_t i64;

/** Touches all memory and sets it up. */
static void prepare(void);
static u64 work(u64 reps);

int main(int count, char **words) {
  u64 reps = count > 1 ? strtoull(words[1], 0, 10) : 1;
  struct timespec from, to;
  prepare();
  clock_gettime(CLOCK_MONOTONIC, &from);
  u64 sum = work(reps);
  clock_gettime(CLOCK_MONOTONIC, &to);
  printf("%llx %.9f\n", (unsigned long long)sum, (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec));
  return 0;
}
