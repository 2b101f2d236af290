// The scenario of a run from the words of the command line: vCPUs, policy and its options, seed, limits.
import { Faults, fail } from '../../base/diagnostics.js';
import { didYouMean } from '../../base/suggest.js';
import { parseInteger } from '../../base/units.js';
import { balancerNames } from '../../server/placement/balancer-table.js';
import { policyModule, policyNames, resolveOptions } from '../../server/placement/catalogue.js';
import { DEFAULT_ENGINE, engineNames } from '../../server/engines.js';
import { allGuestCores } from '../../server/nodes.js';
import { PROTOCOL_CHOICES, type EngineName, type MachineSpec, type ProtocolSpec, type Scenario, type SliceMode } from '../../server/spec.js';
import { checkName } from './names.js';

export const DEFAULT_POLICY = 'cost';
export const DEFAULT_SEED = 1;
export const DEFAULT_MAX_INSTRUCTIONS = 1_000_000_000;
export const SLICE_MODES: readonly SliceMode[] = ['loop', 'instruction'];
const DEFAULT_SEEDS = 3;
const MAX_SEEDS = 1000;
const MAX_VCPUS = 1024;
/** Made to be copied, not to be compared. */
const EMPTY_POLICY = 'empty';
/** Enough to break the lockstep of vCPUs, little beside a run. */
const START_SKEW_PS = 1_000_000;

export interface ScenarioOptions {
  readonly vcpus?: string | undefined;
  readonly policy?: string | undefined;
  /** `name=value` each. */
  readonly policyOption?: readonly string[] | undefined;
  readonly balance?: string | undefined;
  readonly seed?: string | undefined;
  readonly sliceMode?: string | undefined;
  readonly engine?: string | undefined;
  readonly maxInstructions?: string | undefined;
  readonly timeScale?: string | undefined;
  readonly protocol?: { readonly [K in keyof ProtocolSpec]?: string | undefined };
}

/** The options that choose the protocol. */
export const PROTOCOL_OPTIONS: { readonly [K in keyof ProtocolSpec]: string } = {
  invalidation: 'invalidation', readOwnership: 'read-ownership', transfer: 'transfer',
};

export function buildScenario(machine: MachineSpec, options: ScenarioOptions): Scenario {
  const policy = checkPolicyName(options.policy ?? DEFAULT_POLICY, '--policy');
  return {
    machine,
    protocol: buildProtocol(options.protocol ?? {}),
    vcpus:
      options.vcpus === undefined
        ? allGuestCores(machine)
        : parseInteger(options.vcpus, '--vcpus', 1, MAX_VCPUS),
    policy,
    policyOptions: policiesFor(policy, options.policyOption ?? [])[0]!.options,
    ...(options.balance !== undefined && { balance: checkName('--balance', 'balancer', options.balance, balancerNames()) }),
    seed: options.seed === undefined ? DEFAULT_SEED : parseInteger(options.seed, '--seed', 0, Number.MAX_SAFE_INTEGER),
    sliceMode: checkName('--slice-mode', 'mode', options.sliceMode ?? 'loop', SLICE_MODES) as SliceMode,
    engine: options.engine === undefined ? DEFAULT_ENGINE : buildEngine(options.engine),
    maxInstructions: options.maxInstructions === undefined ? DEFAULT_MAX_INSTRUCTIONS : buildLimit(options.maxInstructions),
    timeScale: options.timeScale === undefined ? 1 : numberWithin(options.timeScale, '--time-scale', 1e-9, 1e9),
    startSkewPs: START_SKEW_PS,
  };
}

export function buildEngine(name: string): EngineName {
  return checkName('--engine', 'engine', name, engineNames()) as EngineName;
}

export function buildLimit(text: string): number {
  return parseInteger(text, '--max-instructions', 1, Number.MAX_SAFE_INTEGER);
}

function buildProtocol(given: NonNullable<ScenarioOptions['protocol']>): ProtocolSpec {
  const choose = <K extends keyof ProtocolSpec>(key: K): ProtocolSpec[K] => {
    const choices: readonly string[] = PROTOCOL_CHOICES[key];
    return checkName(`--${PROTOCOL_OPTIONS[key]}`, 'choice', given[key] ?? choices[0]!, choices) as ProtocolSpec[K];
  };
  return { invalidation: choose('invalidation'), readOwnership: choose('readOwnership'), transfer: choose('transfer') };
}

export function checkPolicyName(name: string, option: string): string {
  return checkName(option, 'policy', name, policyNames());
}

/** A policy and the options it is given, as written. */
export interface PolicyChoice {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}

/** `names` parted by commas, or all but the one to copy; each option goes to those of them that have it. */
export function policiesFor(names: string | undefined, given: readonly string[]): PolicyChoice[] {
  const chosen = names === undefined ? policyNames().filter((name) => name !== EMPTY_POLICY)
    : [...new Set(names.split(',').map((name) => checkPolicyName(name.trim(), '--policies')))];
  const options = Object.entries(nameValues(given));
  const modules = chosen.map(policyModule);
  const faults = new Faults();
  for (const [name] of options) {
    const known = [...new Set(modules.flatMap(({ parameters }) => parameters.map((parameter) => parameter.name)))];
    if (!known.includes(name)) {
      const message =
        chosen.length === 1
          ? `policy ${chosen[0]!} has no option "${name}"`
          : `none of ${chosen.join(', ')} has an option "${name}"`;
      faults.add(
        `--policy-option: ${message}`,
        undefined,
        didYouMean(name, known) ?? (known.length > 0 ? 'see hyperkernel policy show' : 'there are none'),
      );
    }
  }
  faults.raise();
  return modules.map((module) => {
    const own = Object.fromEntries(
      options.filter(([name]) => module.parameters.some((parameter) => parameter.name === name)),
    );
    resolveOptions(module, own);
    return { name: module.name, options: own };
  });
}

/** `name=value` each. */
function nameValues(texts: readonly string[]): Readonly<Record<string, string>> {
  const faults = new Faults();
  const values: Record<string, string> = {};
  for (const text of texts) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    if (name === undefined || value === undefined) faults.add(`--policy-option: expected NAME=VALUE, not "${text}"`);
    else if (Object.hasOwn(values, name)) faults.add(`--policy-option: ${name} is given more than once`);
    else values[name] = value;
  }
  faults.raise();
  return values;
}

/** A count of seeds from `first` on, or a list such as `1,5,7-9`. */
export function parseSeeds(text: string | undefined, first: number): number[] {
  if (text === undefined || /^\d+$/.test(text.trim())) {
    const count = parseInteger(text ?? DEFAULT_SEEDS, '--seeds', 1, MAX_SEEDS);
    return Array.from({ length: count }, (_, i) => first + i);
  }
  const seeds = new Set<number>();
  for (const part of text.split(',')) {
    const [, from, to = from] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from) || Number(to) - Number(from) >= MAX_SEEDS) {
      fail(`--seeds: expected a count or a list such as 1,5,7-9, not "${text}"`);
    }
    for (let seed = Number(from); seed <= Number(to); seed++) seeds.add(seed);
  }
  return [...seeds];
}

function numberWithin(text: string, what: string, min: number, max: number): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= min && value <= max)) fail(`${what}: expected a number from ${min} to ${max}, not "${text}"`);
  return value;
}
