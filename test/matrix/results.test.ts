// What the full table remembers from run to run, and what becomes of cells that bring their worker down.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { scratch } from '../app/cli/hk.js';
import { numberAt, placesOf } from './batches.js';
import { runPool } from './pool.js';
import { codeVersion, Results, type Line } from './results.js';
import { summarise } from './summary.js';
import { TABLE_SIZE } from './table.js';

const line = (batch: number, ran: string, faults?: Line['faults']): Line => (
  { batch, ran, ...(faults && { faults }), instructions: 100, stalls: 10, messages: 30, pressed: 2, alike: 1 });

describe('the file of results', () => {
  it('adds up what runs of parts put into it', () => {
    const path = join(scratch({}), 'results.jsonl');
    const first = new Results(path);
    first.add(line(7, 'f0'));
    first.add(line(7, '3', { 1: 'printed "5"' }));
    const second = new Results(path);
    expect(second.ranOf(7)).toBe(0xf3n);
    expect(second.ranOf(8)).toBe(0n);
    expect([...second.batches.get(7)!.faults]).toEqual([[1, 'printed "5"']]);
    expect(second.totals).toEqual({ instructions: 200, stalls: 20, messages: 60, pressed: 4, alike: 2 });
  });

  it('takes a line that was half written for none, and the next one for whole', () => {
    const path = join(scratch({}), 'results.jsonl');
    new Results(path).add(line(1, '1'));
    appendFileSync(path, '\n{"batch":2,"ran":"f');
    new Results(path).add(line(3, '1'));
    expect([...new Results(path).batches.keys()]).toEqual([1, 3]);
  });

  it('is another one when the code is', () => {
    const folder = scratch({ 'a.js': 'one' });
    mkdirSync(join(folder, 'below'));
    const before = codeVersion(folder, ['.']);
    expect(codeVersion(folder, ['.'])).toBe(before);
    writeFileSync(join(folder, 'below', 'b.js'), 'two');
    const after = codeVersion(folder, ['.']);
    expect(after).not.toBe(before);
    writeFileSync(join(folder, 'a.js'), 'other');
    expect(codeVersion(folder, ['.'])).not.toBe(after);
  });
});

describe('a summary', () => {
  it('counts what passed, failed and was not run, and says how to run what failed', () => {
    const results = new Results(join(scratch({}), 'results.jsonl'));
    const cellsOfBatch = Array.from({ length: 64 }, (_, place) => place).filter((place) => numberAt(0, place) < TABLE_SIZE);
    results.add(line(0, 'f', { 2: 'printed "5"' }));
    const { passed, failed, missing, text } = summarise(results, new Map(), (batch) => batch === 0);
    expect(passed + failed + missing).toBeLessThanOrEqual(cellsOfBatch.length);
    expect(failed).toBe(1);
    expect(text).toMatch(/: printed "5"\n {2}hyperkernel run programs\/tiny\/\w+\.s --policy /);
    expect(text).toMatch(/ cells not run\n3 passed, 1 failed$/);
  });
});

describe('the pool', () => {
  it('fails the cell that brought its worker down, and runs the others', async () => {
    const script = join(scratch({
      'worker.mjs': `import { parentPort, workerData } from 'node:worker_threads';
        parentPort.on('message', ({ batch, mask }) => {
          if (batch === 5 && (mask & 4n)) { Atomics.store(workerData.places, 0, 2); throw new Error('gone'); }
          parentPort.postMessage({ batch, ran: mask.toString(16), instructions: 0, stalls: 0, messages: 0, pressed: 0, alike: 0 });
        });`,
    }), 'worker.mjs');
    const lines: Line[] = [];
    await runPool([4, 5, 6].map((batch) => ({ batch, mask: 0xfn })).values(), {
      threads: 1, checkEvery: 50, script: pathToFileURL(script), onLine: (told) => lines.push(told),
    });
    expect(lines.map(({ batch, ran, faults }) => [batch, placesOf(BigInt(`0x${ran}`)), faults])).toEqual([
      [4, [0, 1, 2, 3], undefined], [5, [2], { 2: 'the worker died: gone' }], [5, [0, 1, 3], undefined], [6, [0, 1, 2, 3], undefined],
    ]);
  });
});
