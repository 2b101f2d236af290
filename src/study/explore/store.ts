// What an exploration remembers, in typed arrays: numbers that grow, the states seen, and the bytes of those not yet
// looked at. A state that was seen is 12 bytes of hash; its bytes are kept only until its successors are known.

/** A list of 32-bit numbers, four bytes each. */
export class Numbers {
  length = 0;
  private cells = new Uint32Array(1024);

  push(value: number): void {
    if (this.length === this.cells.length) {
      const grown = new Uint32Array(2 * this.length);
      grown.set(this.cells);
      this.cells = grown;
    }
    this.cells[this.length++] = value;
  }

  at(index: number): number {
    return this.cells[index]!;
  }
}

/**
 * States numbered in the order in which they were first seen, told apart by 96 bits of hash: among 10^8 states the chance
 * that any two are taken for one is below 10^-12. Open addressing with linear probing (Knuth, TAOCP vol. 3, 6.4).
 */
export class StateSet {
  private slots = new Uint32Array(1 << 12);
  private readonly hashes = [new Numbers(), new Numbers(), new Numbers()] as const;
  private readonly hash = new Uint32Array(3);

  get size(): number {
    return this.hashes[0].length;
  }

  /** The number of the state with these bytes; `size` has grown if it is new. */
  add(bytes: Uint8Array): number {
    hashOf(bytes, this.hash);
    const [h0, h1, h2] = this.hash as unknown as [number, number, number];
    const mask = this.slots.length - 1;
    let slot = h0 & mask;
    for (let held = this.slots[slot]!; held > 0; held = this.slots[slot = (slot + 1) & mask]!) {
      const id = held - 1;
      if (this.hashes[0].at(id) === h0 && this.hashes[1].at(id) === h1 && this.hashes[2].at(id) === h2) return id;
    }
    const id = this.size;
    this.slots[slot] = id + 1;
    this.hashes[0].push(h0);
    this.hashes[1].push(h1);
    this.hashes[2].push(h2);
    if (2 * this.size > this.slots.length) this.grow();
    return id;
  }

  private grow(): void {
    this.slots = new Uint32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.size; id++) {
      let slot = this.hashes[0].at(id) & mask;
      while (this.slots[slot]! > 0) slot = (slot + 1) & mask;
      this.slots[slot] = id + 1;
    }
  }
}

/** Three lanes of 32 bits with multipliers of their own, each mixed as MurmurHash3 does (public domain, Austin Appleby). */
function hashOf(bytes: Uint8Array, into: Uint32Array): void {
  const { length } = bytes;
  let a = 0x9747b28c ^ length;
  let b = 0x3c6ef372 ^ length;
  let c = 0x1b873593 ^ length;
  for (let i = 0; i < length; i += 4) {
    let w = bytes[i]!;
    if (i + 3 < length) w |= (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    else for (let j = i + 1; j < length; j++) w |= bytes[j]! << (8 * (j - i));
    const x = Math.imul(w, 0xcc9e2d51);
    const y = Math.imul(w, 0x239b961b);
    const z = Math.imul(w, 0xab0e9789);
    a ^= Math.imul((x << 15) | (x >>> 17), 0x1b873593);
    a = Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64;
    b ^= Math.imul((y << 16) | (y >>> 16), 0x38b34ae5);
    b = Math.imul((b << 17) | (b >>> 15), 5) + 0x0bcaa747;
    c ^= Math.imul((z << 17) | (z >>> 15), 0xa1e38b93);
    c = Math.imul((c << 15) | (c >>> 17), 5) + 0x96cd1c35;
  }
  into[0] = finalMix(a);
  into[1] = finalMix(b);
  into[2] = finalMix(c);
}

function finalMix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const CHUNK_BYTES = 1 << 22;

/** First in, first out; a chunk is let go as soon as it has been read. */
export class ByteQueue {
  private readonly chunks: Uint8Array[] = [new Uint8Array(CHUNK_BYTES)];
  private end = 0;
  private begin = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(bytes: Uint8Array): void {
    if (this.end + 2 + bytes.length > CHUNK_BYTES) {
      if (this.end + 2 <= CHUNK_BYTES) this.putLength(NEXT_CHUNK);
      this.chunks.push(new Uint8Array(CHUNK_BYTES));
      this.end = 0;
    }
    this.putLength(bytes.length);
    this.chunks.at(-1)!.set(bytes, this.end);
    this.end += bytes.length;
    this.count++;
  }

  /** Valid until the next call. */
  shift(): Uint8Array {
    let [chunk] = this.chunks;
    let length = this.begin + 2 <= CHUNK_BYTES ? chunk![this.begin]! | (chunk![this.begin + 1]! << 8) : NEXT_CHUNK;
    if (length === NEXT_CHUNK) {
      this.chunks.shift();
      chunk = this.chunks[0]!;
      this.begin = 0;
      length = chunk[0]! | (chunk[1]! << 8);
    }
    const from = this.begin + 2;
    this.begin = from + length;
    this.count--;
    return chunk!.subarray(from, this.begin);
  }

  private putLength(length: number): void {
    const chunk = this.chunks.at(-1)!;
    chunk[this.end++] = length & 0xff;
    chunk[this.end++] = length >>> 8;
  }
}

const NEXT_CHUNK = 0xffff;
