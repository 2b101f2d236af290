// The table that the project is held to: every program under every policy, on every number of nodes, on both kinds of
// fabric, with every number of vCPUs, prints the file beside it, while the coherence rules hold after every event.
import type { Image } from '../../src/guest/asm/image.js';
import { assembleProgram, nodes, outFile, programNames, run } from '../programs/programs.js';
import { pairwise } from './pairwise.js';

export interface Cell {
  readonly program: string;
  readonly policy: string;
  readonly nodes: number;
  /** A preset, resized to `nodes`: one whose cores load and store across nodes, one whose kernels send messages. */
  readonly machine: string;
  readonly vcpus: number;
}

const PROGRAMS = programNames();
const POLICIES = ['first-touch', 'interleave', 'page', 'vcpu', 'cost'];
const NODES = [1, 2, 4, 8];
const MACHINES = ['numa-4s', 'sds-ethernet-25g'];
const VCPUS = [1, 3, 8];

const COLUMNS = [PROGRAMS, POLICIES, NODES, MACHINES, VCPUS] as const;

/** All cells, programs outermost. */
export function matrix(): Cell[] {
  return PROGRAMS.flatMap((program) => POLICIES.flatMap((policy) => NODES.flatMap((count) => (
    MACHINES.flatMap((machine) => VCPUS.map((vcpus) => ({ program, policy, nodes: count, machine, vcpus })))))));
}

/** Cells in which every two values of different columns meet. */
export function matrixCover(): Cell[] {
  return pairwise(COLUMNS.map((column) => column.length)).map(([program, policy, count, machine, vcpus]) => ({
    program: PROGRAMS[program!]!, policy: POLICIES[policy!]!, nodes: NODES[count!]!, machine: MACHINES[machine!]!,
    vcpus: VCPUS[vcpus!]!,
  }));
}

export function describeCell({ program, policy, nodes: count, machine, vcpus }: Cell): string {
  return `${program} under ${policy} on ${count} of ${machine} with ${vcpus} vCPUs`;
}

const images = new Map<string, Image>();

/** What went wrong in the cell, in one line; undefined if it gave the expected output. */
export function faultOf(cell: Cell): string | undefined {
  const { program, policy, machine, vcpus } = cell;
  if (!images.has(program)) images.set(program, assembleProgram(program));
  try {
    const report = run({ image: images.get(program)!, vcpus, machine: nodes(cell.nodes, machine), policy, check: true });
    const { end, exitCode, message, output } = report;
    if (end !== 'exit' || exitCode !== 0) return `ended by ${end} with ${exitCode}: ${message ?? 'no message'}`;
    return output === outFile(program) ? undefined : `printed ${JSON.stringify(output)}`;
  } catch (error) {
    return `threw ${(error as Error).message}`;
  }
}
