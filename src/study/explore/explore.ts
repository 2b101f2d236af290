// Exhaustive exploration of small worlds, and random walks through larger ones. Exploration tries, from every state that
// can be reached, every event that can happen next with every answer that policies may give.
import { randomStream } from '../../base/random.js';
import { dropPage, evictPage, finished, stepWorld, Violation } from './step.js';
import { cloneWorld, describeWorld, newWorld, type Choose, type Instruction, type World, type WorldShape } from './world.js';

export interface Exploration {
  /** Distinct states reached. */
  readonly states: number;
  readonly transitions: number;
  /** Distinct states in which every vCPU is done and no message is under way. */
  readonly ends: number;
  /** Most events from the start to a state, on the shortest way. */
  readonly depth: number;
  /** False if `maxStates` ended it. */
  readonly complete: boolean;
}

/**
 * Breadth first from the start. Throws a Violation, which says by how many events it was reached, for the first rule that
 * breaks. `onLevel` is told of each depth. States are told apart by 106 bits of hash: among 10^8 states the chance that
 * two are taken for one is below 10^-15.
 */
export function explore(shape: WorldShape, maxStates = Infinity, onLevel?: (depth: number, states: number) => void): Exploration {
  const seen = new Set<string>();
  let level: World[] = [newWorld(shape)];
  seen.add(fingerprint(describeWorld(level[0]!)));
  let transitions = 0;
  let ends = 0;
  let depth = 0;
  for (; level.length > 0 && seen.size < maxStates; depth++) {
    onLevel?.(depth, seen.size);
    const next: World[] = [];
    for (const world of level) {
      if (finished(world) && world.channels.every((channel) => channel.length === 0)) {
        ends++;
        continue;
      }
      for (const successor of successors(world, shape, depth)) {
        transitions++;
        const key = fingerprint(describeWorld(successor));
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(successor);
      }
      if (seen.size >= maxStates) break;
    }
    level = next;
  }
  return { states: seen.size, transitions, ends, depth, complete: level.length === 0 };
}

/** The world after each event with each sequence of answers. */
function* successors(world: World, shape: WorldShape, depth: number): Generator<World> {
  // An odometer over the choices of a step: how many there are is only known as the step is made.
  let digits: number[] = [];
  for (;;) {
    const limits: number[] = [];
    const choose: Choose = (n) => {
      const position = limits.push(n) - 1;
      return (digits[position] ??= 0);
    };
    const successor = cloneWorld(world);
    try {
      stepWorld(successor, shape, choose);
    } catch (error) {
      if (error instanceof Violation) throw new Violation(`after ${depth + 1} events: ${error.message}`);
      throw error;
    }
    yield successor;
    digits = digits.slice(0, limits.length);
    while (digits.length > 0 && digits.at(-1)! + 1 === limits[digits.length - 1]!) digits.pop();
    if (digits.length === 0) return;
    digits[digits.length - 1]!++;
  }
}

export interface WalkResult {
  readonly events: number;
  readonly messages: number;
}

/** One way through the world, chosen by the seed; every 25th event or so a page is evicted or a copy dropped. */
export function walk(shape: WorldShape, seed: number): WalkResult {
  const random = randomStream(seed, 'walk');
  const choose: Choose = (n) => random.below(n);
  const world = newWorld(shape);
  const bound = 2000 * shape.programs.reduce((sum, program) => sum + program.length, 0);
  let messages = 0;
  for (let events = 0; ; events++) {
    const underWay = world.channels.reduce((sum, channel) => sum + channel.length, 0);
    if (finished(world)) return { events, messages };
    if (events > bound) throw new Violation(`no end within ${bound} events`);
    if (random.next() < 0.02) evictPage(world, shape, choose, choose(shape.pages), choose(shape.nodes));
    if (random.next() < 0.02) dropPage(world, shape, choose, choose(shape.pages), choose(shape.nodes));
    stepWorld(world, shape, choose);
    messages += Math.max(0, world.channels.reduce((sum, channel) => sum + channel.length, 0) - underWay);
  }
}

/** Programs for walks: most instructions access one page, some load from one and store to another. */
export function randomPrograms(vcpus: number, instructions: number, pages: number, seed: number): Instruction[][] {
  const random = randomStream(seed, 'programs');
  const instruction = (): Instruction => {
    const page = random.below(pages);
    if (pages === 1 || random.next() < 0.6) return [{ page, write: random.next() < 0.4 }];
    return [{ page, write: false }, { page: (page + 1 + random.below(pages - 1)) % pages, write: true }];
  };
  return Array.from({ length: vcpus }, () => Array.from({ length: instructions }, instruction));
}

/** cyrb53 (public domain, bryc) twice, with different seeds. */
function fingerprint(text: string): string {
  return String.fromCharCode(...halves(text, 0x9e3779b9), ...halves(text, 0x85ebca6b));
}

function halves(text: string, seed: number): number[] {
  let h1 = 0xdeadbeef ^ seed;
  let h2 = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ code, 2654435761);
    h2 = Math.imul(h2 ^ code, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return [h1 & 0xffff, h1 >>> 16, h2 & 0xffff, h2 >>> 16];
}
