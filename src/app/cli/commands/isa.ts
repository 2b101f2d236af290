// hyperkernel isa: list, show, check, card.
import { flag, option, type Command, type Input } from '../command.js';
import { LIST_OPTIONS, listJson } from '../list.js';
import { completeShared } from '../options.js';

const complete = (name: string): Promise<readonly string[]> =>
  name === 'name' ? completeShared('isa') : Promise.resolve([]);

const list: Command = {
  words: ['isa', 'list'],
  takes: '',
  summary: 'The ISAs that come along',
  positionals: {},
  options: LIST_OPTIONS,
  examples: [],
  run: async (input) => {
    const { builtinIsa, isaNames } = await import('../../../../isa/index.js');
    const { left, right, tableLines } = await import('../../../study/report/table.js');
    const { print } = await import('../screen.js');
    const entries = isaNames().map((name) => {
      const isa = builtinIsa(name);
      return {
        name,
        instructions: isa.instructions.length,
        wordBits: isa.words.map(({ bits }) => bits),
        addressBits: isa.pcWidth,
        registers: isa.files.map((file) => (file.scalar ? file.name : `${file.name}0-${file.name}${file.count - 1}`)),
        file: isa.path,
      };
    });
    if (input.flag('json')) {
      print(listJson(entries));
      return 0;
    }
    const rows = entries.map(({ name, instructions, wordBits, addressBits, registers, file }) => (
      [name, String(instructions), wordBits.join(', '), String(addressBits), registers.join(', '), file]));
    const columns = [
      left('ISA'),
      right('instructions'),
      right('word bits'),
      right('address bits'),
      left('registers'),
      left('file'),
    ];
    print(`${tableLines(columns, rows, { indent: '' }).join('\n')}\n`);
    return 0;
  },
};

const show: Command = {
  words: ['isa', 'show'],
  takes: '<name>',
  summary: 'The text that describes an ISA',
  positionals: { name: 'Name of an ISA, or a file' },
  options: {},
  examples: [['isa show tiny', 'to learn the language from, or to start an ISA of your own']],
  complete,
  run: async (input) => {
    const { ISAS } = await import('../../../../isa/index.js');
    const { resolveIsa } = await import('../program.js');
    const { readText } = await import('../files.js');
    const { print } = await import('../screen.js');
    const isa = await resolveIsa(input.text('name'));
    print(ISAS[input.text('name')!]?.text ?? readText(isa.path, 'ISA').text);
    return 0;
  },
};

const check: Command = {
  words: ['isa', 'check'],
  takes: '<name>',
  summary: 'Check the description of an ISA and count what it has',
  positionals: { name: 'Name of an ISA, or a file' },
  options: {},
  examples: [['isa check my.isa', 'every fault with its line and column']],
  complete,
  run: async (input) => {
    const { resolveIsa } = await import('../program.js');
    const { plural } = await import('../../../study/report/figures.js');
    const { print } = await import('../screen.js');
    const isa = await resolveIsa(input.text('name'));
    print(
      `${isa.path}: ${isa.name} is right: ${plural(isa.instructions.length, 'instruction')}, ${isa.aliases.length} aliases, ` +
        `${plural(isa.externs.length, 'extern')}, ${plural(isa.guestCalls.length, 'guest call')}\n`,
    );
    return 0;
  },
};

const card: Command = {
  words: ['isa', 'card'],
  takes: '<name>',
  summary: 'A reference card of an ISA',
  positionals: { name: 'Name of an ISA, or a file' },
  options: {
    html: flag('As an HTML page, two printed pages', { group: 'Output:' }),
    output: option('Write to a file', { alias: 'o', group: 'Output:' }),
  },
  examples: [['isa card tiny', 'in the terminal'], ['isa card tiny --html -o tiny.html', 'to print']],
  complete,
  run: showCard,
};

async function showCard(input: Input): Promise<number> {
  const { resolveIsa } = await import('../program.js');
  const { cardHtml, cardText } = await import('../../../guest/lang/card.js');
  const { checkWritable, writeWhole } = await import('../files.js');
  const { print } = await import('../screen.js');
  const output = input.text('output');
  if (output !== undefined) checkWritable('--output', output);
  const isa = await resolveIsa(input.text('name'));
  const text = input.flag('html') ? cardHtml(isa) : cardText(isa);
  if (output === undefined) print(text);
  else writeWhole(output, text);
  return 0;
}

export const isaCommands: readonly Command[] = [list, show, check, card];
