// The command line of a bench. Its question and an example are the first lines of its file; every value is checked; what is
// wrong gets one line and 125, as everywhere in the house.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fail, InputError } from '../src/base/diagnostics.js';
import { didYouMean } from '../src/base/suggest.js';

export interface BenchOption<T> {
  readonly about: string;
  readonly value: T;
  /** Undefined for a flag, which takes no value. */
  readonly read: ((text: string, name: string) => T) | undefined;
}

type Values<O> = { readonly [K in keyof O]: O[K] extends BenchOption<infer T> ? T : never };

/** A whole number from `least` on. */
export function count(value: number, about: string, least = 1): BenchOption<number> {
  return {
    about: `${about} (default: ${value})`, value,
    read: (text, name) => {
      const number = /^\d+$/.test(text) ? Number(text) : NaN;
      return number >= least && Number.isSafeInteger(number) ? number : fail(`--${name}: expected a whole number from ${least} on, not "${text}"`);
    },
  };
}

export function oneOf<T extends string>(names: readonly T[], value: NoInfer<T>, about: string): BenchOption<T> {
  return { about: `${about}: ${names.join(', ')} (default: ${value})`, value, read: (text, name) => named(names, text, name) };
}

/** Names parted by commas; all of them if the option is not given. */
export function someOf<T extends string>(names: readonly T[], about: string): BenchOption<readonly T[]> {
  return {
    about: `${about}, parted by commas: ${names.join(', ')}`, value: names,
    read: (text, name) => text.split(',').map((each) => named(names, each, name)),
  };
}

/** Words parted by commas. */
export function list(value: readonly string[], about: string): BenchOption<readonly string[]> {
  const standard = value.length > 0 ? ` (default: ${value.join(',')})` : '';
  return { about: `${about}, parted by commas${standard}`, value, read: (text) => text.split(',') };
}

export function flag(about: string): BenchOption<boolean> {
  return { about, value: false, read: undefined };
}

function named<T extends string>(names: readonly T[], text: string, option: string): T {
  return names.find((name) => name === text)
    ?? fail(`--${option}: expected ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}, not "${text}"`, undefined, didYouMean(text, names));
}

/** What the bench whose file this is was asked for. `--json` is every bench's, `--help` ends here. */
export function benchOptions<O extends Readonly<Record<string, BenchOption<unknown>>>>(url: string, options: O): Values<O> {
  try {
    return read(url, options, process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    console.error(error.message);
    return process.exit(125);
  }
}

function read<O extends Readonly<Record<string, BenchOption<unknown>>>>(url: string, options: O, args: readonly string[]): Values<O> {
  const all: Readonly<Record<string, BenchOption<unknown>>> = {
    ...options, json: flag('print one JSON document'), help: flag('print this'),
  };
  const names = Object.keys(all);
  const { tokens } = parseArgs({
    args: [...args], strict: false, tokens: true,
    options: Object.fromEntries(names.map((name) => [name, { type: all[name]!.read ? 'string' as const : 'boolean' as const }])),
  });
  const values: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, all[name]!.value]));
  for (const token of tokens) {
    if (token.kind === 'positional') fail(`expected options, not "${token.value}"`);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(all, name) && rawName === `--${name}` ? all[name]! : undefined;
    if (!option) return fail(`no option ${rawName}`, undefined, didYouMean(rawName, names.map((each) => `--${each}`)));
    if (option.read && value === undefined) fail(`${rawName}: its value is missing`);
    if (!option.read && value !== undefined) fail(`${rawName} takes no value`);
    values[name] = option.read ? option.read(value!, name) : true;
  }
  if (values['help']) {
    console.log(helpOf(url, all));
    process.exit(0);
  }
  return values as Values<O>;
}

function helpOf(url: string, options: Readonly<Record<string, BenchOption<unknown>>>): string {
  const source = new URL(`../../bench/${basename(fileURLToPath(url), '.js')}.ts`, url);
  const lines = readFileSync(source, 'utf8').split('\n');
  const question = lines.slice(0, lines.findIndex((line) => !line.startsWith('//'))).map((line) => line.slice(3));
  const rows = Object.entries(options).map(([name, { about }]) => `  --${name.padEnd(10)} ${about}`);
  return [...question, '', ...rows].join('\n');
}
