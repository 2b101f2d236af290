// Addresses: instructions of several lengths, sections, space that takes no memory, where execution begins.
import { assemble } from '../../../src/guest/asm/assemble.js';
import { disassemble } from '../../../src/guest/asm/disassemble.js';
import { assembleText, faultsOf, hexOf, isaNamed } from './support.js';
import { ELASTIC } from './odd-isa.js';

const elastic = (text: string): string => hexOf(assembleText(text, ELASTIC));

describe('instructions that share a mnemonic', () => {
  it('takes the first form that fits', () => {
    expect(elastic('ld #7\nld #8\nld #-1\nld #200')).toBe('0e 01 08 01 ff 03 c8 00');
  });

  it('reports the misfit of the last form', () => {
    expect(faultsOf(() => assembleText('ld #40000', ELASTIC)).map(({ message }) => message))
      .toEqual(['ld: wide = 40000 does not fit (-32768 to 32767)']);
  });

  it('lengthens a forward branch that does not reach, and all that depends on it', () => {
    expect(elastic('br end\n.space 125\nend: .byte 1').slice(0, 5)).toBe('05 7f');
    expect(elastic('br end\n.space 126\nend: .byte 1').slice(0, 8)).toBe('07 81 00');
    expect(elastic('br a\nbr b\n.space 123\na: .space 2\nb: .byte 1').slice(0, 11)).toBe('05 7f 05 7f');
    // The second is a byte out of reach, and by its growth the first is too.
    expect(elastic('br a\nbr b\n.space 123\na: .space 3\nb: .byte 1').slice(0, 17)).toBe('07 81 00 07 81 00');
  });

  it('settles where each branch lengthens the one before', () => {
    const count = 120;
    const lines = Array.from({ length: count }, (_, i) => `br l${i}`);
    const targets = Array.from({ length: count }, (_, i) => `l${i}: ld #0`);
    const { image } = assembleText([...lines, ...targets].join('\n'), ELASTIC);
    const [{ bytes, address }] = image.segments as [(typeof image.segments)[0]];
    const text = disassemble(ELASTIC, bytes, address, image.symbols);
    expect(text).not.toContain('.byte');
    for (let i = 0; i < count; i++) expect(text).toContain(`br l${i}\n`);
  });

  it('disassembles a word that its text would not give back as bytes', () => {
    expect(disassemble(ELASTIC, Uint8Array.of(3, 5, 0), 0x100)).toBe('    .byte 0x03, 0x05, 0x00\n');
    expect(disassemble(ELASTIC, Uint8Array.of(3, 0, 1), 0x100)).toBe('    ld #256\n');
  });
});

describe('sections', () => {
  it('keeps a large .bss, and large space within data, out of the bytes', () => {
    const { image } = assembleText('.data\n.byte 1\n.space 64 << 20\n.byte 2\n.bss\n.space 64 << 20');
    expect(image.segments.map(({ name, bytes, zeroBytes }) => [name, bytes.length, zeroBytes]))
      .toEqual([['.data', 1, 64 << 20], ['.data', 1, 0], ['.bss', 0, 64 << 20]]);
    const [first, second] = image.segments;
    expect(second!.address).toBe(first!.address + 1 + (64 << 20));
  });

  it('leaves space at the end of a section to the loader', () => {
    const { image } = assembleText('nop\n.space 100');
    expect(image.segments).toMatchObject([{ name: '.text', zeroBytes: 100 }]);
    expect(image.segments[0]!.bytes).toHaveLength(4);
  });

  it('begins each at a multiple of the alignment, whatever the order of the text', () => {
    const { image } = assembleText('.bss\nb: .space 1\n.data\nd: .byte 1\n.text\nt: nop\n.data\ne: .byte 2');
    const { text, align } = isaNamed('tiny').memory;
    expect([...image.symbols]).toEqual([['t', text], ['d', text + align], ['e', text + align + 1], ['b', text + 2 * align]]);
  });

  it('can start elsewhere', () => {
    expect(assembleText('nop\nx:', isaNamed('tiny'), { origin: 0x5000 }).image.symbols.get('x')).toBe(0x5004);
  });
});

describe('entry', () => {
  const entry = (text: string): number => assembleText(text).image.entry - isaNamed('tiny').memory.text;
  it('is _start, else start, else main, else the beginning of the text', () => {
    expect(entry('nop\nmain: nop\nstart: nop\n_start: nop')).toBe(12);
    expect(entry('nop\nmain: nop\nstart: nop')).toBe(8);
    expect(entry('nop\nmain: nop')).toBe(4);
    expect(entry('nop\n.equ start, 64\nx: nop')).toBe(0);
  });
});

describe('sections', () => {
  const addresses = (pageBytes?: number): readonly number[] => {
    const text = '.data\n.dword 1\n.bss\n.space 8\n.text\nnop';
    const { image } = assemble({ path: 'sections.s', text }, isaNamed('tiny'), pageBytes === undefined ? {} : { pageBytes });
    return image.segments.map(({ address }) => address);
  };

  it('lie on different pages, so that a store to data leaves copies of the code alone', () => {
    expect(addresses()).toEqual([0x10000, 0x20000, 0x30000]);
    expect(addresses(4096)).toEqual(addresses());
    expect(addresses(2 ** 21)).toEqual([0x10000, 2 ** 21, 2 ** 22]);
  });

  it('lie where the ISA says in a memory of few pages', () => {
    const { image } = assemble({ path: 'few.s', text: '.data\n.word 1\n.text\nhalt' }, isaNamed('toy16'), { pageBytes: 4096 });
    expect(image.segments.map(({ address }) => address)).toEqual([0x400, 0x800]);
  });
});
