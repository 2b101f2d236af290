// Parses operands with nearley: the expression rules of asm.ne, and one rule per operand signature of the ISA.
// Earley parsing is slow and its result depends on token shapes alone, so each (signature, shapes) is parsed once.
import nearley from 'nearley';
import { fail } from '../../base/diagnostics.js';
import type { Span } from '../../base/source.js';
import expressions from './asm.ne.gen.js';
import type { Shape, Token } from './tokens.js';
import { terminal, type GrammarToken, type Terminal, type Tree } from './tree.js';

/** One position of an operand syntax. */
export type Part =
  | { readonly k: 'literal'; readonly text: string; readonly shape: Shape }
  | { readonly k: 'register' }
  | { readonly k: 'value' }
  /** One of some words; with the empty one among them it may be left out. */
  | {
    readonly k: 'choice'; readonly words: readonly string[]; readonly shapes: readonly Shape[]; readonly optional: boolean;
  };

/** What a part other than a literal matched: the tree of a value, the token of a register or word (-1: left out). */
export type Match = Tree | number;

export type Parse =
  | { readonly ok: true; readonly matches: readonly Match[] }
  /** `token` counts from the first parsed one; as many as there are tokens means that more was expected. */
  | { readonly ok: false; readonly token: number; readonly expected: readonly string[] };

/** Longer operand lists and expressions are refused: the time of a parse grows faster than its length. */
const MAX_TOKENS = 1000;

/** Two syntaxes with the same signature are parsed by the same rule. */
export function signatureOf(parts: readonly Part[]): string {
  return parts.map((part) => {
    if (part.k === 'literal') return part.text;
    return part.k === 'choice' ? `{${part.words.join('|')}}` : part.k;
  }).join(' ');
}

export const EXPRESSION: readonly Part[] = [{ k: 'value' }];

export class OperandGrammar {
  private readonly grammar: nearley.Grammar;
  private readonly parses = new Map<string, Map<string, Parse | 'ambiguous'>>();

  constructor(syntaxes: Iterable<readonly Part[]>) {
    const rules = [...expressions.ParserRules] as nearley.ParserRule[];
    for (const parts of [EXPRESSION, ...syntaxes]) {
      const signature = signatureOf(parts);
      if (this.parses.has(signature)) continue;
      this.parses.set(signature, new Map());
      rules.push(...rulesOf(signature, parts));
    }
    this.grammar = nearley.Grammar.fromCompiled({ ParserRules: rules, ParserStart: expressions.ParserStart });
  }

  /** Parses all of `tokens`; `at` gives the place for a fault that no other signature can mend. */
  parse(signature: string, tokens: readonly Token[], at: () => Span): Parse {
    const known = this.parses.get(signature)!;
    let shapes = '';
    for (let i = 0; i < tokens.length; i++) shapes += `${tokens[i]!.shape} `;
    let parse = known.get(shapes);
    if (parse === undefined) {
      if (tokens.length > MAX_TOKENS) fail(`more than ${MAX_TOKENS} numbers, symbols and operators in one expression`, at());
      known.set(shapes, (parse = this.run(signature, tokens)));
    }
    if (parse === 'ambiguous') return fail('these operands can be read in more than one way', at(), 'parentheses decide it');
    return parse;
  }

  private run(signature: string, tokens: readonly Token[]): Parse | 'ambiguous' {
    this.grammar.start = signature;
    const parser = new nearley.Parser(this.grammar, { lexer: new TokenFeed(tokens) }) as nearley.Parser & ParserTable;
    try {
      parser.feed('');
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { ok: false, token: parser.current, expected: expectedAt(parser) };
    }
    if (parser.results.length === 0) return { ok: false, token: tokens.length, expected: expectedAt(parser) };
    return parser.results.length > 1 ? 'ambiguous' : { ok: true, matches: parser.results[0] as Match[] };
  }
}

function rulesOf(signature: string, parts: readonly Part[]): nearley.ParserRule[] {
  const rules: nearley.ParserRule[] = [];
  const symbols = parts.map((part, i): string | Terminal => {
    if (part.k === 'value') return 'expr';
    if (part.k === 'register') return terminal('a register', ['register']);
    if (part.k === 'literal') return terminal(JSON.stringify(part.text), [part.shape]);
    const word = terminal(part.words.filter((text) => text !== '').join(' or '), part.shapes);
    if (!part.optional) return word;
    const name = `${signature} #${i}`;
    const postprocess = ([token]: GrammarToken[]): number => token?.index ?? -1;
    rules.push({ name, symbols: [word], postprocess }, { name, symbols: [], postprocess });
    return name;
  });
  const postprocess = (data: (GrammarToken | Tree | number)[]): Match[] => data
    .filter((_, i) => parts[i]!.k !== 'literal')
    .map((match) => (typeof match === 'object' && 'index' in match ? match.index : match));
  rules.push({ name: signature, symbols, postprocess });
  return rules;
}

/** What nearley keeps beside its published type: the Earley columns (nearley 2.20, lib/nearley.js). */
interface ParserTable {
  readonly table: readonly { readonly scannable: readonly { readonly rule: nearley.Rule; readonly dot: number }[] }[];
}

function expectedAt(parser: nearley.Parser & ParserTable): string[] {
  const states = parser.table[parser.current]!.scannable;
  return [...new Set(states.map(({ rule, dot }) => (rule.symbols[dot] as Terminal).label))].sort();
}

class Refused extends Error {}

/** Hands tokens to nearley. Its own error report walks every derivation, so `formatError` leaves before that. */
class TokenFeed implements nearley.Lexer {
  private next_ = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  reset(): void {}

  next(): GrammarToken | undefined {
    const index = this.next_++;
    const token = this.tokens[index];
    return token && { value: token.text, shape: token.shape, index };
  }

  save(): nearley.LexerState {
    return {};
  }

  formatError(): string {
    throw new Refused();
  }
}
