// Formats and encodings: which bits of the word are fixed and where the bits of each operand lie, written from the
// most significant bit down, as the diagrams of instruction set manuals are.
import { bitsFor } from '../../base/bits.js';
import { fail } from '../../base/diagnostics.js';
import type { Span } from '../../base/source.js';
import type { ElementAst, EncodingAst, ItemAst } from './ast.js';
import { literalBits, numberOf } from './lexer.js';
import type { Operand, Piece } from './model.js';
import { counted, known, listed, type FieldDecl, type Scope } from './scope.js';

export interface Layout {
  readonly bits: number;
  readonly mask: bigint;
  readonly match: bigint;
  /** Operands by field name, in the order of the word. */
  readonly operands: ReadonlyMap<string, Operand>;
}

/** Adjacent bits of the word: a literal, or bits from `lo` up of a field. */
type Run =
  | { readonly bits: number; readonly at: Span; readonly literal: bigint }
  | { readonly bits: number; readonly at: Span; readonly field: FieldDecl; readonly lo: number };

const NO_PARAMS: ReadonlyMap<string, ElementAst> = new Map();

export function declareFormat(item: Extract<ItemAst, { k: 'format' }>, scope: Scope): void {
  const { name, params, elements } = item;
  if (scope.formats.has(name.text)) fail(`the format "${name.text}" is declared twice`, name.at);
  const names = params.map(({ text }) => text);
  params.forEach(({ text, at }, i) => {
    if (names.indexOf(text) < i) fail(`the parameter "${text}" stands twice`, at);
    if (!elements.some(({ token }) => token.text === text)) fail(`the parameter "${text}" is not used`, at);
  });
  for (const element of elements) {
    if (!names.includes(element.token.text)) resolve(element, NO_PARAMS, scope);
  }
  scope.formats.set(name.text, { params, elements });
}

/** Places every bit of the word. Throws where widths, sizes or bit positions do not fit together. */
export function layOut(encoding: EncodingAst, scope: Scope): Layout {
  const runs = expand(encoding, scope);
  const bits = runs.reduce((sum, run) => sum + run.bits, 0);
  let at = bits;
  let mask = 0n;
  let match = 0n;
  const pieces = new Map<FieldDecl, Piece[]>();
  for (const run of runs) {
    at -= run.bits;
    if ('literal' in run) {
      mask |= ((1n << BigInt(run.bits)) - 1n) << BigInt(at);
      match |= run.literal << BigInt(at);
    } else {
      const list = pieces.get(run.field) ?? [];
      const twice = list.find(({ valueLo, bits: width }) => valueLo < run.lo + run.bits && run.lo < valueLo + width);
      if (twice) fail(`bit ${Math.max(twice.valueLo, run.lo)} of "${run.field.name}" stands twice in the word`, run.at);
      list.push({ wordLo: at, valueLo: run.lo, bits: run.bits });
      pieces.set(run.field, list);
    }
  }
  const operands = new Map([...pieces].map(([field, list]) => [field.name, operandOf(field, list, encoding.at)]));
  checkSize(bits, mask, match, encoding.at, scope);
  return { bits, mask, match, operands };
}

function expand({ format, elements, at }: EncodingAst, scope: Scope): Run[] {
  if (!format) return elements.flatMap((element) => resolve(element, NO_PARAMS, scope));
  const decl = known(scope, scope.formats.get(format.text), 'format', format.text, format.at, scope.formats.keys());
  if (decl.params.length !== elements.length) {
    fail(`the format ${format.text} takes ${counted(decl.params.length, 'part')}, not ${elements.length}`, at);
  }
  const params = new Map(decl.params.map(({ text }, i) => [text, elements[i]!]));
  return decl.elements.flatMap((element) => resolve(element, params, scope));
}

function resolve(element: ElementAst, params: ReadonlyMap<string, ElementAst>, scope: Scope): Run[] {
  const { token, ranges, at } = element;
  if (token.type === 'number') {
    const bits = literalBits(token);
    if (bits === 0) {
      fail(`"${token.text}" has no width`, at, 'in an encoding write 0b... (one bit a digit) or 0x... (four bits a digit)');
    }
    return [{ bits, at, literal: numberOf(token) }];
  }
  const passed = params.get(token.text);
  if (passed) {
    if (ranges && (passed.ranges || passed.token.type === 'number')) {
      fail('the format picks bits of this part: pass a whole field', passed.at);
    }
    return resolve({ ...passed, ranges: ranges ?? passed.ranges }, NO_PARAMS, scope);
  }
  const names = [...scope.fields.keys(), ...params.keys()];
  const field = known(scope, scope.fields.get(token.text), 'field', token.text, at, names);
  if (!ranges) {
    const bits = naturalBits(field);
    if (bits === undefined) fail(`which bits of "${field.name}"?`, at, `write them down, as in ${field.name}[11:0]`);
    return [{ bits, at, field, lo: 0 }];
  }
  return ranges.map((range) => {
    const hi = Number(numberOf(range.hi));
    const lo = Number(numberOf(range.lo));
    if (hi < lo) fail(`expected the higher bit first in ${hi}:${lo}`, range.hi.at);
    if (hi > 63) fail(`bit ${hi} is beyond the 64 bits of a value`, range.hi.at);
    return { bits: hi - lo + 1, at, field, lo };
  });
}

/** Bits of a register or enum field; an immediate has as many as its encodings give it. */
function naturalBits(field: FieldDecl): number | undefined {
  if (field.kind === 'reg') return bitsFor(field.count!);
  return field.kind === 'enum' ? bitsFor(field.spellings!.length) : undefined;
}

function operandOf(field: FieldDecl, list: readonly Piece[], at: Span): Operand {
  const pieces = [...list].sort((a, b) => b.valueLo - a.valueLo);
  const width = pieces[0]!.valueLo + pieces[0]!.bits;
  const natural = naturalBits(field);
  if (natural !== undefined && width > natural) {
    fail(`"${field.name}" has ${natural} bits; bit ${width - 1} is beyond them`, at);
  }
  const zeros = natural === undefined ? pieces[pieces.length - 1]!.valueLo : 0;
  let next = natural ?? width;
  for (const { valueLo, bits } of pieces) {
    if (valueLo + bits !== next) fail(`the word lacks bit ${next - 1} of "${field.name}"`, at);
    next = valueLo;
  }
  if (next !== zeros) fail(`the word lacks bit ${next - 1} of "${field.name}"`, at);
  return { ...field, pieces, width, zeros };
}

/** The word must have a declared size, and its low bits must select that size and no earlier one. */
function checkSize(bits: number, mask: bigint, match: bigint, at: Span, scope: Scope): void {
  if (scope.words.length === 0) return;
  const own = scope.words.findIndex((word) => word.bits === bits);
  if (own < 0) fail(`the encoding has ${bits} bits; expected ${listed(scope.words.map((word) => word.bits))}`, at);
  scope.words.slice(0, own + 1).forEach(({ bits: size, when }, i) => {
    if (!when) return;
    const fixed = BigInt(when.mask) & mask;
    const differs = (BigInt(when.match) & fixed) !== (match & fixed);
    const low = when.match.toString(2).padStart(bitsFor(when.mask + 1), '0');
    if (i === own && (differs || fixed !== BigInt(when.mask))) fail(`a ${size}-bit word has the low bits ${low}`, at);
    if (i < own && !differs) {
      fail(`the low bits ${fixed === BigInt(when.mask) ? 'are' : 'can be'} ${low}, which select a ${size}-bit word`, at);
    }
  });
}
