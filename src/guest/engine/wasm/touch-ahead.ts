// The lines that a loop will touch in its next turns, all of them at once: exactly what the miss path would do to them one by one,
// with less said about each. Only lines that come at once, of pages with fast pages; the turns end before any other.
import type { Arena } from '../../machine/arena.js';
import type { MemorySystem } from '../../machine/memory.js';
import { AheadFromCaches, fetchQuicklyCode } from './ahead-caches.js';
import { AheadClash } from './ahead-clash.js';
import { AHEAD_CLASH, aheadName, aheadParams, MOST_AHEAD, TOO_NEAR } from './ahead-code.js';
import { AheadFromMemory } from './ahead-memory.js';
import { Code, type ModuleBuilder } from './encode.js';
import type { CachesAndTakes } from './fast-fetch.js';
import type { EngineLayout } from './layout.js';
import { I32, I64 } from './opcodes.js';

/** Exports a function for each number of streams. */
export function addTouchAhead(
  module: ModuleBuilder, layout: EngineLayout, arena: Arena, memory: MemorySystem, lookUp: number, beyond: CachesAndTakes | null,
): void {
  const fetch = beyond && module.add('fetchQuickly', module.type([I64, I32], [I32]), fetchQuicklyCode(layout, memory, beyond));
  for (let streams = 1; streams <= MOST_AHEAD; streams++) {
    const { code } = beyond
      ? new AheadFromCaches(streams, layout, arena, memory, { lookUp, fetch: fetch!, caches: beyond.caches })
      : new AheadFromMemory(streams, layout, arena, memory, lookUp);
    module.export(aheadName(streams), module.add(aheadName(streams), module.type(aheadParams(streams), [I32]), code));
  }
  const params = aheadParams(2);
  // With caches, lines that L1 puts out are not lost.
  const code = beyond ? new Code(params.length).i32(TOO_NEAR) : new AheadClash(layout, arena, memory, lookUp).code;
  module.export(AHEAD_CLASH, module.add(AHEAD_CLASH, module.type(params, [I32]), code));
}
