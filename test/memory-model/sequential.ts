// Is a history sequentially consistent (Lamport, "How to Make a Multiprocessor Computer That Correctly Executes Multiprocess
// Programs", IEEE Trans. Computers 1979): is there one order of all accesses that keeps each vCPU's own and in which every
// access finds what the last one before it left?
//
// `findOrder` asks values and program order alone. That is NP-complete in general (Gibbons and Korach, "Testing Shared
// Memories", SIAM J. Comput. 1997); for P vCPUs with N accesses each there are at most (N + 1)^P positions, each with the
// contents of memory that lead there, so it serves for small histories. `brokenAt` is linear: it is shown an order.
import type { Access, History } from './history.js';

/** Accesses to a word of another size would overlap: words are told apart by their address alone. */
type Words = Map<number, bigint>;

/** Vast for a litmus test, and minutes for nothing. */
const MAX_POSITIONS = 2_000_000;

/** Memory is zeros at first where `initial` says nothing. An order of the accesses, or undefined if none explains them. */
export function findOrder(history: History, initial: Words = new Map()): Access[] | undefined {
  checkWords(history.flat());
  const tried = new Set<string>();
  const order: Access[] = [];
  const done = history.map(() => 0);
  const memory: Words = new Map(initial);

  /** Tries all ways on from here; leaves everything as it was if there is none. */
  function search(): boolean {
    const taken = takeReads();
    if (done.every((count, vcpu) => count === history[vcpu]!.length)) return true;
    const key = `${done.join()} ${[...memory].filter(([, value]) => value !== 0n).sort(([a], [b]) => a - b).join()}`;
    if (!tried.has(key)) {
      if (tried.size >= MAX_POSITIONS) throw new RangeError(`more than ${MAX_POSITIONS} positions to try`);
      tried.add(key);
      for (const vcpu of history.keys()) if (writeOf(vcpu)) return true;
    }
    for (const vcpu of taken.reverse()) {
      done[vcpu]!--;
      order.pop();
    }
    return false;
  }

  /** A load that finds its value now need not come later: it changes nothing for anybody. */
  function takeReads(): number[] {
    const taken: number[] = [];
    for (let again = true; again;) {
      again = false;
      for (const [vcpu, accesses] of history.entries()) {
        for (let next = accesses[done[vcpu]!]; next && next.left === undefined && fits(next, memory); next = accesses[done[vcpu]!]) {
          order.push(next);
          done[vcpu]!++;
          taken.push(vcpu);
          again = true;
        }
      }
    }
    return taken;
  }

  function writeOf(vcpu: number): boolean {
    const next = history[vcpu]![done[vcpu]!];
    if (!next || next.left === undefined || !fits(next, memory)) return false;
    const before = memory.get(next.address);
    order.push(next);
    done[vcpu]!++;
    memory.set(next.address, next.left);
    if (search()) return true;
    if (before === undefined) memory.delete(next.address);
    else memory.set(next.address, before);
    done[vcpu]!--;
    order.pop();
    return false;
  }

  return search() ? order : undefined;
}

/**
 * The first access, in words, that does not fit the order in which the accesses took place; undefined if all fit. That
 * order must keep each vCPU's own. Bytes are looked at one by one, so accesses may overlap.
 */
export function brokenAt(history: History, initial: (address: number) => bigint = () => 0n): string | undefined {
  for (const accesses of history) {
    const late = accesses.findIndex((access, i) => i > 0 && access.at <= accesses[i - 1]!.at);
    if (late >= 0) return `vCPU ${accesses[late]!.vcpu}: its access ${late} took place before the one before it`;
  }
  const memory = new Map<number, bigint>();
  const byte = (address: number): bigint => memory.get(address) ?? initial(address);
  for (const access of history.flat().sort((a, b) => a.at - b.at)) {
    const { vcpu, address, bytes, found, left } = access;
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | byte(address + i);
    if (found !== undefined && found !== value) return `vCPU ${vcpu} found ${found} at 0x${address.toString(16)}, where ${value} was`;
    if (left !== undefined) for (let i = 0; i < bytes; i++) memory.set(address + i, (left >> BigInt(8 * i)) & 0xffn);
  }
  return undefined;
}

/** The accesses to words that more than one vCPU accesses and somebody stores to: the others cannot matter to an order. */
export function sharedPart(history: History): History {
  const users = new Map<number, Set<number>>();
  const stored = new Set<number>();
  for (const { vcpu, address, left } of history.flat()) {
    users.set(address, (users.get(address) ?? new Set()).add(vcpu));
    if (left !== undefined) stored.add(address);
  }
  return history.map((accesses) => accesses.filter(({ address }) => users.get(address)!.size > 1 && stored.has(address)));
}

function fits({ address, found }: Access, memory: Words): boolean {
  return found === undefined || found === (memory.get(address) ?? 0n);
}

function checkWords(accesses: readonly Access[]): void {
  const odd = accesses.find(({ address, bytes }) => bytes !== 8 || address % 8 !== 0);
  if (odd) throw new RangeError(`an access of ${odd.bytes} bytes at 0x${odd.address.toString(16)} is not of a whole word`);
}
