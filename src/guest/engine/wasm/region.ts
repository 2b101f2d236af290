// Compiles a region to one function: guest registers in locals, control flow structured from the dominator tree (Ramsey:
// Beyond Relooper, ICFP 2022). A retreating edge to a block that does not dominate its source, as only irreducible code has
// it, goes through the dispatcher. Cycles and instructions are added up once a block; the slice's limit is looked at only where
// a jump back is taken, for a slice can end nowhere else (SEMANTICS 1).
import type { Expr, RegIndex } from '../../lang/ir.js';
import type { Isa } from '../../lang/model.js';
import { PC_OFFSET, type ContextLayout } from '../../machine/context.js';
import { AHEAD_CLASH, aheadName, aheadParams, CLASH } from './ahead-code.js';
import type { Block } from './blocks.js';
import { dominatorTree, reversePostorder, type Tree } from './dominators.js';
import { Code, ModuleBuilder, type Label } from './encode.js';
import { mentions, registerIndex, visit, type Step } from './flow.js';
import { CONTEXT, emitChain, PARAMS, pushLimitReached, SPENT, spentBy, TAGS, type Helpers } from './interpreter.js';
import { LEFT, RUN, type EngineLayout } from './layout.js';
import { successors, withRuns, type CodeBlock, type CodeEdge } from './line-runs.js';
import { lowerBody, type Jump } from './lower-stmt.js';
import { importExterns } from './module.js';
import { I32, I64, op } from './opcodes.js';
import { aheadOf, RunCode } from './run-code.js';
import type { Host } from './site.js';
import { StepSite } from './step-site.js';

/** The module of one region; it exports the function `region`. */
export function regionModule(isa: Isa, contexts: ContextLayout, layout: EngineLayout, head: Block): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const runs = module.type(PARAMS, [I32]);
  module.importMemory('memory');
  module.importTable('table');
  const touch = module.importFunction('touch', module.type([I64, I32], [I32]));
  const dispatch = module.importFunction('dispatch', runs);
  const follow = module.importFunction('follow', module.type([I64], [I32]));
  const externs = importExterns(module, isa);
  const blocks = withRuns(isa, contexts, head, 2 ** layout.lineShift);
  const ahead = importAhead(module, layout, blocks);
  const region = new RegionCode(isa, contexts, layout, { touch, dispatch, follow, externs, ahead, lookUp: -1 }, runs, blocks);
  module.export('region', module.add(`region 0x${head.steps[0]!.pc.toString(16)}`, runs, region.code));
  return module.build();
}

/** Numbers of the functions that touch ahead, by how many streams, of those that runs ask for. */
function importAhead(module: ModuleBuilder, layout: EngineLayout, head: CodeBlock): readonly number[] {
  const numbers: number[] = [];
  for (const { end } of reversePostorder(head, successors)) {
    const ahead = end.kind === 'probe' ? aheadOf(end.run, layout) : undefined;
    if (!ahead) continue;
    const { streams, mayClash } = ahead;
    numbers[streams] ??= module.importFunction(aheadName(streams), module.type(aheadParams(streams), [I32]));
    if (mayClash) numbers[CLASH] ??= module.importFunction(AHEAD_CLASH, module.type(aheadParams(streams), [I32]));
  }
  return numbers;
}

class RegionCode {
  readonly code = new Code(PARAMS.length);
  private readonly isa: Isa;
  private readonly layout: EngineLayout;
  private readonly contexts: ContextLayout;
  private readonly helpers: Helpers;
  private readonly tree: Tree<CodeBlock>;
  /** Local of each register, by its offset in the context; and those that are written. */
  private readonly registers = new Map<number, number>();
  private readonly written = new Set<number>();
  private readonly blocks = new Map<CodeBlock, Label>();
  private readonly loops = new Map<CodeBlock, Label>();
  private readonly runs: RunCode;
  private readonly pc: number;
  private readonly reason: number;
  private readonly leave: Label;
  private readonly chain: Label;

  constructor(isa: Isa, contexts: ContextLayout, layout: EngineLayout, helpers: Helpers, runs: number, head: CodeBlock) {
    this.isa = isa;
    this.contexts = contexts;
    this.layout = layout;
    this.helpers = helpers;
    this.tree = dominatorTree(head, successors);
    const { code } = this;
    this.runs = new RunCode(code, layout, this.registers, helpers.ahead);
    this.pc = code.local(I64);
    this.reason = code.local(I32);
    for (const block of this.tree.order.keys()) for (const step of block.steps) this.findRegisters(step);
    for (const [offset, local] of this.registers) code.get(CONTEXT).memory(op.i64Load, offset).set(local);
    this.leave = code.open(op.block);
    this.chain = code.open(op.block);
    this.treeOf(head);
    code.op(op.unreachable).end();
    this.spill();
    emitChain(code, layout, runs, this.pc);
    code.get(TAGS).get(CONTEXT).get(SPENT).returnCall(helpers.dispatch);
    code.end();
    this.spill();
    code.i32(0).get(SPENT).memory(op.i64Store, layout.run + RUN.spent);
    code.get(this.reason);
  }

  /** The block and all that it dominates. */
  private treeOf(block: CodeBlock): void {
    const { code, tree } = this;
    const merges = tree.children(block).filter((child) => tree.isMerge(child));
    const loop = tree.isLoopHeader(block);
    if (loop) this.loops.set(block, code.open(op.loop));
    // The one that comes last encloses the others: they may branch to its beginning, which is the end of its label.
    const labels = [...merges].reverse();
    for (const merge of labels) this.blocks.set(merge, code.open(op.block));
    this.blockCode(block);
    for (const merge of merges) {
      code.end();
      this.treeOf(merge);
    }
    if (loop) code.end();
  }

  private blockCode(block: CodeBlock): void {
    const { code } = this;
    const { steps, end, run } = block;
    let cycles = 0;
    let jump: Jump | undefined;
    steps.forEach((step, i) => {
      code.releaseScratch();
      const before = spentBy(cycles, i);
      const leave = (): void => {
        code.get(SPENT).i64(before).op(op.i64Add).set(SPENT).i64(BigInt(step.pc)).set(this.pc);
        code.i32(LEFT.reference).set(this.reason).br(this.leave);
      };
      const proven = (address: Expr): Host | undefined => run && this.runs.hostOf(run.places.get(step)!.get(address)!);
      jump = lowerBody(
        new StepSite(this.isa, step, this.contexts, this.layout, this.helpers, code, this.registers, leave, proven)).jump;
      cycles += step.instruction.cost;
    });
    if (steps.length > 0 && !run) code.get(SPENT).i64(spentBy(cycles, steps.length)).op(op.i64Add).set(SPENT);
    code.releaseScratch();
    const from = BigInt(steps[steps.length - 1]?.pc ?? 0);
    switch (end.kind) {
      case 'next': this.edge(block, end.next); break;
      case 'jump': this.taken(block, from, end.target, end.taken); break;
      case 'branch':
        code.get(jump!.flag!).open(op.if);
        this.taken(block, from, end.target, end.taken);
        code.end();
        this.edge(block, end.next);
        break;
      case 'indirect':
        code.get(jump!.target).set(this.pc);
        for (const { returns, taken } of end.guesses) {
          code.get(this.pc).i64(BigInt(returns)).op(op.i64Eq).open(op.if);
          this.taken(block, from, BigInt(returns), taken);
          code.end();
        }
        code.get(this.pc).i64(from).op(op.i64LeU).open(op.if);
        this.leaveAtLimit();
        code.end();
        code.br(this.chain);
        break;
      case 'probe': {
        const no = code.open(op.block);
        this.runs.probe(end.run, no);
        this.edge(block, end.taken);
        code.end();
        this.edge(block, end.next);
        break;
      }
      case 'again':
        this.runs.again(end.run);
        code.open(op.if);
        this.edge(block, end.taken);
        code.end();
        this.edge(block, end.next);
        break;
      case 'settle':
        this.runs.settle(end.run, end.spent);
        if (end.back !== undefined) this.limitAt(end.back);
        this.edge(block, end.next);
        break;
    }
  }

  /** A jump that is taken: the slice may end there if it goes back; in a run it does not. */
  private taken(block: CodeBlock, from: bigint, target: bigint, edge: CodeEdge): void {
    if (target <= from && !block.run) this.limitAt(target);
    this.edge(block, edge);
  }

  private limitAt(target: bigint): void {
    this.code.i64(target).set(this.pc);
    this.leaveAtLimit();
  }

  /** At the slice's limit: goes on if the core's next slice follows at once, for that is cheaper than to leave and to come back. */
  private leaveAtLimit(): void {
    const { code } = this;
    pushLimitReached(code, this.layout).hinted(false).open(op.if);
    code.get(SPENT).call(this.helpers.follow).op(op.i32Eqz).open(op.if);
    code.i32(LEFT.limit).set(this.reason).br(this.leave).end().end();
  }

  private edge(from: CodeBlock, edge: CodeEdge): void {
    const { code, tree } = this;
    if ('leaves' in edge) {
      code.i64(edge.leaves).set(this.pc).br(this.chain);
      return;
    }
    const { to } = edge;
    if (tree.order.get(to)! > tree.order.get(from)!) {
      if (tree.isMerge(to)) code.br(this.blocks.get(to)!);
      else this.treeOf(to);
    } else if (tree.dominates(to, from)) {
      code.br(this.loops.get(to)!);
    } else {
      code.i64(BigInt(to.pc!)).set(this.pc).br(this.chain);
    }
  }

  private spill(): void {
    const { code } = this;
    for (const offset of this.written) code.get(CONTEXT).get(this.registers.get(offset)!).memory(op.i64Store, offset);
    code.get(CONTEXT).get(this.pc).memory(op.i64Store, PC_OFFSET);
  }

  private findRegisters(step: Step): void {
    const local = (file: number, index: RegIndex): number | undefined => {
      const i = registerIndex(step, index);
      if (this.isa.files[file]!.fixed.has(i)) return undefined;
      const offset = this.contexts.fileOffsets[file]! + 8 * i;
      if (!this.registers.has(offset)) this.registers.set(offset, this.code.local(I64));
      return offset;
    };
    visit(step.instruction.body, (expression) => {
      mentions(expression, (e) => {
        if (e.k === 'reg') local(e.file, e.index);
        return false;
      });
    }, (file, index) => {
      const offset = local(file, index);
      if (offset !== undefined) this.written.add(offset);
    });
  }
}
