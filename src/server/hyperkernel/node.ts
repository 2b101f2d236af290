// The parts of one node that its kernel's helpers work on.
import type { Frames } from './frames.js';
import type { Hardware } from './hardware.js';
import type { Scheduler } from './scheduler.js';
import type { NodeState } from './state.js';
import type { NodeStatistics } from './statistics.js';
import type { Versions } from './versions.js';

export interface NodeParts {
  readonly node: number;
  readonly hardware: Hardware;
  readonly state: NodeState;
  readonly frames: Frames;
  readonly versions: Versions;
  readonly scheduler: Scheduler;
  readonly statistics: NodeStatistics;
  /** Load that each other node last told, or -1. */
  readonly hintedLoads: number[];
  /** Free frames that each other node last told, or -1. */
  readonly hintedFreeFrames: readonly number[];
}
