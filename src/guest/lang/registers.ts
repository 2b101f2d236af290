// Register files and the fields that name registers, spellings or numbers.
import { isPowerOfTwo } from '../../base/bits.js';
import { fail } from '../../base/diagnostics.js';
import type { ItemAst, RegisterNameAst } from './ast.js';
import { numberOf, type Token } from './lexer.js';
import type { OperandKind, RegisterFile } from './model.js';
import { claim, counted, fitting, known, typeBits, type FieldDecl, type Scope } from './scope.js';

type Item<K extends ItemAst['k']> = Extract<ItemAst, { k: K }>;

const MAX_REGISTERS = 256;

export function declareRegisters(item: Item<'reg'>, scope: Scope): void {
  const { name, count } = item;
  if (scope.files.some((file) => file.name === name.text)) {
    fail(`the register file "${name.text}" is declared twice`, name.at);
  }
  const width = typeBits(item.type);
  const size = count ? Number(numberOf(count)) : 1;
  if (size < 1 || size > MAX_REGISTERS) fail(`a file has 1 to ${MAX_REGISTERS} registers, not ${size}`, count?.at);
  if (item.names && item.names.length !== size) {
    fail(`${counted(item.names.length, 'name')} for ${counted(size, 'register')}`, name.at);
  }
  const file = scope.files.length;
  const fixed = new Map<number, bigint>();
  const place = (token: Token, index: number): void => {
    scope.registers.set(claim(scope.registers, 'register', token), { file, index });
  };
  item.names?.forEach(({ names, value }: RegisterNameAst, index) => {
    for (const token of names) scope.faults.collect(() => place(token, index));
    if (value) scope.faults.collect(() => fixed.set(index, fitting(value, width)));
  });
  if (!count && !item.names) place(name, 0);
  // Numbered names are always understood; a given name such as r5 for another register wins over them.
  numbered(item).forEach((text, index) => {
    if (!scope.registers.has(text)) scope.registers.set(text, { file, index });
  });
  const names = item.names?.map(({ names }) => names[0]!.text) ?? (count ? numbered(item) : [name.text]);
  const declared: RegisterFile = { name: name.text, width, count: size, scalar: !count, names, fixed };
  scope.files.push(declared);
}

/** `r0`, `r1` ... for a file; nothing for a single register. */
export function numbered({ name, count }: Item<'reg'>): string[] {
  const size = count ? Math.min(Number(numberOf(count)), MAX_REGISTERS) : 0;
  return Array.from({ length: size }, (_, i) => `${name.text}${i}`);
}

const IMMEDIATES: ReadonlySet<string> = new Set(['signed', 'unsigned', 'pcrel']);

export function declareFields(item: Item<'field'>, scope: Scope): void {
  const kind = fieldKind(item, scope);
  for (const token of item.names) {
    scope.faults.collect(() => {
      const name = claim(scope.fields, 'field', token);
      if (scope.registers.has(name)) fail(`the field "${name}" has the name of a register`, token.at);
      scope.fields.set(name, { name, ...kind });
    });
  }
}

function fieldKind({ kind, at }: Item<'field'>, scope: Scope): Omit<FieldDecl, 'name'> {
  if ('spellings' in kind) {
    const spellings = kind.spellings.map(({ text }) => text.slice(1, -1));
    if (spellings.length < 2 || !isPowerOfTwo(spellings.length)) {
      fail(`${spellings.length} spellings do not fill a bit field; expected 2, 4, 8 ...`, at);
    }
    const twice = kind.spellings.find(({ text }, i) => spellings.indexOf(text.slice(1, -1)) < i);
    if (twice) fail(`the spelling ${twice.text} stands twice`, twice.at);
    return { kind: 'enum', spellings };
  }
  const { name, window } = kind;
  if (IMMEDIATES.has(name.text) && !window) return { kind: name.text as OperandKind };
  const index = scope.files.findIndex((file) => file.name === name.text);
  const names = [...IMMEDIATES, ...scope.files.map((file) => file.name)];
  known(scope, index < 0 ? undefined : index, 'register file or kind', name.text, name.at, names);
  const file = scope.files[index]!;
  const first = window ? Number(numberOf(window.first)) : 0;
  const last = window ? Number(numberOf(window.last)) : file.count - 1;
  if (last >= file.count || first > last) {
    fail(`the window ${first}..${last} is not within ${file.name}[${file.count}]`, window?.first.at);
  }
  const count = last - first + 1;
  if (count < 2 || !isPowerOfTwo(count)) {
    const at = window?.first.at ?? name.at;
    fail(`a field names 2, 4, 8 ... registers, not ${count}`, at, `give a window such as ${file.name}[0..7]`);
  }
  return { kind: 'reg', file: index, first, count };
}
