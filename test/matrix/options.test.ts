// The command line of the full table: what it understands, and what it says to what it does not.
import { HELP, planOf, type Plan } from './options.js';
import { DIMENSIONS } from './table.js';

const plan = (...args: readonly string[]): Plan => planOf(args) as Plan;

it('takes a part of the table by values and by shards', () => {
  const { filter, inShard, threads, checkEvery } = plan('--only', 'page=4K+2M,policy=cost', '--shard=3/8', '--threads', '2', '--check-every', '7');
  expect([...filter].map(([name, values]) => [name, ...values])).toEqual([['page', '4K', '2M'], ['policy', 'cost']]);
  expect([0, 2, 3, 10].map(inShard)).toEqual([false, true, false, true]);
  expect([threads, checkEvery]).toEqual([2, 7]);
});

it('takes all of it without options', () => {
  const { filter, inShard } = plan();
  expect(filter.size).toBe(0);
  expect([0, 1, 2].every(inShard)).toBe(true);
});

it('helps, whatever else is said', () => {
  expect(planOf(['--help'])).toBe('help');
  expect(planOf(['-h', '--threads', '2'])).toBe('help');
  for (const [name, values] of Object.entries(DIMENSIONS)) for (const word of [name, ...values]) expect(HELP).toContain(` ${word}`);
  expect(HELP.split('\n').filter((line) => line.length > 130)).toEqual([]);
});

it.each([
  [['--thread', '2'], 'unknown option --thread; did you mean "--threads"?'],
  [['-x'], 'unknown option -x'],
  [['stencil'], 'expected options alone, not "stencil"'],
  [['--threads'], '--threads needs a value'],
  [['--help=yes'], '--help takes no value'],
  [['--threads', '0'], '--threads: expected a number from 1 to 999999, not "0"'],
  [['--shard', '9/8'], '--shard: expected PART/PARTS such as 3/8, not "9/8"'],
  [['--only', 'pages=4K'], '--only: expected DIMENSION=VALUE, not "pages=4K"; dimensions are program, policy,'],
  [['--only', 'page=4M'], '--only: there is no page "4M"; there are 4K, 16K, 64K, 2M'],
])('refuses %j', (args, message) => {
  expect(() => planOf(args)).toThrow(message);
});
