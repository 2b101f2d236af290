// In the page: the packed log back as typed arrays. Like every function of this folder it is embedded in the page by its
// text, so it refers to nothing outside itself but types and its arguments.
import type { PackedPicture } from '../pack.js';

export interface Model {
  readonly endPs: number;
  readonly endTick: number;
  readonly tickPs: number;
  readonly nodes: readonly { readonly first: number; readonly count: number }[];
  readonly nodeOfLane: Uint8Array;
  readonly lanes: number;
  readonly kinds: readonly string[];
  readonly reasons: readonly string[];
  readonly moveKinds: readonly string[];
  readonly colours: PackedPicture['colours'];
  readonly marks: PackedPicture['marks'];
  readonly spans: {
    readonly laneStart: Uint32Array;
    readonly vcpu: Uint16Array;
    readonly core: Uint8Array;
    readonly from: Uint32Array;
    readonly to: Uint32Array;
    readonly merged: Uint32Array;
    readonly shares: Uint8Array;
  };
  readonly pages: {
    readonly page: Uint32Array;
    readonly rowStart: Uint32Array;
    readonly at: Uint32Array;
    readonly owner: Uint8Array;
    readonly copiesLow: Uint32Array;
    readonly copiesHigh: Uint32Array;
    readonly kind: Uint8Array;
    readonly from: Uint8Array;
    readonly reason: Uint16Array;
    readonly merged: Uint32Array;
  };
  readonly moves: {
    readonly vcpu: Uint16Array;
    readonly from: Uint8Array;
    readonly to: Uint8Array;
    readonly fromLane: Uint16Array;
    readonly toLane: Uint16Array;
    readonly depart: Uint32Array;
    readonly arrive: Uint32Array;
    readonly reason: Uint16Array;
  };
}

/** The part of the run that is shown, in ticks. */
export interface View {
  from: number;
  to: number;
}

/** Lines of a tooltip; the first is its title. */
export type Hit = readonly string[] | null;

export function decodeModel(packed: PackedPicture): Model {
  const bytes = (column: string): ArrayBuffer => {
    const binary = atob(column);
    const array = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) array[i] = binary.charCodeAt(i);
    return array.buffer;
  };
  const u8 = (column: string): Uint8Array => new Uint8Array(bytes(column));
  const u16 = (column: string): Uint16Array => new Uint16Array(bytes(column));
  const u32 = (column: string): Uint32Array => new Uint32Array(bytes(column));
  const { spans, pages, moves, ...rest } = packed;
  const nodeOfLane = new Uint8Array(packed.lanes);
  packed.nodes.forEach(({ first, count }, node) => nodeOfLane.fill(node, first, first + count));
  return {
    ...rest,
    endTick: Math.max(1, Math.round(packed.endPs / packed.tickPs)),
    nodeOfLane,
    spans: {
      laneStart: u32(spans.laneStart),
      vcpu: u16(spans.vcpu),
      core: u8(spans.core),
      from: u32(spans.from),
      to: u32(spans.to),
      merged: u32(spans.merged),
      shares: u8(spans.shares),
    },
    pages: {
      page: u32(pages.page),
      rowStart: u32(pages.rowStart),
      at: u32(pages.at),
      owner: u8(pages.owner),
      copiesLow: u32(pages.copiesLow),
      copiesHigh: u32(pages.copiesHigh),
      kind: u8(pages.kind),
      from: u8(pages.from),
      reason: u16(pages.reason),
      merged: u32(pages.merged),
    },
    moves: {
      vcpu: u16(moves.vcpu),
      from: u8(moves.from),
      to: u8(moves.to),
      fromLane: u16(moves.fromLane),
      toLane: u16(moves.toLane),
      depart: u32(moves.depart),
      arrive: u32(moves.arrive),
      reason: u16(moves.reason),
    },
  };
}
