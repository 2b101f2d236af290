// Commands that show code, memory and values.
import { signed } from '../../../base/bits.js';
import { fail } from '../../../base/diagnostics.js';
import { codeRows, linesBefore } from '../core/code.js';
import { readGuest, readNumber } from '../core/guest-memory.js';
import { registerRows, vcpuRow } from '../core/look.js';
import type { DebugSession } from '../core/session.js';
import { codeLines, memoryLines, sourceLines, type MemoryFormat } from '../text/code.js';
import { registerTable } from '../text/tables.js';
import { hexOf } from '../text/words.js';
import { addressOf, locate, valueOf, type Args, type Context, type DebugCommand } from './command.js';

const CODE_BEFORE = 4;
const CODE_ROWS = 12;
const SOURCE_AROUND = 5;
const MAX_UNITS = 4096;
const MAX_STRING = 256;
/** Numbers up to this are taken for addresses that a label may be near to. */
const MAX_ADDRESS = 2n ** 52n;

export const VALUES: readonly DebugCommand[] = [
  {
    names: ['registers', 'r'], takes: '[VCPU]', completes: ['vcpus'], summary: 'registers of a vCPU',
    run: (args, context) => ({ lines: registers(args, context) }),
  },
  {
    names: ['print', 'p'], takes: 'EXPRESSION', completes: ['names'], summary: 'value of an expression',
    help: ['Registers of the current vCPU, labels, numbers, m8[..] m16[..] m32[..] m64[..] for memory, and the operators of C.'],
    run: (args, { session }) => ({ lines: [printed(args.rest('an expression'), session)] }),
  },
  {
    names: ['x'], takes: '[/FORMAT] ADDRESS', completes: ['names'], summary: 'memory, and which node holds it',
    help: [
      'FORMAT is a count, a letter and a unit, as in x/4xg grid_a. Letters: x hexadecimal, d signed, u unsigned, c character,',
      's string, a address, i instruction. Units: b, h, w, g for 1, 2, 4, 8 bytes. ADDRESS is an expression.',
      "The bytes are those of the page's owner.",
    ],
    run: (args, context) => ({ lines: memory(args, context) }),
  },
  {
    names: ['disassemble', 'disas'], takes: '[LOCATION] [COUNT]', completes: ['locations'],
    summary: 'instructions, with their source lines',
    help: ['What lies in memory now; a store may have changed it.'],
    run: (args, context) => ({ lines: disassembly(args, context) }),
  },
  {
    names: ['list', 'l'], takes: '[LOCATION]', completes: ['locations'], summary: 'source text',
    run: (args, context) => ({ lines: source(args, context) }),
  },
];

export function registers(args: Args, { session }: Context): readonly string[] {
  const vcpu = args.left > 0 ? args.vcpu(session) ?? args.vcpuNumber(session) : session.vcpu;
  args.end();
  return registerTable(registerRows(session.server, vcpu), session.places);
}

function printed(text: string, session: DebugSession): string {
  const value = valueOf(text, session);
  const symbol = value > 0n && value < MAX_ADDRESS ? session.places.symbol(Number(value)) : undefined;
  const plain = value > 0n ? signed(64, value) : value;
  return `${text} = ${plain} (${hexOf(BigInt.asUintN(64, value))}${symbol === undefined ? '' : `, ${symbol}`})`;
}

function memory(args: Args, { session, paint }: Context): readonly string[] {
  const { server, places } = session;
  const { format, count, bytes } = memoryFormat(args.words[0]?.startsWith('/') ? args.next('a format') : '/');
  const text = args.rest('an address');
  if (format === 's') return [stringAt(addressOf(text, 1, session), session)];
  if (format === 'i') {
    return codeLines(codeRows(server, addressOf(text, 1, session), count, places), pcOfCurrent(session), places, paint);
  }
  const address = addressOf(text, count * bytes, session);
  return memoryLines(readGuest(server, address, count * bytes), { format, bytes }, places);
}

interface Format {
  readonly count: number;
  readonly format: MemoryFormat['format'] | 's' | 'i';
  readonly bytes: number;
}

/** `/4xg`: how often, how, in units of 1, 2, 4 or 8 bytes (b, h, w, g). */
function memoryFormat(text: string): Format {
  const match = /^\/(\d*)([xducsai]?)([bhwg]?)$/.exec(text) ?? /^\/(\d*)()([bhwg]?)([xducsai])$/.exec(text);
  if (!match) return fail(`x: expected a format such as /4xg, not "${text}"`, undefined, 'see help x');
  const format = (match[2] || (match[4] ?? 'x')) as Format['format'];
  const count = match[1] === '' ? 1 : Number(match[1]);
  if (count < 1 || count > MAX_UNITS) fail(`x: expected a count from 1 to ${MAX_UNITS}, not ${match[1]}`);
  return { count, format, bytes: match[3] === '' ? (format === 'c' ? 1 : 8) : { b: 1, h: 2, w: 4, g: 8 }[match[3]!]! };
}

function stringAt(address: number, { server }: DebugSession): string {
  const bytes: number[] = [];
  while (bytes.length < MAX_STRING && address + bytes.length < server.isa.memory.high) {
    const byte = Number(readNumber(server, address + bytes.length, 1));
    if (byte === 0) break;
    bytes.push(byte);
  }
  return `${hexOf(address)}: ${JSON.stringify(new TextDecoder().decode(Uint8Array.from(bytes)))}`;
}

function disassembly(args: Args, { session, paint }: Context): readonly string[] {
  const { places, server } = session;
  const pc = pcOfCurrent(session);
  const at = args.left > 0 ? locate(args.next('a location'), session)
    : linesBefore(addressOf('pc', 1, session), CODE_BEFORE, places);
  const count = args.left === 0 ? CODE_ROWS : args.number('COUNT', 1, MAX_UNITS);
  args.end();
  return codeLines(codeRows(server, at, count, places), pc, places, paint);
}

function source(args: Args, { session, paint }: Context): readonly string[] {
  const { places } = session;
  const pc = pcOfCurrent(session);
  const at = args.left > 0 ? locate(args.next('a location'), session) : pc;
  args.end();
  const [, path, line] = /^(.*):(\d+)$/.exec(places.at(at).source ?? fail(`no line of the program made ${hexOf(at)}`))!;
  const here = places.at(pc).source === places.at(at).source ? Number(line) : -1;
  const lines = places.lines(path!, Number(line) - SOURCE_AROUND, Number(line) + SOURCE_AROUND);
  return [`${path}:`, ...sourceLines(lines, here, paint)];
}

function pcOfCurrent({ server, vcpu, places }: DebugSession): number {
  return vcpuRow(server, vcpu, places).place.address;
}
