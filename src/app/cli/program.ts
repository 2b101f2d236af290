// The guest program and its ISA from the words of the command line.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builtinIsa, isaNames } from '../../../isa/index.js';
import { Faults, fail } from '../../base/diagnostics.js';
import type { SourceFile } from '../../base/source.js';
import { assemble, type Assembly } from '../../guest/asm/assemble.js';
import type { Isa, IsaBinding } from '../../guest/lang/model.js';
import { parseBytes } from '../../base/units.js';
import { pageFault } from '../config/machine-limits.js';
import { checkName } from '../config/names.js';
import { readIfThere, readText } from './files.js';
import { importModule } from './import-module.js';

export const DEFAULT_ISA = 'tiny';

/** A built-in ISA by name, or one from a file; beside `x.isa` may lie `x.js` or `x.mjs` that exports `binding`. */
export async function resolveIsa(name = DEFAULT_ISA): Promise<Isa> {
  if (!/[./\\]/.test(name))
    return builtinIsa(checkName('--isa', 'ISA', name, isaNames(), '; or a file such as ./my.isa'));
  const { loadIsa } = await import('../../guest/lang/load.js');
  return loadIsa(readText(name, 'ISA'), await bindingBeside(name));
}

export async function bindingBeside(path: string): Promise<IsaBinding> {
  const stem = path.replace(/\.[^./\\]*$/, '');
  for (const file of [`${stem}.js`, `${stem}.mjs`]) {
    if (!existsSync(file)) continue;
    let module: { readonly binding?: IsaBinding };
    try {
      module = (await importModule(file)) as { readonly binding?: IsaBinding };
    } catch (error) {
      return fail(`cannot load ${file}: ${(error as Error).message}`);
    }
    return module.binding?.externs
      ? module.binding
      : fail(`${file}: expected it to export binding = { externs: { ... } }`);
  }
  return { externs: {} };
}

/** Assembles a program, for pages of so many bytes. Raises all its faults at once. */
export function assembleProgram(path: string, isa: Isa, defines: readonly string[], pageBytes?: number): Assembly {
  return assemble(readText(path, 'program'), isa, { defines: parseDefines(defines), include, ...(pageBytes !== undefined && { pageBytes }) });
}

/** Bytes of a page, where no machine says how many. */
export function parsePageSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = parseBytes(text, '--page-size');
  const fault = pageFault(bytes);
  return fault === undefined ? bytes : fail(`--page-size: ${fault}`);
}

/** Included paths are relative to the file that includes them. */
function include(path: string, from: SourceFile): SourceFile | undefined {
  const found = join(dirname(from.path), path);
  const text = readIfThere(found);
  return text === undefined ? undefined : { path: found, text };
}

function parseDefines(texts: readonly string[]): ReadonlyMap<string, bigint> {
  const faults = new Faults();
  const defines = new Map<string, bigint>();
  for (const text of texts) {
    const [, name, value] = /^([A-Za-z_][\w.]*)=(-?(?:0x[0-9a-f]+|0b[01]+|\d+))$/i.exec(text) ?? [];
    if (name === undefined || value === undefined)
      faults.add(`--define: expected NAME=NUMBER such as N=64, not "${text}"`);
    else if (defines.has(name)) faults.add(`--define: ${name} is given more than once`);
    else defines.set(name, value.startsWith('-') ? -BigInt(value.slice(1)) : BigInt(value));
  }
  faults.raise();
  return defines;
}
