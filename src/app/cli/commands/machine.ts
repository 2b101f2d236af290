// hyperkernel machine: list, show, schema.
import type { Command } from '../command.js';
import { completeShared, machineOf, MACHINE_OPTIONS } from '../options.js';

const { machine: _, ...CHANGES } = MACHINE_OPTIONS;

const list: Command = {
  words: ['machine', 'list'],
  takes: '',
  summary: 'The machine and fabric presets',
  positionals: {},
  options: {},
  examples: [],
  run: async () => {
    const { fabricNames, fabricPreset, machineNames, machinePreset } =
      await import('../../../server/fabric/presets.js');
    const { left, tableLines, wrapLines } = await import('../../../study/report/table.js');
    const { formatBytes } = await import('../../../base/units.js');
    const { formatBandwidth } = await import('../../config/exact-units.js');
    const { print } = await import('../screen.js');
    const lines = [
      ...describe('machine', machineNames().map((name) => {
        const machine = machinePreset(name);
        return [
          name,
          `${machine.nodes} x ${machine.coresPerNode} cores`,
          `${formatBytes(machine.memoryBytesPerNode)} each`,
          machine.fabric.name,
          machine.description,
        ];
      })),
      '',
      ...describe('fabric', fabricNames().map((name) => {
        const fabric = fabricPreset(name);
        return [name, fabric.kind, fabric.topology, formatBandwidth(fabric.bytesPerSecond), fabric.description];
      })),
    ];
    function describe(title: string, rows: readonly (readonly string[])[]): string[] {
      const heads = tableLines(
        [left(title), left(''), left(''), left('')],
        rows.map((row) => row.slice(0, -1)),
        { indent: '' },
      );
      return heads.flatMap((head, i) => (i === 0 ? [head] : [head, ...wrapLines(rows[i - 1]!.at(-1)!, 80, '    ')]));
    }
    print(`${lines.join('\n')}\n`);
    return 0;
  },
};

const show: Command = {
  words: ['machine', 'show'],
  takes: '[machine]',
  summary: 'A machine as a machine file, with what the options change',
  positionals: { machine: 'Preset, or a machine file' },
  options: CHANGES,
  examples: [
    ['machine show numa-4s > mine.yaml', 'to start a machine file of your own'],
    ['machine show mine.yaml --nodes 8', 'what a run would get'],
  ],
  complete: completeShared,
  run: async (input) => {
    const { formatMachineFile } = await import('../../config/machine-file.js');
    const { print } = await import('../screen.js');
    print(formatMachineFile(await machineOf(input)));
    return 0;
  },
};

const schema: Command = {
  words: ['machine', 'schema'],
  takes: '',
  summary: 'The JSON Schema of machine files, for editors',
  positionals: {},
  options: {},
  examples: [
    [
      'machine schema > machine.schema.json',
      'then, in a machine file: # yaml-language-server: $schema=machine.schema.json',
    ],
  ],
  run: async () => {
    const { machineJsonSchema } = await import('../../config/machine-schema.js');
    const { print } = await import('../screen.js');
    print(`${JSON.stringify(machineJsonSchema(), null, 2)}\n`);
    return 0;
  },
};

export const machineCommands: readonly Command[] = [list, show, schema];
