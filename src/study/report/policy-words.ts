// What a policy's reasons mean, and which of its options were changed: words that the report itself leaves to the catalogue.
import { policyModule, policyNames } from '../../server/placement/catalogue.js';
import type { PolicyModule } from '../../server/placement/seam.js';
import type { RunReport } from './report.js';

/** A policy may come from outside the catalogue. */
function moduleOf(report: RunReport): PolicyModule | undefined {
  return policyNames().includes(report.policy) ? policyModule(report.policy) : undefined;
}

/** What the hyperkernel itself gives as reasons, without asking the policy. */
const KERNEL_REASONS: Readonly<Record<string, string>> = {
  progress: 'the vCPU had been sent for this instruction before, so the page comes',
  upgrade: 'the owner writes and copies exist: they are invalidated',
  fetch: 'code is always copied',
  write: 'a write invalidates the copies',
  'whole-access': 'the access cannot be served remotely, so a copy comes',
  'first-touch': 'the page gets memory where it was touched',
};

/** In words, or '' where the reason speaks for itself. */
export function meaningOf(report: RunReport, reason: string): string {
  return moduleOf(report)?.reasons.find(({ slug }) => slug === reason)?.meaning ?? KERNEL_REASONS[reason] ?? '';
}

/** `name=value` of each option that is not at its default. */
export function changedOptions(report: RunReport): string[] {
  const parameters = moduleOf(report)?.parameters ?? [];
  return Object.entries(report.policyOptions)
    .filter(([name, value]) => parameters.find((parameter) => parameter.name === name)?.default !== value)
    .map(([name, value]) => `${name}=${value}`);
}
