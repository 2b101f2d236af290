// What each field of a page record, a message and a vCPU means to an exploration: how far two values differ that lead to
// different things. A field that the protocol gains does not compile until it is described here.
//   - Times of first stalls are compared, never added to: they become ranks. A new one is later than all.
//   - Epochs of a page are compared with one another, with 0 (never heard) and with 1 (never moved): the others become
//     ranks. A new one is higher than all, since the owner knows the highest.
//   - A serial number only tells whether an answer belongs to an open request or to a service that its node still waits
//     for: it becomes the place of that, or UNWANTED where nobody waits. A new one equals none under way.
//   - A version only tells whether it is the latest; where it decides what travels, versions are compared with one another and
//     with that of zeros, and become ranks. Reasons, values and places of access decide nothing in a protocol
//     step; the hops of a request are checked only where the world counts them, as its distance from the bound.
//   - Of a vCPU that is done, or on its way, the node decides nothing; stalls beyond those after which it insists are one.
import { DEFAULT_PROTOCOL } from '../../server/spec.js';
import { UNASKED, type Age, type Message, type PageRequest } from '../../server/hyperkernel/messages.js';
import type { OpenRequest, PageState, Pin } from '../../server/hyperkernel/state.js';
import { STALLS_BEFORE_INSISTING } from '../../server/hyperkernel/stall.js';
import { AGES, constant, epochsOf, flag, list, nodeSet, option, present, small, sparse, struct, variant, versionsOf, word, type Codec, type OfKind, type Tape } from './codec.js';
import type { CountedRequest } from './rules.js';
import type { Flight, World, WorldShape, WorldVcpu } from './world.js';

/** The latest version of a page that was written, in a world that was read; of others it is 0, and zeros hold it. */
export const WRITTEN = 2;
const VERSIONS = [-1, WRITTEN - 1, WRITTEN, 0] as const;
/** What a world that was read counts transfers from: requests' births lie below. */
const MOST_TRANSFERS = 200;
/** Of a page record that was read: serial numbers in use lie below. */
const MOST_SERIAL = 100;
/** What a serial number reads as that no node waits for. */
const UNWANTED = 1;
/** That a version is kept for, where nobody waits. */
const PLEDGED = 50;

type Of<K extends Message['kind']> = OfKind<Message, K>;
/** For people and policies. */
const NO_NOTE = constant(undefined) as Codec<never>;

const WANT = word('bring', 'copy', 'map', 'service', 'locate', 'upgrade');
const MODE = word('drop', 'readonly');
const nodes: Codec<readonly number[]> = nodeSet as Codec<readonly number[]>;
/** That of a page which is sent unasked. */
const NO_AGE: Age = [Infinity, -1];
const STATE = word('run', 'wait', 'move', 'done');

/** Whether it matters which version a node has, besides the latest. */
export function comparesVersions({ protocol = DEFAULT_PROTOCOL }: WorldShape): boolean {
  return protocol.transfer !== 'whole';
}

const COMPARED: Codec<number> = {
  write: (to, version) => to.putName(versionsOf(to.page), 1 + version),
  read: (from) => from.takeName(versionsOf(from.page)) - 1,
};

export class WorldFields {
  readonly version: Codec<number>;

  private readonly shape: WorldShape;
  private readonly holds: Codec<number>;
  private readonly record: Codec<PageState>;
  private readonly message: Codec<Message>;
  private latest: readonly number[] = [];
  private written!: World;

  constructor(shape: WorldShape) {
    this.shape = shape;
    this.version = comparesVersions(shape) ? COMPARED : {
      write: (to, version) => to.put(version < 0 ? 0 : version !== this.latest[to.page] ? 1 : version > 0 ? 2 : 3),
      read: (from) => VERSIONS[from.take()]!,
    };
    this.holds = comparesVersions(shape) ? COMPARED : constant(0);
    const request = this.request();
    this.record = this.pageRecord(request);
    this.message = this.messages(request);
  }

  /** What is under way to a node, in order. */
  flights(receiver: number): Codec<Flight[]> {
    return list({
      write: (to, flight) => {
        to.asker = receiver;
        this.message.write(to, flight.message);
        this.load(flight.message).write(to, flight.version);
      },
      read: (from) => {
        from.asker = receiver;
        const message = this.message.read(from);
        return { message, version: this.load(message).read(from) };
      },
    });
  }

  /** A node's record of a page. */
  recordOf(node: number, page: number): Codec<PageState> {
    const enter = (tape: Tape): void => {
      tape.asker = node;
      tape.page = page;
    };
    return {
      write: (to, record) => {
        enter(to);
        this.record.write(to, record);
      },
      read: (from) => {
        enter(from);
        return this.record.read(from);
      },
    };
  }

  /** The world that is being written. */
  set world(world: World) {
    this.written = world;
    this.latest = world.latest;
  }

  transfers(): number[] {
    return new Array<number>(this.shape.pages).fill(MOST_TRANSFERS);
  }

  /** What travels with a message: registers, or a page. */
  private load(message: Message): Codec<number> {
    return message.kind === 'vcpu' ? small : this.version;
  }

  private readonly page: Codec<number> = {
    write: (to, page) => to.put(to.page = page),
    read: (from) => (from.page = from.take()),
  };

  private readonly epoch: Codec<number> = {
    write: (to, epoch) => to.putName(epochsOf(to.page), epoch),
    read: (from) => from.takeName(epochsOf(from.page)),
  };

  private readonly age: Codec<Age> = {
    write(to, [time, vcpu]) {
      to.putName(AGES, time === Infinity ? 0 : time);
      small.write(to, vcpu);
    },
    read(from) {
      const time = from.takeName(AGES);
      return [time === 0 ? Infinity : time, small.read(from)];
    },
  };

  private readonly serial: Codec<number> = {
    write: (to, serial) => {
      const { open, pledge, services } = this.written.nodes[to.asker]!.pages.get(to.page)!;
      const place = services.findIndex((service) => service.serial === serial);
      to.put(serial === UNASKED ? UNASKED : open?.serial === serial ? 2 : place >= 0 ? 3 + place
        : pledge === serial ? PLEDGED : UNWANTED);
    },
    read: (from) => {
      from.serials |= 1 << (from.asker * this.shape.pages + from.page);
      return from.take();
    },
  };

  private request(): Codec<PageRequest> {
    const { page, age, epoch, serial, shape } = this;
    const from: Codec<number> = {
      write: (to, node) => to.put(to.asker = node),
      read: (tape) => (tape.asker = tape.take()),
    };
    const uncounted = { hops: constant(0), born: constant(undefined) };
    const counted = { hops: small, born: this.born() };
    const all = struct<Required<CountedRequest>>({
      kind: constant('request'), page, from, serial, vcpu: small, age, want: WANT, write: flag, insist: flag,
      // Chosen when the home takes the request.
      place: constant(-1), placeReason: constant(''), reason: constant(''), note: NO_NOTE,
      service: { write: () => {}, read: (tape) => ({ kind: 'read', address: tape.page, bytes: 1 }) },
      holds: this.holds, toEpoch: epoch, viaHome: flag, ...(shape.countHops ? counted : uncounted) as unknown as typeof counted,
    });
    // Where versions count, a page that comes for a load may not be stored to at once.
    const told = comparesVersions(shape)
      ? (asked: Required<CountedRequest>) => ({ ...bare(asked), write: asked.write }) : bare;
    return { write: (to, asked) => all.write(to, told(asked as Required<CountedRequest>)), read: (tape) => all.read(tape) };
  }

  /** Written as the number of transfers since. */
  private born(): Codec<number> {
    return {
      write: (to, born: number | undefined) => small.write(to, born === undefined ? -1 : this.written.transfers[to.page]! - born),
      read: (from) => {
        const since = small.read(from);
        return (since < 0 ? undefined : MOST_TRANSFERS - since) as number;
      },
    };
  }

  private pageRecord(request: Codec<PageRequest>): Codec<PageState> {
    const { age, epoch, serial } = this;
    return sparse<PageState, 'page' | 'right' | 'owner' | 'epoch' | 'mapsWritable' | 'serial'>({
      page: { write: () => {}, read: (from) => from.page },
      right: word('invalid', 'secondary', 'primary', 'exclusive', 'mapped'),
      owner: small, epoch, mapsWritable: flag,
      // Higher than all that are in use.
      serial: constant(MOST_SERIAL),
    }, {
      copies: nodeSet, mappers: nodeSet,
      open: present(struct<OpenRequest>({ serial, want: WANT, vcpu: small, age, reason: constant('') })),
      offered: present(struct<NonNullable<PageState['offered']>>({ to: small, reason: constant('') })),
      services: list(struct<PageState['services'][number]>({ serial, vcpu: small, age })),
      incoming: present(struct<NonNullable<PageState['incoming']>>({ epoch, need: option(small), got: small, serial, writable: flag, holders: nodes })),
      busy: present(struct<NonNullable<PageState['busy']>>({ request, mode: MODE, acksLeft: small, untold: nodes })),
      waiters: list(small), queue: list(request),
      pins: list(struct<Pin>({ vcpu: small, age, attempted: flag })),
      heldInvalidations: list(struct<PageState['heldInvalidations'][number]>({ ackTo: small, owner: small, epoch })),
      endedEpoch: present(epoch), pledge: present(serial),
    });
  }

  private messages(request: Codec<PageRequest>): Codec<Message> {
    const { page, epoch, serial } = this;
    const reason = constant('');
    return variant<Message>({
      request,
      grant: struct<Of<'grant'>>({
        kind: constant('grant'), page, as: word('owner', 'copy', 'map'), owner: small, epoch, acks: small, holders: nodes, dormant: flag,
        serial, writable: flag, holds: this.holds, reason, note: NO_NOTE,
      }),
      create: struct<Of<'create'>>({ kind: constant('create'), page, request }),
      invalidate: struct<Of<'invalidate'>>({
        kind: constant('invalidate'), page, mode: MODE, ackTo: small, owner: small, epoch,
      }),
      ack: struct<Of<'ack'>>({ kind: constant('ack'), page, from: small, epoch }),
      notice: struct<Of<'notice'>>({ kind: constant('notice'), page, owner: small, epoch }),
      located: struct<Of<'located'>>({ kind: constant('located'), page, owner: small, epoch, serial }),
      refused: struct<Of<'refused'>>({ kind: constant('refused'), page, owner: small, epoch, serial, reason }),
      answer: struct<Of<'answer'>>({ kind: constant('answer'), page, vcpu: small, serial, value: constant(0n), owner: small, epoch }),
      offer: struct<Of<'offer'>>({ kind: constant('offer'), page, from: small }),
      accept: struct<Of<'accept'>>({ kind: constant('accept'), page }),
      decline: struct<Of<'decline'>>({ kind: constant('decline'), page }),
      withdraw: struct<Of<'withdraw'>>({ kind: constant('withdraw'), page }),
      vcpu: struct<Of<'vcpu'>>({ kind: constant('vcpu'), vcpu: small, from: small, swap: flag, reason }),
    });
  }

  /** The codec of one vCPU. */
  vcpu(id: number): Codec<WorldVcpu> {
    const most = (this.shape.insistAfter ?? STALLS_BEFORE_INSISTING) + 1;
    const fields = {
      id: constant(id), state: STATE, done: small, registers: small, served: small, performed: flag, age: option(this.age), sent: flag,
      pinned: list(small) as Codec<readonly number[]>,
      stalls: { write: (to: Tape, stalls: number) => to.put(Math.min(stalls, most)), read: (from: Tape) => from.take() },
    };
    const counted = (vcpu: WorldVcpu): WorldVcpu => (vcpu.sent ? { ...vcpu, stalls: most } : vcpu);
    const here = struct<WorldVcpu>({ ...fields, node: small, stalledPage: small });
    const moving = struct<WorldVcpu>({ ...fields, node: constant(-1), stalledPage: constant(-1) });
    return {
      write(to, vcpu) {
        to.put(vcpu.state === 'done' ? 2 : vcpu.state === 'move' ? 1 : 0);
        if (vcpu.state === 'done') small.write(to, vcpu.done);
        else if (vcpu.state === 'move') moving.write(to, counted(vcpu));
        else here.write(to, counted(vcpu.state === 'wait' ? vcpu : { ...vcpu, stalledPage: -1, performed: false }));
      },
      read(from) {
        const how = from.take();
        if (how < 2) return (how === 1 ? moving : here).read(from);
        const done = small.read(from);
        return {
          id, node: -1, state: 'done', done, registers: done, served: 0, performed: false, age: null, sent: false, stalls: 0,
          stalledPage: -1, pinned: [],
        };
      },
    };
  }
}

/** The request without what its owner will not look at: a wish to know where that is waits for nobody and is never denied. */
function bare<R extends PageRequest>(request: R): R {
  if (request.want === 'locate') return { ...request, vcpu: -1, age: NO_AGE, write: false, insist: false };
  if (request.want === 'service') return request;
  return { ...request, vcpu: -1, write: request.write || (request.want === 'bring' && request.insist) };
}
