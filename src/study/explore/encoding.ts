// A world as bytes, such that two worlds have the same bytes only if nothing that happens from there on can differ but in
// names. Each reduction replaces a state by one that bisimulates it (Baier and Katoen, "Principles of Model Checking",
// 2008, ch. 7), so no event and no broken rule is lost; the codecs of `fields.ts` say which and why.
//
// The bytes fall into parts: a node's record of a page, a channel, a vCPU. A successor shares most parts with the state it
// comes from, so those are copied; and a part that was read once is the same object whenever its bytes come again.
import type { PageState } from '../../server/hyperkernel/state.js';
import { DEFAULT_PROTOCOL } from '../../server/spec.js';
import { AGES, groupsOf, Tape, type Codec, type Segment } from './codec.js';
import { comparesVersions, WorldFields, WRITTEN } from './fields.js';
import type { Flight, Right, World, WorldShape, WorldVcpu } from './world.js';

type Part = PageState | readonly Flight[] | WorldVcpu;

interface ReadPart extends Segment {
  readonly value: Part;
  readonly latestAge: number;
}

/** Of each part so many values are remembered. */
const REMEMBERED = 1 << 12;

export class WorldCodec {
  private readonly shape: WorldShape;
  private readonly tape: Tape;
  private readonly fields: WorldFields;
  private readonly compares: boolean;
  private readonly codecs: readonly Codec<Part>[];
  private readonly remembered: (ReadPart | undefined)[][];
  /** Of the world being written. */
  private readonly values: Part[];
  /** So many parts are page records, which come first. */
  private readonly records: number;
  /** The world that was read last, whose successors are being written. */
  private parent: { readonly world: World; readonly parts: readonly ReadPart[] } | undefined;

  constructor(shape: WorldShape) {
    this.shape = shape;
    this.tape = new Tape(groupsOf(shape.pages));
    this.fields = new WorldFields(shape);
    this.compares = comparesVersions(shape);
    const { fields } = this;
    this.codecs = [
      ...range(shape.nodes).flatMap((node) => range(shape.pages).map((page) => fields.recordOf(node, page))),
      ...range(shape.nodes ** 2).map((channel) => fields.flights(channel % shape.nodes)),
      ...shape.programs.map((_, id) => fields.vcpu(id)),
    ] as Codec<unknown>[] as Codec<Part>[];
    this.remembered = this.codecs.map(() => []);
    this.values = new Array<Part>(this.codecs.length);
    this.records = shape.nodes * shape.pages;
  }

  /** The world's bytes, in a buffer that the next call overwrites. */
  write(world: World): Uint8Array {
    const { codecs, parent, tape, values } = this;
    this.fields.world = world;
    this.takeApart(world);
    tape.begin();
    this.writeRest(world);
    // What is told relative to these may read otherwise in every part.
    const comparable = parent && same(parent.world.latest, world.latest) && same(parent.world.transfers, world.transfers);
    let changed = 0;
    for (let i = 0; i < this.records; i++) if (values[i] !== parent?.parts[i]!.value) changed |= 1 << i;
    for (let i = 0; i < codecs.length; i++) {
      const value = values[i]!;
      const before = comparable ? parent.parts[i] : undefined;
      const start = tape.at++;
      if (before?.value === value && (before.serials & changed) === 0) tape.copy(before);
      else codecs[i]!.write(tape, value);
      if (tape.at - start > 256) throw new RangeError('a part of a world has more than 255 bytes');
      tape.bytes[start] = tape.at - start - 1;
    }
    return tape.bytes.subarray(0, tape.finish());
  }

  read(bytes: Uint8Array): World {
    const { codecs, tape } = this;
    const { nodes, pages, programs, protocol = DEFAULT_PROTOCOL } = this.shape;
    tape.rewind(bytes);
    const world = this.readRest();
    const parts: ReadPart[] = [];
    for (let i = 0; i < codecs.length; i++) {
      const part = this.readPart(i);
      parts.push(part);
      world.clock = Math.max(world.clock, part.latestAge);
    }
    const value = (i: number) => parts[i]!.value;
    let i = 0;
    for (let node = 0; node < nodes; node++) {
      const records = new Map<number, PageState>();
      for (let page = 0; page < pages; page++) records.set(page, value(i++) as PageState);
      world.nodes.push({ node, nodes, protocol, pages: records });
    }
    for (let channel = 0; channel < nodes * nodes; channel++) world.channels.push(value(i++) as Flight[]);
    for (let id = 0; id < programs.length; id++) world.vcpus.push(value(i++) as WorldVcpu);
    this.parent = { world: { ...world, latest: [...world.latest], transfers: [...world.transfers] }, parts };
    return world;
  }

  private takeApart({ nodes, channels, vcpus }: World): void {
    let i = 0;
    for (const { pages } of nodes) for (let page = 0; page < this.shape.pages; page++) this.values[i++] = pages.get(page)!;
    for (const channel of channels) this.values[i++] = channel;
    for (const vcpu of vcpus) this.values[i++] = vcpu;
  }

  private readPart(index: number): ReadPart {
    const { tape } = this;
    const length = tape.take();
    const from = tape.at;
    let hash = length;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ tape.bytes[from + i]!, 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (REMEMBERED - 1);
    const known = this.remembered[index]![place];
    if (known?.bytes.length === length && sameFrom(known.bytes, tape.bytes, from)) {
      tape.at += length;
      return known;
    }
    tape.names = [];
    tape.serials = 0;
    const value = this.codecs[index]!.read(tape);
    const bytes = tape.bytes.slice(from, from + length);
    const names = tape.names.map((cell, i) => (i % 2 === 0 ? cell - from : cell));
    const latestAge = Math.max(0, ...names.flatMap((group, i) => (i % 2 === 1 && group === AGES ? [bytes[names[i - 1]!]!] : [])));
    return this.remembered[index]![place] = { value, bytes, names, serials: tape.serials, latestAge };
  }

  /** Which pages were written, whose frames hold the latest version, what cores may do, which frames are reserved. */
  private writeRest({ frames, latest, pledged, reserved, rights, twins, whimsLeft }: World): void {
    const { fields, shape, tape } = this;
    tape.put(whimsLeft);
    for (let node = 0; node < shape.nodes; node++) tape.put(reserved[node]!);
    for (tape.page = 0; tape.page < shape.pages; tape.page++) {
      if (this.compares) fields.version.write(tape, latest[tape.page]!);
      else tape.put(latest[tape.page] === 0 ? 0 : WRITTEN);
      for (let node = 0; node < shape.nodes; node++) {
        const right = rights[node]![tape.page] ?? null;
        fields.version.write(tape, frames[node]![tape.page]!);
        tape.put(right === null ? 0 : 1 + 2 * right.home + (right.writable ? 1 : 0));
        if (!this.compares) continue;
        fields.version.write(tape, twins[node]![tape.page]!);
        fields.version.write(tape, pledged[node]![tape.page]!);
      }
    }
  }

  private readRest(): World {
    const { nodes, pages } = this.shape;
    const { fields, tape } = this;
    const whimsLeft = tape.take();
    const reserved = range(nodes).map(() => tape.take());
    const frames: number[][] = [];
    const rights: (Right | null)[][] = [];
    const twins: number[][] = [];
    const pledged: number[][] = [];
    for (let node = 0; node < nodes; node++) {
      frames.push([]);
      rights.push([]);
      twins.push([]);
      pledged.push([]);
    }
    const latest: number[] = [];
    for (tape.page = 0; tape.page < pages; tape.page++) {
      latest.push(this.compares ? fields.version.read(tape) : tape.take());
      for (let node = 0; node < nodes; node++) {
        frames[node]!.push(fields.version.read(tape));
        const right = tape.take() - 1;
        rights[node]!.push(right < 0 ? null : { writable: (right & 1) === 1, home: right >> 1 });
        twins[node]!.push(this.compares ? fields.version.read(tape) : -1);
        pledged[node]!.push(this.compares ? fields.version.read(tape) : -1);
      }
    }
    return { nodes: [], frames, twins, pledged, rights, reserved, channels: [], latest, transfers: fields.transfers(), vcpus: [], clock: 0, whimsLeft };
  }
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

function same(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function sameFrom(bytes: Uint8Array, others: Uint8Array, from: number): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== others[from + i]) return false;
  return true;
}
