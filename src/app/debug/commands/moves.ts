// Commands that move along the run.
import { locate, type DebugCommand } from './command.js';

export const MOVES: readonly DebugCommand[] = [
  {
    names: ['step', 's', 'stepi', 'si'], takes: '[any] [COUNT]', completes: [['any']],
    summary: "the current vCPU's next instruction; `any`: one step of the whole server",
    help: [
      'Other vCPUs run and messages arrive as they come before it. If the instruction stalls, it is followed until it has',
      'retired, and what had to happen is told.',
      'A step of the server is an instruction attempted by some vCPU, or an event: a message arrives, a vCPU starts.',
    ],
    run: (args, { session }) => {
      const any = args.keyword('any');
      const count = args.count();
      args.end();
      return any ? { move: session.stepAny(count), tells: 'all' } : { move: session.step(count), tells: 'vcpu' };
    },
  },
  {
    names: ['back', 'reverse-step', 'rs', 'reverse-stepi', 'rsi'], takes: '[any] [COUNT]', completes: [['any']],
    summary: 'undo `step`: to before the last instruction of the current vCPU',
    help: ['With `any`, undo steps of the whole server. Works from the end of the run too.'],
    run: (args, { session }) => {
      const any = args.keyword('any');
      const count = args.count();
      args.end();
      return { move: any ? session.backAny(count) : session.back(count), tells: 'last' };
    },
  },
  {
    names: ['continue', 'c'], takes: '', summary: 'on to a breakpoint, to the end, or until all vCPUs spin',
    run: (args, { session }) => {
      args.end();
      return { move: session.continue(), tells: 'last' };
    },
  },
  {
    names: ['reverse-continue', 'rc'], takes: '',
    summary: 'back to the last hit of a breakpoint before here, or to the beginning',
    help: ['Stops where `continue` would have stopped.'],
    run: (args, { session }) => {
      args.end();
      return { move: session.reverseContinue(), tells: 'last' };
    },
  },
  {
    names: ['until', 'u', 'advance'], takes: 'LOCATION [vcpu N]', completes: ['locations', ['vcpu'], 'vcpus'],
    summary: 'on to a location, or to a breakpoint on the way',
    help: ['A location is a label, file:line, a line of the file where the vCPU is, or 0xaddress.'],
    run: (args, { session }) => {
      const address = locate(args.next('a location'), session);
      const vcpu = args.vcpu(session);
      args.end();
      return { move: session.until(address, vcpu), tells: 'last' };
    },
  },
  {
    names: ['goto', 'seek'], takes: 'STEP | end', completes: [['end']],
    summary: 'to where so many steps are done, forward or back',
    help: ['Breakpoints on the way are passed.'],
    run: (args, { session }) => {
      const position = args.keyword('end') ? Infinity : args.number('STEP', 0, Number.MAX_SAFE_INTEGER);
      args.end();
      return { move: session.goTo(position), tells: 'last' };
    },
  },
];
