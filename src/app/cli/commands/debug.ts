// hyperkernel debug: a program step by step, both ways.
import { option, type Command, type Input } from '../command.js';
import { completeShared, POLICY_OPTION, SCENARIO_OPTIONS, SHARED_OPTIONS } from '../options.js';

export const debugCommand: Command = {
  words: ['debug'],
  takes: '<program>',
  summary: 'Step through a guest program, forward and back; see pages, messages and vCPUs',
  positionals: { program: 'Assembly source' },
  options: {
    command: option('Do this instead of asking; may be given often', { group: 'Debug:', type: 'array', alias: 'c' }),
    ...POLICY_OPTION,
    ...SCENARIO_OPTIONS,
    engine: SHARED_OPTIONS.engine!,
  },
  examples: [
    ['debug programs/tiny/stencil.s', 'ask for commands; help lists them'],
    ['debug programs/tiny/locks.s -c "break stall" -c continue -c pages', 'to the first stall, then the pages'],
    ['debug programs/tiny/hello.s -c "goto end" -c "back any 100" -c vcpus', 'from the end back'],
    ['debug programs/tiny/hello.s < commands.txt', 'commands from a file'],
  ],
  complete: completeShared,
  run,
};

async function run(input: Input): Promise<number> {
  const { guestRun } = await import('../guest-run.js');
  const { policyWords } = await import('../policy-words.js');
  const { wantsColour } = await import('../screen.js');
  const { checkWritable } = await import('../files.js');
  const { writeSnapshot } = await import('../snapshot-files.js');
  const { formatBytes } = await import('../../../base/units.js');
  const { DebugSession } = await import('../../debug/core/session.js');
  const { converse, linesOfInput, runScript } = await import('../../debug/terminal.js');
  const { paint } = await import('../../../study/report/paint.js');
  const { buildReport } = await import('../../../study/report/build.js');
  const { summaryText } = await import('../../../study/report/summary.js');
  const { scenario, isa, program, image, listing, policyFile } = await guestRun(input);
  const session = new DebugSession({ isa, image, listing, scenario });
  const report = (): string => {
    const { server } = session;
    const message = `stopped after ${server.instructions} instructions`;
    const ending = server.ending ?? { end: 'limit' as const, exitCode: 124, message };
    const built = buildReport(server, program, null, 0, ending);
    return summaryText(built, { colour: wantsColour(), wall: false }, policyWords(built));
  };
  const save = (path: string): string => {
    checkWritable('save', path);
    return `${path}: ${formatBytes(writeSnapshot(path, session.server.snapshot(), program, policyFile))}`;
  };
  const { meaningOf } = policyWords({ policy: scenario.policy, policyOptions: session.server.policyOptions, balance: session.server.balance });
  const context = { session, report, save, policy: { name: scenario.policy, meaningOf }, paint: paint(wantsColour()) };

  const commands = input.texts('command');
  const interactive = process.stdin.isTTY === true;
  if (commands.length > 0 && await runScript(context, commands) === 'left') return 0;
  if (interactive) await converse(context);
  else if (commands.length === 0) await runScript(context, linesOfInput());
  return 0;
}
