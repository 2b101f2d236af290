// Placement policies by name: one literal table. A file in policies/ without an entry here fails a test.
import { fail, Faults } from '../../base/diagnostics.js';
import { didYouMean } from '../../base/suggest.js';
import { policy as cost } from './policies/cost.js';
import { policy as counter } from './policies/counter.js';
import { policy as empty } from './policies/empty.js';
import { policy as firstTouch } from './policies/first-touch.js';
import { policy as hotPage } from './policies/hot-page.js';
import { policy as interleave } from './policies/interleave.js';
import { policy as jump } from './policies/jump.js';
import { policy as negotiate } from './policies/negotiate.js';
import { policy as page } from './policies/page.js';
import { policy as vcpu } from './policies/vcpu.js';
import { policy as workFunction } from './policies/work-function.js';
import type { NodeView, Policy, PolicyModule, PolicyParameter } from './seam.js';

const POLICIES: readonly PolicyModule[] = [
  firstTouch, interleave, page, vcpu, cost,
  jump, counter, workFunction, negotiate, hotPage,
  empty,
];

/** Policies from files of the user's, under names of their own. */
const added: PolicyModule[] = [];

/** Adds a policy that is no part of this project. An InputError if its name is taken. */
export function addPolicy(policy: PolicyModule): void {
  if (policyNames().includes(policy.name)) fail(`there is a policy "${policy.name}" already`, undefined, 'give yours another name');
  added.push(policy);
}

/** Every policy's name, in the order in which comparisons show them. */
export function policyNames(): string[] {
  return [...POLICIES, ...added].map((policy) => policy.name);
}

/** The policy of that name; an InputError with a suggestion if there is none. */
export function policyModule(name: string): PolicyModule {
  return [...POLICIES, ...added].find((policy) => policy.name === name)
    ?? fail(`unknown policy "${name}"`, undefined, didYouMean(name, policyNames()) ?? `known: ${policyNames().join(', ')}`);
}

/** A value for every parameter of the policy: as given, else the default. An InputError of all wrong names and values. */
export function resolveOptions(
  { name, parameters }: PolicyModule, given: Readonly<Record<string, string>>,
): Readonly<Record<string, number>> {
  const faults = new Faults();
  const values = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default]));
  for (const [option, text] of Object.entries(given)) {
    const parameter = parameters.find((candidate) => candidate.name === option);
    if (parameter) values[option] = faults.collect(() => valueOf(name, parameter, text)) ?? parameter.default;
    else faults.add(`policy "${name}" has no option "${option}"`, undefined, suggestOption(option, parameters));
  }
  faults.raise();
  return values;
}

/** An instance of the policy for one node. `options` as on the command line, checked as `resolveOptions` does. */
export function createPolicy(name: string, options: Readonly<Record<string, string>>, view: NodeView): Policy {
  const module = policyModule(name);
  return module.create(resolveOptions(module, options), view);
}

function valueOf(policy: string, { name, min, max }: PolicyParameter, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= min && value <= max)) {
    fail(`option "${name}" of policy "${policy}": expected a number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

function suggestOption(option: string, parameters: readonly PolicyParameter[]): string {
  const names = parameters.map((parameter) => parameter.name);
  return didYouMean(option, names) ?? (names.length > 0 ? `it has: ${names.join(', ')}` : 'it has none');
}
