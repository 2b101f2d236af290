// Finds out that a guest waits in vain: every vCPU that has not halted runs in circles, and none changes memory.
// Certain, if each has come back to a pc and registers that it had before, without a guest call, while no store changed
// memory: what happens next then depends on nothing that will ever change. Very likely, if each has retired BOUND
// instructions in a small loop that looks at the same few words: it may look at the clock besides, or count its looks.
import type { Server } from '../../../server/server.js';
import { contextLayout, PC_OFFSET, REGISTERS_OFFSET } from '../../../guest/machine/context.js';
import { readNumber } from './guest-memory.js';
import type { Place, Places } from './places.js';
import type { Access, StepDone } from './witness.js';

/** Instructions of every vCPU, without a change of memory, after which a small loop counts as waiting. */
export const SPIN_BOUND = 5000;
const MAX_LOOP = 64;
const MAX_WORDS = 8;
/** Instructions that are looked at together to see how large a loop is. */
const WINDOW = 1000;
/** Instructions of a loop that is found for certain. */
const MAX_LAP = 4096;

export interface SpinLoop {
  readonly vcpus: readonly number[];
  /** Of the first instruction of the loop that looks at memory, or else of the first. */
  readonly place: Place;
  /** The words that they look at, and what those hold. */
  readonly words: readonly (Access & { readonly symbol: string | undefined; readonly value: bigint })[];
}

export interface Spin {
  readonly certain: boolean;
  readonly halted: number;
  readonly loops: readonly SpinLoop[];
}

/** Instructions of a stretch of running, and the words that they looked at. */
class Loop {
  readonly pcs = new Set<number>();
  readonly words = new Map<number, { readonly bytes: number; readonly pc: number }>();

  /** Too large to be waiting. */
  get wanders(): boolean { return this.pcs.size > MAX_LOOP || this.words.size > MAX_WORDS; }

  clear(): void {
    this.pcs.clear();
    this.words.clear();
  }

  add(pc: number, touched: readonly Access[]): void {
    if (this.wanders) return;
    this.pcs.add(pc);
    for (const { address, bytes } of touched) if (!this.words.has(address)) this.words.set(address, { bytes, pc });
  }
}

interface Walk {
  /** Which of the times between changes of memory the rest is about. */
  era: number;
  /** Instructions since it last wandered, and the latest of them. */
  retired: number;
  readonly window: Loop;
  /** pc and registers at the beginning of a lap; null: one begins after the next instruction. */
  anchor: BigUint64Array | null;
  lapLength: number;
  lapEnds: number;
  readonly lap: Loop;
  certain: boolean;
}

export class SpinDetector {
  private readonly cells: number;
  private walks: readonly Walk[] = [];
  private era = 0;
  /** What has been told is not told again until memory changes. */
  private toldEra = -1;

  constructor(server: Server) {
    this.cells = contextLayout(server.isa).bytes >> 3;
    this.restart(server);
  }

  /** After a jump along the run. */
  restart(server: Server): void {
    this.era++;
    this.walks = server.vcpus.map(() => ({
      era: -1, retired: 0, window: new Loop(), anchor: null, lapLength: 0, lapEnds: 1, lap: new Loop(), certain: false,
    }));
  }

  /** Looks at a step; true once all spin. */
  saw({ step, happenings, changed, touched }: StepDone, server: Server): boolean {
    if (changed.length > 0 || happenings.some(({ what }) => what === 'output' || what === 'mark')) this.era++;
    if (step.kind !== 'instruction') return false;
    const walk = this.walkOf(step.vcpu);
    const looked = step.stall ? [step.stall] : touched;
    walk.window.add(step.pc, looked);
    walk.lap.add(step.pc, looked);
    if (step.outcome === 'guest') walk.anchor = null;
    if (step.outcome !== 'retired') return false;
    const news = this.retire(walk, server, server.vcpus[step.vcpu]!.context >>> 3);
    if (!news || this.toldEra === this.era || !this.live(server).every((vcpu) => this.spins(vcpu))) return false;
    // A guest that is about to exit does not wait in vain.
    if (server.pending().some(({ event }) => event.kind === 'exit')) return false;
    this.toldEra = this.era;
    return true;
  }

  describe(server: Server, places: Places): Spin {
    const live = this.live(server);
    const loops = new Map<number, { readonly vcpus: number[]; readonly words: Map<number, number> }>();
    for (const vcpu of live) {
      const { certain, lap, window } = this.walks[vcpu]!;
      const { pcs, words } = certain ? lap : window;
      const looks = [...words.values()].map(({ pc }) => pc);
      const at = Math.min(...(looks.length > 0 ? looks : pcs));
      const loop = loops.get(at) ?? { vcpus: [], words: new Map<number, number>() };
      loop.vcpus.push(vcpu);
      for (const [address, { bytes }] of words) loop.words.set(address, bytes);
      loops.set(at, loop);
    }
    return {
      certain: live.every((vcpu) => this.walks[vcpu]!.certain), halted: server.vcpus.length - live.length,
      loops: [...loops].sort(([a], [b]) => a - b).map(([at, { vcpus, words }]) => ({
        vcpus, place: places.at(at),
        words: [...words].sort(([a], [b]) => a - b).map(([address, bytes]) => ({
          address, bytes, symbol: places.symbol(address), value: readNumber(server, address, bytes),
        })),
      })),
    };
  }

  private live(server: Server): number[] {
    return server.vcpus.filter(({ state }) => state !== 'halted').map(({ id }) => id);
  }

  private spins(vcpu: number): boolean {
    const { era, certain, retired, window } = this.walks[vcpu]!;
    return era === this.era && (certain || (retired >= SPIN_BOUND && window.words.size > 0));
  }

  private walkOf(vcpu: number): Walk {
    const walk = this.walks[vcpu]!;
    if (walk.era === this.era) return walk;
    walk.era = this.era;
    walk.retired = walk.lapLength = 0;
    walk.lapEnds = 1;
    walk.anchor = null;
    walk.certain = false;
    walk.window.clear();
    walk.lap.clear();
    return walk;
  }

  /** Whether it may now spin where it did not before. */
  private retire(walk: Walk, server: Server, at: number): boolean {
    if (walk.window.wanders) walk.retired = 0;
    else walk.retired++;
    const due = walk.retired > 0 && walk.retired % SPIN_BOUND === 0;
    const found = !walk.certain && this.closesLap(walk, server.arena.u64, at);
    // Keeps what led to the loop out of the picture.
    if (walk.retired % WINDOW === 0 && !due) walk.window.clear();
    return due || found;
  }

  /** Brent's way of finding a circle: laps twice as long each time, from ever later states. */
  private closesLap(walk: Walk, u64: BigUint64Array, at: number): boolean {
    walk.lapLength++;
    if (walk.anchor && this.isAt(walk.anchor, u64, at)) {
      walk.certain = true;
      return true;
    }
    if (walk.anchor && walk.lapLength < walk.lapEnds) return false;
    walk.lapLength = 0;
    walk.lapEnds = Math.min(MAX_LAP, 2 * walk.lapEnds);
    walk.lap.clear();
    walk.anchor = u64.slice(at, at + this.cells);
    return false;
  }

  private isAt(anchor: BigUint64Array, u64: BigUint64Array, at: number): boolean {
    if (anchor[PC_OFFSET >> 3] !== u64[at + (PC_OFFSET >> 3)]) return false;
    for (let i = REGISTERS_OFFSET >> 3; i < this.cells; i++) if (anchor[i] !== u64[at + i]) return false;
    return true;
  }
}
