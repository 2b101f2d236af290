// The litmus programs of programs/tiny/litmus, what each may never print (the comment at its top says why), and runs of them.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../../src/guest/asm/image.js';
import { oneWayLatencyPs } from '../../src/server/fabric/fabric.js';
import { assertCoherent } from '../../src/server/hyperkernel/check.js';
import { policyNames } from '../../src/server/placement/catalogue.js';
import type { Envelope } from '../../src/server/hyperkernel/messages.js';
import { engineNames } from '../../src/server/engines.js';
import { createServer, type Server } from '../../src/server/server.js';
import type { Ending } from '../../src/server/snapshot.js';
import type { EngineName, ProtocolSpec, Scenario } from '../../src/server/spec.js';
import { PROTOCOLS } from '../../src/study/explore/worlds.js';
import { assembleText, folder, isa, nodes } from '../programs/programs.js';
import { imageByte, Recorder, type History } from './history.js';

export interface Litmus {
  readonly threads: number;
  /** Whether a round may end so: its digits, of each thread and of what is left. */
  readonly allows: (digits: readonly number[]) => boolean;
}

const pairs = (forbidden: number) => ([a, b]: readonly number[]) => 2 * a! + b! !== forbidden;
const forward = (reader: number): boolean => Math.floor(reader / 3) <= reader % 3;

export const LITMUS: Readonly<Record<string, Litmus>> = {
  mp: { threads: 2, allows: ([, reader]) => reader !== 2 },
  sb: { threads: 2, allows: pairs(0) },
  lb: { threads: 2, allows: pairs(3) },
  iriw: { threads: 4, allows: ([, , one, other]) => one !== 2 || other !== 2 },
  wrc: { threads: 3, allows: ([, middle, last]) => middle !== 1 || last !== 2 },
  coherence: { threads: 3, allows: ([, one, other, left]) => forward(one!) && forward(other!) && left === 2 },
  '2+2w': { threads: 2, allows: ([, , left]) => left !== 4 },
  atomic: {
    threads: 3, allows: (digits) => digits[3] === 3 && digits.slice(0, 3).filter((digit) => digit >= 4).length === 1
      && new Set(digits.slice(0, 3).map((digit) => digit % 4)).size === 3,
  },
  tear: { threads: 3, allows: ([, one, other, left]) => one !== 2 && other !== 2 && left === 1 },
  cas: { threads: 3, allows: ([a, b, c, left]) => a! + b! + c! === 1 && left === 3 },
};

export function litmusFiles(): string[] {
  return readdirSync(join(folder, 'litmus')).map((file) => file.replace(/\.s$/, '')).sort();
}

const images = new Map<string, Image>();

function image(name: string, sizes: Readonly<Record<string, number>>): Image {
  const key = JSON.stringify([name, sizes]);
  if (!images.has(key)) {
    const path = join(folder, 'litmus', `${name}.s`);
    images.set(key, assembleText({ path, text: readFileSync(path, 'utf8') }, sizes));
  }
  return images.get(key)!;
}

export interface LitmusRun {
  readonly name: string;
  readonly policy: string;
  readonly preset: string;
  readonly nodes: number;
  readonly seed: number;
  /** Bytes from x to y. */
  readonly apart: number;
  readonly sliceMode: Scenario['sliceMode'];
  /** Times the default quantum. */
  readonly quantum: number;
  readonly rounds: number;
  readonly engine?: EngineName;
  readonly protocol?: ProtocolSpec;
}

/** A fault for a run: in what is sent, or in the server before it starts. */
export interface Fault {
  readonly tamper?: (envelope: Envelope, server: Server) => readonly Envelope[];
  readonly alter?: (server: Server) => void;
  /** Leave the coherence rules unchecked, to see what the guest makes of it. */
  readonly unchecked?: boolean;
}

export interface Outcome {
  readonly ending: Ending;
  readonly lines: readonly string[];
  readonly history: History;
  /** Of memory before the run. */
  readonly initial: (address: number) => bigint;
}

/** Runs it with the coherence rules checked after every event; `record` also notes down every access. */
export function runLitmus(run: LitmusRun, record = false, fault?: Fault): Outcome {
  const machine = nodes(run.nodes, run.preset);
  const recorder = new Recorder();
  const loaded = image(run.name, { ROUNDS: run.rounds, APART: run.apart, DELAY: machine.fabric.kind === 'load-store' ? 3000 : 20_000 });
  const sent = (envelope: Envelope): readonly Envelope[] => (fault?.tamper ? fault.tamper(envelope, server) : [envelope]);
  const server: Server = createServer({
    isa, image: loaded, ...(fault?.unchecked ? {} : { afterEvent: assertCoherent }),
    tamper: (envelope) => (record ? sent(envelope).flatMap(recorder.tamper) : sent(envelope)),
    scenario: {
      machine: { ...machine, quantumPs: run.quantum * (machine.quantumPs ?? oneWayLatencyPs(machine.fabric)) },
      vcpus: LITMUS[run.name]!.threads, policy: run.policy, policyOptions: {}, seed: run.seed, sliceMode: run.sliceMode,
      maxInstructions: 1_000_000, timeScale: 1, startSkewPs: 1_000_000, ...(run.engine && { engine: run.engine }),
      ...(run.protocol && { protocol: run.protocol }),
    },
  });
  if (record) recorder.watch(server);
  fault?.alter?.(server);
  const ending = server.run();
  if (!fault && (ending.end !== 'exit' || ending.exitCode !== 0)) throw new Error(`${JSON.stringify(run)} ended as ${JSON.stringify(ending)}`);
  return { ending, lines: server.output.trimEnd().split('\n'), history: recorder.history, initial: imageByte(loaded) };
}

/** What a run may vary; a row of indexes into the columns gives a combination. */
export const COLUMNS = {
  name: Object.keys(LITMUS),
  policy: policyNames(),
  preset: ['sds-ethernet-25g', 'numa-4s'],
  protocol: PROTOCOLS,
  nodes: [2, 4],
  seed: [1, 2],
  apart: [4096, 64, 8],
  sliceMode: ['loop', 'instruction'],
  quantum: [1, 0.05, 20],
  engine: engineNames(),
} as const;

export function combination(row: readonly number[], rounds: number): LitmusRun {
  const values = Object.entries(COLUMNS).map(([column, all], i) => [column, all[row[i]!]] as const);
  return { rounds, ...Object.fromEntries(values) as unknown as Omit<LitmusRun, 'rounds'> };
}

/** The digits of a line that a litmus program printed. */
export function digitsOf(line: string): number[] {
  return [...line].map((digit) => digit.charCodeAt(0) - '0'.charCodeAt(0));
}

/** The page of x, where y lies on another. */
export function pageOfX(name: string): number {
  return image(name, { APART: 4096 }).symbols.get('x')! / 4096;
}
