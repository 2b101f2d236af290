// Where things lie in the guest's address space, and what registers hold when a vCPU starts.
import { isPowerOfTwo } from '../../base/bits.js';
import { fail } from '../../base/diagnostics.js';
import type { ItemAst, SettingAst } from './ast.js';
import { numberOf } from './lexer.js';
import type { MemoryMap, StartRule } from './model.js';
import { claim, fitting, known, registerNamed, type Scope } from './scope.js';

type Settings = Extract<ItemAst, { k: 'memory' | 'start' }>;

const MEMORY_KEYS = {
  low: 'low', high: 'high', text: 'text', align: 'align', stack: 'stack', stack_bytes: 'stackBytes',
} as const;

/** The memory map; undefined, with its faults collected, where it is incomplete or contradicts itself. */
export function memoryMap(item: Settings, scope: Scope): MemoryMap | undefined {
  const { faults } = scope;
  const before = faults.list.length;
  const map = new Map<string, number>();
  for (const setting of item.settings) faults.collect(() => readSetting(setting, map, scope));
  if (faults.list.length > before) return undefined;
  const missing = Object.keys(MEMORY_KEYS).filter((key) => !map.has(key));
  if (missing.length > 0) fail(`the memory map lacks ${missing.join(', ')}`, item.at);
  const read = (key: keyof typeof MEMORY_KEYS): number => map.get(key)!;
  const result: MemoryMap = {
    low: read('low'), high: read('high'), text: read('text'), align: read('align'), stack: read('stack'),
    stackBytes: read('stack_bytes'),
  };
  const { low, high, text, align, stack, stackBytes } = result;
  if (!isPowerOfTwo(align)) faults.add(`align is a power of two, not ${align}`, item.at);
  if (!(low <= text && text < high)) faults.add('text must lie from low up to high', item.at);
  if (!(low < stack && stack <= high)) faults.add('stack must lie above low and not above high', item.at);
  if (stackBytes < 1) faults.add('stack_bytes must be at least 1', item.at);
  return result;
}

function readSetting({ name, value }: SettingAst, map: Map<string, number>, scope: Scope): void {
  const keys = Object.keys(MEMORY_KEYS);
  known(scope, keys.find((key) => key === name.text), 'setting', name.text, name.at, keys);
  claim(map, 'setting', name);
  if (value.token.type !== 'number' || value.minus) fail('expected an address or a size in bytes', value.token.at);
  const bytes = Number(numberOf(value.token));
  const limit = 2 ** Math.min(scope.pcWidth, 52);
  if (bytes > limit) fail(`${value.token.text} lies outside the ${scope.pcWidth}-bit address space`, value.token.at);
  map.set(name.text, bytes);
}

const START_VALUES = ['stack', 'vcpu', 'vcpus'] as const;

export function startRules(item: Settings, scope: Scope): StartRule[] {
  const rules: StartRule[] = [];
  for (const setting of item.settings) scope.faults.collect(() => rules.push(startRule(setting, rules, scope)));
  return rules;
}

function startRule({ name, value }: SettingAst, rules: readonly StartRule[], scope: Scope): StartRule {
  const { file, index } = registerNamed(scope, name.text, name.at);
  const { fixed, width } = scope.files[file]!;
  if (fixed.has(index)) fail(`"${name.text}" is hard-wired`, name.at);
  if (rules.some((other) => other.file === file && other.index === index)) fail(`"${name.text}" is set twice`, name.at);
  if (value.token.type === 'number') return { file, index, value: fitting(value, width) };
  const word = START_VALUES.find((known) => known === value.token.text);
  return { file, index, value: known(scope, word, 'start value', value.token.text, value.token.at, START_VALUES) };
}
