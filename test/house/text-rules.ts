// Rules about what stands in a file. Each takes sources and returns what breaks it, in words.
import ts from 'typescript';
import type { Isa } from '../../src/guest/lang/model.js';
import { mnemonicsOf } from '../../src/guest/lang/syntax.js';
import { within } from './import-rules.js';
import { lineOf, visit, type Source } from './sources.js';
import { SIMULATED } from './table.js';

export const MAX_LINES = 400;

/**
 * Functions that ECMA-262 leaves "implementation-approximated", and chance. `log2` is among them even where it is asked
 * for powers of two: base/bits.ts counts bits instead.
 */
const FORBIDDEN_MATH = new Set([
  'random', 'exp', 'expm1', 'log', 'log1p', 'log2', 'log10', 'pow', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2',
  'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'cbrt', 'hypot',
]);
/** Wall clock, timers and entropy. */
const FORBIDDEN_GLOBALS = new Set(['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'crypto']);
/** What Node has and browsers lack. */
const NODE_GLOBALS = new Set(['process', 'Buffer', 'global', '__dirname', '__filename', 'require']);

/** Wall clock, chance and approximate mathematics where simulated state is computed. */
export function nondeterminism(sources: readonly Source[]): string[] {
  return sources.filter(({ path }) => SIMULATED.some((folder) => within(path, folder))).flatMap(({ path, tree }) => {
    const faults: string[] = [];
    const report = (node: ts.Node, what: string) => faults.push(`${path}:${lineOf(tree, node)}: ${what}`);
    visit(tree, (node) => {
      if (!ts.isIdentifier(node) || !isFreeName(node)) return;
      if (FORBIDDEN_GLOBALS.has(node.text)) report(node, `${node.text} reaches simulated state`);
      if (node.text !== 'Math') return;
      const { parent } = node;
      if (!ts.isPropertyAccessExpression(parent)) report(node, 'Math other than as Math.NAME');
      else if (FORBIDDEN_MATH.has(parent.name.text)) report(node, `Math.${parent.name.text}: the last bit is the engine's choice, or chance; see src/base`);
    });
    return faults;
  });
}

/** Globals of Node in code that must run in a browser. */
export function nodeGlobals(sources: readonly Source[]): string[] {
  return sources.filter(({ path }) => !within(path, 'src/app')).flatMap(({ path, tree }) => {
    const faults: string[] = [];
    const declared = declaredNames(tree);
    visit(tree, (node) => {
      if (!ts.isIdentifier(node) || !isFreeName(node) || !NODE_GLOBALS.has(node.text) || declared.has(node.text)) return;
      faults.push(`${path}:${lineOf(tree, node)}: ${node.text} is Node's alone`);
    });
    return faults;
  });
}

/** An identifier that stands for itself: no property, no key, no declared or imported name. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent)) return false;
  const named = parent as { readonly name?: ts.Node; readonly propertyName?: ts.Node };
  return named.name !== node && named.propertyName !== node;
}

function declaredNames(tree: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  visit(tree, (node) => {
    const { name } = node as { readonly name?: ts.Node };
    const declares = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isFunctionDeclaration(node) || ts.isImportSpecifier(node) || ts.isBindingElement(node);
    if (declares && name && ts.isIdentifier(name)) names.add(name.text);
  });
  return names;
}

export function longFiles(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > MAX_LINES ? [`${path}: ${lines} lines; the limit is ${MAX_LINES}`] : [];
  });
}

/** Each file says in its first line what it is. */
export function filesWithoutOpening(sources: readonly Source[]): string[] {
  return sources.filter(({ text }) => !/^(?:#!.*\n)?(?:\/\/ \S|\/\*\* ?\S)/.test(text)).map(({ path }) => `${path}: no opening comment`);
}

export function leftovers(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) => text.split('\n').flatMap((line, i) => {
    const found = /\b(?:TO[D]O|FIX[M]E|X[X]X|H[A]CK)\b|\bdebugger;|\bit\.only\b|\bdescribe\.only\b/.exec(line);
    return found ? [`${path}:${i + 1}: ${found[0]}`] : [];
  }));
}

/**
 * String literals that spell a register of an ISA, anywhere in src/ outside app, or a mnemonic, in the guest wing: the
 * other wings never see an instruction, and there `time` or `div` are words of another trade.
 */
export function isaWords(sources: readonly Source[], isas: readonly Isa[], allowed: ReadonlySet<string>): string[] {
  const registers = new Set(isas.flatMap((isa) => [...isa.registerNames.keys()].filter((name) => name.length > 1)));
  const mnemonics = new Set(isas.flatMap((isa) => [...isa.instructions, ...isa.aliases].flatMap(mnemonicsOf)));
  return sources.filter(({ path }) => within(path, 'src') && !within(path, 'src/app')).flatMap(({ path, tree }) => {
    const faults: string[] = [];
    const knows = (word: string) => registers.has(word) || (within(path, 'src/guest') && mnemonics.has(word));
    visit(tree, (node) => {
      if (!ts.isStringLiteralLike(node) || !knows(node.text) || allowed.has(node.text)) return;
      faults.push(`${path}:${lineOf(tree, node)}: knows "${node.text}" of an ISA`);
    });
    return faults;
  });
}
