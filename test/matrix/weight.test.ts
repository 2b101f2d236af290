// The programs are heavy enough to mean something, and light enough for the slowest engine, at their default sizes.
import { assembleProgram, nodes, outFile, programNames, run } from '../programs/programs.js';

const TIMEOUT_MS = 120_000;

/** `hello` shares one word by its nature. */
const SHARING = programNames().filter((name) => name !== 'hello');

describe.each(programNames())('%s with 8 vCPUs', (program) => {
  const image = assembleProgram(program);

  it('stalls and shares under page on four software-defined nodes', () => {
    const holders = new Map<number, Set<number>>();
    const { output, stalls, instructions } = run({
      image, vcpus: 8, machine: nodes(4), policy: 'page', check: true,
      observer: {
        pageMoved(page, kind, _, to) {
          if (kind !== 'place' && kind !== 'bring' && kind !== 'copy') return;
          holders.set(page, (holders.get(page) ?? new Set<number>()).add(to));
        },
      },
    });
    expect(output).toBe(outFile(program));
    expect(instructions).toBeLessThan(600_000);
    if (!SHARING.includes(program)) return;
    expect(stalls).toBeGreaterThanOrEqual(1000);
    expect([...holders.values()].filter((at) => at.size > 1).length).toBeGreaterThanOrEqual(64);
  }, TIMEOUT_MS);

  it('does not drown in waiting where every access is a message', () => {
    const { output, instructions } = run({ image, vcpus: 8, machine: nodes(8), policy: 'interleave' });
    expect(output).toBe(outFile(program));
    expect(instructions).toBeLessThan(1_000_000);
  }, TIMEOUT_MS);
});
