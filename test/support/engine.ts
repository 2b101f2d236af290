// Engines for tests of short programs: what is compiled is compiled soon.
import { WasmEngine } from '../../src/guest/engine/wasm/engine.js';
import type { Isa } from '../../src/guest/lang/model.js';
import type { Arena } from '../../src/guest/machine/arena.js';
import type { Engine } from '../../src/guest/machine/engine.js';
import type { MemorySystem } from '../../src/guest/machine/memory.js';
import { createEngine } from '../../src/server/engines.js';
import type { EngineName } from '../../src/server/spec.js';

const HOT_ARRIVALS = 20;

export function testEngine(name: EngineName, isa: Isa, arena: Arena, memory: MemorySystem): Engine {
  return name === 'wasm' ? new WasmEngine(isa, arena, memory, HOT_ARRIVALS) : createEngine(name, isa, arena, memory);
}
