// What yargs finds wrong with a command line, in our words: one line, with a suggestion.
import { InputError, type Diagnostic } from '../../base/diagnostics.js';
import { didYouMean } from '../../base/suggest.js';
import type { Command } from './command.js';

/** `message` is in yargs's English; `args` are the words of the command line. */
export function usageError(message: string, command: Command | undefined, args: readonly string[]): InputError {
  const help = `see hyperkernel ${[...(command?.words ?? []), '--help'].join(' ')}`;
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message);
  if (unknown) {
    const names = [...Object.keys(command?.options ?? {}), 'help', 'version'];
    return new InputError(unknown[1]!.split(', ').map((word): Diagnostic => {
      const written = args.find((arg) => arg === `-${word}` || arg === `--${word}` || arg.startsWith(`--${word}=`));
      if (written === undefined) return { message: `unexpected argument "${word}"`, hint: help };
      return {
        message: `unknown option ${written.split('=')[0]!}`,
        hint: didYouMean(word, names)?.replace('"', '"--') ?? help,
      };
    }));
  }
  const missingValue = /^Not enough arguments following: (.*)$/.exec(message);
  if (missingValue) {
    const name = missingValue[1]!;
    const values = command?.options[name]?.nargs;
    return new InputError([{ message: `--${name}: ${values ? `one of its ${values} values` : 'its value'} is missing`, hint: help }]);
  }
  if (/^Not enough non-option arguments/.test(message)) {
    return new InputError([
      { message: `${command?.words.join(' ')}: ${command?.takes.split(' ')[0]} is missing`, hint: help },
    ]);
  }
  return new InputError([{ message: message.split('\n')[0]!, hint: help }]);
}

/** The command that `args` name, or a fault: none, or an unknown one. */
export function findCommand(args: readonly string[], commands: readonly Command[]): Command {
  const first = args[0]!;
  const named = commands.filter(({ words }) => words[0] === first);
  if (named.length === 0) {
    const known = [...new Set(commands.map(({ words }) => words[0]!)), 'completion'];
    throw new InputError([
      { message: `no command "${first}"`, hint: didYouMean(first, known) ?? `commands: ${known.join(', ')}` },
    ]);
  }
  const alone = named.find(({ words }) => words.length === 1);
  if (alone) return alone;
  const second = args[1];
  const found = named.find(({ words }) => words[1] === second);
  if (found) return found;
  const known = named.map(({ words }) => words[1]!);
  throw new InputError([
    second === undefined || second.startsWith('-')
      ? { message: `${first}: what to do is missing`, hint: `${first} ${known.join(', ')}` }
      : {
          message: `${first}: no command "${second}"`,
          hint: didYouMean(second, known) ?? `${first} ${known.join(', ')}`,
        },
  ]);
}
