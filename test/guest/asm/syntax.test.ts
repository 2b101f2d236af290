// Everything about operand syntax comes from the ISA.
import { disassemble } from '../../../src/guest/asm/disassemble.js';
import { assembleText, faultsOf, hexOf } from './support.js';
import { ODD } from './odd-isa.js';

const hex = (text: string): string => hexOf(assembleText(text, ODD));
const messages = (text: string): string[] => faultsOf(() => assembleText(text, ODD)).map(({ message }) => message);

describe('operand syntax', () => {
  it('takes a comment sign that the ISA uses for punctuation', () => {
    expect(hex('ldq #5 ; five\nldb #-1 // minus one')).toBe('0a 01 ff');
    expect(messages('# no comment here')).toEqual(['expected an instruction, a directive or a label, not "#"']);
  });

  it('takes words between operands, which remain usable as symbols', () => {
    expect(hex('put byte r1 to @r2\nbyte: .equ to, 1\n.half byte, to')).toBe('0d 09 02 01 01 00');
    expect(messages('put word r1 to @r2')).toEqual(['put: expected "byte", not "word"']);
  });

  it('lets an operand with an empty spelling be left out', () => {
    expect(hex('cvt f1, r2\ncvt f1, r2 trunc')).toBe('09 05 09 15');
    expect(messages('cvt f1, r2 down')).toEqual(['cvt: expected round or trunc or up, not "down"']);
  });

  it('takes an operand glued to the mnemonic', () => {
    expect(hex('sk.z\nsk.nz')).toBe('10 12');
    expect(messages('sk')).toEqual(['unknown instruction "sk"']);
  });

  it('knows a register that the syntax fixes, and register files apart', () => {
    expect(hex('add acc, r3')).toBe('1e');
    expect(messages('add r3, r3\ncvt r1, r2')).toEqual([
      'add: expected register "acc", not "r3"', 'cvt: fd cannot be register "r1"']);
  });

  it('takes operators of expressions as punctuation', () => {
    expect(hex('mark [r1 + 2 + 3]\nmark [r1 + -(1 + 1)]')).toBe('2b 05 00 2b fe ff');
  });

  it('disassembles all of it', () => {
    const lines = [
      'ldq #5', 'cvt f1, r2', 'cvt f1, r2 up', 'put byte r1 to @r2', 'sk.nz', 'add acc, r3', 'mark [r1+-2]', 'two 1 -2'];
    const text = lines.map((line) => `    ${line}\n`).join('');
    const [segment] = assembleText(text, ODD).image.segments;
    expect(disassemble(ODD, segment!.bytes, segment!.address)).toBe(text);
  });
});
