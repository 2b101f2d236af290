// Damaged descriptions end in an InputError or load; nothing else is thrown.
import fc from 'fast-check';
import { ISAS } from '../../../isa/index.js';
import { InputError } from '../../../src/base/diagnostics.js';
import { loadIsa } from '../../../src/guest/lang/load.js';

const { file, text, binding } = ISAS.toy16!;
const pieces = text.match(/\w+|\s+|[^\w\s]/g)!;

function attempt(damaged: string): 'loaded' | 'refused' {
  try {
    loadIsa({ path: file, text: damaged }, binding);
    return 'loaded';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.diagnostics.length).toBeGreaterThan(0);
    for (const { at } of error.diagnostics) expect(at).toBeDefined();
    return 'refused';
  }
}

describe('a damaged description', () => {
  it('is refused with a place, or loads, when words are exchanged for others of it', () => {
    const change = fc.record({ at: fc.nat(pieces.length - 1), from: fc.nat(pieces.length - 1) });
    const outcomes = new Set<string>();
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const damaged = [...pieces];
      for (const { at, from } of changes) damaged[at] = pieces[from]!;
      outcomes.add(attempt(damaged.join('')));
    }), { seed: 4, numRuns: 80 });
    expect(outcomes).toContain('refused');
  });

  it('is refused when it is any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 80, unit: 'binary' }), (random) => {
      expect(attempt(random)).toBe('refused');
    }), { seed: 5, numRuns: 200 });
  });

  it('ends at once however deeply it is nested', () => {
    const deep = (open: string, core: string, close: string, n: number): string => attempt(
      text.replace('{ rd = rs + rt }', `{ rd = ${open.repeat(n)}${core}${close.repeat(n)} }`));
    expect(deep('(', 'rs', ')', 700)).toBe('loaded');
    expect(deep('-', 'rs', '', 1400)).toBe('loaded');
    expect(deep('', 'rs', ' + rs', 700)).toBe('loaded');
    expect(deep('rs == 0 ? rs : ', 'rs', '', 230)).toBe('loaded');
    expect(deep('(', 'rs', ')', 50_000)).toBe('refused');
  });

  it('is refused wherever it is cut off', () => {
    fc.assert(fc.property(fc.nat(text.indexOf('group "Memory"')), (length) => {
      attempt(text.slice(0, length));
    }), { seed: 6, numRuns: 60 });
  });
});
