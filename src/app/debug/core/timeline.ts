// One run as a line of positions that one can go along both ways: forward by running, back by the checkpoint before and
// replay, which ends in the same state because a run depends on nothing but its scenario.
import type { Server } from '../../../server/server.js';
import { Checkpoints, type Checkpoint, type CheckpointLimits } from './checkpoints.js';
import type { Rewind } from './rewind.js';
import { retiredBy, takeStep, takeSteps, type Step } from './step.js';

/** Instructions of a slice that run without a look at the clock or at an interrupt. */
const STEPS_AT_A_TIME = 2000;
/** Steps between checkpoints, at least: a few hundredths of a second of replay. */
const LEAST_SPACING = 1000;
/** Looking through so many bytes for what has changed is worth a step's time ten times over. */
const BYTES_PER_STEP = 1000;

/** Work that can be interrupted between any two of the positions that it yields. */
export type Work<T> = Generator<number, T, void>;

export class Timeline<S> {
  /** Steps done. */
  position = 0;
  private readonly rewind: Rewind<S>;
  private readonly checkpoints: Checkpoints<S>;
  /** Largest position seen; at the end of the run, if `endSeen`, that. */
  private furthest = 0;
  private endSeen = false;

  constructor(rewind: Rewind<S>, limits: CheckpointLimits) {
    this.rewind = rewind;
    this.checkpoints = new Checkpoints(limits);
    this.save();
  }

  get server(): Server { return this.rewind.server; }

  /** The last position, once the run has reached it. */
  get end(): number | undefined { return this.endSeen ? this.furthest : undefined; }

  get checkpointPositions(): number[] { return this.checkpoints.positions; }
  get checkpointBytes(): number { return this.checkpoints.bytes; }

  /** Does the next step; undefined at the end. */
  step(): Step | undefined {
    const step = takeStep(this.server);
    if (step) this.passed(1, this.position + LEAST_SPACING);
    return step;
  }

  /** To a position, or to the end if that comes first. */
  *goTo(target: number): Work<void> {
    const from = this.checkpoints.last(target)!;
    if (target < this.position || from.position > this.position) this.restore(from);
    yield* this.replay(target, () => STEPS_AT_A_TIME);
  }

  /** To where the vCPU's `count`-th instruction has just retired; for none, to the beginning. Only back. */
  *goToRetired(vcpu: number, count: number): Work<void> {
    const latest = this.position;
    this.restore(this.checkpoints.last(latest, ({ position, retired }) => position === 0 || retired[vcpu]! < count)!);
    yield* this.replay(latest, () => Math.min(count - retiredBy(this.server, vcpu), STEPS_AT_A_TIME));
  }

  /** Where replay to `position` begins, if that were gone to. */
  replayFrom(position: number): number {
    return this.checkpoints.last(position)!.position;
  }

  private *replay(target: number, most: () => number): Work<void> {
    for (let steps = most(); this.position < target && steps > 0 && !this.server.ending; steps = most()) {
      this.passed(takeSteps(this.server, Math.min(steps, target - this.position)), target);
      yield this.position;
    }
  }

  private passed(steps: number, target: number): void {
    this.position += steps;
    this.furthest = Math.max(this.furthest, this.position);
    if (this.server.ending) this.endSeen = true;
    // Towards the target of a replay ever closer, so that steps back from there replay little.
    const last = this.checkpoints.last(this.position)!;
    const { slotsInUse, shape } = this.server.arena;
    const spacing = Math.max(LEAST_SPACING, slotsInUse * shape.pageBytes / BYTES_PER_STEP, Math.min(target - this.position, this.position) / 8);
    if (this.position - last.position >= spacing) this.save();
  }

  private save(): void {
    const saved = this.rewind.save();
    if (!saved) return;
    this.checkpoints.add({ position: this.position, retired: this.server.vcpus.map(({ id }) => retiredBy(this.server, id)), ...saved });
  }

  private restore(checkpoint: Checkpoint<S>): void {
    this.rewind.restore(checkpoint.saved);
    this.position = checkpoint.position;
  }
}
