// What each guest program computes, in a few lines and from the comment at its top alone: an independent second opinion.
// Words are unsigned 64-bit integers that wrap around; the checksum is printed as a signed one.
import { PATTERNS } from './patterns.js';
import type { Sizes } from './programs.js';
import { range, scramble, SPREAD, sum, word } from './words.js';

export interface Model {
  /** Sizes that the program has unless told otherwise. */
  readonly sizes: Sizes;
  /** The checksum, or the text that is printed. */
  readonly compute: (sizes: Sizes) => bigint | string;
}

export const MODELS: Readonly<Record<string, Model>> = {
  hello: {
    sizes: { GREETINGS: 8 },
    compute: ({ GREETINGS }) => range(GREETINGS).map((greeting) => `hello number ${greeting}\n`).join(''),
  },
  vecsum: {
    sizes: { N: 1024, PASSES: 3, SPACING: 512 },
    compute: ({ N, PASSES }) => BigInt(PASSES!) * sum(range(N).map(scramble)),
  },
  triad: {
    sizes: { N: 1024, PASSES: 4, SPACING: 1024, CHUNK: 4 },
    compute: ({ N, PASSES }) => (PASSES === 0 ? 0n : sum(range(N).map((i) => {
      const b = scramble(i);
      return b + BigInt(PASSES!) * (b + BigInt(i));
    }))),
  },
  matmul: { sizes: { N: 32 }, compute: ({ N }) => matmul(N!) },
  stencil: {
    sizes: { ROWS: 80, COLUMNS: 6, SWEEPS: 8, BAND: 2 },
    compute: ({ ROWS, COLUMNS, SWEEPS }) => stencil(ROWS!, COLUMNS!, SWEEPS!),
  },
  gups: { sizes: { UPDATES: 3072, WORDS: 1536, SPACING: 256 }, compute: ({ UPDATES, WORDS }) => gups(UPDATES!, WORDS!) },
  locks: {
    sizes: { ACCOUNTS: 96, TRANSFERS: 160 },
    compute: ({ ACCOUNTS, TRANSFERS }) => locks(ACCOUNTS!, TRANSFERS!),
  },
  phases: {
    sizes: { BLOCKS: 128, PHASES: 10, WORDS: 12 },
    compute: ({ BLOCKS, PHASES, WORDS }) => phases(BLOCKS! * WORDS!, PHASES!),
  },
  ...PATTERNS,
};

/** What the program prints at its default size, or with `sizes` in place of some. */
export function modelOutput(program: string, sizes: Sizes = {}): string {
  const model = MODELS[program]!;
  const result = model.compute({ ...model.sizes, ...sizes });
  return typeof result === 'string' ? result : `${BigInt.asIntN(64, result)}\n`;
}

function matmul(n: number): bigint {
  const a = range(n).map((row) => range(n).map((column) => scramble(row * n + column)));
  let total = 0n;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      // B is A transposed: element (k, column) of B is element (column, k) of A.
      const element = sum(range(n).map((k) => a[row]![k]! * a[column]![k]!));
      total += element * BigInt(row * n + column + 1);
    }
  }
  return total;
}

function stencil(rows: number, columns: number, sweeps: number): bigint {
  let plate = range(rows + 2).map((row) => range(columns + 2).map((column) => scramble(row * (columns + 2) + column) >> 48n));
  const inside = (at: number, last: number) => at >= 1 && at <= last;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const before = plate;
    plate = before.map((line, r) => line.map((point, c) => (inside(r, rows) && inside(c, columns)
      ? (before[r - 1]![c]! + before[r + 1]![c]! + line[c - 1]! + line[c + 1]!) >> 2n : point)));
  }
  return sum(range(rows).map((i) => BigInt(i + 1) * sum(plate[i + 1]!.slice(1, columns + 1))));
}

function gups(updates: number, words: number): bigint {
  const table = range(words).map(BigInt);
  for (let update = 1; update <= updates; update++) {
    const value = scramble(update);
    const index = Number((value >> 16n) % BigInt(words));
    table[index] = word(table[index]! + value);
  }
  return sum(table.map((value, i) => value * BigInt(i + 1)));
}

function locks(accounts: number, transfers: number): bigint {
  const balance = range(accounts).map((account) => 1000 + account);
  for (const transfer of [...range(transfers), ...range(transfers)]) {
    balance[transfer % accounts]! -= transfer + 1;
    balance[(5 * transfer + 1) % accounts]! += transfer + 1;
  }
  return BigInt(2 * transfers) + sum(balance.map((amount, i) => BigInt(amount) * BigInt(i + 1)));
}

function phases(words: number, count: number): bigint {
  return sum(range(words).map((number) => {
    let value = BigInt(number);
    for (let phase = 0; phase < count; phase++) value = word(value * SPREAD + BigInt(phase));
    return value * BigInt(number + 1);
  }));
}
