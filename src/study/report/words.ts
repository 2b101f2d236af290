// Words about a run that its report does not hold: what reasons mean, which options were changed. Whoever knows the policy
// gives them; without it there is what the hyperkernel itself decides, and every option.
import type { RunReport } from './report.js';

export interface Words {
  /** What a reason means, or '' where nothing is known. */
  meaningOf(reason: string): string;
  /** `name=value` of the options worth telling. */
  readonly options: readonly string[];
}

/** Reasons of the hyperkernel, which it gives without asking the policy. */
const KERNEL_REASONS: Readonly<Record<string, string>> = {
  progress: 'the vCPU was sent for this instruction before, so the page comes',
  evict: 'the node ran short of frames and made room',
  'no-cores': 'the owner\'s node runs no vCPUs, so the page comes',
  upgrade: 'the owner writes and copies exist: they are invalidated',
  fetch: 'code is always copied',
  write: 'a write invalidates the copies',
  'whole-access': 'the access cannot be served remotely, so a copy comes',
  'first-touch': 'the page gets memory where it was touched',
  loaded: 'the page came with the program',
};

export function wordsOf(report: Pick<RunReport, 'policyOptions'>): Words {
  return {
    meaningOf: (reason) => (Object.hasOwn(KERNEL_REASONS, reason) ? KERNEL_REASONS[reason]! : ''),
    options: Object.entries(report.policyOptions).map(([name, value]) => `${name}=${value}`),
  };
}
