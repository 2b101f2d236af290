// Where a run stops for the user: before an instruction, or after a step in which something happened. Breakpoints look at
// steps and never at the schedule (SEMANTICS 2).
import { fail, InputError } from '../../../base/diagnostics.js';
import type { Server } from '../../../server/server.js';
import type { Happening } from './happenings.js';
import { readNumber } from './guest-memory.js';
import type { Step, Upcoming } from './step.js';
import type { StepDone } from './witness.js';

export type Trigger =
  /** Before an instruction; of one vCPU, or of any (null); if the expression is not 0 for that vCPU, or always (null). */
  | { readonly kind: 'address'; readonly address: number; readonly vcpu: number | null; readonly condition: string | null }
  | { readonly kind: 'stall'; readonly vcpu: number | null }
  /** A vCPU leaves its node. */
  | { readonly kind: 'migration'; readonly vcpu: number | null }
  /** Anything happens to the page: a stall, a message, a move. */
  | { readonly kind: 'page'; readonly page: number }
  /** A store changes one of the bytes. */
  | { readonly kind: 'watch'; readonly address: number; readonly bytes: number };

export interface Breakpoint {
  readonly id: number;
  readonly trigger: Trigger;
}

export interface Hit {
  readonly breakpoint: Breakpoint;
  /** The vCPU that it is about, or null. */
  readonly vcpu: number | null;
  /** What of the step it was; null before an instruction and for a watched store. */
  readonly happening: Happening | null;
  /** Of what is watched, before and after. */
  readonly change: { readonly from: bigint; readonly to: bigint } | null;
}

export class Breakpoints {
  readonly list: Breakpoint[] = [];
  /** By id: what is watched held this before the next step. */
  private readonly watched = new Map<number, bigint>();
  private nextId = 1;

  add(trigger: Trigger, server: Server): Breakpoint {
    const breakpoint = { id: this.nextId++, trigger };
    this.list.push(breakpoint);
    this.refresh(server);
    return breakpoint;
  }

  remove(id: number): boolean {
    const at = this.list.findIndex((breakpoint) => breakpoint.id === id);
    if (at >= 0) this.list.splice(at, 1);
    return at >= 0;
  }

  clear(): void {
    this.list.length = 0;
  }

  /** After a jump along the run. */
  refresh(server: Server): void {
    for (const { id, trigger } of this.list) {
      if (trigger.kind === 'watch') this.watched.set(id, readNumber(server, trigger.address, trigger.bytes));
    }
  }

  /** Of the instruction that comes next. */
  before(upcoming: Upcoming | undefined, holds: (condition: string, vcpu: number) => boolean): Hit[] {
    return this.list.flatMap((breakpoint) => {
      const { trigger } = breakpoint;
      if (trigger.kind !== 'address' || !isAt(upcoming, trigger.address, trigger.vcpu)) return [];
      const stops = trigger.condition === null || known(breakpoint.id, () => holds(trigger.condition!, upcoming.vcpu));
      return stops ? [{ breakpoint, vcpu: upcoming.vcpu, happening: null, change: null }] : [];
    });
  }

  after(done: StepDone, server: Server): Hit[] {
    return this.list.flatMap((breakpoint) => this.afterOne(breakpoint, done, server) ?? []);
  }

  private afterOne(breakpoint: Breakpoint, { step, happenings, changed }: StepDone, server: Server): Hit | undefined {
    const { trigger } = breakpoint;
    if (trigger.kind === 'watch') {
      const end = trigger.address + trigger.bytes;
      if (!changed.some(({ address, bytes }) => address < end && address + bytes > trigger.address)) return undefined;
      const from = this.watched.get(breakpoint.id)!;
      const to = readNumber(server, trigger.address, trigger.bytes);
      this.watched.set(breakpoint.id, to);
      return from === to ? undefined : { breakpoint, vcpu: vcpuOf(step), happening: null, change: { from, to } };
    }
    const happening = happenings.find((candidate) => triggers(trigger, candidate));
    return happening && { breakpoint, vcpu: vcpuIn(happening) ?? vcpuOf(step), happening, change: null };
  }
}

/** Whether an instruction at the address comes next, of the vCPU if one is named, and not as a restart. */
export function isAt(
  upcoming: Upcoming | undefined, address: number, vcpu: number | null,
): upcoming is Extract<Upcoming, { fresh: boolean }> {
  if (upcoming?.kind !== 'instruction') return false;
  return upcoming.fresh && upcoming.pc === address && concerns(vcpu, upcoming.vcpu);
}

/** A condition without a value says whose it is. */
function known(id: number, value: () => boolean): boolean {
  try {
    return value();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return fail(`the condition of breakpoint ${id} has no value here: ${error.diagnostics[0]!.message}`);
  }
}

function triggers(trigger: Trigger, happening: Happening): boolean {
  switch (trigger.kind) {
    case 'stall': return happening.what === 'stall' && concerns(trigger.vcpu, happening.stall.vcpu);
    case 'migration':
      return happening.what === 'sent' && happening.message.kind === 'vcpu' && concerns(trigger.vcpu, happening.message.vcpu);
    case 'page': return pageIn(happening) === trigger.page;
    default: return false;
  }
}

function concerns(wanted: number | null, vcpu: number): boolean {
  return wanted === null || wanted === vcpu;
}

/** The page that it is about, or -1. */
export function pageIn(happening: Happening): number {
  switch (happening.what) {
    case 'stall': return happening.stall.page;
    case 'sent': return happening.message.page;
    case 'page': return happening.page;
    default: return -1;
  }
}

/** The vCPU that it is about, or null. */
export function vcpuIn(happening: Happening): number | null {
  switch (happening.what) {
    case 'stall': return happening.stall.vcpu;
    case 'sent': return happening.message.vcpu < 0 ? null : happening.message.vcpu;
    case 'vcpu': case 'mark': return happening.vcpu;
    default: return null;
  }
}

/** Who did the step: for a served access, the vCPU that asked for it. */
function vcpuOf(step: Step): number | null {
  if (step.kind === 'instruction' || step.kind === 'start') return step.vcpu;
  if (step.kind !== 'message') return null;
  const { message } = step.envelope;
  return 'vcpu' in message && message.vcpu >= 0 ? message.vcpu : null;
}
