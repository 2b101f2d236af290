// The documents do not rot: every command they show runs and prints what they show; every link and path resolves.
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchors, commandBlocks, documents, links, namedPaths, readDocument, type Command } from './markdown.js';
import { root } from './root.js';
import { firstMissing, Session, UNSTABLE } from './session.js';

const texts = new Map(documents(root).map((path) => [path, readDocument(root, path)]));

/** What the document says wrongly about the command; undefined if it tells the truth. */
function faultOf(session: Session, command: Command): string | undefined {
  const outcome = session.run(command.text);
  if (!outcome) return undefined;
  const place = `${command.document}:${command.line}: ${command.text}`;
  const { status, lines } = outcome;
  if (status !== command.status) return `${place}\n  exit status ${status}, not ${command.status}\n${lines.slice(-12).join('\n')}`;
  const missing = firstMissing(command.output, lines);
  return missing === undefined ? undefined : `${place}\n  does not print: ${missing}\n${lines.slice(0, 60).join('\n')}`;
}

describe.each([...texts])('%s', (path, text) => {
  const blocks = commandBlocks(path, text);
  if (blocks.length > 0) it('shows commands that do and print what it says', () => {
    const session = new Session();
    try {
      const faults = blocks.flat().map((command) => faultOf(session, command)).filter((fault) => fault !== undefined);
      expect(faults.join('\n\n')).toBe('');
    } finally {
      session.close();
    }
  }, 600_000);

  it('links to what exists', () => {
    const broken = links(text).filter(({ target }) => !/^https?:/.test(target)).filter(({ target }) => {
      const [file, anchor] = target.split('#') as [string, string?];
      const found = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, found))) return true;
      return anchor !== undefined && !anchors(texts.get(found) ?? '').has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names files that exist', () => {
    expect(namedPaths(text).filter(({ target }) => !existsSync(join(root, target)))).toEqual([]);
  });
});

describe('the test of documents', () => {
  it('reads commands, here-documents, statuses and output', () => {
    const text = ['```console', '$ hk run a.s   # exit status 125', 'error', '$ cat > b.s <<\'END\'', '  $ not', 'END', '$ hk \\', '  b.s', '42', '```'].join('\n');
    const [block] = commandBlocks('a.md', text);
    expect(block!.map((command) => [command.text, command.status, command.output])).toEqual([
      ['hk run a.s   # exit status 125', 125, ['error']],
      ["cat > b.s <<'END'\n  $ not\nEND", 0, []],
      ['hk \\\n  b.s', 0, ['42']],
    ]);
  });

  it('misses a line that is not printed, or not in that order', () => {
    expect(firstMissing(['one', '...', 'three'], ['one', 'two', 'three'])).toBeUndefined();
    expect(firstMissing(['one', 'four'], ['one', 'two', 'three'])).toBe('four');
    expect(firstMissing(['three', 'one'], ['one', 'two', 'three'])).toBe('one');
    expect(UNSTABLE.test('  here      1.20 s, 0.51 million instructions a second')).toBe(true);
  });

  it('finds broken links and paths', () => {
    expect(links('[a](b.md#c) and ![d](e.png)').map(({ target }) => target)).toEqual(['b.md#c', 'e.png']);
    expect(namedPaths('see `src/base/bits.ts`, not `bits.ts`\n```\n`src/x.ts`\n```').map(({ target }) => target)).toEqual(['src/base/bits.ts']);
    expect(anchors('## One flow, four wings\n```\n# no\n```')).toEqual(new Set(['one-flow-four-wings']));
  });
});
