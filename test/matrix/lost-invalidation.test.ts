// The table's programs find a broken protocol by their output alone: one invalidation that is confirmed and not carried
// out leaves a stale copy, and a number that was read from it is in the checksum.
import type { Envelope } from '../../src/server/hyperkernel/messages.js';
import { createServer } from '../../src/server/server.js';
import { assembleProgram, isa, nodes, outFile } from '../programs/programs.js';

const image = assembleProgram('stencil');
const machine = nodes(4);
/** Copies of the grids are read again in every second sweep; those of the barrier's pages may never be. */
const firstGridPage = image.symbols.get('grid_a')! / machine.pageBytes;

/** What `stencil` prints under `cost` on four nodes if invalidation `lost` of the grids is confirmed and not carried out. */
function outputWithout(lost: number): { output: string; invalidations: number } {
  let invalidations = 0;
  const server = createServer({
    isa, image,
    scenario: {
      machine, vcpus: 8, policy: 'cost', policyOptions: {}, seed: 1, sliceMode: 'loop', maxInstructions: 1_000_000,
      timeScale: 1, startSkewPs: 1_000_000,
    },
    tamper(envelope: Envelope): readonly Envelope[] {
      const { message, to } = envelope;
      if (message.kind !== 'invalidate' || message.page < firstGridPage || invalidations++ !== lost) return [envelope];
      return [{ ...envelope, from: to, to: message.ackTo, message: { kind: 'ack', page: message.page, from: to, epoch: message.epoch } }];
    },
  });
  server.run();
  return { output: server.output, invalidations };
}

it('without a fault there are invalidations, and the output is right', () => {
  const { output, invalidations } = outputWithout(-1);
  expect(output).toBe(outFile('stencil'));
  expect(invalidations).toBeGreaterThan(200);
});

// The copy of one may never be read again; of eight that follow one another, some are.
it.each([0, 60, 120, 180])('losing one of the eight invalidations from %i on changes what is printed', (first) => {
  const right = outFile('stencil');
  const outputs = Array.from({ length: 8 }, (_, i) => outputWithout(first + i).output);
  expect(outputs.filter((output) => output !== right)).not.toEqual([]);
});
