// The bounded log: what is joined, what is merged, and that nothing that counts is lost.
import { Recorder } from '../../../src/study/report/log/recorder.js';
import { madeUpRun } from './fixtures.js';

describe('the recorder', () => {
  it('joins neighbouring spans of one state', () => {
    const recorder = new Recorder();
    recorder.span(0, 0, 1, 'running', 0, 10);
    recorder.span(0, 0, 1, 'running', 10, 25);
    recorder.span(0, 0, 1, 'running', 25, 25);
    recorder.span(0, 0, -1, 'pageWait', 25, 30);
    expect(recorder.log().spans[0]).toMatchObject([
      { kind: 'running', fromPs: 0, toPs: 25 },
      { kind: 'pageWait', fromPs: 25, toPs: 30 },
    ]);
  });

  it('follows who holds a page', () => {
    const recorder = new Recorder();
    recorder.pageMoved(7, 'place', -1, 0, 10, 'first');
    recorder.pageMoved(7, 'copy', 0, 2, 20, 'read');
    recorder.pageMoved(7, 'copy', 0, 1, 30, 'read');
    recorder.pageMoved(7, 'remote', 0, 3, 35, 'once');
    recorder.pageMoved(7, 'invalidate', 2, 2, 40, 'write');
    recorder.pageMoved(7, 'bring', 0, 3, 50, 'write');
    expect(recorder.log().pages.map(({ owner, copies }) => [owner, copies])).toEqual([
      [0, []],
      [0, [2]],
      [0, [1, 2]],
      [0, [1]],
      [3, []],
    ]);
  });

  it('knows where a page of the program was before it was first heard of', () => {
    const recorder = new Recorder();
    recorder.pageMoved(7, 'copy', 0, 2, 20, 'fetch');
    expect(recorder.log().pages.map(({ atPs, owner, copies }) => [atPs, owner, copies])).toEqual([
      [0, 0, []],
      [20, 0, [2]],
    ]);
  });

  it('stays within its bounds from the beginning of a run to its end', () => {
    const limits = { spans: 400, pages: 200, moves: 50, marks: 1 };
    const { log } = madeUpRun({ nodes: 4, vcpus: 8, pages: 64, events: 20_000 }, limits);
    expect(log.spans.flat().length).toBeLessThanOrEqual(limits.spans);
    expect(log.pages.length).toBeLessThanOrEqual(limits.pages);
    expect(log.moves.length).toBeLessThanOrEqual(limits.moves);
    expect(log.marks).toHaveLength(1);
    expect(log.notes).toHaveLength(5);
    for (const spans of log.spans) {
      expect(spans[0]!.fromPs).toBeLessThan(log.endPs / 20);
      expect(spans.at(-1)!.toPs).toBeGreaterThan(log.endPs * 0.95);
    }
  });

  it('keeps the time in each state when it merges spans', () => {
    const size = { nodes: 4, vcpus: 8, pages: 64, events: 20_000 };
    const total = (limits: object): number[] => {
      const parts = [0, 0, 0, 0, 0, 0];
      const kinds = ['running', 'remote', 'pageWait', 'coreWait', 'migrating', 'handlers'];
      for (const span of madeUpRun(size, limits).log.spans.flat()) {
        if (span.partsPs) span.partsPs.forEach((ps, i) => { parts[i]! += ps; });
        else parts[kinds.indexOf(span.kind)]! += span.toPs - span.fromPs;
      }
      return parts;
    };
    expect(total({ spans: 400 })).toEqual(total({ spans: 1e9 }));
  });

  it('shows the last state of a page within each grain', () => {
    const size = { nodes: 4, vcpus: 8, pages: 4, events: 20_000 };
    const lastOwners = (limits: object) =>
      Object.fromEntries(madeUpRun(size, limits).log.pages.map(({ page, owner }) => [page, owner]));
    const thinned = lastOwners({ pages: 500 });
    expect(Object.keys(thinned).length).toBeGreaterThan(1);
    expect(lastOwners({ pages: 1e9 })).toMatchObject(thinned);
  });
});
