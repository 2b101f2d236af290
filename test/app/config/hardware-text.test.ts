// The form of `numactl --hardware`, and the distances in it.
import { distanceTable, hardwareText } from '../../../src/app/config/hardware-text.js';
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

  it('takes the last distance for all beyond', () => {
    expect(distanceTable({ ...machinePreset('numa-4s-ring'), nodes: 8 })[0]).toEqual([10, 21, 31, 31, 31, 31, 31, 21]);
  });
});
