// What a command of the command line is: its words, what it takes, examples, and what it does. Everything heavy is imported
// when a command runs, so that help and errors come at once.
import type { Options } from 'yargs';
import { fail } from '../../base/diagnostics.js';

export interface Command {
  /** `['run']`, `['isa', 'list']`. */
  readonly words: readonly string[];
  /** As yargs writes them: `<program>`, `[name]`, `<programs..>`. */
  readonly takes: string;
  readonly summary: string;
  readonly positionals: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, Options>>;
  readonly examples: readonly (readonly [command: string, does: string])[];
  /** Values to complete after an option, `--policy`, or for a positional, by its name. */
  readonly complete?: (name: string) => Promise<readonly string[]>;
  /** Does it; gives the exit status. Bad input is an InputError. */
  readonly run: (input: Input) => Promise<number>;
}

/** The words of a command line, as the user wrote them. */
export class Input {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }

  /** The value of an option that may be given once. */
  text(name: string): string | undefined {
    const value = this.values[name];
    if (Array.isArray(value)) fail(`--${name} is given more than once`);
    return value === undefined ? undefined : String(value);
  }

  /** The values of an option or positional that may be given often. */
  texts(name: string): string[] {
    const value = this.values[name];
    return value === undefined ? [] : (Array.isArray(value) ? value : [value]).map(String);
  }

  flag(name: string): boolean {
    const value = this.values[name];
    return Array.isArray(value) ? value.includes(true) : value === true;
  }

  /** What stands after `--`. */
  get rest(): string[] {
    return this.texts('--');
  }
}

/** An option with a value. */
export function option(describe: string, more: Partial<Options> = {}): Options {
  return { type: 'string', requiresArg: true, describe, ...more };
}

export function flag(describe: string, more: Partial<Options> = {}): Options {
  return { type: 'boolean', describe, ...more };
}
