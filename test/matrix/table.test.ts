// The table of programs itself: what is in it, that its parts make the whole, and that a cell is the command it names.
import fc from 'fast-check';
import { policyNames } from '../../src/server/placement/catalogue.js';
import { PROTOCOL_CHOICES } from '../../src/server/spec.js';
import { hk } from '../app/cli/hk.js';
import { root } from '../house/root.js';
import { modelOutput } from '../programs/models.js';
import { assembleProgram, nodes, programNames, run } from '../programs/programs.js';
import { BATCH, BATCHES, cellIn, numberAt, parseFilter, placesOf, wantedOf } from './batches.js';
import { commandOf, runCell, sizesOf } from './cell.js';
import { SMALL } from './sizes.js';
import {
  cellAt, coveringCells, DIMENSION_NAMES, DIMENSIONS, SETTINGS, TABLE_SIZE, twinOf, type Cell, type Dimension,
} from './table.js';

describe('the table of programs', () => {
  it('has every program, every policy but the one to copy, and every choice of protocol', () => {
    expect(DIMENSIONS.program).toEqual(programNames());
    expect([...DIMENSIONS.policy, 'empty'].sort()).toEqual([...policyNames()].sort());
    const choices = Object.values(PROTOCOL_CHOICES).map((values) => new Set<string>(values));
    expect(new Set(DIMENSIONS.protocol).size).toBe(choices.reduce((product, { size }) => product * size, 1));
    for (const protocol of DIMENSIONS.protocol) {
      for (const [i, value] of protocol.split('-').entries()) expect(choices[i]).toContain(value);
    }
  });

  it('leaves out machines at a number of nodes that they cannot have, and protocols where there is one node', () => {
    const { machine: machines, nodes: counts, protocol: protocols } = DIMENSIONS;
    const of = (machine: string, count: string) => (
      SETTINGS.filter((setting) => setting.machine === machine && setting.nodes === count).length);
    for (const machine of machines) {
      for (const count of counts) {
        const possible = machine !== 'numa-8s' || count === '8';
        expect(of(machine, count)).toBe(!possible ? 0 : count === '1' ? 1 : protocols.length);
      }
    }
  });

  it('has every other combination once', () => {
    expect(new Set(SETTINGS.map((setting) => Object.values(setting).join())).size).toBe(SETTINGS.length);
    const { program: programs, policy: policies, page: pages, condition: conditions } = DIMENSIONS;
    const numberOf = ({ program, policy, machine, nodes: count, page, protocol, condition }: Cell): number => {
      const setting = SETTINGS.findIndex((s) => s.machine === machine && s.nodes === count && s.protocol === protocol);
      const outer = programs.indexOf(program) * policies.length + policies.indexOf(policy);
      const inner = conditions.length * pages.findIndex((size) => size === page) + conditions.findIndex((name) => name === condition);
      return (outer * pages.length * conditions.length + inner) * SETTINGS.length + setting;
    };
    expect(TABLE_SIZE).toBe(programs.length * policies.length * pages.length * conditions.length * SETTINGS.length);
    fc.assert(fc.property(fc.nat(TABLE_SIZE - 1), (number) => numberOf(cellAt(number)) === number), { seed: 1, numRuns: 1000 });
  });

  it('is covered by few of its cells, in which every two values meet that can', () => {
    const pairs = (cell: Cell) => DIMENSION_NAMES.flatMap((a, i) => (
      DIMENSION_NAMES.slice(i + 1).map((b) => `${a}=${cell[a]} ${b}=${cell[b]}`)));
    const covering = coveringCells();
    const met = new Set(covering.flatMap(pairs));
    expect(covering.length).toBeLessThan(TABLE_SIZE / 1000);
    // Values of one setting meet as far as settings have them, all others freely.
    const ofSettings = (name: Dimension) => name === 'machine' || name === 'nodes' || name === 'protocol';
    const possible = new Set(SETTINGS.flatMap((setting) => pairs({ ...cellAt(0), ...setting })));
    for (const [i, a] of DIMENSION_NAMES.entries()) {
      for (const b of DIMENSION_NAMES.slice(i + 1)) {
        for (const x of DIMENSIONS[a]) {
          for (const y of DIMENSIONS[b]) {
            const pair = `${a}=${x} ${b}=${y}`;
            if (!(ofSettings(a) && ofSettings(b)) || possible.has(pair)) expect(met).toContain(pair);
          }
        }
      }
    }
  });
});

describe('the batches', () => {
  it('have every cell once', () => {
    const met = new Uint8Array(TABLE_SIZE + 1);
    for (let batch = 0; batch < BATCHES; batch++) for (let place = 0; place < BATCH; place++) met[numberAt(batch, place)]! |= 1;
    expect(met.indexOf(0)).toBe(BATCHES * BATCH > TABLE_SIZE ? -1 : TABLE_SIZE);
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
    for (const batch of [0, 7, BATCHES - 1]) {
      const wanted = placesOf(wantedOf(batch, filter));
      const all = Array.from({ length: BATCH }, (_, place) => place);
      expect(wanted).toEqual(all.filter((place) => {
        const cell = cellIn(batch, place);
        return cell !== undefined && /^(stencil|sort) 4$/.test(`${cell.program} ${cell.nodes}`);
      }));
    }
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
    const cell: Cell = {
      program: 'sort', policy: 'negotiate', machine: 'sds-efa', nodes: '4', page: '16K', protocol: 'serial-move-diff', condition: 'tight',
    };
    const words = commandOf(cell).split(' ');
    expect(words.shift()).toBe('hyperkernel');
    const { status, stdout, stderr } = hk(words, root);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: modelOutput('sort', sizesOf(cell)), stderr: '' });
  });

  it('that ends no copies is the same run in parallel and serially', async () => {
    let alike = 0;
    for (let number = 0; number < TABLE_SIZE && alike < 10; number += 2 * Math.floor(TABLE_SIZE / 50)) {
      const [cell, twin] = [cellAt(number), cellAt(number + 1)];
      if (cell.nodes === '1' || cell.page === '2M') continue;
      expect(twinOf(cell)).toEqual(twin);
      const [one, other] = [await runCell(cell, false), await runCell(twin, false)];
      expect(other.endedCopies).toBe(one.endedCopies);
      if (one.endedCopies) continue;
      expect(other).toEqual(one);
      alike++;
    }
    expect(alike).toBe(10);
  });

  it('tells what went wrong', async () => {
    const cell = cellAt(0);
    expect((await runCell({ ...cell, policy: 'costly' }, false)).fault).toMatch(/no policy "costly"/);
    expect((await runCell({ ...cell, program: 'hello', nodes: '65' }, false)).fault).toMatch(/--nodes: expected a whole number from 1 to 64/);
  });
});

describe.each(programNames())('%s at the size of the table', (program) => {
  const report = run({ image: assembleProgram(program, SMALL[program]), vcpus: 3, machine: nodes(4), policy: 'page' });

  it('moves pages to more than one node', () => {
    expect(report.output).toBe(modelOutput(program, SMALL[program]));
    expect(report.perNode.filter(({ pagesIn }) => pagesIn > 1).length).toBeGreaterThan(1);
  });

  it('takes a thousand instructions or two', () => {
    expect(report.instructions).toBeLessThan(4000);
  });
});
