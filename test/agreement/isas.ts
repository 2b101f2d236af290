// Every ISA of the repository, those of the tests included.
import { builtinIsa, isaNames } from '../../isa/index.js';
import { loadIsa } from '../../src/guest/lang/load.js';
import type { Isa } from '../../src/guest/lang/model.js';
import { accIsa } from '../isas/index.js';
import { file, text } from '../isas/rv64-slice.isa.gen.js';

const rv64Slice = loadIsa({ path: file, text }, {
  externs: { mulhu: (a, b) => (a! * b!) >> 64n, reserve: () => 0n, claim: () => 1n },
});

export const EVERY_ISA: readonly Isa[] = [...isaNames().map(builtinIsa), accIsa(), rv64Slice];
