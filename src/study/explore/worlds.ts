// The worlds that are explored to their end, and the larger ones that are walked through: by command all of them, among the
// tests those that take seconds (`everyday`).
import { move, read, rmw, write, type Instruction, type PolicyAction, type WorldShape } from './world.js';

export interface NamedWorld {
  readonly name: string;
  readonly shape: WorldShape;
  readonly everyday: boolean;
}

const ALL_ACTIONS: readonly PolicyAction[] = ['bring', 'copy', 'send', 'swap', 'meet', 'remote'];
const MESSAGES = { loadStore: false, fabric: 'messages alone' } as const;
const LOADS = { loadStore: true, fabric: 'load/store' } as const;
const FABRICS = [MESSAGES, LOADS];

/** Three accesses each, of every kind, over both pages, so that each page is wanted by both for reading and for storing. */
const THREE: readonly (readonly Instruction[])[] = [[read(0), write(1), rmw(0)], [read(1), write(0), rmw(1)]];
const WHIMS = ['drop', 'evict', 'move'] as const;

function world(name: string, shape: WorldShape, everyday = false): NamedWorld {
  return { name, shape, everyday };
}

export const WORLDS: readonly NamedWorld[] = [
  ...FABRICS.flatMap(({ loadStore, fabric }) => [
    world(`2 nodes, 1 page, load and store each, ${fabric}`,
      { nodes: 2, pages: 1, programs: [[read(0), write(0)], [read(0), write(0)]], loadStore }, true),
    world(`2 nodes, 2 pages, crossed moves, ${fabric}`, { nodes: 2, pages: 2, programs: [[move(0, 1)], [move(1, 0)]], loadStore }, true),
    world(`3 nodes, 1 page, load and store each, ${fabric}`,
      { nodes: 3, pages: 1, programs: [[read(0), write(0)], [read(0), rmw(0)]], loadStore, countHops: true }, true),
    world(`2 nodes, 1 page, one eviction, drop or move at any time, ${fabric}`,
      { nodes: 2, pages: 1, programs: [[write(0), read(0)], [rmw(0)]], loadStore, whims: { most: 1, kinds: WHIMS } }, true),
    world(`2 nodes, 1 page, 3 vCPUs, one eviction, drop or move at any time, ${fabric}`, {
      nodes: 2, pages: 1, programs: [[write(0)], [rmw(0)], [read(0)]], loadStore, whims: { most: 1, kinds: WHIMS }, actions: ALL_ACTIONS,
    }),
    world(`3 nodes, 2 pages, three accesses each, ${fabric}`, { nodes: 3, pages: 2, programs: THREE, loadStore }),
    world(`the same with swaps and meetings, ${fabric}`, { nodes: 3, pages: 2, programs: THREE, loadStore, actions: ALL_ACTIONS }),
    world(`the same with one eviction, drop or move at any time, ${fabric}`,
      { nodes: 3, pages: 2, programs: THREE, loadStore, whims: { most: 1, kinds: WHIMS } }),
  ]),
  world('2 nodes, 2 pages, 3 vCPUs, late copies and mappings', {
    nodes: 2, pages: 2, programs: [[write(0)], [read(0)], [[...read(1), ...read(0)]]], starts: [0, 1, 1], loadStore: true,
    actions: ['bring', 'copy', 'remote'], ownerActions: ['serve'],
  }, true),
  world('4 nodes, 1 page, 3 vCPUs that bring, hops counted', {
    nodes: 4, pages: 1, programs: [[write(0)], [rmw(0)], [read(0)]], starts: [1, 2, 3], loadStore: false,
    actions: ['bring', 'copy'], ownerActions: ['serve'], countHops: true,
  }, true),
];

/** Larger worlds for walks: nodes, pages, vCPUs, instructions of each. */
export const WALKED: readonly (readonly [nodes: number, pages: number, vcpus: number, instructions: number])[] = [
  [2, 1, 2, 20], [3, 2, 3, 20], [4, 2, 8, 10], [2, 2, 4, 20], [4, 3, 6, 10], [6, 4, 10, 15], [8, 3, 16, 12],
];

/** All that may happen in a walk; its programs come with a seed. */
export function walkedShape(nodes: number, pages: number, loadStore: boolean): Omit<WorldShape, 'programs'> {
  return { nodes, pages, loadStore, actions: ALL_ACTIONS, whims: { most: Infinity, kinds: WHIMS }, countHops: true };
}
