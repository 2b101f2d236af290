// The compiled regions: which there are, what they were made of, and when they end. Their functions lie in one table, so that
// they go on to one another without TypeScript.
import type { Isa } from '../../lang/model.js';
import type { Arena } from '../../machine/arena.js';
import type { ContextLayout } from '../../machine/context.js';
import type { MemorySystem } from '../../machine/memory.js';
import { BlockFinder } from './blocks.js';
import type { CodeCache } from './code-cache.js';
import { nextPc } from './flow.js';
import type { Instance } from './instance.js';
import { MAX_REGIONS, type EngineLayout } from './layout.js';
import { regionModule } from './region.js';

/** Bytes of WebAssembly after which all regions are given up and the hot ones compiled anew. */
const MAX_CODE_BYTES = 8 * 2 ** 20;
/** Regions, with those that are gone, after which the same is done so that V8 can forget them. */
const MAX_INSTANCES = 1024;

interface Region {
  readonly index: number;
  readonly head: number;
  readonly pages: readonly number[];
  readonly lines: readonly number[];
  readonly bytes: number;
}

export class Regions {
  /** Regions compiled, and bytes of WebAssembly that there are. */
  compiled = 0;
  codeBytes = 0;
  private readonly isa: Isa;
  private readonly arena: Arena;
  private readonly memory: MemorySystem;
  private readonly contexts: ContextLayout;
  private readonly layout: EngineLayout;
  private readonly instance: Instance;
  private renewAt = MAX_INSTANCES;
  private readonly byIndex = new Map<number, Region>();
  private readonly byHead = new Map<number, Region>();
  private readonly byLine = new Map<number, Set<Region>>();
  private readonly byPage = new Map<number, Set<Region>>();
  /** Table entries that are free; 0 stands for none. */
  private readonly free: number[] = Array.from({ length: MAX_REGIONS - 1 }, (_, i) => MAX_REGIONS - 1 - i);

  constructor(
    isa: Isa, arena: Arena, memory: MemorySystem, contexts: ContextLayout, layout: EngineLayout, instance: Instance,
  ) {
    this.isa = isa;
    this.arena = arena;
    this.memory = memory;
    this.contexts = contexts;
    this.layout = layout;
    this.instance = instance;
  }

  /** Table entry of the region that begins at pc, or 0. */
  at(pc: number): number {
    return this.byHead.get(pc)?.index ?? 0;
  }

  /** Compiles what is reachable from pc, if compiled code can do anything with it. */
  compile(core: number, pc: number, code: CodeCache): void {
    if (this.free.length === 0 || this.codeBytes > MAX_CODE_BYTES) code.forgetAll();
    if (this.compiled >= this.renewAt) {
      code.forgetAll();
      this.instance.renew();
      this.renewAt = this.compiled + MAX_INSTANCES;
    }
    const finder = new BlockFinder(this.isa, (at) => code.decode(core, at), (decoded) => code.handles(decoded));
    const blocks = finder.find(pc);
    if (blocks.length === 0) return;
    const { module, bytes } = this.instance.regions.of(blocks, () => regionModule(this.isa, this.contexts, this.layout, blocks[0]!));
    const { exports } = new WebAssembly.Instance(module, this.instance.imports);
    const lineBytes = 2 ** this.layout.lineShift;
    const lines = new Set<number>();
    const pages = new Set<number>();
    for (const step of blocks.flatMap(({ steps }) => steps)) {
      code.watch(core, step.pc, step.instruction.bits / 8);
      for (let line = Math.floor(step.pc / lineBytes); line * lineBytes < nextPc(step); line++) lines.add(line);
      pages.add(this.memory.pageOf(step.pc));
    }
    const region: Region = { index: this.free.pop()!, head: pc, pages: [...pages], lines: [...lines], bytes };
    this.instance.table.set(region.index, exports['region'] as () => number);
    this.byIndex.set(region.index, region);
    this.byHead.set(pc, region);
    for (const line of lines) list(this.byLine, line).add(region);
    for (const page of pages) list(this.byPage, page).add(region);
    this.compiled++;
    this.codeBytes += bytes;
    code.setRegion(pc, region.index);
  }

  /** Whether the node holds all pages of the region; compiled code will not ask again until one of them changes. */
  verify(index: number, node: number): boolean {
    const { pages } = this.byIndex.get(index)!;
    const table = this.memory.tables[node]!;
    if (!pages.every((page) => table.has(page))) return false;
    this.arena.u8[this.layout.ready + MAX_REGIONS * node + index] = 1;
    return true;
  }

  dropLine(line: number, code: CodeCache): void {
    for (const region of [...this.byLine.get(line) ?? []]) this.drop(region, code);
  }

  /** The node must be asked again whether it holds all pages of regions with this one. */
  forgetReady(node: number, page: number): void {
    for (const { index } of this.byPage.get(page) ?? []) this.arena.u8[this.layout.ready + MAX_REGIONS * node + index] = 0;
  }

  dropAll(code: CodeCache): void {
    for (const region of [...this.byIndex.values()]) this.drop(region, code);
  }

  private drop(region: Region, code: CodeCache): void {
    const { index, head, lines, pages, bytes } = region;
    this.instance.table.set(index, null);
    for (let node = 0; node < this.layout.nodes; node++) this.arena.u8[this.layout.ready + MAX_REGIONS * node + index] = 0;
    this.byIndex.delete(index);
    this.byHead.delete(head);
    for (const line of lines) remove(this.byLine, line, region);
    for (const page of pages) remove(this.byPage, page, region);
    this.free.push(index);
    this.codeBytes -= bytes;
    code.setRegion(head, 0);
  }
}

function list(map: Map<number, Set<Region>>, key: number): Set<Region> {
  let set = map.get(key);
  if (!set) map.set(key, (set = new Set()));
  return set;
}

function remove(map: Map<number, Set<Region>>, key: number, region: Region): void {
  const set = map.get(key)!;
  set.delete(region);
  if (set.size === 0) map.delete(key);
}
