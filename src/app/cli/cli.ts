// The command line: the table of commands, built with yargs; how errors are told; exit statuses.
import yargs, { type Argv } from 'yargs';
import { InputError } from '../../base/diagnostics.js';
import { Input, type Command } from './command.js';
import { asmCommand } from './commands/asm.js';
import { compareCommand } from './commands/compare.js';
import { debugCommand } from './commands/debug.js';
import { disasmCommand } from './commands/disasm.js';
import { isaCommands } from './commands/isa.js';
import { machineCommands } from './commands/machine.js';
import { balanceCommands } from './commands/balance.js';
import { policyCommands } from './commands/policy.js';
import { restoreCommand } from './commands/restore.js';
import { runCommand } from './commands/run.js';
import { completions } from './completion.js';
import { findCommand, usageError } from './usage.js';
import { version } from './version.js';
import { takeBranchHints } from './v8.js';

export const COMMANDS: readonly Command[] = [
  runCommand, restoreCommand, compareCommand, debugCommand, asmCommand, disasmCommand, ...isaCommands, ...machineCommands,
  ...policyCommands, ...balanceCommands,
];

const GROUPS: Readonly<Record<string, string>> = {
  isa: 'Instruction sets: list, show, check, card',
  machine: 'Machines: list, show, schema',
  policy: 'Placement policies: list, show',
  balance: 'Load balancers: list',
};

/** Bad usage or bad input, as `docker run` says it. */
export const BAD_INPUT = 125;
/** The simulated server failed, or this program did. */
export const FAILED = 126;

/** Does what `args` say; gives the exit status. Writes to standard output and error. */
export async function runCli(args: readonly string[]): Promise<number> {
  takeBranchHints();
  try {
    return await dispatch(args);
  } catch (error) {
    if (error instanceof InputError) {
      process.stderr.write(`${error.message}\n`);
      return BAD_INPUT;
    }
    if (process.env.HYPERKERNEL_DEBUG) throw error;
    process.stderr.write(
      `hyperkernel: internal error: ${(error as Error).message}\n  set HYPERKERNEL_DEBUG=1 for where it comes from\n`,
    );
    return FAILED;
  }
}

async function dispatch(args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    process.stderr.write(`${await build(() => {}).getHelp()}\n`);
    return BAD_INPUT;
  }
  if (args[0] === '--get-yargs-completions') {
    const words = args.slice(1);
    const found = await completions(COMMANDS, /^(hyperkernel|hk)$/.test(words[0] ?? '') ? words.slice(1) : words);
    process.stdout.write(found.map((word) => `${word}\n`).join(''));
    return 0;
  }
  if (args.length === 1 && args[0] === 'completion') {
    build(() => {}).showCompletionScript();
    return 0;
  }
  const asksForHelp = args.some((arg, i) => (arg === '--help' || arg === '-h') && !args.slice(0, i).includes('--'));
  const plain = args[0]!.startsWith('-') || args[0] === 'completion' || asksForHelp;
  const command = plain ? undefined : findCommand(args, COMMANDS);
  let status = 0;
  const parser = build((code) => { status = code; }, asksForHelp)
    .fail((message: string | null, error: Error | undefined) => {
      throw error && error.name !== 'YError'
        ? error
        : usageError(message ?? error?.message ?? 'bad usage', command, args);
    });
  await parser.parseAsync([...args]);
  return status;
}

function build(done: (status: number) => void, forHelp = true): Argv {
  const parser = yargs([])
    .scriptName('hyperkernel')
    .locale('en')
    .usage('$0 <command>\n\nJoins simulated servers into one big virtual machine and runs guest programs on it.')
    .parserConfiguration({
      'camel-case-expansion': false,
      'boolean-negation': false,
      'greedy-arrays': false,
      'populate--': true,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .exitProcess(false)
    .wrap(forHelp ? Math.min(100, process.stdout.columns ?? 100) : null)
    .version(version())
    .alias('help', 'h')
    .strict()
    .completion('completion', 'Print a script that completes commands, options and names in the shell')
    .epilogue(
      "Exit status: the guest's own for run; 124 a limit was reached, 125 bad usage or input, 126 the simulated server failed.",
    );
  for (const command of COMMANDS.filter(({ words }) => words.length === 1))
    addCommand(parser, command, command.words[0]!, done, forHelp);
  for (const [group, summary] of Object.entries(GROUPS)) {
    parser.command(`${group} <what>`, summary, (inner) => {
      const members = COMMANDS.filter(({ words }) => words[0] === group && words.length === 2);
      for (const command of members) addCommand(inner, command, command.words[1]!, done, forHelp);
      return inner.usage(`$0 ${group}\n\n${summary}`);
    });
  }
  return parser;
}

/** yargs lays out the help of every command that it runs. That takes a while, so there is little to lay out unless asked for. */
function addCommand(parser: Argv, command: Command, word: string, done: (status: number) => void, forHelp: boolean): void {
  const { takes, summary, positionals, options, examples } = command;
  parser.command(`${word} ${takes}`.trim(), summary, (inner) => {
    for (const [name, describe] of Object.entries(positionals)) inner.positional(name, { describe, type: 'string' });
    for (const [name, settings] of Object.entries(options)) inner.option(name, { ...settings, hidden: !forHelp });
    if (!forHelp) return inner;
    for (const [example, does] of examples) inner.example(`$0 ${example}`, does);
    return inner.usage(`$0 ${[...command.words, takes].join(' ')}\n\n${summary}`);
  }, async (values) => { done(await command.run(new Input(values))); });
}
