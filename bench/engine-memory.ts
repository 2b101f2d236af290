// How much memory does a run take? Each case in a process of its own, whose largest resident size counts: a guest that writes and
// runs new code for ever, after so many rounds and after three times as many; and 64 nodes with a guest of 2 GiB that stores
// into half of it.
//     node dist/bench/engine-memory.js --engine wasm --json
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { builtinIsa } from '../isa/index.js';
import { assemble } from '../src/guest/asm/assemble.js';
import { machinePreset } from '../src/server/fabric/presets.js';
import { createServer } from '../src/server/server.js';
import { DEFAULT_ENGINE, engineNames } from '../src/server/engines.js';
import type { MachineSpec } from '../src/server/spec.js';
import { benchScenario } from './kernels.js';
import { printResult } from './measure.js';
import { benchOptions, flag, oneOf, someOf } from './options.js';

const WANTED_MB = 4096;

/** Writes 15 additions and a loop over them behind one another, goes through each 600 times, and moves on; 1 MiB, then again. */
const GENERATOR = (rounds: number): string => `
        .equ  ROUNDS, ${rounds}
_start: la    s0, code
        li    t0, 0x100000
        add   s1, s0, t0
        mv    s2, s0
        li    a5, ROUNDS
.round: la    t0, add_word
        lw    t1, 0(t0)
        mv    t2, s2
        li    t3, 15
.write: sw    t1, 0(t2)
        addi  t2, t2, 4
        dec   t3
        bnez  t3, .write
        lw    t1, 4(t0)
        sw    t1, 0(t2)
        lw    t1, 8(t0)
        sw    t1, 4(t2)
        lw    t1, 12(t0)
        sw    t1, 8(t2)
        addi  t2, t2, 12
        li    a0, 600
        jalr  lr, 0(s2)
        mv    s2, t2
        addi  t3, t2, 128
        bltu  t3, s1, .next
        mv    s2, s0
.next:  dec   a5
        bnez  a5, .round
        halt
add_word:
        addi  a1, a1, 7
        dec   a0
        bnez  a0, add_word - 52
        ret
        .bss
        .align 4096
code:   .space 0x100000`;

/** vCPU 0 stores a word into every second page of 2 GiB. */
const TOUCHER = `
_start: bnez  a0, .done
        la    t0, data
        li    t1, 0x40000
        li    t2, 8192
.page:  sd    t1, 0(t0)
        add   t0, t0, t2
        dec   t1
        bnez  t1, .page
.done:  halt
        .bss
        .align 4096
data:   .space 0x7f000000`;

interface Case { readonly text: string; readonly machine: MachineSpec; readonly vcpus: number }

const small = { ...machinePreset('sds-ethernet-25g'), nodes: 1 };
const CASES: Readonly<Record<string, () => Case>> = {
  'code-20000': () => ({ text: GENERATOR(20_000), machine: small, vcpus: 1 }),
  'code-60000': () => ({ text: GENERATOR(60_000), machine: small, vcpus: 1 }),
  '64-nodes': () => ({
    text: TOUCHER, vcpus: 64,
    machine: { ...machinePreset('sds-ethernet-25g'), nodes: 64, coresPerNode: 1, memoryBytesPerNode: 2 ** 31 },
  }),
};

const { engine, cases, here } = benchOptions(import.meta.url, {
  engine: oneOf(engineNames(), DEFAULT_ENGINE, 'what runs the guest'), cases: someOf(Object.keys(CASES), 'which'),
  here: flag('in this process, and print no more than the figures'),
});

function run({ text, machine, vcpus }: Case): void {
  const isa = builtinIsa('tiny');
  const { image } = assemble({ path: 'memory.s', text }, isa);
  const server = createServer({ isa, image, scenario: benchScenario(engine, machine, vcpus) });
  const { end, message } = server.run();
  if (end !== 'exit') throw new Error(message ?? end);
  console.log(JSON.stringify({ instructions: server.instructions, maxMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
}

if (here) {
  for (const name of cases) run(CASES[name]!());
} else {
  for (const name of cases) {
    const args = [fileURLToPath(import.meta.url), '--engine', engine, '--cases', name, '--here'];
    const result = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as { instructions: number; maxMb: number };
    printResult({ question: 'engine-memory', engine, case: name, ...result, wantedMb: WANTED_MB }, ({ instructions, maxMb }) =>
      `engine-memory: ${name}: ${maxMb} MB at most, ${instructions} instructions (wanted: less than ${WANTED_MB})`);
  }
}
