// What the arena holds of one core: counters and clock, then its L1 line table, then its TLB. All of it is simulated state.
//
// Block: { f64 local cycles, f64 remote cycles, f64 line misses, f64 remote misses, f64 local time at the slice's start,
// u32 contended, 20 unused bytes }, then the entries that lines.ts describes.
import type { Arena } from './arena.js';
import type { CoreSpec } from './spec.js';

export const L1_ENTRY_BYTES = 24;
export const TLB_ENTRY_BYTES = 16;
export const CORE_HEADER_BYTES = 64;
export const LOCAL_CYCLES = 0;
export const REMOTE_CYCLES = 8;
export const LINE_MISSES = 16;
export const REMOTE_MISSES = 24;
export const CORE_TIME = 32;
export const CONTENDED = 40;

export function coreBlockBytes(core: CoreSpec): number {
  return Math.ceil((CORE_HEADER_BYTES + L1_ENTRY_BYTES * core.l1Sets + TLB_ENTRY_BYTES * core.tlbEntries) / 8) * 8;
}

/** What the accesses of one core have cost since the counters were last cleared. */
export class CoreCounters {
  private readonly arena: Arena;
  private readonly at: number;

  constructor(arena: Arena, core: number) {
    this.arena = arena;
    this.at = arena.coreOffset(core) >>> 3;
  }

  /** All of them, as a plain record. */
  get values(): Readonly<Record<'localCycles' | 'remoteCycles' | 'lineMisses' | 'remoteMisses' | 'timePs', number>> {
    const { localCycles, remoteCycles, lineMisses, remoteMisses, timePs } = this;
    return { localCycles, remoteCycles, lineMisses, remoteMisses, timePs };
  }

  get localCycles(): number { return this.arena.f64[this.at + (LOCAL_CYCLES >> 3)]!; }
  set localCycles(value: number) { this.arena.f64[this.at + (LOCAL_CYCLES >> 3)] = value; }
  get remoteCycles(): number { return this.arena.f64[this.at + (REMOTE_CYCLES >> 3)]!; }
  set remoteCycles(value: number) { this.arena.f64[this.at + (REMOTE_CYCLES >> 3)] = value; }
  get lineMisses(): number { return this.arena.f64[this.at + (LINE_MISSES >> 3)]!; }
  set lineMisses(value: number) { this.arena.f64[this.at + (LINE_MISSES >> 3)] = value; }
  /** Line misses that another node served. */
  get remoteMisses(): number { return this.arena.f64[this.at + (REMOTE_MISSES >> 3)]!; }
  set remoteMisses(value: number) { this.arena.f64[this.at + (REMOTE_MISSES >> 3)] = value; }
  /** The core's local time at the start of its slice; the server writes it. */
  get timePs(): number { return this.arena.f64[this.at + (CORE_TIME >> 3)]!; }
  set timePs(value: number) { this.arena.f64[this.at + (CORE_TIME >> 3)] = value; }
}

/** Cores that took part in a contended transfer of a line since the server last looked. */
export class ContendedCores {
  private readonly arena: Arena;
  /** Whether there are any: { u32 } at a fixed place. */
  readonly any: number;

  constructor(arena: Arena) {
    this.arena = arena;
    this.any = arena.takeFixed(4);
  }

  get none(): boolean { return this.arena.u32[this.any >>> 2] === 0; }

  add(core: number): void {
    this.arena.u32[(this.arena.coreOffset(core) + CONTENDED) >>> 2] = 1;
    this.arena.u32[this.any >>> 2] = 1;
  }

  /** The cores, ascending; there are none then. */
  take(): number[] {
    if (this.none) return [];
    const cores: number[] = [];
    for (let core = 0; core < this.arena.shape.cores; core++) {
      const at = (this.arena.coreOffset(core) + CONTENDED) >>> 2;
      if (this.arena.u32[at] === 1) cores.push(core);
      this.arena.u32[at] = 0;
    }
    this.arena.u32[this.any >>> 2] = 0;
    return cores;
  }
}
