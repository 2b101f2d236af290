// The code around a run (line-runs.ts): whether it may begin, what a turn moves on, what is left over where it ends early.
import { bitsFor, isPowerOfTwo } from '../../../base/bits.js';
import { FAST_DELTA, FAST_WRITE } from '../../machine/fast-tags.js';
import { pushEntry } from './access.js';
import { CLASH, MOST_AHEAD, STORES, STORES_FIRST, TOO_NEAR } from './ahead-code.js';
import type { Code, Label } from './encode.js';
import { SPENT, TAGS } from './interpreter.js';
import { RUN, type EngineLayout } from './layout.js';
import type { Run } from './line-runs.js';
import type { Place, Stream, Sum } from './march.js';
import { I32, I64, op } from './opcodes.js';
import type { Host } from './site.js';
import { pushTurns, type Trip } from './trip.js';

/** Fewer turns are not worth what it takes to find out. */
const LEAST_TURNS = 2;
/** Turns of a run whose accesses stay where they are. */
const MOST_TURNS = 64;

/** Turns by today's way before it is asked again for streams that were too near to one another. */
const TURNS_TOO_NEAR = 32;

/** What the function that touches ahead is told of a run. */
export interface RunAhead {
  readonly streams: number;
  readonly trip: Trip;
  readonly how: number;
  /** Turns in a line, as a power of 2. */
  readonly shift: number;
  /** Two streams that may take each other's line away in each turn, which AheadClash knows what to do about. */
  readonly mayClash: boolean;
}

/** Undefined: a run that ends with the lines that it begins in. */
export function aheadOf({ streams, trip }: Run, layout: EngineLayout): RunAhead | undefined {
  const [first] = streams;
  if (!trip || !first || streams.length > MOST_AHEAD) return undefined;
  const { stride } = first;
  if (stride <= 0 || !isPowerOfTwo(stride) || streams.some((each) => each.stride !== stride || each.bytes > stride)) return undefined;
  const how = streams.reduce((sum, { write, storesFirst }, i) => sum | (write ? STORES << i : 0) | (storesFirst ? STORES_FIRST << i : 0), 0);
  const mayClash = streams.length === 2 && streams.every(({ together }) => together);
  return { streams: streams.length, trip, how, shift: layout.lineShift - bitsFor(stride), mayClash };
}

export class RunCode {
  private readonly code: Code;
  private readonly layout: EngineLayout;
  /** Local of each register, by its offset in the context. */
  private readonly registers: ReadonlyMap<number, number>;
  /** i32 locals: turns that a run still has, and where the lowest byte of each stream lies in the turn. */
  private readonly turns = new Map<Run, number>();
  private readonly hosts = new Map<Stream, number>();

  private readonly ahead: readonly number[];

  constructor(code: Code, layout: EngineLayout, registers: ReadonlyMap<number, number>, ahead: readonly number[]) {
    this.ahead = ahead;
    this.code = code;
    this.layout = layout;
    this.registers = registers;
  }

  hostOf({ stream, at }: Place): Host {
    return { local: this.hosts.get(stream)!, at };
  }

  /** Goes to `no` if the run may not begin; else all its turns are spent. */
  probe(run: Run, no: Label): void {
    const { code } = this;
    const turns = code.local(I32);
    this.turns.set(run, turns);
    for (const stream of run.streams) this.hosts.set(stream, code.local(I32));
    const ahead = aheadOf(run, this.layout);
    if (!ahead) {
      this.here(run, turns, no);
      return;
    }
    const clash = code.local(I32);
    this.touchAhead(run, ahead, turns, clash);
    code.get(turns).op(op.i32Eqz).open(op.if);
    this.here(run, turns, no);
    code.else();
    if (ahead.mayClash) {
      code.get(clash).open(op.if);
      run.streams.forEach((stream, i) => code.i32(0).memory(op.i32Load, this.layout.run + RUN.hosts + 4 * i).set(this.hosts.get(stream)!));
      code.else();
    }
    for (const stream of run.streams) {
      const host = this.hosts.get(stream)!;
      this.pushSum(stream).op(op.i32WrapI64).tee(host);
      pushEntry(code, this.layout, TAGS).memory(op.i32Load, FAST_DELTA).get(host).op(op.i32Add).set(host);
    }
    if (ahead.mayClash) code.end();
    this.pushAfter(run).set(SPENT).end();
  }

  /** Touches the lines of turns that are sure to come, so many as it leaves in `turns`; `clash`: whether their streams do, as before. */
  private touchAhead(run: Run, { streams, trip, how, shift, mayClash }: RunAhead, turns: number, clash: number): void {
    const { code } = this;
    const most = code.scratch(I64);
    const wait = code.local(I32);
    code.i32(0).set(turns);
    pushTurns(code, trip, (sum) => this.pushSum(sum)).tee(most).i64(1n << BigInt(shift)).op(op.i64GeU).open(op.if);
    code.get(wait).open(op.if);
    code.get(wait).i32(1).op(op.i32Sub).set(wait).else();
    const ask = (number: number): Code => {
      for (const stream of run.streams) this.pushSum(stream);
      code.i32(how).i32(shift).get(most).i64(run.cost).get(SPENT).call(this.ahead[number]!).tee(turns);
      return code.i32(TOO_NEAR).op(op.i32Eq);
    };
    const asked = code.open(op.block);
    if (mayClash) {
      // What clashed last time does so again.
      code.get(clash).open(op.if);
      ask(CLASH).op(op.i32Eqz).brIf(asked);
      code.i32(0).set(clash).end();
    }
    ask(streams).op(op.i32Eqz).brIf(asked);
    if (mayClash) {
      ask(CLASH).op(op.i32Eqz).tee(clash).brIf(asked);
    }
    code.i32(0).set(turns).i32(TURNS_TOO_NEAR).set(wait).end();
    code.end().end();
    code.releaseScratch();
  }

  private pushSum({ base, add, width }: Sum): Code {
    const { code } = this;
    if (base === undefined) return code.i64(add);
    code.get(this.registers.get(base)!);
    if (add !== 0n) code.i64(add).op(op.i64Add);
    if (add !== 0n && width < 64) code.i64((1n << BigInt(width)) - 1n).op(op.i64And);
    return code;
  }

  /** Turns within the lines that they begin in; to `no` if there are too few. */
  private here(run: Run, turns: number, no: Label): void {
    const { code } = this;
    code.i32(MOST_TURNS - 1).set(turns);
    for (const stream of run.streams) this.find(stream, turns, no);
    code.get(turns).i32(LEAST_TURNS - 1).op(op.i32LtU).brIf(no);
    code.get(turns).i32(1).op(op.i32Add).set(turns);
    const [after, limit, left] = [code.scratch(I64), code.scratch(I64), code.scratch(I64)];
    code.i32(0).memory(op.i64Load, this.layout.run + RUN.limit).set(limit);
    this.pushAfter(run).tee(after).get(limit).op(op.i64GeS).hinted(false).open(op.if);
    // As many as end below the limit.
    const cycles = run.cost >> 32n;
    for (const packed of [limit, SPENT]) code.get(packed).i64(32n).op(op.i64ShrS);
    code.op(op.i64Sub).i64(1n).op(op.i64Sub).tee(left).i64(BigInt(LEAST_TURNS) * cycles).op(op.i64LtS).brIf(no);
    code.get(left).i64(cycles).op(op.i64DivU).op(op.i32WrapI64).set(turns);
    this.pushAfter(run).set(after).end();
    code.get(after).set(SPENT);
    code.releaseScratch();
  }

  /** Moves on to the next turn, and pushes whether there is one. */
  again(run: Run): void {
    const { code } = this;
    for (const stream of run.streams) {
      const host = this.hosts.get(stream)!;
      if (stream.stride !== 0) code.get(host).i32(stream.stride).op(op.i32Add).set(host);
    }
    const turns = this.turns.get(run)!;
    code.get(turns).i32(1).op(op.i32Sub).tee(turns);
  }

  /** What the turns cost that the run does not make, and the rest of the one that it leaves. */
  settle(run: Run, spent: bigint): void {
    const { code } = this;
    code.get(SPENT).i64(spent).op(op.i64Add);
    code.get(this.turns.get(run)!).op(op.i64ExtendI32U).i64(run.cost).op(op.i64Mul).op(op.i64Sub).set(SPENT);
  }

  /** Pushes what is spent when all turns are. */
  private pushAfter(run: Run): Code {
    const { code } = this;
    return code.get(this.turns.get(run)!).op(op.i64ExtendI32U).i64(run.cost).op(op.i64Mul).get(SPENT).op(op.i64Add);
  }

  /** The stream's bytes in the first turn, and in `turns` the least number of turns behind it that stay in the line. */
  private find(stream: Stream, turns: number, no: Label): void {
    const { code, layout } = this;
    const { bytes, stride, write } = stream;
    const host = this.hosts.get(stream)!;
    const [address, entry, within] = [code.scratch(I64), code.scratch(I32), code.scratch(I32)];
    const lineBytes = 2 ** layout.lineShift;
    pushEntry(this.pushSum(stream).tee(address).op(op.i32WrapI64).tee(host), layout, TAGS).tee(entry);
    code.memory(op.i64Load, write ? FAST_WRITE : 0).get(address).i64(BigInt(-lineBytes)).op(op.i64And).op(op.i64Ne).brIf(no);
    code.get(host).i32(lineBytes - 1).op(op.i32And).tee(within);
    code.i32(lineBytes - bytes).op(op.i32GtU).brIf(no);
    code.get(entry).memory(op.i32Load, FAST_DELTA).get(host).op(op.i32Add).set(host);
    if (stride !== 0) {
      if (stride > 0) code.i32(lineBytes - bytes).get(within).op(op.i32Sub);
      else code.get(within);
      divide(code, Math.abs(stride)).tee(within).get(turns).get(within).get(turns).op(op.i32LtU).op(op.select).set(turns);
    }
    code.releaseScratch();
  }
}

/** Divides the i32 on the stack. */
function divide(code: Code, by: number): Code {
  const shift = bitsFor(by);
  return 2 ** shift === by ? code.i32(shift).op(op.i32ShrU) : code.i32(by).op(op.i32DivU);
}
