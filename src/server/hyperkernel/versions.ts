// What of a page travels, where its bytes may be left out (`transfer` of the protocol). Each change of owner or copy gives the
// bytes that may have been stored to since the last one a new version; version 0 are the zeros that a page begins with, which
// every node has. A request says which version its node has pledged to keep until the answer; the answer brings nothing if
// that is the version there is, or what has changed since, or else the page. So GiantVM's KVM_DSM_W_SHARED and KVM_DSM_DIFF
// (Linux-DSM, arch/x86/kvm/dsm-util.c); there a page keeps its place in memory when it is invalid, here that is a twin.
import type { Arena } from '../../guest/machine/arena.js';
import type { ProtocolSpec } from '../spec.js';
import { NO_CARGO, type Cargo } from './cargo.js';
import { applyDiff, encodeDiff } from './diff.js';
import type { Frames } from './frames.js';
import type { Envelope } from './messages.js';
import type { Twins } from './twins.js';

interface Version {
  version: number;
  /** Cores here or elsewhere may have stored to the page since it had this version. */
  stored: boolean;
}

/** Of the pages held here. */
export type VersionsState = Map<number, Version>;

/** Of differences, until it is known that they are shorter than the page; and of a page of zeros to compare with. */
let scratch = new Uint8Array(0);
let zeros = new Uint8Array(0);

type Arrival = Pick<Envelope, 'payload' | 'zeros' | 'patchBytes' | 'version'>;

export class Versions {
  private readonly transfer: ProtocolSpec['transfer'];
  private readonly frames: Frames;
  private readonly twins: Twins;
  private readonly arena: Arena;
  private state: VersionsState = new Map();

  constructor(transfer: ProtocolSpec['transfer'], frames: Frames, twins: Twins, arena: Arena) {
    this.transfer = transfer;
    this.frames = frames;
    this.twins = twins;
    this.arena = arena;
  }

  toState(): VersionsState { return this.state; }
  restore(state: VersionsState): void { this.state = state; }

  /** The version that this node has of a page which it does not own. */
  held(page: number): number {
    return this.state.get(page)?.version ?? this.twins.versionOf(page);
  }

  /** The page is made here. */
  begin(page: number, version: number): void {
    if (this.transfer !== 'whole') this.state.set(page, { version, stored: false });
  }

  /** Somebody may store to this node's frame from now on. */
  storing(page: number): void {
    const here = this.state.get(page);
    if (!here || here.stored) return;
    here.stored = true;
    // The page came by another way than the request that the version is pledged for: both are needed then.
    const must = this.twins.isPledged(page, here.version);
    if (must || (this.transfer === 'diff' && here.version > 0 && this.frames.makeRoom())) this.makeTwin(page, here.version);
  }

  /** What goes to a node that has version `holds`. */
  pack(page: number, holds: number): Cargo {
    const { arena, frames } = this;
    const here = this.state.get(page);
    if (here?.stored) {
      here.version++;
      here.stored = false;
    }
    const version = here?.version ?? 0;
    if (here && version === holds) return { ...NO_CARGO, patchBytes: 0, version };
    if (frames.isZeroPage(page)) return { ...NO_CARGO, zeros: true, version };
    const patch = this.transfer === 'diff' ? this.patch(page, holds) : NO_CARGO;
    if (patch.patchBytes >= 0) return { ...patch, version };
    return { ...patch, payload: frames.copyOut(page), version, bytes: arena.shape.pageBytes };
  }

  /** The page arrives; `holds` is the version that this node had pledged to keep. */
  install(page: number, { payload, zeros, patchBytes, version }: Arrival, holds: number): void {
    if (zeros) this.frames.zero(page);
    else if (patchBytes < 0) this.frames.install(page, payload);
    else {
      this.takeBase(page, holds);
      this.applyPatch(payload, patchBytes, this.frames.slotOf(page)!);
      if (payload >= 0) this.arena.freeSlot(payload);
    }
    if (this.transfer === 'whole') return;
    this.state.set(page, { version, stored: false });
    this.twins.giveUp(page);
  }

  /** The bytes that `install` would make the frame's. */
  preview(page: number, { payload, patchBytes }: Arrival, holds: number): Uint8Array {
    const bytes = new Uint8Array(this.arena.shape.pageBytes);
    const base = patchBytes < 0 ? payload : this.base(page, holds) ?? -1;
    if (base >= 0) bytes.set(this.bytesOf(base));
    if (patchBytes > 0) applyDiff(this.bytesOf(payload).subarray(0, patchBytes), bytes);
    return bytes;
  }

  /** The page has left, or its copy has ended: its bytes may serve once more. */
  drop(page: number): void {
    const here = this.state.get(page);
    this.state.delete(page);
    const slot = here && here.version > 0 ? this.frames.handSlot(page) : undefined;
    if (slot === undefined) this.frames.drop(page);
    else this.twins.keep(page, slot, here!.version);
  }

  /** Without one if there is nothing to compare with, or if it would not be shorter than the page. */
  private patch(page: number, holds: number): Cargo {
    const base = this.base(page, holds);
    if (base === undefined) return NO_CARGO;
    const { arena } = this;
    const frame = this.frames.slotOf(page)!;
    if (scratch.length !== arena.shape.pageBytes) [scratch, zeros] = [new Uint8Array(arena.shape.pageBytes), new Uint8Array(arena.shape.pageBytes)];
    const from = base < 0 ? zeros : this.bytesOf(base);
    const patchBytes = encodeDiff(from, this.bytesOf(frame), scratch, arena.runs(frame, base < 0 ? frame : base));
    if (patchBytes <= 0) return { ...NO_CARGO, patchBytes, compared: true };
    const payload = arena.takeSlot();
    arena.writeSlot(payload, scratch.subarray(0, patchBytes));
    return { ...NO_CARGO, payload, patchBytes, bytes: patchBytes, compared: true };
  }

  /** The slot of the page's bytes in that version, here; -1 for zeros, undefined if they are not here. */
  private base(page: number, version: number): number | undefined {
    if (version === 0) return -1;
    return this.state.get(page)?.version === version ? this.frames.slotOf(page) : this.twins.slotOf(page, version);
  }

  /** The frame gets the bytes of the version. */
  private takeBase(page: number, version: number): void {
    const base = this.base(page, version);
    const frame = this.frames.slotOf(page);
    if (base === undefined) throw new Error(`version ${version} of page 0x${page.toString(16)} was pledged to be kept and is gone`);
    if (base < 0) this.frames.zero(page);
    else if (frame === undefined) this.frames.takeSlot(page, this.twins.hand(page));
    else if (base !== frame) this.arena.copySlot(base, frame);
  }

  private applyPatch(payload: number, patchBytes: number, frame: number): void {
    if (patchBytes === 0) return;
    const at = this.arena.slotOffset(frame);
    applyDiff(this.bytesOf(payload).subarray(0, patchBytes), this.bytesOf(frame), (place, bytes) => this.arena.stored(at + place, bytes));
  }

  private makeTwin(page: number, version: number): void {
    if (this.twins.slotOf(page, version) === undefined) this.twins.keep(page, this.frames.copyOut(page), version);
  }

  private bytesOf(slot: number): Uint8Array {
    return this.arena.u8.subarray(this.arena.slotOffset(slot), this.arena.slotOffset(slot + 1));
  }
}
