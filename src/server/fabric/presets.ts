// Machines and fabrics by name.
import { fail } from '../../base/diagnostics.js';
import { didYouMean } from '../../base/suggest.js';
import type { FabricSpec, MachineSpec } from '../spec.js';
import { FABRICS } from './fabrics.js';
import { MACHINES } from './machines.js';

export { DEFAULT_MACHINE } from './machines.js';

/** Names that `machinePreset` knows; the default first. */
export function machineNames(): string[] {
  return MACHINES.map((machine) => machine.name);
}

/** The machine of that name; an InputError with a suggestion if there is none. */
export function machinePreset(name: string): MachineSpec {
  return find('machine', MACHINES, name);
}

/** Names that `fabricPreset` knows. Any of them may replace the fabric of any machine. */
export function fabricNames(): string[] {
  return FABRICS.map((fabric) => fabric.name);
}

/** The fabric of that name; an InputError with a suggestion if there is none. */
export function fabricPreset(name: string): FabricSpec {
  return find('fabric', FABRICS, name);
}

function find<T extends { readonly name: string }>(what: string, table: readonly T[], name: string): T {
  const names = table.map((entry) => entry.name);
  return table.find((entry) => entry.name === name)
    ?? fail(`unknown ${what} "${name}"`, undefined, didYouMean(name, names) ?? `known: ${names.join(', ')}`);
}
