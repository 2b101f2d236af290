// Reads assembly text line by line into a program: labels, instructions, directives, and all that makes lines of lines.
import type { SourceFile } from '../../base/source.js';
import { didYouMean } from '../../base/suggest.js';
import { BLOCK_ENDS, findEnd, headOf } from './blocks.js';
import { constant, DIRECTIVES, type Call } from './directives.js';
import { failAt, failToken, linesOf, type Line } from './lines.js';
import { bytesOf } from './literals.js';
import { defineMacro, expandMacro, type Macro } from './macro.js';
import { matchForms, type Statement } from './match.js';
import type { Build } from './program.js';
import type { SymbolEntry } from './symbols.js';
import type { Token } from './tokens.js';

export type Include = (path: string, from: SourceFile) => SourceFile | undefined;

/** Bounds on what macros and repetitions may make of a text, so that reading always ends. */
const MAX_LINES = 500_000;
const MAX_NESTING = 64;

/** A conditional whose chosen part is being read. */
interface OpenIf {
  readonly line: Line;
  readonly token: Token;
  elseSeen: boolean;
}

export class Reader {
  private readonly macros = new Map<string, Macro>();
  private readonly files: SourceFile[] = [];
  private linesRead = 0;
  private calls = 0;
  private nesting = 0;
  private stopped = false;
  private readonly build: Build;
  private readonly include: Include | undefined;

  constructor(build: Build, include: Include | undefined) {
    this.build = build;
    this.include = include;
  }

  readFile(file: SourceFile): void {
    this.files.push(file);
    const lines = this.build.faults.collect(() => linesOf(file, this.build.language.lexer.comments));
    if (lines) this.readLines(lines);
    this.files.pop();
  }

  private readLines(lines: readonly Line[]): void {
    const { program, faults } = this.build;
    const open: OpenIf[] = [];
    this.nesting++;
    for (let i = 0; i < lines.length && !this.stopped; i++) {
      const line = lines[i]!;
      const start = i;
      const { section } = program;
      const first = section.items.length;
      const row = program.rows.length;
      i = faults.collect(() => this.readLine(lines, i, open)) ?? i;
      const expanded = program.rows.length > row;
      program.rows.splice(row, 0, { line, section, first, end: expanded ? first : section.items.length });
      const leftOut = expanded ? [] : lines.slice(start + 1, i + 1);
      program.rows.push(...leftOut.map((each) => ({ line: each, section, first, end: first })));
    }
    this.nesting--;
    if (this.stopped) return;
    for (const { line, token } of open) faults.collect(() => failToken(line, token, `${token.text} without .endif`));
  }

  /** Reads line `i` and the block that it may begin; returns the number of the last line read. */
  private readLine(lines: readonly Line[], i: number, open: OpenIf[]): number {
    const line = lines[i]!;
    const { tokens, fault } = this.build.language.lexer.lex(line.text);
    if (++this.linesRead > MAX_LINES) this.stop(line, tokens[0], `macros and repetitions make more than ${MAX_LINES} lines`);
    if (fault) failAt(line, fault.column, fault.length, fault.message);
    let next = 0;
    for (; tokens[next + 1]?.text === ':'; next += 2) this.label(line, tokens[next]!);
    const head = tokens[next];
    if (!head) return i;
    const args = tokens.slice(next + 1);
    if (BLOCK_ENDS.has(head.text)) return this.block(lines, i, head, args, open);
    if (head.text === '.else' || head.text === '.endif') return this.endPart(lines, i, head, args, open);
    this.statement(line, head, args);
    return i;
  }

  private label(line: Line, token: Token): void {
    if (token.kind === 'register') failToken(line, token, `"${token.text}" is a register, and cannot be a label`);
    const named = token.kind === 'word' && token.text !== '.';
    const numeric = token.kind === 'number' && /^\d+$/.test(token.text);
    if (!named && !numeric) failToken(line, token, 'expected a label before ":"');
    this.build.program.add({ k: 'label', symbol: this.build.symbols.defineLabel(token, line) });
  }

  private statement(line: Line, head: Token, args: readonly Token[]): void {
    const { language, program } = this.build;
    const call: Call = { ...this.statementAt(line, head), args };
    const macro = this.macros.get(head.text);
    const directive = Object.hasOwn(DIRECTIVES, head.text) ? DIRECTIVES[head.text] : undefined;
    if (directive) directive(call);
    else if (head.text === '.include') this.readInclude(line, head, args);
    else if (macro) this.expand(line, head, () => expandMacro(macro, line, head, args, ++this.calls));
    else if (language.forms.has(head.text)) {
      const candidates = matchForms(call, args);
      program.add({ k: 'code', line, head, candidates, choice: 0, address: 0, length: 0 });
    } else this.unknown(line, head);
  }

  private unknown(line: Line, head: Token): never {
    const directives = [...Object.keys(DIRECTIVES), '.include', '.else', ...[...BLOCK_ENDS].flat()];
    if (directives.includes(head.text)) failToken(line, head, `${head.text} without a beginning`);
    const unknown = (what: string, names: Iterable<string>): never => (
      failToken(line, head, `unknown ${what} "${head.text}"`, didYouMean(head.text, names)));
    if (head.text.startsWith('.')) unknown('directive', directives);
    if (head.kind === 'word') unknown('instruction', [...this.build.language.forms.keys(), ...this.macros.keys()]);
    return failToken(line, head, `expected an instruction, a directive or a label, not "${head.text}"`);
  }

  private block(lines: readonly Line[], i: number, head: Token, args: readonly Token[], open: OpenIf[]): number {
    const line = lines[i]!;
    const { faults } = this.build;
    if (head.text === '.macro' || head.text === '.rept') {
      const end = faults.collect(() => findEnd(lines, i + 1, line, head));
      if (end === undefined) return lines.length;
      const body = lines.slice(i + 1, end);
      if (head.text === '.macro') faults.collect(() => this.define(line, head, args, body));
      else faults.collect(() => this.repeat(line, head, args, body));
      return end;
    }
    const holds = faults.collect(() => this.condition(line, head, args));
    if (holds) {
      open.push({ line, token: head, elseSeen: false });
      return i;
    }
    // A faulty condition leaves out both parts: either could be full of faults that follow from it.
    const end = faults.collect(() => findEnd(lines, i + 1, line, head, holds === undefined ? [] : ['.else']));
    if (end === undefined) return lines.length;
    if (headOf(lines[end]!) === '.else') open.push({ line, token: head, elseSeen: true });
    return end;
  }

  private condition(line: Line, head: Token, args: readonly Token[]): boolean {
    if (head.text === '.if') return constant(this.statementAt(line, head), args, 'a condition') !== 0n;
    const [name, ...more] = args;
    const wrong = more[0] ?? name ?? head;
    if (name?.kind !== 'word' || more.length > 0) return failToken(line, wrong, `${head.text}: expected one name`);
    return this.build.symbols.isDefined(name.text) === (head.text === '.ifdef');
  }

  /** `.else` behind the part that was read leads to the end; `.endif` closes. */
  private endPart(lines: readonly Line[], i: number, head: Token, args: readonly Token[], open: OpenIf[]): number {
    const line = lines[i]!;
    const current = open.at(-1);
    if (!current) return failToken(line, head, `${head.text} without .if`);
    const { faults } = this.build;
    if (args.length > 0) faults.collect(() => failToken(line, args[0]!, `${head.text} takes no operands`));
    if (head.text === '.else' && current.elseSeen) return failToken(line, head, 'a second .else');
    open.pop();
    if (head.text === '.endif') return i;
    return faults.collect(() => findEnd(lines, i + 1, current.line, current.token)) ?? lines.length;
  }

  private define(line: Line, head: Token, args: readonly Token[], body: readonly Line[]): void {
    const macro = defineMacro(line, head, args, body);
    const { name } = macro;
    if (this.macros.has(name)) failToken(line, args[0]!, `macro "${name}" is already defined`);
    if (this.build.language.forms.has(name)) failToken(line, args[0]!, `"${name}" is an instruction, and cannot be a macro`);
    this.macros.set(name, macro);
  }

  private repeat(line: Line, head: Token, args: readonly Token[], body: readonly Line[]): void {
    const count = constant(this.statementAt(line, head), args, 'a count');
    if (count < 0n || count > MAX_LINES) failToken(line, args[0]!, `.rept ${count}: expected 0 to ${MAX_LINES}`);
    for (let k = 0; k < Number(count) && !this.stopped; k++) {
      this.linesRead++;
      this.expand(line, head, () => body);
    }
  }

  private readInclude(line: Line, head: Token, args: readonly Token[]): void {
    const [name, ...more] = args;
    const wrong = more[0] ?? name ?? head;
    if (name?.kind !== 'string' || more.length > 0) return failToken(line, wrong, '.include: expected a path between " "');
    const path = new TextDecoder().decode(bytesOf(name, line));
    const file = this.include?.(path, line.file);
    if (!file) return failToken(line, name, `cannot read "${path}"`);
    if (this.files.some((other) => other.path === file.path)) {
      const chain = [...this.files, file].map((other) => other.path).join(' -> ');
      failToken(line, name, `"${path}" includes itself`, chain);
    }
    this.nested(line, head, () => this.readFile(file));
  }

  private expand(line: Line, head: Token, make: () => readonly Line[]): void {
    this.nested(line, head, () => this.readLines(make()));
  }

  private nested(line: Line, head: Token, read: () => void): void {
    const message = `macros, repetitions and includes are nested deeper than ${MAX_NESTING}`;
    if (this.nesting >= MAX_NESTING) this.stop(line, head, message);
    read();
  }

  /** Ends the reading: what follows could only repeat the fault. */
  private stop(line: Line, token: Token | undefined, message: string): never {
    this.stopped = true;
    return failAt(line, token?.column ?? 1, token?.text.length ?? 1, message);
  }

  /** A statement; its `.` becomes a label when it is first read. */
  private statementAt(line: Line, head: Token): Statement {
    const { program, symbols } = this.build;
    let symbol: SymbolEntry | undefined;
    const here = (): SymbolEntry => {
      if (!symbol) program.add({ k: 'label', symbol: (symbol = symbols.here()) });
      return symbol;
    };
    return { build: this.build, line, head, here };
  }
}
