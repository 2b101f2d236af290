// The campaign as a Worker of a browser: it is sent batches to run, and answers with what it found.
import { runBatch, type Pairing } from './campaign.js';
import { pairingOf } from './engines.js';
import { EVERY_ISA } from './isas.js';
import { PLANTED, REFERENCE } from './planted.js';
import type { Kind } from './program.js';
import { tell } from './tell.js';

export interface Order {
  readonly isa: string;
  readonly kind: Kind;
  readonly batch: string;
  /** A fault to plant instead of the engine, to see that it is found here too. */
  readonly planted?: string;
}

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  const isa = EVERY_ISA.find(({ name }) => name === data.isa)!;
  const pairing: Pairing = data.planted === undefined
    ? pairingOf(isa, 'wasm') : { isa, left: REFERENCE, right: PLANTED[data.planted]!(isa) };
  const found = runBatch(pairing, data.kind, data.batch);
  postMessage(found ? tell(isa, found) : null);
});
