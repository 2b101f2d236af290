// hyperkernel debug as a person runs it: commands from the command line and from a pipe, exit statuses.
import { hk, scratch } from './hk.js';

const folder = scratch({
  'lock.s': '_start:\n la t0, lock\n li t1, 1\n.try: swap t2, t1, (t0)\n j .try\n .bss\nlock: .space 8\n',
  'endless.s': '_start:\n la t0, cell\n.more: aadd t2, a1, (t0)\n j .more\n .bss\ncell: .space 8\n',
  'count.s': '_start:\n  li a0, 3\nloop:\n  dec a0\n  bnez a0, loop\n  puti a0\n  halt\n',
});
const debug = (...args: string[]) => hk(['debug', 'count.s', '--vcpus', '1', ...args], folder);

it('does the commands that are given, each shown before its answer', () => {
  expect(debug('-c', 'step', '--command', 'print a0')).toEqual({
    status: 0, stderr: '', stdout: [
      '(hk) step', 'step 2 at 512.8 ns: vCPU 0, running on core 0 of node 0', '  count.s:4  0x10008 <loop>  dec a0',
      '(hk) print a0', 'a0 = 3 (0x3)', '',
    ].join('\n'),
  });
});

it('reads commands from a pipe, to its end or to quit', () => {
  const piped = (input: string) => hk(['debug', 'count.s', '--vcpus', '1'], folder, {}, input).stdout.split('\n');
  const lines = piped('step\nprint a0\n\n# a comment\ncontinue');
  expect(lines).toContain('a0 = 3 (0x3)');
  expect(lines).toContain('| 0');
  expect(lines).toContain('the guest has ended: exit 0, after 12 steps');
  expect(piped('quit\nprint a0\n')).toEqual(['(hk) quit', '']);
});

it('ends a script with 125 at the first command that cannot be done', () => {
  const { status, stdout, stderr } = debug('-c', 'print a0', '-c', 'setp', '-c', 'print a1');
  expect({ status, stderr }).toEqual({ status: 125, stderr: 'error: no command "setp"\n  did you mean "step"?\n' });
  expect(stdout).toBe('(hk) print a0\na0 = 0 (0x0)\n(hk) setp\n');
});

it('tells what run would tell', () => {
  const figures = (text: string) => text.split('\n').filter((line) => /^ +(time|stalls|fabric|\d+ +\d+)\b/.test(line));
  const ran = hk(['run', 'count.s', '--vcpus', '3'], folder).stdout;
  const commands = ['break stall', 'continue', 'delete', 'step 2', 'back', 'continue', 'report'].flatMap((command) => ['-c', command]);
  const debugged = hk(['debug', 'count.s', '--vcpus', '3', ...commands], folder).stdout;
  expect(figures(ran).length).toBeGreaterThan(3);
  expect(figures(debugged)).toEqual(figures(ran));
});

it('saves a state, in the middle of a slice too, from which restore goes on to the same report', () => {
  const report = (text: string) => ({ ...(JSON.parse(text) as object), wallSeconds: 0, mips: 0 });
  const ran = report(hk(['run', 'count.s', '--vcpus', '3', '--json'], folder).stdout);
  for (const position of [0, 7, 8, 14]) {
    const { stdout, status } = hk(['debug', 'count.s', '--vcpus', '3', '-c', `goto ${position}`, '-c', 'save here.snap'], folder);
    expect({ status, said: /^here\.snap: [\d.]+K$/m.test(stdout) }).toEqual({ status: 0, said: true });
    expect(report(hk(['restore', 'here.snap', '--json'], folder).stdout)).toEqual(ran);
  }
  const { status, stderr } = debug('-c', 'save nowhere/here.snap');
  expect({ status, stderr }).toEqual({ status: 125, stderr: 'error: save: there is no directory nowhere\n' });
});

it('is recommended where a run reaches its limit since all vCPUs spin', () => {
  const run = (program: string) => hk(['run', program, '--vcpus', '3', '--max-instructions', '20000', '--quiet'], folder);
  const { status, stderr } = run('lock.s');
  expect({ status, lines: stderr.split('\n').slice(1) }).toEqual({
    status: 124, lines: [
      'all vCPUs spin at lock.s:4 (_start.try)',
      '  vCPUs 0-2 look at 0x20000 (lock), which holds 1', '  no store will ever change what they look at',
      '  hyperkernel debug lock.s shows how it came to that', '',
    ],
  });
  expect(run('endless.s').stderr).toMatch(/^endless\.s: limit reached: stopped after \d+ instructions\n$/);
});

it('has help of its own', () => {
  const { status, stdout } = hk(['debug', '--help'], folder);
  expect(status).toBe(0);
  expect(stdout).toContain('debug <program>');
});
