// Runs bench/kernels/sharing.s, whose pages are shared by groups of vCPUs, with one vCPU on each node: so a page is shared by as
// many nodes as a group has vCPUs, however many nodes there are.
import { join } from 'node:path';
import { builtinIsa } from '../isa/index.js';
import { assembleProgram } from '../src/app/cli/program.js';
import { machinePreset } from '../src/server/fabric/presets.js';
import type { Observer } from '../src/server/observe.js';
import { createServer } from '../src/server/server.js';
import { DEFAULT_PROTOCOL, type ProtocolSpec } from '../src/server/spec.js';
import { KERNEL_FOLDER } from './kernels.js';
import { StallCounter, type StallMessages } from './stall-messages.js';

export interface Sharing {
  readonly machine: string;
  readonly policy: string;
  readonly protocol?: Partial<ProtocolSpec>;
  readonly nodes: number;
  readonly group: number;
  /** Of each group. */
  readonly pages: number;
  /** Of each vCPU. */
  readonly accesses: number;
  readonly pageBytes: number;
}

/** The guest's address space. */
const TOP = 2 ** 32;

const isa = builtinIsa('tiny');

export function runSharing(sharing: Sharing, observer: Observer): void {
  const { machine, policy, protocol, nodes, group, pages, accesses, pageBytes } = sharing;
  const { image } = assembleProgram(join(KERNEL_FOLDER, 'sharing.s'), isa, [
    `GROUP=${group}`, `PAGES=${pages}`, `ACCESSES=${accesses}`, `PAGE=${pageBytes}`,
  ]);
  const { end, message } = createServer({
    isa, image, observer,
    scenario: {
      machine: { ...machinePreset(machine), nodes, coresPerNode: 1, memoryBytesPerNode: 2 ** 30, pageBytes },
      protocol: { ...DEFAULT_PROTOCOL, ...protocol }, vcpus: nodes, policy, policyOptions: {}, seed: 1, sliceMode: 'loop',
      maxInstructions: 1e12, timeScale: 1, startSkewPs: 1_000_000,
    },
  }).run();
  if (end !== 'exit') throw new Error(`${policy} on ${nodes} nodes of ${machine}: ${message}`);
}

/** The stalls of the region on the pages that are shared, not on those of the barrier before it. */
export function stallsOfSharing(sharing: Sharing): readonly StallMessages[] {
  const counter = new StallCounter();
  runSharing(sharing, counter);
  const lowest = TOP / sharing.pageBytes - (sharing.nodes / sharing.group) * sharing.pages;
  return counter.stalls.filter(({ page }) => page >= lowest);
}

export function messagesPerStall(stalls: readonly StallMessages[]): number {
  return stalls.reduce((sum, { messages }) => sum + messages, 0) / stalls.length;
}
