// Who waits in vain, and who only seems to: small guests that wait, work, or do both.
import { SPIN_BOUND } from '../../../src/app/debug/core/spin.js';
import { retiredBy } from '../../../src/app/debug/core/step.js';
import type { DebugSession, Stop } from '../../../src/app/debug/core/session.js';
import { spinLines } from '../../../src/app/debug/text/stop.js';
import { sessionOf, type Debugging } from './debugging.js';

const CELLS = '\n .bss\n .align 4096\nlock: .space 4096\nother: .space 65536\n';

function session(program: string, options: Partial<Debugging> = {}): DebugSession {
  return sessionOf({
    program: `_start: la t0, lock\n la s0, other\n li t1, 1\n${program}${CELLS}`, vcpus: '3', nodes: '2', policy: 'page',
    maxInstructions: '300000', ...options,
  });
}

function go(session: DebugSession): Stop {
  for (const work = session.continue(); ;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Each vCPU takes the lock, and keeps it. */
const DEADLOCK = '.try: swap t2, t1, (t0)\n bnez t2, .try\n.mine: swap t2, t1, (t0)\n bnez t2, .mine\n halt';

it('what is certain holds: however long it goes on, memory does not change', () => {
  const guest = session(DEADLOCK, { maxInstructions: '30000' });
  const stop = go(guest);
  expect(stop).toMatchObject({ why: 'spin', spin: { certain: true, halted: 0 } });
  expect(spinLines(stop.spin!)).toEqual([
    'all vCPUs spin: vCPUs 0,2 at guest.s:4 (_start.try); vCPU 1 at guest.s:6 (_start.mine)',
    '  vCPUs 0,2 look at 0x20000 (lock), which holds 1', '  vCPU 1 looks at 0x20000 (lock), which holds 1',
    '  no store will ever change what they look at',
  ]);
  let changes = 0;
  guest.onStep = ({ changed }) => { changes += changed.length; };
  expect([go(guest).why, guest.server.ending!.end, changes]).toEqual(['end', 'limit', 0]);
});

it('is told where it is found, however often one comes there', () => {
  const guest = session(DEADLOCK);
  go(guest);
  const { position } = guest;
  for (const work = guest.goTo(0); !work.next().done;);
  expect(go(guest).why).toBe('spin');
  expect(guest.position).toBe(position);
});

it.each([
  ['counts its looks', '.look: inc t3\n ld t2, 0(t0)\n beqz t2, .look\n halt'],
  ['asks for the time between them', '.look: time t3\n ld t2, 0(t0)\n beqz t2, .look\n halt'],
  ['gives way', '.look: vcpu t3\n pause\n ld t2, 0(t0)\n beqz t2, .look\n halt'],
])('a guest that waits and %s only seems to spin', (_, program) => {
  // Readers share copies: under `page` one who has a node to itself looks once each time that the page comes.
  const guest = session(program, { policy: 'cost' });
  const stop = go(guest);
  const loops = [{ vcpus: [0, 1, 2], words: [{ symbol: 'lock', value: 0n }] }];
  expect(stop).toMatchObject({ why: 'spin', spin: { certain: false, loops } });
  expect(Math.min(...guest.server.vcpus.map(({ id }) => retiredBy(guest.server, id)))).toBeGreaterThanOrEqual(SPIN_BOUND);
});

const LOOK = '.look: ld t2, 0(t0)\n beqz t2, .look\n halt';
const TOUCH = '.work: ld t3, 0(s0)\n addi s0, s0, 4096\n dec t2\n bnez t2, .work';

it.each([
  ['waits for one that computes', `bnez a0, .look\n li t2, 9000\n.work: dec t2\n bnez t2, .work\n sd t1, 0(t0)\n halt\n${LOOK}`],
  ['waits for one that waits for pages', `bnez a0, .look\n li t2, 3\n${TOUCH}\n sd t1, 0(t0)\n halt\n${LOOK}`],
  ['sums up a long array', 'li t2, 4000\n.add: ld t3, 0(s0)\n add a2, a2, t3\n addi s0, s0, 8\n dec t2\n bnez t2, .add\n halt'],
  ['computes without memory', 'li t2, 8000\n.work: dec t2\n bnez t2, .work\n halt'],
  ['is about to exit', `bnez a0, .look\n exit zero\n${LOOK}`],
])('a guest that %s does not spin', (_, program) => {
  const guest = session(program);
  expect([go(guest).why, guest.server.ending!.end]).toEqual(['end', 'exit']);
});

it('a guest that changes memory for ever does not spin, though it gets nowhere', () => {
  const guest = session('.turn: aadd t2, t1, (t0)\n j .turn', { maxInstructions: '30000' });
  expect([go(guest).why, guest.server.ending!.end]).toEqual(['end', 'limit']);
});

it('one vCPU alone is told so', () => {
  const head = (options: Partial<Debugging>, program: string) => spinLines(go(session(program, options)).spin!)[0];
  expect(head({ vcpus: '1' }, '.l: j .l')).toBe('the only vCPU spins at guest.s:4 (_start.l)');
  expect(head({}, 'slti t2, a0, 2\n bnez t2, .out\n.l: ld t2, 0(t0)\n j .l\n.out: halt'))
    .toBe('the only vCPU that has not halted, vCPU 2, spins at guest.s:6 (_start.l)');
});
