// Loops of one path, whose accesses march through memory, get that path twice. Where the lines that a turn begins in have their
// tags and the slice's limit is far, as many turns as stay within those lines take the copy, which looks at neither; all other
// turns take the path as it was. Nothing else of what they do is different, so slices and counts are the same.
import type { Isa } from '../../lang/model.js';
import type { ContextLayout } from '../../machine/context.js';
import type { Block, Edge, End } from './blocks.js';
import { reversePostorder } from './dominators.js';
import type { Step } from './flow.js';
import { spentBy } from './interpreter.js';
import { marchOf, type March } from './march.js';
import { tripOf, type Trip } from './trip.js';

/** Turns of a loop's copy. */
export interface Run extends March {
  /** What one turn adds to `spent`. */
  readonly cost: bigint;
  /** Where it is known how many turns there are at least. */
  readonly trip: Trip | undefined;
}

export type CodeEdge = Edge<CodeBlock>;

export type CodeEnd = End<CodeBlock>
  /** Whether a run may begin: then to its first block, with all its turns in `spent` already. */
  | { readonly kind: 'probe'; readonly run: Run; readonly taken: CodeEdge; readonly next: CodeEdge }
  /** A turn is over: on to the next one, if there is one in this run. */
  | { readonly kind: 'again'; readonly run: Run; readonly taken: CodeEdge; readonly next: CodeEdge }
  /** Leaves a run within a turn, of which so much has been spent; `back`: by a jump to that place, which goes back. */
  | { readonly kind: 'settle'; readonly run: Run; readonly spent: bigint; readonly back: bigint | undefined; readonly next: CodeEdge };

export interface CodeBlock {
  /** Where it begins, unless control comes to it from one block alone. */
  readonly pc?: number;
  readonly steps: readonly Step[];
  /** The block belongs to the copy. */
  readonly run?: Run;
  end: CodeEnd;
}

/** Instructions of a turn beyond which looking at tags is not what holds it up. */
const MAX_TURN_STEPS = 64;
const MAX_TURN_BLOCKS = 12;
const MAX_STREAMS = 6;
const UNKNOWN: CodeEnd = { kind: 'indirect', guesses: [] };

/** The region that begins at `head`, with the copies; the block where it begins. */
export function withRuns(isa: Isa, contexts: ContextLayout, head: Block, lineBytes: number): CodeBlock {
  const blocks = reversePostorder(head, ({ end }) => targetsOf(end));
  const plain = new Map<Block, CodeBlock>(blocks.map((block) => [block, { pc: block.steps[0]!.pc, steps: block.steps, end: UNKNOWN }]));
  const probes = new Map<Block, CodeBlock>();
  const edge = (old: Edge): CodeEdge => ('to' in old ? { to: probes.get(old.to) ?? plain.get(old.to)! } : old);
  const paths = innerPaths(blocks).flatMap((path) => {
    const steps = path.flatMap((block) => block.steps);
    const march = steps.length <= MAX_TURN_STEPS ? marchOf(isa, contexts, steps, lineBytes) : undefined;
    const cost = costOf(steps);
    return march && march.streams.length <= MAX_STREAMS && cost >= spentBy(1, 0) ? [{ path, run: { ...march, cost, trip: tripOfPath(path, march) } }] : [];
  });
  for (const { path } of paths) probes.set(path[0]!, { pc: path[0]!.steps[0]!.pc, steps: [], end: UNKNOWN });
  for (const [block, copy] of plain) copy.end = mapEnd(block.end, edge);
  for (const { path, run } of paths) {
    const next = { to: plain.get(path[0]!)! };
    probes.get(path[0]!)!.end = { kind: 'probe', run, taken: { to: copyOf(path, run, next, edge) }, next };
  }
  return probes.get(head) ?? plain.get(head)!;
}

/** A copy of the path for its runs, which end at `next`; its first block. */
function copyOf(path: readonly Block[], run: Run, next: CodeEdge, edge: (old: Edge) => CodeEdge): CodeBlock {
  const copies = path.map(({ steps }): CodeBlock => ({ steps, run, end: UNKNOWN }));
  const again: CodeBlock = { steps: [], end: { kind: 'again', run, taken: { to: copies[0]! }, next } };
  let spent = 0n;
  path.forEach((block, i) => {
    spent += costOf(block.steps);
    const here = spent;
    const on = path[i + 1] ?? path[0]!;
    const from = BigInt(block.steps[block.steps.length - 1]!.pc);
    copies[i]!.end = mapEnd(block.end, (old, target) => {
      if ('to' in old && old.to === on) return { to: copies[i + 1] ?? again };
      const back = target !== undefined && target <= from ? target : undefined;
      return { to: { steps: [], end: { kind: 'settle', run, spent: here, back, next: edge(old) } } };
    });
  });
  return copies[0]!;
}

function tripOfPath(path: readonly Block[], { bound }: March): Trip | undefined {
  const { end } = path[path.length - 1]!;
  if (end.kind !== 'branch' || !bound) return undefined;
  return tripOf(bound, 'to' in end.taken && end.taken.to === path[0]);
}

function costOf(steps: readonly Step[]): bigint {
  return spentBy(steps.reduce((sum, { instruction }) => sum + instruction.cost, 0), steps.length);
}

/** Loops that are one path from their first block back to it; of several from one block the shortest. */
function innerPaths(blocks: readonly Block[]): Block[][] {
  const order = new Map(blocks.map((block, i) => [block, i]));
  const before = new Map(blocks.map((block): [Block, Block[]] => [block, []]));
  for (const block of blocks) for (const to of targetsOf(block.end)) before.get(to)!.push(block);
  return blocks.flatMap((first) => {
    const paths = before.get(first)!.flatMap((last) => {
      const path = pathBetween(first, last, before);
      return path?.every((block) => order.get(block)! >= order.get(first)!) ? [path] : [];
    });
    return paths.length > 0 ? [paths.reduce((best, path) => (path.length < best.length ? path : best))] : [];
  });
}

/** The only way from `first` to `last`, from where control goes back to `first`; undefined if there is more than one, or a long one. */
function pathBetween(first: Block, last: Block, before: ReadonlyMap<Block, readonly Block[]>): Block[] | undefined {
  const inside = new Set([first, last]);
  const work = [last];
  for (let block = work.pop(); block; block = work.pop()) {
    if (block === first) continue;
    for (const other of before.get(block)!) {
      if (!inside.has(other)) work.push(other);
      inside.add(other);
    }
    if (inside.size > MAX_TURN_BLOCKS) return undefined;
  }
  const path: Block[] = [];
  for (let block = first; ;) {
    path.push(block);
    const on = new Set(targetsOf(block.end).filter((to) => inside.has(to)));
    if (on.size !== 1 || block.end.kind === 'indirect') return undefined;
    [block] = on as unknown as [Block];
    if (block === first) return path.length === inside.size ? path : undefined;
    if (path.includes(block)) return undefined;
  }
}

function edgesOf<B>(end: End<B>): Edge<B>[] {
  switch (end.kind) {
    case 'next': return [end.next];
    case 'jump': return [end.taken];
    case 'branch': return [end.taken, end.next];
    case 'indirect': return end.guesses.map(({ taken }) => taken);
  }
}

function targetsOf<B>(end: End<B>): B[] {
  return edgesOf(end).flatMap((edge) => ('to' in edge ? [edge.to] : []));
}

/** Blocks that control can go to behind this one, in the region. */
export function successors({ end }: CodeBlock): CodeBlock[] {
  switch (end.kind) {
    case 'probe': case 'again': return [end.taken, end.next].flatMap((edge) => ('to' in edge ? [edge.to] : []));
    case 'settle': return 'to' in end.next ? [end.next.to] : [];
    default: return targetsOf(end);
  }
}

/** `change` is told where a jump goes. */
function mapEnd(end: End, change: (edge: Edge, target?: bigint) => CodeEdge): CodeEnd {
  switch (end.kind) {
    case 'next': return { kind: 'next', next: change(end.next) };
    case 'jump': return { ...end, taken: change(end.taken, end.target) };
    case 'branch': return { ...end, taken: change(end.taken, end.target), next: change(end.next) };
    case 'indirect': return { kind: 'indirect', guesses: end.guesses.map(({ returns, taken }) => ({ returns, taken: change(taken) })) };
  }
}
