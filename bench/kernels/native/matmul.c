// Matrix product of 64-bit integers.
#include "kernel.h"

#ifndef N
#define N 256
#endif
static u64 A[N][N], B[N][N], C[N][N];

static void prepare(void) {
  for (u64 i = 0; i < N; i++) for (u64 j = 0; j < N; j++) { A[i][j] = i + j; B[i][j] = i - j; C[i][j] = 0; }
}

static u64 work(u64 reps) {
  for (u64 r = 0; r < reps; r++)
    for (u64 i = 0; i < N; i++)
      for (u64 k = 0; k < N; k++) {
        u64 t = A[i][k] + r;
        for (u64 j = 0; j < N; j++) C[i][j] += t * B[k][j];
      }
  u64 h = 0;
  for (u64 i = 0; i < N; i++) for (u64 j = 0; j < N; j++) h = (h ^ C[i][j]) * 16777619u;
  return h;
}
