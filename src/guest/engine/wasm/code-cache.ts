// What the engine knows of guest code: predecoded instructions in records, and which lines of memory they came from. A store
// into such a line goes to the slow path, which tells of it here: then what was made of the line is forgotten (SEMANTICS 10).
// A page that comes to a node anew may hold other bytes than those that were read elsewhere: they are compared first.
import { wrap } from '../../../base/bits.js';
import type { Instruction, Isa } from '../../lang/model.js';
import type { Arena } from '../../machine/arena.js';
import type { ContextLayout } from '../../machine/context.js';
import { PC_OFFSET } from '../../machine/context.js';
import type { CodeWatcher, MemorySystem } from '../../machine/memory.js';
import { DecodedWords, type Decoded } from '../reference/decoded.js';
import { MARKS, RECORD, RECORDS, WRITE_OFFSET, type EngineLayout } from './layout.js';

/** Instructions that are decoded at once, if no jump comes before. */
const AHEAD = 32;
/** Lines with translated code; beyond that all is forgotten. */
const MAX_LINES = 32768;
const TWO_32 = 4294967296;

/** Built-ins bound at module scope: inside jest's vm contexts global look-ups in hot loops cost 18x (nodejs/node#31658). */
const floor = Math.floor;
const toBigInt = BigInt;

interface CodeLine {
  /** The bytes as they were read. */
  readonly bytes: Uint8Array;
  /** Instructions of which a byte lies here. */
  readonly pcs: Set<number>;
}

export class CodeCache implements CodeWatcher {
  private readonly isa: Isa;
  private readonly arena: Arena;
  private readonly memory: MemorySystem;
  private readonly contexts: ContextLayout;
  private readonly layout: EngineLayout;
  private readonly words: DecodedWords;
  private readonly handlers: ReadonlyMap<Instruction, number>;
  private readonly lines = new Map<number, CodeLine>();
  /** Pages with code, and how many lines of them. */
  private readonly pages = new Map<number, number>();
  /** Pages with code whose entry in the node's table has changed: node by page. */
  private readonly changed: { readonly node: number; readonly page: number }[] = [];
  /** Told of lines whose code is no longer what it was, and of pages that a node lost or got. */
  private readonly dropped: { line(line: number): void; page(node: number, page: number): void; all(): void };

  constructor(
    isa: Isa, arena: Arena, memory: MemorySystem, contexts: ContextLayout, layout: EngineLayout, handles: readonly boolean[],
    dropped: CodeCache['dropped'],
  ) {
    this.isa = isa;
    this.arena = arena;
    this.memory = memory;
    this.contexts = contexts;
    this.layout = layout;
    this.words = DecodedWords.of(isa);
    this.handlers = new Map(isa.instructions.map((instruction, i) => [instruction, handles[i] ? i + 1 : 0]));
    this.dropped = dropped;
  }

  /** The instruction at pc, if all its bytes lie in one page that the core's node holds. */
  decode(core: number, pc: number): Decoded | undefined {
    if (!this.memory.addressable(pc, 1)) return undefined;
    const host = this.memory.fetch(core, pc);
    if (host < 0) return undefined;
    const room = Math.min(this.memory.bytesToPageEnd(pc), this.isa.memory.high - pc);
    const { u8 } = this.arena;
    let beyond = false;
    const decoded = this.words.at((i) => {
      if (i < room) return u8[host + i]!;
      beyond = true;
      return 0;
    });
    return beyond || 'illegal' in decoded ? undefined : decoded;
  }

  /** Whether compiled code can execute it. */
  handles({ instruction }: Decoded): boolean {
    return this.handlers.get(instruction)! > 0;
  }

  /** Fills the records from pc on; whether there is one for pc now. */
  fill(core: number, pc: number, regionAt: (pc: number) => number): boolean {
    if (this.lines.size > MAX_LINES) this.forgetAll();
    for (let at = pc, count = 0; count < AHEAD; count++) {
      const decoded = this.decode(core, at);
      if (!decoded) return count > 0;
      this.watch(core, at, decoded.instruction.bits / 8);
      this.record(at, decoded, regionAt(at));
      if (decoded.instruction.body.some(({ k }) => k === 'jump')) return true;
      at += decoded.instruction.bits / 8;
    }
    return true;
  }

  /** Where the region of pc begins, in its record, if pc has one. */
  setRegion(pc: number, region: number): void {
    const at = this.layout.recordOf(pc) >>> 2;
    const { u32 } = this.arena;
    if (u32[at] !== pc >>> 0 || u32[at + 1] !== floor(pc / TWO_32)) return;
    u32[at + (RECORD.region >> 2)] = region;
    u32[at + (RECORD.arrivals >> 2)] = 0;
  }

  /** Notes that code was made of these bytes, which the core's node holds. */
  watch(core: number, pc: number, bytes: number): void {
    const lineBytes = 2 ** this.layout.lineShift;
    for (let line = floor(pc / lineBytes); line * lineBytes < pc + bytes; line++) {
      let known = this.lines.get(line);
      if (!known) this.lines.set(line, (known = this.mark(core, line)));
      known.pcs.add(pc);
    }
  }

  stored(address: number, bytes: number): void {
    const lineBytes = 2 ** this.layout.lineShift;
    for (let line = floor(address / lineBytes); line * lineBytes < address + bytes; line++) {
      if (this.lines.has(line)) this.forget(line);
    }
  }

  pageChanged(node: number, page: number): void {
    if (!this.pages.has(page)) return;
    this.changed.push({ node, page });
    this.dropped.page(node, page);
  }

  /** Before guest code runs: looks again at code on pages that came or went. */
  settle(): void {
    if (this.changed.length === 0) return;
    for (const { node, page } of this.changed) this.compare(node, page);
    this.changed.length = 0;
  }

  forgetAll(): void {
    this.dropped.all();
    const { u8 } = this.arena;
    const { marks, records, recordShift } = this.layout;
    u8.fill(0, marks, marks + 2 * MARKS);
    u8.fill(0, records, records + (RECORDS << recordShift));
    this.lines.clear();
    this.pages.clear();
    this.changed.length = 0;
  }

  private compare(node: number, page: number): void {
    const frame = this.memory.tables[node]!.offsetOf(page, false);
    if (frame < 0 || !this.pages.has(page)) return;
    const lineBytes = 2 ** this.layout.lineShift;
    const first = page * 2 ** (this.layout.pageShift - this.layout.lineShift);
    const count = 2 ** (this.layout.pageShift - this.layout.lineShift);
    for (let i = 0; i < count; i++) {
      const known = this.lines.get(first + i);
      if (!known) continue;
      const host = frame + i * lineBytes;
      if (known.bytes.some((byte, k) => byte !== this.arena.u8[host + k])) this.forget(first + i);
    }
  }

  private mark(core: number, line: number): CodeLine {
    const lineBytes = 2 ** this.layout.lineShift;
    const host = this.memory.fetch(core, line * lineBytes);
    const page = this.memory.pageOf(line * lineBytes);
    this.pages.set(page, (this.pages.get(page) ?? 0) + 1);
    this.addMark(line, 1);
    // Nobody may store to it by fast tags any more.
    for (let c = 0; c < this.arena.shape.cores; c++) this.memory.lines.fast.clearWrite(c, line % this.memory.shape.core.l1Sets);
    return { bytes: this.arena.u8.slice(host, host + lineBytes), pcs: new Set() };
  }

  private forget(line: number): void {
    const { pcs } = this.lines.get(line)!;
    this.lines.delete(line);
    this.addMark(line, -1);
    const page = this.memory.pageOf(line * 2 ** this.layout.lineShift);
    const left = this.pages.get(page)! - 1;
    if (left === 0) this.pages.delete(page);
    else this.pages.set(page, left);
    const { u32 } = this.arena;
    for (const pc of pcs) {
      const at = this.layout.recordOf(pc) >>> 2;
      if (u32[at] === pc >>> 0 && u32[at + 1] === floor(pc / TWO_32)) u32.fill(0, at, at + (RECORD.operands >> 2));
    }
    this.dropped.line(line);
  }

  private addMark(line: number, by: number): void {
    const at = (this.layout.marks >>> 1) + (line % MARKS);
    this.arena.u16[at]! += by;
  }

  private record(pc: number, { instruction, operands }: Decoded, region: number): void {
    const at = this.layout.recordOf(pc);
    const { u32, u64 } = this.arena;
    u32[at >>> 2] = pc >>> 0;
    u32[(at >>> 2) + 1] = floor(pc / TWO_32);
    u32[(at + RECORD.handler) >>> 2] = this.handlers.get(instruction)!;
    u32[(at + RECORD.region) >>> 2] = region;
    u32[(at + RECORD.arrivals) >>> 2] = 0;
    instruction.operands.forEach(({ kind, file }, i) => {
      const cell = at + RECORD.operands + 8 * i;
      if (kind === 'reg') {
        const index = Number(operands[i]!);
        const offset = this.contexts.fileOffsets[file!]! + 8 * index;
        u32[cell >>> 2] = offset;
        // What is written to a hard-wired register goes where the pc is stored next.
        u32[(cell + WRITE_OFFSET) >>> 2] = this.isa.files[file!]!.fixed.has(index) ? PC_OFFSET : offset;
      } else {
        u64[cell >>> 3] = kind === 'pcrel' ? wrap(this.isa.pcWidth, toBigInt(pc) + operands[i]!) : operands[i]!;
      }
    });
  }
}
