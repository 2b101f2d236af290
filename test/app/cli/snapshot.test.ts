// Snapshots as a person takes them: run --snapshot-at, restore, and what is said when that cannot be.
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { builtinIsa, ISAS } from '../../../isa/index.js';
import { decodeSnapshot, encodeSnapshot } from '../../../src/server/snapshot-file.js';
import type { RunReport } from '../../../src/study/report/report.js';
import { hk, scratch } from './hk.js';

/** Every vCPU counts on a shared page and says so; about 80 us. */
const COUNT = `
.default ROUNDS, 30
start:  li    t0, 0
        la    t1, data
round:  li    t3, 1
        aadd  a2, t3, (t1)
        inc   t0
        li    a4, ROUNDS
        blt   t0, a4, round
        puti  t0
        la    t1, done
        aadd  a2, t3, (t1)
        inc   a2
        bne   a2, a1, stop
        la    t1, data
        ld    a0, 0(t1)
        puti  a0
        li    a0, 3
        exit  a0
stop:   halt
        .bss
        .align 4096
data:   .space 4096
done:   .space 8
`;

/** Remembers, and does not say what. */
const FORGETFUL = `
export const policy = {
  name: 'forgetful', summary: '-', source: '-', parameters: [], reasons: [{ slug: 'x', meaning: '-' }],
  create: () => {
    let stalls = 0;
    return { onStall: (stall, view) => stall.dormant ? { action: 'place', node: view.node, reason: 'x' } : { action: stalls++ % 2 ? 'bring' : 'remote', reason: 'x' } };
  },
};
`;
const MINDFUL = FORGETFUL.replace('forgetful', 'mindful').replace('return {', 'return { getState: () => stalls, setState: (state) => { stalls = state; },');

const directory = scratch({ 'count.s': COUNT, 'forgetful.mjs': FORGETFUL, 'mindful.mjs': MINDFUL });
const inflating = { pack: (bytes: Uint8Array) => bytes, unpack: (bytes: Uint8Array) => inflateRawSync(bytes) };
const at = (name: string): string => join(directory, name);
const json = (args: readonly string[]): RunReport => ({ ...JSON.parse(hk(args, directory).stdout) as RunReport, wallSeconds: 0, mips: 0 });
const whole = json(['run', 'count.s', '--json']);

hk(['run', 'count.s', '--quiet', '--snapshot-at', '20us', 'a.snap', '--snapshot-at', '30us', 'b.snap'], directory);

describe('a run with --snapshot-at', () => {
  it('goes on to its end, and says on standard error what it wrote', () => {
    const { status, stdout, stderr } = hk(['run', 'count.s', '--snapshot-at', '20us', 'c.snap', '--snapshot-at', '1ms', 'd.snap', '--json'], directory);
    expect(status).toBe(3);
    expect({ ...JSON.parse(stdout), wallSeconds: 0, mips: 0 }).toEqual(whole);
    expect(stderr).toMatch(/^c\.snap: 2\d\.\d+ us, \d+ instructions, \d+(\.\d+)?K\nd\.snap: not written, the run ended before 1ms\n$/);
    expect(readFileSync(at('c.snap'))).toEqual(readFileSync(at('a.snap')));
  });

  it('leaves nothing but the snapshots behind', () => {
    expect(readdirSync(directory).filter((name) => /snap|tmp/.test(name)).sort()).toEqual(['a.snap', 'b.snap', 'c.snap']);
  });
});

describe('restore', () => {
  it('reports what the run would have reported, as often as one likes', () => {
    for (const file of ['a.snap', 'b.snap', 'a.snap']) expect(json(['restore', file, '--json'])).toEqual(whole);
  });

  it('prints what comes after the snapshot, then the summary of the whole run, and exits as the guest does', () => {
    const { status, stdout } = hk(['restore', 'b.snap'], directory);
    const [output, summary] = stdout.split('\ncount.s: ') as [string, string];
    expect(status).toBe(3);
    expect(whole.output.endsWith(output)).toBe(true);
    expect(output.length).toBeLessThan(whole.output.length);
    expect(summary).toMatch(/^exit 3\n/);
    expect(hk(['restore', 'b.snap', '--quiet'], directory)).toEqual({ status: 3, stdout: output, stderr: '' });
  });

  it('leaves snapshots on its way, from which the run goes on the same', () => {
    hk(['restore', 'a.snap', '--quiet', '--snapshot-at', '30us', 'e.snap'], directory);
    expect(readFileSync(at('e.snap'))).toEqual(readFileSync(at('b.snap')));
  });

  it('draws picture and trace from the snapshot on, and says so', () => {
    hk(['restore', 'b.snap', '--quiet', '--picture', 'p.html', '--trace', 't.json'], directory);
    for (const file of ['p.html', 't.json']) expect(readFileSync(at(file), 'utf8')).toMatch(/what came before 3\d\.\d+ us, where the run was restored, is not shown/);
    hk(['run', 'count.s', '--quiet', '--trace', 'u.json'], directory);
    expect(readFileSync(at('u.json'), 'utf8')).not.toContain('restored');
  });

  it('takes another limit of instructions, another engine, and the ideal', () => {
    expect(json(['restore', 'a.snap', '--json', '--engine', 'wasm'])).toEqual({ ...whole, engine: 'wasm' });
    expect(hk(['restore', 'a.snap', '--quiet', '--max-instructions', '1'], directory).status).toBe(124);
    expect(json(['restore', 'a.snap', '--json', '--ideal'])).toEqual(json(['run', 'count.s', '--json', '--ideal']));
  });

  it('needs neither the program nor the ISA again', () => {
    writeFileSync(at('mine.isa'), `${ISAS['toy16']!.text}// mine\n`);
    writeFileSync(at('small.s'), 'start: li c, 9\n puti c\n exit zero\n');
    const args = ['small.s', '--isa', './mine.isa', '--vcpus', '1', '--quiet'];
    expect(hk(['run', ...args, '--snapshot-at', '0ns', 'small.snap'], directory)).toEqual({ status: 0, stdout: '9\n', stderr: '' });
    for (const name of ['small.s', 'mine.isa', 'count.s']) rmSync(at(name));
    expect(hk(['restore', 'small.snap', '--quiet'], directory)).toEqual({ status: 0, stdout: '9\n', stderr: '' });
    expect(json(['restore', 'a.snap', '--json'])).toEqual(whole);
    writeFileSync(at('count.s'), COUNT);
  });
});

describe('a policy from a file', () => {
  it('comes along by its path, wherever it is said to lie', () => {
    const report = json(['run', 'count.s', '--policy', './mindful.mjs', '--json']);
    hk(['run', 'count.s', '--quiet', '--policy', './mindful.mjs', '--snapshot-at', '20us', 'm.snap'], directory);
    expect(json(['restore', 'm.snap', '--json'])).toEqual(report);
    renameSync(at('mindful.mjs'), at('moved.mjs'));
    expect(hk(['restore', 'm.snap'], directory)).toMatchObject({
      status: 125, stderr: 'error: the run in m.snap needs the policy file ./mindful.mjs, and there is no such file\n  say where it lies: --policy FILE\n',
    });
    expect(json(['restore', 'm.snap', '--policy', './moved.mjs', '--json'])).toEqual(report);
    writeFileSync(at('moved'), MINDFUL);
    expect(hk(['restore', 'm.snap', '--policy', 'moved'], directory)).toMatchObject({
      status: 125, stderr: 'error: --policy: expected the path of a file, not "moved"\n  write ./moved\n',
    });
    writeFileSync(at('moved.mjs'), `${MINDFUL}\n`);
    expect(hk(['restore', 'm.snap', '--policy', './moved.mjs'], directory)).toMatchObject({
      status: 125, stderr: 'error: the run in m.snap needs the policy file ./moved.mjs as it was, and it is another now\n',
    });
  });

  it('that does not say what it remembers is told before the run', () => {
    expect(hk(['run', 'count.s', '--policy', './forgetful.mjs', '--snapshot-at', '20us', 'f.snap'], directory)).toEqual({
      status: 125, stdout: '', stderr: 'error: a run under policy "forgetful" cannot be snapshotted: the policy has no getState and setState\n'
        + '  if it remembers nothing from call to call, its module says so: stateless: true\n',
    });
    expect(hk(['run', 'count.s', '--policy', './forgetful.mjs', '--quiet'], directory).status).toBe(3);
  });
});

describe('what cannot be restored', () => {
  const refused = (args: string): string => {
    const { status, stdout, stderr } = hk(args.split(' '), directory);
    expect([status, stdout]).toEqual([125, '']);
    return stderr;
  };

  it.each([
    ['restore', 'error: restore: <file> is missing\n  see hyperkernel restore --help\n'],
    ['restore b.snp', 'error: cannot read the snapshot b.snp: there is no such file\n  did you mean "b.snap"?\n'],
    ['restore .', 'error: cannot read the snapshot .: it is a directory\n'],
    ['restore forgetful.mjs', 'error: forgetful.mjs is not a snapshot\n'],
    ['restore a.snap --policy page', 'error: --policy: the run in a.snap goes on under its own policy, cost\n'],
    ['restore a.snap --nodes 2', 'error: unknown option --nodes\n  see hyperkernel restore --help\n'],
    ['restore a.snap --engine wsm', 'error: --engine: no engine "wsm"\n  did you mean "wasm"?\n'],
    ['restore a.snap --max-instructions 0', `error: --max-instructions: expected a whole number from 1 to ${Number.MAX_SAFE_INTEGER}, not "0"\n`],
    ['run count.s --snapshot-at 1ms', 'error: --snapshot-at: one of its 2 values is missing\n  see hyperkernel run --help\n'],
    ['run count.s --snapshot-at 1 x', 'error: --snapshot-at: expected a time with unit such as 300ns or 1.5us, not "1"\n'],
    ['run count.s --snapshot-at 1ms .', 'error: --snapshot-at: . is a directory\n'],
    ['run count.s --snapshot-at 1ms none/x', 'error: --snapshot-at: there is no directory none\n'],
    ['run count.s --snapshot-at 1ms x --snapshot-at 2ms x', 'error: --snapshot-at: x is named more than once\n'],
  ])('%s: one or two lines and 125', (args, message) => {
    expect(refused(args)).toBe(message);
  });

  it('a file that is damaged, cut short or of another version', () => {
    const bytes = readFileSync(at('a.snap'));
    const damaged = Buffer.from(bytes);
    damaged[bytes.length >> 1]! ^= 4;
    writeFileSync(at('bad.snap'), damaged);
    expect(refused('restore bad.snap')).toMatch(/^error: the snapshot bad\.snap is damaged at byte \d+\n$/);
    writeFileSync(at('bad.snap'), bytes.subarray(0, bytes.length - 1));
    expect(refused('restore bad.snap')).toBe('error: the snapshot bad.snap is cut short\n');

    hk(['run', 'count.s', '--quiet', '--snapshot-at', '20us', 'v.snap'], directory);
    const { header, open } = decodeSnapshot(readFileSync(at('v.snap')), 'v.snap', inflating);
    writeFileSync(at('bad.snap'), Buffer.concat([...encodeSnapshot(open(builtinIsa('tiny')), { ...header, writer: 'hyperkernel 99.0.0' })]));
    expect(refused('restore bad.snap')).toMatch(new RegExp(
      '^error: the snapshot bad\\.snap was written by hyperkernel 99\\.0\\.0; this is hyperkernel \\d+\\.\\d+\\.\\d+\n'
      + '  only the version that began a run takes it to the same end\n$'));
  });

  it('a snapshot that cannot be written leaves the file that was there', () => {
    const before = readFileSync(at('a.snap'));
    expect(hk(['run', 'count.s', '--policy', './forgetful.mjs', '--snapshot-at', '20us', 'a.snap'], directory).status).toBe(125);
    expect(readFileSync(at('a.snap'))).toEqual(before);
    expect(statSync(at('a.snap')).size).toBe(before.length);
  });
});
