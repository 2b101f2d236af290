// What it takes until a stalled instruction resumes, when nothing else is in the way: the stall-cost model that
// machine presets are checked against. Queueing, forwarding and contention come on top in a run.
import { oneWayLatencyPs, serialisationPs } from '../../fabric/fabric.js';
import type { MachineSpec } from '../../spec.js';
import type { NodeView } from '../seam.js';

/** What may be done about a stall, as far as it has a nominal price. */
export type MoveAction = Parameters<NodeView['cost']>[0];

/** Payload of the answer to one access that was served remotely. */
const VALUE_BYTES = 8;

/** Time of one message of `payloadBytes` from node to node, in whole picoseconds; through a star it is serialised once. */
export function oneWayPs({ fabric }: MachineSpec, payloadBytes: number): number {
  return oneWayLatencyPs(fabric) + serialisationPs(fabric, fabric.headerBytes + payloadBytes);
}

/**
 * Nominal picoseconds from a stall to the restart of its instruction.
 *
 *     bring, copy   stall + one way(0) + request + one way(page) + resume
 *     remote        stall + one way(0) + request + one way(8 bytes) + resume
 *     send          save (the exit included) + one way(vCPU state) + restore
 *
 * `remote` on a load/store fabric sets up a mapping, whose answer is as short; the line misses that follow are not in it.
 */
export function nominalCostPs(machine: MachineSpec, action: MoveAction): number {
  const { kernel } = machine;
  if (action === 'send') return kernel.vcpuSavePs + oneWayPs(machine, machine.vcpuStateBytes) + kernel.vcpuRestorePs;
  const answerBytes = action === 'remote' ? VALUE_BYTES : machine.pageBytes;
  return kernel.stallPs + oneWayPs(machine, 0) + kernel.requestPs + oneWayPs(machine, answerBytes) + kernel.resumePs;
}
