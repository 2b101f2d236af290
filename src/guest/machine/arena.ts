// The arena: one WebAssembly.Memory that holds every byte of simulated machine state that guest code touches:
// core blocks (L1 line tables, TLBs), vCPU contexts, and page slots. A page slot is the body of one frame of some node,
// or of a page on its way in a message. Slots come from one free list; memory is committed as slots are first used.

const WASM_PAGE_BYTES = 65536;
/** WebAssembly's own limit for 32-bit memories is 65,536 pages; some room is left for the host. */
const MAX_WASM_PAGES = 57344;

export interface ArenaShape {
  readonly coreBytes: number;
  readonly cores: number;
  readonly contextBytes: number;
  /** Contexts resident on nodes and, besides, on their way in messages. */
  readonly contexts: number;
  readonly pageBytes: number;
}

/** The arena is full: the simulated servers hold more than 3.5 GiB at once, or more than the host can give. */
export class ArenaFull extends Error {}

export class Arena {
  readonly memory: WebAssembly.Memory;
  readonly shape: ArenaShape;
  private readonly contextBase: number;
  private readonly slotBase: number;
  private readonly freeSlots: number[] = [];
  private readonly freeContexts: number[] = [];
  private usedSlots = 0;

  /** Views over the whole memory; a view taken before an allocation may be detached by it. */
  u8!: Uint8Array<ArrayBuffer>;
  u32!: Uint32Array<ArrayBuffer>;
  u64!: BigUint64Array<ArrayBuffer>;
  f64!: Float64Array<ArrayBuffer>;

  constructor(shape: ArenaShape) {
    this.shape = shape;
    this.contextBase = shape.coreBytes * shape.cores;
    const fixedBytes = this.contextBase + shape.contextBytes * shape.contexts;
    this.slotBase = Math.ceil(fixedBytes / shape.pageBytes) * shape.pageBytes;
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((this.slotBase + 1) / WASM_PAGE_BYTES) });
    for (let i = shape.contexts - 1; i >= 0; i--) this.freeContexts.push(i);
    this.refreshViews();
  }

  /** Byte offset of a core's block. */
  coreOffset(core: number): number {
    return core * this.shape.coreBytes;
  }

  /** Byte offset of a page slot's first byte. */
  slotOffset(slot: number): number {
    return this.slotBase + slot * this.shape.pageBytes;
  }

  /** Takes a page slot; its bytes are whatever its last user left. */
  takeSlot(): number {
    const free = this.freeSlots.pop();
    if (free !== undefined) return free;
    const slot = this.usedSlots++;
    this.reserve(this.slotOffset(slot + 1));
    return slot;
  }

  freeSlot(slot: number): void {
    this.freeSlots.push(slot);
  }

  /** Slots taken and not freed. */
  get slotsInUse(): number {
    return this.usedSlots - this.freeSlots.length;
  }

  zeroSlot(slot: number): void {
    this.u8.fill(0, this.slotOffset(slot), this.slotOffset(slot + 1));
  }

  /** Writes at the slot's beginning. Callers may take the slot in the same expression, which `u8` as a receiver forbids. */
  writeSlot(slot: number, bytes: Uint8Array): void {
    this.u8.set(bytes, this.slotOffset(slot));
  }

  copySlot(from: number, to: number): void {
    this.u8.copyWithin(this.slotOffset(to), this.slotOffset(from), this.slotOffset(from + 1));
  }

  /** Takes a vCPU context; returns its byte offset. */
  takeContext(): number {
    const index = this.freeContexts.pop();
    if (index === undefined) throw new Error('more vCPU contexts in use than the arena was shaped for');
    return this.contextBase + index * this.shape.contextBytes;
  }

  freeContext(offset: number): void {
    this.freeContexts.push((offset - this.contextBase) / this.shape.contextBytes);
  }

  copyContext(from: number, to: number): void {
    this.u8.copyWithin(to, from, from + this.shape.contextBytes);
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
    this.u32 = new Uint32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}
