// The models of the programs that show one pattern of sharing each: from the comment at the top of the program alone.
import type { Model } from './models.js';
import { draw, range, scramble, SPREAD, sum, word } from './words.js';

export const PATTERNS: Readonly<Record<string, Model>> = {
  chase: {
    sizes: { BLOCKS: 32, RUN: 6, WALKS: 16, STEPS: 96, SPACING: 4096 },
    compute: ({ BLOCKS, RUN, WALKS, STEPS }) => chase(BLOCKS!, RUN!, WALKS!, STEPS!),
  },
  sort: {
    sizes: { N: 512, CHUNK: 16, SPACING: 1024 },
    compute: ({ N }) => {
      const numbers = BigUint64Array.from(range(N).map(scramble)).sort();
      return sum([...numbers].map((number, place) => number * BigInt(place + 1)));
    },
  },
  ring: {
    sizes: { STATIONS: 8, PACKETS: 96, WORDS: 7, DEPTH: 16 },
    compute: ({ STATIONS, PACKETS, WORDS }) => sum(range(PACKETS! * WORDS!).map((number) => {
      let value = scramble(number);
      for (let stop = 0; stop <= STATIONS!; stop++) value = word(value * SPREAD + BigInt(stop));
      return value * BigInt(Math.floor(number / WORDS!) + 1);
    })),
  },
  falseshare: {
    sizes: { COUNTERS: 512, SPACING: 512, ROUNDS: 4 },
    compute: ({ COUNTERS, ROUNDS }) => sum(range(COUNTERS).map((counter) => {
      let value = BigInt(counter);
      for (let round = 1; round <= 2 * ROUNDS!; round++) value = word(value * SPREAD + BigInt(round));
      return value * BigInt(counter + 1);
    })),
  },
  bfs: { sizes: { VERTICES: 512, DEGREE: 4, SPACING: 1024 }, compute: ({ VERTICES, DEGREE }) => bfs(VERTICES!, DEGREE!) },
  hashjoin: {
    sizes: { BUILD: 512, PROBES: 1024, KEYS: 512, BUCKETS: 256, SPACING: 512 },
    compute: ({ BUILD, PROBES, KEYS }) => sum(range(PROBES).map((probe) => {
      const key = draw(BUILD! + probe, KEYS!);
      const matches = range(BUILD).filter((row) => draw(row, KEYS!) === key);
      return BigInt(probe + 1) * sum(matches.map((row) => BigInt(row + 1)));
    })),
  },
  readmostly: {
    sizes: { ENTRIES: 64, ROUNDS: 6, LOOKUPS: 480, UPDATES: 4 },
    compute: ({ ENTRIES, ROUNDS, LOOKUPS, UPDATES }) => readMostly(ENTRIES!, ROUNDS!, LOOKUPS!, UPDATES!),
  },
  migratory: {
    sizes: { OBJECTS: 64, TURNS: 1024, WORDS: 10, APART: 0 },
    compute: ({ OBJECTS, TURNS, WORDS }) => migratory(OBJECTS!, TURNS!, WORDS!),
  },
  pingpong: {
    sizes: { GAMES: 64, HITS: 24, WORDS: 4 },
    compute: ({ GAMES, HITS, WORDS }) => sum(range(GAMES).map((game) => {
      let value = BigInt(game);
      for (let hit = 0; hit < HITS!; hit++) value = word(value * SPREAD + BigInt(hit));
      return value * BigInt(WORDS!) * BigInt(game + 1);
    })),
  },
  alltoall: {
    sizes: { PARTS: 12, ROUNDS: 6, WORDS: 6 },
    compute: ({ PARTS, ROUNDS, WORDS }) => allToAll(PARTS!, ROUNDS!, WORDS!),
  },
  tasks: {
    sizes: { DOWN: 16, ACROSS: 8, SIDE: 6, TASK_QUEUES: 64 },
    compute: ({ DOWN, ACROSS, SIDE }) => commonSubsequences(DOWN! * SIDE!, ACROSS! * SIDE!),
  },
};

function chase(blocks: number, run: number, walks: number, steps: number): bigint {
  const next = (cell: number) => {
    const block = Math.floor(cell / run);
    return cell % run < run - 1 ? cell + 1 : ((5 * block + 3) % blocks) * run;
  };
  return sum(range(walks).map((walk) => {
    let cell = Math.floor(walk * blocks * run / walks);
    let found = 0n;
    for (let step = 1; step <= steps; step++) {
      found += scramble(cell) * BigInt(step);
      cell = next(cell);
    }
    return found;
  }));
}

function bfs(vertices: number, degree: number): bigint {
  const level = new Map([[0, 1]]);
  for (const vertex of level.keys()) {
    for (const e of range(degree)) {
      const neighbour = draw(vertex * degree + e, vertices);
      if (!level.has(neighbour)) level.set(neighbour, level.get(vertex)! + 1);
    }
  }
  return sum([...level].map(([vertex, at]) => BigInt(at) * BigInt(vertex + 1)));
}

function readMostly(entries: number, rounds: number, lookups: number, updates: number): bigint {
  const table = range(entries).map(BigInt);
  let found = 0n;
  for (let round = 0; round < rounds; round++) {
    for (let k = round * lookups; k < (round + 1) * lookups; k++) found += BigInt(k + 1) * table[draw(k, entries)]!;
    for (let k = round * updates; k < (round + 1) * updates; k++) table[draw(k, entries)]! += scramble(k + 1);
  }
  return found;
}

function migratory(objects: number, turns: number, words: number): bigint {
  const held = range(objects * words).map(BigInt);
  for (let turn = 0; turn < turns; turn++) {
    const first = draw(turn, objects) * words;
    for (let w = 0; w < words; w++) held[first + w]! += scramble(turn) + BigInt(w);
  }
  return sum(held.map((value, number) => value * BigInt(number + 1)));
}

function allToAll(parts: number, rounds: number, words: number): bigint {
  let states = range(parts).map((part) => range(words).map((w) => scramble(part * words + w)));
  for (let round = 0; round < rounds; round++) {
    const before = states;
    states = range(parts).map((receiver) => range(words).map((w) => word(sum(before.map((state, sender) => (
      (state[w]! * SPREAD + BigInt(receiver)) * BigInt(sender + 1)))))));
  }
  return sum(states.map((state, part) => sum(state) * BigInt(part + 1)));
}

/** Lengths of the longest common subsequences of all beginnings of two words. */
function commonSubsequences(rows: number, columns: number): bigint {
  const letter = (i: number) => draw(i, 4);
  let above = range(columns + 1).map(() => 0);
  let total = 0n;
  for (let row = 0; row < rows; row++) {
    const line = [0];
    for (let column = 0; column < columns; column++) {
      const same = letter(row) === letter(rows + column);
      line.push(same ? above[column]! + 1 : Math.max(above[column + 1]!, line[column]!));
      total += BigInt(line[column + 1]!) * BigInt(row * columns + column + 1);
    }
    above = line;
  }
  return total;
}
