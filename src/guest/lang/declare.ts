// Resolves the declarations of an ISA description: everything but its instructions and aliases.
import { fail } from '../../base/diagnostics.js';
import type { ItemAst, SignatureAst } from './ast.js';
import { declareFormat } from './layout.js';
import { literalBits, numberOf } from './lexer.js';
import { memoryMap, startRules } from './memory-map.js';
import type { IsaBinding, WordClass } from './model.js';
import { declareFields, declareRegisters, numbered } from './registers.js';
import { claim, typeBits, type Scope } from './scope.js';

type Declaration = Exclude<ItemAst, { k: 'insn' | 'alias' | 'group' }>;
type Item<K extends ItemAst['k']> = Extract<ItemAst, { k: K }>;

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
      if (ONCE.has(item.k) && seen.has(item.k)) {
        scope.faults.add(`a second "${item.k}"; there is one in a description`, item.at);
      }
      else scope.faults.collect(() => marking(namesOf(item), scope, () => declare(item as Declaration, binding, scope)));
      seen.add(item.k);
    }
  }
}

/** Runs `action`; where it fails, the names it was to declare count as declared, so that their uses are no new faults. */
function marking(names: readonly string[], scope: Scope, action: () => void): void {
  try {
    action();
  } catch (error) {
    for (const name of names) scope.broken.add(name);
    throw error;
  }
}

function spelled({ names }: Item<'reg'>): string[] {
  return names?.flatMap((register) => register.names.map(({ text }) => text)) ?? [];
}

function namesOf(item: ItemAst): readonly string[] {
  switch (item.k) {
    case 'reg': return [item.name.text, ...spelled(item), ...numbered(item)];
    case 'field': return item.names.map(({ text }) => text);
    case 'format': return [item.name.text];
    default: return [];
  }
}

function declare(item: Declaration, binding: IsaBinding, scope: Scope): void {
  switch (item.k) {
    case 'isa': scope.name = item.name.text; return;
    case 'pc': scope.pcWidth = typeBits(item.type); return;
    case 'word': scope.words = wordClasses(item, scope); return;
    case 'reg': declareRegisters(item, scope); return;
    case 'field': declareFields(item, scope); return;
    case 'format': declareFormat(item, scope); return;
    case 'extern': case 'guest':
      for (const each of item.functions) {
        scope.faults.collect(() => marking([each.name.text], scope, () => declareFunction(each, item, binding, scope)));
      }
      return;
    case 'memory': scope.memory = memoryMap(item, scope); return;
    case 'start': scope.start.push(...startRules(item, scope));
  }
}

/** Word sizes in the order of the text; none if one is at fault, so that no encoding is blamed for it. */
function wordClasses(item: Item<'word'>, scope: Scope): WordClass[] {
  const shortest = Math.min(...item.sizes.map(({ bits }) => Number(numberOf(bits))));
  const classes = item.sizes.flatMap(({ bits, when }, i) => scope.faults.collect((): WordClass => {
    const size = Number(numberOf(bits));
    if (size % 8 !== 0 || size < 8 || size > 128) {
      fail(`a word is 8 to 128 bits in steps of 8, not ${bits.text}`, bits.at);
    }
    if (item.sizes.some((other, j) => j < i && numberOf(other.bits) === numberOf(bits))) {
      fail(`the size ${size} stands twice`, bits.at);
    }
    if (!when) {
      if (i < item.sizes.length - 1) {
        fail('only the last size may stand without "when": it takes the words that are left', bits.at);
      }
      return { bits: size };
    }
    const low = literalBits(when);
    if (low === 0) fail('expected the low bits as a binary literal such as 0b11', when.at);
    if (low > Math.min(16, shortest)) fail(`at most the ${Math.min(16, shortest)} low bits select a size`, when.at);
    return { bits: size, when: { mask: 2 ** low - 1, match: Number(numberOf(when)) } };
  }) ?? []);
  return classes.length < item.sizes.length ? [] : classes;
}

function declareFunction({ name: token, args, result }: SignatureAst, item: Item<'extern' | 'guest'>, binding: IsaBinding,
  scope: Scope): void {
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
