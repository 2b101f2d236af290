// The table of programs itself: what is in it, that its parts make the whole, and that a cell is the command it names.
import { policyNames } from '../../src/server/placement/catalogue.js';
import { hk } from '../app/cli/hk.js';
import { root } from '../house/root.js';
import { modelOutput } from '../programs/models.js';
import { assembleProgram, nodes, programNames, run } from '../programs/programs.js';
import { BATCH, BATCHES, cellIn, numberAt, parseFilter, placesOf, wantedOf } from './batches.js';
import { commandOf, runCell } from './cell.js';
import { SMALL } from './sizes.js';
import { cellAt, coveringCells, DIMENSION_NAMES, DIMENSIONS, TABLE_SIZE, type Cell } from './table.js';

const cells = Array.from({ length: TABLE_SIZE }, (_, number) => cellAt(number)).filter((cell) => cell !== undefined);

describe('the table of programs', () => {
  it('has every program, and every policy but the one to copy', () => {
    expect(DIMENSIONS.program).toEqual(programNames());
    expect([...DIMENSIONS.policy, 'empty'].sort()).toEqual([...policyNames()].sort());
  });

  it('has every combination once, and a machine of a fixed number of nodes at that number alone', () => {
    const eight = TABLE_SIZE / DIMENSIONS.machine.length / DIMENSIONS.nodes.length;
    expect(cells.filter(({ machine }) => machine === 'numa-8s')).toHaveLength(eight);
    expect(cells).toHaveLength(TABLE_SIZE - 3 * eight);
    expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(cells.length);
  });

  it('is covered by few of its cells, in which every two values meet', () => {
    const pairs = (cell: Cell) => DIMENSION_NAMES.flatMap((a, i) => DIMENSION_NAMES.slice(i + 1).map((b) => `${a}=${cell[a]} ${b}=${cell[b]}`));
    const met = new Set(coveringCells().flatMap(pairs));
    expect(coveringCells().length).toBeLessThan(cells.length / 100);
    for (const pair of new Set(cells.flatMap(pairs))) expect(met).toContain(pair);
  });
});

describe('the batches', () => {
  it('have every cell once', () => {
    const numbers = new Set<number>();
    for (let batch = 0; batch < BATCHES; batch++) for (let place = 0; place < BATCH; place++) numbers.add(numberAt(batch, place));
    numbers.delete(TABLE_SIZE);
    expect(numbers.size).toBe(TABLE_SIZE);
  });

  it('are each a sample of the whole table', () => {
    for (const batch of [0, BATCHES >> 1, BATCHES - 2]) {
      const sample = placesOf(wantedOf(batch, new Map())).map((place) => cellIn(batch, place)!);
      for (const name of ['program', 'policy', 'machine', 'nodes'] as const) {
        expect(new Set(sample.map((cell) => cell[name])).size).toBeGreaterThan(DIMENSIONS[name].length / 2);
      }
    }
  });

  it('leave out what a filter does', () => {
    const filter = parseFilter('program=stencil+sort,nodes=4');
    let wanted = 0;
    for (let batch = 0; batch < BATCHES; batch++) {
      for (const place of placesOf(wantedOf(batch, filter))) {
        const { program, nodes: count } = cellIn(batch, place)!;
        expect(`${program} ${count}`).toMatch(/^(stencil|sort) 4$/);
        wanted++;
      }
    }
    expect(wanted).toBe(cells.filter(({ program, nodes: count }) => ['stencil', 'sort'].includes(program) && count === '4').length);
  });

  it.each([
    ['sort', /expected DIMENSION=VALUE, not "sort"; dimensions are program, policy/],
    ['fruit=apple', /dimensions are program/],
    ['nodes=3', /there is no nodes "3"; there are 1, 2, 4, 8/],
  ])('refuse the filter %s', (text, message) => {
    expect(() => parseFilter(text)).toThrow(message);
  });
});

describe('a cell', () => {
  it('is the command that it names', () => {
    const cell = cells.find(({ program, policy, nodes: count }) => program === 'sort' && policy === 'negotiate' && count === '4')!;
    const words = commandOf(cell).split(' ');
    expect(words.shift()).toBe('hyperkernel');
    const { status, stdout, stderr } = hk(words, root);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: modelOutput('sort', SMALL['sort']), stderr: '' });
  });

  it('tells what went wrong', async () => {
    const [cell] = cells as [Cell];
    expect((await runCell({ ...cell, policy: 'costly' }, false)).fault).toMatch(/no policy "costly"/);
    expect((await runCell({ ...cell, nodes: '64', page: '64K', condition: 'crowded' }, false)).fault).toBeDefined();
  });
});

describe.each(programNames())('%s at the size of the table', (program) => {
  const report = run({ image: assembleProgram(program, SMALL[program]), vcpus: 3, machine: nodes(4), policy: 'page' });

  it('moves pages to more than one node', () => {
    expect(report.output).toBe(modelOutput(program, SMALL[program]));
    expect(report.perNode.filter(({ pagesIn }) => pagesIn > 1).length).toBeGreaterThan(1);
  });

  it('takes a few thousand instructions', () => {
    expect(report.instructions).toBeLessThan(5000);
  });
});
