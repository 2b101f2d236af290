// Streams of lines from memory that a core's prefetcher follows: of each, the last line. A line next to it, on either side, is
// part of the stream and the last one then; any other begins a stream in place of the oldest. Pages do not matter.
// An assumption: real ones need two or three misses to see a stream, and stop at the end of a 4 KiB page unless the next page
// is foreseen too (Intel 64 and IA-32 Architectures Optimization Reference Manual, "Data Prefetching").
import type { Arena } from './arena.js';
import { STREAM_COUNT, STREAMS } from './core-block.js';

export class Streams {
  private readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** Notes a line that comes from memory; whether it is part of a stream. Lines count modulo 2^32. */
  follow(core: number, line: number): boolean {
    const { u32 } = this.arena;
    const first = (this.arena.coreOffset(core) + STREAMS) >>> 2;
    let found = false;
    for (let i = first; i < first + STREAM_COUNT; i++) {
      const step = (line - u32[i]!) | 0;
      if (step !== 1 && step !== -1) continue;
      u32[i] = line;
      found = true;
    }
    if (found) return true;
    u32.copyWithin(first + 1, first, first + STREAM_COUNT - 1);
    u32[first] = line;
    return false;
  }
}
