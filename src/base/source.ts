// Source text and places in it, shared by the ISA language, the assembler and the configuration files.

export interface SourceFile {
  /** As the user named it; shown in diagnostics. */
  readonly path: string;
  readonly text: string;
}

/** A place in a file: line and column count from 1; `length` in UTF-16 units, at least 1. */
export interface Span {
  readonly file: SourceFile;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export function span(file: SourceFile, line: number, column: number, length = 1): Span {
  return { file, line, column, length: Math.max(1, length) };
}

/** The span of `length` characters from `offset` of the file's text. */
export function spanAt(file: SourceFile, offset: number, length = 1): Span {
  const before = file.text.slice(0, offset);
  const line = before.split('\n').length;
  return span(file, line, offset - before.lastIndexOf('\n'), length);
}

const lineCache = new WeakMap<SourceFile, string[]>();

/** The text of a line (from 1), without its end. */
export function lineText(file: SourceFile, line: number): string {
  let lines = lineCache.get(file);
  if (!lines) lineCache.set(file, (lines = file.text.split(/\r?\n/)));
  return lines[line - 1] ?? '';
}

/** `path:line:column`. */
export function place(at: Span): string {
  return `${at.file.path}:${at.line}:${at.column}`;
}
