// What does a snapshot cost? A guest that has touched 64 MB on four nodes: how long it takes to take one, to take the next
// one after a little more of the run, to go back, to fork, to write and read the file; and how large it is. Then: does a run
// restored at each of 100 random places end as the one that was never interrupted?
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { builtinIsa } from '../isa/index.js';
import { randomStream } from '../src/base/random.js';
import { assemble } from '../src/guest/asm/assemble.js';
import type { Image } from '../src/guest/asm/image.js';
import { machinePreset } from '../src/server/fabric/presets.js';
import { createServer, Server } from '../src/server/server.js';
import { decodeSnapshot, encodeSnapshot, type Deflate } from '../src/server/snapshot-file.js';
import type { Snapshot } from '../src/server/snapshot.js';
import { buildReport } from '../src/study/report/build.js';
import { median, printResult, ROOT } from './measure.js';
import { benchOptions } from './options.js';

benchOptions(import.meta.url, {});

const ROUNDS = 7;
const PLACES = 100;
/** Pages of 4 KB that the guest writes, each a word in every line, vCPU by vCPU; then it goes round and writes on. */
const PAGES = 64 * 2 ** 20 / 4096;
const FILL = `
start:  li    t0, ${PAGES}
        li    s0, 64
again:  mv    t1, a0
page:   shli  t2, t1, 12
        la    t3, data
        add   t2, t2, t3
        mv    a2, s0
line:   sd    t1, 0(t2)
        addi  t2, t2, 64
        dec   a2
        bnez  a2, line
        add   t1, t1, a1
        bltu  t1, t0, page
        j     again
        .bss
        .align 4096
data:   .space ${PAGES} * 4096
`;

const isa = builtinIsa('tiny');
const deflate: Deflate = { pack: (bytes) => deflateRawSync(bytes, { level: 1 }), unpack: (bytes) => inflateRawSync(bytes) };

function serverOf(image: Image): Server {
  return createServer({
    isa, image,
    scenario: {
      machine: machinePreset('sds-ethernet-25g'), vcpus: 8, policy: 'cost', policyOptions: {}, seed: 1, sliceMode: 'loop',
      maxInstructions: 1e9, timeScale: 1, startSkewPs: 1e6,
    },
  });
}

/** Median of what ROUNDS rounds take, in ms of processor time, and what the last gave. */
function timed<T>(action: () => T): [ms: number, result: T] {
  let result!: T;
  const times = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    result = action();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return [median(times), result];
}

/** Bytes of chunks that `like` does not hold. */
function chunkBytes({ arena }: Snapshot, like?: Snapshot): number {
  const before = new Set(like?.arena.chunks);
  return arena.chunks.reduce((sum, chunk) => sum + (chunk && !before.has(chunk) ? chunk.length : 0), 0);
}

function costs(): void {
  const server = serverOf(assemble({ path: 'fill.s', text: FILL }, isa, {}).image);
  server.runUntil(({ arena }) => arena.slotsInUse >= PAGES);
  const [takeMs, first] = timed(() => server.snapshot());
  server.runUntil(({ position }) => position >= first.state.run.position + 1000);
  const [nextMs, second] = timed(() => server.snapshot(first));
  const [backMs] = timed(() => server.restore(second));
  const [forkMs] = timed(() => server.fork());
  const [writeMs, parts] = timed(() => [...encodeSnapshot(second, { writer: '', program: '', policyFile: null }, deflate)]);
  const file = new Uint8Array(Buffer.concat(parts));
  const [readMs] = timed(() => decodeSnapshot(file, 'file', deflate).open(isa));
  printResult({
    question: 'snapshots', what: 'costs', rounds: ROUNDS, guestBytes: PAGES * 4096, takeMs, nextMs, backMs, forkMs, writeMs, readMs,
    bytes: chunkBytes(first), nextBytes: chunkBytes(second, first), fileBytes: file.length,
  }, (r) => [
    `snapshot of a guest of ${r.guestBytes / 2 ** 20} MB, processor time, medians of ${r.rounds}:`,
    `  take     ${r.takeMs.toFixed(0)} ms, ${(r.bytes / 2 ** 20).toFixed(1)} MB`,
    `  next     ${r.nextMs.toFixed(0)} ms, ${(r.nextBytes / 2 ** 20).toFixed(1)} MB more, 1,000 events later`,
    `  go back  ${r.backMs.toFixed(0)} ms`,
    `  fork     ${r.forkMs.toFixed(0)} ms`,
    `  write    ${r.writeMs.toFixed(0)} ms, ${(r.fileBytes / 2 ** 20).toFixed(1)} MB`,
    `  read     ${r.readMs.toFixed(0)} ms`,
  ].join('\n'));
}

function places(program: string): void {
  const read = (path: string) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') });
  const { image } = assemble(read(program), isa, { include: (path, from) => read(join(dirname(from.path), path)) });
  const finish = (server: Server): string => {
    server.run();
    return JSON.stringify(buildReport(server, program, null, 0));
  };
  const whole = serverOf(image);
  const report = finish(whole);
  const random = randomStream(1, 'places');
  const positions = Array.from({ length: PLACES }, () => random.below(whole.position)).sort((a, b) => a - b);
  const server = serverOf(image);
  const same = positions.filter((position) => {
    server.runUntil((at) => at.position >= position);
    const file = new Uint8Array(Buffer.concat([...encodeSnapshot(server.snapshot(), { writer: '', program, policyFile: null }, deflate)]));
    return finish(Server.restore(decodeSnapshot(file, 'file', deflate).open(isa))) === report;
  }).length;
  printResult({ question: 'snapshots', what: 'places', program, places: PLACES, events: whole.position, same },
    (r) => `${r.program}: restored from a file at ${r.places} random places of ${r.events} events, ${r.same} ended with the same report`);
  if (same < PLACES) process.exitCode = 1;
}

costs();
places('programs/tiny/stencil.s');
