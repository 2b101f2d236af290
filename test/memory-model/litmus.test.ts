// The memory model of the guest (docs/memory-model.md): litmus programs never print what it forbids, whatever the policy, the
// fabric, the nodes, the slices and the place of their words; and whole recorded runs are sequentially consistent.
// `npm run litmus` runs every combination.
import { policyNames } from '../../src/server/placement/catalogue.js';
import { pairwise } from '../matrix/pairwise.js';
import { combination, COLUMNS, digitsOf, LITMUS, litmusFiles, runLitmus } from './litmus.js';
import { brokenAt, findOrder, sharedPart } from './sequential.js';

it('every litmus program has its rule here', () => {
  expect(Object.keys(LITMUS).sort()).toEqual(litmusFiles());
  expect(COLUMNS.policy).toEqual(policyNames());
});

const ROWS = pairwise(Object.values(COLUMNS).map((column) => column.length));

describe.each(Object.keys(LITMUS))('%s', (name) => {
  const runs = ROWS.map((row) => combination(row, 6)).filter((run) => run.name === name);

  it('ends as sequential consistency allows, in more than one way', () => {
    const seen = new Set<string>();
    for (const run of runs) {
      for (const line of runLitmus(run).lines) {
        expect([line, run, LITMUS[name]!.allows(digitsOf(line))]).toEqual([line, run, true]);
        seen.add(line);
      }
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  it('has histories that one order explains, and recording them changes nothing', () => {
    for (const run of runs.filter((_, i) => i % 3 === 0)) {
      const { lines, history, initial } = runLitmus(run, true);
      expect(lines).toEqual(runLitmus(run).lines);
      expect([run, brokenAt(history, initial)]).toEqual([run, undefined]);
      if (name === 'tear') continue;
      const shared = sharedPart(history);
      expect(shared.flat().length).toBeGreaterThan(30);
      expect([run, findOrder(shared)?.length]).toEqual([run, shared.flat().length]);
    }
  });
});
