// Integer mix in the manner of Dhrystone: strings copied and compared, records copied, small functions, arrays, a division.
#include "kernel.h"

typedef struct { i64 kind, en, ic, pad; char str[32]; } Record;
static Record records[2];
static i64 row[64];
static i64 table[64][64];
static char copy[32];
static const char first[32] = "DHRYSTONE PROGRAM, 1'ST STRING";
static const char second[32] = "DHRYSTONE PROGRAM, 2'ND STRING";

NI static void copy_string(char *to, const char *from) { while ((*to++ = *from++)) ; }
NI static i64 compare(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (i64)(unsigned char)*a - (i64)(unsigned char)*b;
}
NI static i64 choose(i64 a, i64 b) {
  i64 c = a + 2;
  switch (b & 3) { case 0: return c - 1; case 1: return c ^ b; case 2: return c * 3; default: return c >> 1; }
}
NI static void arrays(i64 x, i64 y) {
  i64 i = (x & 31) + 5;
  row[i] = y; row[i + 1] = row[i]; row[i + 20] = i;
  for (i64 k = i; k <= i + 1; k++) table[i][k] = i;
  table[i][i - 1] += 1;
  table[(i + 20) & 63][i] = row[i];
}
NI static i64 pass(Record *p, Record *q) {
  *q = *p;
  q->ic = 5 + p->ic;
  q->en = choose(p->en, q->ic);
  return q->kind ? q->ic : q->en;
}

static void prepare(void) {
  records[0].kind = 0; records[0].en = 2; records[0].ic = 40;
  copy_string(records[0].str, first);
}

static u64 work(u64 reps) {
  i64 a = 1, b = 2, c = 3;
  u64 h = 1;
  for (u64 n = 0; n < reps * 200000; n++) {
    copy_string(copy, n & 1 ? second : first);
    b = compare(first, copy) > 0 ? 2 : 3;
    c = 5 * a - b;
    a = choose(c, (i64)n);
    arrays(a, c);
    b += pass(&records[n & 1], &records[~n & 1]);
    records[0].ic &= 0xff;
    b = b * a;
    a = (i64)((u64)b / (u64)((c & 15) + 1));
    b = 7 * (b - c) - a;
    for (i64 k = 0; k < 8; k++) h = (h ^ (u64)(b + k)) * 16777619u;
    a &= 0xffff;
  }
  return h ^ (u64)row[7];
}
