// The ISAs that come along: a new one is a text, its binding and a row in this table.
import { fail } from '../src/base/diagnostics.js';
import { didYouMean } from '../src/base/suggest.js';
import type { CheckedIsa, Isa, IsaBinding } from '../src/guest/lang/model.js';
import * as tiny from './tiny.isa.gen.js';
import { tinyBinding } from './tiny.js';
import * as toy16 from './toy16.isa.gen.js';
import { toy16Binding } from './toy16.js';

export interface BuiltinIsa {
  readonly file: string;
  readonly text: string;
  /** The text parsed and checked, when the house was built. */
  readonly model: () => CheckedIsa;
  readonly binding: IsaBinding;
}

export const ISAS: Readonly<Record<string, BuiltinIsa>> = {
  tiny: { ...tiny, binding: tinyBinding },
  toy16: { ...toy16, binding: toy16Binding },
};

const loaded = new Map<string, Isa>();

export function isaNames(): string[] {
  return Object.keys(ISAS);
}

/** The checked model of a built-in ISA; loaded once. Throws an InputError for an unknown name. */
export function builtinIsa(name: string): Isa {
  const found = Object.hasOwn(ISAS, name) ? ISAS[name] : undefined;
  if (!found) fail(`unknown ISA "${name}"; there are ${isaNames().join(', ')}`, undefined, didYouMean(name, isaNames()));
  const before = loaded.get(name);
  if (before) return before;
  const isa = { ...found.model(), binding: found.binding };
  loaded.set(name, isa);
  return isa;
}
