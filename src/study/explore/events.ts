// What can happen next in a small world, and the words for it.
import type { Message } from '../../server/hyperkernel/messages.js';
import { mayEvict } from '../../server/hyperkernel/evict.js';
import type { World, WorldShape } from './world.js';

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

/** Messages and vCPUs first; whims after them, while there are some left. One event alone where that may go first. */
export function eventsOf(world: World, shape: WorldShape): WorldEvent[] {
  const events: WorldEvent[] = [];
  if (shape.everyOrder !== true) {
    const channel = world.channels.findIndex((flights, i) => flights.length > 0 && mayGoFirst(world, shape, flights[0]!.message, i % shape.nodes));
    if (channel >= 0) return [{ kind: 'deliver', channel }];
  }
  world.channels.forEach((flights, channel) => {
    if (flights.length > 0) events.push({ kind: 'deliver', channel });
  });
  for (const { id, state } of world.vcpus) if (state === 'run') events.push({ kind: 'run', vcpu: id });
  if (events.length > 0 && world.whimsLeft > 0) for (const kind of shape.whims!.kinds) events.push(...WHIMS[kind](world, shape));
  return events;
}

/**
 * Whether the arrival of a message commutes with everything that can happen before it does, breaks no rule, and stays what
 * it is until then. If so nothing is lost by letting it happen at once and alone: the worlds are branching bisimilar (Groote
 * and van de Pol, "State Space Reduction Using Partial tau-Confluence", MFCS 2000), since each such event uses up a message
 * and so they come to an end.
 *   - A vCPU that arrives alone: only its own record changes, which nobody looks at while it is on its way. (Who is to be
 *     swapped looks at the records of others, so not where there are swaps; a faulty world may have it arrive twice.)
 *   - A frame that is no longer reserved: whether there is room is free to choose anyway. And a node that declines what was
 *     offered, if nothing will be offered any more.
 *   - News that the receiver has already, or later ones, and for which nobody waits: epochs only rise, and serial numbers
 *     that are out of use stay so. (Where hops are counted, a notice under way widens the bound.)
 */
function mayGoFirst(world: World, shape: WorldShape, message: Message, to: number): boolean {
  switch (message.kind) {
    case 'vcpu': return shape.actions?.includes('swap') !== true && comesOnce(world, message.vcpu);
    case 'withdraw': return true;
    case 'decline': return world.whimsLeft === 0;
    case 'notice': return shape.countHops !== true && message.epoch <= world.nodes[to]!.pages.get(message.page)!.epoch;
    case 'located': case 'refused': {
      const { epoch, open } = world.nodes[to]!.pages.get(message.page)!;
      return message.epoch <= epoch && open?.serial !== message.serial;
    }
    default: return false;
  }
}

function comesOnce(world: World, vcpu: number): boolean {
  if (world.vcpus[vcpu]!.state !== 'move') return false;
  let count = 0;
  for (const flights of world.channels) for (const { message } of flights) if (message.kind === 'vcpu' && message.vcpu === vcpu) count++;
  return count === 1;
}

/** Evictions only where they do something: what does nothing leads nowhere that the world does not lead to anyway. */
const WHIMS = {
  drop(world: World): WorldEvent[] {
    return world.nodes.flatMap(({ node, pages }) => [...pages.values()]
      .filter(({ right }) => right === 'secondary' || right === 'mapped').map(({ page }) => ({ kind: 'drop' as const, node, page })));
  },
  evict(world: World, shape: WorldShape): WorldEvent[] {
    return world.nodes.flatMap(({ node, pages }) => [...pages.values()].filter((s) => mayEvict(s) && !s.offered).flatMap(({ page }) =>
      others(shape.nodes, node).map((to) => ({ kind: 'evict' as const, node, page, to }))));
  },
  move(world: World, shape: WorldShape): WorldEvent[] {
    return world.vcpus.filter(({ state, age }) => state === 'run' && age === null).flatMap(({ id, node }) =>
      others(shape.nodes, node).map((to) => ({ kind: 'move' as const, vcpu: id, to })));
  },
};

export function others(nodes: number, ...but: number[]): number[] {
  return Array.from({ length: nodes }, (_, node) => node).filter((node) => !but.includes(node));
}

export function describeEvent(world: World, shape: WorldShape, event: WorldEvent): string {
  switch (event.kind) {
    case 'deliver': {
      const { message } = world.channels[event.channel]![0]!;
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
