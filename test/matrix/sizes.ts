// Sizes with which each program takes about a thousand instructions, and pages still move between nodes: a table of a
// million cells has no time for more. What they print then comes from the models.
import type { Sizes } from '../programs/programs.js';

export const SMALL: Readonly<Record<string, Sizes>> = {
  hello: { GREETINGS: 3 },
  vecsum: { N: 6, PASSES: 2, SPACING: 2048 },
  triad: { N: 8, PASSES: 1, SPACING: 2048, CHUNK: 1 },
  matmul: { N: 3 },
  stencil: { ROWS: 3, COLUMNS: 2, SWEEPS: 2, BAND: 1 },
  gups: { UPDATES: 9, WORDS: 6, SPACING: 2048 },
  locks: { ACCOUNTS: 3, TRANSFERS: 3 },
  phases: { BLOCKS: 4, PHASES: 2, WORDS: 2 },
  chase: { BLOCKS: 3, RUN: 2, WALKS: 3, STEPS: 5 },
  sort: { N: 6, CHUNK: 2, SPACING: 2048 },
  ring: { STATIONS: 3, PACKETS: 3, WORDS: 1, DEPTH: 2 },
  falseshare: { COUNTERS: 8, SPACING: 1024, ROUNDS: 1 },
  bfs: { VERTICES: 4, DEGREE: 2, SPACING: 2048 },
  hashjoin: { BUILD: 4, PROBES: 4, KEYS: 3, BUCKETS: 3, SPACING: 1024 },
  readmostly: { ENTRIES: 3, ROUNDS: 2, LOOKUPS: 3, UPDATES: 2 },
  migratory: { OBJECTS: 2, TURNS: 6, WORDS: 2 },
  pingpong: { GAMES: 2, HITS: 4, WORDS: 2 },
  alltoall: { PARTS: 3, ROUNDS: 1, WORDS: 2 },
  tasks: { DOWN: 2, ACROSS: 2, SIDE: 1, TASK_QUEUES: 3 },
};

/** Of programs whose elements may lie apart as far as one likes: how many, a page from one to the next, fill a node. */
const APART: Readonly<Record<string, Sizes>> = {
  vecsum: { N: 40, PASSES: 1 },
  triad: { N: 13, PASSES: 1, CHUNK: 1 },
  gups: { UPDATES: 40, WORDS: 40 },
  chase: { BLOCKS: 8, RUN: 5, WALKS: 3, STEPS: 16 },
  falseshare: { COUNTERS: 40, ROUNDS: 1 },
  bfs: { VERTICES: 24, DEGREE: 2 },
  hashjoin: { BUILD: 12, PROBES: 12, KEYS: 9, BUCKETS: 8 },
};

/** Of the others, whose parts lie 4 KiB apart: more parts. */
const MANY: Readonly<Record<string, Sizes>> = {
  sort: { N: 16, CHUNK: 2, SPACING: 4096 },
  matmul: { N: 12 },
  stencil: { ROWS: 16, COLUMNS: 1, SWEEPS: 1, BAND: 1 },
  locks: { ACCOUNTS: 24, TRANSFERS: 16 },
  phases: { BLOCKS: 32, PHASES: 2, WORDS: 1 },
  ring: { STATIONS: 4, PACKETS: 4, WORDS: 1, DEPTH: 8 },
  readmostly: { ENTRIES: 32, ROUNDS: 1, LOOKUPS: 32, UPDATES: 2 },
  migratory: { OBJECTS: 32, TURNS: 24, WORDS: 1 },
  pingpong: { GAMES: 32, HITS: 1, WORDS: 1 },
  alltoall: { PARTS: 5, ROUNDS: 1, WORDS: 1 },
  tasks: { DOWN: 4, ACROSS: 2, SIDE: 2, TASK_QUEUES: 8 },
};

/** Sizes with which a guest fills more pages than a node has frames, where memory is scarce. */
export function wideSizes(program: string, pageBytes: number): Sizes {
  const apart = APART[program];
  return apart ? { ...apart, SPACING: pageBytes } : MANY[program] ?? SMALL[program]!;
}
