// What does a software-defined server gain over one of its nodes alone? Simulated times of the guest on the whole server; on
// one node that runs all vCPUs; and on that node with memory for a share of the pages that the guest touches, paging to a node
// that has memory alone.
//     node dist/bench/baselines.js --programs matmul,stencil --share 50 --vcpus 8
import { join } from 'node:path';
import { builtinIsa } from '../isa/index.js';
import { assembleProgram } from '../src/app/cli/program.js';
import { fail, InputError } from '../src/base/diagnostics.js';
import { machinePreset } from '../src/server/fabric/presets.js';
import type { MachineSpec } from '../src/server/spec.js';
import { overcommitted, paging } from '../src/study/experiment/baselines.js';
import { runScenario } from '../src/study/experiment/run.js';
import { formatNs } from '../src/study/report/figures.js';
import type { RunReport } from '../src/study/report/report.js';
import { left, right, tableLines } from '../src/study/report/table.js';
import { printResult, programsIn, ROOT } from './measure.js';
import { benchOptions, count, list } from './options.js';

const options = benchOptions(import.meta.url, {
  programs: list([], 'programs of programs/tiny; all of them if not given'),
  machine: list(['sds-ethernet-25g'], 'preset of the server'),
  nodes: count(4, 'nodes of the server'), vcpus: count(8, 'vCPUs'), share: count(50, 'per cent of the touched pages that fit'),
  seed: count(1, 'seed'), define: list([], 'values of symbols, as N=64'),
});

interface Row {
  readonly program: string;
  readonly serverNs: number;
  readonly overcommittedNs: number;
  readonly pagingNs: number;
  /** Pages that the guest touched, and messages by which they were paged. */
  readonly pages: number;
  readonly messages: number;
}

interface Result {
  readonly question: 'baselines';
  readonly machine: string;
  readonly nodes: number;
  readonly vcpus: number;
  readonly share: number;
  readonly rows: readonly Row[];
}

function measure(): Result {
  const { nodes, seed, share, vcpus } = options;
  const isa = builtinIsa('tiny');
  const folder = join(ROOT, 'programs', 'tiny');
  const machine = { ...machinePreset(options.machine[0]!), nodes };
  const rows = (options.programs.length > 0 ? options.programs : programsIn(folder)).map((program): Row => {
    const { image } = assembleProgram(join(folder, `${program}.s`), isa, options.define);
    const run = (on: MachineSpec, policy: string): RunReport => {
      const report = runScenario({
        isa, image, program, wallMs: () => 0,
        scenario: {
          machine: on, vcpus, policy, policyOptions: {}, seed, sliceMode: 'loop', maxInstructions: 1e9, timeScale: 1, startSkewPs: 1_000_000,
        },
      });
      if (report.end !== 'exit' || report.exitCode !== 0) fail(`${program} on ${on.name}: ${report.message ?? report.end}`);
      return report;
    };
    const server = run(machine, 'cost');
    const alone = run(overcommitted(machine), 'page');
    const pages = alone.perNode[0]!.residentPages;
    const paged = run(paging(machine, Math.ceil(pages * share / 100)), 'page');
    return {
      program, serverNs: server.simulatedNs, overcommittedNs: alone.simulatedNs, pagingNs: paged.simulatedNs, pages,
      messages: paged.fabricMessages,
    };
  });
  return { question: 'baselines', machine: machine.name, nodes, vcpus, share, rows };
}

function asText({ machine, nodes, vcpus, share, rows }: Result): string {
  const times = (ns: number, of: number): string => `${(ns / of).toFixed(2)} x`;
  return [
    `baselines: ${machine} of ${nodes} nodes with ${vcpus} vCPUs, and one of its nodes; paging with ${share} % of the pages`,
    ...tableLines(
      [left('program'), right('server'), right('one node'), right(''), right('paging'), right(''), right('pages'), right('messages')],
      rows.map(({ program, serverNs, overcommittedNs, pagingNs, pages, messages }) => [
        program, formatNs(serverNs), formatNs(overcommittedNs), times(overcommittedNs, serverNs), formatNs(pagingNs),
        times(pagingNs, serverNs), String(pages), String(messages),
      ]),
    ),
  ].join('\n');
}

try {
  printResult(measure(), asText);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = 125;
}
