// Values of expressions in a running guest: registers of a vCPU, labels, memory as its owners hold it.
import { fail } from '../../../base/diagnostics.js';
import type { Server } from '../../../server/server.js';
import { parseExpression, type Expression } from './expression.js';
import { readNumber } from './guest-memory.js';
import { registerRows } from './look.js';
import type { Places } from './places.js';

export function valueFor(text: string, vcpu: number, server: Server, places: Places): bigint {
  const { files, registerNames, memory } = server.isa;
  const rows = new Map(registerRows(server, vcpu).map(({ name, value }) => [name, value]));
  return checkExpression(text, server, places)({
    value: (name) => {
      const place = registerNames.get(name);
      return rows.get(place ? files[place.file]!.names[place.index]! : name) ?? BigInt(places.image.symbols.get(name)!);
    },
    memory: (address, bytes) => readNumber(server, checkedAddress(address, bytes, memory.high), bytes),
  });
}

/** An InputError if the text is no expression, or names what there is not. What it is worth depends on the vCPU. */
export function checkExpression(text: string, { isa }: Server, { image, labels }: Places): Expression {
  return parseExpression(text, {
    has: (name) => name === 'pc' || isa.registerNames.has(name) || image.symbols.has(name),
    names: () => ['pc', ...isa.registerNames.keys(), ...labels],
  });
}

/** The value as an address of `bytes` bytes of a guest whose memory ends at `high`. */
export function checkedAddress(value: bigint, bytes: number, high: number): number {
  if (value >= 0n && value + BigInt(bytes) <= BigInt(high)) return Number(value);
  const shown = value < 0n ? String(value) : `0x${value.toString(16)}`;
  return fail(`${shown} is outside the guest's memory, which ends at 0x${high.toString(16)}`);
}
