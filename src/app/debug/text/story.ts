// What happened, as sentences: stalls with what the policy said, messages, moves.
import type { StallNote } from '../../../server/observe.js';
import type { Happening } from '../core/happenings.js';
import type { Places } from '../core/places.js';
import type { MessageRow } from '../core/look.js';
import { addressText, hexOf, timeText } from './words.js';

/** What a policy means by the reasons that it gives. */
export interface PolicyWords {
  readonly name: string;
  meaningOf(reason: string): string;
}

const INDENT = '  ';
const TIME_COLUMN = 11;

export function happeningLines(happening: Happening, places: Places, policy: PolicyWords, pageBytes: number): string[] {
  const page = (number: number): string => pageText(number, places, pageBytes);
  switch (happening.what) {
    case 'stall': return stallLines(happening.stall, places, policy, pageBytes);
    case 'sent': {
      const { kind, detail, from, to, page: about, vcpu, reason, departPs, arrivePs } = happening.message;
      if (from === to) return [];
      const what = kind === 'vcpu' ? `vCPU ${vcpu} leaves node ${from} for node ${to}${why(reason, policy)}`
        : `node ${from} to node ${to}: ${messageText(kind, detail)}${about < 0 ? '' : `, ${page(about)}`}`;
      return [at(departPs, `${what}, arrives at ${timeText(arrivePs)}`)];
    }
    case 'page': return [at(happening.atPs, movedText(happening, page(happening.page)) + why(happening.reason, policy))];
    case 'vcpu': {
      const { vcpu, from, to, arrivePs } = happening;
      return [at(arrivePs, `vCPU ${vcpu} has come from node ${from} to node ${to}`)];
    }
    case 'mark': return [at(happening.atPs, `vCPU ${happening.vcpu} passes ${happening.name}`)];
    case 'output': return [];
  }
}

/** What a message brings that arrives. */
export function arrivalText({ kind, detail, from, to, page, vcpu }: MessageRow, places: Places, pageBytes: number): string {
  const what = vcpu < 0 && page < 0 ? 'about load' : page < 0 ? `vCPU ${vcpu}` : pageText(page, places, pageBytes);
  return `${messageText(kind, detail)} from node ${from} reaches node ${to}: ${what}`;
}

/** `request bring`. */
export function messageText(kind: string, detail: string): string {
  return detail === '' ? kind : `${kind} ${detail}`;
}

function stallLines(stall: StallNote, places: Places, policy: PolicyWords, pageBytes: number): string[] {
  const { vcpu, node, kind, address, page, owner, want, to, reason, place, placeReason, atPs } = stall;
  const access = kind === 'fetch' ? 'fetch' : kind === 'rmw' ? 'atomic update' : kind;
  const whose = owner < 0 ? `of which node ${node} has never heard`
    : owner === node ? `which node ${node} owns; others have copies`
    : `which node ${owner} owns, as far as node ${node} knows`;
  const lines = [at(atPs, `vCPU ${vcpu} stalls on node ${node}: ${access} of ${addressText(address, places.symbol(address))}`),
    at(undefined, `on page ${hexOf(page)}, ${whose}`)];
  const says = (text: string, because: string): void => {
    lines.push(at(undefined, `policy ${policy.name}: ${text}${why(because, policy)}`));
  };
  if (place >= 0) says(`if nobody has touched it, node ${place} gets it`, placeReason);
  says(want === 'move' ? `send the vCPU to node ${to}` : WANTS[want] ?? want, reason);
  return lines;
}

const WANTS: Readonly<Record<string, string>> = {
  bring: 'bring the page here', copy: 'bring a copy', map: 'map the page', service: 'let the owner do this access',
  locate: 'send the vCPU to the owner, once it is known', upgrade: 'end the copies',
};

function why(reason: string, policy: PolicyWords): string {
  if (reason === '') return '';
  const meaning = policy.meaningOf(reason);
  return meaning === '' ? ` (${reason})` : ` (${reason}: ${meaning})`;
}

function movedText(move: Extract<Happening, { what: 'page' }>, page: string): string {
  switch (move.kind) {
    case 'place': return `node ${move.to} makes ${page}`;
    case 'bring': return `${page} has come from node ${move.from} to node ${move.to}`;
    case 'own': return `${page} has come from node ${move.from} to node ${move.to}, and a copy stays`;
    case 'copy': return `a copy of ${page} has come from node ${move.from} to node ${move.to}`;
    case 'map': return `node ${move.to} maps ${page} of node ${move.from}`;
    case 'remote': return `node ${move.from} performs an access to ${page} for node ${move.to}`;
    case 'invalidate': return `node ${move.to} drops ${page}`;
    default: return `${move.kind} of ${page} from node ${move.from} to node ${move.to}`;
  }
}

/** `page 0x22 (grid_a)`. */
export function pageText(page: number, places: Places, pageBytes: number): string {
  const symbol = places.symbol(page * pageBytes);
  return symbol === undefined ? `page ${hexOf(page)}` : `page ${hexOf(page)} (${symbol})`;
}

function at(ps: number | undefined, text: string): string {
  return `${INDENT}${(ps === undefined ? '' : timeText(ps)).padStart(TIME_COLUMN)}  ${text}`;
}
