// Guest memory as the debugger shows it: the latest value of every word, wherever its page is.
import { holderOf, pageRow, readGuest, readNumber } from '../../../src/app/debug/core/guest-memory.js';
import { holderText } from '../../../src/app/debug/text/code.js';
import { sessionOf, type Debugging } from './debugging.js';

const LOCKS: Debugging = { program: 'programs/tiny/locks.s', defines: { ACCOUNTS: 2, TRANSFERS: 3 }, vcpus: '4', nodes: '3' };

it.each([
  ['page', 'sds-ethernet-25g'], ['vcpu', 'sds-ethernet-25g'], ['first-touch', 'sds-ethernet-25g'], ['cost', 'numa-4s'],
] as const)('a word changes by stores alone, however its page travels: %s on %s', (policy, machine) => {
  const session = sessionOf({ ...LOCKS, policy, machine });
  const { server, places } = session;
  const words = ['now_serving', 'last_waiter', 'accounts'].map((label) => places.image.symbols.get(label)!);
  const values = new Map(words.map((address) => [address, readNumber(server, address, 8)]));
  const seen = new Set<string>();
  let stores = 0;
  session.onStep = ({ changed, position }) => {
    for (const address of words) {
      const holder = holderOf(server, Math.floor(address / 4096));
      seen.add(holder.moving ? 'moving' : holder.node < 0 ? 'dormant' : 'held');
      const value = readNumber(server, address, 8);
      const stored = changed.some((access) => access.address < address + 8 && access.address + access.bytes > address);
      if (stored) stores++;
      expect([position, address, value !== values.get(address)]).toEqual([position, address, stored]);
      values.set(address, value);
    }
  };
  for (const work = session.continue(); !work.next().done;);
  expect(server.ending?.exitCode).toBe(0);
  expect(stores).toBeGreaterThan(8);
  if (policy === 'page') expect([...seen].sort()).toEqual(['dormant', 'held', 'moving']);
});

it('shows pages across which a value lies, zeros without a frame, and who waits', () => {
  const program = '_start: la t0, cell\n sd zero, 0(t0)\n halt\n .bss\n .align 4096\ncell: .space 4096\n';
  const session = sessionOf({ program, vcpus: '1', nodes: '1' });
  const { server } = session;
  const page = session.places.image.symbols.get('cell')! / 4096;
  expect(pageRow(server, page)).toMatchObject({ state: 'dormant', owner: -1, home: 0 });
  for (const work = session.goTo(5); !work.next().done;);
  expect(pageRow(server, page)).toMatchObject({ state: 'exclusive', owner: 0, waiters: [] });
  const across = readGuest(server, 4096 * page - 4, 8);
  expect(across.map(({ address, bytes }) => [address, bytes.length])).toEqual([[4096 * page - 4, 4], [4096 * page, 4]]);
  for (const work = session.goTo(Infinity); !work.next().done;);
  expect(server.kernels[0]!.giveUpZeroPage(page, server.nowPs)).toBe(true);
  const [piece] = readGuest(server, 4096 * page, 8);
  expect([piece!.holder.bytes, holderText(piece!.holder), [...piece!.bytes]])
    .toEqual([null, 'node 0, zeros without a frame', new Array<number>(8).fill(0)]);
});
