// Sizes of the guest programs that tests run besides their own.
import type { Sizes } from './programs.js';

/** Sizes that leave something over when divided, that are smaller than the number of vCPUs, and that share a page. */
export const ODD_SIZES: Readonly<Record<string, readonly Sizes[]>> = {
  hello: [{ GREETINGS: 1 }, { GREETINGS: 21 }],
  vecsum: [{ N: 5 }, { N: 333, PASSES: 1, SPACING: 8 }, { N: 100, PASSES: 0 }],
  triad: [{ N: 7, PASSES: 1 }, { N: 250, SPACING: 24, CHUNK: 3 }, { N: 16, PASSES: 0 }],
  matmul: [{ N: 1 }, { N: 6 }, { N: 13 }],
  stencil: [{ ROWS: 1, COLUMNS: 1 }, { ROWS: 17, COLUMNS: 5, SWEEPS: 3, BAND: 4 }, { ROWS: 12, BAND: 1, SWEEPS: 0 }],
  gups: [{ UPDATES: 3, WORDS: 2 }, { UPDATES: 500, WORDS: 61, SPACING: 8 }, { UPDATES: 0 }],
  locks: [{ ACCOUNTS: 1, TRANSFERS: 9 }, { ACCOUNTS: 7, TRANSFERS: 40 }, { TRANSFERS: 0 }],
  phases: [{ BLOCKS: 3, PHASES: 4, WORDS: 2 }, { BLOCKS: 41, PHASES: 5, WORDS: 7 }, { PHASES: 0 }],
  chase: [{ BLOCKS: 1, RUN: 1, WALKS: 1, STEPS: 3 }, { BLOCKS: 7, RUN: 3, WALKS: 9, STEPS: 20, SPACING: 24 }, { STEPS: 0 }],
  sort: [{ N: 1 }, { N: 77, CHUNK: 5, SPACING: 8 }, { N: 130, CHUNK: 1, SPACING: 512 }],
  ring: [{ STATIONS: 1, PACKETS: 3, WORDS: 1, DEPTH: 1 }, { STATIONS: 5, PACKETS: 11, WORDS: 3, DEPTH: 2 }, { PACKETS: 0 }],
  falseshare: [{ COUNTERS: 3, ROUNDS: 2 }, { COUNTERS: 100, SPACING: 24, ROUNDS: 3 }, { ROUNDS: 0 }],
  bfs: [{ VERTICES: 1 }, { VERTICES: 60, DEGREE: 2, SPACING: 24 }, { VERTICES: 20, DEGREE: 0 }],
  hashjoin: [{ BUILD: 1, PROBES: 3, KEYS: 1, BUCKETS: 1 }, { BUILD: 90, PROBES: 70, KEYS: 31, BUCKETS: 7, SPACING: 24 }, { BUILD: 0 }],
  readmostly: [{ ENTRIES: 1, ROUNDS: 3, LOOKUPS: 2, UPDATES: 9 }, { ENTRIES: 5, LOOKUPS: 33, UPDATES: 7 }, { ROUNDS: 0 }],
  migratory: [{ OBJECTS: 1, TURNS: 20, WORDS: 3 }, { OBJECTS: 7, TURNS: 90, WORDS: 4, APART: 1 }, { TURNS: 0 }],
  pingpong: [{ GAMES: 1, HITS: 9 }, { GAMES: 11, HITS: 6, WORDS: 2 }, { HITS: 0 }],
  alltoall: [{ PARTS: 1, ROUNDS: 2 }, { PARTS: 5, ROUNDS: 3, WORDS: 7 }, { ROUNDS: 0 }],
  tasks: [{ DOWN: 1, ACROSS: 1, SIDE: 3 }, { DOWN: 9, ACROSS: 2, SIDE: 1 }, { DOWN: 4, ACROSS: 7, SIDE: 2, TASK_QUEUES: 3 }],
};
