// From the text of an ISA description to its checked model.
import { Faults } from '../../base/diagnostics.js';
import { place, span, type SourceFile, type Span } from '../../base/source.js';
import type { ItemAst } from './ast.js';
import { declareAll } from './declare.js';
import { buildAlias, buildInstruction } from './instruction.js';
import { parseItems } from './items.js';
import type { Alias, Instruction, Isa, IsaBinding } from './model.js';
import { reportOverlaps } from './overlap.js';
import { emptyScope } from './scope.js';
import { mnemonicsOf, shapeOf } from './syntax.js';

/** Reads and checks the description. Throws one InputError with all its faults, in the order of the text. */
export function loadIsa(source: SourceFile, binding: IsaBinding): Isa {
  const faults = new Faults();
  const items = parseItems(source, faults);
  const scope = emptyScope(source.text, faults);
  const complete = faults.list.length === 0;
  declareAll(items, binding, scope);
  const instructions = buildInstructions(items, scope);
  const aliases = buildAliases(items, instructions, scope);
  reportDuplicates(instructions, aliases, faults);
  reportOverlaps(instructions, faults);
  // What a syntax fault hides is not missing.
  if (complete) reportMissing(items, source, faults);
  faults.raise();
  return {
    name: scope.name, path: source.path, pcWidth: scope.pcWidth, words: scope.words, files: scope.files,
    instructions, aliases,
    externs: scope.externs, guestCalls: scope.guestCalls, memory: scope.memory!, start: scope.start,
    registerNames: scope.registers, binding,
  };
}

type Scope = ReturnType<typeof emptyScope>;

/** Instructions with a body first: expansions refer to them, wherever they stand. The result keeps the order of the text. */
function buildInstructions(items: readonly ItemAst[], scope: Scope): Instruction[] {
  const groups = groupsOf(items);
  const built = new Map<ItemAst, Instruction>();
  for (const expansions of [false, true]) {
    const defined = [...built.values()];
    items.forEach((item, i) => {
      if (item.k !== 'insn' || (item.expansion !== null) !== expansions) return;
      const instruction = buildInstruction(item, groups[i]!, defined, scope);
      if (instruction) built.set(item, instruction);
      else scope.broken.add(item.syntax.mnemonic.text);
    });
  }
  return items.flatMap((item) => built.get(item) ?? []);
}

function buildAliases(items: readonly ItemAst[], instructions: readonly Instruction[], scope: Scope): Alias[] {
  const groups = groupsOf(items);
  return items.flatMap((item, i) => (item.k === 'alias' ? buildAlias(item, groups[i]!, instructions, scope) ?? [] : []));
}

/** The heading under which each item stands. */
function groupsOf(items: readonly ItemAst[]): string[] {
  let group = '';
  return items.map((item) => {
    if (item.k === 'group') group = item.title.text.slice(1, -1);
    return group;
  });
}

/** Several instructions may share a mnemonic, but not everything an assembler sees. */
function reportDuplicates(instructions: readonly Instruction[], aliases: readonly Alias[], faults: Faults): void {
  const seen = new Map<string, Span>();
  for (const each of [...instructions, ...aliases]) {
    for (const mnemonic of mnemonicsOf(each)) {
      const { tokens } = each.syntax;
      const shape = shapeOf({ mnemonic, tokens }, each.operands);
      const before = seen.get(shape);
      if (before) faults.add(`"${mnemonic}" with these operands is defined at ${place(before)} already`, each.at);
      else seen.set(shape, each.at);
    }
  }
}

function reportMissing(items: readonly ItemAst[], source: SourceFile, faults: Faults): void {
  const wanted = {
    isa: 'isa NAME', pc: 'pc : i64', word: 'word 32', reg: 'reg r : i64[16]', memory: 'memory { ... }', insn: 'insn ...',
  };
  for (const [k, example] of Object.entries(wanted)) {
    if (!items.some((item) => item.k === k)) faults.add(`the description has no "${example}"`, span(source, 1, 1));
  }
}
