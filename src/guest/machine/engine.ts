// The engine seam: runs one slice of a vCPU and says why it ended. Where a slice ends is architectural (SEMANTICS 1):
// the same for every engine.
import type { Expr } from '../lang/ir.js';

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
  /** `pauseAfter` instructions have retired and the slice has not ended. */
  | { readonly reason: 'paused' }
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

export interface Ahead {
  /** How many have begun: the engine counts them here. */
  begun: number;
  /**
   * To be asked where a slice ends because its budget is used up: what follows at once, if anything. Whoever answers takes
   * what the context and the counters have counted and sets them to zero.
   */
  again(): Following | undefined;
}

/** A slice follows at once; where one ends before `untilPs`, the next may begin without asking. */
export interface Following {
  readonly budgetCycles: number;
  /** Of the core's local time, which the engine then keeps in the core's block. */
  readonly untilPs: number;
  /** It must ask, too, once so many instructions have retired since it last did. */
  readonly instructions: number;
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
