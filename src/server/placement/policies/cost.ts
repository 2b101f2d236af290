// Weighs what may be done about a stall and does what costs least. A vCPU goes where its pages are, as long as it does
// not have to come back for others; then reads copy, writes bring, and pages that ping-pong are served where they are.
// Modelled on published patents, see algorithms/weighted-cost.ts and stall-factors.ts; the defaults are this project's:
// chosen by what bench/policies.ts measures, on hello, vecsum, triad, matmul, stencil, gups, locks and phases.
import { PageHistory, type PageHistoryState } from '../algorithms/page-history.js';
import { candidates, FACTOR_MEANING, FACTORS, type Factor } from '../algorithms/stall-factors.js';
import { placeAtToucher, TOUCHER_REASONS } from '../algorithms/toucher.js';
import { VcpuHistory, type VcpuHistoryState } from '../algorithms/vcpu-history.js';
import { cheapest, type Pricing } from '../algorithms/weighted-cost.js';
import type {
  AccessKind, Arrival, Decision, NodeView, OwnerDecision, OwnerRequest, Policy, PolicyModule, PolicyParameter, Stall,
} from '../seam.js';

const KINDS: readonly AccessKind[] = ['read', 'write', 'rmw'];

/** Default weights by the type of stall; a factor without one never arises for that type. */
const WEIGHTS: Readonly<Record<AccessKind, Readonly<Partial<Record<Factor, number>>>>> = {
  read: { latency: 1, uses: 1, contention: 0.1, writes: 1, sharers: 1.5, warmth: 0.02, trips: 0.5, load: 0.1, run: 0.15 },
  write: { latency: 1, uses: 1, contention: 0.5, copies: 1, warmth: 0.02, trips: 0.5, load: 0.1, run: 0.15 },
  rmw: { latency: 1, uses: 1, contention: 1, copies: 1, warmth: 0.02, trips: 0.5, load: 0.1, run: 0.15 },
};

/**
 * Default exponents other than 1. Latency: what is slower must promise the more to be worth it. Warmth: of many pages
 * that were used, few will be used again soon.
 */
const EXPONENTS: Readonly<Partial<Record<Factor, number>>> = { latency: 1.5, warmth: 0.5 };

/** How often a page is expected to be used again before anything is known of it. */
const USES: Readonly<Record<AccessKind, number>> = { read: 4, write: 4, rmw: 0.25 };

const MAX_WEIGHT = 1000;

const PARAMETERS: readonly PolicyParameter[] = [
  ...KINDS.flatMap((kind) => FACTORS.flatMap((factor) => {
    const weight = WEIGHTS[kind][factor];
    return weight === undefined ? [] : [{
      name: `${kind}-${factor}`, default: weight, min: 0, max: MAX_WEIGHT,
      meaning: `weight on ${kind} stalls. ${FACTOR_MEANING[factor]}`,
    }];
  })),
  ...FACTORS.map((factor) => ({
    name: `${factor}-exponent`, default: EXPONENTS[factor] ?? 1, min: 0.125, max: 8, meaning: `exponent. ${FACTOR_MEANING[factor]}`,
  })),
  ...KINDS.map((kind) => ({
    name: `${kind}-uses-expected`, default: USES[kind], min: 0, max: 1e6,
    meaning: `uses of a page after a ${kind} stall${kind === 'read' ? '' : ', before its visits here have told'}`,
  })),
  { name: 'window', default: 32, min: 0, max: 1e6, meaning: 'a page that is gone within so many page moves counts as lost' },
  {
    name: 'retry-after', default: 16, min: 1, max: 1e6,
    meaning: 'accesses served remotely that make up for one loss of the page, and stalls of a vCPU here that make up for '
      + 'one trip of it in vain',
  },
  {
    name: 'trip-window', default: 4, min: 0, max: 1e6,
    meaning: 'a vCPU that within so many vCPU moves needs the page again for which it was sent went in vain',
  },
  { name: 'pages', default: 1024, min: 1, max: 1e6, meaning: 'pages that a node remembers' },
];

/** Why not simply bring the page, or why do, by the factor that decided it. */
const REASON: Readonly<Record<Factor, string>> = {
  latency: 'soonest',
  uses: 'many-uses',
  contention: 'ping-pong',
  writes: 'migratory',
  sharers: 'read-shared',
  copies: 'copy-here',
  warmth: 'warm-here',
  trips: 'vain-trips',
  load: 'balance',
  run: 'long-run',
};

export const policy: PolicyModule = {
  name: 'cost',
  summary: 'weighs move, copy, migration and remote service by type of stall; the cheapest wins',
  source: 'modelled on published patents (US 11,175,927; 10,579,274; 10,783,000; 11,023,135), on migratory sharing '
    + '(Stenstrom, Brorsson and Sandberg, ISCA 1993) and on EM2 (Shim, Lis, Khan and Devadas, IEEE CAL 2014); weights and exponents are this project\'s',
  parameters: PARAMETERS,
  reasons: [
    ...TOUCHER_REASONS,
    { slug: 'soonest', meaning: 'the instruction resumes sooner than by any other way' },
    { slug: 'many-uses', meaning: 'serving every further access remotely would cost more' },
    { slug: 'ping-pong', meaning: 'the page would not stay here for long' },
    { slug: 'migratory', meaning: 'a write is likely to follow the read, and would need the page anyway' },
    { slug: 'read-shared', meaning: 'others are likely to be reading the page too' },
    { slug: 'copy-here', meaning: 'a remote write would cost the copy held here' },
    { slug: 'warm-here', meaning: 'the vCPU would leave its pages behind' },
    { slug: 'vain-trips', meaning: 'sent away lately, the vCPU soon needed the same page here again' },
    { slug: 'balance', meaning: 'the vCPU would wait longer for a core' },
    { slug: 'long-run', meaning: 'the vCPU keeps stalling on pages of that node' },
    { slug: 'asked', meaning: 'an owner did as it was asked' },
  ],
  create: (options, view) => new CostPolicy(options, view),
};

interface CostState {
  readonly pages: PageHistoryState;
  readonly vcpus: VcpuHistoryState;
}

class CostPolicy implements Policy {
  private readonly pricing: Readonly<Record<AccessKind, Pricing<Factor>>>;
  private readonly usesExpected: Readonly<Record<AccessKind, number>>;
  private readonly pages: PageHistory;
  private readonly vcpus: VcpuHistory;

  constructor(options: Readonly<Record<string, number>>, view: NodeView) {
    this.pricing = byKind((kind) => ({
      factors: FACTORS,
      weight: Object.fromEntries(FACTORS.map((factor) => [factor, options[`${kind}-${factor}`] ?? 0])),
      exponent: Object.fromEntries(FACTORS.map((factor) => [factor, options[`${factor}-exponent`]!])),
    }));
    this.usesExpected = byKind((kind) => options[`${kind}-uses-expected`]!);
    const retryAfter = options['retry-after']!;
    this.pages = new PageHistory(Math.floor(options['pages']!), options['window']! * view.cost('bring'), retryAfter);
    this.vcpus = new VcpuHistory(options['trip-window']! * view.cost('send'), retryAfter);
  }

  onStall(stall: Stall, view: NodeView): Decision {
    if (stall.dormant) return placeAtToucher(view);
    const { kind, page } = stall;
    const { pages, vcpus } = this;
    pages.stalled(stall);
    vcpus.stalled(stall);
    const choices = candidates(stall, view, { pages, vcpus, uses: this.expectedUses(kind, page) });
    const { action, because } = cheapest(choices, this.pricing[kind], 'bring');
    pages.decided(page, action, kind === 'read');
    vcpus.decided(stall, action === 'send');
    return { action, reason: REASON[because] };
  }

  onOwnerRequest(request: OwnerRequest): OwnerDecision {
    this.pages.requested(request);
    return { action: 'serve', reason: 'asked' };
  }

  onArrive({ page, vcpu, nowPs }: Arrival): void {
    if (page !== undefined) this.pages.arrived(page, nowPs);
    if (vcpu !== undefined) this.vcpus.arrived(vcpu);
  }

  getState(): CostState {
    return { pages: this.pages.toState(), vcpus: this.vcpus.toState() };
  }

  setState(state: unknown): void {
    const { pages, vcpus } = state as CostState;
    this.pages.restore(pages);
    this.vcpus.restore(vcpus);
  }

  /** Reads keep to the expectation: one who spins on a flag reads it far more often than misses tell. */
  private expectedUses(kind: AccessKind, page: number): number {
    return (kind === 'read' ? undefined : this.pages.usesPerVisit(page)) ?? this.usesExpected[kind];
  }
}

function byKind<T>(value: (kind: AccessKind) => T): Readonly<Record<AccessKind, T>> {
  return { read: value('read'), write: value('write'), rmw: value('rmw') };
}
