// How long does a step back take in the debugger? From the end of stencil.s 1,000 steps of the whole server back, one by one,
// and forward again to the end; then as many instructions of one vCPU back. Each place must be the same both ways.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtinIsa } from '../isa/index.js';
import { DebugSession, type Stop } from '../src/app/debug/core/session.js';
import type { Work } from '../src/app/debug/core/timeline.js';
import { assemble } from '../src/guest/asm/assemble.js';
import { machinePreset } from '../src/server/fabric/presets.js';
import type { Snapshot } from '../src/server/snapshot.js';
import { median, printResult, ROOT } from './measure.js';
import { benchOptions } from './options.js';

benchOptions(import.meta.url, {});

const STEPS = 1000;
const PROGRAM = 'programs/tiny/stencil.s';

const read = (path: string) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') });
const isa = builtinIsa('tiny');
const { image, listing } = assemble(read(PROGRAM), isa, { include: (path, from) => read(join(dirname(from.path), path)) });
const session = new DebugSession({
  isa, image, listing,
  scenario: {
    machine: machinePreset('sds-ethernet-25g'), vcpus: 8, policy: 'cost', policyOptions: {}, seed: 1, sliceMode: 'loop',
    maxInstructions: 1e9, timeScale: 1, startSkewPs: 1e6, engine: 'reference',
  },
});

function finish(work: Work<Stop>): void {
  while (!work.next().done);
}

interface Took {
  readonly wallMs: number;
  /** Of the processor: what it would have taken on a machine that nobody else uses. */
  readonly cpuMs: number;
}

function timed(work: Work<Stop>): Took {
  const started = process.cpuUsage();
  const startedMs = performance.now();
  finish(work);
  const { user, system } = process.cpuUsage(started);
  return { wallMs: performance.now() - startedMs, cpuMs: (user + system) / 1000 };
}

function checkSame(before: Snapshot, what: string): void {
  const { state, arena } = session.server.snapshot(before);
  const same = state === before.state && arena.chunks.every((chunk, i) => chunk === before.arena.chunks[i]);
  if (!same) throw new Error(`${what}: not the same state at step ${session.position}`);
}

function report(what: string, times: readonly Took[]): void {
  const wall = times.map(({ wallMs }) => wallMs);
  const cpu = times.map(({ cpuMs }) => cpuMs);
  const result = {
    question: 'debug', what, steps: times.length, position: session.position,
    medianMs: median(wall), maxMs: Math.max(...wall), medianCpuMs: median(cpu), maxCpuMs: Math.max(...cpu),
    checkpoints: session.checkpoints.positions.length, checkpointMegabytes: session.checkpoints.bytes / 1e6,
  };
  printResult(result, ({ medianMs, maxMs, medianCpuMs, maxCpuMs, checkpoints, checkpointMegabytes }) =>
    `${what}: ${times.length} times, median ${medianMs.toFixed(1)} ms, longest ${maxMs.toFixed(1)} ms `
    + `(of the processor: ${medianCpuMs.toFixed(1)}, ${maxCpuMs.toFixed(1)}); `
    + `${checkpoints} checkpoints, ${checkpointMegabytes.toFixed(1)} MB`);
}

report('to the end', [timed(session.goTo(Infinity))]);
const end = session.position;
const places = new Map([[end, session.server.snapshot()]]);
const back: Took[] = [];
for (let i = 0; i < STEPS; i++) {
  back.push(timed(session.backAny()));
  places.set(session.position, session.server.snapshot(places.get(end)));
}
report('back any', back);
const forward: Took[] = [];
while (session.position < end) {
  forward.push(timed(session.stepAny()));
  checkSame(places.get(session.position)!, 'forward again');
}
report('step any', forward);
const backOne: Took[] = [];
for (let i = 0; i < STEPS; i++) backOne.push(timed(session.back()));
report('back', backOne);
finish(session.goTo(Infinity));
checkSame(places.get(end)!, 'forward again');
