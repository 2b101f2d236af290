// Every instruction and alias of every ISA does what the tables say, and nothing else.
import { mnemonicsOf } from '../../../src/guest/lang/syntax.js';
import { Guest, isaNamed, type State } from '../../support/guest.js';
import { modulo, type Case, type Table } from './tables/case.js';
import { ACC } from './tables/acc.js';
import { TINY } from './tables/tiny.js';
import { TOY16 } from './tables/toy16.js';

const MEMORY_KEY = /^m\d+\[/;

/** Runs the case; what registers and named memory are after it, and what they should be. */
function outcome(isa: string, { code, given = {}, then }: Case): [State, State] {
  const guest = new Guest(isaNamed(isa), `${code}\n halt\n`);
  guest.set(given);
  const before = guest.registers();
  guest.run();
  const memoryKeys = Object.keys(then).filter((key) => MEMORY_KEY.test(key));
  const after = { ...guest.registers(), ...Object.fromEntries(memoryKeys.map((key) => [key, guest.get(key)])), pc: 0n };
  return [after, { ...before, ...then, pc: 0n }];
}

function mnemonicsIn(code: string): string[] {
  return code.split('\n').map((line) => line.replace(/^\w+:/, '').trim().split(/\s/)[0]!);
}

describe.each([TINY, TOY16, ACC].map((table): [string, Table] => [table.isa, table]))('%s', (name, table) => {
  it.each(table.operators.map((operator) => [operator.code.replaceAll('\n', '; '), operator] as const))(
    '%s: its result over all pairs of edge values', (_, { code, a, b, to, is }) => {
      const guest = new Guest(isaNamed(name), `${code}\n halt\n`);
      const start = guest.registers();
      const wrong: string[] = [];
      for (const x of table.edges) {
        for (const y of b === undefined ? [0n] : table.edges) {
          const given = { ...start, [a]: x, ...(b === undefined ? {} : { [b]: y }) };
          guest.set(given);
          guest.vcpu.answers = [];
          guest.run();
          const expected = { ...given, [to]: modulo(table.width, is(x, y)) };
          for (const [register, value] of Object.entries(guest.registers())) {
            if (register !== 'pc' && value !== expected[register as keyof typeof expected]) {
              wrong.push(`${a}=${x} ${b ?? ''}=${y}: ${register} is ${value}, expected ${expected[register as keyof typeof expected]}`);
            }
          }
        }
      }
      expect(wrong).toEqual([]);
    });

  it.each(table.cases.map((each) => [each.code.replaceAll('\n', '; '), each] as const))('%s', (_, each) => {
    const [after, expected] = outcome(name, each);
    expect(after).toEqual(expected);
  });

  it('has no instruction and no alias that these tables leave out', () => {
    const isa = isaNamed(name);
    const tried = new Set([...table.operators, ...table.cases].flatMap(({ code }) => mnemonicsIn(`${code}\nhalt`)));
    const known = [...isa.instructions, ...isa.aliases].flatMap(mnemonicsOf);
    expect(known.filter((mnemonic) => !tried.has(mnemonic))).toEqual([]);
  });
});
