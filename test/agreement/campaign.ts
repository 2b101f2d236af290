// Many random programs on two engines side by side. A batch shares its worlds, as a server shares them among vCPUs, so that
// what is left of one program is there when the next runs; a case is named by batch and number, and can be run alone.
import { randomStream } from '../../src/base/random.js';
import type { Isa } from '../../src/guest/lang/model.js';
import { runBoth, type Difference, type Schedule } from './lockstep.js';
import { generate, type Kind, type Program } from './program.js';
import { shrink } from './shrink.js';
import { VCPUS, World, type Makers, type WorldShape } from './world.js';

export interface Pairing {
  readonly isa: Isa;
  readonly left: Makers;
  readonly right: Makers;
}

export interface Finding {
  readonly batch: string;
  readonly index: number;
  /** As it failed, or, where it fails without the programs before it, as short as it could be made. */
  readonly program: Program;
  readonly difference: Difference;
  readonly alone: boolean;
}

/** Programs of a batch. */
export const BATCH = 64;

/** Caches small enough to be full, pages small enough to be crossed, and one of each usual size. */
const SHAPES: readonly WorldShape[] = [
  { coresOf: [2, 1], pageBytes: 256, l1Sets: 4, tlbEntries: 2, sharedLines: false, contentionWindowPs: 20_000, streamLines: 16, caches: null },
  { coresOf: [1, 2], pageBytes: 256, l1Sets: 16, tlbEntries: 4, sharedLines: true, contentionWindowPs: 20_000, streamLines: 3, caches: null },
  { coresOf: [2, 2], pageBytes: 4096, l1Sets: 64, tlbEntries: 16, sharedLines: false, contentionWindowPs: 0, streamLines: 1, caches: null },
  { coresOf: [1, 1, 1], pageBytes: 4096, l1Sets: 64, tlbEntries: 16, sharedLines: true, contentionWindowPs: 0, streamLines: 16, caches: null },
  // Caches of a few lines, with and without L2; of lines that two nodes can have, and lines that they cannot.
  {
    coresOf: [2, 1], pageBytes: 256, l1Sets: 4, tlbEntries: 2, sharedLines: false, contentionWindowPs: 20_000, streamLines: 4,
    caches: { l2Bytes: 512, llcBytesPerCore: 512 },
  },
  {
    coresOf: [1, 2], pageBytes: 256, l1Sets: 4, tlbEntries: 4, sharedLines: true, contentionWindowPs: 20_000, streamLines: 3,
    caches: { l2Bytes: 256, llcBytesPerCore: 256 },
  },
  {
    coresOf: [1, 1, 1], pageBytes: 4096, l1Sets: 16, tlbEntries: 16, sharedLines: true, contentionWindowPs: 5000, streamLines: 16,
    caches: { l2Bytes: 0, llcBytesPerCore: 4096 },
  },
  {
    coresOf: [2, 2], pageBytes: 4096, l1Sets: 64, tlbEntries: 16, sharedLines: true, contentionWindowPs: 0, streamLines: 16,
    caches: { l2Bytes: 8192, llcBytesPerCore: 16384 },
  },
  {
    coresOf: [2, 2], pageBytes: 4096, l1Sets: 64, tlbEntries: 16, sharedLines: false, contentionWindowPs: 0, streamLines: 16,
    caches: { l2Bytes: 8192, llcBytesPerCore: 16384 },
  },
];

const SCHEDULES: Readonly<Record<Kind, Schedule>> = {
  block: { slices: 5, budgetCycles: 4000 },
  program: { slices: 24, budgetCycles: 3000 },
};

/** The first case of the batch in which the engines differ. */
export function runBatch(pairing: Pairing, kind: Kind, batch: string, cases = BATCH): Finding | undefined {
  const pairs = new Map<number, readonly [World, World]>();
  for (let index = 0; index < cases; index++) {
    const { program, shape } = caseOf(pairing.isa, kind, batch, index);
    const pair = pairs.get(shape) ?? worlds(pairing, shape);
    pairs.set(shape, pair);
    const difference = attempt(() => runBoth(...pair, program, `${batch}/${index}`, SCHEDULES[kind]));
    if (difference) return explain(pairing, kind, batch, index, difference);
  }
  return undefined;
}

/** One case in fresh worlds. */
export function runAlone(pairing: Pairing, kind: Kind, batch: string, index: number): Finding | undefined {
  const { program, shape } = caseOf(pairing.isa, kind, batch, index);
  const difference = attempt(() => runBoth(...worlds(pairing, shape), program, `${batch}/${index}`, SCHEDULES[kind]));
  return difference && explain(pairing, kind, batch, index, difference);
}

function explain(pairing: Pairing, kind: Kind, batch: string, index: number, difference: Difference): Finding {
  const { program, shape } = caseOf(pairing.isa, kind, batch, index);
  const fails = (shorter: Program): Difference | undefined => (
    attempt(() => runBoth(...worlds(pairing, shape), shorter, `${batch}/${index}`, SCHEDULES[kind])));
  const found = shrink(program, fails);
  return found ? { batch, index, ...found, alone: true } : { batch, index, program, difference, alone: false };
}

function caseOf(isa: Isa, kind: Kind, batch: string, index: number): { program: Program; shape: number } {
  const shape = randomStream(`${batch}/${index}`, 'shape').below(SHAPES.length);
  const vcpus = kind === 'block' ? 1 : VCPUS;
  return { program: generate(isa, kind, `${batch}/${index}`, vcpus, SHAPES[shape]!.pageBytes), shape };
}

function worlds({ isa, left, right }: Pairing, shape: number): readonly [World, World] {
  return [new World(isa, SHAPES[shape]!, left), new World(isa, SHAPES[shape]!, right)];
}

/** An engine that throws differs from one that does not. */
function attempt(run: () => Difference | undefined): Difference | undefined {
  try {
    return run();
  } catch (error) {
    return { slice: -1, what: `threw ${(error as Error).stack}`, log: [] };
  }
}
