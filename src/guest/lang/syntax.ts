// The assembly syntax of instructions and aliases: operands in the order in which they are written.
import { fail } from '../../base/diagnostics.js';
import type { SyntaxAst } from './ast.js';
import type { Token } from './lexer.js';
import type { Instruction, Operand, RegisterFile, Syntax, SyntaxToken } from './model.js';
import { known, type Scope } from './scope.js';

export interface ReadSyntax {
  readonly syntax: Syntax;
  /** The field name of each operand; its index is the operand's. */
  readonly names: readonly Token[];
}

/** Reads `mnemonic^suffix tokens`: fields are operands; registers, punctuation and quoted words stand for themselves. */
export function readSyntax(ast: SyntaxAst, scope: Scope): ReadSyntax {
  const names: Token[] = [];
  const operand = (token: Token): number => {
    if (names.some(({ text }) => text === token.text)) fail(`"${token.text}" stands twice in the syntax`, token.at);
    return names.push(token) - 1;
  };
  if (ast.suffix) {
    const { text, at } = ast.suffix;
    const field = known(scope, scope.fields.get(text), 'field', text, at, scope.fields.keys());
    if (field.kind !== 'enum') fail(`a mnemonic ends in a field of spellings; "${text}" is none`, at);
  }
  const suffix = ast.suffix ? operand(ast.suffix) : undefined;
  const tokens = ast.tokens.map((token): SyntaxToken => {
    if (token.type === 'string') return { lit: token.text.slice(1, -1) };
    if (token.type === 'number') {
      fail('a number cannot stand in the syntax', token.at, `quote it if it is part of the text: "${token.text}"`);
    }
    if (token.type !== 'name') return { lit: token.text };
    if (scope.fields.has(token.text)) return { operand: operand(token) };
    const names = [...scope.fields.keys(), ...scope.registers.keys()];
    return { reg: known(scope, scope.registers.get(token.text), 'field or register', token.text, token.at, names) };
  });
  const mnemonic = ast.mnemonic.text;
  return { syntax: suffix === undefined ? { mnemonic, tokens } : { mnemonic, suffix, tokens }, names };
}

/** What distinguishes one syntax from another to an assembler: `addi %r , %r , %n`. */
export function shapeOf({ mnemonic, tokens, suffix }: Syntax, operands: readonly Operand[]): string {
  const parts = tokens.map((token) => {
    if ('lit' in token) return token.lit;
    if ('reg' in token) return `%${token.reg.file}.${token.reg.index}`;
    const { kind, file, spellings } = operands[token.operand]!;
    if (kind === 'reg') return `%r${file}`;
    return kind === 'enum' ? `%{${spellings!.join(' ')}}` : '%n';
  });
  return [suffix === undefined ? mnemonic : `${mnemonic}^`, ...parts].join(' ');
}

/** Every spelling of the mnemonic: one, or one for each spelling of its suffix. */
export function mnemonicsOf({ syntax, operands }: Pick<Instruction, 'syntax' | 'operands'>): string[] {
  const { mnemonic, suffix } = syntax;
  return suffix === undefined ? [mnemonic] : operands[suffix]!.spellings!.map((spelling) => mnemonic + spelling);
}

/** The syntax as people write it, operands by name: `lw rd, imm(rs)`, `b{eq|ne} target`. */
export function syntaxText({ mnemonic, suffix, tokens }: Syntax, operands: readonly Operand[],
  files: readonly RegisterFile[]): string {
  const ending = suffix === undefined ? '' : `{${operands[suffix]!.spellings!.join('|')}}`;
  const words = tokens.map((token) => {
    if ('lit' in token) return token.lit === ',' ? ', ' : token.lit;
    return 'reg' in token ? files[token.reg.file]!.names[token.reg.index]! : operands[token.operand]!.name;
  });
  return `${mnemonic}${ending} ${words.join('')}`.trim();
}
