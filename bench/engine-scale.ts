// What does it cost to run many vCPUs? A compute-bound loop on 1 and on 64 vCPUs of 16 nodes of a software-defined server, at the
// default quantum; and on a load/store machine, whose cores have to follow one another more closely, a curve over vCPUs and
// quantum. MIPS of all vCPUs together, by the processor time of this process, which other processes disturb less than the clock on
// the wall. Runs of each pair in turn, after short ones that do not count: at its start each vCPU stalls for code and stack, which
// the server handles in TypeScript that V8 has yet to compile; medians.
// The machines have the caches of their presets, or none.
//     node dist/bench/engine-scale.js --repeat 5 --engine wasm --caches none --json
import { builtinIsa } from '../isa/index.js';
import { assemble } from '../src/guest/asm/assemble.js';
import type { Image } from '../src/guest/asm/image.js';
import { machinePreset } from '../src/server/fabric/presets.js';
import { createServer } from '../src/server/server.js';
import { DEFAULT_ENGINE, engineNames } from '../src/server/engines.js';
import type { MachineSpec } from '../src/server/spec.js';
import { left, right, tableLines } from '../src/study/report/table.js';
import { benchScenario } from './kernels.js';
import { median, printResult } from './measure.js';
import { benchOptions, count, oneOf } from './options.js';

const VCPUS = 64;
const NODES = 16;
const WANTED_LOSS = 0.3;
const WARM_UP = 8;
const CURVE_VCPUS = [1, 4, 16, 64];
const CURVE_QUANTA_PS = [100_000, 1_000_000, 10_000_000];
const NODES_OF_NUMA = 4;

/** All vCPUs together go through the loop as often as asked: registers, and a table of 4 KiB on each stack. */
const PROGRAM = `
_start: divu  s0, a2, a1
        addi  s1, sp, -2048
        addi  s1, s1, -2048
        li    t0, 1
.loop:  shli  t1, t0, 13
        xor   t0, t0, t1
        shri  t1, t0, 7
        xor   t0, t0, t1
        shli  t1, t0, 17
        xor   t0, t0, t1
        andi  t1, t0, 511
        shli  t1, t1, 3
        add   t1, t1, s1
        ld    t2, 0(t1)
        add   t2, t2, t0
        sd    t2, 0(t1)
        dec   s0
        bnez  s0, .loop
        halt`;

const isa = builtinIsa('tiny');

const { repeat, engine, loops, caches } = benchOptions(import.meta.url, {
  repeat: count(5, 'rounds'), engine: oneOf(engineNames(), DEFAULT_ENGINE, 'what runs the guest'),
  caches: oneOf(['all', 'none'], 'all', 'caches behind L1'),
  loops: count(120_000_000, 'how often all vCPUs together go through the loop, in the curve a quarter of that'),
});
const imageOf = (times: number): Image => (
  assemble({ path: 'scale.s', text: PROGRAM.replace('_start:', `_start: li a2, ${times}\n       `) }, isa).image);
const [whole, quarter] = [imageOf(loops), imageOf(Math.ceil(loops / 4))];

/** Million instructions of all vCPUs by the second of processor time. */
function mips(image: Image, machine: MachineSpec, vcpus: number): number {
  const server = createServer({ isa, image, scenario: benchScenario(engine, machine, vcpus) });
  const start = process.cpuUsage();
  const { end, message } = server.run();
  const { user, system } = process.cpuUsage(start);
  if (end !== 'exit') throw new Error(`${vcpus} vCPUs on ${machine.name}: ${message}`);
  return server.instructions / (user + system);
}

const preset = (name: string): MachineSpec => ({ ...machinePreset(name), ...(caches === 'none' && { caches: null }) });
const sds = (nodes: number): MachineSpec => ({ ...preset('sds-ethernet-25g'), nodes, coresPerNode: VCPUS / NODES });
const numa = (quantumPs: number): MachineSpec =>
  ({ ...preset('numa-4s'), nodes: NODES_OF_NUMA, coresPerNode: VCPUS / NODES_OF_NUMA, quantumPs });

mips(quarter, sds(NODES), 1);
for (let i = 0; i < WARM_UP; i++) mips(imageOf(Math.ceil(loops / 100)), sds(NODES), VCPUS);
const one: number[] = [];
const many: number[] = [];
for (let i = 0; i < repeat; i++) {
  one.push(mips(whole, sds(NODES), 1));
  many.push(mips(whole, sds(NODES), VCPUS));
}
const curve = CURVE_VCPUS.flatMap((vcpus) => CURVE_QUANTA_PS.map((quantumPs) => (
  { vcpus, quantumNs: quantumPs / 1000, mips: median(Array.from({ length: repeat }, () => mips(quarter, numa(quantumPs), vcpus))) })));

printResult({
  question: 'engine-scale', engine, caches, repeat, nodes: NODES, vcpus: VCPUS, mipsOfOne: median(one), mipsOfMany: median(many),
  loss: 1 - median(many.map((each, i) => each / one[i]!)), wantedLoss: WANTED_LOSS, curve,
}, (result) => {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const rows = CURVE_VCPUS.map((vcpus) => [
    String(vcpus), ...result.curve.filter((each) => each.vcpus === vcpus).map((each) => each.mips.toFixed(0)),
  ]);
  return [
    `engine-scale: ${engine}, compute-bound, MIPS of all vCPUs by processor time, median of ${repeat}; `
      + `${caches === 'all' ? 'with' : 'without'} caches behind L1`,
    `  software-defined, ${NODES} nodes, default quantum: 1 vCPU ${result.mipsOfOne.toFixed(0)}, ${VCPUS} vCPUs ${result.mipsOfMany.toFixed(0)}: `
      + `${percent(result.loss)} lost (wanted: less than ${percent(WANTED_LOSS)})`,
    `  load/store, ${NODES_OF_NUMA} nodes, by vCPUs and quantum:`,
    ...tableLines([left('vCPUs'), ...CURVE_QUANTA_PS.map((ps) => right(`${ps / 1000} ns`))], rows),
  ].join('\n');
});
