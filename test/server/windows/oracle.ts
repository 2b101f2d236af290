// Where the time of every vCPU went, window by window and node by node, made anew from the spans that an observer hears:
// every span cut at the windows' times. It knows a slice as a whole, not what it is made of.
import { COARSE_PART, STACK_PARTS, type Observer, type SpanKind, type StackPart } from '../../../src/server/observe.js';
import type { WindowReport } from '../../../src/study/report/report.js';

interface HeardSpan {
  readonly vcpu: number;
  readonly node: number;
  readonly kind: SpanKind;
  readonly fromPs: number;
  readonly toPs: number;
}

/** `slice`: all that a slice is made of, and accesses that another node performs. */
const GROUP_OF_KIND: Readonly<Record<SpanKind, string>> = {
  running: 'slice', remote: 'slice', pageWait: 'pageWait', coreWait: 'coreWait', migrating: 'migrating', handlers: 'handlers',
};

function groupOf(part: StackPart): string {
  const coarse = COARSE_PART[part];
  return coarse === 'compute' || coarse === 'memory' || coarse === 'remote' ? 'slice' : coarse ?? part;
}

export class Heard {
  private readonly spans: HeardSpan[] = [];
  readonly observer: Observer = {
    span: (vcpu, node, _core, kind, fromPs, toPs) => void this.spans.push({ vcpu, node, kind, fromPs, toPs }),
  };

  /** What the report says otherwise than the spans. What a vCPU does until it is heard of again, at the end, is not known. */
  differences(windows: readonly WindowReport[]): string[] {
    const endPs = new Map<number, number>();
    for (const { vcpu, toPs } of this.spans) endPs.set(vcpu, toPs);
    return windows.flatMap((window, i) => window.perVcpu.flatMap(({ vcpu, timePs }) => {
      const lostPs = Math.max(0, window.toPs - Math.max(window.fromPs, endPs.get(vcpu) ?? 0));
      const heard = this.grouped(window, (span) => span.vcpu === vcpu);
      const told = groupedParts(timePs);
      const groups = [...new Set([...heard.keys(), ...told.keys()])];
      const off = groups.map((group) => (told.get(group) ?? 0) - (heard.get(group) ?? 0));
      const good = off.every((ps) => ps >= 0) && off.reduce((sum, ps) => sum + ps, 0) === lostPs;
      return good ? [] : [`window ${i}, vCPU ${vcpu}: heard ${JSON.stringify([...heard])}, told ${JSON.stringify([...told])}`];
    }).concat(this.nodeDifferences(window, i)));
  }

  /** A node has what was heard there; and perhaps what was not heard. */
  private nodeDifferences(window: WindowReport, i: number): string[] {
    return window.perNode.flatMap(({ node, timePs }) => {
      const told = groupedParts(timePs);
      return [...this.grouped(window, (span) => span.node === node)].filter(([group, ps]) => (told.get(group) ?? 0) < ps)
        .map(([group, ps]) => `window ${i}, node ${node}: heard ${ps} of ${group}, told ${told.get(group) ?? 0}`);
    });
  }

  private grouped({ fromPs, toPs }: WindowReport, wanted: (span: HeardSpan) => boolean): Map<string, number> {
    const groups = new Map<string, number>();
    for (const span of this.spans.filter(wanted)) {
      const ps = Math.min(toPs, span.toPs) - Math.max(fromPs, span.fromPs);
      if (ps > 0) groups.set(GROUP_OF_KIND[span.kind], (groups.get(GROUP_OF_KIND[span.kind]) ?? 0) + ps);
    }
    return groups;
  }
}

function groupedParts(timePs: WindowReport['perVcpu'][number]['timePs']): Map<string, number> {
  const groups = new Map<string, number>();
  for (const part of STACK_PARTS) {
    const ps = timePs[part] ?? 0;
    if (ps > 0) groups.set(groupOf(part), (groups.get(groupOf(part)) ?? 0) + ps);
  }
  return groups;
}
