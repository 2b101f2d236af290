// How instructions look when they are written back.
import { decodeAt, disassemble, disassembleRows } from '../../../src/guest/asm/disassemble.js';
import { formatInstruction } from '../../../src/guest/asm/format.js';
import { assembleText, isaNamed } from './support.js';

const tiny = isaNamed('tiny');

function back(text: string, preferAliases = false): string {
  const { image } = assembleText(text);
  const { bytes, address } = image.segments[0]!;
  return disassemble(tiny, bytes, address, image.symbols, { preferAliases });
}

const instructions = (text: string): string[] => text.trimEnd().split('\n').map((line) => line.trim());

describe('disassemble', () => {
  it('writes aliases only when asked, and the one that says the most', () => {
    const text = 'nop\nmv a0, a1\nret\nbeqz a0, . + 4\nbgt a0, a1, . + 8';
    expect(instructions(back(text))).toEqual(
      ['addi zero, zero, 0', 'addi a0, a1, 0', 'jalr zero, 0(lr)', 'beq a0, zero, 0x10010', 'blt a1, a0, 0x10018']);
    expect(instructions(back(text, true))).toEqual(['nop', 'mv a0, a1', 'ret', 'beqz a0, 0x10010', 'blt a1, a0, 0x10018']);
  });

  it('puts labels before their instructions and into branches', () => {
    const text = 'main:\n    nop\nmain.loop:\n    j main.loop\n    j main\nend:\n';
    expect(back('main: nop\n.loop: j .loop\nj main\nend:', true)).toBe(text);
    expect(back(text, true)).toBe(text);
  });

  it('does not name what the text does not define', () => {
    const bytes = Uint8Array.of(6, 0x20, 0, 0);
    expect(disassemble(tiny, bytes, 0x10000, new Map([['far', 0x10008]]))).toBe('    jal zero, 0x10008\n');
    const unusable = new Map([['inside', 0x10002], ['sp', 0x10000], ['a$b', 0x10000]]);
    expect(disassemble(tiny, bytes, 0x10000, unusable)).toBe('    jal zero, 0x10008\n');
  });

  it('writes what is no instruction as bytes', () => {
    expect(disassemble(tiny, Uint8Array.of(0, 0, 0, 0, 0x12, 0, 0, 0, 0x12, 0), 0x10000))
      .toBe('    .byte 0x00, 0x00, 0x00, 0x00\n    addi zero, zero, 0\n    .byte 0x12, 0x00\n');
  });

  it('gives rows with addresses and bytes', () => {
    const { image } = assembleText('x: li a0, 1\nnop');
    expect(disassembleRows(tiny, image.segments[0]!.bytes, 0x10000, image.symbols)).toMatchObject([
      { address: 0x10000, labels: ['x'], text: 'li a0, 1' }, { address: 0x10008, labels: [], text: 'addi zero, zero, 0' }]);
  });
});

describe('formatInstruction', () => {
  it('names the target of a branch wherever it lies', () => {
    const { instruction, word } = decodeAt(tiny, Uint8Array.of(6, 0x20, 0, 0), 0)!;
    expect(formatInstruction(tiny, instruction, word, 0x10000)).toBe('jal zero, 0x10008');
    const symbols = new Map([['far', 0x10008]]);
    expect(formatInstruction(tiny, instruction, word, 0x10000, symbols)).toBe('jal zero, far');
    expect(formatInstruction(tiny, instruction, word, 0x10000, symbols, { preferAliases: true })).toBe('j far');
  });
});
