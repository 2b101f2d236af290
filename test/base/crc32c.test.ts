// The checksum against the examples of its definition, and against the definition itself.
import fc from 'fast-check';
import { crc32c } from '../../src/base/crc32c.js';

const counting = Uint8Array.from({ length: 32 }, (_, i) => i);

// RFC 3720, B.4; the last is the check value of the catalogue of parametrised CRC algorithms.
it.each([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', counting, 0x46dd794e],
  ['31 to 0', counting.toReversed(), 0x113fdb5c],
  ['the digits 1 to 9', new TextEncoder().encode('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0],
])('of %s', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

it('is that of bit by bit division', () => {
  const slow = (bytes: Uint8Array): number => {
    let crc = 0xffffffff;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    }
    return ~crc >>> 0;
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => { expect(crc32c(bytes)).toBe(slow(bytes)); }), { seed: 1 });
});

it('goes on over parts', () => {
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
    expect(crc32c(b, crc32c(a))).toBe(crc32c(Uint8Array.of(...a, ...b)));
  }), { seed: 2 });
});

it('differs after any change of one byte', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
    const changed = bytes.slice();
    changed[at % bytes.length]! ^= flip;
    expect(crc32c(changed)).not.toBe(crc32c(bytes));
  }), { seed: 3 });
});
