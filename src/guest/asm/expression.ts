// Expressions bound to the symbols they name, and their values: exact integers, with C's operators.
import { failToken, type Line } from './lines.js';
import { characterOf, numberOf } from './literals.js';
import { applyBinary, applyUnary } from './operators.js';
import type { Expression, SymbolEntry, Symbols } from './symbols.js';
import type { Token } from './tokens.js';
import type { Tree } from './tree.js';

/** Values beyond this are refused, so that no expression takes unbounded time or memory. */
const MAX_VALUE = 1n << 128n;
const MAX_SHIFT = 128n;
/** Levels of one expression and of the constants it is defined through, together: the evaluator is recursive. */
const MAX_DEPTH = 1500;

/** Binds the leaves of `tree`; `here` makes the label that `.` stands for. */
export function bind(
  tree: Tree, tokens: readonly Token[], line: Line, symbols: Symbols, here: () => SymbolEntry,
): Expression {
  const leaves: (bigint | SymbolEntry | undefined)[] = [];
  const visit = (node: Tree): void => {
    if (node.k === 'leaf') leaves[node.token] = leafOf(tokens[node.token]!, line, symbols, here);
    else if (node.k === 'unary') visit(node.a);
    else {
      if (node.k === 'choice') visit(node.c);
      visit(node.a);
      visit(node.b);
    }
  };
  visit(tree);
  return { tree, tokens, line, leaves };
}

function leafOf(token: Token, line: Line, symbols: Symbols, here: () => SymbolEntry): bigint | SymbolEntry {
  if (token.kind === 'number') return numberOf(token, line);
  if (token.kind === 'character') return characterOf(token, line);
  return token.text === '.' ? here() : symbols.reference(token, line);
}

/** The value with the labels of layout round `round`; undefined if it takes a label without an address in that round. */
export function evaluate(expression: Expression, round: number): bigint | undefined {
  return valueOf(expression.tree, expression, round, 0);
}

/** As `evaluate`, but what is undefined or not known in this round is a fault; `purpose` says what needs it. */
export function evaluateNow(expression: Expression, round: number, symbols: Symbols, purpose: string): bigint {
  return evaluate(expression, round) ?? failUnknown(expression, round, symbols, purpose);
}

function valueOf(node: Tree, expression: Expression, round: number, depth: number): bigint | undefined {
  const { leaves, tokens, line } = expression;
  if (node.k === 'leaf') {
    const leaf = leaves[node.token]!;
    return typeof leaf === 'bigint' ? leaf : symbolValue(leaf, round, depth, line, tokens[node.token]!);
  }
  if (node.k === 'choice') {
    const c = valueOf(node.c, expression, round, depth + 1);
    return c === undefined ? undefined : valueOf(c !== 0n ? node.a : node.b, expression, round, depth + 1);
  }
  const a = valueOf(node.a, expression, round, depth + 1);
  if (a === undefined) return undefined;
  if (node.k === 'unary') return applyUnary(node.op, a);
  if (node.op === '&&' && a === 0n) return 0n;
  if (node.op === '||' && a !== 0n) return 1n;
  const b = valueOf(node.b, expression, round, depth + 1);
  return b === undefined ? undefined : checkedBinary(node.op, a, b, line, tokens[node.token]!);
}

function symbolValue(symbol: SymbolEntry, round: number, depth: number, line: Line, token: Token): bigint | undefined {
  if (symbol.round === round) return symbol.value;
  const { expression } = symbol;
  if (!expression) return symbol.kind === 'label' ? undefined : symbol.value;
  if (symbol.busy) failToken(line, token, `"${symbol.name}" is defined through itself`);
  if (depth >= MAX_DEPTH) failToken(line, token, `"${symbol.name}" is defined through too many others`);
  symbol.busy = true;
  try {
    const value = valueOf(expression.tree, expression, round, depth + 1);
    if (value !== undefined) {
      symbol.value = value;
      symbol.round = round;
    }
    return value;
  } finally {
    symbol.busy = false;
  }
}

function failUnknown(expression: Expression, round: number, symbols: Symbols, purpose: string): never {
  const { leaves, tokens, line } = expression;
  const index = leaves.findIndex((leaf, i) => (
    typeof leaf === 'object' && symbolValue(leaf, round, 0, line, tokens[i]!) === undefined));
  const leaf = leaves[index];
  const token = tokens[Math.max(0, index)]!;
  const needs = `${purpose} needs a value that is known here`;
  if (typeof leaf !== 'object') return failToken(line, token, needs);
  if (leaf.expression) return failUnknown(leaf.expression, round, symbols, purpose);
  if (leaf.kind !== 'undefined') return failToken(line, token, `${needs}; "${leaf.name}" gets its address later`);
  if (token.kind === 'local') {
    return failToken(line, token, `there is no label "${token.text.slice(0, -1)}:" after this line`);
  }
  const message = round === 0 ? `${needs}; "${leaf.name}" is not defined so far` : `"${leaf.name}" is not defined`;
  return failToken(line, token, message, symbols.suggestion(leaf.name));
}

function checkedBinary(op: string, a: bigint, b: bigint, line: Line, token: Token): bigint {
  if ((op === '/' || op === '%') && b === 0n) failToken(line, token, 'division by zero');
  if ((op === '<<' || op === '>>') && (b < 0n || b > MAX_SHIFT)) {
    failToken(line, token, `a shift by ${b}`, `expected 0 to ${MAX_SHIFT}`);
  }
  const value = applyBinary(op, a, b);
  if (value > MAX_VALUE || value < -MAX_VALUE) failToken(line, token, 'the result does not fit in 128 bits');
  return value;
}
