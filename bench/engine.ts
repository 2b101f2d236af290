// How fast do the engines run guest code, and how far is that from native code? Each kernel of bench/kernels on one vCPU, at the
// default quantum, with everything accounted for but caches behind L1, which a column of its own is about; the fast engine and
// native code in turn, the reference on less of the same work. Medians, with the least and the most in brackets; what counts is the
// time of the guest's region.
//     node dist/bench/engine.js --kernels int,calls --repeat 9 --json
import { CACHES } from '../src/server/fabric/caches.js';
import type { EngineName } from '../src/server/spec.js';
import { left, right, tableLines } from '../src/study/report/table.js';
import { assembleKernel, benchMachine, benchScenario, KERNELS, NativeKernels, runGuest, type Kernel, type Region } from './kernels.js';
import { median, printResult } from './measure.js';
import { benchOptions, count, someOf } from './options.js';

interface Row {
  readonly kernel: string;
  readonly what: string;
  readonly instructions: number;
  readonly mips: Readonly<Record<EngineName, number>>;
  /** Of the fast engine. */
  readonly mipsRange: readonly [number, number];
  readonly seconds: number;
  readonly nativeSeconds: number | null;
  readonly nativeRatio: number | null;
  /** Part of the region's time that went into compiling. */
  readonly compileShare: number;
  /** With L2 and last-level caches, which the others lack: the part of the speed that is left, by processor time. */
  readonly cachesKeep: number;
  readonly inMean: boolean;
  readonly heldOut: boolean;
}

interface Result {
  readonly question: 'engine';
  readonly repeat: number;
  readonly rows: readonly Row[];
  readonly geomeanNativeRatio: number | null;
  readonly geomeanCachesKeep: number;
}

const { repeat, kernels } = benchOptions(import.meta.url, {
  kernels: someOf(KERNELS.map(({ name }) => name), 'which'), repeat: count(5, 'rounds of the fast engine and of native code'),
});
const chosen = KERNELS.filter(({ name }) => kernels.includes(name));
const FAST: EngineName = 'wasm';

const mipsOf = ({ instructions, seconds }: Region): number => instructions / seconds / 1e6;

function measure(kernel: Kernel, native: NativeKernels | undefined): Row {
  const small = runGuest(assembleKernel(kernel.name, kernel.small), benchScenario('reference'));
  const image = assembleKernel(kernel.name, { REPS: kernel.reps });
  const ours: Region[] = [];
  const theirs: number[] = [];
  const cached: Region[] = [];
  for (let i = 0; i < repeat; i++) {
    const run = runGuest(image, benchScenario(FAST));
    ours.push(run);
    cached.push(runGuest(image, benchScenario(FAST, { ...benchMachine(), caches: CACHES })));
    const other = native?.run(kernel);
    if (other && other.checksum !== run.checksum) throw new Error(`${kernel.name}: ${run.checksum}, native ${other.checksum}`);
    if (other) theirs.push(other.seconds);
  }
  const seconds = median(ours.map((run) => run.seconds));
  const nativeSeconds = native ? median(theirs) : null;
  const speeds = ours.map(mipsOf);
  return {
    kernel: kernel.name, what: kernel.what, instructions: ours[0]!.instructions,
    mips: { reference: mipsOf(small), [FAST]: median(speeds) } as Row['mips'],
    mipsRange: [Math.min(...speeds), Math.max(...speeds)], seconds, nativeSeconds,
    nativeRatio: nativeSeconds === null ? null : seconds / nativeSeconds,
    compileShare: median(ours.map((run) => run.compileSeconds / run.seconds)),
    cachesKeep: median(ours.map((run, i) => run.processorSeconds / cached[i]!.processorSeconds)), inMean: kernel.inMean, heldOut: kernel.heldOut,
  };
}

function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

function asText({ rows, geomeanNativeRatio, geomeanCachesKeep }: Result): string {
  const number = (value: number | null, digits: number): string => (value === null ? '-' : value.toFixed(digits));
  const cells = rows.map((row) => [
    `${row.kernel}${row.heldOut ? ' *' : ''}`, row.what, `${Math.round(row.instructions / 1e6)} M`, number(row.mips.reference, 2),
    number(row.mips[FAST], 0), row.mipsRange.map((mips) => mips.toFixed(0)).join('-'), number(row.seconds, 3),
    number(row.nativeSeconds, 3), number(row.nativeRatio, 2), `${(100 * row.compileShare).toFixed(1)} %`, `${(100 * row.cachesKeep).toFixed(0)} %`,
  ]);
  const columns = [
    left('kernel'), left('what'), right('instr'), right('reference'), right(FAST), right('range'), right('s'), right('native s'),
    right('x native'), right('compile'), right('caches'),
  ];
  return [
    `engine: MIPS on one vCPU, median of ${repeat}; sds-ethernet-25g, 4 nodes, default quantum, without caches behind L1`,
    ...tableLines(columns, cells),
    '  * held out: not looked at while the engine was made faster',
    native ? '' : '  no gcc here: nothing to compare with',
    geomeanNativeRatio === null ? '' : `  geometric mean of int, matmul, triad and sort: ${geomeanNativeRatio.toFixed(2)} x native (gcc -O2)`,
    `  caches: speed that is left with those of the preset, by processor time; geometric mean ${(100 * geomeanCachesKeep).toFixed(0)} %, `
      + `least ${(100 * Math.min(...rows.map(({ cachesKeep }) => cachesKeep))).toFixed(0)} % (wanted: at least 70 % and 45 %)`,
  ].filter((line) => line !== '').join('\n');
}

const native = NativeKernels.build(chosen);
try {
  const rows = chosen.map((kernel) => measure(kernel, native));
  const ratios = rows.filter(({ inMean }) => inMean).flatMap(({ nativeRatio }) => nativeRatio ?? []);
  printResult<Result>(
    { question: 'engine', repeat, rows, geomeanNativeRatio: ratios.length > 0 ? geometricMean(ratios) : null, geomeanCachesKeep: geometricMean(rows.map((row) => row.cachesKeep)) }, asText);
} finally {
  native?.remove();
}
