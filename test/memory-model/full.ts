// Every litmus program in every combination of what a run may vary, and how often each round ended how. Arguments: names of
// programs; all if none. Exit status 1 if a round ended in a way that the memory model forbids.
import { combination, COLUMNS, digitsOf, LITMUS, runLitmus } from './litmus.js';

const ROUNDS = 8;

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LITMUS);
for (const name of chosen) {
  const counts = new Map<string, number>();
  let runs = 0;
  let broken = 0;
  for (const row of rows(Object.values(COLUMNS).map((column) => column.length))) {
    if (COLUMNS.name[row[0]!] !== name) continue;
    const run = combination(row, ROUNDS);
    runs++;
    for (const line of runLitmus(run).lines) {
      counts.set(line, (counts.get(line) ?? 0) + 1);
      if (LITMUS[name]!.allows(digitsOf(line))) continue;
      broken++;
      console.log(`forbidden: ${line} of ${JSON.stringify(run)}`);
    }
  }
  const ends = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([line, count]) => `${line} ${count}`);
  console.log(`${name}: ${runs} runs, ${runs * ROUNDS} rounds, ${broken} forbidden; ${ends.join(', ')}`);
  if (broken > 0) process.exitCode = 1;
}

/** All combinations, the last column fastest. */
function* rows(sizes: readonly number[], from: readonly number[] = []): Generator<number[]> {
  if (from.length === sizes.length) yield [...from];
  else for (let i = 0; i < sizes[from.length]!; i++) yield* rows(sizes, [...from, i]);
}
