// The command line of the full table.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { didYouMean } from '../../src/base/suggest.js';
import { parseFilter, type Filter } from './batches.js';
import { DIMENSIONS } from './table.js';

const OPTIONS = {
  only: { type: 'string' },
  shard: { type: 'string', default: '1/1' },
  threads: { type: 'string', default: String(availableParallelism()) },
  'check-every': { type: 'string', default: '50' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export interface Plan {
  readonly filter: Filter;
  readonly inShard: (batch: number) => boolean;
  readonly threads: number;
  readonly checkEvery: number;
}

/** What `--help` prints. */
export const HELP = `npm run test:full -- OPTIONS

Runs every program under every policy, on every machine and number of nodes, with every size of pages and choice of protocol,
in three conditions, or a part of that. What has been run is kept: an interrupted run goes on, a finished one tells again.

  --only DIMENSION=VALUE+VALUE,...   cells with these values alone: --only program=stencil+sort,policy=cost
  --shard PART/PARTS                 a fair sample: --shard 3/8 is every eighth batch of 64 cells, from the third on (1/1)
  --threads COUNT                    worker threads (one for each core)
  --check-every COUNT                of so many cells, one has the coherence rules checked after every event (50)
  --help                             this

${Object.entries(DIMENSIONS).map(([name, values]) => wrapped(name, values)).join('\n')}

Exit status: 0 if all cells gave the right output, 1 if one did not, 2 for bad usage.
`;

/** Throws an Error with one line that says what was expected. */
export function planOf(args: readonly string[]): Plan | 'help' {
  const { values, tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') throw new Error(`expected options alone, not "${token.value}"`);
    if (token.kind === 'option') checkOption(token.rawName, token.name, token.value);
  }
  if (values.help === true) return 'help';
  const text = (name: 'shard' | 'threads' | 'check-every'): string => values[name] as string;
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(text('shard'))?.map(Number) ?? [];
  if (part === undefined || parts === undefined || part < 1 || part > parts) {
    throw new Error(`--shard: expected PART/PARTS such as 3/8, not "${text('shard')}"`);
  }
  return {
    filter: values.only === undefined ? new Map() : parseFilter(values.only as string),
    inShard: (batch) => batch % parts === part - 1,
    threads: count('threads', text('threads')), checkEvery: count('check-every', text('check-every')),
  };
}

function checkOption(rawName: string, name: string, value: string | undefined): void {
  if (!Object.hasOwn(OPTIONS, name)) {
    const guess = didYouMean(rawName, Object.keys(OPTIONS).map((known) => `--${known}`));
    throw new Error(`unknown option ${rawName}${guess === undefined ? '' : `; ${guess}`}`);
  }
  const { type } = OPTIONS[name as keyof typeof OPTIONS];
  if (type === 'boolean' && value !== undefined) throw new Error(`${rawName} takes no value`);
  if (type === 'string' && value === undefined) throw new Error(`${rawName} needs a value`);
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`--${option}: expected a number from 1 to 999999, not "${text}"`);
  return Number(text);
}

/** `name  value value ...` in lines of at most 120 characters. */
function wrapped(name: string, values: readonly string[]): string {
  const lines: string[] = [`  ${name.padEnd(9)}`];
  for (const value of values) {
    if (lines.at(-1)!.length + value.length >= 120) lines.push(' '.repeat(11));
    lines[lines.length - 1] += ` ${value}`;
  }
  return lines.join('\n');
}
