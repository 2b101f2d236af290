// What a description becomes: registers, typed semantics, expansions.
import { builtinIsa, ISAS } from '../../../isa/index.js';
import { extractOperand } from '../../../src/guest/lang/encoding.js';
import type { Expr, Stmt } from '../../../src/guest/lang/ir.js';
import { loadIsa } from '../../../src/guest/lang/load.js';
import type { Isa } from '../../../src/guest/lang/model.js';
import { ALL_ISAS, faultsOf, instructionOf, small } from './isas.js';

const body = (semantics: string, extra = ''): readonly Stmt[] => {
  const isa = small(`${extra}insn x rd, rs is RR(0x001) { ${semantics} }\n`);
  return instructionOf(isa, 'x').body;
};
const value = (semantics: string): Expr => {
  const [first] = body(`rd = ${semantics}`);
  if (first?.k !== 'set') throw new Error('not an assignment');
  return first.value;
};
const RS: Expr = { k: 'reg', w: 32, file: 0, index: { operand: 1 } };

describe('registers', () => {
  const isa: Isa = small('insn x rd is 0x001 0b00 rd { rd = 0 }\n');

  it('are known by their names, further names and numbers', () => {
    for (const name of ['b', 'second', 'r2']) expect(isa.registerNames.get(name)).toEqual({ file: 0, index: 2 });
    expect(isa.registerNames.get('flag')).toEqual({ file: 1, index: 0 });
    expect(isa.files[0]!.names).toEqual(['zero', 'a', 'b', 'c']);
    expect(isa.files[1]!.scalar).toBe(true);
  });

  it('that are hard-wired read as constants', () => {
    expect(isa.files[0]!.fixed).toEqual(new Map([[0, 0n]]));
    expect(value('zero')).toEqual({ k: 'const', w: 32, value: 0n });
  });
});

describe('semantics', () => {
  it('gives literals and immediates the width of their context', () => {
    expect(value('rs + -1')).toEqual({ k: 'bin', w: 32, op: 'add', a: RS, b: { k: 'const', w: 32, value: 0xffff_ffffn } });
    expect(value('zx(rs == 0)')).toMatchObject({ k: 'zx', w: 32, a: { k: 'cmp', w: 1, b: { k: 'const', w: 32, value: 0n } } });
  });

  it('takes slices before it widens', () => {
    expect(value('sx(rs[15:8])')).toEqual({ k: 'sx', w: 32, a: { k: 'slice', w: 8, lo: 8, a: RS } });
  });

  it('keeps the function of rmw apart from the address', () => {
    expect(value('rmw m32[rs] old => old == rs ? 1 : old')).toMatchObject({
      k: 'rmw', w: 32, addr: RS, slot: 0, f: { k: 'cond', c: { k: 'cmp', op: 'eq', a: { k: 'local', slot: 0 } }, b: { k: 'local', slot: 0 } },
    });
  });

  it('numbers locals, and those of a block end with it', () => {
    const [first, second] = body('let n = rs; if n == 0 { let m = n; pc = m }; rd = n');
    expect(first).toEqual({ k: 'let', slot: 0, value: RS });
    expect(second).toMatchObject({ k: 'if', body: [{ k: 'let', slot: 1 }, { k: 'jump', target: { k: 'local', slot: 1 } }] });
    expect(faultsOf(() => body('if rs == 0 { let m = rs; pc = m }; rd = m'))).toEqual(['12:70: unknown name "m" | did you mean "a"?']);
  });

  it('turns guest calls into requests to the system', () => {
    expect(body('rd = ask(rs)', 'guest tell(i32), ask(i32) -> i32\n')).toEqual([
      { k: 'set', file: 0, index: { operand: 0 }, value: { k: 'guest', w: 32, call: 1, args: [RS] } },
    ]);
  });

  it('compares operands as numbers in a where condition, registers by their number', () => {
    const isa = small('insn x rd, imm is 0x1 imm[9:0] rd where (imm <s -1) & (rd != second) { rd = imm }\n');
    expect(instructionOf(isa, 'x').where).toMatchObject({
      k: 'bin', w: 1, a: { k: 'cmp', op: 'lts', a: { k: 'operand', w: 64, operand: 1 } }, b: { b: { k: 'const', value: 2n } },
    });
  });
});

describe('an expansion', () => {
  const isa = small(`insn addi rd, rs, imm is 0x1 imm[7:0] rs rd { rd = rs + imm }
insn c.addi rd, uimm is 0x20 uimm[5:0] rd => addi rd, rd, uimm
insn c.zero rd is 0x001 0b00 rd cost 2 => addi rd, zero, -1
alias dec rd => addi rd, rd, -1
`);

  it('has the body of its target with its own operands', () => {
    expect(instructionOf(isa, 'c.addi').body).toEqual([{
      k: 'set', file: 0, index: { operand: 0 },
      value: {
        k: 'bin', w: 32, op: 'add', a: { k: 'reg', w: 32, file: 0, index: { operand: 0 } }, b: { k: 'operand', w: 32, operand: 1 },
      },
    }]);
  });

  it('binds constants by value, hard-wired registers included', () => {
    expect(instructionOf(isa, 'c.zero').body).toMatchObject([
      { value: { a: { k: 'const', value: 0n }, b: { k: 'const', w: 32, value: 0xffff_ffffn } } },
    ]);
    expect(instructionOf(isa, 'c.zero').cost).toBe(2);
  });

  it('as an alias names what it passes on', () => {
    expect(isa.aliases[0]).toMatchObject({ bindings: [{ operand: 0 }, { operand: 0 }, { value: -1n }], text: 'addi rd, rd, -1' });
    expect(isa.instructions[isa.aliases[0]!.target]!.name).toBe('addi');
  });
});

describe.each(ALL_ISAS.map((isa) => [isa.name, isa] as const))('%s', (_, isa) => {
  it('gives every instruction a group, a cost and the text it was read from', () => {
    for (const each of isa.instructions) {
      expect(each.group).not.toBe('');
      expect(each.cost).toBeGreaterThanOrEqual(1);
      expect(each.encodingText).not.toBe('');
      expect(each.semanticsText).not.toBe('');
    }
  });

  it('fixes or passes on every bit of every word', () => {
    for (const { operands, bits, mask } of isa.instructions) {
      const all = operands.reduce((word, operand) => operand.pieces.reduce(
        (sum, piece) => sum | (((1n << BigInt(piece.bits)) - 1n) << BigInt(piece.wordLo)), word), mask);
      expect(all).toBe((1n << BigInt(bits)) - 1n);
      for (const operand of operands) expect(extractOperand(0n, operand)).toBe(BigInt(operand.first ?? 0));
    }
  });
});

describe.each(Object.entries(ISAS))('the model of %s that comes along', (name, { file, text, binding }) => {
  it('is what its text says', () => {
    expect(builtinIsa(name)).toStrictEqual(loadIsa({ path: file, text }, binding));
  });
});
