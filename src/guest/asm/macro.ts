// Macro definitions, and the lines that a call stands for.
import { splitAtCommas } from './directives.js';
import { failToken, substitute, type Line } from './lines.js';
import type { Token } from './tokens.js';

export interface Macro {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly preset: string | undefined }[];
  readonly body: readonly Line[];
}

/** `.macro NAME first, second=default`. */
export function defineMacro(line: Line, head: Token, args: readonly Token[], body: readonly Line[]): Macro {
  const [name, ...rest] = args;
  if (name?.kind !== 'word') return failToken(line, name ?? head, '.macro: expected a name');
  const parameters: { name: string; preset: string | undefined }[] = [];
  for (const part of splitAtCommas(rest[0]?.text === ',' ? rest.slice(1) : rest)) {
    const [parameter, equals, ...preset] = part;
    if (!parameter || !/^[A-Za-z_]\w*$/.test(parameter.text)) {
      return failToken(line, parameter ?? head, '.macro: expected the name of an argument');
    }
    if (equals && equals.text !== '=') failToken(line, equals, '.macro: expected "," or "=" after the name of an argument');
    if (parameters.some(({ name: other }) => other === parameter.text)) {
      failToken(line, parameter, `.macro: argument "${parameter.text}" twice`);
    }
    parameters.push({ name: parameter.text, preset: equals && textOf(line, preset) });
  }
  return { name: name.text, parameters, body };
}

/** The body with the arguments of a call; `counter` is what `\@` stands for. */
export function expandMacro(macro: Macro, line: Line, head: Token, args: readonly Token[], counter: number): Line[] {
  const given = splitAtCommas(args);
  const { parameters } = macro;
  if (given.length > parameters.length) {
    const extra = given[parameters.length]!;
    failToken(line, extra[0] ?? head, `macro ${macro.name} takes ${count(parameters.length)}, not ${given.length}`);
  }
  const values = new Map<string, string>();
  for (const [i, { name, preset }] of parameters.entries()) {
    const value = given[i] && given[i].length > 0 ? textOf(line, given[i]) : preset;
    if (value === undefined) failToken(line, head, `macro ${macro.name}: argument "${name}" is missing`);
    values.set(name, value!);
  }
  const call = { macro: macro.name, line };
  return macro.body.map((bodyLine) => substitute(bodyLine, values, counter, call));
}

function count(parameters: number): string {
  return parameters === 0 ? 'no arguments' : `${parameters} argument${parameters === 1 ? '' : 's'}`;
}

function textOf(line: Line, tokens: readonly Token[]): string {
  const last = tokens.at(-1);
  return last ? line.text.slice(tokens[0]!.column - 1, last.column - 1 + last.text.length) : '';
}
