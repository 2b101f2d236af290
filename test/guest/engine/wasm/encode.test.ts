// The encoder: golden bytes from the specification, and modules that V8 takes and runs.
import fc from 'fast-check';
import { Bytes, Code, ModuleBuilder } from '../../../../src/guest/engine/wasm/encode.js';
import { I32, I64, op } from '../../../../src/guest/engine/wasm/opcodes.js';

describe('numbers', () => {
  it.each([
    [0, [0x00]], [127, [0x7f]], [128, [0x80, 0x01]], [624485, [0xe5, 0x8e, 0x26]], [0xffffffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('%d without a sign', (value, bytes) => expect(new Bytes().unsigned(value).list).toEqual(bytes));

  it.each([
    [0, [0x00]], [63, [0x3f]], [64, [0xc0, 0x00]], [-1, [0x7f]], [-64, [0x40]], [-65, [0xbf, 0x7f]], [-123456, [0xc0, 0xbb, 0x78]],
    [0x9e3779b1, [0xb1, 0xf3, 0xdd, 0xf1, 0x79]],
  ])('%d of 32 bits with a sign', (value, bytes) => expect(new Bytes().signed32(value).list).toEqual(bytes));

  it('of 64 bits are those of 32 where they fit', () => {
    fc.assert(fc.property(fc.integer(), (value) => {
      expect(new Bytes().signed64(BigInt(value)).list).toEqual(new Bytes().signed32(value).list);
    }), { seed: 1 });
  });
});

it('a function that adds has the bytes that the specification gives it', () => {
  const module = new ModuleBuilder();
  const add = module.add('f', module.type([I32, I32], [I32]), new Code(2).get(0).get(1).op(op.i32Add));
  module.export('add', add);
  expect([...module.build()]).toEqual([
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    0x01, 0x07, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f,
    0x03, 0x02, 0x01, 0x00,
    0x07, 0x07, 0x01, 0x03, 0x61, 0x64, 0x64, 0x00, 0x00,
    0x0a, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x20, 0x01, 0x6a, 0x0b,
    // The custom section with the function's name.
    0x00, 0x0b, 0x04, 0x6e, 0x61, 0x6d, 0x65, 0x01, 0x04, 0x01, 0x00, 0x01, 0x66,
  ]);
});

it('every constant of 64 bits comes out as it went in', () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
    const module = new ModuleBuilder();
    const code = new Code(0);
    const local = code.local(I64);
    module.export('f', module.add('f', module.type([], [I64]), code.i64(value).tee(local).op(op.drop).get(local)));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.build()));
    expect(BigInt.asUintN(64, (exports['f'] as () => bigint)())).toBe(value);
  }), { seed: 1, numRuns: 50 });
});

it('labels count from the inside, whatever is opened in between', () => {
  const module = new ModuleBuilder();
  const code = new Code(1);
  const outer = code.open(op.block);
  code.get(0).open(op.if);
  code.br(outer);
  code.else();
  code.i32(7).op(op.return).end();
  code.end().i32(9);
  module.export('f', module.add('f', module.type([I32], [I32]), code));
  const f = new WebAssembly.Instance(new WebAssembly.Module(module.build())).exports['f'] as (x: number) => number;
  expect([f(0), f(1)]).toEqual([7, 9]);
});

it('hints name the place of the branch, and change nothing where they are not known', () => {
  const module = new ModuleBuilder();
  const code = new Code(1);
  code.get(0).hinted(false).open(op.if);
  code.i32(1).op(op.return).end().i32(2);
  module.export('f', module.add('f', module.type([I32], [I32]), code));
  const bytes = module.build();
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), 'metadata.code.branch_hint');
  // Function 0, one hint: at byte 3 of the body (no locals, local.get 0, then if), one byte, unlikely.
  expect([...new Uint8Array(section!)]).toEqual([1, 0, 1, 3, 1, 0]);
});
