// A program's items as bytes at addresses.
import { accepts, encode } from '../../src/guest/lang/encoding.js';
import { fitOperand, type Item, type Program, type Value } from './program.js';

export interface Code {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** The address that a value names. */
  resolve(value: Value): bigint;
}

export function layOut({ items, space }: Program): Code {
  const addresses = new Map<number, number>();
  let end = space.code;
  for (const { id, instruction } of items) {
    addresses.set(id, end);
    end += instruction.bits / 8;
  }
  const placeOf = (id: number): number => addresses.get(items.find((item) => item.id >= id)?.id ?? -1) ?? end;
  const resolve = (value: Value): bigint => (typeof value === 'bigint' ? value : BigInt(placeOf(value.to)));
  const bytes = new Uint8Array(end - space.code);
  for (const item of items) {
    const at = addresses.get(item.id)!;
    let word = wordOf(item, at, resolve);
    for (let i = 0; i < item.instruction.bits / 8; i++, word >>= 8n) bytes[at - space.code + i] = Number(word & 0xffn);
  }
  return { address: space.code, bytes, resolve };
}

/** A target out of reach becomes the nearest that can be written; one that the instruction does not accept, zero. */
function wordOf({ instruction, values }: Item, at: number, resolve: (value: Value) => bigint): bigint {
  const numbers = values.map((value, i) => {
    const operand = instruction.operands[i]!;
    if (typeof value === 'bigint') return value;
    return fitOperand(operand, resolve(value) - (operand.kind === 'pcrel' ? BigInt(at) : 0n));
  });
  return accepts(instruction, numbers) ? encode(instruction, numbers) : 0n;
}
