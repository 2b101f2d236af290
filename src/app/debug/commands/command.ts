// What a command of the debugger is: its names, what it takes, and what it does.
import { fail } from '../../../base/diagnostics.js';
import { parseInteger } from '../../../base/units.js';
import type { Paint } from '../../../study/report/paint.js';
import { vcpuRow } from '../core/look.js';
import type { DebugSession, Stop } from '../core/session.js';
import type { Work } from '../core/timeline.js';
import { checkedAddress, valueFor } from '../core/values.js';
import type { PolicyWords } from '../text/story.js';

export interface Context {
  readonly session: DebugSession;
  readonly paint: Paint;
  readonly policy: PolicyWords;
  /** Summary of the run so far. */
  report(): string;
  /** Writes the state of the server to a file; says what it wrote. */
  save(path: string): string;
}

export type Reply =
  | { readonly lines: readonly string[] }
  /** What is told of the steps on the way: all, those that concern the current vCPU, or the last. */
  | { readonly move: Work<Stop>; readonly tells: 'all' | 'vcpu' | 'last' }
  | 'quit';

export type Completes = 'locations' | 'vcpus' | 'names' | 'commands' | 'breakpoints';

export interface DebugCommand {
  /** The first is shown; the others are short, or as other debuggers have them. */
  readonly names: readonly string[];
  readonly takes: string;
  readonly summary: string;
  /** Lines for `help NAME`, besides the summary. */
  readonly help?: readonly string[];
  /** What words may follow, by place. */
  readonly completes?: readonly (Completes | readonly string[])[];
  run(args: Args, context: Context): Reply;
}

/** The words behind a command. */
export class Args {
  readonly words: readonly string[];
  private readonly command: DebugCommand;
  private at = 0;

  constructor(command: DebugCommand, words: readonly string[]) {
    this.command = command;
    this.words = words;
  }

  get left(): number { return this.words.length - this.at; }

  /** The next word, which must be there. */
  next(what: string): string {
    return this.words[this.at++] ?? fail(`${this.command.names[0]}: ${what} is missing`, undefined, this.usage());
  }

  /** All that is left, as one text. */
  rest(what: string): string {
    const text = [this.next(what), ...this.words.slice(this.at)].join(' ');
    this.at = this.words.length;
    return text;
  }

  /** Takes the next word if it is this one. */
  keyword(word: string): boolean {
    if (this.words[this.at] !== word) return false;
    this.at++;
    return true;
  }

  /** A count, 1 if there is none. */
  count(): number {
    return this.left === 0 ? 1 : this.number('COUNT', 1, Number.MAX_SAFE_INTEGER);
  }

  /** Digits may be grouped, as they are shown. */
  number(what: string, min: number, max: number): number {
    const text = this.next(what);
    const plain = /^\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text;
    return parseInteger(plain, `${this.command.names[0]} ${what}`, min, max);
  }

  /** `vcpu N`, or null. */
  vcpu(session: DebugSession): number | null {
    return this.keyword('vcpu') ? this.vcpuNumber(session) : null;
  }

  vcpuNumber(session: DebugSession): number {
    return this.number('N', 0, session.server.vcpus.length - 1);
  }

  end(): void {
    if (this.left > 0) fail(`${this.command.names[0]}: unexpected "${this.words[this.at]!}"`, undefined, this.usage());
  }

  private usage(): string {
    return `usage: ${usageOf(this.command)}`;
  }
}

export function usageOf({ names, takes }: DebugCommand): string {
  return `${names[0]} ${takes}`.trim();
}

/** The address of a location: `label`, `file:line`, `0xaddress`. */
export function locate(text: string, { places, server, vcpu }: DebugSession): number {
  const address = places.locate(text, vcpuRow(server, vcpu, places).place);
  return checkedAddress(BigInt(address), 1, server.isa.memory.high);
}

/** The value of an expression for the current vCPU. */
export function valueOf(text: string, { server, places, vcpu }: DebugSession): bigint {
  return valueFor(text, vcpu, server, places);
}

/** The value of an expression as an address of `bytes` bytes. */
export function addressOf(text: string, bytes: number, session: DebugSession): number {
  return checkedAddress(valueOf(text, session), bytes, session.server.isa.memory.high);
}
