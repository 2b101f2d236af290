// Commands about breakpoints.
import { fail } from '../../../base/diagnostics.js';
import type { Trigger } from '../core/breakpoints.js';
import type { DebugSession } from '../core/session.js';
import { checkExpression } from '../core/values.js';
import { breakpointText } from '../text/stop.js';
import { addressOf, locate, type Args, type DebugCommand } from './command.js';

const WATCH_SIZES = ['1', '2', '4', '8'];

export const STOPS: readonly DebugCommand[] = [
  {
    names: ['break', 'b'], takes: 'LOCATION|stall|migration|page ADDRESS ...',
    completes: ['locations', ['vcpu', 'if'], 'vcpus', ['if']], summary: 'stop before an instruction, or when something happens',
    help: [
      'break LOCATION [vcpu N] [if EXPRESSION], break stall [vcpu N], break migration [vcpu N], break page ADDRESS',
      'LOCATION    before the instruction there: a label, file:line, a line of the file where the vCPU is, 0xaddress',
      'stall       when an access finds no right to its page',
      'migration   when a vCPU leaves its node',
      'page        when anything happens to the page of the address: a stall, a message, a move',
      'vcpu N      for that vCPU only',
      'if ...      if the expression is not 0 then, with the registers of the vCPU that comes there',
    ],
    run: (args, { session }) => {
      const trigger = triggerOf(args, session);
      args.end();
      return added(session, trigger);
    },
  },
  {
    names: ['watch'], takes: 'ADDRESS [BYTES]', completes: ['names', WATCH_SIZES],
    summary: 'stop when a store changes memory there',
    help: ['ADDRESS is an expression; BYTES is 1, 2, 4 or 8, and 8 if not given. Stops after the store, whoever made it.'],
    run: (args, { session }) => {
      const words = args.rest('an address').split(' ');
      const sized = words.length > 1 && WATCH_SIZES.includes(words[words.length - 1]!);
      const bytes = sized ? Number(words.pop()) : 8;
      return added(session, { kind: 'watch', address: addressOf(words.join(' '), bytes, session), bytes });
    },
  },
  {
    names: ['delete', 'd'], takes: '[NUMBER]', completes: ['breakpoints'], summary: 'remove a breakpoint, or all',
    run: (args, { session: { breakpoints } }) => {
      if (args.left === 0) breakpoints.clear();
      else {
        const known = breakpoints.list.map(({ id }) => id);
        const id = args.number('NUMBER', 1, Number.MAX_SAFE_INTEGER);
        args.end();
        const hint = known.length > 0 ? `there are: ${known.join(', ')}` : 'there is none';
        if (!breakpoints.remove(id)) fail(`there is no breakpoint ${id}`, undefined, hint);
      }
      return { lines: [] };
    },
  },
];

export function breakpointLines(session: DebugSession): string[] {
  const lines = session.breakpoints.list.map((breakpoint) => breakpointText(breakpoint, session));
  return lines.length > 0 ? lines : ['there are no breakpoints'];
}

function triggerOf(args: Args, session: DebugSession): Trigger {
  const what = args.next('what to stop at');
  switch (what) {
    case 'stall': case 'migration': return { kind: what, vcpu: args.vcpu(session) };
    case 'page': {
      const address = addressOf(args.rest('an address'), 1, session);
      return { kind: 'page', page: Math.floor(address / session.server.scenario.machine.pageBytes) };
    }
    default: {
      const address = locate(what, session);
      const vcpu = args.vcpu(session);
      const condition = args.keyword('if') ? args.rest('an expression') : null;
      if (condition !== null) checkExpression(condition, session.server, session.places);
      return { kind: 'address', address, vcpu, condition };
    }
  }
}

function added(session: DebugSession, trigger: Trigger): { readonly lines: readonly string[] } {
  return { lines: [breakpointText(session.breakpoints.add(trigger, session.server), session)] };
}
