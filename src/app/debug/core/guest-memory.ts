// Guest memory as the whole server holds it: which node has a page, which have copies or mappings, and the bytes. The view
// across all nodes that no hyperkernel has.
import type { Envelope } from '../../../server/hyperkernel/messages.js';
import { homeOf, isOwner, type PageState } from '../../../server/hyperkernel/state.js';
import type { Server } from '../../../server/server.js';

export interface PageRow {
  readonly page: number;
  /** moving: on its way to a new owner, or acknowledgements are still to come. */
  readonly state: 'dormant' | 'exclusive' | 'primary' | 'moving';
  /** For `moving`, who it goes to; -1 for dormant. */
  readonly owner: number;
  readonly copies: readonly number[];
  readonly mappers: readonly number[];
  readonly home: number;
  /** vCPUs for whose instruction it stays. */
  readonly pins: readonly number[];
  /** vCPUs that wait for it. */
  readonly waiters: readonly number[];
  /** Requests that its owner has not served yet. */
  readonly queued: number;
}

/** Where the one true copy of a page is. */
export interface Holder {
  /** The node, or, while the page travels, where it goes; -1 for a dormant page. */
  readonly node: number;
  readonly moving: boolean;
  /** All of the page's bytes; null for a dormant page, and for a page of zeros that has given up its frame. */
  readonly bytes: Uint8Array | null;
}

export interface GuestBytes {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly holder: Holder;
}

const DORMANT: Holder = { node: -1, moving: false, bytes: null };

/** Messages on their way, in the order of their arrival. */
export function inFlight(server: Server): { readonly envelope: Envelope; readonly arrivePs: number }[] {
  return server.pending().flatMap(({ event, timePs }) => (
    event.kind === 'deliver' ? [{ envelope: event.envelope, arrivePs: timePs }] : []));
}

export function holderOf(server: Server, page: number): Holder {
  for (const { node, state, frames } of server.kernels) {
    const s = state.pages.get(page);
    if (!s || !(isOwner(s) || s.incoming)) continue;
    if (frames.isZeroPage(page)) return { node, moving: false, bytes: null };
    const slot = frames.slotOf(page);
    if (slot === undefined) continue;
    const bytes = server.arena.u8.subarray(server.arena.slotOffset(slot), server.arena.slotOffset(slot + 1));
    return { node, moving: !isOwner(s), bytes };
  }
  for (const { envelope } of inFlight(server)) {
    const { message, to } = envelope;
    if (message.kind !== 'grant' || message.page !== page || message.as !== 'owner') continue;
    return { node: to, moving: true, bytes: message.dormant ? null : server.kernels[to]!.versions.preview(page, envelope, message.holds) };
  }
  return DORMANT;
}

/** The bytes at `address`, page by page. */
export function readGuest(server: Server, address: number, count: number): GuestBytes[] {
  const { pageBytes } = server.scenario.machine;
  const pieces: GuestBytes[] = [];
  for (let at = address; at < address + count;) {
    const page = Math.floor(at / pageBytes);
    const offset = at - page * pageBytes;
    const length = Math.min(pageBytes - offset, address + count - at);
    const holder = holderOf(server, page);
    const bytes = holder.bytes?.slice(offset, offset + length) ?? new Uint8Array(length);
    pieces.push({ address: at, bytes, holder });
    at += length;
  }
  return pieces;
}

/** The number that lies there, little-endian. */
export function readNumber(server: Server, address: number, bytes: number): bigint {
  let value = 0n;
  let shift = 0n;
  for (const piece of readGuest(server, address, bytes)) {
    for (const byte of piece.bytes) {
      value |= BigInt(byte) << shift;
      shift += 8n;
    }
  }
  return value;
}

/** Pages that any node has heard of, ascending. */
export function knownPages(server: Server): number[] {
  const pages = new Set(server.kernels.flatMap(({ state }) => [...state.pages.keys()]));
  return [...pages].sort((a, b) => a - b);
}

export function pageRow(server: Server, page: number): PageRow {
  const states = server.kernels.flatMap(({ node, state }) => {
    const s = state.pages.get(page);
    return s ? [{ node, s }] : [];
  });
  const nodesThat = (test: (s: PageState) => boolean) => states.filter(({ s }) => test(s)).map(({ node }) => node);
  const gather = (of: (s: PageState) => readonly number[]) => states.flatMap(({ s }) => of(s)).sort((a, b) => a - b);
  const { node, moving } = holderOf(server, page);
  const owner = states.find(({ s }) => isOwner(s));
  return {
    page, owner: node, state: owner ? owner.s.right as 'exclusive' | 'primary' : moving ? 'moving' : 'dormant',
    copies: nodesThat((s) => s.right === 'secondary'), mappers: nodesThat((s) => s.right === 'mapped'),
    home: homeOf(page, server.kernels.length), pins: gather((s) => s.pins.map(({ vcpu }) => vcpu)),
    waiters: gather((s) => s.waiters), queued: states.reduce((sum, { s }) => sum + s.queue.length + (s.busy ? 1 : 0), 0),
  };
}
