// The engine seam: runs one slice of a vCPU and says why it ended. Where a slice ends is architectural (SEMANTICS 1):
// the same for every engine.
import type { Expr } from '../lang/ir.js';
import type { DueSlices } from './due-slices.js';

export type AccessKind = 'read' | 'write' | 'rmw' | 'fetch';

/** An access that found no right to a page: enough to restart it here or to have it served by the page's owner. */
export interface StallRecord {
  readonly page: number;
  readonly kind: AccessKind;
  readonly address: number;
  readonly bytes: number;
  /** Touches two pages, fetches code, or reads for a guest call: the page must come, the access is never served remotely. */
  readonly mustCome: boolean;
  /** Number of accesses and guest calls of the instruction before this one, with the values they yielded. */
  readonly prior: readonly bigint[];
  /** The value to store, for a write. */
  readonly value?: bigint;
  /** What an rmw stores, as a function of the old value in local `slot`; all other leaves are constants. */
  readonly update?: { readonly slot: number; readonly f: Expr };
}

export type Stop =
  | { readonly reason: 'budget' }
  | { readonly reason: 'yield' }
  /** The instruction would take a line from another core, which may not have come to its time. It did not retire. */
  | { readonly reason: 'early' }
  /** `pauseAfter` instructions have retired and the slice has not ended; whether it is on its way to an exact end. */
  | { readonly reason: 'paused'; readonly exactly: boolean }
  | { readonly reason: 'stall'; readonly stall: StallRecord }
  /** The instruction restarts once the answer is in `answers`. */
  | { readonly reason: 'guest'; readonly call: number; readonly args: readonly bigint[]; readonly prior: readonly bigint[] }
  /** The instruction did not retire. */
  | { readonly reason: 'trap'; readonly trap: Trap };

export type Trap =
  | { readonly kind: 'illegal'; readonly word: bigint }
  | { readonly kind: 'address'; readonly address: bigint }
  | { readonly kind: 'program'; readonly cause: bigint; readonly value: bigint };

export interface EngineVcpu {
  /** Byte offset of its context in the arena. */
  readonly context: number;
  /**
   * Results of the current instruction's first accesses and guest calls, in order: it restarts with these instead of
   * performing them again. The engine clears the list when the instruction retires.
   */
  answers: readonly bigint[];
}

export interface SliceOptions {
  readonly core: number;
  readonly budgetCycles: number;
  /**
   * Where the slice would end it goes on to an exact end: up to the first instruction after which the core has run so long since it
   * was last booked.
   */
  readonly endPs?: number | undefined;
  /** It has come to that part. */
  readonly exactly?: boolean;
  /** The core's local time when it was last booked; from this local time on it takes no line from another core. */
  readonly bookedPs?: number | undefined;
  readonly takesUntilPs?: number | undefined;
  /** `instruction`: the slice ends after every instruction. */
  readonly everyInstruction: boolean;
  /**
   * For those who look into a slice: pauses after so many instructions. The call that follows goes on with the same slice
   * if nothing has changed but its budget, less the cycles that the context has counted meanwhile.
   */
  readonly pauseAfter?: number;
  /** Where slices may follow this one at once. An engine need not care. */
  readonly ahead?: Ahead | undefined;
}

/**
 * What lets slices follow the first without asking: further ones of its core, and of other cores, each begun when it is the
 * earliest of those that are due. They count together: in their contexts and counters, and here.
 */
export interface Ahead {
  readonly due: DueSlices;
  /** Each of them begins before. */
  readonly untilPs: number;
  /** When the next thing happens that is no slice. */
  readonly nextOtherPs: number;
  readonly budgetCycles: number;
  /** None begins once so many instructions have retired. */
  readonly instructions: number;
  /** How long a turn lasts. */
  readonly turnPs: number;
  /** Asked once for each core: its part, if its slice that is due, and those after it, are to be run and nothing more. */
  part(core: number): AheadPart | undefined;
  /** How many have begun: the engine counts them here. */
  begun: number;
  /** The core whose slice ended last: the reason that `run` returns is that one's. */
  core: number;
}

/** Of one core. */
export interface AheadPart {
  readonly vcpu: EngineVcpu;
  /** By the core's local time, the end of the last slice that another may follow. */
  readonly untilPs: number;
  /** By the core's local time, when its turn ends; the slice that comes to it begins another. Infinity: not before `untilPs`. */
  turnEndsPs: number;
}

export interface Engine {
  readonly name: string;
  /** Runs until the slice ends. Cycles and retired instructions are counted in the context. */
  run(vcpu: EngineVcpu, slice: SliceOptions): Stop;
  /** The arena and the memory system hold another state now: what the engine derived from them is void. */
  forget(): void;
  /** The new value of an rmw that another node asked for. */
  applyUpdate(update: { readonly slot: number; readonly f: Expr }, old: bigint): bigint;
}
