// The worlds that are explored to their end, and the larger ones that are walked through: by command all of them, among the
// tests those that take seconds (`everyday`).
import { DEFAULT_PROTOCOL, PROTOCOL_CHOICES, type ProtocolSpec } from '../../server/spec.js';
import { move, read, rmw, write, type Instruction, type PolicyAction, type Whim, type WorldShape } from './world.js';

export interface NamedWorld {
  readonly name: string;
  readonly shape: WorldShape;
  readonly everyday: boolean;
}

const ALL_ACTIONS: readonly PolicyAction[] = ['bring', 'copy', 'send', 'swap', 'meet', 'remote'];
const WHIMS: readonly Whim[] = ['drop', 'evict', 'move'];

/** Three accesses each, of every kind, over both pages, so that each page is wanted by both for reading and for storing. */
const THREE: readonly (readonly Instruction[])[] = [[read(0), write(1), rmw(0)], [read(1), write(0), rmw(1)]];
/** Here one page is fought for, and the vCPUs begin on nodes that are not its home, with every hint stale at some time. */
const FOUGHT: readonly (readonly Instruction[])[] = [[write(0), rmw(0), read(1)], [read(0), write(1), rmw(0)]];

export const PROTOCOLS: readonly ProtocolSpec[] = PROTOCOL_CHOICES.invalidation.flatMap((invalidation) => (
  PROTOCOL_CHOICES.readOwnership.flatMap((readOwnership) => (
    // To the protocol, versions and differences are the same: a promise to keep bytes.
    (['whole', 'diff'] as const).map((transfer) => ({ invalidation, readOwnership, transfer }))))));

function worldsOf(loadStore: boolean): NamedWorld[] {
  const world = (name: string, everyday: boolean, shape: Omit<WorldShape, 'loadStore'>): NamedWorld => (
    { name: `${name}, ${fabricOf(loadStore)}`, everyday, shape: { ...shape, loadStore } });
  const three = { nodes: 3, pages: 2, programs: THREE };
  return [
    world('2 nodes, 1 page, load and store each', true, { nodes: 2, pages: 1, programs: [[read(0), write(0)], [read(0), write(0)]] }),
    world('2 nodes, 2 pages, crossed moves', true, { nodes: 2, pages: 2, programs: [[move(0, 1)], [move(1, 0)]] }),
    world('3 nodes, 1 page, load and store each, hops counted', true,
      { nodes: 3, pages: 1, programs: [[read(0), write(0)], [read(0), rmw(0)]], countHops: true }),
    world('2 nodes, 1 page, one eviction, drop or move at any time', true,
      { nodes: 2, pages: 1, programs: [[write(0), read(0)], [rmw(0)]], whims: { most: 1, kinds: WHIMS } }),
    world('2 nodes, 1 page, 3 vCPUs, one eviction, drop or move at any time', false,
      { nodes: 2, pages: 1, programs: [[write(0)], [rmw(0)], [read(0)]], whims: { most: 1, kinds: WHIMS }, actions: ALL_ACTIONS }),
    ...PROTOCOLS.filter(({ transfer }) => transfer === 'whole').map((protocol) => (
      world(`3 nodes, 2 pages, three accesses each${choicesOf(protocol)}`, false, { ...three, protocol }))),
    world('3 nodes, 2 pages, three accesses each, swaps and meetings', false, { ...three, actions: ALL_ACTIONS }),
    world('3 nodes, 1 page, load and store each, versions', true, {
      nodes: 3, pages: 1, programs: [[read(0), write(0)], [read(0), rmw(0)]], protocol: { ...DEFAULT_PROTOCOL, transfer: 'diff' },
    }),
    world('3 nodes, 2 pages, three accesses each, one copy dropped at any time', false, { ...three, whims: { most: 1, kinds: ['drop'] } }),
    world('3 nodes, 2 pages, three accesses each, versions', false, { ...three, protocol: { ...DEFAULT_PROTOCOL, transfer: 'diff' } }),
    world('3 nodes, 2 pages, three accesses each, one move at any time, policies bring or copy', false,
      { ...three, actions: ['bring', 'copy'], whims: { most: 1, kinds: ['move'] } }),
    world('3 nodes, 2 pages, three accesses each on a page that is fought for', false,
      { nodes: 3, pages: 2, programs: FOUGHT, starts: [1, 2] }),
  ];
}

function fabricOf(loadStore: boolean): string {
  return loadStore ? 'load/store' : 'messages alone';
}

/** Nothing for the default. */
function choicesOf({ invalidation, readOwnership }: ProtocolSpec): string {
  return (invalidation === 'serial' ? ', serial invalidation' : '') + (readOwnership === 'move' ? ', ownership to readers' : '');
}

export const WORLDS: readonly NamedWorld[] = [
  ...worldsOf(false),
  ...worldsOf(true),
  {
    name: '2 nodes, 2 pages, 3 vCPUs, late copies and mappings', everyday: true,
    shape: {
      nodes: 2, pages: 2, programs: [[write(0)], [read(0)], [[...read(1), ...read(0)]]], starts: [0, 1, 1], loadStore: true,
      actions: ['bring', 'copy', 'remote'], ownerActions: ['serve'],
    },
  },
  {
    name: '4 nodes, 1 page, 3 vCPUs that bring or copy, hops counted', everyday: true,
    shape: {
      nodes: 4, pages: 1, programs: [[write(0)], [rmw(0)], [read(0)]], starts: [1, 2, 3], loadStore: false,
      actions: ['bring', 'copy'], ownerActions: ['serve'], countHops: true,
    },
  },
  // The largest come last.
  ...[true, false].map((loadStore) => ({
    name: `3 nodes, 2 pages, three accesses each, one eviction at any time, ${fabricOf(loadStore)}`, everyday: false,
    shape: { nodes: 3, pages: 2, programs: THREE, loadStore, whims: { most: 1, kinds: ['evict'] as const } },
  })),
];

/** Larger worlds for walks: nodes, pages, vCPUs, instructions of each. */
export const WALKED: readonly (readonly [nodes: number, pages: number, vcpus: number, instructions: number])[] = [
  [2, 1, 2, 20], [3, 2, 3, 20], [4, 2, 8, 10], [2, 2, 4, 20], [4, 3, 6, 10], [6, 4, 10, 15], [8, 3, 16, 12], [4, 3, 4, 3],
  [6, 2, 3, 4],
];

/** All that may happen in a walk; its programs come with a seed. */
export function walkedShape(nodes: number, pages: number, loadStore: boolean): Omit<WorldShape, 'programs'> {
  return { nodes, pages, loadStore, actions: ALL_ACTIONS, whims: { most: Infinity, kinds: WHIMS }, countHops: true };
}
