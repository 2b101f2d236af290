// The house keeps its plan: the import table (house/table.ts), no circles, no Node and no wall clock where they do not
// belong, and no knowledge of an ISA in src/. Each rule is shown to catch a planted violation.
import { ISAS, builtinIsa } from '../isa/index.js';
import {
  importCycles, importsAgainstTable, nodeImports, siblingImports, tableFaults, uncataloguedPolicies,
} from './house/import-rules.js';
import { IR_WORDS } from './house/ir-words.js';
import { root } from './house/root.js';
import { readSources, sourceOf, type Source } from './house/sources.js';
import type { Room } from './house/table.js';
import {
  filesWithoutOpening, isaWords, leftovers, longFiles, MAX_LINES, nodeGlobals, nondeterminism,
} from './house/text-rules.js';

const house = readSources(root, ['src', 'isa']);
const benches = readSources(root, ['bench']);
const everything = [...house, ...benches, ...readSources(root, ['test'])];
const isas = Object.keys(ISAS).map(builtinIsa);

/** The real sources with one file more, or another text for one. */
function planted(path: string, text: string): Source[] {
  return [...house.filter((source) => source.path !== path), sourceOf(path, text)];
}

describe('the import table', () => {
  it('keeps the order of the wings and has no circle of rooms', () => {
    expect(tableFaults()).toEqual([]);
  });

  it('is obeyed by every import', () => {
    expect(house.length).toBeGreaterThan(100);
    expect(importsAgainstTable(house)).toEqual([]);
  });

  it.each([
    ['a higher wing', 'src/guest/machine/planted.ts', "import { compare } from '../../study/experiment/compare.js';"],
    ['a room of its wing above it', 'src/guest/lang/planted.ts', "import { assemble } from '../asm/assemble.js';"],
    ['a type of a room above it', 'src/server/fabric/planted.ts', "import type { NodeKernel } from '../hyperkernel/kernel.js';"],
    ['a type in an expression', 'src/base/planted.ts', "export type A = import('../server/spec.js').Scenario;"],
    ['a re-export', 'src/base/planted.ts', "export * from '../guest/lang/ir.js';"],
    ['a dynamic import', 'src/base/planted.ts', "export const load = () => import('../server/server.js');"],
    ['an ISA', 'src/guest/engine/reference/planted.ts', "import { builtinIsa } from '../../../../isa/index.js';"],
    ['a package it may not use', 'src/server/planted.ts', "import yargs from 'yargs';"],
    ['anything, having no room', 'src/attic/planted.ts', ''],
  ])('refuses a file that imports %s', (_, path, text) => {
    expect(importsAgainstTable(planted(path, text)).filter((fault) => fault.startsWith(path))).toHaveLength(1);
  });

  it('refuses rooms that import upward or in a circle', () => {
    const upward: Room[] = [{ path: 'a', wing: 'base', imports: ['b'] }, { path: 'b', wing: 'guest', imports: [] }];
    const circle: Room[] = [{ path: 'a', wing: 'base', imports: ['b'] }, { path: 'b', wing: 'base', imports: ['a'] }];
    expect(tableFaults(upward)).toEqual(['a imports b, a higher wing']);
    expect(tableFaults(circle)).toEqual(['rooms in a circle: a -> b -> a']);
  });
});

describe('files', () => {
  it('import one another in no circle', () => {
    expect(importCycles(house)).toEqual([]);
    const circle = [sourceOf('a.ts', "import './b.js';"), sourceOf('b.ts', "import type { A } from './c.js';"), sourceOf('c.ts', "export * from './a.js';")];
    expect(importCycles(circle)).toEqual(['imports in a circle: a.ts -> b.ts -> c.ts -> a.ts']);
  });

  it('import no sibling where siblings are policies, devices or ISAs', () => {
    expect(siblingImports(house)).toEqual([]);
    const policy = 'src/server/placement/policies/planted.ts';
    expect(siblingImports(planted(policy, "import { policy } from './cost.js';"))).toEqual([expect.stringContaining(policy)]);
    expect(siblingImports(planted('isa/planted.ts', "import { tinyBinding } from './tiny.js';"))).toHaveLength(1);
  });

  it('import modules of Node in src/app alone', () => {
    expect(nodeImports(house)).toEqual([]);
    expect(nodeImports(planted('src/study/planted.ts', "import { readFileSync } from 'node:fs';"))).toHaveLength(1);
    expect(nodeImports(planted('isa/planted.ts', "import 'fs';"))).toHaveLength(1);
  });

  it('use globals of Node in src/app alone', () => {
    expect(nodeGlobals(house)).toEqual([]);
    expect(nodeGlobals(planted('src/study/planted.ts', 'export const argv = process.argv;'))).toHaveLength(1);
    expect(nodeGlobals(planted('src/study/planted.ts', 'const process = 1; export const twice = 2 * process;'))).toEqual([]);
  });

  it('have a catalogue entry where they are policies', () => {
    expect(uncataloguedPolicies(house)).toEqual([]);
    expect(uncataloguedPolicies(planted('src/server/placement/policies/planted.ts', ''))).toHaveLength(1);
  });

  it('keep wall clock, chance and approximate mathematics out of simulated rooms', () => {
    expect(nondeterminism(house)).toEqual([]);
    const breaks = ['Math.random()', 'Math.exp(1)', 'Math.pow(2, 3)', 'Date.now()', 'new Date()', 'performance.now()'];
    for (const text of breaks) {
      expect(nondeterminism(planted('src/server/planted.ts', `export const x = ${text};`))).toHaveLength(1);
    }
    expect(nondeterminism(planted('src/guest/planted.ts', 'const { log } = Math;'))).toHaveLength(1);
    expect(nondeterminism(planted('src/server/planted.ts', 'export const x = Math.floor(1.5); // not Math.random()'))).toEqual([]);
  });

  it(`are at most ${MAX_LINES} lines long`, () => {
    expect(longFiles(everything)).toEqual([]);
    expect(longFiles([sourceOf('a.ts', '\n'.repeat(MAX_LINES) + 'x')])).toHaveLength(1);
  });

  it('open with a comment that says what they are', () => {
    expect(filesWithoutOpening([...house, ...benches])).toEqual([]);
    expect(filesWithoutOpening([sourceOf('a.ts', "import './b.js';\n")])).toHaveLength(1);
  });

  it('leave nothing for later', () => {
    expect(leftovers(everything)).toEqual([]);
    expect(leftovers([sourceOf('a.ts', `// ${'TO'}DO: all of it`)])).toHaveLength(1);
  });

  it('in src/ know no register and no mnemonic of an ISA', () => {
    expect(isaWords(house, isas, IR_WORDS)).toEqual([]);
    expect(isaWords(planted('src/study/planted.ts', "export const stack = 'sp';"), isas, IR_WORDS)).toHaveLength(1);
    expect(isaWords(planted('src/guest/os/planted.ts', "export const load = 'lbu';"), isas, IR_WORDS)).toHaveLength(1);
  });
});
