// How long does a small run take from the shell's point of view? The whole process `hyperkernel run programs/tiny/hello.s`
// beside `node -e 0`, in pairs, so that both see the same load of this machine; the median of the differences counts.
//     node dist/bench/startup.js --pairs 31 --json
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DEFAULT_ENGINE, engineNames } from '../src/server/engines.js';
import { median, printResult, ROOT } from './measure.js';
import { benchOptions, count, oneOf } from './options.js';

const WANTED_MS = 250;

const { pairs, engine } = benchOptions(import.meta.url, {
  pairs: count(21, 'pairs of processes'), engine: oneOf(engineNames(), DEFAULT_ENGINE, 'what runs the guest'),
});

const hello = [join(ROOT, 'dist/src/app/cli/main.js'), 'run', join(ROOT, 'programs/tiny/hello.s'), '--engine', engine];

/** Milliseconds that a process of Node takes from its start to its end. */
function processMs(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const took = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(' ')}: exit ${status}\n${stderr}`);
  return took;
}

const quartiles = (samples: readonly number[]) => {
  const sorted = [...samples].sort((a, b) => a - b);
  return [sorted[Math.floor(sorted.length / 4)]!, sorted[Math.floor((3 * sorted.length) / 4)]!].map(Math.round);
};

// Once each, so that files come from the page cache from then on.
processMs(['-e', '0']);
processMs(hello);
const nodeMs: number[] = [];
const helloMs: number[] = [];
for (let i = 0; i < pairs; i++) {
  nodeMs.push(processMs(['-e', '0']));
  helloMs.push(processMs(hello));
}
const aboveMs = helloMs.map((ms, i) => ms - nodeMs[i]!);
printResult({
  question: 'startup', engine, pairs, nodeMs: Math.round(median(nodeMs)), helloMs: Math.round(median(helloMs)),
  aboveMs: Math.round(median(aboveMs)), aboveQuartilesMs: quartiles(aboveMs), wantedMs: WANTED_MS,
}, (result) => `start-up: hello.s on ${engine} ${result.helloMs} ms, node -e 0 ${result.nodeMs} ms; `
  + `${result.aboveMs} ms above in the median of ${pairs} pairs, quartiles ${result.aboveQuartilesMs.join(' and ')} (wanted: at most ${WANTED_MS})`);
