// One cell of the table as the words of a command line: the test builds its run from them as the command does, so what a
// failing cell prints reproduces it.
import { Input } from '../../src/app/cli/command.js';
import { machineOf, scenarioOptions } from '../../src/app/cli/options.js';
import { LIMITS } from '../../src/app/config/machine-limits.js';
import { buildScenario } from '../../src/app/config/scenario.js';
import { parseBytes } from '../../src/base/units.js';
import type { Image } from '../../src/guest/asm/image.js';
import { leastMemoryBytes } from '../../src/server/capacity.js';
import { machinePreset } from '../../src/server/fabric/presets.js';
import type { ProtocolSpec, Scenario } from '../../src/server/spec.js';
import { runScenario } from '../../src/study/experiment/run.js';
import { modelOutput } from '../programs/models.js';
import { assembleProgram, isa, type Sizes } from '../programs/programs.js';
import { SMALL, wideSizes } from './sizes.js';
import type { Cell } from './table.js';

/** Far above what any cell takes: reaching it means that the guest hangs. */
const MAX_INSTRUCTIONS = 200_000_000;

export interface Outcome {
  /** What went wrong, in one line; undefined if it gave the right output. */
  readonly fault: string | undefined;
  readonly instructions: number;
  readonly stalls: number;
  readonly messages: number;
  /** A node had to make room for pages. */
  readonly pressed: boolean;
  /** A kernel had to know how copies end: without that, parallel and serial invalidation are the same run, event by event. */
  readonly endedCopies: boolean;
}

/** Values of the program's symbols. Pages of 2 MiB would not fit onto the host if they filled the nodes. */
export function sizesOf({ program, page, condition }: Cell): Sizes {
  return condition === 'tight' && page !== '2M' ? wideSizes(program, parseBytes(page, 'page')) : SMALL[program]!;
}

/** Options of `hyperkernel run` by name. */
export function optionsOf(cell: Cell): Readonly<Record<string, string>> {
  const nodes = Number(cell.nodes);
  const crowded = cell.condition === 'crowded';
  // Three vCPUs on as many nodes are the fewest with which a page has a writer, two readers, and a home elsewhere.
  const cores = crowded ? 1 : 2;
  const vcpus = crowded ? 4 * cores * nodes : Math.min(3, nodes);
  const [invalidation, readOwnership, transfer] = cell.protocol.split('-') as [string, string, string];
  return {
    policy: cell.policy, machine: cell.machine, nodes: cell.nodes, cores: String(cores), vcpus: String(vcpus),
    'page-size': cell.page, ...(cell.condition === 'tight' && { memory: `${tightBytes(cell, nodes, vcpus) / 1024}K` }),
    invalidation, 'read-ownership': readOwnership, transfer,
    // Machines without caches behind L1 have a miss path of their own.
    ...(cell.page === '16K' && { caches: 'none' }),
    // Runs of some thousand instructions end before compiling pays.
    engine: 'reference', 'max-instructions': String(MAX_INSTRUCTIONS),
  };
}

/** Memory of each node with which the guest just fits. */
function tightBytes(cell: Cell, nodes: number, vcpus: number): number {
  const pageBytes = parseBytes(cell.page, 'page');
  const machine = { ...machinePreset(cell.machine), nodes, pageBytes };
  return Math.max(LIMITS.minPagesPerNode * pageBytes, leastMemoryBytes(isa, imageOf(cell), { machine, vcpus }));
}

/** The command that runs the cell. */
export function commandOf(cell: Cell): string {
  const options = Object.entries(optionsOf(cell)).map(([name, value]) => ` --${name} ${value}`);
  const sizes = Object.entries(sizesOf(cell)).map(([name, value]) => ` --define ${name}=${value}`);
  return `hyperkernel run programs/tiny/${cell.program}.s${options.join('')}${sizes.join('')} --quiet`;
}

/** The scenario that the command of the cell builds. */
export async function scenarioOf(cell: Cell): Promise<Scenario> {
  const input = new Input(optionsOf(cell));
  return buildScenario(await machineOf(input), { ...scenarioOptions(input), policy: input.text('policy') });
}

/** Runs the cell; with `check` the coherence rules are checked after every event. */
export async function runCell(cell: Cell, check: boolean): Promise<Outcome> {
  try {
    let endedCopies = false;
    const scenario = watched(await scenarioOf(cell), () => { endedCopies = true; });
    const report = runScenario({ isa, image: imageOf(cell), program: cell.program, scenario, check, wallMs: () => 0 });
    const { instructions, stalls, fabricMessages: messages } = report;
    const pressed = report.perNode[0]!.frameWaits !== undefined;
    return { fault: faultOf(report, cell), instructions, stalls, messages, pressed, endedCopies };
  } catch (error) {
    const fault = `threw ${(error as Error).message}`;
    return { fault, instructions: 0, stalls: 0, messages: 0, pressed: false, endedCopies: true };
  }
}

/** The same scenario, which tells when somebody asks how copies end. */
function watched(scenario: Scenario, asked: () => void): Scenario {
  const protocol = scenario.protocol!;
  const get = (): ProtocolSpec['invalidation'] => {
    asked();
    return protocol.invalidation;
  };
  return { ...scenario, protocol: Object.defineProperty({ ...protocol }, 'invalidation', { get, enumerable: true }) };
}

type Report = ReturnType<typeof runScenario>;

function faultOf({ end, exitCode, message, output, perNode }: Report, cell: Cell): string | undefined {
  if (end !== 'exit' || exitCode !== 0) return `ended by ${end} with ${exitCode}: ${message ?? 'no message'}`;
  const wanted = expected(cell);
  if (output !== wanted) return `printed ${JSON.stringify(output)}, not ${JSON.stringify(wanted)}`;
  const talking = perNode.filter(({ messagesSent }) => messagesSent > 0).length;
  return cell.nodes === '1' || talking > 1 ? undefined : 'nothing went from node to node';
}

const images = new Map<string, Image>();
const outputs = new Map<string, string>();

function imageOf(cell: Cell): Image {
  return remembered(images, `${cell.page} ${sizesKey(cell)}`, () => assembleProgram(cell.program, sizesOf(cell), parseBytes(cell.page, 'page')));
}

function expected(cell: Cell): string {
  return remembered(outputs, sizesKey(cell), () => modelOutput(cell.program, sizesOf(cell)));
}

function sizesKey(cell: Cell): string {
  return `${cell.program} ${JSON.stringify(sizesOf(cell))}`;
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
