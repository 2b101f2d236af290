// The vCPUs of a world with those that are under way: each such crew that is met becomes one object.
//   - Of a vCPU that is done, or on its way, the node decides nothing; stalls beyond those after which it insists are one.
import type { Message } from '../../server/hyperkernel/messages.js';
import { STALLS_BEFORE_INSISTING } from '../../server/hyperkernel/stall.js';
import { constant, flag, list, option, small, struct, Tape, word, type Codec, type OfKind } from './codec.js';
import { AGE } from './fields.js';
import { mirroredChannels, type Mirror } from './mirrors.js';
import { ByteIndex, StateSet } from './store.js';
import { finished, type Flight, type World, type WorldShape, type WorldVcpu } from './world.js';

type Travellers = World['travellers'];

export interface Crew {
  readonly id: number;
  readonly vcpus: readonly WorldVcpu[];
  readonly travellers: Travellers;
  readonly whimsLeft: number;
  readonly finished: boolean;
  /** Numbers of its vCPUs and of its travellers, and `whimsLeft`. */
  readonly parts: Uint32Array;
  /** By mirror, once it has been looked for. */
  readonly mirrored: Crew[];
}

const STATE = word('run', 'wait', 'move', 'done');

/** Values of one kind, numbered as they are met. */
class Known<T> {
  readonly all: T[] = [];
  private readonly codec: Codec<T>;
  private readonly index = new ByteIndex();
  private readonly tape = new Tape();

  constructor(codec: Codec<T>) {
    this.codec = codec;
  }

  idOf(value: T): number {
    const { all, tape } = this;
    tape.begin();
    this.codec.write(tape, value);
    const id = this.index.add(tape.bytes, tape.at);
    if (id === all.length) {
      tape.rewind(tape.bytes);
      all.push(this.codec.read(tape));
    }
    return id;
  }
}

export class Crews {
  readonly all: Crew[] = [];
  private readonly known: StateSet;
  private readonly vcpus: readonly Known<WorldVcpu>[];
  private readonly travellers: Known<Travellers>;
  /** Of the crew that is looked for. */
  private readonly parts: Uint32Array;

  constructor({ insistAfter = STALLS_BEFORE_INSISTING, nodes, programs }: WorldShape) {
    this.vcpus = programs.map((_, id) => new Known(vcpuCodec(id, insistAfter)));
    this.travellers = new Known(travellersCodec(nodes ** 2));
    this.parts = new Uint32Array(programs.length + 2);
    this.known = new StateSet(this.parts.length);
  }

  /** The crew of a world that differs little from `before`. */
  of(world: Pick<Crew, 'vcpus' | 'travellers' | 'whimsLeft'>, before?: Crew): Crew {
    const { parts } = this;
    const count = this.vcpus.length;
    for (let i = 0; i < count; i++) {
      const vcpu = world.vcpus[i]!;
      parts[i] = before?.vcpus[i] === vcpu ? before.parts[i]! : this.vcpus[i]!.idOf(vcpu);
    }
    parts[count] = before?.travellers === world.travellers ? before.parts[count]! : this.travellers.idOf(world.travellers);
    parts[count + 1] = world.whimsLeft;
    const id = this.known.add(parts);
    return this.all[id] ??= this.read(id, parts.slice());
  }

  mirrored(crew: Crew, mirror: Mirror): Crew {
    return crew.mirrored[mirror.index] ??= this.of({ ...mirroredCrew(crew, mirror), whimsLeft: crew.whimsLeft });
  }

  private read(id: number, parts: Uint32Array): Crew {
    const count = this.vcpus.length;
    const vcpus = this.vcpus.map(({ all }, i) => all[parts[i]!]!);
    return {
      id, vcpus, travellers: this.travellers.all[parts[count]!]!, whimsLeft: parts[count + 1]!, finished: finished({ vcpus }), parts,
      mirrored: [],
    };
  }
}

function mirroredCrew(crew: Crew, mirror: Mirror): Pick<Crew, 'vcpus' | 'travellers'> {
  const { nodes, pages, vcpus: ids } = mirror;
  const vcpus: WorldVcpu[] = [];
  for (const vcpu of crew.vcpus) {
    const id = ids[vcpu.id]!;
    vcpus[id] = {
      ...vcpu, id, node: nodes[vcpu.node] ?? -1, age: vcpu.age && [vcpu.age[0], id], stalledPage: pages[vcpu.stalledPage] ?? -1,
      pinned: vcpu.pinned.map((page) => pages[page]!),
    };
  }
  const travellers: Flight[][] = [];
  mirroredChannels(mirror).forEach((to, channel) => {
    travellers[to] = crew.travellers[channel]!.map(({ message, version }) => {
      const { from, vcpu, ...rest } = message as VcpuMessage;
      return { version, message: { ...rest, from: nodes[from]!, vcpu: ids[vcpu]! } };
    });
  });
  return { vcpus, travellers };
}

type VcpuMessage = OfKind<Message, 'vcpu'>;

const MESSAGE = struct<VcpuMessage>({ kind: constant('vcpu'), vcpu: small, from: small, swap: flag, reason: constant('') });
const FLIGHTS = list(struct<Flight>({ message: MESSAGE as Codec<Message>, version: small }));
const NOBODY_THERE: readonly Flight[] = [];

function travellersCodec(channels: number): Codec<Travellers> {
  return {
    write(to, travellers) {
      for (let channel = 0; channel < channels; channel++) {
        if (travellers[channel]!.length === 0) continue;
        to.put(channel);
        FLIGHTS.write(to, travellers[channel] as Flight[]);
      }
      to.put(channels);
    },
    read(from) {
      const travellers = Array.from({ length: channels }, () => NOBODY_THERE);
      for (let channel = from.take(); channel < channels; channel = from.take()) travellers[channel] = FLIGHTS.read(from);
      return travellers;
    },
  };
}

function vcpuCodec(id: number, insistAfter: number): Codec<WorldVcpu> {
  const most = insistAfter + 1;
  return {
    write(to, { age, done, node, performed, pinned, registers, sent, served, stalledPage, stalls, state }) {
      STATE.write(to, state);
      small.write(to, done);
      if (state === 'done') return;
      small.write(to, registers);
      small.write(to, served);
      AGE_OR_NONE.write(to, age);
      to.put(sent ? 1 + most : Math.min(stalls, most));
      PAGES.write(to, pinned as number[]);
      if (state !== 'move') small.write(to, node);
      if (state !== 'wait') return;
      small.write(to, stalledPage);
      flag.write(to, performed);
    },
    read(from) {
      const state = STATE.read(from);
      const done = small.read(from);
      if (state === 'done') return { ...NOTHING, id, state, done, registers: done };
      const registers = small.read(from);
      const served = small.read(from);
      const age = AGE_OR_NONE.read(from);
      const stalls = from.take();
      const pinned = PAGES.read(from);
      const node = state === 'move' ? -1 : small.read(from);
      const waits = state === 'wait' ? { stalledPage: small.read(from), performed: flag.read(from) } : {};
      const sent = stalls > most;
      return { ...NOTHING, id, state, done, registers, served, age, sent, stalls: sent ? most : stalls, pinned, node, ...waits };
    },
  };
}

const PAGES = list(small);
const AGE_OR_NONE = option(AGE);
const NOTHING = { node: -1, served: 0, performed: false, age: null, sent: false, stalls: 0, stalledPage: -1, pinned: [] };
