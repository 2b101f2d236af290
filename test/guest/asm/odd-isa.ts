// An ISA whose syntax is unlike any other's: `#` and `@` in operands, words between them, optional words, several lengths.
import { loadIsa } from '../../../src/guest/lang/load.js';
import type { Instruction, Isa } from '../../../src/guest/lang/model.js';

const TEXT = `
isa odd
pc : i16
word 8 when 0b0, 16 when 0b01, 24
reg r : i16[4]
reg f : i16[2] { f0 f1 }
reg acc : i16
field rd rs         : r
field fd            : f
field small         : unsigned
field imm wide      : signed
field near far      : pcrel
field mode          : { "" "round" "trunc" "up" }
field cond          : { ".z" ".nz" }
memory { low = 0x0  high = 0x1_0000  text = 0x100  align = 0x100  stack = 0xf000  stack_bytes = 0x100 }
start  { acc = vcpu }

insn ldq  #small              is 0b0000 small[2:0] 0b0         { acc = small }
insn ldb  #imm                is imm[7:0] 0b00000001           { acc = imm }
insn ldw  #wide               is wide[15:0] 0b00000011         { acc = wide }
insn brn  near                is near[7:0] 0b00000101          { pc = near }
insn brf  far                 is far[15:0] 0b00000111          { pc = far }
insn sk^cond                  is 0b000100 cond 0b0             { if cond == 0 { pc = next + 1 } }
insn cvt  fd, rd mode         is 0b000 mode rd fd 0b00001001   { fd = rd + mode }
insn put  "byte" rd "to" @ rs is 0b0000 rs rd 0b00001101       { m8[rs] = rd[7:0] }
insn add  acc, rd             is 0b00011 rd 0b0                { acc = acc + rd }
insn mark [rd + wide]         is wide[15:0] 0b001 rd 0b011     { acc = m16[rd + wide] }
insn two  small imm           is imm[7:0] small[2:0] 0b0000000010011 { acc = imm + small }
alias zero                    => ldq #0
`;

export const ODD: Isa = loadIsa({ path: 'odd.isa', text: TEXT }, { externs: {} });

const SHARED: Readonly<Record<string, string>> = { ldq: 'ld', ldb: 'ld', ldw: 'ld', brn: 'br', brf: 'br' };

/** `odd` with one mnemonic for all loads of a constant, and one for both branches: the shortest that fits is meant. */
export const ELASTIC: Isa = {
  ...ODD,
  name: 'elastic',
  instructions: ODD.instructions.map((each): Instruction => (
    { ...each, syntax: { ...each.syntax, mnemonic: SHARED[each.name] ?? each.syntax.mnemonic } })),
};
