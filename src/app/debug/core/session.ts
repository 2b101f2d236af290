// A debugging session: one run, a position in it, ways to move, breakpoints, a vCPU that commands are about. Plain data
// comes back; nothing here prints or knows a terminal.
import { fail } from '../../../base/diagnostics.js';
import type { Image } from '../../../guest/asm/image.js';
import type { Listing } from '../../../guest/asm/listing.js';
import type { Isa } from '../../../guest/lang/model.js';
import { createServer, type HostOptions, type Server } from '../../../server/server.js';
import type { Scenario } from '../../../server/spec.js';
import { Breakpoints, isAt, type Hit } from './breakpoints.js';
import type { CheckpointLimits } from './checkpoints.js';
import { Places } from './places.js';
import { rewindOf } from './rewind.js';
import { SpinDetector, type Spin } from './spin.js';
import { retiredBy } from './step.js';
import { Timeline, type Work } from './timeline.js';
import { valueFor } from './values.js';
import { Witness, type StepDone } from './witness.js';

export interface SessionOptions {
  readonly isa: Isa;
  readonly image: Image;
  readonly listing: Listing;
  readonly scenario: Scenario;
  readonly host?: Omit<HostOptions, 'observer'>;
  /** Room for checkpoints. */
  readonly checkpoints?: CheckpointLimits;
}

export interface Stop {
  /** done: as far as was asked. beginning: there is nothing further back. */
  readonly why: 'done' | 'hit' | 'spin' | 'end' | 'beginning' | 'interrupted';
  readonly hits: readonly Hit[];
  readonly spin: Spin | null;
}

/** A step on the way, for those who follow it. */
export interface Told extends StepDone {
  readonly position: number;
}

const CHECKPOINTS: CheckpointLimits = { count: 400, bytes: 256 * 2 ** 20 };
/** Steps between two looks at whether to go on. */
const STEPS_BETWEEN_YIELDS = 500;
const DONE: Stop = { why: 'done', hits: [], spin: null };

export class DebugSession {
  readonly places: Places;
  readonly breakpoints = new Breakpoints();
  /** The vCPU that commands are about unless they name another. */
  vcpu = 0;
  /** Is told of every step forward that is not a replay. */
  onStep: ((told: Told) => void) | undefined;

  private readonly timeline: Timeline<unknown>;
  private readonly spin: SpinDetector;
  private readonly witness = new Witness();

  constructor(options: SessionOptions) {
    const { isa, image, listing, scenario, host, checkpoints = CHECKPOINTS } = options;
    this.places = new Places(image, listing);
    const make = () => createServer({ ...host, isa, image, scenario, observer: this.witness.observer });
    this.timeline = new Timeline(rewindOf(make), checkpoints);
    this.spin = new SpinDetector(this.server);
    this.arrived();
  }

  get server(): Server { return this.timeline.server; }
  get position(): number { return this.timeline.position; }
  /** Where it can go back to without replay, and the memory that takes. */
  get checkpoints(): { readonly positions: readonly number[]; readonly bytes: number } {
    return { positions: this.timeline.checkpointPositions, bytes: this.timeline.checkpointBytes };
  }

  /** The next `count` instructions of the current vCPU; others and events come in as they come. */
  *step(count = 1): Work<Stop> {
    const { vcpu } = this;
    const target = retiredBy(this.server, vcpu) + count;
    this.checkLive();
    return yield* this.forward(() => retiredBy(this.server, vcpu) >= target || this.server.vcpus[vcpu]!.state === 'halted');
  }

  /** Steps of the whole server. */
  *stepAny(count = 1): Work<Stop> {
    const target = this.position + count;
    return yield* this.forward(() => this.position >= target);
  }

  *continue(): Work<Stop> {
    return yield* this.forward(() => false);
  }

  /** To where an instruction at `address` comes next, of `vcpu` or of any. */
  *until(address: number, vcpu: number | null): Work<Stop> {
    return yield* this.forward(() => {
      const upcoming = this.timeline.upcoming();
      if (!isAt(upcoming, address, vcpu)) return false;
      this.vcpu = upcoming.vcpu;
      return true;
    });
  }

  /** To before the last `count` instructions of the current vCPU. */
  *back(count = 1): Work<Stop> {
    const done = retiredBy(this.server, this.vcpu);
    if (this.position === 0) return { ...DONE, why: 'beginning' };
    yield* this.travel(this.timeline.goToRetired(this.vcpu, Math.max(0, done - count)));
    return done < count ? { ...DONE, why: 'beginning' } : DONE;
  }

  *backAny(count = 1): Work<Stop> {
    const beyond = count > this.position;
    yield* this.travel(this.timeline.goTo(Math.max(0, this.position - count)));
    return beyond ? { ...DONE, why: 'beginning' } : DONE;
  }

  *goTo(position: number): Work<Stop> {
    yield* this.travel(this.timeline.goTo(position));
    return this.position < position ? { ...DONE, why: 'end' } : DONE;
  }

  /** To the last hit of a breakpoint before here: looks for it from one checkpoint to the next, backwards. */
  *reverseContinue(): Work<Stop> {
    const here = this.position;
    if (this.breakpoints.list.length === 0) return yield* this.backAny(Infinity);
    for (let upper = here; upper > 0;) {
      const lower = this.timeline.replayFrom(upper - 1);
      yield* this.travel(this.timeline.goTo(lower));
      let last: { readonly position: number; readonly hits: readonly Hit[] } | undefined;
      const note = (hits: readonly Hit[]): void => {
        if (hits.length > 0 && this.position < here) last = { position: this.position, hits };
      };
      if (lower === 0) note(this.hitsBefore());
      while (this.position < upper) {
        const done = this.doStep()!;
        note([...this.breakpoints.after(done, this.server), ...(this.position < here ? this.hitsBefore() : [])]);
        if (this.position % STEPS_BETWEEN_YIELDS === 0) yield this.position;
      }
      if (last) {
        yield* this.travel(this.timeline.goTo(last.position));
        this.follow(last.hits);
        return { ...DONE, why: 'hit', hits: last.hits };
      }
      upper = lower;
    }
    yield* this.travel(this.timeline.goTo(0));
    return { ...DONE, why: 'beginning' };
  }

  private *forward(reached: () => boolean): Work<Stop> {
    for (;;) {
      const done = this.doStep();
      if (!done) return { ...DONE, why: 'end' };
      this.onStep?.({ ...done, position: this.position });
      const spins = this.spin.saw(done, this.server);
      const hits = [...this.breakpoints.after(done, this.server), ...this.hitsBefore()];
      if (hits.length > 0) {
        this.follow(hits);
        return { ...DONE, why: 'hit', hits };
      }
      if (this.server.ending) return { ...DONE, why: 'end' };
      if (spins) return this.spins(this.spin.describe(this.server, this.places));
      if (reached()) return DONE;
      if (this.position % STEPS_BETWEEN_YIELDS === 0) yield this.position;
    }
  }

  private doStep(): StepDone | undefined {
    const step = this.timeline.step();
    return step && this.witness.tell(step);
  }

  private hitsBefore(): Hit[] {
    if (this.breakpoints.list.length === 0) return [];
    return this.breakpoints.before(this.timeline.upcoming(), (condition, vcpu) => (
      valueFor(condition, vcpu, this.server, this.places) !== 0n));
  }

  /** One that spins becomes the current one, if that does not. */
  private spins(spin: Spin): Stop {
    if (!spin.loops.some(({ vcpus }) => vcpus.includes(this.vcpu))) this.vcpu = spin.loops[0]!.vcpus[0]!;
    return { ...DONE, why: 'spin', spin };
  }

  /** The vCPU that a hit is about becomes the current one. */
  private follow(hits: readonly Hit[]): void {
    const named = hits.find(({ vcpu }) => vcpu !== null);
    if (named) this.vcpu = named.vcpu!;
  }

  private *travel(work: Work<void>): Work<void> {
    this.witness.ignore(this.server);
    try {
      for (const position of work) {
        this.witness.forget();
        yield position;
      }
    } finally {
      this.arrived();
    }
  }

  /** The server may be another one, or the same at another time. */
  private arrived(): void {
    this.witness.attend(this.server);
    this.breakpoints.refresh(this.server);
    this.spin.restart(this.server);
  }

  private checkLive(): void {
    if (this.server.ending || this.server.vcpus[this.vcpu]!.state !== 'halted') return;
    const live = this.server.vcpus.find(({ state }) => state !== 'halted');
    const hint = live ? `vCPU ${live.id} has not: choose it with vcpu ${live.id}` : 'continue goes on to the end';
    fail(`vCPU ${this.vcpu} has halted`, undefined, hint);
  }
}
