// The mnemonics of an ISA: for each, the instructions and aliases that it may mean, in the order in which they are tried.
import type { Alias, Binding, Instruction, Isa, Operand, Syntax } from '../lang/model.js';
import { OperandGrammar, signatureOf, type Part } from './operand-grammar.js';
import { literalShape, makeLexer, type Lexer } from './tokens.js';

/** What a part of the syntax other than a literal stands for. */
export type Field = { readonly operand: number } | { readonly reg: { readonly file: number; readonly index: number } };

/** One way to write one instruction. */
export interface Form {
  /** As written, an enum operand glued to it included. */
  readonly mnemonic: string;
  readonly signature: string;
  readonly parts: readonly Part[];
  readonly fields: readonly Field[];
  /** The operands it names: those of the alias, or of the instruction itself. */
  readonly operands: readonly Operand[];
  /** The operand and its value that the mnemonic tells. */
  readonly glued?: { readonly operand: number; readonly value: bigint };
  readonly instruction: Instruction;
  /** For an alias: one per operand of the instruction. */
  readonly bindings?: readonly Binding[];
  readonly usage: string;
}

/** What the assembler derives from an ISA. */
export interface AssemblyLanguage {
  readonly isa: Isa;
  readonly lexer: Lexer;
  readonly grammar: OperandGrammar;
  /** By mnemonic; instructions before aliases, each in the order of the ISA text. */
  readonly forms: ReadonlyMap<string, readonly Form[]>;
  /** The forms of each instruction and alias, one per spelling of a glued operand. */
  readonly formsOf: ReadonlyMap<Instruction | Alias, readonly Form[]>;
}

const languages = new WeakMap<Isa, AssemblyLanguage>();

export function assemblyLanguage(isa: Isa): AssemblyLanguage {
  let language = languages.get(isa);
  if (!language) languages.set(isa, (language = derive(isa)));
  return language;
}

function derive(isa: Isa): AssemblyLanguage {
  const forms = new Map<string, Form[]>();
  const formsOf = new Map<Instruction | Alias, Form[]>();
  const add = (item: Instruction | Alias, instruction: Instruction, bindings?: readonly Binding[]): void => {
    const own = makeForms(isa, item.syntax, item.operands, instruction, bindings);
    formsOf.set(item, own);
    for (const form of own) {
      const same = forms.get(form.mnemonic);
      if (same) same.push(form);
      else forms.set(form.mnemonic, [form]);
    }
  };
  for (const instruction of isa.instructions) add(instruction, instruction);
  for (const alias of isa.aliases) add(alias, isa.instructions[alias.target]!, alias.bindings);
  const syntaxes = [...formsOf.values()].flatMap((list) => list.map((form) => form.parts));
  return { isa, lexer: makeLexer(isa), grammar: new OperandGrammar(syntaxes), forms, formsOf };
}

function makeForms(
  isa: Isa, syntax: Syntax, operands: readonly Operand[], instruction: Instruction, bindings?: readonly Binding[],
): Form[] {
  const parts: Part[] = [];
  const fields: Field[] = [];
  for (const token of syntax.tokens) {
    if ('lit' in token) {
      parts.push({ k: 'literal', text: token.lit, shape: literalShape(token.lit) });
    } else {
      parts.push('reg' in token ? { k: 'register' } : partOf(operands[token.operand]!));
      fields.push(token);
    }
  }
  const common = { signature: signatureOf(parts), parts, fields, operands, instruction, ...(bindings && { bindings }) };
  const make = (mnemonic: string): Form => ({ ...common, mnemonic, usage: usageOf(isa, mnemonic, syntax, operands) });
  const { suffix } = syntax;
  if (suffix === undefined) return [make(syntax.mnemonic)];
  return operands[suffix]!.spellings!.map((spelling, value) => (
    { ...make(syntax.mnemonic + spelling), glued: { operand: suffix, value: BigInt(value) } }));
}

function partOf(operand: Operand): Part {
  if (operand.kind === 'reg') return { k: 'register' };
  if (operand.kind !== 'enum') return { k: 'value' };
  const words = operand.spellings!;
  return { k: 'choice', words, shapes: words.filter((text) => text !== '').map(literalShape), optional: words.includes('') };
}

function usageOf(isa: Isa, mnemonic: string, syntax: Syntax, operands: readonly Operand[]): string {
  return joinSyntax(mnemonic, syntax.tokens.map((token): Spelled => {
    if ('lit' in token) return token;
    return { text: 'reg' in token ? isa.files[token.reg.file]!.names[token.reg.index]! : operands[token.operand]!.name };
  }));
}

/** Punctuation or a word of the syntax, or what stands for an operand. */
export type Spelled = { readonly lit: string } | { readonly text: string };

/** `mnemonic a, 4(b)`: a blank after commas, around words, and between what would otherwise run together. */
export function joinSyntax(mnemonic: string, tokens: readonly Spelled[]): string {
  let text = mnemonic;
  let separate = true;
  for (const token of tokens) {
    const next = 'lit' in token ? token.lit : token.text;
    if (next === '') continue;
    const word = 'lit' in token && /^\w/.test(next);
    const glue = separate || word || (/[\w.']$/.test(text) && /^[\w.'-]/.test(next)) ? ' ' : '';
    text += glue + next;
    separate = word || next === ',';
  }
  return text;
}
