// The import table of the house: who may import whom, and which packages. It is data, reviewed like code: a line added
// here is a decision about the architecture (docs/architecture.md). `import type` counts as an import.

export interface Room {
  /** A folder with all below it, or one file. The longest entry that a file lies in is its room. */
  readonly path: string;
  /** Rooms, besides its own, whose files it may import. */
  readonly imports: readonly string[];
  /** Packages it may import. */
  readonly packages?: readonly string[];
  /** The wing whose order it keeps; rooms without one are entries to the house from outside. */
  readonly wing?: Wing;
}

/** From the lowest up: a wing imports itself and lower wings. */
export const WINGS = ['base', 'guest', 'server', 'study', 'app'] as const;
export type Wing = (typeof WINGS)[number];

const BASE = 'src/base';
const LANG = 'src/guest/lang';
const ASM = 'src/guest/asm';
const IMAGE = 'src/guest/asm/image.ts';
const MACHINE = 'src/guest/machine';
const ENGINE = 'src/guest/engine/reference';
const WASM = 'src/guest/engine/wasm';
const OS = 'src/guest/os';
/** The server's type-only seams: what it is made of, and what it tells observers. */
const SPEC = 'src/server/spec.ts';
const OBSERVE = 'src/server/observe.ts';
/** The nodes that a machine's description means. */
const NODES = 'src/server/nodes.ts';
const FABRIC = 'src/server/fabric';
const SEAM = 'src/server/placement/seam.ts';
const ALGORITHMS = 'src/server/placement/algorithms';
const POLICIES = 'src/server/placement/policies';
const CATALOGUE = 'src/server/placement/catalogue.ts';
const BALANCERS = 'src/server/placement/balancers';
const BALANCER_TABLE = 'src/server/placement/balancer-table.ts';
const HYPERKERNEL = 'src/server/hyperkernel';
const SERVER = 'src/server';
const ENGINES = 'src/server/engines.ts';
const REPORT = 'src/study/report';
const PICTURE = 'src/study/report/picture';
const EXPERIMENT = 'src/study/experiment';
const EXPLORE = 'src/study/explore';
const CONFIG = 'src/app/config';
const DEBUG = 'src/app/debug';
const DEBUG_CORE = 'src/app/debug/core';
const CLI = 'src/app/cli';
const LIBRARY = 'src/index.ts';
const ISA = 'isa';
const ISA_INDEX = 'isa/index.ts';

const SEAMS = [IMAGE, SPEC, OBSERVE, SEAM, NODES];
const LOWER = [BASE, LANG, ASM, MACHINE, ENGINE, WASM, OS, FABRIC, CATALOGUE, BALANCER_TABLE, ALGORITHMS, HYPERKERNEL, SERVER, ENGINES, ...SEAMS];

export const TABLE: readonly Room[] = [
  { path: BASE, wing: 'base', imports: [], packages: ['seedrandom', 'fastest-levenshtein'] },

  { path: LANG, wing: 'guest', imports: [BASE], packages: ['nearley', 'moo'] },
  { path: IMAGE, wing: 'guest', imports: [BASE, LANG] },
  { path: ASM, wing: 'guest', imports: [BASE, LANG, IMAGE], packages: ['nearley', 'moo'] },
  { path: MACHINE, wing: 'guest', imports: [BASE, LANG, IMAGE] },
  { path: ENGINE, wing: 'guest', imports: [BASE, LANG, MACHINE] },
  { path: WASM, wing: 'guest', imports: [BASE, LANG, MACHINE, ENGINE] },
  { path: OS, wing: 'guest', imports: [BASE, LANG, MACHINE] },

  { path: SPEC, wing: 'server', imports: [BASE, MACHINE] },
  { path: OBSERVE, wing: 'server', imports: [BASE, SPEC] },
  { path: NODES, wing: 'server', imports: [MACHINE, SPEC] },
  { path: FABRIC, wing: 'server', imports: [BASE, SPEC] },
  { path: SEAM, wing: 'server', imports: [BASE, SPEC, MACHINE] },
  { path: ALGORITHMS, wing: 'server', imports: [BASE, SPEC, FABRIC, SEAM] },
  { path: POLICIES, wing: 'server', imports: [BASE, SPEC, SEAM, ALGORITHMS] },
  { path: CATALOGUE, wing: 'server', imports: [BASE, SEAM, POLICIES] },
  { path: BALANCERS, wing: 'server', imports: [SEAM, ALGORITHMS] },
  { path: BALANCER_TABLE, wing: 'server', imports: [BASE, SEAM, BALANCERS] },
  { path: HYPERKERNEL, wing: 'server', imports: [BASE, LANG, MACHINE, SPEC, NODES, OBSERVE, FABRIC, SEAM, ALGORITHMS] },
  { path: ENGINES, wing: 'server', imports: [LANG, MACHINE, ENGINE, WASM, SPEC] },
  // What puts nodes together: server.ts and its helpers.
  {
    path: SERVER, wing: 'server',
    imports: [BASE, LANG, ASM, IMAGE, MACHINE, ENGINES, OS, SPEC, NODES, OBSERVE, FABRIC, SEAM, CATALOGUE, BALANCER_TABLE, HYPERKERNEL],
  },

  { path: REPORT, wing: 'study', imports: [BASE, SPEC, NODES, OBSERVE, SEAM, CATALOGUE, HYPERKERNEL, SERVER], packages: ['chalk'] },
  { path: PICTURE, wing: 'study', imports: [BASE, SPEC, OBSERVE, REPORT] },
  { path: EXPERIMENT, wing: 'study', imports: [BASE, LANG, IMAGE, SPEC, NODES, OBSERVE, FABRIC, SEAM, CATALOGUE, HYPERKERNEL, SERVER, REPORT] },

  { path: EXPLORE, wing: 'study', imports: [BASE, SPEC, HYPERKERNEL] },

  { path: CONFIG, wing: 'app', imports: [BASE, SPEC, NODES, FABRIC, SEAM, CATALOGUE, BALANCER_TABLE, ENGINES], packages: ['yaml', 'zod', 'fast-xml-parser'] },
  // The debugger: a core that knows no terminal, and what people type and read.
  { path: DEBUG_CORE, wing: 'app', imports: [BASE, LANG, ASM, IMAGE, MACHINE, OBSERVE, SPEC, SEAM, HYPERKERNEL, SERVER] },
  { path: DEBUG, wing: 'app', imports: [BASE, OBSERVE, REPORT, DEBUG_CORE], packages: ['cli-progress'] },
  {
    path: CLI, wing: 'app', imports: [...LOWER, REPORT, PICTURE, EXPERIMENT, CONFIG, DEBUG, DEBUG_CORE, ISA, ISA_INDEX, LIBRARY],
    packages: ['yargs', 'chalk', 'cli-progress', 'cli-table3'],
  },
  { path: LIBRARY, wing: 'app', imports: [...LOWER, REPORT, PICTURE, EXPERIMENT, CONFIG, DEBUG_CORE, ISA, ISA_INDEX] },

  { path: ISA, imports: [LANG, MACHINE] },
  { path: ISA_INDEX, imports: [BASE, LANG, ISA] },
];

/** Folders whose files never import one another: what two of them share lies below them. The index of a folder may. */
export const SIBLINGS: readonly string[] = [POLICIES, BALANCERS, 'src/server/device', ISA];

/** Folders that compute simulated state: no wall clock, no chance but the seed's, no approximate Math. */
export const SIMULATED: readonly string[] = [BASE, 'src/guest', SERVER];

/** The one folder that knows Node; everything else in src/ and isa/ bundles for a browser. */
export const NODE_ALLOWED: readonly string[] = ['src/app'];
