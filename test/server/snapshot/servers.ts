// Servers to snapshot: programs at small sizes, reports without the wall clock, and a walk through all that a server holds.
import { createServer, type Server } from '../../../src/server/server.js';
import type { Scenario } from '../../../src/server/spec.js';
import { buildReport } from '../../../src/study/report/build.js';
import { assembleProgram, isa, nodes, type Sizes } from '../../programs/programs.js';

export interface Case extends Partial<Scenario> {
  readonly program: string;
  readonly sizes?: Sizes;
  readonly preset?: string;
}

export const STENCIL: Case = { program: 'stencil', sizes: { ROWS: 4, COLUMNS: 3, SWEEPS: 2 } };
/** Everything moves, and vCPUs share cores. */
export const BUSY: Case = { program: 'hashjoin', sizes: { BUILD: 24, PROBES: 48, KEYS: 24, BUCKETS: 12 }, vcpus: 11 };

export function serverOf({ program, sizes = {}, preset = 'sds-ethernet-25g', ...scenario }: Case): Server {
  return createServer({
    isa, image: assembleProgram(program, sizes),
    scenario: {
      machine: nodes(4, preset), vcpus: 8, policy: 'cost', policyOptions: {}, seed: 1, sliceMode: 'loop',
      maxInstructions: 2_000_000, timeScale: 1, startSkewPs: 1_000_000, ...scenario,
    },
  });
}

/** What the run to its end reports, to the byte. */
export function finish(server: Server): string {
  server.run();
  return JSON.stringify(buildReport(server, '', null, 0));
}

/** Runs up to the event of that number. */
export function runTo(server: Server, position: number): Server {
  server.runUntil((at) => at.position >= position);
  return server;
}

/** What is no state: it follows from the spec, belongs to the host, or lasts no longer than a slice. */
const NO_STATE = new Set([
  'Server.options',
  // The bytes are compared as `copyOut` gives them: those of free slots count for nothing.
  'Arena.memory', 'Arena.u8', 'Arena.u16', 'Arena.u32', 'Arena.u64', 'Arena.f64',
  // A heap may hold the same events in another order: they are compared in the order in which they will be taken.
  'EventQueue.times', 'EventQueue.sequences', 'EventQueue.events',
  'MemorySystem.missingPage', 'Slices.ahead',
  // They are compared as the state gives them: a block may hold nothing but zeros.
  'MemorySystem.pageMisses',
  // Follows from the costs, and is found when it is asked for.
  'Costs.excesses',
  // Whatever an engine has, it has made from other state; so do those who tell it of changes.
  'Server.engine', 'Hardware.engine', 'MemorySystem.codeWatcher',
]);

/** Where two servers differ in anything that can be reached from them. */
export function differences(a: Server, b: Server): string[] {
  const found: string[] = [];
  const seen = new Map<unknown, unknown>();
  const compare = (x: unknown, y: unknown, path: string): void => {
    if (Object.is(x, y) || (typeof x === 'function' && typeof y === 'function') || seen.get(x) === y && seen.has(x)) return;
    if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) {
      found.push(`${path}: ${String(x)}, ${String(y)}`);
      return;
    }
    seen.set(x, y);
    if (x instanceof Uint8Array && y instanceof Uint8Array) {
      if (Buffer.compare(x, y) !== 0) found.push(`${path}: other bytes`);
      return;
    }
    const [partsX, partsY] = [parts(x), parts(y)];
    if (x.constructor !== y.constructor || partsX.length !== partsY.length) found.push(`${path}: ${partsX.length} parts, ${partsY.length}`);
    else partsX.forEach(([key, part], i) => {
      if (key !== partsY[i]![0]) found.push(`${path}: ${String(key)}, ${String(partsY[i]![0])}`);
      else compare(part, partsY[i]![1], `${path}.${String(key)}`);
    });
  };
  compare(a, b, 'server');
  compare(a.arena.copyOut(), b.arena.copyOut(), 'arena');
  compare(a.snapshot().state, b.snapshot().state, 'state');
  return found;
}

function parts(object: object): [unknown, unknown][] {
  if (object instanceof Map) return [...object];
  if (object instanceof Set) return [...object].map((value, i) => [i, value]);
  const name = 'queueSlice' in object ? 'Hardware' : object.constructor?.name;
  return Object.entries(object).filter(([key]) => !NO_STATE.has(`${name}.${key}`));
}
