// Requests that come back to the node that made them when nobody there waits for them any more.
import { assembleProgram, isa } from '../../programs/programs.js';
import { runScenario } from '../../../src/study/experiment/run.js';
import { scenarioOf, sizesOf } from '../../matrix/cell.js';
import type { Cell } from '../../matrix/table.js';
import { Kernels } from './kernels.js';

const WRITE = { write: true, want: 'bring' } as const;
const OLD = 11;
const YOUNG = 12;

/** Node 0 owns the page, node 2 is its home; both vCPUs of node 1 have asked for it, the older one last. */
function askedTwice(): Kernels {
  const kernels = new Kernels(3, 2);
  kernels.access(0, WRITE);
  kernels.stall(1, WRITE, [2, YOUNG]);
  kernels.stall(1, WRITE, [1, OLD]);
  return kernels;
}

describe('a request whose page came for another vCPU of its node', () => {
  it('ends as it comes back, although the page is pinned', () => {
    const kernels = askedTwice();
    kernels.settle();
    expect(kernels.rights()).toEqual(['invalid', 'exclusive', 'invalid']);
    expect([kernels.at(1).pins.length, kernels.at(1).queue, kernels.at(1).waiters]).toEqual([1, [], []]);
  });

  it('does not bring the page back for nobody', () => {
    const kernels = askedTwice();
    kernels.settle();
    kernels.stall(2, WRITE, [0, 2]);
    kernels.settle();
    kernels.input(1, { kind: 'attempted', page: kernels.page, vcpu: OLD, retired: false });
    expect(kernels.settle()).toEqual(['1 2 grant']);
    kernels.retire(2);
    expect(kernels.settle()).toEqual([]);
    expect(kernels.rights()).toEqual(['invalid', 'invalid', 'exclusive']);
  });

  it('lets go of the bytes that it pledged', () => {
    const kernels = new Kernels(3, 2, { transfer: 'version' });
    kernels.access(0, WRITE);
    kernels.access(1, WRITE);
    kernels.access(0, WRITE);
    kernels.stall(1, WRITE, [2, YOUNG]);
    kernels.stall(1, { ...WRITE, holds: 1 }, [1, OLD]);
    expect(kernels.at(1).pledge).not.toBeNull();
    kernels.settle();
    expect(kernels.at(1).pledge).toBeNull();
  });
});

it('a page that 32 vCPUs fight for takes a few messages for each stall', async () => {
  const cell: Cell = {
    program: 'bfs', policy: 'cost', machine: 'sds-ethernet-25g', nodes: '8', page: '64K', protocol: 'parallel-stay-diff', condition: 'crowded',
  };
  const image = assembleProgram(cell.program, sizesOf(cell));
  const { end, stalls, fabricMessages } = runScenario({ isa, image, program: cell.program, wallMs: () => 0, scenario: await scenarioOf(cell) });
  expect(end).toBe('exit');
  // When such requests followed the page, there were 25 messages for each of 68,000 stalls.
  expect(stalls).toBeLessThan(20_000);
  expect(fabricMessages).toBeLessThan(4 * stalls);
});
