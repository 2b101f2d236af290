// What tiny.isa leaves to TypeScript.
import type { IsaBinding } from '../src/guest/lang/model.js';

export const tinyBinding: IsaBinding = {
  externs: {
    mulhu: (a, b) => (a! * b!) >> 64n,
  },
};
