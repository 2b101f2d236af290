// One run as a line of positions that one can go along both ways: forward by running, back by the checkpoint before and
// replay, which ends in the same state because a run depends on nothing but its scenario.
import type { Server } from '../../../server/server.js';
import { Checkpoints, type Checkpoint, type CheckpointLimits } from './checkpoints.js';
import type { Rewind } from './rewind.js';
import { retiredBy, takeStep, takeSteps, upcomingStep, type Step, type Upcoming } from './step.js';

/** Instructions of a slice that run without a look at the clock or at an interrupt. */
const STEPS_AT_A_TIME = 2000;
/** Steps between checkpoints on the way forward: what the first step back from where that ends may have to replay. */
const FORWARD_SPACING = 5000;
/** And in a replay: at least, what steps back after that may have to; at most, what a second is enough for. */
const LEAST_SPACING = 500;
const MOST_SPACING = 50_000;
/** Slices end behind their quantum, where the guest next jumps back. */
const LONG_SLICE = 2;
/** Looking through so many bytes for what has changed is worth a step's time ten times over. */
const BYTES_PER_STEP = 1000;

/** Work that can be interrupted between any two of the positions that it yields. */
export type Work<T> = Generator<number, T, void>;

export class Timeline<S> {
  /** Steps done. */
  position = 0;
  private readonly rewind: Rewind<S>;
  private readonly checkpoints: Checkpoints<S>;
  /** Steps that few slices have. */
  private readonly longSlice: number;
  /** Of the last checkpoint made or gone to: spares looking for it at every step. */
  private lastSaved = 0;
  /** What comes next here, once it has been looked at. */
  private next: Upcoming | undefined;
  private looked = false;

  constructor(rewind: Rewind<S>, limits: CheckpointLimits) {
    this.rewind = rewind;
    this.checkpoints = new Checkpoints(limits);
    const { quantumPs, scenario } = rewind.server;
    this.longSlice = LONG_SLICE * quantumPs / scenario.machine.core.cyclePs;
    this.save();
  }

  get server(): Server { return this.rewind.server; }

  get checkpointPositions(): number[] { return this.checkpoints.positions; }
  get checkpointBytes(): number { return this.checkpoints.bytes; }

  /** Does the next step; undefined at the end. */
  step(): Step | undefined {
    const upcoming = this.upcoming();
    if (!upcoming) return undefined;
    const step = takeStep(this.server, upcoming);
    this.passed(1, FORWARD_SPACING);
    return step;
  }

  /** What the next step is; undefined at the end. */
  upcoming(): Upcoming | undefined {
    if (!this.looked) {
      this.looked = true;
      this.next = upcomingStep(this.server);
    }
    return this.next;
  }

  /** To a position, or to the end if that comes first. */
  *goTo(target: number): Work<void> {
    const from = this.checkpoints.last(target)!;
    if (target < this.position || from.position > this.position) this.restore(from);
    yield* this.replay(from, () => target - this.position);
  }

  /** To where the vCPU's `count`-th instruction has just retired; for none, to the beginning. Only back. */
  *goToRetired(vcpu: number, count: number): Work<void> {
    const from = this.checkpoints.last(this.position, ({ position, retired }) => position === 0 || retired[vcpu]! < count)!;
    this.restore(from);
    yield* this.replay(from, () => count - retiredBy(this.server, vcpu));
  }

  /** Where replay to `position` begins, if that were gone to. */
  replayFrom(position: number): number {
    return this.checkpoints.last(position)!.position;
  }

  /** On until no steps are `left`, which is at least as many as there are. It begins at `from`, or behind it. */
  private *replay(from: Checkpoint<S>, left: () => number): Work<void> {
    let mayRunWhole = true;
    for (let steps = left(); steps > 0 && !this.server.ending; steps = left()) {
      // Engines are at their fastest where nobody looks into a slice.
      const whole = mayRunWhole && steps > this.longSlice;
      const done = whole ? takeSteps(this.server) : takeSteps(this.server, Math.min(steps, STEPS_AT_A_TIME));
      // Towards the end ever closer, so that steps back from there replay little.
      const spacing = steps === Infinity ? Math.max(FORWARD_SPACING, this.position / 16) : Math.max(LEAST_SPACING, steps / 8);
      this.passed(done, Math.min(spacing, MOST_SPACING));
      if (whole && left() <= 0) {
        // That slice was longer than any should be, and may have gone beyond.
        this.restore(from);
        mayRunWhole = false;
      }
      yield this.position;
    }
  }

  private passed(steps: number, spacing: number): void {
    this.position += steps;
    this.looked = false;
    const { slotsInUse, shape } = this.server.arena;
    const least = Math.max(spacing, slotsInUse * shape.pageBytes / BYTES_PER_STEP);
    if (this.position - this.lastSaved < least) return;
    if (this.position - this.checkpoints.last(this.position)!.position >= least) this.save();
  }

  private save(): void {
    const saved = this.rewind.save();
    if (!saved) return;
    this.lastSaved = this.position;
    const retired = this.server.vcpus.map(({ id }) => retiredBy(this.server, id));
    this.checkpoints.add({ position: this.position, retired, ...saved });
  }

  private restore(checkpoint: Checkpoint<S>): void {
    this.rewind.restore(checkpoint.saved);
    this.position = this.lastSaved = checkpoint.position;
    this.looked = false;
  }
}
