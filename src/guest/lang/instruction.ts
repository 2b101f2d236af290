// Instructions and aliases from their items: syntax, encoding and semantics checked against each other.
import { Faults, fail } from '../../base/diagnostics.js';
import type { InsnAst, ItemAst } from './ast.js';
import { matchExpansion, passes, substitute } from './expansion.js';
import { ExpressionBuilder } from './expression.js';
import type { Stmt } from './ir.js';
import { layOut, type Layout } from './layout.js';
import { numberOf } from './lexer.js';
import type { Alias, Instruction, Operand } from './model.js';
import type { Scope } from './scope.js';
import { BodyBuilder } from './statement.js';
import { readSyntax, type ReadSyntax } from './syntax.js';

const MAX_COST = 1_000_000;

/** One instruction. Its faults are collected; undefined if its syntax or encoding is among them. */
export function buildInstruction(item: InsnAst, group: string, defined: readonly Instruction[],
  scope: Scope): Instruction | undefined {
  const { faults } = scope;
  const syntax = faults.collect(() => readSyntax(item.syntax, scope));
  const layout = faults.collect(() => layOut(item.encoding, scope));
  if (!syntax || !layout) {
    if (syntax && item.body) checkBodyAlone(item, syntax, scope);
    return undefined;
  }
  const operands = faults.collect(() => pairOperands(item, syntax, layout));
  if (!operands) return undefined;
  const where = item.where && faults.collect(() => new ExpressionBuilder(scope, operands, 'where').build(item.where!, 1));
  const cost = faults.collect(() => costOf(item)) ?? 1;
  const semantics = faults.collect(() => semanticsOf(item, operands, syntax, defined, scope));
  if (!semantics) return undefined;
  return {
    name: syntax.syntax.mnemonic, syntax: syntax.syntax, operands, bits: layout.bits, mask: layout.mask, match: layout.match,
    ...(where ? { where } : {}), cost, ...semantics, group, encodingText: excerpt(scope.text, item.encodingRange),
    semanticsText: excerpt(scope.text, item.semanticsRange), at: item.at,
  };
}

/** The operands in the order of the syntax; each stands in syntax and encoding. */
function pairOperands(item: InsnAst, { names }: ReadSyntax, layout: Layout): Operand[] {
  const faults = new Faults();
  for (const { text, at } of names) {
    if (!layout.operands.has(text)) faults.add(`the encoding has no bits of "${text}"`, at);
  }
  for (const name of layout.operands.keys()) {
    if (!names.some(({ text }) => text === name)) {
      faults.add(`the encoding has bits of "${name}", which the syntax does not name`, item.encoding.at);
    }
  }
  faults.raise();
  return names.map(({ text }) => layout.operands.get(text)!);
}

/** Finds the faults of a body whose encoding is at fault: what is known of the operands is their kind. */
function checkBodyAlone(item: InsnAst, { names }: ReadSyntax, scope: Scope): void {
  const operands = names.map(({ text }): Operand => ({ ...scope.fields.get(text)!, pieces: [], width: 1, zeros: 0 }));
  new BodyBuilder(scope, operands).body(item.body!);
}

function costOf({ cost }: InsnAst): number {
  if (!cost) return 1;
  const cycles = Number(numberOf(cost));
  if (cycles < 1 || cycles > MAX_COST) fail(`the cost is 1 to ${MAX_COST} cycles, not ${cost.text}`, cost.at);
  return cycles;
}

function semanticsOf(item: InsnAst, operands: readonly Operand[], { names }: ReadSyntax, defined: readonly Instruction[],
  scope: Scope): { body: readonly Stmt[]; locals: number } {
  if (item.body) {
    const builder = new BodyBuilder(scope, operands);
    return { body: builder.body(item.body), locals: builder.localCount };
  }
  const { target, bindings, places } = matchExpansion(item.expansion!, names, defined, scope);
  bindings.forEach((binding, i) => {
    if ('operand' in binding && !passes(operands[binding.operand]!, target.operands[i]!)) {
      const [own, wanted] = [names[binding.operand]!.text, target.operands[i]!.name];
      fail(`values of "${own}" do not all fit "${wanted}" of ${target.name}`, places[i]);
    }
  });
  return { body: substitute(target, bindings, scope), locals: target.locals };
}

/** One alias, or undefined with its faults collected. */
export function buildAlias(item: Extract<ItemAst, { k: 'alias' }>, group: string, instructions: readonly Instruction[],
  scope: Scope): Alias | undefined {
  return scope.faults.collect(() => {
    const { syntax, names } = readSyntax(item.syntax, scope);
    const { target, bindings, places } = matchExpansion(item.expansion, names, instructions, scope);
    const operands = names.map(({ text, at }, own): Operand => {
      const uses = bindings.flatMap((binding, i) => ('operand' in binding && binding.operand === own ? [i] : []));
      if (uses[0] === undefined) fail(`"${text}" is not passed on`, at);
      const first = target.operands[uses[0]]!;
      for (const i of uses) {
        const other = target.operands[i]!;
        if (!passes(first, other) || !passes(other, first)) {
          fail(`"${text}" stands for operands of different kinds`, places[i]);
        }
      }
      return { ...first, name: text, pieces: [] };
    });
    const text = excerpt(scope.text, item.textRange);
    return { syntax, operands, target: instructions.indexOf(target), bindings, group, text, at: item.at };
  });
}

function excerpt(text: string, [from, to]: readonly [number, number]): string {
  return text.slice(from, to).replace(/\/\/[^\n]*/g, ' ').trim().replace(/\s+/g, ' ');
}
