// Engines and memories with one fault each: what a campaign has to find.
import { ReferenceEngine } from '../../src/guest/engine/reference/reference.js';
import type { Expr, Stmt } from '../../src/guest/lang/ir.js';
import type { Isa } from '../../src/guest/lang/model.js';
import type { Arena } from '../../src/guest/machine/arena.js';
import { COUNTS } from '../../src/guest/machine/core-block.js';
import { MemorySystem } from '../../src/guest/machine/memory.js';
import { shapeOf } from './roles.js';
import type { Makers } from './world.js';

export const REFERENCE: Makers = { engine: (isa, arena, memory) => new ReferenceEngine(isa, arena, memory) };

const KEPT_PAGES = 64;

/** Reads the bytes of a page as they were when it was first fetched from a frame. */
class StaleCode extends MemorySystem {
  private readonly first: number[] = [];
  private readonly place: Arena;
  private readonly kept: number;

  constructor(...[arena, shape]: ConstructorParameters<typeof MemorySystem>) {
    super(arena, shape);
    this.place = arena;
    this.kept = arena.takeFixed(KEPT_PAGES * arena.shape.pageBytes);
  }

  override fetch(core: number, address: number): number {
    const host = super.fetch(core, address);
    const { pageBytes } = this.place.shape;
    const frame = host - (address % pageBytes);
    if (host < 0 || (!this.first.includes(frame) && this.first.length === KEPT_PAGES)) return host;
    const known = this.first.indexOf(frame);
    const stale = this.kept + pageBytes * (known < 0 ? this.first.push(frame) - 1 : known);
    if (known < 0) this.place.u8.copyWithin(stale, frame, frame + pageBytes);
    return stale + (address % pageBytes);
  }
}

/** Forgets the count of every tenth miss. */
class LostMisses extends MemorySystem {
  private misses = 0;
  private readonly place: Arena;

  constructor(...[arena, shape]: ConstructorParameters<typeof MemorySystem>) {
    super(arena, shape);
    this.place = arena;
  }

  override touch(...[core, address, bytes, write]: Parameters<MemorySystem['touch']>): void {
    const at = (this.place.coreOffset(core) + COUNTS) >>> 2;
    const before = this.place.u32.slice(at, at + this.costs.classes);
    super.touch(core, address, bytes, write);
    if (before.some((count, i) => count !== this.place.u32[at + i]) && ++this.misses % 10 === 0) this.place.u32.set(before, at);
  }
}

/** A store to a line that the core can read leaves other cores what they have of it. */
class LeftReaders extends MemorySystem {
  override touch(...[core, address, bytes, write]: Parameters<MemorySystem['touch']>): void {
    const line = Math.floor(address / this.shape.core.lineBytes);
    if (write && this.lines.holds(core, line)) this.lines.setWritable(core, line, true);
    super.touch(core, address, bytes, write);
  }
}

/** The ISA with other semantics, unseen from outside. */
function faulty(isa: Isa, fault: (instruction: Isa['instructions'][number]) => object): Makers {
  const instructions = isa.instructions.map((each) => ({ ...each, ...fault(each) }));
  const other = { ...isa, instructions };
  return { engine: (_, arena, memory) => new ReferenceEngine(other, arena, memory) };
}

function rewrite(body: readonly Stmt[], change: (e: Expr) => Expr): Stmt[] {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const inside = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visit(each)]));
    return 'k' in inside ? change(inside as unknown as Expr) : inside;
  };
  return visit(body) as Stmt[];
}

const withMemory = (make: NonNullable<Makers['memory']>): Makers => ({ ...REFERENCE, memory: make });

export const PLANTED: Readonly<Record<string, (isa: Isa) => Makers>> = {
  'a sum that loses its highest carry': (isa) => faulty(isa, ({ body }) => ({
    body: rewrite(body, (e) => {
      if (e.k !== 'bin' || e.op !== 'add') return e;
      const top: Expr = { k: 'const', w: e.w, value: 1n << BigInt(e.w - 1) };
      const rest: Expr = { k: 'un', w: e.w, op: 'not', a: top };
      return { ...e, op: 'or', a: { ...e, op: 'and', a: e, b: rest }, b: { ...e, op: 'and', a: { ...e, op: 'xor' }, b: top } };
    }),
  })),
  'a comparison that is off by one': (isa) => faulty(isa, ({ body }) => ({
    body: rewrite(body, (e) => (e.k === 'cmp' && (e.op === 'lts' || e.op === 'ltu') ? { ...e, op: e.op === 'lts' ? 'les' : 'leu' } : e)),
  })),
  // Not of a jump: a loop must cost something, or no budget ends it.
  'a cycle that is not charged': (isa) => faulty(isa, (instruction) => (
    shapeOf(instruction).accesses && !shapeOf(instruction).jumps ? { cost: instruction.cost - 1 } : {})),
  'code that stays as it was': () => withMemory((...shape) => new StaleCode(...shape)),
  'an L2 that lets go of what was used last': () => withMemory((...shape) => {
    const memory = new MemorySystem(...shape);
    for (const l2 of memory.caches?.l2 ?? []) Object.assign(l2, { use: (line: number) => l2.find(line) });
    return memory;
  }),
  'a store that leaves other cores their copies': () => withMemory((...shape) => new LeftReaders(...shape)),
  'misses that are not counted': () => withMemory((...shape) => new LostMisses(...shape)),
};
