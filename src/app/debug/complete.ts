// What may stand in place of the word that is being typed.
import { COMMANDS, findCommand } from './commands/table.js';
import type { Completes, DebugCommand } from './commands/command.js';
import { registerRows } from './core/look.js';
import type { DebugSession } from './core/session.js';

/** Words that go on from the last one of the line, and that word: what node:readline asks for. */
export function complete(line: string, session: DebugSession): [string[], string] {
  const words = line.trimStart().split(/\s+/);
  const current = words[words.length - 1]!;
  const found = words.length === 1 ? COMMANDS.map(({ names }) => names[0]!) : following(words, session);
  return [found.filter((word) => word.startsWith(current)), current];
}

function following(words: readonly string[], session: DebugSession): string[] {
  let command: DebugCommand;
  try {
    command = findCommand(words[0]!.replace(/\/.*$/, ''));
  } catch {
    return [];
  }
  const kind = command.completes?.[words.length - 2];
  return kind === undefined ? [] : typeof kind === 'string' ? wordsOf(kind, session) : [...kind];
}

function wordsOf(kind: Completes, { places, server, vcpu, breakpoints }: DebugSession): string[] {
  switch (kind) {
    case 'locations': return ['stall', 'migration', 'page', ...places.labels, ...places.paths.map((path) => `${path}:`)];
    case 'names': return [...registerRows(server, vcpu).map(({ name }) => name), ...places.labels];
    case 'vcpus': return server.vcpus.map(({ id }) => String(id));
    case 'breakpoints': return breakpoints.list.map(({ id }) => String(id));
    case 'commands': return COMMANDS.map(({ names }) => names[0]!);
  }
}
