// The machine of a run: a preset, a machine file or hwloc's XML, changed by the options of the command line, with checked ranges.
import { fail } from '../../base/diagnostics.js';
import type { SourceFile } from '../../base/source.js';
import { formatPs, parseBytes, parseInteger, parsePs } from '../../base/units.js';
import { withoutAssumed } from '../../server/fabric/assumed.js';
import { fabricNames, fabricPreset, machineNames, machinePreset } from '../../server/fabric/presets.js';
import { nodeSpecs, withNodes } from '../../server/nodes.js';
import { CACHES } from '../../server/fabric/caches.js';
import type { CacheSpec, MachineSpec, NodeSpec } from '../../server/spec.js';
import { checkMachine, LIMITS } from './machine-limits.js';
import { checkName } from './names.js';

export const DEFAULT_MACHINE = 'sds-ethernet-25g';
export const DEFAULT_NODES = 4;
export const DEFAULT_CORES = 2;

/** The command line's words about the machine, as written. */
export interface MachineOptions {
  readonly machine?: string | undefined;
  readonly fabric?: string | undefined;
  readonly nodes?: string | undefined;
  readonly cores?: string | undefined;
  readonly memory?: string | undefined;
  readonly pageSize?: string | undefined;
  readonly caches?: string | undefined;
  readonly quantum?: string | undefined;
  readonly timeSlice?: string | undefined;
}

/** By the key of a machine file. */
const OPTION_OF: Readonly<Record<string, string>> = {
  nodes: '--nodes', cores: '--cores', memory: '--memory', page: '--page-size', fabric: '--fabric',
};

/** Reads a file the user named; fails with an InputError if it cannot be read. */
export type ReadText = (path: string, what: string) => SourceFile;

/** The machine the options ask for. Without `machine` it is the default preset with 4 nodes of 2 cores. */
export async function resolveMachine(options: MachineOptions, readText: ReadText): Promise<MachineSpec> {
  const base = options.machine === undefined
    ? { ...machinePreset(DEFAULT_MACHINE), nodes: DEFAULT_NODES, coresPerNode: DEFAULT_CORES }
    : await namedMachine(options.machine, readText);
  const of: Partial<NodeSpec> = {
    ...given(options.cores, (text) => ({ cores: parseInteger(text, '--cores', 1, LIMITS.coresPerNode) })),
    ...given(options.memory, (text) => ({ memoryBytes: parseBytes(text, '--memory') })),
  };
  const machine: MachineSpec = {
    ...withNodes(base, nodeSpecs(base).map((node) => ({ ...node, ...of }))),
    ...given(options.nodes, (text) => ({ nodes: parseInteger(text, '--nodes', 1, LIMITS.nodes) })),
    ...given(options.pageSize, (text) => ({ pageBytes: parseBytes(text, '--page-size') })),
    ...given(options.fabric, (text) => ({ fabric: namedFabric(text) })),
    ...given(options.caches, (text) => ({ caches: caches(text, base) })),
    ...given(options.quantum, (text) => ({ quantumPs: quantum(text) })),
    ...given(options.timeSlice, (text) => ({ timeSlicePs: duration(text, '--time-slice', '') })),
    sources: withoutAssumed(base.sources, replaced(options)),
  };
  checkMachine(machine, (path, message) =>
    fail(path.length === 1 ? `${OPTION_OF[path[0]] ?? path[0]}: ${message}` : `${machine.name}: ${message}`));
  return machine;
}

/** Figures of which those of the machine no longer hold. */
function replaced({ timeSlice, caches: text }: MachineOptions): ReadonlySet<string> {
  return new Set([...(timeSlice === undefined ? [] : ['timeSlicePs']), ...(text === 'none' ? Object.keys(CACHES) : [])]);
}

function given<T>(text: string | undefined, use: (text: string) => T): T | undefined {
  return text === undefined ? undefined : use(text);
}

async function namedMachine(name: string, readText: ReadText): Promise<MachineSpec> {
  if (/[./\\]/.test(name)) {
    if (/\.xml$/i.test(name)) {
      const { importHwloc } = await import('./hwloc-import.js');
      return importHwloc(readText(name, 'hwloc file'));
    }
    // Schemas and YAML take longer to load than a short program to run.
    const { parseMachineFile } = await import('./machine-file.js');
    return parseMachineFile(readText(name, 'machine file'));
  }
  return machinePreset(
    checkName('--machine', 'preset', name, machineNames(), '; or a machine file such as ./rack.yaml or ./host.xml'),
  );
}

function namedFabric(name: string): MachineSpec['fabric'] {
  return fabricPreset(checkName('--fabric', 'preset', name, fabricNames()));
}

/** A machine without caches gets Cascade Lake's. */
function caches(text: string, base: MachineSpec): CacheSpec | null {
  return checkName('--caches', 'choice', text, ['none', 'all']) === 'none' ? null : base.caches ?? CACHES;
}

function quantum(text: string): number | null {
  return text === 'auto' ? null : duration(text, '--quantum', ' or auto');
}

function duration(text: string, option: string, orElse: string): number {
  const ps = parsePs(text, option);
  if (ps < 1 || ps > 1e12) fail(`${option}: expected 1 ps to 1 s${orElse}, not ${formatPs(ps)}`);
  return ps;
}
