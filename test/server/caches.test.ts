// Machines with L2 and last-level caches as a whole, and without: both engines alike, and what must hold of caches after every event.
import { CACHES } from '../../src/server/fabric/caches.js';
import type { CacheSpec, EngineName } from '../../src/server/spec.js';
import { nodes } from '../programs/programs.js';
import { cacheFaults } from '../support/cache-invariants.js';
import { BUSY, finish, serverOf, STENCIL, type Case } from './snapshot/servers.js';

const SMALL: CacheSpec = { ...CACHES, l2Bytes: 1024, llcBytesPerCore: 2048 };
const PRESETS = ['sds-ethernet-25g', 'numa-4s'];

const withCaches = (one: Case, preset: string, caches: CacheSpec | null): Case => ({ ...one, machine: { ...nodes(4, preset), caches } });

it.each(PRESETS)('on %s both engines report the same, with caches of every kind and without', (preset) => {
  for (const caches of [CACHES, SMALL, { ...SMALL, l2Bytes: 0 }, null]) {
    for (const one of [STENCIL, BUSY]) {
      const report = (engine: EngineName): string => finish(serverOf({ ...withCaches(one, preset, caches), engine })).replace(engine, '');
      expect(report('wasm')).toBe(report('reference'));
    }
  }
});

it.each(PRESETS)('on %s caches contain what those before them hold, and who may store holds alone, while pages come and go', (preset) => {
  const server = serverOf(withCaches(BUSY, preset, SMALL));
  const { lineBytes } = server.scenario.machine.core;
  const perPage = server.scenario.machine.pageBytes / lineBytes;
  let checked = 0;
  server.runUntil(({ arena, memory, position }) => {
    if (position % 7 > 0) return false;
    const held = new Set(memory.caches!.llc.flatMap((llc) => llc.linesIn(0, 2 ** 26)));
    expect(cacheFaults(arena, memory, [...held])).toEqual([]);
    checked += held.size;
    return false;
  });
  expect(server.ending?.end).toBe('exit');
  expect(checked).toBeGreaterThan(perPage);
});
