// Snapshots as files: a run goes on from one as from the snapshot itself, and anything but an undamaged one is refused.
import fc from 'fast-check';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { InputError } from '../../../src/base/diagnostics.js';
import { fromBytes, toBytes } from '../../../src/base/plain-bytes.js';
import { Server } from '../../../src/server/server.js';
import { decodeSnapshot, encodeSnapshot, SNAPSHOT_FORMAT, type Deflate } from '../../../src/server/snapshot-file.js';
import type { Snapshot } from '../../../src/server/snapshot.js';
import { isa } from '../../programs/programs.js';
import { BUSY, finish, runTo, serverOf } from './servers.js';

const ABOUT = { writer: 'a test', program: 'hashjoin.s', policyFile: null };
const deflate: Deflate = {
  pack: (bytes) => deflateRawSync(bytes),
  unpack: (bytes, unpackedBytes) => inflateRawSync(bytes, { maxOutputLength: Math.max(1, unpackedBytes) }),
};

const fileOf = (snapshot: Snapshot, packing?: Deflate): Uint8Array => new Uint8Array(Buffer.concat([...encodeSnapshot(snapshot, ABOUT, packing)]));
const read = (bytes: Uint8Array): Snapshot => decodeSnapshot(bytes, 'run.snap', deflate).open(isa);
const snapshot = runTo(serverOf(BUSY), 700).snapshot();
const file = fileOf(snapshot, deflate);

describe('a snapshot through a file', () => {
  it.each(['page', 'cost', 'work-function', 'hot-page'])('goes on to the same end under %s', (policy) => {
    const server = runTo(serverOf({ ...BUSY, policy }), 300);
    const report = finish(serverOf({ ...BUSY, policy }));
    expect(finish(Server.restore(read(fileOf(server.snapshot(), deflate))))).toBe(report);
  });

  it('is the same snapshot, packed or not, and gives the same file again', () => {
    for (const packing of [undefined, deflate]) {
      const again = read(fileOf(snapshot, packing));
      expect(again.state).toEqual(snapshot.state);
      expect(again.arena.chunks.map((chunk) => chunk && Buffer.from(chunk))).toEqual(snapshot.arena.chunks.map((chunk) => chunk && Buffer.from(chunk)));
      expect(Buffer.compare(fileOf(again, deflate), file)).toBe(0);
    }
  });

  it('says what it is of before it is opened', () => {
    const { header } = decodeSnapshot(file, 'run.snap', deflate);
    expect(header).toMatchObject({
      writer: 'a test', program: 'hashjoin.s', position: 700, instructions: snapshot.state.slices.instructions,
      nextNs: snapshot.state.queue.entries[0]!.timePs / 1000, scenario: snapshot.scenario, isa: { name: 'tiny' },
    });
    expect(header.isa.text).toContain('isa tiny');
  });
});

describe('a file that is no undamaged snapshot', () => {
  const refused = (bytes: Uint8Array): string => {
    try {
      read(bytes);
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    return 'read';
  };

  it('is refused whichever byte is another', () => {
    const found = new Set<string>();
    for (let at = 0; at < file.length; at++) {
      const changed = file.slice();
      changed[at]! ^= 1 + ((37 * at) % 255);
      found.add(refused(changed).replace(/byte \d+|format \d{2,}/, '...').split('\n')[0]!);
    }
    expect([...found].sort()).toEqual([
      'error: run.snap is not a snapshot', 'error: the snapshot run.snap has ...; this version reads format 1',
      'error: the snapshot run.snap is cut short', 'error: the snapshot run.snap is damaged at ...',
    ]);
  });

  it('is refused wherever it ends, and if anything follows', () => {
    const found = new Set<string>();
    for (let length = 0; length < file.length; length++) found.add(refused(file.subarray(0, length)));
    expect([...found].sort()).toEqual(['error: run.snap is not a snapshot', 'error: the snapshot run.snap is cut short']);
    expect(refused(Uint8Array.of(...file, 0))).toBe('error: the snapshot run.snap is cut short');
    expect(refused(Buffer.concat([file, file]))).not.toBe('read');
  });

  it('is refused if a part is missing, stands twice or stands elsewhere', () => {
    const [prefix, ...parts] = encodeSnapshot(snapshot, ABOUT);
    const sections = Array.from({ length: parts.length / 2 }, (_, i) => Buffer.concat(parts.slice(2 * i, 2 * i + 2)));
    fc.assert(fc.property(fc.array(fc.nat(sections.length - 1), { maxLength: 6 }), (order) => {
      fc.pre(order.join() !== sections.map((_, i) => i).join());
      expect(refused(Buffer.concat([prefix!, ...order.map((i) => sections[i]!)]))).not.toBe('read');
    }), { seed: 1, numRuns: 500 });
  });

  it('is refused if a former or a later version wrote it', () => {
    const [former, later] = [SNAPSHOT_FORMAT - 1, SNAPSHOT_FORMAT + 1].map((format) => {
      const changed = file.slice();
      changed[8] = format;
      return refused(changed);
    });
    expect(former).toBe('error: the snapshot run.snap has format 0; this version reads format 1\n  a former version wrote it');
    expect(later).toBe('error: the snapshot run.snap has format 2; this version reads format 1\n  a later version wrote it');
  });

  it.each([
    ['lacks a field of its pages', (state: any) => { for (const page of state.kernels[1].pages.pages.values()) delete page.pins; },
      'state.kernels[].pages.pages[]: its field pins is missing'],
    ['has a field more in its vCPUs', (state: any) => { state.vcpus[10].mood = 1; }, 'state.vcpus[]: no field mood here'],
    ['has a list where records by number stand', (state: any) => { state.memory.misses = [[]]; }, 'state.memory.misses[]: expected a Map'],
    ['has no cores', (state: any) => { state.kernels[0].scheduler = null; }, 'state.kernels[].scheduler: expected a record'],
  ] as const)('is refused if its state %s', (_, change, why) => {
    const state = fromBytes(toBytes(snapshot.state)) as Snapshot['state'];
    change(state);
    expect(refused(fileOf({ ...snapshot, state }))).toBe(`error: the snapshot run.snap does not fit: another build wrote it\n  ${why}`);
  });

  it('is refused if its machine lacks what machines have', () => {
    const { kernel: _, ...machine } = snapshot.scenario.machine;
    expect(refused(fileOf({ ...snapshot, scenario: { ...snapshot.scenario, machine: machine as typeof snapshot.scenario.machine } })))
      .toBe('error: the snapshot run.snap does not fit: another build wrote it\n  machine: its field kernel is missing');
  });

  it('is refused if a part is no stream of its packing', () => {
    const wrong = fileOf(snapshot, { pack: () => Uint8Array.of(7, 7, 7), unpack: () => Uint8Array.of() });
    expect(refused(wrong)).toMatch(/^error: the snapshot run\.snap is damaged at byte \d+$/);
  });

  it('is refused if its arena has other parts', () => {
    const { state, chunks } = snapshot.arena;
    for (const other of [{ chunks: chunks.slice(1) }, { chunks: [...chunks, new Uint8Array(4096)] }, { state: { ...state, usedSlots: 1 } }]) {
      expect(refused(fileOf({ ...snapshot, arena: { ...snapshot.arena, ...other } }))).toContain('does not fit: another build wrote it\n  arena: other parts');
    }
  });

  it('is refused whatever it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, prefixed) => {
      expect(refused(prefixed ? Buffer.concat([file.subarray(0, 12), bytes]) : bytes)).not.toBe('read');
    }), { seed: 2, numRuns: 500 });
  });
});
