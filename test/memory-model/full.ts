// Every litmus program under every policy, on each preset, with each choice of protocol; and of all else that a run may vary,
// rows in which every two values meet. Prints how often each end came. Arguments: names of programs; all if none. Exit
// status 1 if a round ended in a way that the memory model forbids.
import { pairwise } from '../matrix/pairwise.js';
import { combination, COLUMNS, digitsOf, LITMUS, runLitmus, type LitmusRun } from './litmus.js';

const ROUNDS = 8;
/** Of the columns, those that are taken in full. */
const FULL = 4;

const sizes = Object.values(COLUMNS).map((column) => column.length);
const rests = pairwise(sizes.slice(FULL));
const chosen = process.argv.length > 2 ? process.argv.slice(2) : COLUMNS.name;
let all = 0;
for (const name of chosen) {
  const counts = new Map<string, number>();
  let runs = 0;
  let broken = 0;
  for (const run of combinations(name)) {
    runs++;
    for (const line of runLitmus(run).lines) {
      counts.set(line, (counts.get(line) ?? 0) + 1);
      if (LITMUS[name]!.allows(digitsOf(line))) continue;
      broken++;
      console.log(`forbidden: ${line} of ${JSON.stringify(run)}`);
    }
  }
  all += runs;
  const ends = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([line, count]) => `${line} ${count}`);
  console.log(`${name}: ${runs} runs, ${runs * ROUNDS} rounds, ${broken} forbidden; ${ends.join(', ')}`);
  if (broken > 0) process.exitCode = 1;
}
console.log(`in all ${all} runs`);

function* combinations(name: string): Generator<LitmusRun> {
  const index = COLUMNS.name.indexOf(name);
  if (index < 0) throw new RangeError(`no litmus program "${name}", only ${COLUMNS.name.join(', ')}`);
  for (const start of product(sizes.slice(1, FULL))) for (const rest of rests) yield combination([index, ...start, ...rest], ROUNDS);
}

/** All rows of indexes, the last column fastest. */
function product(of: readonly number[]): number[][] {
  return of.reduce<number[][]>((rows, size) => rows.flatMap((row) => Array.from({ length: size }, (_, i) => [...row, i])), [[]]);
}
