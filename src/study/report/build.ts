// A server to its report.
import type { Server } from '../../server/server.js';
import type { Ending } from '../../server/snapshot.js';
import type { NodeKernel } from '../../server/hyperkernel/kernel.js';
import { asOneNode, nodeSpecs } from '../../server/nodes.js';
import type { MachineSpec } from '../../server/spec.js';
import { isOwner } from '../../server/hyperkernel/state.js';
import { DEFAULT_PROTOCOL } from '../../server/spec.js';
import { coarseTimesNs, windowReports } from './windows.js';
import type { MoveCount, NodeHardware, NodePressure, NodeReport, RunReport, VcpuReport } from './report.js';

const ns = (ps: number) => ps / 1000;

/**
 * `program` names the guest in the report; `wallSeconds` is the host's time for the run. For a server that has not come to
 * an end, `ending` says how to report that.
 */
export function buildReport(
  server: Server, program: string, idealNs: number | null, wallSeconds: number, ending: Ending = server.ending!,
): RunReport {
  const { scenario, kernels, vcpus, instructions, isa } = server;
  const { machine } = scenario;
  const all = asOneNode(machine);
  const simulatedNs = ns(server.nowPs);
  const sum = (of: (kernel: NodeKernel) => number) => kernels.reduce((total, kernel) => total + of(kernel), 0);
  const services = sum((kernel) => kernel.statistics.services);
  const lineMisses = sum((kernel) => kernel.statistics.lineMisses);
  const remoteAccesses = sum((kernel) => kernel.statistics.remoteMisses) + services;
  const accesses = lineMisses + services;
  const moves = countMoves(kernels);
  return {
    program, isa: isa.name, engine: server.engine.name, seed: scenario.seed, policy: scenario.policy,
    policyOptions: server.policyOptions, balance: server.balance, protocol: scenario.protocol ?? DEFAULT_PROTOCOL, sliceMode: scenario.sliceMode, quantumNs: ns(server.quantumPs),
    timeSliceNs: ns(machine.timeSlicePs), timeScale: scenario.timeScale,
    machine: {
      name: machine.name, nodes: machine.nodes, coresPerNode: all.coresPerNode / machine.nodes,
      memoryBytesPerNode: all.memoryBytesPerNode / machine.nodes, pageBytes: machine.pageBytes, fabric: machine.fabric.name,
      vcpus: scenario.vcpus,
    },
    end: ending.end, exitCode: ending.exitCode, message: ending.message, output: server.output, simulatedNs,
    instructions, idealNs, stalls: sum((kernel) => kernel.statistics.stalls),
    stallNs: ns(vcpus.reduce((total, { parts }) => total + parts.pageWait + parts.migrating, 0)),
    pagesMoved: sum((kernel) => kernel.statistics.pagesIn), pagesReplicated: sum((kernel) => kernel.statistics.copiesIn),
    pagesMapped: sum((kernel) => kernel.statistics.mapsIn), vcpusMoved: sum((kernel) => kernel.statistics.vcpusIn),
    remoteAccesses, lineMisses, invalidations: sum((kernel) => kernel.statistics.invalidations),
    fabricMessages: sum((kernel) => server.fabric.messagesFrom(kernel.node)),
    fabricBytes: sum((kernel) => server.fabric.bytesFrom(kernel.node)),
    localAccessRatio: accesses === 0 ? 1 : 1 - remoteAccesses / accesses,
    skewNs: {
      max: ns(Math.max(...kernels.map((kernel) => kernel.scheduler.skew.skewMaxPs))),
      mean: ns(sum((kernel) => kernel.scheduler.skew.skewSumPs) / Math.max(1, sum((kernel) => kernel.scheduler.skew.handled))),
    },
    marks: server.marks.map(({ name, vcpu, atPs }) => ({ name, vcpu, atNs: ns(atPs) })),
    windows: windowReports(server),
    wallSeconds, mips: wallSeconds > 0 ? instructions / wallSeconds / 1e6 : 0,
    perNode: kernels.map((kernel) => nodeReport(server, kernel)),
    perVcpu: vcpus.map((vcpu): VcpuReport => ({
      vcpu: vcpu.id, node: vcpu.node, instructions: vcpu.retired, stalls: vcpu.stalls, moves: vcpu.moves,
      totalNs: ns(vcpu.accountedPs), longestCoreWaitNs: ns(vcpu.longestCoreWaitPs),
      timeNs: coarseTimesNs(vcpu.parts),
    })),
    moves,
    reasons: Object.fromEntries([...countReasons(moves)].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function nodeReport(server: Server, kernel: NodeKernel): NodeReport {
  const { statistics, node, frames, scheduler } = kernel;
  let copies = 0;
  for (const page of frames.pages()) if (!isOwner(kernel.state.pages.get(page)!)) copies++;
  return {
    node, numaHit: statistics.numaHit, numaMiss: statistics.numaMiss, numaForeign: statistics.numaForeign,
    interleaveHit: statistics.interleaveHit, localNode: statistics.localNode, otherNode: statistics.otherNode,
    residentPages: frames.used, copies, stalls: statistics.stalls, pagesIn: statistics.pagesIn, pagesOut: statistics.pagesOut,
    vcpusIn: statistics.vcpusIn, vcpusOut: statistics.vcpusOut, coreSwitches: scheduler.switches, messagesSent: server.fabric.messagesFrom(node),
    bytesSent: server.fabric.bytesFrom(node),
    ...nodeHardware(server.scenario.machine, node), ...(server.kernels.some(isPressed) && pressureOf(kernel)),
    handlerNs: ns(scheduler.cores.reduce((total, core) => total + core.handlerPs, 0)),
    busyNs: ns(scheduler.cores.reduce((total, core) => total + core.busyPs, 0)),
  };
}

function nodeHardware(machine: MachineSpec, node: number): Partial<NodeHardware> {
  const { cores, memoryBytes, reserve } = nodeSpecs(machine)[node]!;
  if (!machine.unequal && reserve.cores === 0 && reserve.memoryBytes === 0) return {};
  return { cores, reservedCores: reserve.cores, memoryBytes, reservedBytes: reserve.memoryBytes };
}

function pressureOf({ statistics: { copiesDropped, zeroPages, pagesEvicted, frameWaits } }: NodeKernel): NodePressure {
  return { copiesDropped, zeroPages, pagesEvicted, frameWaits };
}

function isPressed(kernel: NodeKernel): boolean {
  return Object.values(pressureOf(kernel)).some((count) => count > 0);
}

/** Largest first; ties by name. */
function countMoves(kernels: readonly NodeKernel[]): MoveCount[] {
  const counts = new Map<string, number>();
  for (const { statistics } of kernels) {
    for (const [key, count] of statistics.moves) counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return [...counts].map(([key, count]) => {
    const colon = key.indexOf(':');
    return { what: key.slice(0, colon), reason: key.slice(colon + 1), count };
  }).sort((a, b) => b.count - a.count || (a.what + a.reason < b.what + b.reason ? -1 : 1));
}

function countReasons(moves: readonly MoveCount[]): Map<string, number> {
  const reasons = new Map<string, number>();
  for (const { reason, count } of moves) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  return reasons;
}
