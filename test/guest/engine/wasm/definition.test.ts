// What the reference engine's tests ask for holds on the WebAssembly engine too.
import { onEngine } from '../../../support/guest.js';

onEngine('wasm');

await import('../code.test.js');
await import('../instructions.test.js');
await import('../stalls.test.js');
await import('../traps.test.js');
await import('../updates.test.js');
