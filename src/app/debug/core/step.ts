// The smallest thing that happens under the debugger: an instruction attempted by some vCPU, or an event of the server.
// Steps are numbered from 1; position N of a run is where N steps are done.
import type { Envelope } from '../../../server/hyperkernel/messages.js';
import type { Vcpu } from '../../../server/hyperkernel/vcpu.js';
import type { Server } from '../../../server/server.js';
import { CYCLES_OFFSET, PC_OFFSET, RETIRED_OFFSET } from '../../../guest/machine/context.js';
import type { StallRecord, Stop } from '../../../guest/machine/engine.js';

export type Outcome = 'retired' | 'stall' | 'guest' | 'trap';

export type Step =
  | {
    readonly kind: 'instruction'; readonly vcpu: number; readonly node: number; readonly core: number; readonly pc: number;
    readonly outcome: Outcome; readonly stall: StallRecord | null;
    /** Not a restart after a stall or a guest call. */
    readonly fresh: boolean;
  }
  | { readonly kind: 'message'; readonly envelope: Envelope }
  | { readonly kind: 'start'; readonly vcpu: number }
  | { readonly kind: 'epoch'; readonly node: number }
  | { readonly kind: 'balance'; readonly node: number }
  /** Instructions of the node wait for frames. */
  | { readonly kind: 'room'; readonly node: number }
  | { readonly kind: 'exit' }
  /** The server finds that nothing can happen any more. */
  | { readonly kind: 'deadlock' };

/** What the next step is; its outcome is open. Undefined at the end. */
export type Upcoming = Exclude<Step, { kind: 'instruction' }> | Omit<Extract<Step, { kind: 'instruction' }>, 'outcome' | 'stall'>;

export function upcomingStep(server: Server): Upcoming | undefined {
  const event = server.upcoming();
  if (!event) return server.ending ? undefined : { kind: 'deadlock' };
  switch (event.kind) {
    case 'slice': {
      const vcpu = vcpuOn(server, event.core);
      return {
        kind: 'instruction', vcpu: vcpu.id, node: vcpu.node, core: event.core, pc: Number(pcOf(server, vcpu.context)),
        // The stalled instruction is forgotten when the slice in which it retired has ended.
        fresh: vcpu.answers.length === 0 && (vcpu.instruction === null || retiredInSlice(server, vcpu) > 0),
      };
    }
    case 'deliver': return { kind: 'message', envelope: event.envelope };
    default: return event;
  }
}

/** Does the step that comes next. */
export function takeStep(server: Server, upcoming: Upcoming): Step {
  const part = server.advance({ pauseAfter: 1 });
  if (upcoming.kind !== 'instruction') return upcoming;
  const { vcpu, node, core, pc, fresh } = upcoming;
  const stop = part?.stop;
  const stall = stop?.reason === 'stall' ? stop.stall : null;
  return { kind: 'instruction', vcpu, node, core, pc, fresh, outcome: outcomeOf(stop), stall };
}

function outcomeOf(stop: Stop | undefined): Outcome {
  switch (stop?.reason) {
    case 'budget': case 'yield': case 'paused': return 'retired';
    case 'guest': case 'trap': return stop.reason;
    // Without a part the server failed over what the instruction asked for.
    default: return 'stall';
  }
}

/** Does one event, a slice or up to `most` instructions of it; returns how many steps that was. */
export function takeSteps(server: Server, most?: number): number {
  const event = server.upcoming();
  if (event?.kind !== 'slice') {
    server.advance();
    return 1;
  }
  const { id } = vcpuOn(server, event.core);
  const before = retiredBy(server, id);
  const part = server.advance({ pauseAfter: most });
  return retiredBy(server, id) - before + (outcomeOf(part?.stop) === 'retired' ? 0 : 1);
}

/** Instructions that the vCPU has retired, those of a slice under way included. */
export function retiredBy(server: Server, vcpu: number): number {
  return server.vcpus[vcpu]!.retired + retiredInSlice(server, server.vcpus[vcpu]!);
}

function retiredInSlice(server: Server, { state, context }: Vcpu): number {
  return state === 'running' ? Number(server.arena.u64[(context + RETIRED_OFFSET) >>> 3]!) : 0;
}

/** As it is; beyond 2^53 an address is no number any more. */
export function pcOf(server: Server, context: number): bigint {
  return server.arena.u64[(context + PC_OFFSET) >>> 3]!;
}

/** Simulated time of the next step: of the core that runs it, or of the event; at the end, of the end. */
export function timeHerePs(server: Server): number {
  const event = server.upcoming();
  if (!event) return server.nowPs;
  if (event.kind !== 'slice') return server.nextPs;
  const core = server.cores[event.core]!;
  const spent = Number(server.arena.u64[(server.vcpus[core.vcpu]!.context + CYCLES_OFFSET) >>> 3]!);
  return core.timePs + spent * server.scenario.machine.core.cyclePs + server.memory.unbookedPs(core.id);
}

function vcpuOn(server: Server, core: number): Vcpu {
  return server.vcpus[server.cores[core]!.vcpu]!;
}
