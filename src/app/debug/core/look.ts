// What there is to see at a position, as plain data: vCPUs, registers, messages in flight, nodes.
import { contextLayout } from '../../../guest/machine/context.js';
import { detailOf, type Envelope } from '../../../server/hyperkernel/messages.js';
import type { Server } from '../../../server/server.js';
import { inFlight } from './guest-memory.js';
import type { Vcpu } from '../../../server/hyperkernel/vcpu.js';
import type { Place, Places } from './places.js';
import { pcOf, retiredBy } from './step.js';

export interface VcpuRow {
  readonly vcpu: number;
  /** While it moves, the node that it left. */
  readonly node: number;
  /** Global number, or -1. */
  readonly core: number;
  readonly state: Vcpu['state'];
  /** What its instruction lacks, in state `waiting`. */
  readonly stall: { readonly page: number; readonly kind: string; readonly address: number; readonly remote: boolean } | null;
  readonly pc: bigint;
  readonly place: Place;
  readonly instructions: number;
  readonly stalls: number;
  readonly moves: number;
}

export interface RegisterRow {
  readonly name: string;
  readonly value: bigint;
  readonly width: number;
}

export interface MessageRow {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
  /** What a request wants, or what a grant gives; '' elsewhere. */
  readonly detail: string;
  /** -1 for a vCPU. */
  readonly page: number;
  /** Whom it concerns, or -1. */
  readonly vcpu: number;
  readonly arrivePs: number;
}

export interface NodeRow {
  readonly node: number;
  readonly cores: readonly { readonly core: number; readonly vcpu: number; readonly timePs: number }[];
  /** vCPUs that wait for a core. */
  readonly ready: readonly number[];
  readonly framesUsed: number;
  readonly frames: number;
  readonly owned: number;
  readonly copies: number;
  readonly stalls: number;
}

export function vcpuRow(server: Server, vcpu: number, places: Places): VcpuRow {
  const { node, core, state, stall, stalls, moves, waitPart } = server.vcpus[vcpu]!;
  const pc = pcOf(server, contextOf(server, vcpu));
  return {
    vcpu, node, core, state, stalls, moves, pc, place: places.at(Number(pc)),
    stall: state === 'waiting' && stall
      ? { page: stall.page, kind: stall.kind, address: stall.address, remote: waitPart === 'served' } : null,
    instructions: retiredBy(server, vcpu),
  };
}

/** pc first, then every register of every file. */
export function registerRows(server: Server, vcpu: number): RegisterRow[] {
  const { isa, arena } = server;
  const context = contextOf(server, vcpu);
  const { fileOffsets } = contextLayout(isa);
  const rows: RegisterRow[] = [{ name: 'pc', value: pcOf(server, context), width: isa.pcWidth }];
  isa.files.forEach((file, f) => {
    file.names.forEach((name, i) => {
      const value = file.fixed.get(i) ?? arena.u64[(context + fileOffsets[f]! + 8 * i) >>> 3]!;
      rows.push({ name, value, width: file.width });
    });
  });
  return rows;
}

/** In the order of their arrival. */
export function messageRows(server: Server): MessageRow[] {
  return inFlight(server).map(({ envelope, arrivePs }) => messageRow(envelope, arrivePs));
}

export function messageRow({ from, to, message }: Envelope, arrivePs: number): MessageRow {
  return {
    from, to, kind: message.kind, arrivePs, page: 'page' in message ? message.page : -1,
    vcpu: 'vcpu' in message ? message.vcpu : message.kind === 'create' ? message.request.vcpu : -1,
    detail: detailOf(message),
  };
}

export function nodeRow(server: Server, node: number): NodeRow {
  const { scheduler, frames, state, statistics } = server.kernels[node]!;
  const rights = [...state.pages.values()].map(({ right }) => right);
  return {
    node, cores: scheduler.cores.map(({ id, vcpu, timePs }) => ({ core: id, vcpu, timePs })),
    ready: scheduler.ready.map(({ vcpu }) => vcpu), framesUsed: frames.used, frames: frames.capacity,
    owned: rights.filter((right) => right === 'primary' || right === 'exclusive').length,
    copies: rights.filter((right) => right === 'secondary').length, stalls: statistics.stalls,
  };
}

/** Where the vCPU's registers are: on its node, or in the message that carries it. */
function contextOf(server: Server, vcpu: number): number {
  const { state, context } = server.vcpus[vcpu]!;
  if (state !== 'moving') return context;
  const flight = inFlight(server).find(({ envelope: { message } }) => message.kind === 'vcpu' && message.vcpu === vcpu);
  return flight?.envelope.payload ?? context;
}
