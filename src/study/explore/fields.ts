// What each field of a page record and of a message means to an exploration: how far two values differ that lead to
// different things. A field that the protocol gains does not compile until it is described here.
//   - Times of first stalls are compared, never added to: they become ranks. A new one is later than all.
//   - Epochs of a page are compared with one another, with 0 (never heard) and with 1 (never moved): the others become
//     ranks. A new one is higher than all, since the owner knows the highest.
//   - A serial number only tells whether an answer belongs to an open request or to a service that its node still waits
//     for: it becomes the place of that, or UNWANTED where nobody waits. A new one equals none under way.
//   - A version only tells whether it is the latest; where it decides what travels, versions are compared with one another and
//     with that of zeros, and become ranks. Reasons, values and places of access decide nothing in a protocol
//     step; the hops of a request are checked only where the world counts them, as its distance from the bound.
import { DEFAULT_PROTOCOL } from '../../server/spec.js';
import { UNASKED, type Age, type Message, type PageRequest } from '../../server/hyperkernel/messages.js';
import type { OpenRequest, PageState, Pin } from '../../server/hyperkernel/state.js';
import { AGES, constant, EPOCHS, flag, list, nodeNumber, nodeSet, option, present, small, sparse, struct, Tape, variant, vcpuNumber, VERSIONS, word, type Codec, type OfKind } from './codec.js';
import { mirroredChannels, type Mirror } from './mirrors.js';
import type { CountedRequest } from './rules.js';
import { recordOf, type Flight, type PageWorld, type WorldShape } from './world.js';

/** The latest version of a page that was written, as it is read; of others it is 0, and zeros hold it. */
const WRITTEN = 2;
const VERSIONS_READ = [-1, WRITTEN - 1, WRITTEN, 0] as const;
/** What a page that was read counts transfers from: requests' births lie below. */
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
/** vCPUs travel beside the pages. */
const NO_VCPU: Codec<Of<'vcpu'>> = { write: unexpected, read: unexpected };

const WANT = word('bring', 'copy', 'map', 'service', 'locate', 'upgrade');
const MODE = word('drop', 'readonly');
const nodes: Codec<readonly number[]> = nodeSet as Codec<readonly number[]>;
/** That of a page which is sent unasked. */
const NO_AGE: Age = [Infinity, -1];

/** Whether it matters which version a node has, besides the latest. */
export function comparesVersions({ protocol = DEFAULT_PROTOCOL }: WorldShape): boolean {
  return protocol.transfer !== 'whole';
}

export const AGE: Codec<Age> = {
  write(to, [time, vcpu]) {
    to.putName(AGES, time === Infinity ? 0 : time);
    vcpuNumber.write(to, vcpu);
  },
  read(from) {
    const time = from.take();
    return [time === 0 ? Infinity : time, vcpuNumber.read(from)];
  },
};

const COMPARED: Codec<number> = {
  write: (to, version) => to.putName(VERSIONS, 1 + version),
  read: (from) => from.take() - 1,
};

/** Of one page of a world. */
export class PageFields {
  private readonly shape: WorldShape;
  private readonly number: number;
  private readonly compares: boolean;
  private readonly version: Codec<number>;
  private readonly holds: Codec<number>;
  private readonly record: Codec<PageState>;
  private readonly message: Codec<Message>;
  private readonly channels: readonly Codec<Flight[]>[];
  private readonly tape = new Tape();
  /** That is being written. */
  private written!: PageWorld;

  constructor(shape: WorldShape, page: number) {
    this.shape = shape;
    this.number = page;
    this.compares = comparesVersions(shape);
    this.version = this.compares ? COMPARED : {
      write: (to, version) => to.put(version < 0 ? 0 : version !== this.written.latest ? 1 : version > 0 ? 2 : 3),
      read: (from) => VERSIONS_READ[from.take()]!,
    };
    this.holds = this.compares ? COMPARED : constant(0);
    this.page = constant(page);
    const request = this.request();
    this.record = this.pageRecord(request);
    this.message = this.messages(request);
    this.channels = Array.from({ length: shape.nodes ** 2 }, (_, channel) => this.flights(channel % shape.nodes));
  }

  /** The page as it is, or as its mirror image: that is of the page that takes its place. */
  write(page: PageWorld, mirror?: Mirror): ReturnType<Tape['finish']> {
    const { compares, tape } = this;
    const places = mirror?.nodes ?? page.nodes.map(({ node }) => node);
    const channels = mirror ? mirroredChannels(mirror) : page.channels.map((_, channel) => channel);
    this.written = page;
    tape.begin();
    tape.mirror = mirror;
    if (compares) this.version.write(tape, page.latest);
    else tape.put(page.latest === 0 ? 0 : WRITTEN);
    for (let place = 0; place < places.length; place++) this.writeNode(page, places.indexOf(place));
    for (let place = 0; place < channels.length; place++) {
      const channel = channels.indexOf(place);
      this.channels[channel]!.write(tape, page.channels[channel]!);
    }
    return tape.finish();
  }

  private writeNode(page: PageWorld, node: number): void {
    const { tape } = this;
    const right = page.rights[node]!;
    tape.asker = node;
    this.record.write(tape, recordOf(page, node));
    this.version.write(tape, page.frames[node]!);
    tape.put(right === null ? 0 : right.writable ? 2 : 1);
    if (right) nodeNumber.write(tape, right.home);
    tape.put(page.reserved[node]!);
    if (!this.compares) return;
    this.version.write(tape, page.twins[node]!);
    this.version.write(tape, page.pledged[node]!);
  }

  read(bytes: Uint8Array): PageWorld {
    const { compares, tape } = this;
    const { nodes, protocol = DEFAULT_PROTOCOL } = this.shape;
    tape.rewind(bytes);
    const page: PageWorld = {
      page: this.number, nodes: [], frames: [], twins: [], pledged: [], rights: [], reserved: [], channels: [],
      latest: compares ? this.version.read(tape) : tape.take(), transfers: MOST_TRANSFERS,
    };
    for (let node = 0; node < nodes; node++) {
      tape.asker = node;
      page.nodes.push({ node, nodes, protocol, pages: new Map([[this.number, this.record.read(tape)]]) });
      page.frames.push(this.version.read(tape));
      const right = tape.take();
      page.rights.push(right === 0 ? null : { writable: right === 2, home: nodeNumber.read(tape) });
      page.reserved.push(tape.take());
      page.twins.push(compares ? this.version.read(tape) : -1);
      page.pledged.push(compares ? this.version.read(tape) : -1);
    }
    for (let channel = 0; channel < nodes ** 2; channel++) page.channels.push(this.channels[channel]!.read(tape));
    return page;
  }

  /** What is under way to a node, in order. */
  private flights(receiver: number): Codec<Flight[]> {
    return list({
      write: (to, { message, version }) => {
        to.asker = receiver;
        this.message.write(to, message);
        this.version.write(to, version);
      },
      read: (from) => {
        from.asker = receiver;
        return { message: this.message.read(from), version: this.version.read(from) };
      },
    });
  }

  private readonly page: Codec<number>;

  private readonly epoch: Codec<number> = {
    write: (to, epoch) => to.putName(EPOCHS, epoch),
    read: (from) => from.take(),
  };

  private readonly serial: Codec<number> = {
    write: (to, serial) => {
      const { open, pledge, services } = recordOf(this.written, to.asker);
      const place = services.findIndex((service) => service.serial === serial);
      to.put(serial === UNASKED ? UNASKED : open?.serial === serial ? 2 : place >= 0 ? 3 + place
        : pledge === serial ? PLEDGED : UNWANTED);
    },
    read: (from) => from.take(),
  };

  private request(): Codec<PageRequest> {
    const { epoch, page, serial, shape } = this;
    const from: Codec<number> = {
      write: (to, node) => nodeNumber.write(to, to.asker = node),
      read: (tape) => (tape.asker = nodeNumber.read(tape)),
    };
    const uncounted = { hops: constant(0), born: constant(undefined) };
    const counted = { hops: small, born: this.born() };
    const all = struct<Required<CountedRequest>>({
      kind: constant('request'), page, from, serial, vcpu: vcpuNumber, age: AGE, want: WANT, write: flag, insist: flag,
      // Chosen when the home takes the request.
      place: constant(-1), placeReason: constant(''), reason: constant(''), note: NO_NOTE,
      service: { write: () => {}, read: () => ({ kind: 'read', address: this.number, bytes: 1 }) },
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
      write: (to, born: number | undefined) => small.write(to, born === undefined ? -1 : this.written.transfers - born),
      read: (from) => {
        const since = small.read(from);
        return (since < 0 ? undefined : MOST_TRANSFERS - since) as number;
      },
    };
  }

  private pageRecord(request: Codec<PageRequest>): Codec<PageState> {
    const { epoch, page, serial } = this;
    return sparse<PageState, 'page' | 'right' | 'owner' | 'epoch' | 'mapsWritable' | 'serial'>({
      page,
      right: word('invalid', 'secondary', 'primary', 'exclusive', 'mapped'),
      owner: nodeNumber, epoch, mapsWritable: flag,
      // Higher than all that are in use.
      serial: constant(MOST_SERIAL),
    }, {
      copies: nodeSet, mappers: nodeSet,
      open: present(struct<OpenRequest>({ serial, want: WANT, vcpu: vcpuNumber, age: AGE, reason: constant('') })),
      offered: present(struct<NonNullable<PageState['offered']>>({ to: nodeNumber, reason: constant('') })),
      services: list(struct<PageState['services'][number]>({ serial, vcpu: vcpuNumber, age: AGE })),
      incoming: present(struct<NonNullable<PageState['incoming']>>({ epoch, need: option(small), got: small, serial, writable: flag, holders: nodes })),
      busy: present(struct<NonNullable<PageState['busy']>>({ request, mode: MODE, acksLeft: small, untold: nodes })),
      waiters: list(vcpuNumber), queue: list(request),
      pins: list(struct<Pin>({ vcpu: vcpuNumber, age: AGE, attempted: flag })),
      heldInvalidations: list(struct<PageState['heldInvalidations'][number]>({ ackTo: nodeNumber, owner: nodeNumber, epoch })),
      endedEpoch: present(epoch), pledge: present(serial),
    });
  }

  private messages(request: Codec<PageRequest>): Codec<Message> {
    const { page, epoch, serial } = this;
    const reason = constant('');
    return variant<Message>({
      request,
      grant: struct<Of<'grant'>>({
        kind: constant('grant'), page, as: word('owner', 'copy', 'map'), owner: nodeNumber, epoch, acks: small, holders: nodes, dormant: flag,
        serial, writable: flag, holds: this.holds, reason, note: NO_NOTE,
      }),
      create: struct<Of<'create'>>({ kind: constant('create'), page, request }),
      invalidate: struct<Of<'invalidate'>>({
        kind: constant('invalidate'), page, mode: MODE, ackTo: nodeNumber, owner: nodeNumber, epoch,
      }),
      ack: struct<Of<'ack'>>({ kind: constant('ack'), page, from: nodeNumber, epoch }),
      notice: struct<Of<'notice'>>({ kind: constant('notice'), page, owner: nodeNumber, epoch }),
      located: struct<Of<'located'>>({ kind: constant('located'), page, owner: nodeNumber, epoch, serial }),
      refused: struct<Of<'refused'>>({ kind: constant('refused'), page, owner: nodeNumber, epoch, serial, reason }),
      answer: struct<Of<'answer'>>({ kind: constant('answer'), page, vcpu: vcpuNumber, serial, value: constant(0n), owner: nodeNumber, epoch }),
      offer: struct<Of<'offer'>>({ kind: constant('offer'), page, from: nodeNumber }),
      accept: struct<Of<'accept'>>({ kind: constant('accept'), page }),
      decline: struct<Of<'decline'>>({ kind: constant('decline'), page }),
      withdraw: struct<Of<'withdraw'>>({ kind: constant('withdraw'), page }),
      vcpu: NO_VCPU,
    });
  }
}

function unexpected(): never {
  throw new Error('a vCPU among the messages about a page');
}

/** The request without what its owner will not look at: a wish to know where that is waits for nobody and is never denied. */
function bare<R extends PageRequest>(request: R): R {
  if (request.want === 'locate') return { ...request, vcpu: -1, age: NO_AGE, write: false, insist: false };
  if (request.want === 'service') return request;
  return { ...request, vcpu: -1, write: request.write || (request.want === 'bring' && request.insist) };
}
