// Plain data of every kind, for property tests.
import fc from 'fast-check';

const simple = fc.oneof(
  fc.constantFrom(undefined, null, true, false, -0, NaN, Infinity, -Infinity, '', '\ud800', 'ä\0'),
  fc.integer(), fc.maxSafeInteger(), fc.double(), fc.bigInt(), fc.string(),
);
const key = fc.oneof(fc.string(), fc.integer());
const name = fc.string().filter((text) => text !== '__proto__');
const elements = fc.oneof(
  fc.uint8Array(), fc.int8Array(), fc.uint16Array(), fc.int16Array(), fc.uint32Array(), fc.int32Array(),
  fc.float32Array(), fc.float64Array(), fc.bigUint64Array(), fc.bigInt64Array(),
);

export const plainData: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true },
    simple, elements, fc.array(tie('value')), fc.dictionary(name, tie('value'), { noNullPrototype: true }),
    fc.array(fc.tuple(key, tie('value'))).map((entries) => new Map(entries)),
    fc.array(key).map((keys) => new Set(keys))),
})).value;
