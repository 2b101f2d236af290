// Copies of the arena: they hold what is state, share what has not changed, and can be put back where slots begin elsewhere.
import { copyPlain } from '../../../src/base/plain.js';
import { TestMachine } from '../../support/machine.js';

const PAGE = 4096;
/** Enough for a node's page table to outgrow its first place, twice. */
const PAGES = 600;

/** A machine whose node 0 holds pages, each of which begins with its number. */
function filled(prepare: (machine: TestMachine) => void = () => {}): TestMachine {
  const machine = new TestMachine({ nodes: 2 });
  prepare(machine);
  for (let page = 0; page < PAGES; page++) {
    machine.give(0, page);
    machine.memory.writeBytes(0, page * PAGE, 4, BigInt(page));
    machine.load(0, page * PAGE);
  }
  machine.mapRemote(1, 7, 0);
  return machine;
}

function putBack(from: TestMachine, to: TestMachine): void {
  const shift = to.arena.copyIn(from.arena.copyOut());
  to.memory.restore(copyPlain(from.memory.toState()), shift);
}

it.each([0, 25 * PAGE])('an arena with %d more bytes before its slots goes on as the first one', (bytes) => {
  const first = filled();
  const second = new TestMachine({ nodes: 2 });
  second.arena.takeDerived(bytes);
  putBack(first, second);
  expect(second.arena.slotOffset(0) - first.arena.slotOffset(0)).toBe(bytes);
  for (const machine of [first, second]) {
    machine.memory.tables[0]!.delete(3);
    machine.give(0, PAGES);
    machine.memory.writeBytes(0, PAGES * PAGE, 4, BigInt(PAGES));
  }
  for (let page = 0; page <= PAGES; page++) {
    expect(second.memory.tables[0]!.get(page)).toEqual(first.memory.tables[0]!.get(page));
    if (page !== 3) expect(second.memory.readBytes(0, page * PAGE, 4)).toBe(BigInt(page));
  }
  expect(second.memory.readBytes(1, 7 * PAGE, 4)).toBe(7n);
  expect(second.load(0, PAGES * PAGE)).toEqual(first.load(0, PAGES * PAGE));
  expect(second.memory.harvestMisses(0, 5)).toBe(first.memory.harvestMisses(0, 5));
});

it('holds no free slot, and nothing that follows from other state', () => {
  const machine = filled(({ memory }) => memory.lines.fast.use());
  const before = machine.arena.copyOut();
  const slot = machine.arena.takeSlot();
  machine.arena.u8.fill(1, machine.arena.slotOffset(slot), machine.arena.slotOffset(slot + 1));
  machine.arena.freeSlot(slot);
  const tags = machine.memory.lines.fast.coreOffset(0);
  machine.arena.u8.fill(1, tags, tags + 32);
  const after = machine.arena.copyOut(before);
  expect(after.chunks.filter((chunk, i) => chunk !== (before.chunks[i] ?? null))).toEqual([]);
});

it('has a chunk of its own for what changed alone', () => {
  const machine = filled();
  const before = machine.arena.copyOut();
  machine.memory.writeBytes(0, 9 * PAGE + 100, 1, 1n);
  const after = machine.arena.copyOut(before);
  expect(after.chunks.filter((chunk, i) => chunk !== before.chunks[i])).toHaveLength(1);
  putBack(machine, machine);
  expect(machine.memory.readBytes(0, 9 * PAGE + 100, 1)).toBe(1n);
});
