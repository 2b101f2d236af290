// Instances of an engine's module. Modules are kept by what their bytes depend on, so that many servers share one.
import type { Isa } from '../../lang/model.js';
import type { Arena } from '../../machine/arena.js';
import type { MemorySystem } from '../../machine/memory.js';
import { MAX_REGIONS, type EngineLayout } from './layout.js';
import { callable, engineModule, externName } from './module.js';
import { RegionModules } from './region-modules.js';

const asUintN = BigInt.asUintN;

/** What there is of it anew with each table. */
interface Parts {
  readonly table: WebAssembly.Table;
  readonly enter: () => number;
  /** What compiled regions import. */
  readonly imports: WebAssembly.Imports;
}

export class Instance {
  readonly handles: readonly boolean[];
  /** Compiled regions of all servers of this shape. */
  readonly regions: RegionModules;
  private readonly make: () => Parts;
  private parts: Parts;

  constructor(handles: readonly boolean[], regions: RegionModules, make: () => Parts) {
    this.handles = handles;
    this.regions = regions;
    this.make = make;
    this.parts = make();
  }

  get table(): WebAssembly.Table { return this.parts.table; }
  get enter(): () => number { return this.parts.enter; }
  get imports(): WebAssembly.Imports { return this.parts.imports; }

  /**
   * Begins with an empty table. V8 keeps every instance that has imported a table as long as that table (measured on Node 20: some
   * 0.1 MB for each region), whether or not its function is still in it.
   */
  renew(): void {
    this.parts = this.make();
  }
}

export interface Callbacks {
  /** The log of evicted TLB entries is full. */
  readonly drain: () => void;
  /** Whether all pages of the region are resident: 1 or 0. */
  readonly verify: (region: number) => number;
  /** Whether the core's slice may follow at once, 1 or 0; then its slot is filled. */
  readonly admit: (core: number) => number;
}

interface Shared {
  readonly module: WebAssembly.Module;
  readonly handles: readonly boolean[];
  readonly regions: RegionModules;
}

const modules = new WeakMap<Isa, Map<string, Shared>>();

export function instantiate(
  isa: Isa, arena: Arena, memory: MemorySystem, layout: EngineLayout, callbacks: Callbacks,
): Instance {
  const { module, handles, regions } = sharedBy(isa, arena, memory, layout);
  const externs = Object.fromEntries(callable(isa).map((name) => {
    const extern = isa.binding.externs[name]!;
    return [externName(name), (...args: bigint[]) => extern(...args.map((arg) => asUintN(64, arg)))];
  }));
  return new Instance(handles, regions, () => {
    const table = new WebAssembly.Table({ element: 'anyfunc', initial: MAX_REGIONS });
    const base = { memory: arena.memory, table, ...externs };
    const { exports } = new WebAssembly.Instance(module, { e: { ...base, ...callbacks } });
    return { table, enter: exports['enter'] as () => number, imports: { e: { ...base, ...exports } } };
  });
}

function sharedBy(isa: Isa, arena: Arena, memory: MemorySystem, layout: EngineLayout): Shared {
  const { core, contentionWindowPs, low, high } = memory.shape;
  const key = JSON.stringify([
    layout, arena.shape.coreBytes, core, contentionWindowPs, low, high, memory.contended.any, memory.lines.fast.coreOffset(0),
    arena.parts.at, memory.coreLayout, memory.shape.sharedLines, memory.shape.coresOf, memory.caches === null,
  ]);
  let known = modules.get(isa);
  if (!known) modules.set(isa, (known = new Map()));
  let found = known.get(key);
  if (!found) {
    const { bytes, handles } = engineModule(isa, layout, arena, memory);
    known.set(key, (found = { module: new WebAssembly.Module(bytes), handles, regions: new RegionModules(isa) }));
  }
  return found;
}
