// Splits an ISA description into items and parses each by itself: nearley is quadratic on whole files
// (kach/nearley#238), and a fault in one item then leaves the others readable.
import nearley from 'nearley';
import { fail, type Faults } from '../../base/diagnostics.js';
import { span, type SourceFile, type Span } from '../../base/source.js';
import { didYouMean } from '../../base/suggest.js';
import type { ItemAst } from './ast.js';
import compiled from './isa.ne.gen.js';
import { ITEM_KEYWORDS, tokenize, type Token } from './lexer.js';
import { listed } from './scope.js';

const grammar = nearley.Grammar.fromCompiled(compiled as nearley.CompiledRules);
/** Item keywords that cannot begin a statement: at the first column they end an item whose brace was never closed. */
const ALWAYS_BEGINS = new Set(ITEM_KEYWORDS.filter((word) => word !== 'pc'));
const BEGINS = new Set(ITEM_KEYWORDS);

/** Longest item, in tokens: 256 registers with two names each fit; trees of this depth do not exhaust the stack. */
const MAX_TOKENS = 1500;

/** Every item of the file that is well formed; what is wrong with the others is added to `faults`. */
export function parseItems(source: SourceFile, faults: Faults): ItemAst[] {
  const items: ItemAst[] = [];
  for (const tokens of splitItems(tokenize(source, faults))) {
    // A bad token has been reported; its item would only be reported again.
    if (tokens.some((token) => token.type === 'bad')) continue;
    const item = faults.collect(() => parseItem(tokens));
    if (item) items.push(item);
  }
  return items;
}

/**
 * Runs of tokens, each beginning with a keyword that begins a line outside braces. Any word at the first column begins
 * one too, so that a misspelt keyword is seen: what continues an item is indented.
 */
export function splitItems(tokens: readonly Token[]): Token[][] {
  const items: Token[][] = [];
  let depth = 0;
  let line = 0;
  for (const token of tokens) {
    const startsLine = token.at.line !== line;
    line = token.at.line;
    const begins = startsLine && (token.at.column === 1
      ? ALWAYS_BEGINS.has(token.text) || (depth === 0 && (token.type === 'name' || token.type === 'keyword'))
      : depth === 0 && BEGINS.has(token.text));
    if (begins) depth = 0;
    if (begins || items.length === 0) items.push([]);
    items[items.length - 1]!.push(token);
    if (token.text === '{') depth++;
    if (token.text === '}') depth = Math.max(0, depth - 1);
  }
  return items;
}

/** All parses of one item: the grammar is unambiguous, so one. Throws an InputError at the first token that fits no rule. */
export function parsesOf(tokens: readonly Token[]): ItemAst[] {
  const first = tokens[0]!;
  if (!BEGINS.has(first.text)) {
    fail(`expected an item such as insn, reg or format, not "${first.text}"`, first.at, didYouMean(first.text, ITEM_KEYWORDS));
  }
  if (tokens.length > MAX_TOKENS) {
    fail(`this item is too long: ${tokens.length} words and signs; at most ${MAX_TOKENS}`, first.at);
  }
  const parser = new nearley.Parser(grammar, { lexer: replay(tokens), keepHistory: true });
  try {
    parser.feed('');
  } catch (error) {
    const { offset } = error as { offset?: number };
    if (offset === undefined || !tokens[offset]) throw error;
    syntaxError(parser, tokens[offset]);
  }
  if (parser.results.length === 0) syntaxError(parser, undefined, tokens[tokens.length - 1]!);
  return parser.results as ItemAst[];
}

function parseItem(tokens: readonly Token[]): ItemAst {
  const parses = parsesOf(tokens);
  if (parses.length !== 1) throw new Error(`${parses.length} parses at line ${tokens[0]!.at.line}: the grammar is ambiguous`);
  return parses[0]!;
}

function replay(tokens: readonly Token[]): nearley.Lexer {
  let i = 0;
  return {
    next: () => tokens[i++],
    reset: () => undefined,
    save: () => ({}),
    formatError: () => '',
  };
}

function syntaxError(parser: nearley.Parser, token: Token | undefined, before?: Token): never {
  const wanted = expected(parser);
  const at: Span = token ? token.at : behind(before!);
  const found = token ? `unexpected "${token.text}"` : 'the item ends too early';
  const hint = token?.type === 'keyword' && wanted.includes('a name') ? `${token.text} is a reserved word`
    : token && /^[a-z]/i.test(token.text) ? didYouMean(token.text, wanted.flatMap(quotedWord)) : undefined;
  return fail(`${found}; expected ${wanted.length === 0 ? 'nothing more' : listed(wanted)}`, at, hint);
}

function behind({ at }: Token): Span {
  return span(at.file, at.line, at.column + at.length);
}

interface Column {
  readonly scannable: readonly { readonly rule: nearley.Rule; readonly dot: number }[];
}

const KINDS: Readonly<Record<string, string>> = {
  name: 'a name', number: 'a number', string: 'a string', memory: 'memory such as m32[...]', keyword: 'a name',
};

const OPERATOR = /^"(?:[*&|^+]|<<|[=!]=|(?:>>|[<>]=?|[/%])[su])"$/;
const EXPRESSION = new Set([
  '"!"', '"("', '"-"', '"~"', '"next"', '"pc"', '"sx"', '"zx"', KINDS.name, KINDS.number, KINDS.memory,
]);

/** What could have stood where the parser stopped, for people: the dozen beginnings of an expression are one thing. */
function expected(parser: nearley.Parser): string[] {
  const { table, current } = parser as unknown as { table: readonly Column[]; current: number };
  const wanted = new Set<string>();
  for (const { rule, dot } of table[current]?.scannable ?? []) {
    const symbol = rule.symbols[dot] as { type?: string; literal?: string };
    wanted.add(symbol.type ? KINDS[symbol.type] ?? symbol.type : `"${symbol.literal}"`);
  }
  const expression = wanted.has('"~"');
  const operator = wanted.has('"<<"');
  const syntax = wanted.has('"#"');
  const rest = [...wanted].filter((text) => !(expression && EXPRESSION.has(text))
    && !(syntax && text !== '"is"' && text !== '"=>"')
    && !(operator && (OPERATOR.test(text) || text === '"-"')));
  const groups = [syntax && 'more operands', expression && 'an expression', operator && 'an operator'];
  return [...rest.sort(), ...groups.filter((text) => text !== false)];
}

const quotedWord = (text: string): string[] => (/^"[a-z]/.test(text) ? [text.slice(1, -1)] : []);

