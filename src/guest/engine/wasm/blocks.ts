// The blocks of a region: what can be reached from its head by direct jumps, within bounds. A small function that does not
// call itself is taken in at each place that calls it (to a depth), so that its return is a compare with a constant; the
// same instruction can then stand in several blocks, told apart by the calls that lead to it. One that calls itself stands in
// the region once: its calls are jumps to its beginning, and its return compares with every place behind such a call.
import type { Isa } from '../../lang/model.js';
import type { Decoded } from '../reference/decoded.js';
import { flowOf, nextPc, type Flow, type Step } from './flow.js';

const MAX_STEPS = 1200;
const MAX_DEPTH = 3;
const MAX_CALLEE_STEPS = 300;
/** Return addresses that a return is compared with. */
const MAX_GUESSES = 4;
/** Bytes from the head to the furthest instruction. */
const MAX_REACH = 65536;

/** A call that is taken in: where it returns to. */
interface Call {
  readonly id: number;
  readonly callee: number;
  readonly returns: number;
  readonly caller: Call | undefined;
  readonly depth: number;
}

/** To a block, or to a pc outside the region. */
export type Edge<B = Block> = { readonly to: B } | { readonly leaves: bigint };

export type End<B = Block> =
  /** Falls into what follows. */
  | { readonly kind: 'next'; readonly next: Edge<B> }
  | { readonly kind: 'jump'; readonly target: bigint; readonly taken: Edge<B> }
  | { readonly kind: 'branch'; readonly target: bigint; readonly taken: Edge<B>; readonly next: Edge<B> }
  /** To a computed target; `guesses` are return addresses of calls within the region, where it may be one of them. */
  | { readonly kind: 'indirect'; readonly guesses: readonly { readonly returns: number; readonly taken: Edge<B> }[] };

export interface Block {
  readonly steps: readonly Step[];
  end: End;
}

/** A function, as far as it is known. */
interface Callee {
  /** All of it is known, it is short, and it does not call itself. */
  readonly small: boolean;
  readonly callsItself: boolean;
  readonly pcs: ReadonlySet<number>;
}

interface Node {
  readonly step: Step;
  readonly flow: Exclude<Flow, { kind: 'leave' }>;
  readonly call: Call | undefined;
}

export class BlockFinder {
  private readonly isa: Isa;
  private readonly decode: (pc: number) => Decoded | undefined;
  private readonly handles: (decoded: Decoded) => boolean;
  private readonly nodes = new Map<string, Node>();
  private readonly leaders = new Set<string>();
  private readonly work: { readonly pc: number; readonly call: Call | undefined }[] = [];
  private readonly functions = new Map<number, Callee>();
  /** Of functions that stand in the region once: where calls of them return to. */
  private readonly returns = new Map<number, Set<number>>();
  private readonly calls = new Map<string, Call>();
  private head = 0;

  /** `decode` knows instructions that compiled code may contain; `handles`, which of them it can execute. */
  constructor(isa: Isa, decode: (pc: number) => Decoded | undefined, handles: (decoded: Decoded) => boolean) {
    this.isa = isa;
    this.decode = decode;
    this.handles = handles;
  }

  /** The blocks, the one at `head` first; none if nothing can be compiled there. */
  find(head: number): Block[] {
    this.head = head;
    this.reach(head, undefined);
    for (let item = this.work.pop(); item; item = this.work.pop()) this.follow(item.pc, item.call);
    const blocks = new Map<string, Block>();
    for (const key of this.leaders) {
      if (this.nodes.has(key)) blocks.set(key, { steps: this.stepsFrom(key), end: { kind: 'indirect', guesses: [] } });
    }
    for (const [key, block] of blocks) block.end = this.endOf(key, block, blocks);
    const first = blocks.get(keyOf(head, undefined));
    return first ? [first, ...[...blocks.values()].filter((block) => block !== first)] : [];
  }

  private reach(pc: number, call: Call | undefined): void {
    const key = keyOf(pc, call);
    if (this.leaders.has(key)) return;
    this.leaders.add(key);
    this.work.push({ pc, call });
  }

  /** Straight on from pc, until control may go elsewhere. */
  private follow(from: number, call: Call | undefined): void {
    for (let pc = from; ;) {
      const key = keyOf(pc, call);
      if (this.nodes.has(key) || this.nodes.size >= MAX_STEPS) return;
      const node = this.nodeAt(pc, call);
      if (!node) return;
      this.nodes.set(key, node);
      const { flow, step } = node;
      if (flow.kind === 'jump') {
        if (flow.conditional) this.reach(nextPc(step), call);
        const target = this.targetOf(node);
        if (target) this.reach(target.pc, target.call);
        if (target && flow.calls && !target.call) this.reach(nextPc(step), undefined);
        else if (flow.target === undefined && call) this.reach(call.returns, call.caller);
        return;
      }
      pc = nextPc(step);
    }
  }

  private nodeAt(pc: number, call: Call | undefined): Node | undefined {
    if (Math.abs(pc - this.head) > MAX_REACH) return undefined;
    const decoded = this.decode(pc);
    if (!decoded || !this.handles(decoded)) return undefined;
    const step = { ...decoded, pc };
    const flow = flowOf(this.isa, step);
    return flow.kind === 'leave' ? undefined : { step, flow, call };
  }

  /** Where a direct jump goes within the region; undefined if it leaves. */
  private targetOf({ flow, step, call }: Node): { readonly pc: number; readonly call: Call | undefined } | undefined {
    if (flow.kind !== 'jump' || flow.target === undefined) return undefined;
    const pc = Number(flow.target);
    // Beyond what a number holds exactly there is no code.
    if (BigInt(pc) !== flow.target) return undefined;
    if (!flow.calls) return { pc, call };
    const depth = (call?.depth ?? 0) + 1;
    for (let outer = call; outer; outer = outer.caller) if (outer.callee === pc) return undefined;
    const { small, callsItself } = this.callee(pc);
    if (callsItself && !call) {
      const returns = this.returns.get(pc) ?? new Set();
      this.returns.set(pc, returns.add(nextPc(step)));
      return { pc, call: undefined };
    }
    if (depth > MAX_DEPTH || !small) return undefined;
    const key = `${call?.id ?? 0}/${step.pc}`;
    let taken = this.calls.get(key);
    if (!taken) this.calls.set(key, (taken = { id: this.calls.size + 1, callee: pc, returns: nextPc(step), caller: call, depth }));
    return { pc, call: taken };
  }

  private callee(callee: number): Callee {
    const known = this.functions.get(callee);
    if (known) return known;
    const seen = new Set<number>();
    let callsItself = false;
    const work = [callee];
    let small = true;
    for (let pc = work.pop(); pc !== undefined && small; pc = work.pop()) {
      if (seen.has(pc)) continue;
      seen.add(pc);
      const node = this.nodeAt(pc, undefined);
      if (seen.size > MAX_CALLEE_STEPS) small = false;
      if (!node) continue;
      const { flow, step } = node;
      if (flow.kind === 'next' || flow.conditional || flow.calls) work.push(nextPc(step));
      if (flow.kind === 'jump' && flow.target !== undefined) {
        if (flow.calls) callsItself ||= Number(flow.target) === callee;
        else work.push(Number(flow.target));
      }
    }
    const found = { small: small && !callsItself, callsItself, pcs: seen };
    this.functions.set(callee, found);
    return found;
  }

  private stepsFrom(leader: string): Step[] {
    const steps: Step[] = [];
    for (let node = this.nodes.get(leader); node;) {
      steps.push(node.step);
      if (node.flow.kind === 'jump') break;
      const next = keyOf(nextPc(node.step), node.call);
      node = this.leaders.has(next) ? undefined : this.nodes.get(next);
    }
    return steps;
  }

  private endOf(leader: string, { steps }: Block, blocks: ReadonlyMap<string, Block>): End {
    const { call } = this.nodes.get(leader)!;
    const last = this.nodes.get(keyOf(steps[steps.length - 1]!.pc, call))!;
    const edge = (pc: number | bigint, to: Call | undefined): Edge => {
      const block = blocks.get(keyOf(Number(pc), to));
      return block ? { to: block } : { leaves: BigInt(pc) };
    };
    const { flow, step } = last;
    const next = edge(nextPc(step), call);
    if (flow.kind === 'next') return { kind: 'next', next };
    if (flow.target === undefined) {
      if (call) return { kind: 'indirect', guesses: [{ returns: call.returns, taken: edge(call.returns, call.caller) }] };
      const guesses = [...this.returns].flatMap(([callee, places]) => (this.callee(callee).pcs.has(step.pc) ? [...places] : []));
      return {
        kind: 'indirect', guesses: guesses.slice(0, MAX_GUESSES).map((returns) => ({ returns, taken: edge(returns, undefined) })),
      };
    }
    const target = this.targetOf(last);
    const taken = target ? edge(target.pc, target.call) : { leaves: flow.target };
    return flow.conditional ? { kind: 'branch', target: flow.target, taken, next } : { kind: 'jump', target: flow.target, taken };
  }
}

function keyOf(pc: number, call: Call | undefined): string {
  return `${pc}/${call?.id ?? 0}`;
}
