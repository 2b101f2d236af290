// The guest programs print what the models say, whatever the size and however many vCPUs work on it.
import { MODELS, modelOutput } from './models.js';
import { assembleProgram, nodes, outFile, programNames, run } from './programs.js';
import { ODD_SIZES } from './sizes.js';

const TIMEOUT_MS = 120_000;

it('there is a model, and a file of what it prints, for each program', () => {
  expect(programNames()).toEqual(Object.keys(MODELS).sort());
  for (const program of programNames()) expect([program, outFile(program)]).toEqual([program, modelOutput(program)]);
});

describe.each(programNames())('%s', (program) => {
  it.each([1, 2, 3, 8, 16])('prints the file beside it with %i vCPUs on two cores', (vcpus) => {
    const { end, exitCode, output } = run({ image: assembleProgram(program), vcpus });
    expect({ end, exitCode, output }).toEqual({ end: 'exit', exitCode: 0, output: outFile(program) });
  }, TIMEOUT_MS);

  const rows = ODD_SIZES[program]!.flatMap((sizes) => [1, 5, 8].map((vcpus) => [sizes, vcpus] as const));
  it.each(rows)('computes %j with %i vCPUs', (sizes, vcpus) => {
    const { end, exitCode, output } = run({ image: assembleProgram(program, sizes), vcpus, machine: nodes(3), policy: 'page', check: true });
    expect({ end, exitCode, output }).toEqual({ end: 'exit', exitCode: 0, output: modelOutput(program, sizes) });
  }, TIMEOUT_MS);

  it('prints the same for every seed, in a different time', () => {
    const image = assembleProgram(program);
    const runs = [1, 2, 3].map((seed) => run({ image, vcpus: 8, machine: nodes(4), policy: 'cost', seed }));
    expect(runs.map(({ output }) => output)).toEqual(Array<string>(3).fill(outFile(program)));
    expect(new Set(runs.map(({ simulatedNs }) => simulatedNs)).size).toBeGreaterThan(1);
  }, TIMEOUT_MS);

  it('measures a part of its run', () => {
    const { marks } = run({ image: assembleProgram(program), vcpus: 3 });
    const at = (name: string) => marks.filter((mark) => mark.name === name).map(({ atNs }) => atNs);
    expect([at('roi_begin').length, at('roi_end').length]).toEqual([1, 1]);
    expect(at('roi_end')[0]).toBeGreaterThan(at('roi_begin')[0]!);
  }, TIMEOUT_MS);
});
