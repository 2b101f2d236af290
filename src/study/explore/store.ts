// What an exploration remembers, in typed arrays: numbers that grow, and the states seen.

const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

/** A list of 32-bit numbers, four bytes each. It grows by chunks, so nothing is ever copied. */
export class Numbers {
  length = 0;
  private readonly chunks: Uint32Array[] = [];

  push(value: number): void {
    const at = this.length++ & (CHUNK - 1);
    if (at === 0) this.chunks.push(new Uint32Array(CHUNK));
    this.chunks[this.chunks.length - 1]![at] = value;
  }

  at(index: number): number {
    return this.chunks[index >>> CHUNK_BITS]![index & (CHUNK - 1)]!;
  }
}

/**
 * States of a few numbers each, numbered in the order in which they were first seen; none is taken for another. Open
 * addressing with linear probing (Knuth, TAOCP vol. 3, 6.4).
 */
export class StateSet {
  size = 0;
  private slots = new Uint32Array(1 << 12);
  private readonly words: number;
  /** A state's numbers stand together, so that to look at it is to fetch one line of a cache. */
  private readonly chunks: Uint32Array[] = [];

  constructor(words: number) {
    this.words = words;
  }

  /** The number of the state; `size` has grown if it is new. */
  add(state: Uint32Array): number {
    const { slots, words } = this;
    const mask = slots.length - 1;
    let slot = hashOf(state) & mask;
    for (let held = slots[slot]!; held > 0; held = slots[slot = (slot + 1) & mask]!) {
      const chunk = this.chunks[(held - 1) >>> CHUNK_BITS]!;
      const at = ((held - 1) & (CHUNK - 1)) * words;
      let word = 0;
      while (word < words && chunk[at + word] === state[word]) word++;
      if (word === words) return held - 1;
    }
    const id = this.size++;
    slots[slot] = id + 1;
    const at = id & (CHUNK - 1);
    if (at === 0) this.chunks.push(new Uint32Array(CHUNK * words));
    this.chunks[id >>> CHUNK_BITS]!.set(state, at * words);
    if (2 * this.size > slots.length) this.grow();
    return id;
  }

  read(id: number, state: Uint32Array): void {
    const chunk = this.chunks[id >>> CHUNK_BITS]!;
    const at = (id & (CHUNK - 1)) * this.words;
    for (let word = 0; word < this.words; word++) state[word] = chunk[at + word]!;
  }

  private grow(): void {
    this.slots = new Uint32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    const state = new Uint32Array(this.words);
    for (let id = 0; id < this.size; id++) {
      this.read(id, state);
      let slot = hashOf(state) & mask;
      while (this.slots[slot]! > 0) slot = (slot + 1) & mask;
      this.slots[slot] = id + 1;
    }
  }
}

/** Strings of bytes, numbered in the order in which they were first seen. */
export class ByteIndex {
  private slots = new Uint32Array(1 << 10);
  private readonly all: Uint8Array[] = [];

  /** The number of the first `length` bytes. */
  add(bytes: Uint8Array, length: number): number {
    const { all } = this;
    const mask = this.slots.length - 1;
    let slot = hashOfBytes(bytes, length) & mask;
    for (let held = this.slots[slot]!; held > 0; held = this.slots[slot = (slot + 1) & mask]!) {
      if (sameBytes(all[held - 1]!, bytes, length)) return held - 1;
    }
    const id = all.length;
    this.slots[slot] = id + 1;
    all.push(bytes.slice(0, length));
    if (2 * all.length > this.slots.length) this.grow();
    return id;
  }

  at(id: number): Uint8Array {
    return this.all[id]!;
  }

  private grow(): void {
    this.slots = new Uint32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    this.all.forEach((bytes, id) => {
      let slot = hashOfBytes(bytes, bytes.length) & mask;
      while (this.slots[slot]! > 0) slot = (slot + 1) & mask;
      this.slots[slot] = id + 1;
    });
  }
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== bytes[i]) return false;
  return true;
}

function hashOfBytes(bytes: Uint8Array, length: number): number {
  let h = length;
  for (let i = 0; i < length; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  return finalMix(h);
}

/** As MurmurHash3 mixes blocks of 32 bits (public domain, Austin Appleby). */
function hashOf(state: Uint32Array): number {
  let h = state.length;
  for (let i = 0; i < state.length; i++) {
    const k = Math.imul(state[i]!, 0xcc9e2d51);
    h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  }
  return finalMix(h);
}

function finalMix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
