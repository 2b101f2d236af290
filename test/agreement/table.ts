// The cells of the table of programs on two engines: the same report to the byte, but for the engine's name. Each cell has one
// of several quanta and slice modes besides.
import { Input } from '../../src/app/cli/command.js';
import { machineOf, scenarioOptions } from '../../src/app/cli/options.js';
import { buildScenario } from '../../src/app/config/scenario.js';
import { runScenario } from '../../src/study/experiment/run.js';
import { optionsOf } from '../matrix/cell.js';
import { SMALL } from '../matrix/sizes.js';
import type { Cell } from '../matrix/table.js';
import { assembleProgram, isa } from '../programs/programs.js';

/** Far from a multiple of anything, shorter and longer than a hot loop; instruction by instruction; and as machines have it. */
const SLICES: readonly Readonly<Record<string, string>>[] = [
  {}, { quantum: '37ns' }, { quantum: '1us' }, { quantum: '73us' }, { 'slice-mode': 'instruction' },
];

/** Words of the command line for cell number `number`. */
export function engineOptions(cell: Cell, number: number): Readonly<Record<string, string>> {
  return { ...optionsOf(cell), ...SLICES[number % SLICES.length]! };
}

/** How the reports of the engines differ, and the command that shows it; undefined if they do not. */
export async function tableDifference(cell: Cell, number: number, engines: readonly [string, string]): Promise<string | undefined> {
  const options = engineOptions(cell, number);
  const [a, b] = [await reportOf(cell, { ...options, engine: engines[0] }), await reportOf(cell, { ...options, engine: engines[1] })];
  if (a === b) return undefined;
  const at = [...a].findIndex((character, i) => character !== b[i]);
  const words = [...Object.entries(options).map(([name, value]) => `--${name} ${value}`),
    ...Object.entries(SMALL[cell.program]!).map(([name, value]) => `--define ${name}=${value}`)];
  return `hyperkernel run programs/tiny/${cell.program}.s ${words.join(' ')} --json\n`
    + `  ${engines[0]}: ...${a.slice(Math.max(0, at - 60), at + 40)}\n  ${engines[1]}: ...${b.slice(Math.max(0, at - 60), at + 40)}`;
}

async function reportOf(cell: Cell, options: Readonly<Record<string, string>>): Promise<string> {
  const input = new Input(options);
  try {
    const scenario = buildScenario(await machineOf(input), { ...scenarioOptions(input), policy: input.text('policy') });
    const image = assembleProgram(cell.program, SMALL[cell.program]);
    const report = runScenario({ isa, image, program: cell.program, scenario, wallMs: () => 0 });
    return JSON.stringify({ ...report, engine: '', wallSeconds: 0, mips: 0 });
  } catch (error) {
    return `threw ${(error as Error).stack}`;
  }
}
