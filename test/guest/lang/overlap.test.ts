// No word may mean two instructions.
import { findOverlaps } from '../../../src/guest/lang/overlap.js';
import { ALL_ISAS, faultsOf, small } from './isas.js';

describe('overlapping encodings', () => {
  it.each(ALL_ISAS.map((isa) => [isa.name, isa] as const))('%s has none', (_, isa) => {
    expect(findOverlaps(isa.instructions)).toEqual([]);
  });

  it.each(ALL_ISAS.map((isa) => [isa.name, isa] as const))('%s: a planted one is found, with a word that is both', (_, isa) => {
    const victim = isa.instructions.find(({ operands, where }) => operands.length > 0 && !where)!;
    const word = victim.match;
    const planted = { ...victim, name: 'planted', mask: (1n << BigInt(victim.bits)) - 1n, match: word, operands: [] };
    const [found, ...others] = findOverlaps([...isa.instructions, planted]);
    expect(others).toEqual([]);
    expect([found!.first.name, found!.second.name, found!.word]).toEqual([victim.name, 'planted', word]);
  });

  it('are excluded by where conditions that never hold together', () => {
    const isa = small('insn lo uimm is 0x1 uimm[11:0] where uimm <u 0x800 { a = uimm }\n'
      + 'insn hi uimm is 0x1 uimm[11:0] where uimm >=u 0x800 { b = uimm }\n');
    expect(findOverlaps(isa.instructions)).toEqual([]);
  });

  it('are found through where conditions', () => {
    expect(faultsOf(() => small('insn lo uimm is 0x1 uimm[11:0] where uimm <=u 0x800 { a = uimm }\n'
      + 'insn hi uimm is 0x1 uimm[11:0] where uimm >=u 0x800 { b = uimm }\n')))
      .toEqual(['13:6: "hi" overlaps "lo" at small.isa:12:6: the word 0x1800 is both']);
  });

  it('that take too many words to decide are reported', () => {
    const pair = (bits: number): string => `insn one uimm is 0x0 uimm[${bits - 5}:0] where uimm == 1 { a = uimm }\n`
      + `insn two uimm is 0x0 uimm[${bits - 5}:0] where uimm == 2 { a = uimm }\n`;
    expect(faultsOf(() => small(pair(16), 16))).toEqual([]);
    expect(faultsOf(() => small(pair(24), 24))).toEqual([
      '13:6: "two" overlaps "one" at small.isa:12:6: there are more than 2^16 words to try: make a fixed bit differ',
    ]);
  });
});
