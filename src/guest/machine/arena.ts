// The arena: one WebAssembly.Memory that holds every byte of simulated machine state that guest code touches:
// core blocks (L1 line tables, TLBs), vCPU contexts, tables that are derived from other state, and page slots. A page slot
// is the body of one frame of some node, or of a page on its way in a message. Slots come from one free list; memory is
// committed as slots are first used. What a table outgrows its fixed place by lies in consecutive slots of its own.
import { copyPlain } from '../../base/plain.js';
import { SlotParts, type Run } from './parts.js';

const WASM_PAGE_BYTES = 65536;
/** WebAssembly's own limit for 32-bit memories is 65,536 pages; some room is left for the host. */
const MAX_WASM_PAGES = 57344;
const FIXED_ALIGN = 64;

export interface ArenaShape {
  readonly coreBytes: number;
  readonly cores: number;
  readonly contextBytes: number;
  /** Contexts resident on nodes and, besides, on their way in messages. */
  readonly contexts: number;
  readonly pageBytes: number;
}

/** Who has what of the arena. Simulated state: the order of free slots decides which slot a page gets next. */
export interface ArenaState {
  usedSlots: number;
  tableSlots: number;
  readonly freeSlots: number[];
  readonly freeContexts: number[];
}

/** What the arena holds of simulated state. Nobody changes a chunk: copies share them. */
export interface ArenaCopy {
  /** Where slot 0 lay: engines take fixed parts of different sizes. */
  readonly slotBase: number;
  readonly state: ArenaState;
  /** The fixed parts, then a chunk for each slot: null for a free one. */
  readonly chunks: readonly (Uint8Array | null)[];
}

/** The arena is full: the simulated servers hold more than 3.5 GiB at once, or more than the host can give. */
export class ArenaFull extends Error {}

export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly shape: ArenaShape;
  /** What of the slots is known to be zeros. */
  readonly parts: SlotParts;
  private readonly contextBase: number;
  private fixedEnd: number;
  private slotBase = 0;
  /** What of the fixed part is state: [first byte, byte behind the last]. */
  private readonly fixedState: (readonly [from: number, to: number])[];
  private state: ArenaState = { usedSlots: 0, tableSlots: 0, freeSlots: [], freeContexts: [] };

  /** Views over the whole memory; a view taken before an allocation may be detached by it. */
  u8!: Uint8Array<ArrayBuffer>;
  u16!: Uint16Array<ArrayBuffer>;
  u32!: Uint32Array<ArrayBuffer>;
  u64!: BigUint64Array<ArrayBuffer>;
  f64!: Float64Array<ArrayBuffer>;

  constructor(shape: ArenaShape) {
    this.shape = shape;
    this.contextBase = shape.coreBytes * shape.cores;
    this.fixedEnd = this.contextBase + shape.contextBytes * shape.contexts;
    this.memory = new WebAssembly.Memory({ initial: 1 });
    for (let i = shape.contexts - 1; i >= 0; i--) this.state.freeContexts.push(i);
    this.refreshViews();
    this.fixedState = [[0, this.fixedEnd]];
    this.parts = new SlotParts(shape.pageBytes, MAX_WASM_PAGES * WASM_PAGE_BYTES);
    this.parts.at = this.takeDerived(this.parts.mapBytes);
  }

  /** Bytes that keep their place, zero at first; they must be taken before the first slot. Returns their offset. */
  takeFixed(bytes: number): number {
    const offset = this.takeDerived(bytes);
    this.fixedState.push([offset, offset + bytes]);
    return offset;
  }

  /** The same for what follows from other state: snapshots leave it out, and whoever took it makes it anew. */
  takeDerived(bytes: number): number {
    if (this.state.usedSlots > 0) throw new Error('fixed parts of the arena are taken before the first slot');
    const offset = Math.ceil(this.fixedEnd / FIXED_ALIGN) * FIXED_ALIGN;
    this.fixedEnd = offset + bytes;
    this.slotBase = Math.ceil(this.fixedEnd / this.shape.pageBytes) * this.shape.pageBytes;
    this.reserve(this.slotBase + 1);
    return offset;
  }

  /** Consecutive slots for so many bytes of a table, zero or not. Returns the offset of the first byte. */
  takeTable(bytes: number): number {
    const first = this.state.usedSlots;
    const count = Math.ceil(bytes / this.shape.pageBytes);
    this.state.usedSlots += count;
    this.state.tableSlots += count;
    this.reserve(this.slotOffset(this.state.usedSlots));
    return this.slotOffset(first);
  }

  /** The slots of a table become slots like any others. */
  freeTable(offset: number, bytes: number): void {
    const first = this.slotAt(offset);
    const count = Math.ceil(bytes / this.shape.pageBytes);
    this.state.tableSlots -= count;
    for (let slot = first; slot < first + count; slot++) {
      this.stored(this.slotOffset(slot), this.shape.pageBytes);
      this.freeSlot(slot);
    }
  }

  /** Byte offset of a core's block. */
  coreOffset(core: number): number {
    return core * this.shape.coreBytes;
  }

  /** Byte offset of a page slot's first byte. */
  slotOffset(slot: number): number {
    return this.slotBase + slot * this.shape.pageBytes;
  }

  /** The slot whose first byte lies at the offset. */
  slotAt(offset: number): number {
    return (offset - this.slotBase) / this.shape.pageBytes;
  }

  /** The simulated state in the arena. A chunk that equals the one of `like` is that chunk. */
  copyOut(like?: ArenaCopy): ArenaCopy {
    const free = new Set(this.state.freeSlots);
    const fixed = this.fixedChunks();
    const copy = (from: number, to: number, i: number): Uint8Array => {
      const before = like?.chunks[i];
      return before && this.equals(from, before) ? before : this.u8.slice(from, to);
    };
    const chunks = [
      ...fixed.map(([from, to], i) => copy(from, to, i)),
      ...Array.from({ length: this.state.usedSlots }, (_, slot) => (
        free.has(slot) ? null : copy(this.slotOffset(slot), this.slotOffset(slot + 1), fixed.length + slot))),
    ];
    return { slotBase: this.slotBase, state: copyPlain(this.state, like?.state), chunks };
  }

  /** Puts back what an arena of the same shape and state held. Returns by how much slots lie further behind here than there. */
  copyIn({ slotBase, state, chunks }: ArenaCopy): number {
    this.state = copyPlain(state);
    this.reserve(this.slotOffset(state.usedSlots));
    const fixed = this.fixedChunks();
    chunks.forEach((chunk, i) => {
      if (!chunk) return;
      if (i < fixed.length) this.u8.set(chunk, fixed[i]![0]);
      else this.writeSlot(i - fixed.length, chunk);
    });
    return this.slotBase - slotBase;
  }

  /** Takes a page slot; its bytes are whatever its last user left. */
  takeSlot(): number {
    const free = this.state.freeSlots.pop();
    if (free !== undefined) return free;
    const slot = this.state.usedSlots++;
    this.reserve(this.slotOffset(slot + 1));
    return slot;
  }

  freeSlot(slot: number): void {
    this.state.freeSlots.push(slot);
  }

  /** Slots taken and not freed, without those of tables. */
  get slotsInUse(): number {
    return this.state.usedSlots - this.state.freeSlots.length - this.state.tableSlots;
  }

  zeroSlot(slot: number): void {
    const at = this.slotOffset(slot);
    for (const [from, end] of this.runs(slot)) this.u8.fill(0, at + from, at + end);
    this.parts.zeroed(this.u8, at);
  }

  /** Writes from `offset` in the slot on. Callers may take the slot in the same expression, which `u8` as a receiver forbids. */
  writeSlot(slot: number, bytes: Uint8Array, offset = 0): void {
    const host = this.slotOffset(slot) + offset;
    this.stored(host, bytes.length);
    this.u8.set(bytes, host);
  }

  copySlot(from: number, to: number): void {
    const [source, target] = [this.slotOffset(from), this.slotOffset(to)];
    for (const [first, end] of this.runs(from, to)) this.u8.copyWithin(target + first, source + first, source + end);
    this.parts.copied(this.u8, source, target);
  }

  /** What of a slot, or of two, may hold anything but zeros: runs of bytes, in order. */
  runs(slot: number, other = slot): Run[] {
    return this.parts.runs(this.u8, this.slotOffset(slot), this.slotOffset(other));
  }

  /** For whoever stores into a slot by itself: bytes at this offset change. */
  stored(host: number, bytes: number): void {
    this.parts.stored(this.u8, host, bytes);
  }

  /** Takes a vCPU context; returns its byte offset. */
  takeContext(): number {
    const index = this.state.freeContexts.pop();
    if (index === undefined) throw new Error('more vCPU contexts in use than the arena was shaped for');
    return this.contextBase + index * this.shape.contextBytes;
  }

  freeContext(offset: number): void {
    this.state.freeContexts.push((offset - this.contextBase) / this.shape.contextBytes);
  }

  copyContext(from: number, to: number): void {
    this.u8.copyWithin(to, from, from + this.shape.contextBytes);
  }

  /** What of the fixed part is state, in chunks of at most a page. */
  private fixedChunks(): [from: number, to: number][] {
    const { pageBytes } = this.shape;
    return this.fixedState.flatMap(([from, to]) => (
      Array.from({ length: Math.ceil((to - from) / pageBytes) }, (_, i): [number, number] => (
        [from + i * pageBytes, Math.min(to, from + (i + 1) * pageBytes)]))));
  }

  private equals(offset: number, chunk: Uint8Array): boolean {
    const words = new Uint32Array(chunk.buffer, 0, chunk.length >>> 2);
    const first = offset >>> 2;
    const { u8, u32 } = this;
    for (let i = 0; i < words.length; i++) if (words[i] !== u32[first + i]) return false;
    for (let i = 4 * words.length; i < chunk.length; i++) if (chunk[i] !== u8[offset + i]) return false;
    return true;
  }

  private reserve(bytes: number): void {
    const have = this.memory.buffer.byteLength / WASM_PAGE_BYTES;
    const need = Math.ceil(bytes / WASM_PAGE_BYTES);
    if (need <= have) return;
    if (need > MAX_WASM_PAGES) throw new ArenaFull('the simulated machine holds more than 3.5 GiB at once');
    const grown = Math.min(MAX_WASM_PAGES, Math.max(need, have + Math.min(have, 4096)));
    try {
      this.memory.grow(grown - have);
    } catch {
      throw new ArenaFull(`the host has no room for a simulated machine of ${grown * WASM_PAGE_BYTES / 2 ** 20} MiB`);
    }
    this.refreshViews();
  }

  private refreshViews(): void {
    const buffer = this.memory.buffer as ArrayBuffer;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}
