// hyperkernel machine: list, show, schema.
import { fail } from '../../../base/diagnostics.js';
import { flag, type Command } from '../command.js';
import { LIST_OPTIONS, listJson } from '../list.js';
import { completeShared, machineOf, MACHINE_OPTIONS } from '../options.js';

const { machine: _, ...CHANGES } = MACHINE_OPTIONS;
const OUTPUT = { group: 'Output:' };

const list: Command = {
  words: ['machine', 'list'],
  takes: '',
  summary: 'The machine and fabric presets',
  positionals: {},
  options: LIST_OPTIONS,
  examples: [],
  run: async (input) => {
    const { fabricNames, fabricPreset, machineNames, machinePreset } =
      await import('../../../server/fabric/presets.js');
    const { print } = await import('../screen.js');
    const machines = machineNames().map(machinePreset);
    const fabrics = fabricNames().map(fabricPreset);
    if (input.flag('json')) {
      print(listJson([
        ...machines.map(({ name, description, nodes, coresPerNode, memoryBytesPerNode, fabric }) => (
          { name, what: 'machine', description, nodes, coresPerNode, memoryBytesPerNode, fabric: fabric.name })),
        ...fabrics.map(({ name, description, kind, topology, bytesPerSecond }) => (
          { name, what: 'fabric', description, kind, topology, bytesPerSecond })),
      ]));
      return 0;
    }
    const { formatBytes } = await import('../../../base/units.js');
    const { formatBandwidth } = await import('../../config/exact-units.js');
    const lines = [
      ...await describe('machine', machines.map((machine) => [
        machine.name,
        `${machine.nodes} x ${machine.coresPerNode} cores`,
        `${formatBytes(machine.memoryBytesPerNode)} each`,
        machine.fabric.name,
        machine.description,
      ])),
      '',
      ...await describe('fabric', fabrics.map((fabric) => (
        [fabric.name, fabric.kind, fabric.topology, formatBandwidth(fabric.bytesPerSecond), fabric.description]))),
    ];
    print(`${lines.join('\n')}\n`);
    return 0;
  },
};

/** A line for each row, with its last cell as a paragraph below. */
async function describe(title: string, rows: readonly (readonly string[])[]): Promise<string[]> {
  const { left, tableLines, wrapLines } = await import('../../../study/report/table.js');
  const heads = tableLines([left(title), left(''), left(''), left('')], rows.map((row) => row.slice(0, -1)), { indent: '' });
  return heads.flatMap((head, i) => (i === 0 ? [head] : [head, ...wrapLines(rows[i - 1]!.at(-1)!, 80, '    ')]));
}

const show: Command = {
  words: ['machine', 'show'],
  takes: '[machine]',
  summary: 'A machine as a machine file, with what the options change',
  positionals: { machine: 'Preset, a machine file, or .xml of hwloc' },
  options: {
    ...CHANGES,
    hardware: flag('As numactl --hardware prints a machine', { ...OUTPUT, alias: 'H' }),
    xml: flag('As XML of hwloc, for lstopo -i', OUTPUT),
  },
  examples: [
    ['machine show numa-4s > mine.yaml', 'to start a machine file of your own'],
    ['machine show mine.yaml --nodes 8', 'what a run would get'],
    ['machine show numa-8s -H', 'nodes, memory and distances, as numactl -H'],
    ['machine show numa-8s --xml > numa-8s.xml', 'then: lstopo -i numa-8s.xml'],
  ],
  complete: completeShared,
  run: async (input) => {
    const [hardware, xml] = [input.flag('hardware'), input.flag('xml')];
    if (hardware && xml) fail('--hardware and --xml are two forms: give one of them');
    const machine = await machineOf(input);
    const { print } = await import('../screen.js');
    if (hardware) print((await import('../../config/hardware-text.js')).hardwareText(machine));
    else if (xml) print((await import('../../config/hwloc-export.js')).hwlocXml(machine));
    else print((await import('../../config/machine-file.js')).formatMachineFile(machine));
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
