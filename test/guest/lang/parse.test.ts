// The grammar: one parse of everything, and the precedence that the printed tree promises.
import fc from 'fast-check';
import { Faults } from '../../../src/base/diagnostics.js';
import type { ExprAst, ItemAst } from '../../../src/guest/lang/ast.js';
import { parseItems, parsesOf, splitItems } from '../../../src/guest/lang/items.js';
import { tokenize } from '../../../src/guest/lang/lexer.js';
import { ALL_SOURCES, faultsOf } from './isas.js';

function parses(text: string): ItemAst[] {
  const items = splitItems(tokenize({ path: 'x.isa', text }, new Faults()));
  expect(items).toHaveLength(1);
  return parsesOf(items[0]!);
}

/** Loosest first; each level takes the operators of one row. */
const LEVELS: readonly (readonly string[])[] = [
  ['?:'], ['==', '!=', '<s', '<u', '<=s', '<=u', '>s', '>u', '>=s', '>=u'], ['|'], ['^'], ['&'], ['<<', '>>s', '>>u'],
  ['+', '-'], ['*', '/s', '/u', '%s', '%u'], ['unary'], ['postfix'],
];
const COMPARE = 1;

interface Printed {
  /** With only the parentheses that precedence demands. */
  readonly text: string;
  /** The tree, fully bracketed. */
  readonly tree: string;
  readonly level: number;
}

const atom: fc.Arbitrary<Printed> = fc.constantFrom('rd', 'rs', 'pc', 'next', '0x1_f', '42', 'm32[rs]', 'mix(rd, 1)')
  .map((text) => ({ text, tree: text.replaceAll(' ', ''), level: LEVELS.length }));

function guarded({ text, level }: Printed, least: number): string {
  return level < least ? `(${text})` : text;
}

const expression: fc.Arbitrary<Printed> = fc.letrec<{ node: Printed }>((tie) => ({
  node: fc.oneof({ maxDepth: 6, withCrossShrink: true }, atom,
    fc.record({ level: fc.integer({ min: 1, max: 7 }), pick: fc.nat(), a: tie('node'), b: tie('node') }).map(({ level, pick, a, b }) => {
      const op = LEVELS[level]![pick % LEVELS[level]!.length]!;
      // Comparisons do not chain; the others group to the left.
      const left = guarded(a, level === COMPARE ? level + 1 : level);
      return { text: `${left} ${op} ${guarded(b, level + 1)}`, tree: `(${a.tree}${op}${b.tree})`, level };
    }),
    fc.record({ op: fc.constantFrom('-', '~', '!'), a: tie('node') })
      .map(({ op, a }) => ({ text: `${op}${guarded(a, 8)}`, tree: `${op}(${a.tree})`, level: 8 })),
    tie('node').map((a) => ({ text: `${guarded(a, 9)}[7:0]`, tree: `${a.tree}[7:0]`, level: 9 })),
    fc.record({ c: tie('node'), a: tie('node'), b: tie('node') }).map(({ c, a, b }) => ({
      text: `${guarded(c, 1)} ? ${guarded(a, 0)} : ${guarded(b, 0)}`, tree: `(${c.tree}?${a.tree}:${b.tree})`, level: 0,
    })),
    tie('node').map((a) => ({ text: `sx(${a.text})`, tree: `sx(${a.tree})`, level: LEVELS.length }))),
})).node;

function treeOf(e: ExprAst): string {
  switch (e.k) {
    case 'number': return e.token.text;
    case 'name': return e.name;
    case 'pc': case 'next': return e.k;
    case 'unary': return `${e.op}(${treeOf(e.a)})`;
    case 'binary': return `(${treeOf(e.a)}${e.op}${treeOf(e.b)})`;
    case 'ternary': return `(${treeOf(e.c)}?${treeOf(e.a)}:${treeOf(e.b)})`;
    case 'slice': return `${treeOf(e.a)}[${e.hi.text}:${e.lo.text}]`;
    case 'extend': return `${e.signed ? 'sx' : 'zx'}(${treeOf(e.a)})`;
    case 'load': return `${e.memory.text}[${treeOf(e.addr)}]`;
    case 'rmw': return `rmw${e.memory.text}[${treeOf(e.addr)}]${e.old.text}=>${treeOf(e.f)}`;
    case 'call': return `${e.name.text}(${e.args.map(treeOf).join(',')})`;
  }
}

function valueOf(item: ItemAst): ExprAst {
  if (item.k !== 'insn' || item.body?.[0]?.k !== 'set') throw new Error('not an assignment');
  return item.body[0].value;
}

describe('the grammar', () => {
  it.each(ALL_SOURCES.map((source) => [source.path, source] as const))('reads every item of %s in exactly one way', (_, source) => {
    const items = splitItems(tokenize(source, new Faults()));
    expect(items.map((tokens) => parsesOf(tokens).length)).toEqual(items.map(() => 1));
  });

  it('reads every expression in exactly one way, with the precedence it is printed with', () => {
    fc.assert(fc.property(expression, ({ text, tree }) => {
      const found = parses(`insn x rd is 0x0 { rd = ${text} }`);
      expect(found).toHaveLength(1);
      expect(treeOf(valueOf(found[0]!))).toBe(tree);
    }), { seed: 1, numRuns: 300 });
  });

  it('lets the function of rmw extend as far right as it can', () => {
    const [item] = parses('insn x rd is 0x0 { rd = rmw m32[rs] old => old == rd ? rs : old }');
    expect(treeOf(valueOf(item!))).toBe('rmwm32[rs]old=>((old==rd)?rs:old)');
  });

  it('takes reserved words as mnemonics', () => {
    for (const word of ['pause', 'trap', 'if', 'insn', 'pc', 'next']) {
      expect(parses(`insn ${word} rd is 0x0 { rd = 0 }`)).toHaveLength(1);
    }
  });

  it('needs a semicolon between statements but not behind a closing brace', () => {
    expect(parses('insn x rd is 0x0 { if rd == 0 { pc = rd } rd = 0 }')).toHaveLength(1);
    expect(parses('insn x rd is 0x0 { if rd == 0 { pc = rd }; rd = 0; }')).toHaveLength(1);
    expect(faultsOf(() => parses('insn x rd is 0x0 { rd = 0 rd = 1 }'))).toHaveLength(1);
  });

  it('splits items at keywords that begin a line outside braces', () => {
    const text = 'insn x rd is 0x0\n  { rd = 0;\n    pc = rd }\npc : i32\nreg r : i32[2] {\n  a\n  b }\n';
    const items = parseItems({ path: 'x.isa', text }, new Faults());
    expect(items.map(({ k }) => k)).toEqual(['insn', 'pc', 'reg']);
  });

  it('goes on at the next item after a brace that is never closed', () => {
    const faults = new Faults();
    const items = parseItems({ path: 'x.isa', text: 'insn x rd is 0x0 { rd = 0\ninsn y rd is 0x1 { rd = 0 }\n' }, faults);
    expect(items.map((item) => item.k === 'insn' && item.syntax.mnemonic.text)).toEqual(['y']);
    expect(faults.list).toHaveLength(1);
  });
});
