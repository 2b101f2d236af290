// One instruction word as assembly text that assembles back to that word.
import { slice, wrap } from '../../base/bits.js';
import { Faults } from '../../base/diagnostics.js';
import { operandValues } from '../lang/encoding.js';
import type { Alias, Instruction, Isa } from '../lang/model.js';
import { encodeForm, valuesIn } from './encode.js';
import { assemblyLanguage, joinSyntax, type AssemblyLanguage, type Form, type Spelled } from './forms.js';
import { matchForms } from './match.js';
import { Program } from './program.js';
import { Symbols } from './symbols.js';

export interface FormatOptions {
  /** Write an alias where one says the same with fewer operands: the one with the fewest. */
  readonly preferAliases?: boolean;
}

/** Names by address; of several at one address the first in the order of the map. */
export type NamesByAddress = ReadonlyMap<number, string>;

/**
 * `instruction` with the operands of `word`, at address `pc`. Targets of branches are written as the symbol at their
 * address if there is one, else in hexadecimal. A word that no text assembles to is written as `.byte`.
 */
export function formatInstruction(
  isa: Isa, instruction: Instruction, word: bigint, pc: number,
  symbols?: ReadonlyMap<string, number>, options: FormatOptions = {},
): string {
  const names = symbols && namesByAddress(symbols);
  return formatNamed(isa, instruction, word, pc, names, options) ?? formatBytes(bytesOf(word, instruction.bits));
}

/** As formatInstruction; undefined where no text assembles to the word. */
export function formatNamed(
  isa: Isa, instruction: Instruction, word: bigint, pc: number, names: NamesByAddress | undefined, options: FormatOptions,
): string | undefined {
  const language = assemblyLanguage(isa);
  const values = operandValues(instruction, word).map((value, i) => (
    instruction.operands[i]!.kind === 'pcrel' ? wrap(isa.pcWidth, value + BigInt(pc)) : value));
  for (const item of [...(options.preferAliases ? aliasesOf(isa, instruction) : []), instruction]) {
    for (const form of language.formsOf.get(item)!) {
      const own = ownValues(form, values);
      if (!own || !means(language, form, own, word, pc)) continue;
      return spell(isa, form, own, names);
    }
  }
  return undefined;
}

/** `.byte 0x13, 0x05`. */
export function formatBytes(bytes: Uint8Array): string {
  return `.byte ${[...bytes].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')}`;
}

/** The `bits` low bits of `word` as they lie in memory. */
export function bytesOf(word: bigint, bits: number): Uint8Array {
  return Uint8Array.from({ length: bits / 8 }, (_, i) => Number(slice(word, 8 * i, 8)));
}

const namesCache = new WeakMap<ReadonlyMap<string, number>, NamesByAddress>();

function namesByAddress(symbols: ReadonlyMap<string, number>): NamesByAddress {
  let names = namesCache.get(symbols);
  if (!names) {
    const made = new Map<number, string>();
    for (const [name, address] of symbols) if (!made.has(address)) made.set(address, name);
    namesCache.set(symbols, (names = made));
  }
  return names;
}

const aliasCache = new WeakMap<Isa, Map<Instruction, Alias[]>>();

function aliasesOf(isa: Isa, instruction: Instruction): readonly Alias[] {
  let byTarget = aliasCache.get(isa);
  if (!byTarget) {
    aliasCache.set(isa, (byTarget = new Map()));
    for (const alias of [...isa.aliases].sort((a, b) => a.operands.length - b.operands.length)) {
      const target = isa.instructions[alias.target]!;
      if (alias.operands.length >= target.operands.length) continue;
      byTarget.set(target, [...(byTarget.get(target) ?? []), alias]);
    }
  }
  return byTarget.get(instruction) ?? [];
}

/** What the form's own operands must be for the instruction's to be `values`. */
function ownValues(form: Form, values: readonly bigint[]): bigint[] | undefined {
  const own: bigint[] = form.bindings ? [] : [...values];
  for (const [i, binding] of (form.bindings ?? []).entries()) {
    const bound = 'value' in binding ? binding.value : (own[binding.operand] ??= values[i]!);
    if (bound !== values[i]) return undefined;
  }
  if (form.operands.some((_, i) => own[i] === undefined)) return undefined;
  return form.glued && own[form.glued.operand] !== form.glued.value ? undefined : own;
}

/** Whether the assembler makes `word` of the form with these values, other forms of its mnemonic considered. */
function means(language: AssemblyLanguage, form: Form, own: readonly bigint[], word: bigint, pc: number): boolean {
  const { isa } = language;
  if (encodeForm(form, own, pc, isa.pcWidth) !== word) return false;
  const text = spell(isa, form, own, undefined);
  if (text === undefined) return false;
  if (language.forms.get(form.mnemonic)!.length === 1) return true;
  const { tokens } = language.lexer.lex(text);
  const [head, ...operands] = tokens;
  const line = { file: { path: '', text }, number: 1, text };
  const build = { language, program: new Program(), symbols: new Symbols(), faults: new Faults() };
  const found = build.faults.collect(() => {
    for (const candidate of matchForms({ build, line, head: head!, here: () => build.symbols.here() }, operands)) {
      const made = encodeForm(candidate.form, valuesIn(candidate, 0)!, pc, isa.pcWidth);
      if (typeof made === 'bigint') return made === word && candidate.form.instruction.bits === form.instruction.bits;
    }
    return false;
  });
  return found === true;
}

/** Whether the assembler would read `name` as a symbol. */
export function isSymbolName(isa: Isa, name: string): boolean {
  return /^[A-Za-z_][\w.]*$/.test(name) && !isa.registerNames.has(name);
}

function spell(isa: Isa, form: Form, own: readonly bigint[], names: NamesByAddress | undefined): string | undefined {
  let field = 0;
  const tokens: Spelled[] = [];
  for (const part of form.parts) {
    if (part.k === 'literal') {
      tokens.push({ lit: part.text });
      continue;
    }
    const text = spellField(isa, form, form.fields[field++]!, own, names);
    if (text === undefined) return undefined;
    tokens.push({ text });
  }
  return joinSyntax(form.mnemonic, tokens);
}

function spellField(
  isa: Isa, form: Form, field: Form['fields'][number], own: readonly bigint[], names: NamesByAddress | undefined,
): string | undefined {
  if ('reg' in field) return isa.files[field.reg.file]!.names[field.reg.index];
  const operand = form.operands[field.operand]!;
  const value = own[field.operand]!;
  if (operand.kind === 'reg') return isa.files[operand.file!]!.names[Number(value)];
  if (operand.kind === 'enum') return operand.spellings![Number(value)];
  if (operand.kind !== 'pcrel') return String(value);
  const name = names?.get(Number(value));
  return name !== undefined && isSymbolName(isa, name) ? name : `0x${value.toString(16)}`;
}
