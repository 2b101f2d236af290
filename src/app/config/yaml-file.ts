// A YAML file held against a zod schema; every fault becomes a diagnostic at its place in the file.
import { isMap, isScalar, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import { Faults } from '../../base/diagnostics.js';
import { spanAt, type SourceFile, type Span } from '../../base/source.js';
import { didYouMean } from '../../base/suggest.js';

export type KeyPath = readonly PropertyKey[];

export interface YamlFile<T> {
  readonly data: T;
  /** The place of the value at `path`, or of the nearest mapping around it. */
  readonly at: (path: KeyPath) => Span;
}

/** Parses and checks; raises all faults of the file at once. `knownKeys` gives the keys allowed in the mapping at a path. */
export function readYaml<T>(
  file: SourceFile,
  schema: z.ZodType<T>,
  knownKeys: (path: KeyPath) => readonly string[],
): YamlFile<T> {
  const faults = new Faults();
  const document = parseDocument(file.text, { prettyErrors: false });
  for (const { message, pos } of document.errors) {
    faults.add(message.split('\n')[0]!, spanAt(file, Math.min(pos[0], Math.max(0, file.text.length - 1))));
  }
  faults.raise();

  const at = (path: KeyPath): Span => spanOf(file, document, path);
  const result = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (result.success) return { data: result.data, at };
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const known = knownKeys(issue.path);
        faults.add(
          `unknown key "${key}"`,
          keySpan(file, document, issue.path, key),
          didYouMean(key, known) ?? `known keys: ${known.join(', ')}`,
        );
      }
    } else {
      const hint: unknown = issue.code === 'custom' ? issue.params?.hint : undefined;
      faults.add(issue.message, at(issue.path), typeof hint === 'string' ? hint : undefined);
    }
  }
  faults.list.sort((a, b) => a.at!.line - b.at!.line || a.at!.column - b.at!.column);
  faults.raise();
  throw new Error('a schema failed without an issue');
}

function nodeAt(document: Document, path: KeyPath): Node | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return typeof node === 'object' && node !== null && 'range' in node ? (node as Node) : undefined;
}

function spanOf(file: SourceFile, document: Document, path: KeyPath): Span {
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(document, path.slice(0, length));
    if (node?.range) return spanAt(file, node.range[0], isScalar(node) ? node.range[1] - node.range[0] : 1);
  }
  return spanAt(file, 0);
}

function keySpan(file: SourceFile, document: Document, path: KeyPath, key: string): Span {
  const node = nodeAt(document, path);
  const pair = isMap(node) ? node.items.find(({ key: k }) => isScalar(k) && String(k.value) === key) : undefined;
  const range = isScalar(pair?.key) ? pair.key.range : undefined;
  return range ? spanAt(file, range[0], range[1] - range[0]) : spanOf(file, document, path);
}
