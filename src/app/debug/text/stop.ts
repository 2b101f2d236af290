// Where a move ended and why, as text.
import type { Paint } from '../../../study/report/paint.js';
import { grouped } from '../../../study/report/figures.js';
import type { Breakpoint, Hit, Trigger } from '../core/breakpoints.js';
import { codeRow } from '../core/code.js';
import { vcpuRow, type VcpuRow } from '../core/look.js';
import type { Places } from '../core/places.js';
import type { DebugSession, Stop } from '../core/session.js';
import type { Spin, SpinLoop } from '../core/spin.js';
import { SPIN_BOUND } from '../core/spin.js';
import { timeHerePs } from '../core/step.js';
import { pageText } from './story.js';
import { addressText, hexOf, labelledText, placeText, stepText, timeText, vcpusText } from './words.js';

export function stopLines(stop: Stop, session: DebugSession, paint: Paint): string[] {
  switch (stop.why) {
    case 'hit': return stop.hits.map((hit) => paint.title(hitText(hit, session)));
    case 'spin': return spinLines(stop.spin!).map((line, i) => (i === 0 ? paint.bad(line) : line));
    case 'end': return endLines(session).map((line) => paint.title(line));
    case 'beginning': return [paint.title('the beginning of the run')];
    case 'interrupted': return [paint.title('interrupted')];
    case 'done': return [];
  }
}

/** Position, time, the current vCPU, its instruction. */
export function whereLines(session: DebugSession, paint: Paint): string[] {
  const { server, position, vcpu } = session;
  const row = vcpuRow(server, vcpu, session.places);
  return [
    `${stepText(position)} at ${timeText(timeHerePs(server))}: vCPU ${vcpu}, ${stateText(row, session)}`,
    `  ${instructionText(row, session, paint)}`,
  ];
}

function instructionText({ pc, place }: VcpuRow, { server, places }: DebugSession, paint: Paint): string {
  const { address, symbol, source } = place;
  if (pc >= BigInt(server.isa.memory.high)) return `${hexOf(pc)}  ${paint.title('outside memory')}`;
  const { text } = codeRow(server, address, places);
  return `${paint.dim(`${source === undefined ? '' : `${source}  `}${labelledText(address, symbol)}`)}  ${paint.title(text)}`;
}

function stateText({ state, node, core, stall }: VcpuRow, { places, server }: DebugSession): string {
  const page = (number: number): string => pageText(number, places, server.scenario.machine.pageBytes);
  switch (state) {
    case 'unstarted': return `not yet started, on node ${node}`;
    case 'ready': return `waiting for a core of node ${node}`;
    case 'running': return `running on core ${core} of node ${node}`;
    case 'waiting': return stall?.remote ? `on node ${node}, waiting for the owner of ${page(stall.page)} to do its ${stall.kind}`
      : `on node ${node}, waiting for ${stall ? page(stall.page) : 'a page'}`;
    case 'moving': return `on its way from node ${node}`;
    case 'halted': return `halted on node ${node}`;
  }
}

function triggerText(trigger: Trigger, places: Places, pageBytes: number): string {
  const who = 'vcpu' in trigger && trigger.vcpu !== null ? ` of vCPU ${trigger.vcpu}` : '';
  switch (trigger.kind) {
    case 'address': {
      const condition = trigger.condition === null ? '' : ` if ${trigger.condition}`;
      return `${placeText(places.at(trigger.address))}${who}${condition}`;
    }
    case 'stall': return `stall${who}`;
    case 'migration': return `migration${who}`;
    case 'page': return pageText(trigger.page, places, pageBytes);
    case 'watch': return `${trigger.bytes} bytes at ${addressText(trigger.address, places.symbol(trigger.address))}`;
  }
}

export function breakpointText({ id, trigger }: Breakpoint, { places, server }: DebugSession): string {
  const what = triggerText(trigger, places, server.scenario.machine.pageBytes);
  return trigger.kind === 'watch' ? `watchpoint ${id}: ${what}` : `breakpoint ${id}: ${what}`;
}

function hitText({ breakpoint, vcpu, change }: Hit, session: DebugSession): string {
  const text = breakpointText(breakpoint, session);
  const named = 'vcpu' in breakpoint.trigger && breakpoint.trigger.vcpu !== null;
  const who = vcpu === null || named ? '' : `, vCPU ${vcpu}`;
  return change ? `${text}${who}: ${change.from} becomes ${change.to}` : `${text}${who}`;
}

function endLines({ server, position }: DebugSession): string[] {
  const { end, exitCode, message } = server.ending!;
  const how = {
    exit: `the guest has ended: exit ${exitCode}`, limit: 'the limit is reached', failed: 'the server has failed',
  }[end];
  return [`${how}${message === null ? '' : `, ${message}`}, after ${grouped(position)} steps`];
}

/** `all vCPUs spin at locks.s:41 (...)`, and what they look at. */
export function spinLines({ certain, halted, loops }: Spin): string[] {
  const live = loops.reduce((sum, { vcpus }) => sum + vcpus.length, 0);
  const one = live === 1;
  const verb = certain ? (one ? 'spins' : 'spin') : one ? 'seems to spin' : 'seem to spin';
  const who = halted === 0 ? (one ? 'the only vCPU' : 'all vCPUs')
    : one ? `the only vCPU that has not halted, vCPU ${loops[0]!.vcpus[0]!},`
      : `all vCPUs that have not halted, ${live} of ${live + halted},`;
  const head = loops.length === 1 ? `${who} ${verb} at ${placeText(loops[0]!.place)}`
    : `${who} ${verb}: ${loops.map(({ vcpus, place }) => `${vcpusText(vcpus)} at ${placeText(place)}`).join('; ')}`;
  const why = certain ? 'no store will ever change what they look at'
    : `for ${grouped(SPIN_BOUND)} instructions ${one ? '' : 'each '}no store has changed memory`;
  return [head, ...loops.flatMap(wordLines), `  ${why}`];
}

function wordLines({ vcpus, words }: SpinLoop): string[] {
  return words.map(({ address, symbol, value }) => (
    `  ${vcpusText(vcpus)} ${vcpus.length === 1 ? 'looks' : 'look'} at ${addressText(address, symbol)}, which holds ${value}`));
}
