// Means and their confidence intervals.
// Quantiles of Student's t at 0.975: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2.
import type { Interval } from './summary.js';

/** Index: degrees of freedom - 1. */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
/** From so many degrees of freedom on; between two entries the smaller one's wider interval holds. */
const T_975_FROM = [
  [1000, 1.962],
  [100, 1.984],
  [90, 1.987],
  [80, 1.99],
  [70, 1.994],
  [60, 2],
  [50, 2.009],
  [40, 2.021],
] as const;

export function tQuantile975(degreesOfFreedom: number): number {
  const exact = T_975[degreesOfFreedom - 1];
  if (exact !== undefined) return exact;
  return T_975_FROM.find(([from]) => degreesOfFreedom >= from)?.[1] ?? T_975[T_975.length - 1]!;
}

/** Mean and 95 % interval of one or more values; a single value is its own interval. */
export function interval(values: readonly number[]): Interval {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, lo: mean, hi: mean };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = (tQuantile975(n - 1) * Math.sqrt(variance)) / Math.sqrt(n);
  return { mean, lo: mean - half, hi: mean + half };
}

export function overlap(a: Interval, b: Interval): boolean {
  return a.lo <= b.hi && b.lo <= a.hi;
}
