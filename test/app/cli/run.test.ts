// The commands that do something, as a person runs them: statuses, what is written where, files, and the parts.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../../../src/study/experiment/compare.js';
import type { Sensitivity } from '../../../src/study/experiment/sensitivity.js';
import type { RunReport } from '../../../src/study/report/report.js';
import { hk, MAIN, scratch } from './hk.js';

/** Every vCPU adds to shared pages; the last one prints. */
const SHARE = `
.default ROUNDS, 4
start:  vcpus s1
        roi.begin
        li    t0, 0
round:  la    t1, data
        li    t2, 0
page:   li    t3, 1
        aadd  a2, t3, (t1)
        addi  t1, t1, 4096
        inc   t2
        slti  a4, t2, 8
        bnez  a4, page
        inc   t0
        li    a4, ROUNDS
        blt   t0, a4, round
        la    t1, done
        li    t3, 1
        aadd  a2, t3, (t1)
        inc   a2
        bne   a2, s1, stop
        roi.end
        la    t1, data
        ld    a0, 0(t1)
        puti  a0
        li    a0, 7
        exit  a0
stop:   halt
        .bss
        .align 4096
data:   .space 32768
done:   .space 8
`;

const directory = scratch({
  'share.s': SHARE,
  'spin.s': 'start: j start\n',
  'inc.s': '.include "lib/part.s"\n li a0, 5\n exit a0\n',
  'fault.s': 'start: ld a0, 0(zero)\n',
});
mkdirSync(join(directory, 'lib'));
execFileSync('sh', ['-c', 'echo ".include \\"more.s\\"" > lib/part.s; echo "start: nop" > lib/more.s'], {
  cwd: directory,
});

const withoutWall = (report: RunReport): object => ({ ...report, wallSeconds: 0, mips: 0 });

describe('run', () => {
  it('prints the output, then the summary, and exits as the guest does', () => {
    const { status, stdout, stderr } = hk(['run', 'share.s', '--vcpus', '8'], directory);
    expect([status, stderr]).toEqual([7, '']);
    expect(stdout).toMatch(/^32\n\nshare\.s: exit 7\n/);
    expect(stdout).toContain('Where the time went');
    expect(stdout).not.toContain('\x1b');
  });

  it('--quiet leaves the output alone on standard output', () => {
    expect(hk(['run', 'share.s', '--quiet'], directory)).toEqual({ status: 7, stdout: '32\n', stderr: '' });
  });

  it('--stack draws where the time went, by window, after the summary; in JSON the windows stand anyway', () => {
    const { status, stdout } = hk(['run', 'share.s', '--stack'], directory);
    expect(status).toBe(7);
    expect(stdout).toMatch(/\nNodes\n[^]*\n\nwhole run: [^]*\nstart, at 0 ps: [^]*\nroi_begin of vCPU \d, at [^]* region\n[^]*\nroi_end of vCPU /);
    expect(stdout).toMatch(/^ {2}vCPU 7 .*%.*[█▓▒░·>=]/m);
    expect(stdout.split('\n').filter((line) => line.length > 100 || line.includes('\x1b'))).toEqual([]);
    const { windows } = JSON.parse(hk(['run', 'share.s', '--stack', '--json'], directory).stdout) as RunReport;
    expect(windows.map(({ name, inRegion }) => [name, inRegion])).toEqual([['start', false], ['roi_begin', true], ['roi_end', false]]);
    expect(hk(['run', 'share.s', '--stack', '--quiet'], directory)).toEqual({
      status: 125, stdout: '', stderr: 'error: --stack draws and --quiet prints nothing: give one of them\n',
    });
  });

  it('--json prints one document with the fields of a run, the same twice but for the wall clock', () => {
    const [first, second] = [1, 2].map(
      () => JSON.parse(hk(['run', 'share.s', '--json', '--ideal', '--seed', '3'], directory).stdout) as RunReport,
    );
    for (const field of [
      'program',
      'isa',
      'engine',
      'seed',
      'policy',
      'machine',
      'end',
      'exitCode',
      'output',
      'simulatedNs',
      'instructions',
      'idealNs',
      'stalls',
      'stallNs',
      'pagesMoved',
      'pagesReplicated',
      'vcpusMoved',
      'remoteAccesses',
      'invalidations',
      'fabricMessages',
      'fabricBytes',
      'localAccessRatio',
      'wallSeconds',
      'mips',
      'perNode',
      'perVcpu',
      'reasons',
    ])
      expect(first).toHaveProperty(field);
    expect(Object.keys(first!.machine)).toEqual(
      expect.arrayContaining(['nodes', 'coresPerNode', 'memoryBytesPerNode', 'pageBytes', 'fabric', 'vcpus']),
    );
    expect(first).toMatchObject({
      program: 'share.s',
      isa: 'tiny',
      engine: 'wasm',
      seed: 3,
      policy: 'cost',
      end: 'exit',
      exitCode: 7,
      output: '32\n',
    });
    expect(first!.idealNs).toBeGreaterThan(0);
    expect(withoutWall(first!)).toEqual(withoutWall(second!));
  });

  it('ends an endless loop at --max-instructions with 124 and the statistics so far', () => {
    const { status, stdout } = hk(['run', 'spin.s', '--max-instructions', '5000', '--vcpus', '2'], directory);
    expect(status).toBe(124);
    expect(stdout).toContain('spin.s: limit reached');
    expect(stdout).toContain('Numa_Hit');
    const quiet = hk(['run', 'spin.s', '--max-instructions', '5000', '--json'], directory);
    expect([quiet.status, (JSON.parse(quiet.stdout) as RunReport).end]).toEqual([124, 'limit']);
    expect(quiet.stderr).toMatch(/^spin\.s: limit reached/);
  });

  it('tells the fault of a guest', () => {
    const { status, stdout } = hk(['run', 'fault.s'], directory);
    expect(status).toBe(139);
    expect(stdout).toMatch(/^fault\.s: exit 139: .*fault\.s:1/);
  });

  it('finds included files beside the file that includes them', () => {
    expect(hk(['run', 'inc.s', '--quiet'], directory).status).toBe(5);
  });

  it('--out writes report, summary, picture and trace, and leaves nothing else', () => {
    mkdirSync(join(directory, 'out'));
    const { status } = hk(
      ['run', 'share.s', '--quiet', '--out', 'out', '--define', 'ROUNDS=2', '--policy', 'vcpu'],
      directory,
    );
    expect(status).toBe(7);
    expect(readdirSync(join(directory, 'out')).sort()).toEqual([
      'picture.html',
      'report.json',
      'summary.txt',
      'trace.json',
    ]);
    const read = (name: string): string => readFileSync(join(directory, 'out', name), 'utf8');
    const report = JSON.parse(read('report.json')) as RunReport;
    expect(report.vcpusMoved).toBeGreaterThan(0);
    const { traceEvents } = JSON.parse(read('trace.json')) as { traceEvents: { ph: string }[] };
    expect(traceEvents.filter(({ ph }) => ph === 's')).toHaveLength(report.vcpusMoved);
    expect(traceEvents.filter(({ ph }) => ph === 'f')).toHaveLength(report.vcpusMoved);
    expect(read('picture.html')).toContain('<canvas id="pages"');
    expect(read('summary.txt')).toContain('share.s: exit 7');
  });

  it('does not touch the files of a run that cannot start', () => {
    expect(hk(['run', 'nothere.s', '--trace', 'trace.json'], directory).status).toBe(125);
    expect(existsSync(join(directory, 'trace.json'))).toBe(false);
  });

  it('ends quietly when nobody reads on', () => {
    const { stderr } = spawnSync(
      'sh',
      [
        '-c',
        `"${process.execPath}" "${MAIN}" isa show tiny | head -1; "${process.execPath}" "${MAIN}" run share.s | true`,
      ],
      { cwd: directory, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
  });
});

describe('compare', () => {
  it('--json prints every run and a summary by policy', () => {
    const { status, stdout } = hk(
      ['compare', 'share.s', '--policies', 'page,vcpu', '--seeds', '2', '--ideal', '--json'],
      directory,
    );
    expect(status).toBe(7);
    const { runs, summary } = JSON.parse(stdout) as Comparison;
    expect(runs.map(({ policy, seed, output }) => [policy, seed, output])).toEqual([
      ['page', 1, '32\n'],
      ['page', 2, '32\n'],
      ['vcpu', 1, '32\n'],
      ['vcpu', 2, '32\n'],
    ]);
    expect(summary.map(({ program, policy, n }) => [program, policy, n])).toEqual([
      ['share.s', 'page', 2],
      ['share.s', 'vcpu', 2],
    ]);
    for (const row of summary) {
      expect(row.simulatedNs.lo).toBeLessThan(row.simulatedNs.mean);
      expect(row.slowdownVsIdeal!.mean).toBeGreaterThan(1);
    }
  });

  it('--sensitivity says who wins with what is assumed halved and doubled, as a table and in JSON', () => {
    writeFileSync(join(directory, 'guess.yaml'), 'extends: numa-2s\ncore: { tlbMiss: 20ns }\nsources: [{ assumed: tlbMiss, why: a test }]\n'
      + 'fabric: { extends: numa-2s, sources: [] }\nkernel: { sources: [{ assumed: stall, why: the same }] }\n');
    const args = ['compare', 'share.s', '--machine', './guess.yaml', '--policies', 'page,first-touch', '--seeds', '2', '--sensitivity'];
    const { stdout, stderr } = hk(args, directory);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\n\nSensitivity: who wins with 2 assumed costs [^]*\n {2}kernel\.stallPs +575\.0 ns +\S[^]*\n {2}core\.tlbMissPs +20\.00 ns +\S/);
    const { runs, sensitivity } = JSON.parse(hk([...args, '--json'], directory).stdout) as Comparison & { readonly sensitivity: Sensitivity };
    expect(runs).toHaveLength(4);
    expect(sensitivity.costs).toEqual([
      { name: 'kernel.stallPs', value: 575_000, source: 'the same' }, { name: 'core.tlbMissPs', value: 20_000, source: 'a test' },
    ]);
    expect(sensitivity.cells.map(({ cost, factor }) => [cost, factor])).toEqual([
      ['kernel.stallPs', 0.5], ['kernel.stallPs', 2], ['core.tlbMissPs', 0.5], ['core.tlbMissPs', 2],
    ]);
  });

  it('--sensitivity asks for something to choose between, and something to doubt', () => {
    expect(hk(['compare', 'share.s', '--policies', 'page', '--sensitivity'], directory)).toEqual({
      status: 125, stdout: '', stderr: 'error: --sensitivity tells whether another policy wins: expected two policies at least\n',
    });
    writeFileSync(join(directory, 'sure.yaml'), 'extends: numa-2s\nname: sure\nsources: []\nfabric: { extends: numa-2s, sources: [] }\nkernel: { sources: [] }\n');
    expect(hk(['compare', 'share.s', '--machine', './sure.yaml', '--sensitivity'], directory)).toEqual({
      status: 125, stdout: '', stderr: 'error: --sensitivity: nothing is assumed of sure\n  a machine file says in its sources what is\n',
    });
    expect(hk(['run', 'share.s', '--sensitivity'], directory).stderr).toContain('unknown option --sensitivity');
  });

  it('prints a table of all policies', () => {
    const { stdout } = hk(['compare', 'share.s', '--seeds', '1'], directory);
    for (const policy of ['first-touch', 'interleave', 'page', 'vcpu', 'cost'])
      expect(stdout).toContain(`  ${policy} `);
    expect(stdout).not.toContain('empty');
  });
});

describe('the parts', () => {
  it('asm and disasm are inverse', () => {
    expect(hk(['asm', 'inc.s'], directory).stdout).toMatch(/10000 .*start: nop/);
    expect(hk(['asm', 'inc.s', '-o', 'inc.bin'], directory).status).toBe(0);
    const { stdout } = hk(['disasm', 'inc.bin', '--plain'], directory);
    execFileSync('sh', ['-c', 'cat > again.s'], { cwd: directory, input: stdout });
    hk(['asm', 'again.s', '--output', 'again.bin'], directory);
    expect(readFileSync(join(directory, 'again.bin'))).toEqual(readFileSync(join(directory, 'inc.bin')));
    expect(JSON.parse(hk(['asm', 'inc.s', '--json'], directory).stdout)).toMatchObject({
      isa: 'tiny',
      entry: 65536,
      symbols: { start: 65536 },
    });
  });

  it('lists and shows ISAs, machines and policies', () => {
    expect(hk(['isa', 'list'], directory).stdout).toMatch(/tiny .*isa\/tiny\.isa/);
    expect(hk(['isa', 'check', 'toy16'], directory).stdout).toContain('toy16 is right');
    expect(hk(['isa', 'card', 'tiny'], directory).stdout).toContain('addi');
    execFileSync('sh', ['-c', 'cat > own.isa'], {
      cwd: directory,
      input: hk(['isa', 'show', 'toy16'], directory).stdout,
    });
    expect(hk(['machine', 'list'], directory).stdout).toContain('sds-ethernet-25g');
    expect(JSON.parse(hk(['machine', 'schema'], directory).stdout)).toHaveProperty('properties.nodes');
    execFileSync('sh', ['-c', 'cat > own.yaml'], {
      cwd: directory,
      input: hk(['machine', 'show', '--nodes', '3'], directory).stdout,
    });
    expect(
      (JSON.parse(hk(['run', 'share.s', '--machine', 'own.yaml', '--json'], directory).stdout) as RunReport).machine
        .nodes,
    ).toBe(3);
    expect(hk(['policy', 'list'], directory).stdout).toContain('first-touch');
    expect(hk(['policy', 'show', 'cost'], directory).stdout).toContain('--policy-option NAME=VALUE');
  });
});
