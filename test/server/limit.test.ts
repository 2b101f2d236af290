// The limit of instructions is looked at where slices end: both engines stop at the same one, also where the fast one begins
// slices by itself and leaves some instructions (here, accesses across pages) to the other.
import { builtinIsa } from '../../isa/index.js';
import { assemble } from '../../src/guest/asm/assemble.js';
import { machinePreset } from '../../src/server/fabric/presets.js';
import { createServer } from '../../src/server/server.js';
import type { EngineName } from '../../src/server/spec.js';

const PROGRAM = `
_start: la a0, words + 4092
        li t0, 0
loop:   andi t1, t0, 1023
        bnez t1, even
        ld t2, 0(a0)
even:   inc t0
        j loop
        .bss
        .align 4096
words:  .space 8192
`;
const isa = builtinIsa('tiny');
const { image } = assemble({ path: 'limit.s', text: PROGRAM }, isa);

function instructionsAt(engine: EngineName, maxInstructions: number): readonly [number, number] {
  const server = createServer({
    isa, image,
    scenario: {
      machine: machinePreset('sds-ethernet-25g'), vcpus: 1, engine, policy: 'page', policyOptions: {}, seed: 1, sliceMode: 'loop',
      maxInstructions, timeScale: 1, startSkewPs: 0,
    },
  });
  expect(server.run().end).toBe('limit');
  return [server.instructions, server.nowPs];
}

it.each([30_000, 41_234, 66_666, 101_010, 123_457])('%d instructions end both engines at the same slice', (limit) => {
  expect(instructionsAt('wasm', limit)).toEqual(instructionsAt('reference', limit));
});
