// Random walks through worlds that are too large to be explored: one way each, chosen by a seed.
import { randomStream } from '../../base/random.js';
import { plainEventsOf, whimsOf } from './events.js';
import { PlainWorld } from './plain.js';
import { Violation } from './rules.js';
import { happen } from './step.js';
import { finished, read, rmw, write, type Choose, type Instruction, type WorldShape } from './world.js';

export interface WalkResult {
  readonly events: number;
  readonly messages: number;
}

/** Of all events so many are whims, where one is possible. */
const WHIMS = 0.02;

/** One way through the world to its end; the rules are checked in each state. */
export function walk(shape: WorldShape, seed: number): WalkResult {
  const random = randomStream(seed, 'walk');
  const choose: Choose = (n) => random.below(n);
  const world = new PlainWorld(shape);
  const bound = 2000 * shape.programs.reduce((sum, program) => sum + program.length, 0);
  let messages = 0;
  for (let events = 0;; events++) {
    if (finished(world)) return { events, messages };
    if (events > bound) throw new Violation(`no end within ${bound} events`);
    const whims = random.next() < WHIMS && shape.whims ? whimsOf(world, shape) : [];
    const from = whims.length > 0 ? whims : plainEventsOf(world);
    if (from.length === 0) throw new Violation('nothing can happen any more');
    const before = world.underWay;
    happen(world, shape, from[choose(from.length)]!, choose);
    messages += Math.max(0, world.underWay - before);
  }
}

/** Programs for walks: most instructions access one page, some load from one and store to another. */
export function randomPrograms(vcpus: number, instructions: number, pages: number, seed: number): Instruction[][] {
  const random = randomStream(seed, 'programs');
  const instruction = (): Instruction => {
    const page = random.below(pages);
    if (pages === 1 || random.next() < 0.6) return [read, read, write, rmw][random.below(4)]!(page);
    return [{ page, kind: 'read' }, { page: (page + 1 + random.below(pages - 1)) % pages, kind: random.next() < 0.5 ? 'write' : 'rmw' }];
  };
  return Array.from({ length: vcpus }, () => Array.from({ length: instructions }, instruction));
}
