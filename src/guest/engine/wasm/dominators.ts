// Dominator trees (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm, 2001), and what structuring needs besides:
// loop headers, and blocks where forward edges meet.

export interface Tree<B> {
  /** Place in reverse postorder. */
  readonly order: ReadonlyMap<B, number>;
  /** Blocks that the block dominates directly, in reverse postorder. */
  children(block: B): readonly B[];
  dominates(a: B, b: B): boolean;
  isLoopHeader(block: B): boolean;
  /** More than one forward edge leads here. */
  isMerge(block: B): boolean;
}

/** Of what can be reached from `root`. */
export function dominatorTree<B>(root: B, successors: (block: B) => readonly B[]): Tree<B> {
  const blocks = reversePostorder(root, successors);
  const order = new Map(blocks.map((block, i) => [block, i]));
  const edges = blocks.map((block) => successors(block).map((to) => order.get(to)!));
  const predecessors = blocks.map((): number[] => []);
  edges.forEach((list, from) => list.forEach((to) => predecessors[to]!.push(from)));
  const parents = immediateDominators(predecessors);
  const dominates = (a: number, b: number): boolean => {
    let at = b;
    while (at > a) at = parents[at]!;
    return at === a;
  };
  const children = blocks.map((): B[] => []);
  for (let i = 1; i < blocks.length; i++) children[parents[i]!]!.push(blocks[i]!);
  return {
    order,
    children: (block) => children[order.get(block)!]!,
    dominates: (a, b) => dominates(order.get(a)!, order.get(b)!),
    isLoopHeader: (block) => predecessors[order.get(block)!]!.some((from) => dominates(order.get(block)!, from)),
    isMerge: (block) => predecessors[order.get(block)!]!.filter((from) => from < order.get(block)!).length > 1,
  };
}

export function reversePostorder<B>(root: B, successors: (block: B) => readonly B[]): B[] {
  const seen = new Set([root]);
  const order: B[] = [];
  const stack = [{ block: root, rest: [...successors(root)] }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const next = top.rest.pop();
    if (next === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      stack.push({ block: next, rest: [...successors(next)] });
    }
  }
  return order.reverse();
}

function immediateDominators(predecessors: readonly (readonly number[])[]): number[] {
  const parents = predecessors.map((_, i): number => (i === 0 ? 0 : -1));
  const meet = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      while (x > y) x = parents[x]!;
      while (y > x) y = parents[y]!;
    }
    return x;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (let i = 1; i < predecessors.length; i++) {
      const parent = predecessors[i]!.filter((from) => parents[from]! >= 0).reduce(meet);
      if (parents[i] === parent) continue;
      parents[i] = parent;
      changed = true;
    }
  }
  return parents;
}
