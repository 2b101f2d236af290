// Whether what a file holds is the state of a server of this build: the records have the fields that a server's have at its
// start, and the arena's parts their sizes. So a file of a build with other state is refused, before anything runs.
import { fail } from '../base/diagnostics.js';
import { isRecord } from '../base/plain.js';
import { machinePreset } from './fabric/presets.js';
import { createServer } from './server.js';
import type { Snapshot } from './snapshot.js';

/** All machines have the same fields. */
const ANY_MACHINE = 'sds-ethernet-25g';

/** The snapshot itself; an InputError, naming `path`, if no server here can be put back to it. */
export function checkState(snapshot: Snapshot, path: string): Snapshot {
  const check = (faults: readonly string[]): void => {
    if (faults.length > 0) fail(`the snapshot ${path} does not fit: another build wrote it`, undefined, faults.slice(0, 3).join('; '));
  };
  check(differentFields(machinePreset(ANY_MACHINE), snapshot.scenario.machine, 'machine'));
  const start = createServer(snapshot).snapshot();
  check(differentFields(start.state, snapshot.state, 'state'));
  check(arenaFaults(start, snapshot));
  return snapshot;
}

/** Where `found` has not the shape of `expected`. What is empty or null there tells nothing. */
function differentFields(expected: unknown, found: unknown, path: string): string[] {
  if (typeof expected !== 'object' || expected === null) return [];
  if (typeof found !== 'object' || found === null || Array.isArray(expected) !== Array.isArray(found)
    || kindOf(expected) !== kindOf(found)) return [`${path}: expected ${kindOf(expected)}`];
  const elements = expected instanceof Map ? expected.values() : Array.isArray(expected) ? expected : undefined;
  if (elements) {
    const example = [...elements].find((each) => typeof each === 'object' && each !== null);
    for (const each of (found as Map<unknown, unknown>).values()) {
      const faults = typeof each === 'object' && each !== null ? differentFields(example, each, `${path}[]`) : [];
      if (faults.length > 0) return faults;
    }
    return [];
  }
  // Events and messages: one kind tells nothing of another. What a policy remembers is its own.
  if (!isRecord(expected) || 'kind' in expected) return [];
  const record = found as Readonly<Record<string, unknown>>;
  const added = Object.keys(record).filter((key) => !(key in expected));
  if (added.length > 0) return [`${path}: no field ${added[0]!} here`];
  return Object.keys(expected).flatMap((key) => {
    if (!(key in record)) return [`${path}: its field ${key} is missing`];
    return key === 'policy' ? [] : differentFields(expected[key], record[key], `${path}.${key}`);
  });
}

function kindOf(value: object): string {
  return isRecord(value) ? 'a record' : `a ${value.constructor.name}`;
}

function arenaFaults(start: Snapshot, { arena: { state, chunks }, scenario }: Snapshot): string[] {
  const fields = differentFields(start.arena.state, state, 'arena');
  if (fields.length > 0) return fields;
  const free = new Set(state.freeSlots);
  const fixed = start.arena.chunks.length - start.arena.state.usedSlots;
  const fits = chunks.length === fixed + state.usedSlots && chunks.every((chunk, i) => (i < fixed
    ? chunk?.length === start.arena.chunks[i]!.length
    : (chunk?.length ?? -1) === (free.has(i - fixed) ? -1 : scenario.machine.pageBytes)));
  return fits ? [] : ['arena: other parts'];
}
