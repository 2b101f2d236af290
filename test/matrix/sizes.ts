// Sizes with which each program takes a few thousand instructions, and pages still move between nodes: a table of a
// million cells has no time for more. What they print then comes from the models.
import type { Sizes } from '../programs/programs.js';

export const SMALL: Readonly<Record<string, Sizes>> = {
  hello: { GREETINGS: 3 },
  vecsum: { N: 12, PASSES: 2, SPACING: 2048 },
  triad: { N: 8, PASSES: 1, SPACING: 2048, CHUNK: 1 },
  matmul: { N: 3 },
  stencil: { ROWS: 4, COLUMNS: 2, SWEEPS: 2, BAND: 1 },
  gups: { UPDATES: 16, WORDS: 8, SPACING: 2048 },
  locks: { ACCOUNTS: 4, TRANSFERS: 5 },
  phases: { BLOCKS: 4, PHASES: 2, WORDS: 2 },
  chase: { BLOCKS: 3, RUN: 2, WALKS: 3, STEPS: 5 },
  sort: { N: 8, CHUNK: 2, SPACING: 2048 },
  ring: { STATIONS: 3, PACKETS: 3, WORDS: 1, DEPTH: 2 },
  falseshare: { COUNTERS: 8, SPACING: 1024, ROUNDS: 1 },
  bfs: { VERTICES: 6, DEGREE: 2, SPACING: 2048 },
  hashjoin: { BUILD: 6, PROBES: 6, KEYS: 5, BUCKETS: 3, SPACING: 1024 },
  readmostly: { ENTRIES: 4, ROUNDS: 2, LOOKUPS: 6, UPDATES: 2 },
  migratory: { OBJECTS: 3, TURNS: 8, WORDS: 2 },
  pingpong: { GAMES: 2, HITS: 4, WORDS: 2 },
  alltoall: { PARTS: 3, ROUNDS: 1, WORDS: 2 },
  tasks: { DOWN: 3, ACROSS: 2, SIDE: 2, TASK_QUEUES: 4 },
};
