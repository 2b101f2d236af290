// hyperkernel asm: a program assembled: its listing, its bytes, or its image as JSON.
import type { Image } from '../../../guest/asm/image.js';
import { fail } from '../../../base/diagnostics.js';
import { flag, option, type Command, type Input } from '../command.js';
import { completeShared, DEFINE_OPTION, ISA_OPTION, PAGES_OPTION } from '../options.js';

const MAX_FLAT_BYTES = 2 ** 28;

export const asmCommand: Command = {
  words: ['asm'],
  takes: '<program>',
  summary: 'Assemble a program and print its listing',
  positionals: { program: 'Assembly source' },
  options: {
    ...ISA_OPTION,
    ...DEFINE_OPTION,
    ...PAGES_OPTION,
    output: option('Write the bytes from the first address on to a file', { alias: 'o', group: 'Output:' }),
    json: flag('Print segments and symbols as JSON', { group: 'Output:' }),
  },
  examples: [
    ['asm programs/tiny/hello.s', 'address, bytes and source of every line'],
    ['asm programs/tiny/hello.s -o hello.bin', 'the bytes alone'],
  ],
  complete: completeShared,
  run,
};

async function run(input: Input): Promise<number> {
  const { assembleProgram, parsePageSize, resolveIsa } = await import('../program.js');
  const { checkWritable, writeWhole } = await import('../files.js');
  const { formatListing } = await import('../../../guest/asm/listing.js');
  const { print } = await import('../screen.js');
  const output = input.text('output');
  if (output !== undefined) checkWritable('--output', output);
  const { image, listing } = assembleProgram(
    input.text('program')!,
    await resolveIsa(input.text('isa')),
    input.texts('define'),
    parsePageSize(input.text('page-size')),
  );
  if (output !== undefined) writeWhole(output, [flatBytes(image)]);
  if (input.flag('json')) print(`${JSON.stringify(imageJson(image), null, 2)}\n`);
  else if (output === undefined) print(formatListing(listing));
  return 0;
}

/** All segments at their places, from the lowest address to the last byte that is not zero memory. */
function flatBytes(image: Image): Uint8Array {
  const full = image.segments.filter(({ bytes }) => bytes.length > 0);
  if (full.length === 0) return new Uint8Array(0);
  const first = Math.min(...full.map(({ address }) => address));
  const end = Math.max(...full.map(({ address, bytes }) => address + bytes.length));
  if (end - first > MAX_FLAT_BYTES) fail(`the segments lie ${end - first} bytes apart, too far for one flat file`);
  const flat = new Uint8Array(end - first);
  for (const { address, bytes } of full) flat.set(bytes, address - first);
  return flat;
}

function imageJson(image: Image): object {
  const hexBytes = (bytes: Uint8Array): string =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    isa: image.isa,
    entry: image.entry,
    segments: image.segments.map(({ name, address, bytes, zeroBytes }) => ({
      name,
      address,
      bytes: hexBytes(bytes),
      zeroBytes,
    })),
    symbols: Object.fromEntries(image.symbols),
  };
}
