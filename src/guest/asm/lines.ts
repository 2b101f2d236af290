// Source lines on their way to the assembler: block comments blanked, macro arguments inserted, and the way back
// from a column of such a line to the place in the file that the user must look at.
import { escapePattern } from '../../base/pattern.js';
import { fail } from '../../base/diagnostics.js';
import { span, spanAt, type SourceFile, type Span } from '../../base/source.js';
import type { Token } from './tokens.js';

export interface Line {
  readonly file: SourceFile;
  /** Counts from 1. */
  readonly number: number;
  readonly text: string;
  /** Where arguments were inserted, from left to right. */
  readonly edits?: readonly Edit[];
  /** The macro call that this line comes from. */
  readonly call?: Call;
}

/** `length` characters at `column` of the line stand for `sourceLength` characters at `sourceColumn` of the file. */
export interface Edit {
  readonly column: number;
  readonly length: number;
  readonly sourceColumn: number;
  readonly sourceLength: number;
}

export interface Call {
  readonly macro: string;
  readonly line: Line;
}

/** The lines of a file, comments between slash-star and star-slash blanked. `signs` begin comments up to the line end. */
export function linesOf(file: SourceFile, signs: readonly string[]): Line[] {
  const text = file.text.includes('/*') ? blankComments(file, signs) : file.text;
  const texts = text.split(/\r?\n/);
  if (texts.at(-1) === '') texts.pop();
  return texts.map((line, i) => ({ file, number: i + 1, text: line }));
}

/** The place in the file of `length` characters at `column` of `line`. */
export function placeOf(line: Line, column: number, length = 1): Span {
  let shift = 0;
  for (const edit of line.edits ?? []) {
    if (column < edit.column) break;
    if (column < edit.column + edit.length) return span(line.file, line.number, edit.sourceColumn, edit.sourceLength);
    shift = edit.sourceColumn + edit.sourceLength - edit.column - edit.length;
  }
  return span(line.file, line.number, column + shift, length);
}

/** `in macro push, called at prog.s:12`, outwards, or undefined outside macros. */
export function calledFrom(line: Line): string | undefined {
  const calls = new Set<string>();
  for (let call = line.call; call; call = call.line.call) {
    calls.add(`in macro ${call.macro}, called at ${call.line.file.path}:${call.line.number}`);
  }
  const notes = [...calls];
  if (notes.length > 4) notes.splice(3, notes.length - 4, '...');
  return notes.length > 0 ? notes.join('\n  ') : undefined;
}

/** Puts arguments for `\name`, the number of the call for `\@`, and nothing for `\()`. Unknown names stay. */
export function substitute(line: Line, values: ReadonlyMap<string, string>, counter: number, call: Call): Line {
  const edits: Edit[] = [];
  let grown = 0;
  const text = line.text.replace(/\\(?:@|\(\)|[A-Za-z_]\w*)/g, (match, offset: number) => {
    const value = match === '\\@' ? String(counter) : match === '\\()' ? '' : values.get(match.slice(1));
    if (value === undefined) return match;
    const source = placeOf(line, offset + 1, match.length);
    const { column: sourceColumn, length: sourceLength } = source;
    edits.push({ column: offset + 1 + grown, length: value.length, sourceColumn, sourceLength });
    grown += value.length - match.length;
    return value;
  });
  return { file: line.file, number: line.number, text, edits, call };
}

function blankComments(file: SourceFile, signs: readonly string[]): string {
  const toLineEnd = signs.map((sign) => `|${escapePattern(sign)}.*`).join('');
  const pattern = new RegExp(`/\\*[^]*?(?:\\*/|$(?![^]))|"(?:[^"\\\\\n]|\\\\.)*"|'(?:[^'\\\\\n]|\\\\.)'${toLineEnd}`, 'g');
  return file.text.replace(pattern, (match, offset: number) => {
    if (!match.startsWith('/*')) return match;
    if (match.length < 4 || !match.endsWith('*/')) fail('the comment is not closed', spanAt(file, offset, 2));
    return match.replace(/[^\r\n]/g, ' ');
  });
}

/** Raises a fault at `length` characters of `line`, naming the macro calls that led there. */
export function failAt(line: Line, column: number, length: number, message: string, hint?: string): never {
  const notes = [hint, calledFrom(line)].filter((note) => note !== undefined);
  return fail(message, placeOf(line, column, length), notes.length > 0 ? notes.join('\n  ') : undefined);
}

export function failToken(line: Line, token: Token, message: string, hint?: string): never {
  return failAt(line, token.column, token.text.length, message, hint);
}
