// Resolves the declarations of an ISA description: everything but its instructions and aliases.
import { fail } from '../../base/diagnostics.js';
import { isPowerOfTwo } from '../../base/bits.js';
import type { ItemAst, NumberAst, RegisterNameAst, SettingAst, SignatureAst } from './ast.js';
import { declareFormat } from './layout.js';
import { literalBits, numberOf, type Token } from './lexer.js';
import type { IsaBinding, MemoryMap, OperandKind, RegisterFile, StartRule, WordClass } from './model.js';
import { known, registerNamed, typeBits, type FieldDecl, type Scope } from './scope.js';

type Declaration = Exclude<ItemAst, { k: 'insn' | 'alias' | 'group' }>;
type Item<K extends ItemAst['k']> = Extract<ItemAst, { k: K }>;
type Settings = Item<'memory' | 'start'>;

const ONCE = new Set<ItemAst['k']>(['isa', 'pc', 'word', 'memory', 'start']);

/**
 * Declares the items in the order in which they depend on each other, whatever their order in the text; each fault is
 * collected. Names stay usable after a fault in their declaration, without being reported again.
 */
export function declareAll(items: readonly ItemAst[], binding: IsaBinding, scope: Scope): void {
  const seen = new Set<ItemAst['k']>();
  const phases: readonly (readonly ItemAst['k'][])[] = [
    ['isa', 'pc', 'word', 'reg'], ['field', 'extern', 'guest'], ['format', 'memory', 'start'],
  ];
  for (const phase of phases) {
    for (const item of items) {
      if (!phase.includes(item.k)) continue;
      if (ONCE.has(item.k) && seen.has(item.k)) scope.faults.add(`a second "${item.k}"; there is one in a description`, item.at);
      else scope.faults.collect(() => marking(namesOf(item), scope, () => declare(item as Declaration, binding, scope)));
      seen.add(item.k);
    }
  }
}

/** Runs `action`; where it fails, the names it was to declare count as declared, so that their uses are no new faults. */
function marking(names: readonly Token[], scope: Scope, action: () => void): void {
  try {
    action();
  } catch (error) {
    for (const { text } of names) scope.broken.add(text);
    throw error;
  }
}

function namesOf(item: ItemAst): readonly Token[] {
  switch (item.k) {
    case 'reg': return item.names?.flatMap(({ names }) => names) ?? [item.name];
    case 'field': return item.names;
    case 'format': return [item.name];
    default: return [];
  }
}

function declare(item: Declaration, binding: IsaBinding, scope: Scope): void {
  switch (item.k) {
    case 'isa': scope.name = item.name.text; return;
    case 'pc': scope.pcWidth = typeBits(item.type); return;
    case 'word': scope.words = wordClasses(item); return;
    case 'reg': declareRegisters(item, scope); return;
    case 'field': declareFields(item, scope); return;
    case 'format': declareFormat(item, scope); return;
    case 'extern': case 'guest':
      for (const each of item.functions) {
        scope.faults.collect(() => marking([each.name], scope, () => declareFunction(each, item, binding, scope)));
      }
      return;
    case 'memory': scope.memory = memoryMap(item, scope); return;
    case 'start': scope.start.push(...startRules(item, scope));
  }
}

/** Claims `token` in one of the scope's tables; a name declared twice is a fault. */
function claim(table: ReadonlyMap<string, unknown> | ReadonlySet<string>, what: string, token: Token): string {
  if (table.has(token.text)) fail(`the ${what} "${token.text}" is declared twice`, token.at);
  return token.text;
}

function wordClasses(item: Item<'word'>): WordClass[] {
  const classes = item.sizes.map(({ bits, when }, i): WordClass => {
    const size = Number(numberOf(bits));
    if (size % 8 !== 0 || size < 8 || size > 128) fail(`a word is 8 to 128 bits in steps of 8, not ${bits.text}`, bits.at);
    if (!when) {
      if (i < item.sizes.length - 1) fail('only the last size may stand without "when": it takes the words that are left', bits.at);
      return { bits: size };
    }
    const low = literalBits(when);
    if (low === 0) fail('expected the low bits as a binary literal such as 0b11', when.at);
    if (low > 16) fail('at most the 16 low bits select a size', when.at);
    return { bits: size, when: { mask: 2 ** low - 1, match: Number(numberOf(when)) } };
  });
  const shortest = Math.min(...classes.map(({ bits }) => bits));
  for (const [i, { when }] of classes.entries()) {
    if (when && when.mask >= 2 ** shortest) fail(`the shortest word has only ${shortest} bits`, item.sizes[i]!.when!.at);
    const same = classes.findIndex(({ bits }) => bits === classes[i]!.bits);
    if (same < i) fail(`the size ${classes[i]!.bits} stands twice`, item.sizes[i]!.bits.at);
  }
  return classes;
}

function declareRegisters(item: Item<'reg'>, scope: Scope): void {
  const { name, count } = item;
  if (scope.files.some((file) => file.name === name.text)) fail(`the register file "${name.text}" is declared twice`, name.at);
  const width = typeBits(item.type);
  const size = count ? Number(numberOf(count)) : 1;
  if (size < 1 || size > 256) fail(`a file has 1 to 256 registers, not ${size}`, count?.at);
  if (item.names && item.names.length !== size) {
    fail(`${item.names.length} names for ${size} registers`, name.at);
  }
  const file = scope.files.length;
  const fixed = new Map<number, bigint>();
  const place = (token: Token, index: number): void => {
    scope.registers.set(claim(scope.registers, 'register', token), { file, index });
  };
  item.names?.forEach(({ names, value }: RegisterNameAst, index) => {
    for (const token of names) scope.faults.collect(() => place(token, index));
    if (value) fixed.set(index, fitting(value, width));
  });
  if (!count && !item.names) place(name, 0);
  // Numbered names are always understood; a given name such as r5 for another register wins over them.
  const numbered = Array.from({ length: size }, (_, i) => `${name.text}${i}`);
  if (count) numbered.forEach((text, index) => {
    if (!scope.registers.has(text)) scope.registers.set(text, { file, index });
  });
  const names = item.names?.map(({ names }) => names[0]!.text) ?? (count ? numbered : [name.text]);
  const declared: RegisterFile = { name: name.text, width, count: size, scalar: !count, names, fixed };
  scope.files.push(declared);
}

function fitting({ minus, token }: NumberAst, width: number): bigint {
  const value = minus ? -numberOf(token) : numberOf(token);
  if (value >= 1n << BigInt(width) || value < -(1n << BigInt(width - 1))) fail(`${value} does not fit i${width}`, token.at);
  return BigInt.asUintN(width, value);
}

const IMMEDIATES: ReadonlySet<string> = new Set(['signed', 'unsigned', 'pcrel']);

function declareFields(item: Item<'field'>, scope: Scope): void {
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
    if (spellings.length < 2 || !isPowerOfTwo(spellings.length)) fail(`${spellings.length} spellings do not fill a bit field; expected 2, 4, 8 ...`, at);
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
  if (last >= file.count || first > last) fail(`the window ${first}..${last} is not within ${file.name}[${file.count}]`, window?.first.at);
  const count = last - first + 1;
  if (count < 2 || !isPowerOfTwo(count)) fail(`a field names 2, 4, 8 ... registers, not ${count}`, window?.first.at ?? name.at, `give a window such as ${file.name}[0..7]`);
  return { kind: 'reg', file: index, first, count };
}

function declareFunction({ name: token, args, result }: SignatureAst, item: Item<'extern' | 'guest'>, binding: IsaBinding, scope: Scope): void {
  const name = claim(scope.functions, 'function', token);
  const types = { name, args: args.map(typeBits), result: result ? typeBits(result) : 0 };
  if (item.k === 'guest') {
    scope.functions.set(name, { kind: 'guest', index: scope.guestCalls.push(types) - 1, decl: types });
    return;
  }
  const decl = { ...types, pure: item.pure };
  scope.functions.set(name, { kind: 'extern', index: scope.externs.push(decl) - 1, decl });
  if (!Object.hasOwn(binding.externs, name)) {
    fail(`the extern "${name}" has no implementation beside the description`, token.at);
  }
}

const MEMORY_KEYS = { low: 'low', high: 'high', text: 'text', align: 'align', stack: 'stack', stack_bytes: 'stackBytes' } as const;

function memoryMap(item: Settings, scope: Scope): MemoryMap {
  const map = new Map<string, number>();
  const limit = 2 ** Math.min(scope.pcWidth, 52);
  for (const { name, value } of item.settings) {
    known(scope, Object.hasOwn(MEMORY_KEYS, name.text) ? name : undefined, 'setting', name.text, name.at, Object.keys(MEMORY_KEYS));
    claim(map, 'setting', name);
    if (value.token.type !== 'number' || value.minus) fail('expected an address or a size in bytes', value.token.at);
    const bytes = Number(numberOf(value.token));
    if (bytes > limit) fail(`${value.token.text} lies outside the ${scope.pcWidth}-bit address space`, value.token.at);
    map.set(name.text, bytes);
  }
  const missing = Object.keys(MEMORY_KEYS).filter((key) => !map.has(key));
  if (missing.length > 0) fail(`the memory map lacks ${missing.join(', ')}`, item.at);
  const read = (key: keyof typeof MEMORY_KEYS): number => map.get(key)!;
  const result: MemoryMap = {
    low: read('low'), high: read('high'), text: read('text'), align: read('align'), stack: read('stack'),
    stackBytes: read('stack_bytes'),
  };
  if (!isPowerOfTwo(result.align)) fail(`align is a power of two, not ${result.align}`, item.at);
  if (!(result.low <= result.text && result.text < result.high)) fail('text must lie from low up to high', item.at);
  if (!(result.low < result.stack && result.stack <= result.high)) fail('stack must lie above low and not above high', item.at);
  if (result.stackBytes < 1) fail('stack_bytes must be at least 1', item.at);
  return result;
}

const START_VALUES = ['stack', 'vcpu', 'vcpus'] as const;

function startRules(item: Settings, scope: Scope): StartRule[] {
  const rules: StartRule[] = [];
  const rule = ({ name, value }: SettingAst): StartRule => {
    const { file, index } = registerNamed(scope, name.text, name.at);
    const { fixed, width } = scope.files[file]!;
    if (fixed.has(index)) fail(`"${name.text}" is hard-wired`, name.at);
    if (rules.some((other) => other.file === file && other.index === index)) fail(`"${name.text}" is set twice`, name.at);
    if (value.token.type === 'number') return { file, index, value: fitting(value, width) };
    const word = START_VALUES.find((known) => known === value.token.text);
    return { file, index, value: known(scope, word, 'start value', value.token.text, value.token.at, START_VALUES) };
  };
  for (const setting of item.settings) {
    scope.faults.collect(() => rules.push(rule(setting)));
  }
  return rules;
}
