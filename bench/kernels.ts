// The kernels that engines are measured by: guest programs in bench/kernels, the same in C beside them, and how to run both.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtinIsa } from '../isa/index.js';
import { assemble } from '../src/guest/asm/assemble.js';
import { takeBranchHints } from '../src/app/cli/v8.js';
import type { Image } from '../src/guest/asm/image.js';
import { WasmEngine } from '../src/guest/engine/wasm/engine.js';
import { machinePreset } from '../src/server/fabric/presets.js';
import { createServer } from '../src/server/server.js';
import type { EngineName, MachineSpec, Scenario } from '../src/server/spec.js';
import { ROOT } from './measure.js';

export interface Kernel {
  readonly name: string;
  readonly what: string;
  /** How often the region's work is done: about half a second. */
  readonly reps: number;
  /** Values of symbols with which it does little, for slow engines. */
  readonly small: Readonly<Record<string, number>>;
  /** Counts in the geometric mean against native code. */
  readonly inMean: boolean;
  /** Was not looked at while the engine was made faster. */
  readonly heldOut: boolean;
}

const kernel = (
  name: string, what: string, reps: number, small: Kernel['small'], more: { readonly inMean?: boolean; readonly heldOut?: boolean } = {},
): Kernel => ({ name, what, reps, small, inMean: false, heldOut: false, ...more });

export const KERNELS: readonly Kernel[] = [
  kernel('int', 'integer mix', 10, { REPS: 1, LOOPS: 300 }, { inMean: true }),
  kernel('matmul', 'matrix multiply', 10, { REPS: 1, N: 32 }, { inMean: true }),
  kernel('triad', 'stream triad, 64 MB', 10, { REPS: 1, N: 20_000 }, { inMean: true }),
  kernel('sort', 'sieve, quicksort', 4, { REPS: 1, SIEVE: 20_000, N: 4096 }, { inMean: true }),
  kernel('calls', 'recursion', 4, { REPS: 1, N: 18 }),
  kernel('interpreter', 'indirect jumps', 10, { REPS: 1, ROUNDS: 80 }),
  kernel('chase', 'pointer chase, 64 MB', 2, { REPS: 4, N: 16_384 }),
  kernel('hash', 'hash table', 2, { REPS: 1, N: 8000 }, { heldOut: true }),
  kernel('queens', 'bit masks, recursion', 100, { REPS: 1, N: 6 }, { heldOut: true }),
];

export const KERNEL_FOLDER = join(ROOT, 'bench', 'kernels');

takeBranchHints();
const isa = builtinIsa('tiny');

export function assembleKernel(name: string, defines: Readonly<Record<string, number>>): Image {
  const path = join(KERNEL_FOLDER, `${name}.s`);
  const values = new Map(Object.entries(defines).map(([symbol, value]) => [symbol, BigInt(value)]));
  return assemble({ path, text: readFileSync(path, 'utf8') }, isa, { defines: values }).image;
}

export interface Region {
  readonly checksum: string;
  readonly seconds: number;
  /** Of the region, of the guest. */
  readonly instructions: number;
  /** Of them, seconds in which the engine made compiled code; V8 goes over it again in a thread of its own. */
  readonly compileSeconds: number;
  /** Of the processor, by all threads. */
  readonly processorSeconds: number;
}

/** Four nodes of the software-defined preset, without caches behind L1, and with memory enough for any kernel on one of them. */
export function benchMachine(): MachineSpec {
  return { ...machinePreset('sds-ethernet-25g'), nodes: 4, memoryBytesPerNode: 2 ** 30, caches: null };
}

export function benchScenario(engine: EngineName, machine = benchMachine(), vcpus = 1): Scenario {
  return {
    machine, vcpus, engine, policy: 'cost', policyOptions: {}, seed: 1, sliceMode: 'loop', maxInstructions: 1e12, timeScale: 1,
    startSkewPs: 0,
  };
}

/** Runs the guest; the clock is read where the guest says that its region begins and ends. */
export function runGuest(image: Image, scenario: Scenario): Region {
  const at: { readonly ms: number; readonly instructions: number; readonly processor: NodeJS.CpuUsage }[] = [];
  const server = createServer({
    isa, image, scenario,
    observer: { mark: () => at.push({ ms: performance.now(), instructions: server.instructions, processor: process.cpuUsage() }) },
  });
  let compileMs = 0;
  if (server.engine instanceof WasmEngine) {
    server.engine.onCompile = (begins) => {
      if (at.length === 1) compileMs += begins ? -performance.now() : performance.now();
    };
  }
  const { end, exitCode, message } = server.run();
  const [begin, stop] = at;
  if (end !== 'exit' || exitCode !== 0 || !begin || !stop) throw new Error(`the guest ended by ${end} with ${exitCode}: ${message}`);
  return {
    checksum: server.output.trim(), seconds: (stop.ms - begin.ms) / 1000, instructions: stop.instructions - begin.instructions,
    compileSeconds: compileMs / 1000,
    processorSeconds: (stop.processor.user + stop.processor.system - begin.processor.user - begin.processor.system) / 1e6,
  };
}

/** The kernels as gcc -O2 makes them. */
export class NativeKernels {
  private readonly folder = mkdtempSync(join(tmpdir(), 'hyperkernel-kernels-'));

  /** Undefined where there is no gcc. */
  static build(kernels: readonly Kernel[]): NativeKernels | undefined {
    try {
      execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    } catch {
      return undefined;
    }
    const native = new NativeKernels();
    for (const { name } of kernels) {
      execFileSync('gcc', ['-O2', '-o', join(native.folder, name), join(KERNEL_FOLDER, 'native', `${name}.c`)]);
    }
    return native;
  }

  run({ name, reps }: Kernel): { readonly checksum: string; readonly seconds: number } {
    const [checksum, seconds] = execFileSync(join(this.folder, name), [String(reps)], { encoding: 'utf8' }).trim().split(' ');
    return { checksum: checksum!, seconds: Number(seconds) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
