// Lists as JSON, and the forms that `machine show` has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hk, scratch } from './hk.js';
import { root } from '../../house/root.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';

const directory = scratch({
  'host.xml': readFileSync(join(root, 'test/app/config/hwloc/two-packages.xml'), 'utf8'),
  'broken.xml': '<topology version="2.0">\n</machine>\n',
});

describe('every list', () => {
  it.each(['isa', 'machine', 'policy'])('%s gives an array of objects with a name, the names of its table', (group) => {
    const { status, stdout } = hk([group, 'list', '--json'], directory);
    const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
    const table = hk([group, 'list'], directory).stdout.split('\n');
    expect(status).toBe(0);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !table.some((line) => line.startsWith(`${name} `)))).toEqual([]);
  });
});

describe('machine show', () => {
  it('prints the form of numactl, with what the options change', () => {
    const { status, stdout } = hk(['machine', 'show', 'numa-2s', '-H', '--cores', '1', '--memory', '1G'], directory);
    expect(status).toBe(0);
    expect(stdout).toBe([
      'available: 2 nodes (0-1)', 'node 0 cpus: 0', 'node 0 size: 1024 MB', 'node 0 free: 1024 MB', 'node 1 cpus: 1',
      'node 1 size: 1024 MB', 'node 1 free: 1024 MB', 'node distances:', 'node   0   1', '  0:  10  21', '  1:  21  10', '',
    ].join('\n'));
  });

  it('takes the XML of hwloc for a machine, and writes it', () => {
    expect(hk(['machine', 'show', 'host.xml', '-H'], directory).stdout).toContain('node 1 size: 15258 MB');
    const { stdout } = hk(['machine', 'show', 'numa-8s', '--xml'], directory);
    expect(stdout.match(/<object type="NUMANode"/g)).toHaveLength(machinePreset('numa-8s').nodes);
  });

  it.each([
    ['machine show numa-8s --nodes 4', 'error: --nodes: fabric numa-8s (glueless-8) joins 8 nodes, not 4\n'],
    ['machine show --hardware --xml', 'error: --hardware and --xml are two forms: give one of them\n'],
    ['machine show broken.xml', "broken.xml:2:1: error: not XML: Expected closing tag 'topology' (opened in line 1, col 1) "
      + "instead of closing tag 'machine'.\n  </machine>\n  ^\n"],
  ])('%s is refused', (line, message) => {
    const { status, stderr } = hk(line.split(' '), directory);
    expect([status, stderr]).toEqual([125, message]);
  });
});
