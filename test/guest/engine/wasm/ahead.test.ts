// Loops whose number of turns is known touch the lines of many turns at once: that leaves what the definition leaves, to the bit.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { builtinIsa } from '../../../../isa/index.js';
import { clearCount, CYCLES_OFFSET } from '../../../../src/guest/machine/context.js';
import type { EngineName } from '../../../../src/server/spec.js';
import { Guest } from '../../../support/guest.js';
import type { MachineOptions } from '../../../support/machine.js';

const tiny = builtinIsa('tiny');
const PAGES = 24;
const DATA = 0x40000;

interface Stream {
  readonly kind: 'load' | 'store' | 'both' | 'add';
  /** Of its first byte, from the beginning of data. */
  readonly from: number;
}

interface Loop {
  readonly streams: readonly Stream[];
  readonly stride: number;
  /** Bytes beyond a multiple of the stride. */
  readonly off: number;
  readonly turns: number;
  readonly bound: 'bltu' | 'bne' | 'blt' | 'down' | 'bgeu';
  readonly times: number;
  readonly budgetCycles: number;
  readonly machine: MachineOptions;
  /** Lines that another core of the node has. */
  readonly elsewhere: readonly { readonly at: number; readonly write: boolean }[];
}

const machines: readonly MachineOptions[] = [
  { l1Sets: 512, tlbEntries: 64, streamLines: 16 },
  { l1Sets: 64, tlbEntries: 4, streamLines: 16, pageBytes: 1024 },
  { l1Sets: 32, tlbEntries: 16, streamLines: 1, coresPerNode: 6 },
  { l1Sets: 128, tlbEntries: 16, streamLines: 16, caches: { l2Bytes: 16384, llcBytesPerCore: 16384 } },
  { l1Sets: 64, tlbEntries: 16, streamLines: 8, caches: { l2Bytes: 65536, llcBytesPerCore: 131072 } },
  { l1Sets: 64, tlbEntries: 16, streamLines: 8, caches: { l2Bytes: 0, llcBytesPerCore: 16384 } },
  { l1Sets: 64, tlbEntries: 16, streamLines: 8, sharedLines: true, nodes: 2, caches: { l2Bytes: 8192, llcBytesPerCore: 16384 } },
  { l1Sets: 64, tlbEntries: 16, streamLines: 8, pageBytes: 65536 },
];

const loops = fc.record<Loop>({
  streams: fc.array(fc.record<Stream>({
    kind: fc.constantFrom('load', 'store', 'both', 'add'),
    from: fc.oneof(
      fc.integer({ min: 0, max: 600 }).map((line) => 64 * line), fc.integer({ min: 0, max: 4000 }).map((word) => 8 * word),
      // In the same sets as others.
      fc.integer({ min: 0, max: 9 }).map((page) => 4096 * page)),
  }), { minLength: 1, maxLength: 4 }),
  stride: fc.constantFrom(1, 2, 4, 8, 8, 8), off: fc.constantFrom(0, 0, 0, 0, 1), turns: fc.integer({ min: 1, max: 1500 }),
  bound: fc.constantFrom('bltu', 'bne', 'blt', 'down', 'bgeu'), times: fc.integer({ min: 2, max: 4 }),
  budgetCycles: fc.oneof(fc.integer({ min: 200, max: 9000 }), fc.integer({ min: 9000, max: 90_000 })),
  machine: fc.constantFrom(...machines),
  elsewhere: fc.array(fc.record({ at: fc.integer({ min: 0, max: 700 }).map((line) => 64 * line), write: fc.boolean() }), { maxLength: 3 }),
});

/** Calls of the functions that touch ahead, and turns that they yielded, while `work` runs. */
function countAhead(work: () => void): { readonly calls: number; readonly turns: number } {
  const counted = { calls: 0, turns: 0 };
  const { Instance } = WebAssembly;
  const count = (name: string, value: WebAssembly.ImportValue): WebAssembly.ImportValue => {
    if (!name.startsWith('ahead')) return value;
    return (...args: unknown[]): unknown => {
      const turns = (value as (...each: unknown[]) => number)(...args);
      counted.calls++;
      counted.turns += Math.max(0, turns);
      return turns;
    };
  };
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports && Object.fromEntries(Object.entries(imports).map(([from, values]) => (
        [from, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, count(name, value)]))]))));
    }
  };
  try {
    work();
  } finally {
    WebAssembly.Instance = Instance;
  }
  return counted;
}

const LOADS: Readonly<Record<number, string>> = { 1: 'lbu', 2: 'lbu', 4: 'lw', 8: 'ld' };
const STORES: Readonly<Record<number, string>> = { 1: 'sb', 2: 'sb', 4: 'sw', 8: 'sd' };

function text({ streams, stride, off, turns, bound, times }: Loop): string {
  const access = ({ kind }: Stream, i: number): string => {
    const [load, store] = [`${LOADS[stride]} t2, 0(a${i})\n add t3, t3, t2\n`, `${STORES[stride]} t3, 0(a${i})\n`];
    return { load, store, both: load + store, add: store + load }[kind];
  };
  const end = {
    bltu: 'bltu a0, s1, loop', bne: 'bne a0, s1, loop', blt: 'blt a0, s1, loop', bgeu: 'bltu s1, a0, out\n j loop',
    down: 'dec t0\n bnez t0, loop',
  };
  return `_start: li s0, ${times}
    again: ${streams.map(({ from }, i) => `li a${i}, ${DATA + from - (from % stride) + off}\n`).join('')}
          li    t0, ${turns}
          li    s1, ${turns * stride - (bound === 'bgeu' ? 1 : 0)}
          add   s1, s1, a0
    loop: ${streams.map(access).join('')}
          ${streams.map((_, i) => `addi a${i}, a${i}, ${stride}\n`).join('')}
          ${end[bound]}
    out:  inc   s2
          dec   s0
          bnez  s0, again
          halt`;
}

function outcome(engine: EngineName, loop: Loop): unknown {
  const guest = new Guest(tiny, text(loop), { engine, coresPerNode: 2, ...loop.machine });
  const { machine } = guest;
  const { arena, memory } = machine;
  for (let page = Math.floor(DATA / machine.pageBytes); page < DATA / machine.pageBytes + PAGES; page++) machine.give(0, page);
  for (const { at, write } of loop.elsewhere) if (memory.permits(1, DATA + at, 8, write)) memory.touch(1, DATA + at, 8, write);
  const slices: unknown[] = [];
  for (let reason = ''; reason !== 'guest';) {
    const end = guest.slice({ budgetCycles: loop.budgetCycles });
    reason = end.reason;
    if (end.reason === 'stall') guest.resolve(end.stall);
    const cores = memory.clocks.map((_, core) => (
      Buffer.from(arena.u8.slice(arena.coreOffset(core), arena.coreOffset(core) + memory.coreLayout.bytes)).toString('base64')));
    slices.push([reason, guest.get('pc'), guest.cycles, guest.retired, cores, memory.toState().misses, machine.cost(0)]);
    memory.clocks[0]!.timePs += 1000 * guest.cycles;
    clearCount(arena, guest.vcpu.context + CYCLES_OFFSET);
  }
  const bytes = Buffer.concat([...memory.tables.keys()].flatMap((node) => Array.from({ length: PAGES }, (_, i) => {
    const entry = memory.tables[node]!.get(Math.floor(DATA / machine.pageBytes) + i);
    return entry ? arena.u8.slice(arena.slotOffset(entry.slot), arena.slotOffset(entry.slot) + machine.pageBytes) : new Uint8Array();
  })));
  return { slices, bytes: bytes.toString('base64'), registers: guest.registers() };
}

it('lines of many turns touched at once leave registers, memory, caches, counts and slices as the definition has them', () => {
  fc.assert(fc.property(loops, (loop) => {
    expect(isDeepStrictEqual(outcome('wasm', loop), outcome('reference', loop))).toBe(true);
  }), { numRuns: Number(process.env['RUNS'] ?? 60) });
});

it.each([
  ['memory', machines[0]!], ['caches and memory', machines[3]!], ['large pages', machines[7]!],
])('most turns of a loop over arrays in %s are foretold', (_, machine) => {
  const streams: readonly Stream[] = [
    { kind: 'load', from: 0 }, { kind: 'load', from: 16_384 + 1024 }, { kind: 'store', from: 2 * (16_384 + 1024) }];
  const turns = 1500;
  const { calls, turns: ahead } = countAhead(() => outcome('wasm', {
    streams, stride: 8, off: 0, turns, bound: 'bltu', times: 2, budgetCycles: 100_000, machine, elsewhere: [],
  }));
  expect(calls).toBeLessThan(200);
  expect(ahead).toBeGreaterThan(turns);
});

it.each<readonly [Stream['kind'], Stream['kind']]>([
  ['load', 'both'], ['both', 'load'], ['store', 'add'],
])('most turns of %s and %s in the same sets of L1 are foretold', (first, second) => {
  const loop = (turns: number, times: number, budgetCycles: number): Loop => ({
    streams: [{ kind: first, from: 0 }, { kind: second, from: 32_768 }], stride: 8, off: 0, turns, bound: 'bltu', times, budgetCycles,
    machine: machines[0]!, elsewhere: [],
  });
  const long = loop(1500, 2, 20_000);
  expect(countAhead(() => outcome('wasm', long)).turns).toBeGreaterThan(1500);
  expect(outcome('wasm', long)).toEqual(outcome('reference', long));
  // Ends of slices everywhere in the first lines, where the table of streams has something else yet.
  for (let budgetCycles = 3000; budgetCycles < 9000; budgetCycles += 500) {
    const short = loop(48, 24, budgetCycles);
    expect(isDeepStrictEqual(outcome('wasm', short), outcome('reference', short))).toBe(true);
  }
});
