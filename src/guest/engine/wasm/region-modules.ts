// Compiled regions that servers of one shape share: a comparison runs one guest many times, and what was compiled for one run
// is there for the next. A region's code depends on its blocks and on the shape alone, so it is known by what its blocks are.
import type { Instruction, Isa } from '../../lang/model.js';
import type { Block, Edge, End } from './blocks.js';

/** Bytes of WebAssembly after which all are given up. */
const MAX_BYTES = 2 ** 20;

export interface CompiledRegion {
  readonly module: WebAssembly.Module;
  readonly bytes: number;
}

export class RegionModules {
  private readonly numbers: ReadonlyMap<Instruction, number>;
  private readonly known = new Map<string, CompiledRegion>();
  private bytes = 0;

  constructor(isa: Isa) {
    this.numbers = new Map(isa.instructions.map((instruction, i) => [instruction, i]));
  }

  /** The region of these blocks, which `make` writes if nobody has. */
  of(blocks: readonly Block[], make: () => Uint8Array<ArrayBuffer>): CompiledRegion {
    const key = this.describe(blocks);
    const found = this.known.get(key);
    if (found) return found;
    const bytes = make();
    const compiled = { module: new WebAssembly.Module(bytes), bytes: bytes.length };
    if (this.bytes > MAX_BYTES) {
      this.known.clear();
      this.bytes = 0;
    }
    this.known.set(key, compiled);
    this.bytes += bytes.length;
    return compiled;
  }

  /** Everything that the code of the blocks is made from. */
  private describe(blocks: readonly Block[]): string {
    const places = new Map(blocks.map((block, i) => [block, i]));
    const edge = (to: Edge): string => ('to' in to ? `${places.get(to.to)!}` : `!${to.leaves}`);
    const end = (of: End): string => {
      switch (of.kind) {
        case 'next': return edge(of.next);
        case 'jump': return `j${of.target} ${edge(of.taken)}`;
        case 'branch': return `b${of.target} ${edge(of.taken)} ${edge(of.next)}`;
        case 'indirect': return `i${of.guesses.map(({ returns, taken }) => `${returns} ${edge(taken)}`).join(' ')}`;
      }
    };
    return blocks.map((block) => (
      `${block.steps.map(({ pc, instruction, operands }) => `${pc} ${this.numbers.get(instruction)!} ${operands.join(' ')}`).join(';')};${end(block.end)}`
    )).join('\n');
  }
}
