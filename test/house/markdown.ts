// The documents as a reader meets them: command blocks, links, headings, and paths that the text names.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './sources.js';

export interface Command {
  readonly document: string;
  /** Line in the document, from 1. */
  readonly line: number;
  readonly text: string;
  /** The lines that the document shows below it; a line `...` stands for any lines. */
  readonly output: readonly string[];
  /** Line in the document of the first of them. */
  readonly outputLine: number;
  /** Expected exit status: what a trailing `# exit status N` says, else 0. */
  readonly status: number;
}

/** Every document of the project. */
export function documents(root: string): string[] {
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesBelow(root, 'docs'), ...filesBelow(root, 'examples')]
    .filter((path) => path.endsWith('.md'));
}

export function readDocument(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/**
 * The commands of the blocks ```console and ```sh, block by block. In `console` a line that begins with `$ ` is a command
 * and what follows is its output; in `sh` every line is a command. A line that ends in `\` or opens a here-document goes on.
 */
export function commandBlocks(document: string, text: string): Command[][] {
  const lines = text.split('\n');
  const blocks: Command[][] = [];
  for (let i = 0; i < lines.length; i++) {
    const language = /^```(console|sh)$/.exec(lines[i]!)?.[1];
    if (!language) continue;
    const end = lines.findIndex((line, at) => at > i && line === '```');
    blocks.push(commandsOf(document, lines.slice(i + 1, end), i + 2, language === 'console'));
    i = end;
  }
  return blocks;
}

function commandsOf(document: string, lines: readonly string[], firstLine: number, prompted: boolean): Command[] {
  const commands: Command[] = [];
  let i = 0;
  while (i < lines.length) {
    if (prompted ? !lines[i]!.startsWith('$ ') : /^\s*(#.*)?$/.test(lines[i]!)) { i++; continue; }
    const line = firstLine + i;
    const parts = [prompted ? lines[i]!.slice(2) : lines[i]!];
    const here = /<<'?(\w+)'?/.exec(parts[0]!)?.[1];
    i++;
    while (i < lines.length && (here ? parts[parts.length - 1] !== here : parts[parts.length - 1]!.endsWith('\\'))) parts.push(lines[i++]!);
    const from = i;
    while (prompted && i < lines.length && !lines[i]!.startsWith('$ ')) i++;
    const text = parts.join('\n');
    commands.push({
      document, line, text, output: lines.slice(from, i), outputLine: firstLine + from,
      status: Number(/# exit status (\d+)$/.exec(parts[0]!)?.[1] ?? 0),
    });
  }
  return commands;
}

export interface Link {
  readonly line: number;
  readonly target: string;
}

/** Links and images outside code blocks. */
export function links(text: string): Link[] {
  return prose(text).flatMap((content, i) =>
    [...content.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ line: i + 1, target: target! })));
}

/** Anchors of the headings, as code hosts make them. */
export function anchors(text: string): Set<string> {
  return new Set(prose(text).flatMap((line) => {
    const title = /^#+ (.*)$/.exec(line)?.[1];
    return title === undefined ? [] : [title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')];
  }));
}

/** Paths of the repository that the prose names between back-ticks. */
export function namedPaths(text: string): Link[] {
  const path = /^(?:src|test|isa|programs|docs|examples|bench|scripts|\.ci)\/[\w./-]*$/;
  return prose(text).flatMap((content, i) =>
    [...content.matchAll(/`([^`]+)`/g)].filter(([, code]) => path.test(code!)).map(([, code]) => ({ line: i + 1, target: code! })));
}

/** The lines, those of code blocks emptied. */
function prose(text: string): string[] {
  let code = false;
  return text.split('\n').map((line) => {
    const fence = line.startsWith('```');
    if (fence) code = !code;
    return fence || code ? '' : line;
  });
}
