// Wrong descriptions as files: each fault is announced by a comment `// error: line:column: message | hint`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadIsa } from '../../../src/guest/lang/load.js';
import { BINDING, faultsOf, repositoryRoot } from './isas.js';

const folder = join(repositoryRoot(), 'test/guest/lang/wrong');
const files = readdirSync(folder).filter((name) => name.endsWith('.isa'));

/** The announced faults, in the order in which they are to be reported. */
function announced(text: string): string[] {
  return text.split('\n').flatMap((line) => line.split(' // error: ').slice(1));
}

describe('a wrong description', () => {
  it.each(files)('%s: reports exactly its faults, each at its place', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const expected = announced(text);
    expect(expected.length).toBeGreaterThan(0);
    expect(faultsOf(() => loadIsa({ path: name, text }, BINDING))).toEqual(expected);
  });

  it('shows the source line and a caret under the fault', () => {
    const text = 'isa x\npc : i32\nword 16\nreg r : i32[4]\nfield rd : r\nmemory { low = 0 high = 64 text = 0 align = 16 stack = 64 stack_bytes = 8 }\n'
      + 'insn one rd is 0x000 0b00 rd { rd = rx }\n';
    expect(() => loadIsa({ path: 'x.isa', text }, BINDING)).toThrow(
      'x.isa:7:37: error: unknown name "rx"\n  insn one rd is 0x000 0b00 rd { rd = rx }\n'
      + '                                      ^^\n  did you mean "rd"?');
  });

  it('reports an empty text as a description without parts', () => {
    const faults = faultsOf(() => loadIsa({ path: 'x.isa', text: '' }, BINDING));
    expect(faults[0]).toBe('1:1: the description has no "isa NAME"');
    expect(faults).toHaveLength(6);
  });
});
