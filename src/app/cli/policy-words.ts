// What the catalogue knows about the policy of a run: the meanings of its reasons, and which options are not at their default.
import { balancerModule, balancerNames } from '../../server/placement/balancer-table.js';
import { policyModule } from '../../server/placement/catalogue.js';
import type { RunReport } from '../../study/report/report.js';
import { wordsOf, type Words } from '../../study/report/words.js';

/** The run's policy must be in the catalogue. */
export function policyWords(report: Pick<RunReport, 'policy' | 'policyOptions' | 'balance'>): Words {
  const { balancer, parameters, reasons: own } = policyModule(report.policy);
  const balancing = balancerNames().includes(report.balance) ? balancerModule(report.balance) : balancer;
  const reasons = [...own, ...(balancing?.reasons ?? [])];
  const plain = wordsOf(report);
  const isDefault = ([name, value]: readonly [string, number]): boolean =>
    parameters.some((parameter) => parameter.name === name && parameter.default === value);
  return {
    meaningOf: (reason) => reasons.find(({ slug }) => slug === reason)?.meaning ?? plain.meaningOf(reason),
    options: Object.entries(report.policyOptions)
      .filter((entry) => !isDefault(entry))
      .map(([name, value]) => `${name}=${value}`),
  };
}
