// Exhaustive exploration of small worlds: from every state that can be reached, every event that can happen next with
// every answer that policies may give. Breadth first, so that the way to a broken rule is a shortest one.
import { describeEvent, eventsOf } from './events.js';
import { Parts, type KnownWorld } from './known.js';
import { PlainWorld } from './plain.js';
import { Violation } from './rules.js';
import { happen } from './step.js';
import { Numbers, StateSet } from './store.js';
import { everyWay } from './ways.js';
import type { Tell, WorldShape } from './world.js';

export interface Exploration {
  /** Distinct states reached, where mirror images count as one. */
  readonly states: number;
  /** Distinct outcomes of all events in them. */
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
  private readonly parts: Parts;
  private readonly seen: StateSet;
  private readonly state: Uint32Array;
  /** By state: the one that it was first reached from. */
  private readonly parents = new Numbers();
  /** Where each expanded state's successors end in `targets`; states are expanded in the order of their numbers. */
  private readonly targetEnds = new Numbers();
  private readonly targets = new Numbers();
  private readonly endStates = new Set<number>();

  constructor(shape: WorldShape, bounds: Bounds) {
    this.shape = shape;
    this.bounds = { maxStates: Infinity, onLevel: () => {}, ...bounds };
    this.parts = new Parts(shape);
    this.seen = new StateSet(this.parts.words);
    this.state = new Uint32Array(this.parts.words);
  }

  run(): Exploration {
    const { seen, state, targetEnds } = this;
    let depth = 0;
    this.reach(this.start(), 0);
    for (let levelEnd = 0; targetEnds.length < seen.size && seen.size < this.bounds.maxStates;) {
      const id = targetEnds.length;
      if (id === levelEnd) {
        this.bounds.onLevel(depth, seen.size);
        levelEnd = seen.size;
        depth++;
      }
      seen.read(id, state);
      this.expand(id, this.parts.read(state));
    }
    const complete = targetEnds.length === seen.size;
    if (complete) this.checkEndsAreReached();
    return { states: seen.size, transitions: this.targets.length, ends: this.endStates.size, depth: depth - 1, complete };
  }

  private start(): KnownWorld {
    return this.parts.of(new PlainWorld(this.shape));
  }

  /** Reaches every successor. */
  private expand(id: number, world: KnownWorld): void {
    if (world.ended) {
      this.endStates.add(id);
      const kept = world.pages.some(({ reserves }) => reserves);
      if (kept) throw this.explain(new Violation('a frame stays reserved for a page that does not come'), id);
    } else {
      try {
        eachSuccessor(world, this.shape, (successor) => this.targets.push(this.reach(successor, id)));
      } catch (error) {
        throw error instanceof Violation ? this.explain(error, id) : error;
      }
    }
    this.targetEnds.push(this.targets.length);
  }

  private reach(world: KnownWorld, parent: number): number {
    world.write(this.state);
    const before = this.seen.size;
    const id = this.seen.add(this.state);
    if (id === before) this.parents.push(parent);
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
    let world = this.start();
    for (const next of ids.slice(1)) {
      const told = this.findSuccessor(world, next);
      path.push(told.words);
      world = told.world;
    }
    path.push(...this.lastEvent(world));
    const explained = new Violation(`after ${path.length} events: ${violation.message}`);
    explained.path = path;
    return explained;
  }

  /** That which is the state `id` or its mirror image. What may go first need not be the same in that. */
  private findSuccessor(world: KnownWorld, id: number): { readonly world: KnownWorld; readonly words: string } {
    let found: { readonly world: KnownWorld; readonly words: string } | undefined;
    let words = '';
    eachSuccessor(world, { ...this.shape, everyOrder: true }, (successor) => {
      successor.write(this.state);
      if (this.seen.add(this.state) === id) found ??= { world: successor, words };
    }, (text) => { words = text; });
    if (!found) throw new Error(`state ${id} is not reached from its parent`);
    return found;
  }

  /** The event that breaks a rule, in words; none if the state itself does. */
  private lastEvent(world: KnownWorld): string[] {
    let words = '';
    try {
      eachSuccessor(world, this.shape, () => {}, (text) => { words = text; });
    } catch (error) {
      if (error instanceof Violation) return words === '' ? [] : [words];
      throw error;
    }
    return [];
  }
}

/** The world after each event with each sequence of answers; `tell` is given the words for it before that. */
function eachSuccessor(world: KnownWorld, shape: WorldShape, reach: (successor: KnownWorld) => void, tell?: Tell): void {
  const events = eventsOf(world, shape);
  if (events.length === 0) throw new Violation('nothing can happen any more');
  for (const event of events) {
    everyWay((choose) => {
      const words = tell && [describeEvent(world, shape, event)];
      tell?.(words![0]!);
      const told: Tell | undefined = words && ((choice) => { words.push(choice); tell!(words.join('; ')); });
      const successor = world.fork();
      happen(successor, shape, event, choose, told);
      reach(successor);
    });
  }
}
