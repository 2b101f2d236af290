// What is wrong with an input: one record per fault, with place, expectation and suggestion; many are raised in one go.
import { lineText, place, type Span } from './source.js';

export interface Diagnostic {
  readonly message: string;
  readonly at?: Span | undefined;
  /** A suggestion or explanation, printed on a line of its own. */
  readonly hint?: string | undefined;
}

/** Bad input of any kind. The command line prints it without a stack trace and exits with 125. */
export class InputError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join('\n'));
    this.name = 'InputError';
    this.diagnostics = diagnostics;
  }
}

/** Raises one fault. */
export function fail(message: string, at?: Span, hint?: string): never {
  throw new InputError([{ message, at, hint }]);
}

/** Collects faults, so that all of a file are reported at once. */
export class Faults {
  readonly list: Diagnostic[] = [];

  add(message: string, at?: Span, hint?: string): void {
    this.list.push({ message, at, hint });
  }

  /** Runs `action`; an InputError it throws is collected and `undefined` returned. */
  collect<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.list.push(...error.diagnostics);
      return undefined;
    }
  }

  /** Throws an InputError of all faults, in the order of their places, if there are any. */
  raise(): void {
    if (this.list.length > 0) throw new InputError(inOrderOfPlaces(this.list));
  }
}

/** By file in the order of their first mention, then by line and column; those without a place last. */
function inOrderOfPlaces(faults: readonly Diagnostic[]): Diagnostic[] {
  const files = [...new Set(faults.flatMap(({ at }) => (at ? [at.file.path] : [])))];
  const placed = faults.filter(({ at }) => at).sort(({ at: a }, { at: b }) =>
    files.indexOf(a!.file.path) - files.indexOf(b!.file.path) || a!.line - b!.line || a!.column - b!.column);
  return [...placed, ...faults.filter(({ at }) => !at)];
}

/** `path:line:column: error: message`, the source line, a caret line, the hint. */
export function formatDiagnostic(fault: Diagnostic): string {
  const hint = fault.hint ? `\n  ${fault.hint}` : '';
  if (!fault.at) return `error: ${fault.message}${hint}`;
  const text = lineText(fault.at.file, fault.at.line);
  const start = fault.at.column - 1;
  const indent = text.slice(0, start).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(fault.at.length, Math.max(1, text.length - start))));
  return `${place(fault.at)}: error: ${fault.message}\n  ${text}\n  ${indent}${carets}${hint}`;
}
