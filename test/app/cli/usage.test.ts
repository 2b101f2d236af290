// What is said about bad usage and bad input: one or two lines, a suggestion, status 125; and help and completion.
import { hk, scratch } from './hk.js';

const directory = scratch({
  'ok.s': '.default N, 3\nstart: li a0, N\n puti a0\n li a0, 0\n exit a0\n',
  'three.s': 'start:\n  addd a0, a1, a2\n  ld a0, 4(q9)\n  j nowhere\n',
  'bad.yaml': 'extends: sds-ethernet-25g\nmemroy: 64M\n',
  'half.mjs': 'export const policy = { name: "half", summary: "" };\n',
  'taken.mjs': 'export const policy = { name: "cost", summary: "", source: "", parameters: [], reasons: [], create() {} };\n',
  'broken.isa': 'isa broken\npc : i64\nregg r : i64[16]\n',
});

describe('bad usage and bad input', () => {
  it.each<[string, string[]]>([
    ['run ok.s --nodes 0', ['error: --nodes: expected a whole number from 1 to 64, not "0"']],
    ['run ok.s --memory 1', ['error: --memory: expected at least 64K (16 pages of 4K), not 1']],
    ['run nothere.s', ['error: cannot read the program nothere.s: there is no such file']],
    ['run okk.s', ['error: cannot read the program okk.s: there is no such file', '  did you mean "ok.s"?']],
    ['run ok.s --polcy cost', ['error: unknown option --polcy', '  did you mean "--policy"?']],
    ['run ok.s --wibble', ['error: unknown option --wibble', '  see hyperkernel run --help']],
    ['run ok.s --policy cots', ['error: --policy: no policy "cots"', '  did you mean "cost"?']],
    ['run ok.s --policy ./mine.mjs', ['error: --policy: no such file: ./mine.mjs']],
    ['run ok.s --policy ok.s', ['error: --policy: ok.s cannot be loaded: Unknown file extension ".s" for ' + `${directory}/ok.s`]],
    ['run ok.s --policy half.mjs', ['error: --policy: the policy of half.mjs lacks, or has the wrong kind of: source, parameters, reasons, create']],
    ['run ok.s --policy taken.mjs', ['error: there is a policy "cost" already', '  give yours another name']],
    ['run ok.s --isa tny', ['error: --isa: no ISA "tny"', '  did you mean "tiny"?']],
    ['run ok.s --machine numa-4x', ['error: --machine: no preset "numa-4x"', '  did you mean "numa-4s"?']],
    [
      'run ok.s --define M=4',
      ['error: the program does not mention "M", which is given from outside', '  did you mean "N"?'],
    ],
    ['run ok.s --nodes', ['error: --nodes: its value is missing', '  see hyperkernel run --help']],
    ['run ok.s --nodes 2 --nodes 3', ['error: --nodes is given more than once']],
    ['run ok.s --engine wsm', ['error: --engine: no engine "wsm"', '  did you mean "wasm"?']],
    ['run ok.s --picture nowhere/x.html', ['error: --picture: there is no directory nowhere']],
    ['run ok.s --out ok.s', ['error: --out: ok.s is not a directory']],
    ['run ok.s more.s', ['error: unexpected argument "more.s"', '  see hyperkernel run --help']],
    ['run ok.s -- a b', ['error: programs of ISA tiny take no arguments: nothing may follow --, not "a b"']],
    ['run', ['error: run: <program> is missing', '  see hyperkernel run --help']],
    ['rum ok.s', ['error: no command "rum"', '  did you mean "run"?']],
    ['isa crad tiny', ['error: isa: no command "crad"', '  did you mean "card"?']],
    ['policy', ['error: policy: what to do is missing', '  policy list, show']],
    ['compare ok.s --seeds 0', ['error: --seeds: expected a whole number from 1 to 1000, not "0"']],
  ])('%s: one or two lines and 125', (line, expected) => {
    const { status, stdout, stderr } = hk(line.split(' '), directory);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toEqual(expected);
    expect([status, stdout]).toEqual([125, '']);
  });

  it('a program with three mistakes: all three, with line, column and caret', () => {
    const { status, stdout, stderr } = hk(['run', 'three.s'], directory);
    expect([status, stdout]).toEqual([125, '']);
    expect(
      stderr
        .split('\n')
        .filter((line) => line.includes(': error: '))
        .map((line) => line.split(' ')[0]),
    ).toEqual(['three.s:2:3:', 'three.s:3:12:', 'three.s:4:5:']);
    expect(stderr).toContain('    addd a0, a1, a2\n    ^^^^\n');
  });

  it('a machine file with a misspelt key: its place and what was meant', () => {
    const { status, stderr } = hk(['run', 'ok.s', '--machine', 'bad.yaml'], directory);
    expect(status).toBe(125);
    expect(stderr).toBe(
      'bad.yaml:2:1: error: unknown key "memroy"\n  memroy: 64M\n  ^^^^^^\n  did you mean "memory"?\n',
    );
  });

  it('an ISA with a mistake: its place', () => {
    const { status, stderr } = hk(['isa', 'check', './broken.isa'], directory);
    expect(status).toBe(125);
    expect(stderr).toMatch(/^\.\/broken\.isa:3:\d+: error: /);
  });

  it('nothing at all: the commands, on standard error', () => {
    const { status, stdout, stderr } = hk([], directory);
    expect([status, stdout]).toEqual([125, '']);
    expect(stderr).toContain('hyperkernel run <program>');
  });

  it('no error shows a stack trace', () => {
    for (const line of [
      'run .',
      'run ok.s --machine .',
      'disasm nothere.bin',
      'isa card ./nothere.isa',
      'machine show nothere.yaml',
      'run ok.s --isa ./ok.s',
    ]) {
      const { status, stderr } = hk(line.split(' '), directory);
      expect([line, status, /\n\s+at /.test(stderr)]).toEqual([line, 125, false]);
    }
  });
});

describe('help', () => {
  it('has the options of a command and examples that name it', () => {
    const { status, stdout } = hk(['run', '--help'], directory);
    expect(status).toBe(0);
    for (const word of [
      '--policy',
      '--page-size',
      '--max-instructions',
      '--picture',
      'hyperkernel run programs/tiny/hello.s',
    ])
      expect(stdout).toContain(word);
    expect(hk(['--version'], directory).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('completes commands, options and names', () => {
    const complete = (...words: string[]): string[] =>
      hk(['--get-yargs-completions', 'hyperkernel', ...words], directory)
        .stdout.trimEnd()
        .split('\n');
    expect(complete('r')).toEqual(['run', 'restore']);
    expect(complete('isa', '')).toEqual(['list', 'show', 'check', 'card']);
    expect(complete('run', 'ok.s', '--po')).toEqual(['--policy', '--policy-option']);
    expect(complete('run', 'ok.s', '--policy', 'cos')).toEqual(['cost']);
    expect(complete('policy', 'show', 'first')).toEqual(['first-touch']);
    expect(hk(['completion'], directory).stdout).toContain('--get-yargs-completions');
  });
});
