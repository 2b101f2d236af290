// The options that `run` and `compare` share, and what they mean.
import type { Options } from 'yargs';
import { fail } from '../../base/diagnostics.js';
import { PROTOCOL_CHOICES, type MachineSpec } from '../../server/spec.js';
import type { MachineOptions } from '../config/machine.js';
import type { ScenarioOptions } from '../config/scenario.js';
import { flag, option, type Input } from './command.js';

const MACHINE = { group: 'Machine:' };
const PLACEMENT = { group: 'Placement:' };
const PROTOCOL = { group: 'Protocol:' };
const RUN = { group: 'Run:' };
const OUTPUT = { group: 'Output:' };

export const MACHINE_OPTIONS: Readonly<Record<string, Options>> = {
  machine: option('Preset, a machine file in YAML, or .xml of hwloc', {
    ...MACHINE,
    defaultDescription: 'sds-ethernet-25g, 4 nodes of 2 cores',
  }),
  nodes: option('Number of nodes', MACHINE),
  cores: option('Cores of each node', MACHINE),
  memory: option('Memory of each node, such as 64M', MACHINE),
  fabric: option('Fabric preset that joins the nodes', MACHINE),
  'page-size': option('Bytes of a page, a power of two', MACHINE),
  caches: option('Caches behind L1: none, or all of the machine', { ...MACHINE, defaultDescription: "the machine's" }),
  quantum: option('Longest slice, such as 1us, or auto', MACHINE),
  'time-slice': option('Turn of a vCPU where others wait for the core, such as 50us', MACHINE),
};

export const ISA_OPTION = { isa: option('Name of an ISA, or a file', { ...RUN, defaultDescription: 'tiny' }) };

export const PAGES_OPTION = {
  'page-size': option('Bytes of a page: sections lie on different ones', { ...RUN, defaultDescription: 'what the ISA says' }),
};

export const DEFINE_OPTION = {
  define: option('Give a symbol of the program a value: NAME=VALUE', { ...RUN, type: 'array' }),
};

/** What decides a run, besides the program, the policy and the engine. */
export const SCENARIO_OPTIONS: Readonly<Record<string, Options>> = {
  ...MACHINE_OPTIONS,
  vcpus: option('Number of vCPUs', { ...MACHINE, defaultDescription: 'all cores' }),
  'policy-option': option('Parameter of a policy: NAME=VALUE', { ...PLACEMENT, type: 'array' }),
  balance: option('Load balancer between nodes; see balance list', {
    ...PLACEMENT, defaultDescription: 'steal if vCPUs outnumber cores, else none',
  }),
  'time-scale': option('Factor on the time constants of policies', { ...PLACEMENT, defaultDescription: '1' }),
  invalidation: option('How copies end before a store: parallel or serial', { ...PROTOCOL, defaultDescription: 'parallel' }),
  'read-ownership': option('Whether ownership goes to readers: stay or move', { ...PROTOCOL, defaultDescription: 'stay' }),
  transfer: option('What of a page travels: whole, version or diff', { ...PROTOCOL, defaultDescription: 'whole' }),
  ...ISA_OPTION,
  ...DEFINE_OPTION,
  seed: option('Seed of everything random', { ...RUN, defaultDescription: '1' }),
  'slice-mode': option('Where slices end: loop or instruction', { ...RUN, defaultDescription: 'loop' }),
  'max-instructions': option('End with 124 after so many', { ...RUN, defaultDescription: '1000000000' }),
};

export const SHARED_OPTIONS: Readonly<Record<string, Options>> = {
  ...SCENARIO_OPTIONS,
  engine: option('What executes instructions: wasm or reference', { ...RUN, defaultDescription: 'wasm' }),
  ideal: flag('Also run on one node with all cores and memory', RUN),
  json: flag('Print one JSON document and nothing else', OUTPUT),
  quiet: flag('Print no summary and no progress', OUTPUT),
};

export const POLICY_OPTION = {
  policy: option('Placement policy, or a .mjs file with one; see policy list', { ...PLACEMENT, defaultDescription: 'cost' }),
};

export const FILE_OPTIONS: Readonly<Record<string, Options>> = {
  out: option('Directory for report.json, summary.txt, picture.html, trace.json', OUTPUT),
  trace: option('File for a trace that Perfetto opens', OUTPUT),
  picture: option('File for a picture of the run, an HTML page', OUTPUT),
};

export const STACK_OPTION: Readonly<Record<string, Options>> = {
  stack: flag('Draw where the time went, by window, vCPU and node', OUTPUT),
};

export function machineOptions(input: Input): MachineOptions {
  return {
    machine: input.text('machine'),
    fabric: input.text('fabric'),
    nodes: input.text('nodes'),
    cores: input.text('cores'),
    memory: input.text('memory'),
    pageSize: input.text('page-size'),
    caches: input.text('caches'),
    quantum: input.text('quantum'),
    timeSlice: input.text('time-slice'),
  };
}

export function scenarioOptions(input: Input): Omit<ScenarioOptions, 'policy' | 'policyOption'> {
  return {
    vcpus: input.text('vcpus'), balance: input.text('balance'), seed: input.text('seed'), sliceMode: input.text('slice-mode'), engine: input.text('engine'),
    maxInstructions: input.text('max-instructions'), timeScale: input.text('time-scale'),
    protocol: { invalidation: input.text('invalidation'), readOwnership: input.text('read-ownership'), transfer: input.text('transfer') },
  };
}

/** These ISAs have no notion of arguments. */
export function refuseArguments(input: Input, isa: string): void {
  if (input.rest.length > 0)
    fail(`programs of ISA ${isa} take no arguments: nothing may follow --, not "${input.rest.join(' ')}"`);
}

export async function machineOf(input: Input): Promise<MachineSpec> {
  const [{ resolveMachine }, { readText }] = await Promise.all([import('../config/machine.js'), import('./files.js')]);
  return resolveMachine(machineOptions(input), readText);
}

/** Values of options by name, for completion. */
export async function completeShared(name: string): Promise<readonly string[]> {
  switch (name) {
    case 'policy': case 'policies': return (await import('../../server/placement/catalogue.js')).policyNames();
    case 'balance': return (await import('../../server/placement/balancer-table.js')).balancerNames();
    case 'machine': return (await import('../../server/fabric/presets.js')).machineNames();
    case 'fabric': return (await import('../../server/fabric/presets.js')).fabricNames();
    case 'isa': return (await import('../../../isa/index.js')).isaNames();
    case 'engine': return (await import('../../server/engines.js')).engineNames();
    case 'slice-mode': return ['loop', 'instruction'];
    case 'invalidation': return PROTOCOL_CHOICES.invalidation;
    case 'read-ownership': return PROTOCOL_CHOICES.readOwnership;
    case 'transfer': return PROTOCOL_CHOICES.transfer;
    default: return [];
  }
}
