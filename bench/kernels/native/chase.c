// Follows a random cycle through nodes of 64 bytes, 64 MiB together: the machine's memory latency.
#include "kernel.h"

#ifndef N
#define N (1 << 20)
#endif
typedef struct Node { struct Node *next; char pad[56]; } Node;
static Node nodes[N];

static void prepare(void) {
  u64 x = 12345;
  for (u64 i = 0; i < N; i++) nodes[i].next = &nodes[i];
  // Sattolo's shuffle: one cycle.
  for (u64 i = N - 1; i > 0; i--) {
    x ^= x << 13; x ^= x >> 7; x ^= x << 17;
    u64 j = (x >> 11) % i;
    Node *t = nodes[i].next; nodes[i].next = nodes[j].next; nodes[j].next = t;
  }
}

static u64 work(u64 reps) {
  Node *p = nodes;
  for (u64 i = 0; i < reps * N + N / 3; i++) { p = p->next; __asm__ volatile("" : "+r"(p)); }
  return (u64)(p - nodes);
}
