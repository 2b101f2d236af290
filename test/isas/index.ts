// The third ISA of the tests: nothing in src/ knows of it.
import { loadIsa } from '../../src/guest/lang/load.js';
import type { Isa, IsaBinding } from '../../src/guest/lang/model.js';
import * as acc from './acc.isa.gen.js';

export const accBinding: IsaBinding = {
  externs: {
    popcount: (value) => BigInt(value!.toString(2).replaceAll('0', '').length),
  },
};

export const accSource = { path: acc.file, text: acc.text };

let loaded: Isa | undefined;

export function accIsa(): Isa {
  return (loaded ??= loadIsa(accSource, accBinding));
}
