// How fast is the assembler? 60,000 lines of the teaching machine: instructions, labels, expressions, macros, data.
import { builtinIsa } from '../isa/index.js';
import { assemble } from '../src/guest/asm/assemble.js';
import { benchOptions } from './options.js';

benchOptions(import.meta.url, {});

const LINES = 60_000;

/** The lines of one loop with its data; `k` makes names and numbers differ. */
function chunk(k: number): string[] {
  return [
    `loop_${k}:                       # counts down`,
    `    li    t0, ${k * 7919} + (SIZE << 2)`,
    `    la    t1, table_${k} + 8 * ${k % 16}`,
    `    push  lr, ${8 * (k % 4)}`,
    '1:  ld    a0, 0(t1)',
    `    addi  t1, t1, ${k % 100} - 50`,
    '    add   a1, a1, a0',
    `    xori  a2, a1, 0x${(k % 0x7fff).toString(16)}`,
    `    shli  a2, a2, ${k % 64}`,
    `    sd    a2, 8 * ${k % 128}(sp)`,
    '    addi  t0, t0, -1',
    '    bnez  t0, 1b',
    '    beq   a0, a1, .skip',
    '    mul   a3, a0, a1',
    '.skip:',
    `    blt   a3, a4, loop_${k > 0 ? k - 1 : 0}`,
    `    call  loop_${k}`,
    '    .data',
    `table_${k}: .dword ${k}, ${k} * 2, loop_${k}, 'x'`,
    '    .text',
  ];
}

const program = ['    .equ SIZE, 64', '.macro push reg, offset', '    sd \\reg, \\offset(sp)', '.endm', '_start:'];
for (let k = 0; program.length < LINES; k++) program.push(...chunk(k));
const text = program.join('\n');
const isa = builtinIsa('tiny');

const start = performance.now();
const startCpu = process.cpuUsage();
const { image } = assemble({ path: 'bench.s', text }, isa);
const seconds = (performance.now() - start) / 1000;
const cpu = process.cpuUsage(startCpu);
const cpuSeconds = (cpu.user + cpu.system) / 1e6;
const bytes = image.segments.reduce((sum, segment) => sum + segment.bytes.length, 0);
const speed = `${seconds.toFixed(2)} s (${cpuSeconds.toFixed(2)} s of processor time), ${Math.round(program.length / seconds)} lines/s`;
console.log(`assembler: ${program.length} lines, ${bytes} bytes, ${speed}`);
