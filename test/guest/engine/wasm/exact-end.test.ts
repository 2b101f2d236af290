// Slices that are to end exactly, on the WebAssembly engine.
import { Guest, isaNamed } from '../../../support/guest.js';
import { CYCLE_PS } from '../../../support/machine.js';

it('a slice ends exactly also where code that has become hot comes next', () => {
  const guest = new Guest(isaNamed('tiny'), 'loop: inc a0\n beqz zero, 1f\n1: inc a1\n j loop', { engine: 'wasm' });
  for (let n = 1; n <= 400; n++) {
    const stop = guest.engine.run(guest.vcpu, {
      core: 0, budgetCycles: 1, everyInstruction: false, exactly: true, endPs: guest.cycles * CYCLE_PS + 1,
    });
    expect([stop.reason, guest.retired]).toEqual(['budget', n]);
  }
});
