// Shell completion: commands, options, and the names that stand after options or as positionals. The script that
// `completion` prints is yargs's; it asks with --get-yargs-completions and the words of the line.
import type { Command } from './command.js';

/** What may stand in place of the last of `words` (without the program's name); files where nothing is given. */
export async function completions(commands: readonly Command[], words: readonly string[]): Promise<string[]> {
  const current = words[words.length - 1] ?? '';
  const before = words.slice(0, -1);
  const command = commands.find((candidate) => candidate.words.every((word, i) => before[i] === word));
  const found = command ? await completeFor(command, before, current) : nextWords(commands, before);
  return found.filter((candidate) => candidate.startsWith(current));
}

function nextWords(commands: readonly Command[], before: readonly string[]): string[] {
  const fitting = commands.filter(
    ({ words }) => words.length > before.length && before.every((word, i) => words[i] === word),
  );
  const next = fitting.map(({ words }) => words[before.length]!);
  return [...new Set(before.length === 0 ? [...next, 'completion'] : next)];
}

async function completeFor(command: Command, before: readonly string[], current: string): Promise<readonly string[]> {
  const option = /^--([\w-]+)$/.exec(before[before.length - 1] ?? '')?.[1];
  const takesValue =
    option !== undefined && command.options[option] !== undefined && command.options[option].type !== 'boolean';
  if (takesValue) return (await command.complete?.(option)) ?? [];
  if (current.startsWith('-')) return [...Object.keys(command.options), 'help'].map((name) => `--${name}`);
  const [positional] = Object.keys(command.positionals);
  return before.length === command.words.length && positional !== undefined
    ? ((await command.complete?.(positional)) ?? [])
    : [];
}
