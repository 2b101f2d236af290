// What can happen next in a small world, and the words for it.
import type { Message } from '../../server/hyperkernel/messages.js';
import type { ShellMessage } from '../../server/hyperkernel/protocol.js';
import { VCPU, type NodeView, type World, type WorldShape } from './world.js';

export type WorldEvent =
  /** The first message of a channel arrives. */
  | { readonly kind: 'deliver'; readonly channel: number }
  /** A vCPU tries its instruction. */
  | { readonly kind: 'run'; readonly vcpu: number }
  /** A node ends its copy or mapping. */
  | { readonly kind: 'drop'; readonly node: number; readonly page: number }
  /** An owner would like another node to have the page. */
  | { readonly kind: 'evict'; readonly node: number; readonly page: number; readonly to: number }
  /** A policy sends a vCPU that is between two instructions. */
  | { readonly kind: 'move'; readonly vcpu: number; readonly to: number };

/** What may happen next; whims after all else, while there are some left. One event alone where that may go first. */
export function eventsOf(world: World, shape: WorldShape): WorldEvent[] {
  if (shape.everyOrder !== true) {
    const channel = world.busyChannels.find((busy) => mayGoFirst(world, shape, world.next(busy), busy));
    if (channel !== undefined) return [{ kind: 'deliver', channel }];
  }
  const events = plainEventsOf(world);
  if (events.length > 0 && world.whimsLeft > 0) events.push(...whimsOf(world, shape));
  return events;
}

/** Messages that may arrive, then vCPUs that may run. */
export function plainEventsOf(world: World): WorldEvent[] {
  const events: WorldEvent[] = world.busyChannels.map((channel) => ({ kind: 'deliver', channel }));
  for (const { id, state } of world.vcpus) if (state === 'run') events.push({ kind: 'run', vcpu: id });
  return events;
}

export function whimsOf(world: World, shape: WorldShape): WorldEvent[] {
  return shape.whims!.kinds.flatMap((kind) => WHIMS[kind](world, shape));
}

/**
 * Whether the first message of a channel may arrive at once and alone without a loss (`page.ts` says why). So may a vCPU that
 * arrives alone: only its own record changes, which nobody looks at while it is on its way. (Who is to be swapped looks at
 * the records of others, so not where there are swaps; a faulty world may have it arrive twice.)
 */
function mayGoFirst(world: World, shape: WorldShape, whose: number, channel: number): boolean {
  if (whose === VCPU) {
    const { vcpu } = world.travellers[channel]![0]!.message as ShellMessage;
    return shape.actions?.includes('swap') !== true && world.vcpus[vcpu]!.state === 'move' && arrivals(world, vcpu) === 1;
  }
  const { first, firstWithoutWhims } = world.view(whose);
  return first.includes(channel) || (world.whimsLeft === 0 && firstWithoutWhims.includes(channel));
}

function arrivals({ travellers }: World, vcpu: number): number {
  return travellers.flat().filter(({ message }) => (message as ShellMessage).vcpu === vcpu).length;
}

/** Evictions only where they do something: what does nothing leads nowhere that the world does not lead to anyway. */
const WHIMS = {
  drop(world: World, shape: WorldShape): WorldEvent[] {
    return eachFrame(world, shape, ({ mayDrop }, node, page) => (mayDrop ? [{ kind: 'drop', node, page }] : []));
  },
  evict(world: World, shape: WorldShape): WorldEvent[] {
    return eachFrame(world, shape, ({ mayEvict }, node, page) => (
      mayEvict ? others(shape.nodes, node).map((to) => ({ kind: 'evict', node, page, to })) : []));
  },
  move(world: World, shape: WorldShape): WorldEvent[] {
    return world.vcpus.filter(({ state, age }) => state === 'run' && age === null).flatMap(({ id, node }) =>
      others(shape.nodes, node).map((to) => ({ kind: 'move' as const, vcpu: id, to })));
  },
};

function eachFrame(
  world: World, { nodes, pages }: WorldShape, events: (view: NodeView, node: number, page: number) => WorldEvent[],
): WorldEvent[] {
  const found: WorldEvent[] = [];
  for (let node = 0; node < nodes; node++) {
    for (let page = 0; page < pages; page++) found.push(...events(world.view(page).nodes[node]!, node, page));
  }
  return found;
}

export function others(nodes: number, ...but: number[]): number[] {
  return Array.from({ length: nodes }, (_, node) => node).filter((node) => !but.includes(node));
}

export function describeEvent(world: World, shape: WorldShape, event: WorldEvent): string {
  switch (event.kind) {
    case 'deliver': {
      const whose = world.next(event.channel);
      const message = whose === VCPU ? world.travellers[event.channel]![0]!.message : world.message(whose, event.channel);
      return `${Math.floor(event.channel / shape.nodes)} -> ${event.channel % shape.nodes}: ${describeMessage(message)}`;
    }
    case 'run': {
      const { node, done } = world.vcpus[event.vcpu]!;
      const accesses = shape.programs[event.vcpu]![done]!.map(({ kind, page }) => `${kind} ${page}`).join(' + ');
      return `vCPU ${event.vcpu} on node ${node} tries ${accesses}`;
    }
    case 'drop': return `node ${event.node} drops page ${event.page}`;
    case 'evict': return `node ${event.node} offers page ${event.page} to node ${event.to}`;
    case 'move': return `vCPU ${event.vcpu} is moved to node ${event.to}`;
  }
}

function describeMessage(message: Message): string {
  const { kind, ...fields } = message;
  const told = Object.entries(fields).filter(([name, value]) => !SILENT.has(name) && value !== null && value !== '');
  return `${kind} ${told.map(([name, value]) => `${name} ${text(value)}`).join(', ')}`;
}

const SILENT = new Set(['value', 'service', 'place']);

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? Number(field) : field)) : String(value);
}
