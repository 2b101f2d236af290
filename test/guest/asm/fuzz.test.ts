// Whatever text comes in, the assembler ends, and either makes an image or says what is wrong with the input.
import fc from 'fast-check';
import { InputError } from '../../../src/base/diagnostics.js';
import type { SourceFile } from '../../../src/base/source.js';
import { assemblyLanguage } from '../../../src/guest/asm/forms.js';
import { assembleText, ISAS } from './support.js';

const DIRECTIVES = [
  '.text', '.data', '.bss', '.section x', '.byte', '.half', '.word', '.dword', '.string', '.ascii', '.space', '.align',
  '.equ', '.set', '.default', '.global', '.include', '.macro', '.endm', '.rept', '.endr', '.if', '.ifdef', '.ifndef', '.else', '.endif',
];
const PIECES = [
  'x', 'y1', '.l', 'a:', 'x:', '.l:', '1:', '1b', '1f', '.', ',', '(', ')', '[', ']', '+', '-', '*', '/', '%', '<<', '>>',
  '&&', '?', ':', '=', '0', '1', '7', '0x10', '0b1', '99999999999999999999', "'a'", '"s"', '"', "'", '\\', '\\x', '\\@',
  '#', ';', '//', '/*', '*/', '\n', '\n', '\n',
];

function seemsText(mnemonics: readonly string[], registers: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { arbitrary: fc.constantFrom(...PIECES), weight: 5 }, { arbitrary: fc.constantFrom(...DIRECTIVES), weight: 2 },
    { arbitrary: fc.constantFrom(...mnemonics), weight: 2 }, { arbitrary: fc.constantFrom(...registers), weight: 2 });
  return fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(' '));
}

function survives(text: string, isa: (typeof ISAS)[number]): void {
  try {
    const include = (path: string, from: SourceFile) => (path === 's' ? { path: `${from.path}s`, text: '.byte 1' } : undefined);
    assembleText(text, isa, { include });
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    for (const { message } of (error as InputError).diagnostics) expect(message).not.toBe('');
  }
}

describe.each(ISAS.map((isa) => [isa.name, isa] as const))('on %s', (_, isa) => {
  const mnemonics = [...assemblyLanguage(isa).forms.keys()];

  it('survives text made of its own words', () => {
    const text = seemsText(mnemonics, [...isa.registerNames.keys()]);
    fc.assert(fc.property(text, (each) => survives(each, isa)), { numRuns: 1500 });
  });

  it('survives any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => survives(text, isa)), { numRuns: 500 });
  });
});

describe('texts that ask for too much', () => {
  const [isa] = ISAS as [(typeof ISAS)[number]];
  const doublings = Array.from({ length: 3000 }, (_, i) => `.equ c${i + 1}, c${i} + c${i}`);
  const texts: Readonly<Record<string, string>> = {
    'a macro that calls itself twice': '.macro m\nm\nm\n.endm\nm',
    'nested repetitions': `${'.rept 1000\n'.repeat(20)}nop\n${'.endr\n'.repeat(20)}`,
    'an empty repetition': '.rept 1000000000000\n.endr',
    'a thousand nested blocks': `${'.rept 1\n'.repeat(1000)}${'.endr\n'.repeat(1000)}`,
    'deep parentheses': `.byte ${'('.repeat(5000)}1${')'.repeat(5000)}`,
    'a long expression': `.byte ${'1 + '.repeat(5000)}1`,
    'many signs': `.byte ${'- '.repeat(900)}1`,
    'constants through one another': ['.equ c0, later + 1', ...doublings, '.byte c3000', 'later:'].join('\n'),
    'a variable through itself': `start: .set v, start\n.rept 5000\n.set v, v + 1\n.endr\n.word v`,
    'a number that doubles': '.set v, 3\n.rept 1000\n.set v, v * v\n.endr',
    'more space than there is': '.space 1 << 100\n.space 1 << 30\n'.repeat(50),
    'ten thousand unknown names': Array.from({ length: 10_000 }, (_, i) => `.word unknown_${i}`).join('\n'),
    'a long line of zeros': `.byte ${'0, '.repeat(100_000)}0`,
  };
  it.each(Object.entries(texts))('%s', (_name, text) => {
    const start = performance.now();
    survives(text, isa);
    expect(performance.now() - start).toBeLessThan(60_000);
  });
});
