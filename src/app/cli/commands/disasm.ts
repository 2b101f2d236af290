// hyperkernel disasm: bytes, or the text of a program, back to assembly.
import { flag, option, type Command, type Input } from '../command.js';
import { completeShared, DEFINE_OPTION, ISA_OPTION, PAGES_OPTION } from '../options.js';

export const disasmCommand: Command = {
  words: ['disasm'],
  takes: '<file>',
  summary: 'Disassemble a file of bytes, or an assembled program',
  positionals: { file: 'Bytes, or assembly source ending in .s' },
  options: {
    ...ISA_OPTION,
    ...DEFINE_OPTION,
    ...PAGES_OPTION,
    address: option('Address of the first byte', { group: 'Run:', defaultDescription: 'where the ISA puts text' }),
    plain: flag('Print text that assembles to the same bytes, without addresses', { group: 'Output:' }),
  },
  examples: [
    ['disasm programs/tiny/hello.s', 'what the assembler made of it'],
    ['disasm hello.bin --isa tiny --plain', 'bytes back to source'],
  ],
  complete: completeShared,
  run,
};

async function run(input: Input): Promise<number> {
  const { assembleProgram, parsePageSize, resolveIsa } = await import('../program.js');
  const { readBytes } = await import('../files.js');
  const { disassemble, disassembleRows } = await import('../../../guest/asm/disassemble.js');
  const { parseInteger } = await import('../../../base/units.js');
  const { hex } = await import('../../../base/bits.js');
  const { print } = await import('../screen.js');

  const isa = await resolveIsa(input.text('isa'));
  const given = input.text('address');
  const address = given === undefined ? isa.memory.text : parseInteger(given, '--address', 0, isa.memory.high);
  const path = input.text('file')!;
  const pageBytes = parsePageSize(input.text('page-size'));
  const image = path.endsWith('.s') ? assembleProgram(path, isa, input.texts('define'), pageBytes).image : undefined;
  const code = image
    ? image.segments.filter(({ name, bytes }) => name === '.text' && bytes.length > 0)
    : [{ address, bytes: readBytes(path, 'file') }];
  const symbols = image?.symbols ?? new Map<string, number>();

  for (const { address: at, bytes } of code) {
    if (input.flag('plain')) {
      print(disassemble(isa, bytes, at, symbols));
      continue;
    }
    const rows = disassembleRows(isa, bytes, at, symbols);
    const width = Math.max(0, ...rows.map((row) => row.bytes.length)) * 3;
    for (const row of rows) {
      for (const label of row.labels) print(`${label}:\n`);
      if (row.text === '') continue;
      const column = Array.from(row.bytes, (byte) => hex(byte, 8)).join(' ').padEnd(width);
      print(`  ${hex(row.address, 24)}  ${column} ${row.text}\n`);
    }
  }
  return 0;
}
