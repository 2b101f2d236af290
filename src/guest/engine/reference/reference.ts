// The reference engine: walks the IR of one instruction after another with BigInt. It is the definition that other
// engines are held to, so it prefers being obviously right to being fast.
import { wrap } from '../../../base/bits.js';
import type { Arena } from '../../machine/arena.js';
import { contextLayout, CYCLES_OFFSET, PC_OFFSET, RETIRED_OFFSET, type ContextLayout } from '../../machine/context.js';
import type { Engine, EngineVcpu, SliceOptions, Stop } from '../../machine/engine.js';
import type { MemorySystem } from '../../machine/memory.js';
import type { Expr, RegIndex, Stmt } from '../../lang/ir.js';
import type { Isa } from '../../lang/model.js';
import { DecodedWords, type Decoded } from './decoded.js';
import { closeOver, evaluate, type Environment } from './evaluate.js';

interface RegisterWrite { readonly offset: number; readonly value: bigint }

export class ReferenceEngine implements Engine, Environment {
  readonly name = 'reference';
  locals: bigint[] = [];

  private readonly isa: Isa;
  private readonly arena: Arena;
  private readonly memory: MemorySystem;
  private readonly layout: ContextLayout;
  private readonly words: DecodedWords;

  // The instruction being executed.
  private vcpu!: EngineVcpu;
  private core = 0;
  private decoded!: Decoded;
  private pcNow = 0n;
  private takesUntilPs = Infinity;
  private bookedPs = 0;
  private cycles = 0;
  private answers: readonly bigint[] = [];
  private results: bigint[] = [];
  private writes: RegisterWrite[] = [];
  private target: bigint | undefined;
  private stop: Stop | undefined;
  private yields = false;
  /** That the slice's accesses have cost so far. */
  private memoryCycles = 0;

  constructor(isa: Isa, arena: Arena, memory: MemorySystem) {
    this.isa = isa;
    this.arena = arena;
    this.memory = memory;
    this.layout = contextLayout(isa);
    this.words = DecodedWords.of(isa);
  }

  run(vcpu: EngineVcpu, slice: SliceOptions): Stop {
    this.vcpu = vcpu;
    this.core = slice.core;
    this.takesUntilPs = slice.takesUntilPs ?? Infinity;
    this.bookedPs = slice.bookedPs ?? 0;
    const { u64 } = this.arena;
    this.memoryCycles = this.memory.unbookedCycles(slice.core);
    const at = vcpu.context >> 3;
    const { budgetCycles, endPs } = slice;
    let exactly = slice.exactly === true;
    let cycles = 0;
    const before = Number(u64[at + (CYCLES_OFFSET >> 3)]!);
    for (let retired = 1; ; retired++) {
      this.cycles = before + cycles;
      this.step();
      if (this.stop) {
        this.count(vcpu.context, retired - 1, cycles);
        return this.stop;
      }
      cycles += this.decoded.instruction.cost;
      const next = this.target ?? this.next();
      const backward = this.target !== undefined && next <= this.pcNow;
      u64[at + (PC_OFFSET >> 3)] = next;
      for (const { offset, value } of this.writes) u64[offset >> 3] = value;
      vcpu.answers = [];
      const spent = cycles + this.memoryCycles;
      const enough = backward && spent >= budgetCycles;
      exactly ||= endPs !== undefined && enough;
      const ends = this.yields || slice.everyInstruction || (exactly ? this.spentPs(before + cycles) >= endPs! : enough);
      if (ends || retired === slice.pauseAfter) {
        this.count(vcpu.context, retired, cycles);
        return this.yields ? { reason: 'yield' } : ends ? { reason: 'budget' } : { reason: 'paused', exactly };
      }
    }
  }

  /** The slice adds so much to what the context counts. */
  private count(context: number, retired: number, cycles: number): void {
    const { u64 } = this.arena;
    u64[(context + RETIRED_OFFSET) >> 3]! += BigInt(retired);
    u64[(context + CYCLES_OFFSET) >> 3]! += BigInt(cycles);
  }

  /** What a word means depends on nothing but its bytes. */
  forget(): void {}

  applyUpdate(update: { readonly slot: number; readonly f: Expr }, old: bigint): bigint {
    this.stop = undefined;
    this.locals = [];
    this.locals[update.slot] = old;
    return evaluate(update.f, this);
  }

  /** Executes one instruction up to, not including, its commit; if it cannot go on, `stop` says why. */
  private step(): void {
    this.stop = undefined;
    this.pcNow = this.arena.u64[(this.vcpu.context + PC_OFFSET) >> 3]!;
    const decoded = this.fetch();
    if (!decoded) return;
    this.decoded = decoded;
    this.answers = this.vcpu.answers;
    this.results = [];
    this.writes = [];
    this.locals = [];
    this.target = undefined;
    this.yields = false;
    this.execute(this.decoded.instruction.body);
  }

  /**
   * Notes why the instruction cannot go on. What is left of it has no effect, and yields zeros that nobody sees: a stall is far
   * too frequent to be thrown.
   */
  private interrupt(stop: Stop): bigint {
    this.stop ??= stop;
    return 0n;
  }

  private fetch(): Decoded | undefined {
    const host = this.fetchHost(0);
    const pc = Number(this.pcNow);
    const room = Math.min(this.memory.bytesToPageEnd(pc), this.isa.memory.high - pc);
    const decoded = this.words.at((i) => this.arena.u8[i < room ? host + i : this.fetchHost(i)] ?? 0);
    if ('illegal' in decoded) this.interrupt({ reason: 'trap', trap: { kind: 'illegal', word: decoded.illegal } });
    return this.stop || 'illegal' in decoded ? undefined : decoded;
  }

  /** Host offset of the byte `index` bytes after pc, or -1. */
  private fetchHost(index: number): number {
    if (this.stop) return -1;
    const address = this.address(this.pcNow + BigInt(index), 1);
    if (address < 0) return -1;
    const host = this.memory.fetch(this.core, address);
    if (host >= 0) return host;
    this.interrupt({
      reason: 'stall',
      stall: { page: this.memory.missingPage, kind: 'fetch', address, bytes: 1, mustCome: true, prior: [] },
    });
    return -1;
  }

  private execute(body: readonly Stmt[]): void {
    for (const s of body) {
      if (this.stop) return;
      switch (s.k) {
        case 'set': this.writes.push(...this.write(s.file, s.index, evaluate(s.value, this))); break;
        case 'let': this.locals[s.slot] = evaluate(s.value, this); break;
        case 'if': if (evaluate(s.c, this) !== 0n) this.execute(s.body); break;
        case 'jump': this.target = evaluate(s.target, this); break;
        case 'store': {
          const address = evaluate(s.addr, this);
          this.store(s.w / 8, address, evaluate(s.value, this));
          break;
        }
        case 'do': evaluate(s.value, this); break;
        case 'pause': this.yields = true; break;
        case 'trap': {
          const cause = evaluate(s.cause, this);
          const value = evaluate(s.value, this);
          this.interrupt({ reason: 'trap', trap: { kind: 'program', cause, value } });
        }
      }
    }
  }

  // What expressions read from the machine.

  operand(index: number): bigint {
    const value = this.decoded.operands[index]!;
    const operand = this.decoded.instruction.operands[index]!;
    return operand.kind === 'pcrel' ? wrap(this.isa.pcWidth, this.pcNow + value) : value;
  }

  register(file: number, index: RegIndex): bigint {
    const i = this.registerIndex(index);
    return this.isa.files[file]!.fixed.get(i) ?? this.arena.u64[(this.vcpu.context + this.layout.fileOffsets[file]! + 8 * i) >> 3]!;
  }

  pc(): bigint { return this.pcNow; }

  next(): bigint { return wrap(this.isa.pcWidth, this.pcNow + BigInt(this.decoded.instruction.bits / 8)); }

  load(bytes: number, at: bigint): bigint {
    return this.access('read', bytes, at, undefined, (address) => this.read(address, bytes));
  }

  rmw(node: Extract<Expr, { k: 'rmw' }>, at: bigint): bigint {
    const bytes = node.w / 8;
    return this.access('rmw', bytes, at, node, (address) => {
      const old = this.read(address, bytes);
      this.locals[node.slot] = old;
      this.memory.writeBytes(this.core, address, bytes, evaluate(node.f, this));
      return old;
    });
  }

  call(extern: number, args: bigint[]): bigint {
    if (this.stop) return 0n;
    const declared = this.isa.externs[extern]!;
    return wrap(declared.result, this.isa.binding.externs[declared.name]!(...args));
  }

  guest(call: number, args: bigint[]): bigint {
    if (this.stop) return 0n;
    const prior = this.results;
    return prior.length < this.answers.length ? this.answered() : this.interrupt({ reason: 'guest', call, args, prior });
  }

  private store(bytes: number, at: bigint, value: bigint): void {
    this.access('write', bytes, at, value, (address) => {
      this.memory.writeBytes(this.core, address, bytes, value);
      return value;
    });
  }

  /** One data access: takes its answer if the restarted instruction has one, else checks rights and performs it. */
  private access(
    kind: 'read' | 'write' | 'rmw', bytes: number, at: bigint,
    stored: bigint | Extract<Expr, { k: 'rmw' }> | undefined, perform: (address: number) => bigint,
  ): bigint {
    if (this.stop) return 0n;
    if (this.results.length < this.answers.length) return this.answered();
    const address = this.address(at, bytes);
    if (address < 0) return 0n;
    const write = kind !== 'read';
    if (!this.memory.permits(this.core, address, bytes, write)) {
      return this.interrupt({
        reason: 'stall',
        stall: {
          page: this.memory.missingPage, kind, address, bytes, prior: this.results,
          mustCome: this.memory.pageOf(address) !== this.memory.pageOf(address + bytes - 1),
          ...(typeof stored === 'bigint' ? { value: stored } : {}),
          ...(typeof stored === 'object' ? { update: { slot: stored.slot, f: closeOver(stored.f, stored.slot, this) } } : {}),
        },
      });
    }
    if (this.takesUntilPs < Infinity && this.memory.takes(this.core, address, bytes, write) && this.isTooEarly()) {
      return this.interrupt({ reason: 'early' });
    }
    this.memory.touch(this.core, address, bytes, write);
    this.memoryCycles = this.memory.unbookedCycles(this.core);
    const result = perform(address);
    this.results.push(result);
    return result;
  }

  /** How long the core has run since it was last booked. */
  private spentPs(cycles: number): number {
    return cycles * this.memory.shape.core.cyclePs + this.memory.unbookedPs(this.core);
  }

  private isTooEarly(): boolean {
    const nowPs = this.bookedPs + this.spentPs(this.cycles);
    return nowPs >= this.takesUntilPs && nowPs > this.memory.clocks[this.core]!.timePs;
  }

  private answered(): bigint {
    const answer = this.answers[this.results.length]!;
    this.results.push(answer);
    return answer;
  }

  private read(address: number, bytes: number): bigint {
    return this.memory.readBytes(this.core, address, bytes);
  }

  /** As a number; -1 where no memory can be. */
  private address(at: bigint, bytes: number): number {
    const address = Number(at);
    if (this.memory.addressable(address, bytes)) return address;
    this.interrupt({ reason: 'trap', trap: { kind: 'address', address: at } });
    return -1;
  }

  private registerIndex(index: RegIndex): number {
    return 'fixed' in index ? index.fixed : Number(this.decoded.operands[index.operand]!);
  }

  private write(file: number, index: RegIndex, value: bigint): RegisterWrite[] {
    const i = this.registerIndex(index);
    if (this.isa.files[file]!.fixed.has(i)) return [];
    return [{ offset: this.vcpu.context + this.layout.fileOffsets[file]! + 8 * i, value }];
  }
}
