// One cell of the table as the words of a command line: the test builds its run from them as the command does, so what a
// failing cell prints reproduces it.
import { Input } from '../../src/app/cli/command.js';
import { machineOf, scenarioOptions } from '../../src/app/cli/options.js';
import { buildScenario } from '../../src/app/config/scenario.js';
import type { Image } from '../../src/guest/asm/image.js';
import type { Scenario } from '../../src/server/spec.js';
import { runScenario } from '../../src/study/experiment/run.js';
import { modelOutput } from '../programs/models.js';
import { assembleProgram, isa } from '../programs/programs.js';
import { SMALL } from './sizes.js';
import type { Cell } from './table.js';

/** Far above what any cell takes: reaching it means that the guest hangs. */
const MAX_INSTRUCTIONS = 50_000_000;

export interface Outcome {
  /** What went wrong, in one line; undefined if it gave the right output. */
  readonly fault: string | undefined;
  readonly instructions: number;
  readonly stalls: number;
  readonly messages: number;
}

/** Options of `hyperkernel run` by name. */
export function optionsOf(cell: Cell): Readonly<Record<string, string>> {
  const nodes = Number(cell.nodes);
  const crowded = cell.condition === 'crowded';
  // Two cores, so that lines are shared within a node; vCPUs on about half of the nodes, which others reach as well.
  const cores = crowded ? 1 : 2;
  const vcpus = crowded ? 4 * cores * nodes : Math.ceil(nodes / 2) + 1;
  return {
    policy: cell.policy, machine: cell.machine, nodes: cell.nodes, cores: String(cores), vcpus: String(vcpus),
    'page-size': cell.page, 'max-instructions': String(MAX_INSTRUCTIONS),
  };
}

/** The command that runs the cell. */
export function commandOf(cell: Cell): string {
  const options = Object.entries(optionsOf(cell)).map(([name, value]) => ` --${name} ${value}`);
  const sizes = Object.entries(SMALL[cell.program]!).map(([name, value]) => ` --define ${name}=${value}`);
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
    const scenario = await scenarioOf(cell);
    const report = runScenario({ isa, image: imageOf(cell.program), program: cell.program, scenario, check, wallMs: () => 0 });
    const { instructions, stalls, fabricMessages: messages } = report;
    return { fault: faultOf(report, cell), instructions, stalls, messages };
  } catch (error) {
    return { fault: `threw ${(error as Error).message}`, instructions: 0, stalls: 0, messages: 0 };
  }
}

type Report = ReturnType<typeof runScenario>;

function faultOf({ end, exitCode, message, output, perNode }: Report, cell: Cell): string | undefined {
  if (end !== 'exit' || exitCode !== 0) return `ended by ${end} with ${exitCode}: ${message ?? 'no message'}`;
  if (output !== expected(cell.program)) return `printed ${JSON.stringify(output)}, not ${JSON.stringify(expected(cell.program))}`;
  const talking = perNode.filter(({ messagesSent }) => messagesSent > 0).length;
  return cell.nodes === '1' || talking > 1 ? undefined : 'nothing went from node to node';
}

const images = new Map<string, Image>();
const outputs = new Map<string, string>();

function imageOf(program: string): Image {
  return remembered(images, program, () => assembleProgram(program, SMALL[program]));
}

function expected(program: string): string {
  return remembered(outputs, program, () => modelOutput(program, SMALL[program]));
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
