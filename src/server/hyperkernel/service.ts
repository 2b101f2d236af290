// Remote service of one access: the owner performs it once on its own frame, for a vCPU of another node (SEMANTICS 17).
import type { PageRequest } from './messages.js';
import type { NodeParts } from './node.js';

/** Performs the request's access; returns what it yields: the value read, the old value of an rmw, the value stored. */
export function performService(node: NodeParts, request: PageRequest): bigint {
  const { arena, engine, memory } = node.hardware;
  const { kind, address, bytes, value, update } = request.service!;
  const host = arena.slotOffset(node.frames.slotOf(request.page)!) + (address % arena.shape.pageBytes);
  memory.serve(node.node, address, bytes, kind !== 'read');
  const old = readLittleEndian(arena.u8, host, bytes);
  if (kind === 'read') return old;
  const stored = kind === 'write' ? value! : engine.applyUpdate(update!, old);
  if (stored !== old) memory.watch?.changed(address, bytes);
  memory.codeWatcher?.stored(address, bytes);
  arena.stored(host, bytes);
  writeLittleEndian(arena.u8, host, bytes, stored);
  return kind === 'write' ? value! : old;
}

function readLittleEndian(bytes: Uint8Array, at: number, count: number): bigint {
  let value = 0n;
  for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i]!);
  return value;
}

function writeLittleEndian(bytes: Uint8Array, at: number, count: number, value: bigint): void {
  for (let i = 0; i < count; i++) bytes[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}
