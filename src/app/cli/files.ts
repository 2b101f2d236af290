// Files the user names: read with clear errors, written whole or not at all.
import { accessSync, closeSync, constants, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../base/diagnostics.js';
import type { SourceFile } from '../../base/source.js';
import { didYouMean } from '../../base/suggest.js';

export function readBytes(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    return fail(
      `cannot read the ${what} ${path}: ${reason(error)}`,
      undefined,
      isMissing(error) ? siblingHint(path) : undefined,
    );
  }
}

export function readText(path: string, what: string): SourceFile {
  const bytes = readBytes(path, what);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return { path, text };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return fail(`the ${what} ${path} is not a text in UTF-8`);
}

/** The text of a file that may be missing. */
export function readIfThere(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : undefined;
}

/** Before a long run: that `path` can be written when it is over. */
export function checkWritable(option: string, path: string): void {
  checkDirectory(option, dirname(path));
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) fail(`${option}: ${path} is a directory`);
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    fail(`${option}: cannot write ${path}: ${reason(error)}`);
  }
}

export function checkDirectory(option: string, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) fail(`${option}: there is no directory ${path}`);
  if (!found.isDirectory()) fail(`${option}: ${path} is not a directory`);
}

/** Readers see the old file or the new one, never a part: a temporary file beside it takes its name. Bytes come in parts. */
export function writeWhole(path: string, content: string | Iterable<Uint8Array>): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    if (typeof content === 'string') writeFileSync(temporary, content);
    else writeParts(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    fail(`cannot write ${path}: ${reason(error)}`);
  }
}

function writeParts(path: string, parts: Iterable<Uint8Array>): void {
  const file = openSync(path, 'w');
  try {
    for (const part of parts) for (let at = 0; at < part.length;) at += writeSync(file, part, at);
  } finally {
    closeSync(file);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of its path is not a directory',
  ENOSPC: 'no space left',
  EROFS: 'the file system is read-only',
  EPERM: 'not permitted',
};

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function siblingHint(path: string): string | undefined {
  try {
    const name = didYouMean(basename(path), readdirSync(dirname(path)).sort());
    return name?.replace('"', `"${dirname(path) === '.' ? '' : `${dirname(path)}/`}`);
  } catch {
    return undefined;
  }
}
