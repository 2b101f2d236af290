// Commands that show the server: vCPUs, pages, messages, nodes.
import { fail } from '../../../base/diagnostics.js';
import { knownPages, pageRow } from '../core/guest-memory.js';
import { messageRows, nodeRow, vcpuRow } from '../core/look.js';
import { timeHerePs } from '../core/step.js';
import { whereLines } from '../text/stop.js';
import { messageTable, nodeTable, pageTable, vcpuTable } from '../text/tables.js';
import { hexOf } from '../text/words.js';
import { addressOf, type Args, type Context, type DebugCommand } from './command.js';
import { breakpointLines } from './stops.js';
import { registers } from './values.js';

type Draw = (args: Args, context: Context) => readonly string[];

const MAX_PAGES = 64;

const INFO: Readonly<Record<string, Draw>> = {
  breakpoints: (args, { session }) => {
    args.end();
    return breakpointLines(session);
  },
  vcpus, threads: vcpus, registers, pages, messages, nodes,
};

export const LOOKS: readonly DebugCommand[] = [
  { names: ['where', 'w'], takes: '', summary: 'the step, the time, the current vCPU and its instruction', run: shows(where) },
  { names: ['vcpus'], takes: '', summary: 'all vCPUs: node, core, state, place', run: shows(vcpus) },
  {
    names: ['vcpu', 'thread', 't'], takes: '[N]', completes: ['vcpus'], summary: 'make a vCPU the current one',
    run: shows((args, context) => {
      if (args.left > 0) context.session.vcpu = args.vcpuNumber(context.session);
      return where(args, context);
    }),
  },
  {
    names: ['pages'], takes: '[ADDRESS [ADDRESS]]', completes: ['names', 'names'],
    summary: 'pages: state, owner, copies, mappers, home, who waits',
    help: ['All that some node has heard of; or the page of an address; or those from one address to another.'],
    run: shows(pages),
  },
  { names: ['messages'], takes: '', summary: 'messages on their way', run: shows(messages) },
  { names: ['nodes'], takes: '', summary: 'nodes: cores, waiting vCPUs, frames', run: shows(nodes) },
  {
    names: ['info', 'i'], takes: Object.keys(INFO).join('|'), completes: [Object.keys(INFO)],
    summary: 'the breakpoints, or what the command of that name shows',
    run: shows((args, context) => {
      const what = args.next('what about');
      const found = Object.keys(INFO).find((name) => name.startsWith(what))
        ?? fail(`info: nothing is called "${what}"`, undefined, `there are: ${Object.keys(INFO).join(', ')}`);
      return INFO[found]!(args, context);
    }),
  },
];

function shows(draw: Draw): DebugCommand['run'] {
  return (args, context) => ({ lines: draw(args, context) });
}

function where(args: Args, { session, paint }: Context): readonly string[] {
  args.end();
  return whereLines(session, paint);
}

function vcpus(args: Args, { session }: Context): readonly string[] {
  args.end();
  return vcpuTable(session.server.vcpus.map(({ id }) => vcpuRow(session.server, id, session.places)), session.vcpu);
}

function pages(args: Args, { session }: Context): readonly string[] {
  const { server, places } = session;
  const { pageBytes } = server.scenario.machine;
  const pageOf = (text: string): number => Math.floor(addressOf(text, 1, session) / pageBytes);
  const from = args.left > 0 ? pageOf(args.next('an address')) : -1;
  const to = args.left > 0 ? pageOf(args.next('an address')) : from;
  args.end();
  const all = knownPages(server);
  const known = from < 0 ? all : from === to ? [from] : all.filter((page) => page >= from && page <= to);
  const lines = pageTable(known.slice(0, MAX_PAGES).map((page) => pageRow(server, page)), places, pageBytes);
  const next = known[MAX_PAGES];
  if (next === undefined) return lines;
  const last = known[known.length - 1]!;
  return [...lines, `... ${known.length - MAX_PAGES} more: pages ${hexOf(next * pageBytes)} ${hexOf(last * pageBytes)}`];
}

function messages(args: Args, { session }: Context): readonly string[] {
  args.end();
  return messageTable(messageRows(session.server), timeHerePs(session.server));
}

function nodes(args: Args, { session }: Context): readonly string[] {
  args.end();
  return nodeTable(session.server.kernels.map(({ node }) => nodeRow(session.server, node)));
}
