// The scenario of a run from the words of the command line: vCPUs, policy and its options, seed, limits.
import { Faults, fail } from '../../base/diagnostics.js';
import { didYouMean } from '../../base/suggest.js';
import { parseInteger } from '../../base/units.js';
import { policyModule, policyNames } from '../../server/placement/catalogue.js';
import type { MachineSpec, Scenario, SliceMode } from '../../server/spec.js';

export const DEFAULT_POLICY = 'cost';
export const DEFAULT_SEED = 1;
export const DEFAULT_MAX_INSTRUCTIONS = 1_000_000_000;
const MAX_VCPUS = 1024;
/** Enough to break the lockstep of vCPUs, little beside a run. */
const START_SKEW_PS = 1_000_000;

export interface ScenarioOptions {
  readonly vcpus?: string | undefined;
  readonly policy?: string | undefined;
  /** `name=value` each. */
  readonly policyOption?: readonly string[] | undefined;
  readonly seed?: string | undefined;
  readonly sliceMode?: string | undefined;
  readonly maxInstructions?: string | undefined;
  readonly timeScale?: string | undefined;
}

export function buildScenario(machine: MachineSpec, options: ScenarioOptions): Scenario {
  const policy = checkPolicyName(options.policy ?? DEFAULT_POLICY, '--policy');
  return {
    machine,
    vcpus: options.vcpus === undefined ? machine.nodes * machine.coresPerNode : parseInteger(options.vcpus, '--vcpus', 1, MAX_VCPUS),
    policy,
    policyOptions: policyOptions([policy], options.policyOption ?? []),
    seed: options.seed === undefined ? DEFAULT_SEED : parseInteger(options.seed, '--seed', 0, Number.MAX_SAFE_INTEGER),
    sliceMode: sliceMode(options.sliceMode ?? 'loop'),
    maxInstructions: options.maxInstructions === undefined ? DEFAULT_MAX_INSTRUCTIONS
      : parseInteger(options.maxInstructions, '--max-instructions', 1, Number.MAX_SAFE_INTEGER),
    timeScale: options.timeScale === undefined ? 1 : numberWithin(options.timeScale, '--time-scale', 1e-9, 1e9),
    startSkewPs: START_SKEW_PS,
  };
}

export function checkPolicyName(name: string, option: string): string {
  if (policyNames().includes(name)) return name;
  return fail(`${option}: no policy "${name}"`, undefined, didYouMean(name, policyNames()) ?? `policies: ${policyNames().join(', ')}`);
}

/** `k=v` each, checked against the parameters of `policies`: one of them must have each, and it must be in range. */
export function policyOptions(policies: readonly string[], given: readonly string[]): Readonly<Record<string, string>> {
  const parameters = policies.flatMap((name) => policyModule(name).parameters);
  const faults = new Faults();
  const options: Record<string, string> = {};
  for (const text of given) {
    const match = /^([^=]+)=(.*)$/.exec(text);
    if (!match) {
      faults.add(`--policy-option: expected name=value, not "${text}"`);
      continue;
    }
    const [, name, value] = match as unknown as [string, string, string];
    const parameter = parameters.find((p) => p.name === name);
    if (!parameter) {
      const names = parameters.map((p) => p.name);
      faults.add(`--policy-option: ${policies.join(', ')} has no option "${name}"`, undefined,
        didYouMean(name, names) ?? (names.length > 0 ? `options: ${names.join(', ')}` : 'it has none'));
    } else {
      faults.collect(() => numberWithin(value, `--policy-option ${name}`, parameter.min, parameter.max));
      options[name] = value;
    }
  }
  faults.raise();
  return options;
}

/** The options of `all` that `policy` has. */
export function optionsOf(policy: string, all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = policyModule(policy).parameters.map(({ name }) => name);
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function numberWithin(text: string, what: string, min: number, max: number): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= min && value <= max)) fail(`${what}: expected a number from ${min} to ${max}, not "${text}"`);
  return value;
}

function sliceMode(text: string): SliceMode {
  if (text === 'loop' || text === 'instruction') return text;
  return fail(`--slice-mode: expected loop or instruction, not "${text}"`, undefined, didYouMean(text, ['loop', 'instruction']));
}
