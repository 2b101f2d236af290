// All commands of the debugger, how one is found, and help.
import { fail } from '../../../base/diagnostics.js';
import { didYouMean } from '../../../base/suggest.js';
import { left, tableLines } from '../../../study/report/table.js';
import { Args, usageOf, type DebugCommand } from './command.js';
import { LOOKS } from './looks.js';
import { MOVES } from './moves.js';
import { STOPS } from './stops.js';
import { VALUES } from './values.js';

const SESSION: readonly DebugCommand[] = [
  {
    names: ['output'], takes: '', summary: 'what the guest has printed so far',
    run: (args, { session: { server } }) => {
      args.end();
      return { lines: server.output === '' ? ['nothing so far'] : linesOf(server.output) };
    },
  },
  {
    names: ['report'], takes: '', summary: 'summary of the run up to here',
    run: (args, context) => {
      args.end();
      return { lines: linesOf(context.report()) };
    },
  },
  {
    names: ['save'], takes: 'FILE', summary: 'write the state of the server to a file',
    help: ['`hyperkernel restore FILE` goes on from there.'],
    run: (args, context) => ({ lines: [context.save(args.rest('FILE'))] }),
  },
  {
    names: ['help', 'h'], takes: '[COMMAND]', completes: ['commands'], summary: 'the commands, or one of them',
    run: (args) => {
      const name = args.left > 0 ? args.next('a command') : undefined;
      args.end();
      return { lines: name === undefined ? overview() : helpOf(findCommand(name)) };
    },
  },
  {
    names: ['quit', 'q', 'exit'], takes: '', summary: 'leave',
    run: (args) => {
      args.end();
      return 'quit';
    },
  },
];

const GROUPS: Readonly<Record<string, readonly DebugCommand[]>> = {
  Moving: MOVES, Breakpoints: STOPS, Guest: VALUES, Server: LOOKS, Session: SESSION,
};

export const COMMANDS: readonly DebugCommand[] = Object.values(GROUPS).flat();

/** By one of its names, or by the beginning of the first name of just one. */
export function findCommand(name: string): DebugCommand {
  const exact = COMMANDS.find(({ names }) => names.includes(name));
  if (exact) return exact;
  const begun = COMMANDS.filter(({ names }) => names[0]!.startsWith(name));
  if (begun.length > 1) fail(`"${name}" may be ${begun.map(({ names }) => names[0]).join(' or ')}`);
  const known = COMMANDS.map(({ names }) => names[0]!);
  return begun[0] ?? fail(`no command "${name}"`, undefined, didYouMean(name, known) ?? 'see help');
}

/** The command of a line, with its words; undefined for an empty one. A `#` begins a comment. */
export function parseLine(line: string): { readonly command: DebugCommand; readonly args: Args } | undefined {
  const text = line.replace(/(^|\s)#.*$/, '').trim();
  if (text === '') return undefined;
  // A format may stand right behind the name: x/4xg.
  const [, name, rest] = /^([^\s/]*)\s*(.*)$/.exec(text)!;
  const command = findCommand(name!);
  return { command, args: new Args(command, rest === '' ? [] : rest!.split(/\s+/)) };
}

function overview(): string[] {
  return Object.entries(GROUPS).flatMap(([group, commands]) => [
    `${group}:`, ...tableLines([left(''), left('')], commands.map((command) => [usageOf(command), command.summary])).slice(1),
  ]);
}

function helpOf(command: DebugCommand): string[] {
  const [, ...others] = command.names;
  return [
    usageOf(command), `  ${command.summary}`, ...(command.help ?? []).map((line) => `  ${line}`),
    ...(others.length > 0 ? [`  also: ${others.join(', ')}`] : []),
  ];
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
