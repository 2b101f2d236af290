// A line that L1 lacks comes out of the caches behind it, in the straight code of the common miss.
import { bitsFor } from '../../../base/bits.js';
import { CLASS } from '../../machine/core-block.js';
import type { MemorySystem } from '../../machine/memory.js';
import { WRITE_BIT } from './access.js';
import type { CachePath } from './cache-path.js';
import type { Code } from './encode.js';
import type { EngineLayout } from './layout.js';
import { op, simd, V128 } from './opcodes.js';
import { matchWays, pushTag, reorder } from './ways.js';

const WRITE_SHIFT = bitsFor(WRITE_BIT);

/** The functions of caches, and the one that says whether an access takes a line from another core. */
export interface CachesAndTakes { readonly caches: CachePath; readonly takes: number }

/** Leaves the class of the access in `set` and the right to store in `right`; goes on slowly where others may have to give way. */
export function fastFetch(
  code: Code, layout: EngineLayout, memory: MemorySystem, { caches, takes }: CachesAndTakes,
  { slow, core, line, how, set, ways, right }: Readonly<Record<'slow' | 'core' | 'line' | 'how' | 'set' | 'ways' | 'right', number>>,
): void {
  const { l2, l2Sets } = memory.coreLayout;
  const fetchBeyondL2 = (): void => {
    code.get(how).i32(WRITE_SHIFT).op(op.i32ShrU).set(right);
    code.get(line).get(right).call(caches.fetchAlone).tee(set).i32(0).op(op.i32LtS).open(op.if);
    // What it does to other cores waits for its time.
    code.get(line).get(right).call(takes).brIf(slow);
    code.get(line).get(right).call(caches.fetchAnyway).set(set).end();
  };
  if (l2Sets === 0) {
    fetchBeyondL2();
    return;
  }
  const vector = code.local(V128);
  code.get(line).op(op.i32WrapI64).i32(l2Sets - 1).op(op.i32And).i32(4).op(op.i32Shl).get(core).op(op.i32Add).i32(l2).op(op.i32Add).tee(set);
  code.vectorMemory(simd.load, 0).set(vector);
  pushTag(code, line, l2Sets);
  matchWays(code, vector).tee(ways).open(op.if);
  code.get(ways).op(op.i32Ctz).tee(ways).i32(2).op(op.i32Shl).get(set).op(op.i32Add).memory(op.i32Load, 0).i32(1).op(op.i32And).tee(right);
  code.get(how).i32(WRITE_SHIFT).op(op.i32ShrU).op(op.i32LtU).open(op.if);
  code.get(line).call(caches.claim).tee(right).op(op.i32Eqz).brIf(slow);
  code.else();
  reorder(code, set, 0, layout.orders, ways);
  code.end();
  code.i32(CLASS.l2).set(set);
  code.else();
  fetchBeyondL2();
  code.end();
}
