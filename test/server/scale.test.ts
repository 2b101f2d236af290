// What a stall costs in messages does not depend on how many nodes there are, only on how many share the page.
import { messagesPerStall, stallsOfSharing, type Sharing } from '../../bench/sharing.js';
import type { StallMessages } from '../../bench/stall-messages.js';
import type { ProtocolSpec } from '../../src/server/spec.js';

const GROUP = 4;

function stallsOn(nodes: number, machine: string, policy: string, protocol: Sharing['protocol'] = {}): readonly StallMessages[] {
  return stallsOfSharing({ nodes, machine, policy, protocol, group: GROUP, pages: 32, accesses: 200, pageBytes: 4096 });
}

const uncontended = (stalls: readonly StallMessages[]): StallMessages[] => stalls.filter(({ contended }) => !contended);

/** What is left after the invalidations and acknowledgements of the copies. */
const beyondCopies = ({ messages, copies }: StallMessages): number => messages - 2 * copies;

describe('messages of a stall', () => {
  it.each(['page', 'negotiate'])('are as many on 8 as on 16, 32 and 64 nodes, within 10 %% (%s)', (policy) => {
    const onEight = messagesPerStall(stallsOn(8, 'sds-ethernet-25g', policy));
    for (const nodes of [16, 32, 64]) {
      const ratio = messagesPerStall(stallsOn(nodes, 'sds-ethernet-25g', policy)) / onEight;
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    }
  });

  const choices: readonly Partial<ProtocolSpec>[] = [
    {}, { invalidation: 'serial' }, { readOwnership: 'move' }, { invalidation: 'serial', readOwnership: 'move' }, { transfer: 'diff' },
  ];
  it.each(['sds-ethernet-25g', 'numa-4s'].flatMap((machine) => choices.map((protocol) => ({ machine, protocol }))))(
    'are at most four and two for each copy, if nothing overlaps, and then a notice to the home ($machine, $protocol)',
    ({ machine, protocol }) => {
      for (const policy of ['page', 'negotiate', 'cost']) {
        const stalls = uncontended(stallsOn(16, machine, policy, protocol));
        expect(stalls.length).toBeGreaterThan(100);
        for (const stall of stalls) {
          expect(beyondCopies(stall) - stall.notices).toBeLessThanOrEqual(4);
          expect(stall.notices).toBeLessThanOrEqual(1);
        }
      }
    });

  it('reach that bound: a request by a stale hint, and copies that must end', () => {
    const stalls = uncontended(stallsOn(16, 'sds-ethernet-25g', 'negotiate'));
    expect(Math.max(...stalls.map((stall) => beyondCopies(stall) - stall.notices))).toBe(4);
    expect(Math.max(...stalls.map(({ copies }) => copies))).toBe(GROUP - 1);
  });
});
