// The form of `numactl --hardware`, and the distances in it.
import { distanceTable, hardwareText } from '../../../src/app/config/hardware-text.js';
import { withNodes } from '../../../src/server/nodes.js';
import { machinePreset } from '../../../src/server/fabric/presets.js';

describe('a machine as numactl prints it', () => {
  it('has nodes, their CPUs and memory, and the table of distances', () => {
    expect(hardwareText(machinePreset('numa-4s-ring')).split('\n')).toEqual([
      'available: 4 nodes (0-3)',
      'node 0 cpus: 0 1 2 3', 'node 0 size: 64 MB', 'node 0 free: 64 MB',
      'node 1 cpus: 4 5 6 7', 'node 1 size: 64 MB', 'node 1 free: 64 MB',
      'node 2 cpus: 8 9 10 11', 'node 2 size: 64 MB', 'node 2 free: 64 MB',
      'node 3 cpus: 12 13 14 15', 'node 3 size: 64 MB', 'node 3 free: 64 MB',
      'node distances:',
      'node   0   1   2   3',
      '  0:  10  21  31  21',
      '  1:  21  10  21  31',
      '  2:  31  21  10  21',
      '  3:  21  31  21  10',
      '',
    ]);
  });

  it('numbers one node as numactl does', () => {
    const text = hardwareText({ ...machinePreset('numa-2s'), nodes: 1, coresPerNode: 1 });
    expect(text.split('\n').slice(0, 2)).toEqual(['available: 1 nodes (0)', 'node 0 cpus: 0']);
  });

  it('shows what each node has, and what of it is for the guest', () => {
    const reserve = { cores: 0, memoryBytes: 0 };
    const machine = withNodes(machinePreset('sds-ethernet-25g'), [
      { cores: 3, memoryBytes: 2 ** 26, reserve: { cores: 1, memoryBytes: 2 ** 20 } },
      { cores: 1, memoryBytes: 2 ** 28, reserve: { cores: 1, memoryBytes: 0 } },
      { cores: 2, memoryBytes: 2 ** 22, reserve },
    ]);
    expect(hardwareText(machine).split('\n').slice(0, 10)).toEqual([
      'available: 3 nodes (0-2)',
      'node 0 cpus: 1 2', 'node 0 size: 64 MB', 'node 0 free: 63 MB',
      'node 1 cpus:', 'node 1 size: 256 MB', 'node 1 free: 256 MB',
      'node 2 cpus: 4 5', 'node 2 size: 4 MB', 'node 2 free: 4 MB',
    ]);
  });

  it('takes the last distance for all beyond', () => {
    expect(distanceTable({ ...machinePreset('numa-4s-ring'), nodes: 8 })[0]).toEqual([10, 21, 31, 31, 31, 31, 31, 21]);
  });
});
