// The debugger at a terminal: a prompt with line editing, history and completion; Ctrl-C stops what takes long and keeps the
// session. And the debugger in a script: commands from the command line or a pipe, each shown before its answer.
import { createInterface } from 'node:readline';
import { SingleBar } from 'cli-progress';
import { InputError } from '../../base/diagnostics.js';
import { grouped } from '../../study/report/figures.js';
import { complete } from './complete.js';
import { Shell, type Host } from './shell.js';
import type { Context } from './commands/command.js';

export const PROMPT = '(hk) ';
/** Long enough to be called so, short enough for Ctrl-C. */
const BREATH_MS = 50;
const PATIENCE_MS = 1000;

/** A screen that shows how far long work is, and hears Ctrl-C. */
class Screen implements Host {
  private readonly output: NodeJS.WritableStream;
  private readonly interactive: boolean;
  private interrupted = false;
  private startedMs = 0;
  private breathedMs = 0;
  private bar: SingleBar | undefined;

  constructor(output: NodeJS.WritableStream, interactive: boolean) {
    this.output = output;
    this.interactive = interactive;
  }

  write(text: string): void {
    this.output.write(text);
  }

  interrupt(): void {
    this.interrupted = true;
  }

  begin(): void {
    this.interrupted = false;
    this.startedMs = this.breathedMs = performance.now();
  }

  async breathe(position: number): Promise<boolean> {
    const now = performance.now();
    if (now - this.breathedMs < BREATH_MS) return false;
    this.breathedMs = now;
    // Lets signals and keys in.
    await new Promise(setImmediate);
    if (this.interactive && now - this.startedMs > PATIENCE_MS) this.show(position);
    return this.interrupted;
  }

  rest(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private show(position: number): void {
    if (!this.bar) {
      const format = 'step {now}  {seconds} s  (Ctrl-C stops)';
      this.bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true });
      this.bar.start(1, 0, { now: '', seconds: 0 });
    }
    this.bar.update(0, { now: grouped(position), seconds: Math.floor((performance.now() - this.startedMs) / 1000) });
  }
}

/** Runs the lines; each is shown before its answer. The first that cannot be done ends the script with its InputError. */
export async function runScript(context: Context, lines: AsyncIterable<string> | Iterable<string>): Promise<'ended' | 'left'> {
  const screen = new Screen(process.stdout, false);
  const shell = new Shell(context, screen);
  for await (const line of lines) {
    screen.write(`${PROMPT}${line}\n`);
    screen.begin();
    if (!await shell.run(line)) return 'left';
  }
  return 'ended';
}

/** Lines of standard input, as they come. */
export function linesOfInput(): AsyncIterable<string> {
  return createInterface({ input: process.stdin, crlfDelay: Infinity });
}

/** Asks for commands until the user leaves. An empty line does the last command again. */
export async function converse(
  context: Context, input: NodeJS.ReadableStream = process.stdin, output: NodeJS.WritableStream = process.stdout,
): Promise<void> {
  const screen = new Screen(output, true);
  const shell = new Shell(context, screen);
  const reader = createInterface({
    input, output, terminal: true, prompt: PROMPT, historySize: 1000, removeHistoryDuplicates: true,
    completer: (line: string) => complete(line, context.session),
  });
  let busy = false;
  reader.on('SIGINT', () => {
    if (busy) screen.interrupt();
    // Nothing to stop: what has been typed goes.
    else reader.write(null, { ctrl: true, name: 'u' });
  });
  shell.greet();
  reader.prompt();
  let last = '';
  for await (const line of reader) {
    last = line.trim() === '' ? last : line;
    screen.begin();
    busy = true;
    try {
      if (!await shell.run(last)) {
        reader.close();
        return;
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      screen.write(`${error.message}\n`);
    }
    busy = false;
    reader.prompt();
  }
  // The end of input, Ctrl-D, leaves the prompt without an end of line.
  screen.write('\n');
}
