// Every page that an exploration meets, as bytes, such that two have the same bytes only if nothing that happens from there on
// can differ but in names. Each reduction replaces a state by one that bisimulates it (Baier and Katoen, "Principles of Model
// Checking", 2008, ch. 7), so no event and no broken rule is lost; the codecs of `fields.ts` say which and why.
//
// A world has far more states than each of its pages. So what an event does to a page is found out once, by the protocol's
// step, and then known; and a state of the world is a few numbers of parts (as in SPIN's "collapse" mode: Holzmann, "State
// Compression in SPIN", SPIN Workshop 1997).
import type { Message } from '../../server/hyperkernel/messages.js';
import { rank } from './codec.js';
import { PageFields } from './fields.js';
import type { Mirror } from './mirrors.js';
import { pageStep, viewOf } from './page.js';
import { checkRules } from './rules.js';
import { ByteIndex } from './store.js';
import { everyWay } from './ways.js';
import type { Act, PageEvent, PageView, PageWorld, Tell, WorldShape } from './world.js';

export interface KnownPage {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** Ages in it, as bits, and where they are. */
  readonly ages: number;
  readonly agePlaces: readonly number[];
  readonly view: PageView;
  readonly reserves: boolean;
  /** By event, once it has happened; and by the ages that there are in the world. */
  readonly outcomes: Map<number, readonly Outcome[]>;
  readonly renamed: Map<number, KnownPage>;
  /** By mirror, once it has been looked for. */
  readonly mirrored: KnownPage[];
}

/** What may come of an event: those that differ, whatever the policies' answers were. */
export interface Outcome {
  readonly page: KnownPage;
  readonly acts: readonly Act[];
  /** The answers that led there first, if somebody asked for them. */
  readonly words: readonly string[];
}

const KINDS: Readonly<Record<PageEvent['kind'], number>> = { deliver: 0, stall: 1, attempted: 2, access: 3, drop: 4, evict: 5 };
const ACCESSES = ['read', 'write', 'rmw'];
const WANTS = ['bring', 'copy', 'map', 'service', 'locate', 'upgrade'];

export class Pages {
  readonly all: KnownPage[] = [];
  private readonly shape: WorldShape;
  private readonly fields: PageFields;
  private readonly index = new ByteIndex();

  constructor(shape: WorldShape, page: number) {
    this.shape = shape;
    this.fields = new PageFields(shape, page);
  }

  of(page: PageWorld): KnownPage {
    const { bytes, agePlaces } = this.fields.write(page);
    return this.known(bytes, () => {
      checkRules(page);
      const ages = agePlaces.reduce((bits, at) => bits | (1 << bytes[at]!), 0);
      return { ages, agePlaces, view: viewOf(page, this.shape), reserves: page.reserved.some((frames) => frames > 0) };
    });
  }

  outcomes(page: KnownPage, event: PageEvent): readonly Outcome[] {
    const key = keyOf(event);
    let outcomes = page.outcomes.get(key);
    if (!outcomes) page.outcomes.set(key, outcomes = this.findOut(page, event));
    return outcomes;
  }

  /** Each outcome by itself; `tell` hears of the answers before a rule breaks. */
  findOut(page: KnownPage, event: PageEvent, tell?: Tell): Outcome[] {
    const found = new Map<string, Outcome>();
    everyWay((choose) => {
      const words: string[] = [];
      const world = this.fields.read(page.bytes);
      try {
        const acts = pageStep(world, this.shape, event, choose, tell && ((choice) => words.push(choice)));
        const next = this.of(world);
        const key = `${next.id} ${JSON.stringify(acts)}`;
        if (!found.has(key)) found.set(key, { page: next, acts, words });
      } catch (error) {
        words.forEach((word) => tell!(word));
        throw error;
      }
    });
    return [...found.values()];
  }

  /** With ranks for the ages, where these are all that there are in the world. */
  renamed(page: KnownPage, ages: number): KnownPage {
    let renamed = page.renamed.get(ages);
    if (!renamed) {
      const bytes = page.bytes.slice();
      let ranks = 0;
      for (const at of page.agePlaces) {
        bytes[at] = 1 + rank(ages, bytes[at]!);
        ranks |= 1 << bytes[at];
      }
      renamed = this.known(bytes, () => ({ ...page, ages: ranks }));
      page.renamed.set(ages, renamed);
    }
    return renamed;
  }

  /** The mirror image, which is of the page `of`. */
  mirrored(page: KnownPage, mirror: Mirror, of: Pages): KnownPage {
    return page.mirrored[mirror.index] ??= of.of(of.fields.read(this.fields.write(this.fields.read(page.bytes), mirror).bytes));
  }

  message(page: KnownPage, channel: number): Message {
    return this.fields.read(page.bytes).channels[channel]![0]!.message;
  }

  private known(bytes: Uint8Array, about: () => Pick<KnownPage, 'ages' | 'agePlaces' | 'view' | 'reserves'>): KnownPage {
    const id = this.index.add(bytes, bytes.length);
    return this.all[id] ??= { ...about(), id, bytes: this.index.at(id), outcomes: new Map(), renamed: new Map(), mirrored: [] };
  }
}

/** Below 2^31: up to 16 nodes, 32 vCPUs and 32 ages. */
function keyOf(event: PageEvent): number {
  const kind = KINDS[event.kind];
  switch (event.kind) {
    case 'deliver': return kind + 8 * event.channel;
    case 'attempted': return kind + 8 * ((event.node * 32 + event.vcpu) * 2 + (event.retired ? 1 : 0));
    case 'access': return kind + 8 * ((event.node * 32 + event.vcpu) * 2 + (event.write ? 1 : 0));
    case 'drop': return kind + 8 * event.node;
    case 'evict': return kind + 8 * (event.node * 16 + event.to);
    case 'stall': {
      const what = (ACCESSES.indexOf(event.access) * 8 + WANTS.indexOf(event.want)) * 2 + (event.insist ? 1 : 0);
      return kind + 8 * (((event.node * 32 + event.vcpu) * 32 + event.time) * 64 + what);
    }
  }
}
