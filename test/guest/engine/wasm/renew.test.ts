// A guest that writes new code for ever: what was compiled of old code is given up, and with it the table that V8 holds it by.
import { Guest, isaNamed } from '../../../support/guest.js';

const ROUNDS = 1200;
const TURNS = 40;

it('code that changes again and again is compiled each time, and does what it says; tables that held it are given up', () => {
  const { Table } = WebAssembly;
  let tables = 0;
  WebAssembly.Table = class extends Table {
    constructor(descriptor: WebAssembly.TableDescriptor) {
      super(descriptor);
      tables++;
    }
  };
  try {
    // In the upper half of an `addi` is its constant.
    const guest = new Guest(isaNamed('tiny'), `
      _start: li   s0, ${ROUNDS}
              la   s1, change
              li   t2, 0x10000
      round:  lw   t1, 0(s1)
              add  t1, t1, t2
              sw   t1, 0(s1)
              li   a0, ${TURNS}
      change: addi a1, a1, 0
              dec  a0
              bnez a0, change
              dec  s0
              bnez s0, round
              halt`, { engine: 'wasm' });
    let compiled = 0;
    (guest.engine as { onCompile?: (begins: boolean) => void }).onCompile = (begins) => { compiled += begins ? 1 : 0; };
    expect(guest.run().end).toBe('halt');
    expect(guest.get('a1')).toBe(BigInt(TURNS * ROUNDS * (ROUNDS + 1) / 2));
    expect(compiled).toBeGreaterThan(ROUNDS / 2);
    expect(tables).toBeGreaterThan(1);
  } finally {
    WebAssembly.Table = Table;
  }
});
