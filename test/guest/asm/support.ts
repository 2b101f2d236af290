// What the tests of the assembler share: the ISAs they run over, and short ways to assemble a text.
import { isaNames, builtinIsa } from '../../../isa/index.js';
import { InputError, type Diagnostic } from '../../../src/base/diagnostics.js';
import { assemble, type AssembleOptions, type Assembly } from '../../../src/guest/asm/assemble.js';
import type { Isa } from '../../../src/guest/lang/model.js';
import { accIsa } from '../../isas/index.js';

export const ISAS: readonly Isa[] = [...isaNames().map(builtinIsa), accIsa()];

export function isaNamed(name: string): Isa {
  return ISAS.find((isa) => isa.name === name) ?? builtinIsa(name);
}

export function assembleText(text: string, isa: Isa = isaNamed('tiny'), options: AssembleOptions = {}): Assembly {
  return assemble({ path: 'test.s', text }, isa, options);
}

/** All bytes of a section, in hexadecimal, in memory order. */
export function hexOf({ image }: Assembly, section = '.text'): string {
  return image.segments.filter(({ name }) => name === section).map(({ bytes }) => bytesToHex(bytes)).join(' ');
}

export function bytesToHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** The faults of what must be bad input; anything else that is thrown is a failure of the test. */
export function faultsOf(action: () => unknown): readonly Diagnostic[] {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics;
    throw error;
  }
  return [];
}
