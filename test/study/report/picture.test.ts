// The picture: one file that loads nothing, cannot be broken by names, and carries the log unchanged.
import vm from 'node:vm';
import { layOutLanes } from '../../../src/study/report/picture/lanes.js';
import { pictureHtml } from '../../../src/study/report/picture/picture.js';
import { decodeModel } from '../../../src/study/report/picture/client/model.js';
import { packPicture } from '../../../src/study/report/picture/pack.js';
import { nodeColours } from '../../../src/study/report/picture/palette.js';
import { wordsOf } from '../../../src/study/report/words.js';
import { madeUpRun } from './fixtures.js';

const size = { nodes: 4, vcpus: 8, pages: 64, events: 1_000 };

describe('the picture', () => {
  const { report, log } = madeUpRun(size);
  const html = pictureHtml(report, log);

  it('is one file that loads nothing', () => {
    expect(html).not.toMatch(/\b(?:src|href)\s*=/);
    expect(html).not.toMatch(/https?:|@import|url\(|fetch\(|import\(/);
  });

  it('has a script that parses and needs nothing around it', () => {
    const script = /<script>([\s\S]*)<\/script>\s*<\/body>/.exec(html)![1]!;
    expect(() => new vm.Script(script)).not.toThrow();
    // Run against a page without elements it stops at the first of them, not at a missing helper.
    expect(() => vm.runInNewContext(script, { document: { getElementById: () => null } })).toThrow(/null/);
  });

  it('cannot be broken by what a program is called or a policy says', () => {
    const nasty = '</script><script>alert(1)</script>"\'&';
    const { log: other } = madeUpRun({ ...size, events: 10 });
    const page = pictureHtml({ ...report, program: nasty, moves: [{ what: 'bring', reason: nasty, count: 1 }] },
      { ...other, pages: other.pages.map((record) => ({ ...record, reason: nasty })) });
    expect(page).not.toContain('alert(1)</script>');
    expect(page.match(/<script/g)).toHaveLength(2);
  });

  it('carries the log: every span, page and move comes out of the page as it went in', () => {
    const model = decodeModel(packPicture(report, log, wordsOf(report)));
    expect(model.spans.from).toHaveLength(log.spans.flat().length);
    expect(model.tickPs).toBe(1);
    const busy = (vcpu: number): number =>
      model.spans.from.reduce(
        (sum, from, i) => sum + (model.spans.vcpu[i] === vcpu ? model.spans.to[i]! - from : 0),
        0,
      );
    log.spans.forEach((spans, vcpu) =>
      expect(busy(vcpu)).toBe(spans.reduce((sum, span) => sum + span.toPs - span.fromPs, 0)),
    );
    expect(model.moves.depart).toHaveLength(log.moves.length);
    expect([...model.moves.fromLane, ...model.moves.toLane]).not.toContain(65535);
    expect([...model.pages.page]).toEqual([...new Set(log.pages.map(({ page }) => page))].sort((a, b) => a - b));
    const last = log.pages.filter(({ page }) => page === model.pages.page[0]).at(-1)!;
    const at = model.pages.rowStart[1]! - 1;
    expect([
      model.pages.owner[at],
      model.pages.at[at],
      model.pages.copiesLow[at],
      model.reasons[model.pages.reason[at]!],
    ]).toEqual([last.owner, last.atPs, last.copies.reduce((bits, node) => bits + 2 ** node, 0), last.reason]);
  });

  it('counts in coarser ticks where a run is too long for 32 bits of picoseconds', () => {
    const long = {
      ...log,
      endPs: 5e12,
      spans: [[{ node: 0, core: 0, kind: 'running' as const, fromPs: 0, toPs: 5e12, merged: 1, partsPs: null }]],
    };
    const model = decodeModel(packPicture(report, long, wordsOf(report)));
    expect(model.spans.to[0]! * model.tickPs).toBeCloseTo(5e12, -4);
    expect(model.spans.to[0]).toBeLessThanOrEqual(0xffffffff);
  });

  it('keeps to a few megabytes however much happens', () => {
    const many = madeUpRun({ ...size, events: 300_000 });
    const page = pictureHtml(many.report, many.log);
    expect(page.length).toBeLessThan(8e6);
    expect(page).toContain('To bound the size of this page');
  });

  it('draws a run in which nothing was placed', () => {
    expect(pictureHtml(report, { ...log, pages: [] })).toContain('No page was given memory.');
  });
});

describe('lanes', () => {
  it('hold one vCPU at a time, in the band of its node', () => {
    const { log } = madeUpRun(size);
    const { stays, nodes, count } = layOutLanes(log, 4);
    expect(nodes.at(-1)!.first + nodes.at(-1)!.count).toBe(count);
    const freeAt = new Array<number>(count).fill(0);
    for (const { lane, node, fromPs, toPs } of stays) {
      expect(fromPs).toBeGreaterThanOrEqual(freeAt[lane]!);
      freeAt[lane] = toPs;
      expect(lane).toBeGreaterThanOrEqual(nodes[node]!.first);
      expect(lane).toBeLessThan(nodes[node]!.first + nodes[node]!.count);
    }
  });
});

describe('colours of nodes', () => {
  it('differ for every node of the largest server', () => {
    for (const theme of ['light', 'dark'] as const) {
      const colours = nodeColours(64, theme);
      expect(new Set(colours).size).toBe(64);
      for (const colour of colours) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
    }
  });
});
