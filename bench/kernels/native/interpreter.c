// An interpreter of bytecode: every operation is an indirect jump. The bytecode is drawn, then jumps back to its beginning.
#include "kernel.h"

enum { LENGTH = 256, KINDS = 8 };
static uint8_t program[LENGTH];

static void prepare(void) {
  u64 x = 88172645463325252u;
  for (int i = 0; i < LENGTH; i++) { x ^= x << 13; x ^= x >> 7; x ^= x << 17; program[i] = (uint8_t)((x >> 20) % (KINDS - 1)); }
  program[LENGTH - 1] = KINDS - 1;
}

static u64 work(u64 reps) {
  static const void *const labels[KINDS] = { &&add, &&sub, &&xor, &&shift, &&mix, &&swap, &&step, &&back };
  u64 a = 1, b = 2, c = 3, left = reps * 16000;
  const uint8_t *at = program;
#define NEXT goto *labels[*at++]
  NEXT;
add: a += b; NEXT;
sub: b -= c; NEXT;
xor: c ^= a; NEXT;
shift: a = (a << 1) | (a >> 63); NEXT;
mix: b += a & 255; NEXT;
swap: { u64 t = a; a = b; b = t; } NEXT;
step: c += 1; NEXT;
back: if (--left == 0) return a ^ b ^ c; at = program; NEXT;
}
