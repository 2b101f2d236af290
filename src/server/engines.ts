// The engines by name. All give the same results to the bit; they differ in speed.
import { ReferenceEngine } from '../guest/engine/reference/reference.js';
import { WasmEngine } from '../guest/engine/wasm/engine.js';
import type { Isa } from '../guest/lang/model.js';
import type { Arena } from '../guest/machine/arena.js';
import type { Engine } from '../guest/machine/engine.js';
import type { MemorySystem } from '../guest/machine/memory.js';
import type { EngineName } from './spec.js';

type EngineMaker = (isa: Isa, arena: Arena, memory: MemorySystem) => Engine;

const ENGINES: Readonly<Record<EngineName, EngineMaker>> = {
  wasm: (isa, arena, memory) => new WasmEngine(isa, arena, memory),
  reference: (isa, arena, memory) => new ReferenceEngine(isa, arena, memory),
};

export const DEFAULT_ENGINE: EngineName = 'wasm';

export function engineNames(): EngineName[] {
  return Object.keys(ENGINES) as EngineName[];
}

export function createEngine(name: EngineName, isa: Isa, arena: Arena, memory: MemorySystem): Engine {
  return ENGINES[name](isa, arena, memory);
}
