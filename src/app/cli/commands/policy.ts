// hyperkernel policy: list, show.
import type { Command } from '../command.js';
import { LIST_OPTIONS, listJson } from '../list.js';
import { completeShared } from '../options.js';

const list: Command = {
  words: ['policy', 'list'],
  takes: '',
  summary: 'The placement policies',
  positionals: {},
  options: LIST_OPTIONS,
  examples: [],
  run: async (input) => {
    const { policyModule, policyNames } = await import('../../../server/placement/catalogue.js');
    const { left, right, tableLines } = await import('../../../study/report/table.js');
    const { print } = await import('../screen.js');
    if (input.flag('json')) {
      const entries = policyNames().map(policyModule);
      print(listJson(entries.map(({ name, summary, source, parameters }) => ({ name, summary, source, parameters }))));
      return 0;
    }
    const rows = policyNames().map((name) => {
      const { parameters, summary } = policyModule(name);
      return [name, String(parameters.length), summary];
    });
    print(`${tableLines([left('policy'), right('options'), left('')], rows, { indent: '' }).join('\n')}\n`);
    return 0;
  },
};

const show: Command = {
  words: ['policy', 'show'],
  takes: '<name>',
  summary: 'What a policy does, its options, and the reasons it gives',
  positionals: { name: 'Name of a policy' },
  options: {},
  examples: [['policy show cost', '']],
  complete: (name) => completeShared(name === 'name' ? 'policy' : name),
  run: async (input) => {
    const { policyModule } = await import('../../../server/placement/catalogue.js');
    const { checkPolicyName } = await import('../../config/scenario.js');
    const { left, right, tableLines, wrapLines } = await import('../../../study/report/table.js');
    const { print } = await import('../screen.js');
    const { name, parameters, reasons, source, summary } = policyModule(
      checkPolicyName(input.text('name')!, 'policy show'),
    );
    const lines = [`${name}: ${summary}`, '', ...wrapLines(`Source: ${source}`, 80, ''), ''];
    if (parameters.length === 0) lines.push('It has no options.');
    else {
      const rows = parameters.map((parameter) => [
        parameter.name,
        String(parameter.default),
        `${parameter.min} to ${parameter.max}`,
        parameter.meaning,
      ]);
      lines.push(
        'Options (--policy-option NAME=VALUE):',
        ...tableLines([left('name'), right('default'), left('range'), left('')], rows),
      );
    }
    lines.push(
      '',
      'Reasons:',
      ...tableLines(
        [left('reason'), left('')],
        reasons.map(({ slug, meaning }) => [slug, meaning]),
      ),
    );
    print(`${lines.join('\n')}\n`);
    return 0;
  },
};

export const policyCommands: readonly Command[] = [list, show];
