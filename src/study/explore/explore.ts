// Exhaustive exploration of small worlds: from every state that can be reached, every event that can happen next with
// every answer that policies may give. Breadth first, so that the way to a broken rule is a shortest one.
import { WorldCodec } from './encoding.js';
import { describeEvent, eventsOf } from './events.js';
import { checkRules, Violation } from './rules.js';
import { happen, type Tell } from './step.js';
import { ByteQueue, Numbers, StateSet } from './store.js';
import { finished, fork, newWorld, underWay, type Choose, type World, type WorldShape } from './world.js';

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

export interface Bounds {
  readonly maxStates?: number;
  /** Told of each depth as it begins. */
  readonly onLevel?: (depth: number, states: number) => void;
}

/** Throws a Violation, with the events that lead to it, for the first rule that breaks. */
export function explore(shape: WorldShape, bounds: Bounds = {}): Exploration {
  return new Explorer(shape, bounds).run();
}

class Explorer {
  private readonly shape: WorldShape;
  private readonly bounds: Required<Bounds>;
  private readonly codec: WorldCodec;
  private readonly seen = new StateSet();
  private readonly frontier = new ByteQueue();
  /** By state: the one that it was first reached from. */
  private readonly parents = new Numbers();
  /** Where each expanded state's successors end in `targets`; states are expanded in the order of their numbers. */
  private readonly targetEnds = new Numbers();
  private readonly targets = new Numbers();
  private readonly endStates = new Set<number>();

  constructor(shape: WorldShape, bounds: Bounds) {
    this.shape = shape;
    this.bounds = { maxStates: Infinity, onLevel: () => {}, ...bounds };
    this.codec = new WorldCodec(shape);
  }

  run(): Exploration {
    let transitions = 0;
    let depth = 0;
    this.reach(newWorld(this.shape), 0);
    for (let levelEnd = 0; this.frontier.length > 0 && this.seen.size < this.bounds.maxStates;) {
      const id = this.targetEnds.length;
      if (id === levelEnd) {
        this.bounds.onLevel(depth, this.seen.size);
        levelEnd = this.seen.size;
        depth++;
      }
      transitions += this.expand(id, this.codec.read(this.frontier.shift()));
    }
    const complete = this.frontier.length === 0;
    if (complete) this.checkEndsAreReached();
    return { states: this.seen.size, transitions, ends: this.endStates.size, depth: depth - 1, complete };
  }

  /** Reaches every successor; returns how many there are. */
  private expand(id: number, world: World): number {
    let transitions = 0;
    if (finished(world) && underWay(world) === 0) {
      this.endStates.add(id);
      if (world.reserved.some((frames) => frames > 0)) throw this.explain(new Violation('a frame stays reserved for a page that does not come'), id);
    } else {
      try {
        for (const successor of successors(world, this.shape)) {
          transitions++;
          this.targets.push(this.reach(successor, id));
        }
      } catch (error) {
        throw error instanceof Violation ? this.explain(error, id) : error;
      }
    }
    this.targetEnds.push(this.targets.length);
    return transitions;
  }

  private reach(world: World, parent: number): number {
    const bytes = this.codec.write(world);
    const before = this.seen.size;
    const id = this.seen.add(bytes);
    if (id < before) return id;
    checkRules(world);
    this.parents.push(parent);
    this.frontier.push(bytes);
    return id;
  }

  /**
   * From every state some way leads to an end: whoever waits for an answer gets it, if events are chosen fairly. Sweeps
   * backwards until nothing changes; most events lead to a higher number, so a few sweeps do.
   */
  private checkEndsAreReached(): void {
    const reaches = new Uint8Array(this.seen.size);
    for (const id of this.endStates) reaches[id] = 1;
    for (let changed = true; changed;) {
      changed = false;
      for (let id = this.seen.size - 1; id >= 0; id--) {
        for (let i = id === 0 ? 0 : this.targetEnds.at(id - 1); reaches[id] === 0 && i < this.targetEnds.at(id); i++) {
          if (reaches[this.targets.at(i)] === 0) continue;
          reaches[id] = 1;
          changed = true;
        }
      }
    }
    const lost = reaches.indexOf(0);
    if (lost >= 0) throw this.explain(new Violation('from here on not every vCPU can come to its end'), lost);
  }

  /** The violation with the events from the start to state `id`, and the event that breaks the rule, if one does. */
  private explain(violation: Violation, id: number): Violation {
    const ids = [id];
    while (ids[0]! > 0) ids.unshift(this.parents.at(ids[0]!));
    const path: string[] = [];
    let world = this.canonical(newWorld(this.shape));
    for (const next of ids.slice(1)) {
      const told = this.findSuccessor(world, next);
      path.push(told.words);
      world = this.canonical(told.world);
    }
    path.push(...lastEvent(world, this.shape));
    const explained = new Violation(`after ${path.length} events: ${violation.message}`);
    explained.path = path;
    return explained;
  }

  private canonical(world: World): World {
    return this.codec.read(this.codec.write(world).slice());
  }

  private findSuccessor(world: World, id: number): { readonly world: World; readonly words: string } {
    let words = '';
    for (const successor of successors(world, this.shape, (text) => { words = text; })) {
      if (this.seen.add(this.codec.write(successor)) === id) return { world: successor, words };
    }
    throw new Error(`state ${id} is not reached from its parent`);
  }
}

/** The event that breaks a rule, in words; none if the state itself does. */
function lastEvent(world: World, shape: WorldShape): string[] {
  let words = '';
  try {
    for (const successor of successors(world, shape, (text) => { words = text; })) checkRules(successor);
  } catch (error) {
    if (error instanceof Violation) return words === '' ? [] : [words];
    throw error;
  }
  return [];
}

/** The world after each event with each sequence of answers; `tell` is given the words for it before it is yielded. */
export function* successors(world: World, shape: WorldShape, tell?: (words: string) => void): Generator<World> {
  const events = eventsOf(world, shape);
  if (events.length === 0) throw new Violation('nothing can happen any more');
  for (const event of events) {
    // An odometer over the choices of a step: how many there are is only known as the step is made.
    let digits: number[] = [];
    do {
      const limits: number[] = [];
      const choose: Choose = (n) => {
        const position = limits.push(n) - 1;
        return (digits[position] ??= 0);
      };
      const words = tell && [describeEvent(world, shape, event)];
      tell?.(words![0]!);
      const told: Tell | undefined = words && ((choice) => { words.push(choice); tell!(words.join('; ')); });
      const successor = fork(world);
      happen(successor, shape, event, choose, told);
      yield successor;
      digits = digits.slice(0, limits.length);
      while (digits.length > 0 && digits.at(-1)! + 1 === limits[digits.length - 1]!) digits.pop();
      if (digits.length > 0) digits[digits.length - 1]!++;
    } while (digits.length > 0);
  }
}
