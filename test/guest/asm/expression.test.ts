// Expressions have one parse, and the value that C gives them.
import fc from 'fast-check';
import { ODD } from './odd-isa.js';
import { assembleText, faultsOf, isaNamed } from './support.js';

/** Text without a parenthesis that is not needed, over operators on which C and JavaScript agree for small numbers. */
const operators = ['+', '-', '*', '&', '|', '^', '<', '>', '<=', '>=', '==', '!='];
const operand = fc.tuple(fc.constantFrom('', '-', '~', '!', '- -'), fc.nat(9)).map(([sign, number]) => `${sign}${number}`);
const flat = fc.array(fc.tuple(fc.constantFrom(...operators), operand), { maxLength: 8 })
  .chain((tail) => operand.map((first) => `${first}${tail.map(([operator, each]) => ` ${operator} ${each}`).join('')}`));
const grouped = fc.array(fc.tuple(fc.constantFrom(...operators), flat), { minLength: 1, maxLength: 4 })
  .map((groups) => groups.map(([operator, group], i) => (i === 0 ? `(${group})` : ` ${operator} (${group})`)).join(''));

function valueOf(text: string): bigint {
  const [segment] = assembleText(`.dword ${text}`).image.segments;
  return new DataView(segment!.bytes.buffer, segment!.bytes.byteOffset).getBigInt64(0, true);
}

describe('expressions', () => {
  it('have the precedence of C, which is that of JavaScript', () => {
    fc.assert(fc.property(fc.oneof(flat, grouped), (text) => {
      const value = Number(new Function(`return ${text};`)() as number | boolean);
      fc.pre(Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31);
      expect(valueOf(text)).toBe(BigInt(value));
    }), { numRuns: 1000 });
  });

  it('know shifts, logic and choice', () => {
    fc.assert(fc.property(fc.nat(9), fc.nat(9), fc.nat(9), (a, b, c) => {
      expect(valueOf(`${a} << ${b} + ${c} & 0xff`)).toBe(BigInt((a * 2 ** (b + c)) & 0xff));
      expect(valueOf(`${a} || ${b} && ${c} ? ${a} : ${b} ? ${c} : 1`)).toBe(BigInt(a || (b && c) ? a : b ? c : 1));
    }));
  });
});

describe('operands that can be read in two ways', () => {
  it('are refused, not guessed', () => {
    expect(faultsOf(() => assembleText('two 1 2\ntwo 1 -2\ntwo (5 - 2) -1', ODD))).toEqual([]);
    expect(faultsOf(() => assembleText('two 5 - 2 - 1', ODD)).map(({ message, hint }) => [message, hint]))
      .toEqual([['these operands can be read in more than one way', 'parentheses decide it']]);
  });
});

describe('symbols given from outside', () => {
  const given = new Map([['N', 3n]]);
  it('stand for .default, and for .ifdef and plain use', () => {
    expect(valueOfGiven('.default N, 1\n.dword N')).toBe(3);
    expect(valueOfGiven('.dword N')).toBe(3);
    expect(valueOfGiven('.ifdef N\n.dword 7\n.endif')).toBe(7);
  });

  it('cannot be defined again', () => {
    expect(faultsOf(() => assembleText('.equ N, 1', isaNamed('tiny'), { defines: given })).map(({ message }) => message))
      .toContain('"N" is already defined');
  });

  function valueOfGiven(text: string): number | undefined {
    return assembleText(text, isaNamed('tiny'), { defines: given }).image.segments[0]?.bytes[0];
  }
});
