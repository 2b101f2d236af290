// hyperkernel balance: list.
import type { Command } from '../command.js';
import { LIST_OPTIONS, listJson } from '../list.js';

const list: Command = {
  words: ['balance', 'list'],
  takes: '',
  summary: 'The load balancers',
  positionals: {},
  options: LIST_OPTIONS,
  examples: [],
  run: async (input) => {
    const { balancerModule, balancerNames } = await import('../../../server/placement/balancer-table.js');
    const { left, tableLines } = await import('../../../study/report/table.js');
    const { print } = await import('../screen.js');
    const balancers = balancerNames().map(balancerModule);
    print(input.flag('json') ? listJson(balancers.map(({ name, summary, source }) => ({ name, summary, source })))
      : `${tableLines([left('balancer'), left('')], balancers.map(({ name, summary }) => [name, summary]), { indent: '' }).join('\n')}\n`);
    return 0;
  },
};

export const balanceCommands: readonly Command[] = [list];
