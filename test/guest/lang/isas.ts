// The ISAs that the tests of the language run over, and small descriptions to complete.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtinIsa, isaNames, ISAS } from '../../../isa/index.js';
import { InputError } from '../../../src/base/diagnostics.js';
import { place, type SourceFile } from '../../../src/base/source.js';
import { loadIsa } from '../../../src/guest/lang/load.js';
import type { Instruction, Isa } from '../../../src/guest/lang/model.js';
import { accIsa, accSource } from '../../isas/index.js';

export const ALL_ISAS: readonly Isa[] = [...isaNames().map(builtinIsa), accIsa()];

export const ALL_SOURCES: readonly SourceFile[] = [
  ...Object.values(ISAS).map(({ file, text }) => ({ path: file, text })), accSource,
];

const HEADER = `isa small
pc : i32
word 16
reg r : i32[4] { zero=0 a b|second c }
reg flag : i1
field rd rs : r
field imm : signed
field uimm : unsigned
field target : pcrel
format RR(op) = op rs rd
memory { low = 0  high = 0x1000  text = 0  align = 16  stack = 0x1000  stack_bytes = 64 }
`;

export const BINDING = { externs: { mix: (a?: bigint) => a ?? 0n, poke: () => 0n, peek: () => 0n } };

/** An ISA with the given lines after a usual header, and so from line 12 on. */
export function small(lines: string, wordBits = 16): Isa {
  return loadIsa({ path: 'small.isa', text: HEADER.replace('word 16', `word ${wordBits}`) + lines }, BINDING);
}

/** `line:column: message | hint` of each fault of a description. */
export function faultsOf(action: () => unknown): string[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics.map(({ message, at, hint }) => {
      const text = at ? `${place(at).slice(at.file.path.length + 1)}: ${message}` : message;
      return hint ? `${text} | ${hint}` : text;
    });
  }
}

export function instructionOf(isa: Isa, name: string): Instruction {
  const found = isa.instructions.find((each) => each.name === name);
  if (!found) throw new Error(`no instruction ${name}`);
  return found;
}

/** The folder of the repository, from the sources or from what they compile to. */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
