// What has been run, in a file that outlives the run: one line for each batch or part of one, under the version of the code
// that ran. So an interrupted run goes on, runs of different parts add up, and a finished one can be asked again.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Mask } from './batches.js';

/** One line of the file. */
export interface Line {
  readonly batch: number;
  /** Hexadecimal mask of the cells that were run. */
  readonly ran: string;
  /** Fault by the place of the cell in the batch. */
  readonly faults?: Readonly<Record<string, string>>;
  readonly instructions: number;
  readonly stalls: number;
  readonly messages: number;
  /** Cells in which a node had to make room for pages. */
  readonly pressed: number;
  /** Cells that another cell's run answers for. */
  readonly alike: number;
}

/** Everything known of one batch. */
export interface BatchResult {
  ran: Mask;
  readonly faults: Map<number, string>;
}

export class Results {
  readonly path: string;
  readonly batches = new Map<number, BatchResult>();
  readonly totals = { instructions: 0, stalls: 0, messages: 0, pressed: 0, alike: 0 };

  /** Takes in what the file holds; a line that an interrupted run left half written counts for nothing. */
  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path)) return;
    for (const text of readFileSync(path, 'utf8').split('\n')) {
      const line = parsed(text);
      if (line) this.take(line);
    }
  }

  add(line: Line): void {
    // A half-written line before this one would take it along.
    appendFileSync(this.path, `\n${JSON.stringify(line)}`);
    this.take(line);
  }

  ranOf(batch: number): Mask {
    return this.batches.get(batch)?.ran ?? 0n;
  }

  private take({ batch, ran, faults, instructions, stalls, messages, pressed, alike }: Line): void {
    const known = this.batches.get(batch) ?? { ran: 0n, faults: new Map<number, string>() };
    this.batches.set(batch, known);
    known.ran |= BigInt(`0x${ran}`);
    for (const [place, fault] of Object.entries(faults ?? {})) known.faults.set(Number(place), fault);
    this.totals.instructions += instructions;
    this.totals.stalls += stalls;
    this.totals.messages += messages;
    this.totals.pressed += pressed;
    this.totals.alike += alike;
  }
}

/** A digest of all files that can change a result: whoever changes one of them begins anew. */
export function codeVersion(root: string, folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of folders.flatMap((folder) => filesBelow(join(root, folder)))) {
    hash.update(`${relative(root, file)}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesBelow(join(path, name)));
}

function parsed(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line;
    return typeof line.batch === 'number' && /^[0-9a-f]+$/.test(line.ran) ? line : undefined;
  } catch {
    return undefined;
  }
}
