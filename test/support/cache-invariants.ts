// What must hold of the caches of a machine after every access, whoever made it.
import type { MemorySystem } from '../../src/guest/machine/memory.js';
import { HOLDER, SEVERAL, WRITTEN } from '../../src/guest/machine/caches.js';
import type { Arena } from '../../src/guest/machine/arena.js';

/** In words, what does not hold of these lines. */
export function cacheFaults(arena: Arena, memory: MemorySystem, lines: readonly number[]): string[] {
  const { caches, lines: l1, nodeOf, tables, shape } = memory;
  if (!caches) return [];
  const { u32 } = arena;
  const faults: string[] = [];
  const linesPerPage = arena.shape.pageBytes / shape.core.lineBytes;
  const cores = nodeOf.map((_, core) => core);
  for (const line of lines) {
    const fault = (text: string): void => { faults.push(`line ${line}: ${text}`); };
    const held = cores.map((core) => ({
      l1: l1.holds(core, line) ? { writable: l1.writable(core, line) } : undefined,
      l2: (caches.l2[core]?.find(line) ?? -1) >= 0 ? { writable: caches.mayStore(core, line) } : undefined,
    }));
    const entries = caches.llc.map((llc) => llc.find(line));
    const present = entries.flatMap((at, node) => (at >= 0 ? [node] : []));
    held.forEach((of, core) => {
      const node = nodeOf[core]!;
      if (of.l1 && caches.l2.length > 0 && !of.l2) fault(`core ${core} has it in L1 and not in L2`);
      if (of.l1 && of.l2 && of.l1.writable !== of.l2.writable) fault(`L1 and L2 of core ${core} differ in the right to store`);
      const holds = of.l1 ?? of.l2;
      if (!holds) return;
      const at = entries[node]!;
      if (at < 0) {
        fault(`core ${core} has it and the LLC of node ${node} lacks it`);
        return;
      }
      const holder = u32[at + 4]! & HOLDER;
      if (holder !== SEVERAL && holder !== core + 1) fault(`core ${core} has it and node ${node} notes ${holder}`);
      if (!holds.writable) return;
      if (holder !== core + 1) fault(`core ${core} may store to it and node ${node} notes ${holder}`);
      if (cores.some((other) => other !== core && nodeOf[other] === node && (held[other]!.l1 || held[other]!.l2))) fault(`core ${core} may store to it, and others hold it`);
      if (!tables[node]!.has(Math.floor(line / linesPerPage)) || tables[node]!.offsetOf(Math.floor(line / linesPerPage), true) < 0) fault(`core ${core} may store to it, and node ${node} not to its page`);
      if (!shape.sharedLines) return;
      if ((u32[at + 4]! & WRITTEN) === 0) fault(`core ${core} may store to it, and node ${node} has not noted a store`);
      if (present.length > 1) fault(`core ${core} may store to it, and nodes ${present.join()} have it`);
    });
    for (const node of present) {
      const at = entries[node]!;
      if (!tables[node]!.has(Math.floor(line / linesPerPage))) fault(`node ${node} has it and not its page`);
      if (shape.sharedLines && present.length > 1) {
        if ((u32[at]! & 1) === 0) fault(`nodes ${present.join()} have it, and node ${node} believes to be alone`);
        if ((u32[at + 4]! & WRITTEN) !== 0) fault(`nodes ${present.join()} have it, and node ${node} has written it`);
      }
      if (!shape.sharedLines && ((u32[at]! & 1) === 1 || (u32[at + 4]! & WRITTEN) !== 0)) fault(`node ${node} notes what only shared lines have`);
    }
  }
  return [...faults, ...setFaults(arena, memory)];
}

/** No line twice in a set, and the empty places last. */
function setFaults({ u32 }: Arena, { caches }: MemorySystem): string[] {
  return [...caches!.l2, ...caches!.llc].flatMap(({ offset, sets, words }, i) => Array.from({ length: sets }, (_, set) => {
    const tags = [0, 1, 2, 3].map((way) => u32[(offset >>> 2) + words * set + way]! >>> 1);
    const used = tags.filter((tag) => tag > 0);
    const sound = new Set(used).size === used.length && tags.slice(used.length).every((tag) => tag === 0);
    return sound ? [] : [`cache ${i}, set ${set}: ${tags.join()}`];
  })).flat();
}
